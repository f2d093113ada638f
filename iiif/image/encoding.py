"""The file of a drawn picture, in the quality and the format that a plan asks for."""

import io
from collections.abc import Mapping

from PIL import Image
from PIL.Image import Dither, Quantize

from iiif.image.request import Plan

_NAMES: Mapping[str, str] = {
    "jpg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "avif": "AVIF",
    "tif": "TIFF",
    "gif": "GIF",
    "jp2": "JPEG2000",
    "pdf": "PDF",
}
"""Pillow's names of the formats."""

# 300 pixels an inch make a scanned leaf as large as it is; the dates would make every copy another file.
_PAGE: Mapping[str, object] = {"resolution": 300, "creationDate": None, "modDate": None}

_BLACK_OR_WHITE = [0] * 128 + [255] * 128
_NEARLY = [4] * 128 + [252] * 128
_COARSE, _COARSER = bytes([16] * 64), bytes([32] * 64)


def encode(picture: Image.Image, plan: Plan, quality: int) -> bytes:
    """``picture`` as a file of the plan's format, the same bytes every time.

    The picture is in mode L, RGB, LA or RGBA. Its transparency is kept, but in JPEG and PDF, where it lies on
    white; a pixel of a GIF is transparent or not. ``quality`` (1 to 100) is that of JPEG, and of WebP, AVIF
    and the JPEG in a PDF as near as they come to it; the other formats lose nothing but GIF's colors. The
    quality ``bitonal`` gives black and white and nothing between, in every format.
    Spec: Image 3.0 §4.4, §4.5.
    """
    if plan.format in {"jpg", "pdf"}:
        picture = _on_paper(picture)
    if plan.quality == "bitonal":
        return _bitonal(_black_or_white(picture), plan.format)
    if plan.format == "gif":
        picture = _with_palette(picture)
    return _saved(picture, plan.format, **_options(plan.format, quality, gray="L" in picture.getbands()))


def _options(format_: str, quality: int, *, gray: bool) -> Mapping[str, object]:
    # The fastest settings: slower ones save 5 % of a PNG, nothing of a WebP, for two to four times the time.
    options: Mapping[str, Mapping[str, object]] = {
        "jpg": {"quality": quality, "subsampling": "4:2:0"},
        "png": {"compress_level": 1},
        "webp": {"quality": quality, "method": 0},
        "avif": _avif(quality * 7 // 10, gray=gray),
        "tif": {"compression": "tiff_lzw"},
        "pdf": {"quality": quality, "subsampling": "4:2:0", **_PAGE},
    }
    return options.get(format_, {})


def _avif(quality: int, *, gray: bool) -> Mapping[str, object]:
    # Half a megapixel takes 0.1 s at speed 9, 0.4 s at 8 and 1 s at 6, for 7 and 4 % of the bytes. Its 60
    # comes as near to the picture as JPEG's 85, in two thirds of the bytes. More threads would be taken from
    # other requests. Transparency is coded without loss: its edge would else bleed into what lies beyond it.
    return {
        "quality": quality,
        "speed": 9,
        "subsampling": "4:0:0" if gray else "4:2:0",
        "max_threads": 1,
        "advanced": {"alpha:cq-level": "0"},
    }


def _bitonal(picture: Image.Image, format_: str) -> bytes:
    """A picture of black and white only (mode L or LA) as a file that any reader finds so."""
    if format_ == "jpg":
        return _bitonal_jpeg(picture)
    if format_ == "gif":
        picture = _with_palette(picture)
    elif picture.mode == "L" and format_ in {"png", "tif", "pdf"}:
        # One bit a pixel, which in TIFF and PDF is coded as a fax.
        picture = picture.convert("1", dither=Dither.NONE)
    options: Mapping[str, Mapping[str, object]] = {
        "png": {"compress_level": 1},
        "webp": {"lossless": True, "method": 0},
        "avif": _avif(100, gray=True),
        "tif": {"compression": "group4" if picture.mode == "1" else "tiff_lzw"},
        "pdf": _PAGE,
    }
    return _saved(picture, format_, **options.get(format_, {}))


def _bitonal_jpeg(picture: Image.Image) -> bytes:
    """A JPEG of black and white only, though JPEG loses: it is off by less than what every reader cuts off.

    Black is coded as 4 and white as 252, in steps of 16; then the table says that the steps are of 32, which
    makes them -120 and 376. The 64 coefficients of a block, each off by half a step at most, move a pixel by
    112 at most, and readers cut off at 0 and 255. It has 0.4 times the bytes of quality 100, which leaves
    grays.
    """
    coded = _saved(picture.point(_NEARLY), "jpg", qtables=[list(_COARSE)])
    return coded.replace(_COARSE, _COARSER, 1)


def _black_or_white(picture: Image.Image) -> Image.Image:
    gray = picture.convert("LA" if picture.has_transparency_data else "L")
    return gray.point(_BLACK_OR_WHITE * len(gray.getbands()))


def _on_paper(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture
    mode = "L" if picture.mode == "LA" else "RGB"
    paper = Image.new(mode, picture.size, "white")
    paper.paste(picture.convert(mode), mask=picture.getchannel("A"))
    return paper


def _with_palette(picture: Image.Image) -> Image.Image:
    """What Pillow can make a GIF of, with the best palette that is quickly found."""
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture.quantize(256, Quantize.MEDIANCUT) if picture.mode == "RGB" else picture


def _saved(picture: Image.Image, format_: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, _NAMES[format_], **options)
    return buffer.getvalue()
