"""The facts of a source file, from its header alone; what it is, its bytes say and not its name."""

import importlib
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyvips
from PIL import Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile
from PIL.TiffImagePlugin import TiffImageFile

from iiif.errors import InvalidSource
from iiif.image import jp2, pdf, psd, tiff_pages

JPEG, PNG, TIFF, GIF, WEBP = "image/jpeg", "image/png", "image/tiff", "image/gif", "image/webp"
AVIF, HEIC, JP2, BMP = "image/avif", "image/heic", "image/jp2", "image/bmp"
PSD, PDF = "image/vnd.adobe.photoshop", "application/pdf"

LIBVIPS_LOADERS: Mapping[str, str] = {
    JPEG: "jpegload_source",
    PNG: "pngload_source",
    TIFF: "tiffload_source",
    GIF: "gifload_source",
    WEBP: "webpload_source",
    AVIF: "heifload_source",
}
"""Which of libvips' loaders reads a media type; the others are Pillow's, and PDFium's."""

_SIGNATURES = {
    b"\xff\xd8\xff": JPEG,
    b"\x89PNG\r\n\x1a\n": PNG,
    b"II*\0": TIFF,
    b"MM\0*": TIFF,
    b"II+\0": TIFF,
    b"MM\0+": TIFF,
    b"GIF87a": GIF,
    b"GIF89a": GIF,
    b"\0\0\0\x0cjP  \r\n\x87\n": JP2,
    b"\xff\x4f\xff\x51": JP2,
    b"BM": BMP,
    b"8BPS": PSD,
    b"%PDF-": PDF,
}
_REFUSED = {
    b"<": "it is SVG, XML or HTML text: export the picture as TIFF or PNG",
    b"PK\x03\x04": "it is a ZIP archive or an office document: take the pictures out of it",
    b"\xff\x0a": "JPEG XL cannot be read: save it as TIFF, PNG or JPEG",
    b"\0\0\0\x0cJXL ": "JPEG XL cannot be read: save it as TIFF, PNG or JPEG",
    b"\x76\x2f\x31\x01": "OpenEXR cannot be read: save it as TIFF",
}
_UNKNOWN = "it is no picture: use TIFF, JPEG, PNG, JPEG 2000, WebP, AVIF, HEIC, GIF, BMP, PSD or PDF"


@dataclass(frozen=True)
class SourceLimits:
    """The largest source that is taken in: pixels of one page, bytes of the file.

    ``max_whole_pixels`` is for pictures that can only be decoded whole: progressive JPEG, interlaced PNG, and
    all formats but JPEG, PNG and TIFF; docs/images.md tells the memory that each takes. None sets no other
    limit.
    """

    max_pixels: int
    max_bytes: int
    max_whole_pixels: int | None = None


@dataclass(frozen=True)
class SourceFacts:
    """What a header tells; ``sizes`` holds ``(w, h)`` of each page as shown, EXIF orientation applied."""

    media_type: str
    sizes: tuple[tuple[int, int], ...]

    @property
    def width(self) -> int:
        """Pixels across the first page."""
        return self.sizes[0][0]

    @property
    def height(self) -> int:
        """Pixels down the first page."""
        return self.sizes[0][1]

    @property
    def pages(self) -> int:
        """How many pages a PDF has, or a TIFF without its reduced copies and masks; of anything else, 1."""
        return len(self.sizes)


def read(path: Path, limits: SourceLimits) -> SourceFacts:
    """The facts of a source file; no pixel is decoded.

    Raises ``InvalidSource`` with the reason and a remedy when it is no picture, its header is damaged, or it
    exceeds the limits.
    """
    length = path.stat().st_size
    if length == 0:
        raise InvalidSource("the file is empty: copy it again")
    if length > limits.max_bytes:
        raise InvalidSource(
            f"the file has {length:,} bytes; at most {limits.max_bytes:,} are allowed: make it smaller"
        )
    media_type = sniff(path)
    sizes, whole = _sizes(path, media_type)
    for number, size in enumerate(sizes, 1):
        named = f"page {number}" if len(sizes) > 1 else "it"
        _check_pixels(named, size, limits, whole=whole)
    return SourceFacts(media_type, sizes)


def sniff(path: Path) -> str:
    """The media type that the first bytes tell; raises ``InvalidSource`` when they are no picture's."""
    with path.open("rb") as file:
        start = file.read(256)
    for signature, media_type in _SIGNATURES.items():
        if start.startswith(signature):
            return media_type
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return WEBP
    if start[4:8] == b"ftyp":
        brands = start[8 : int.from_bytes(start[:4])]
        return AVIF if b"avif" in brands or b"avis" in brands else HEIC
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    raise InvalidSource(
        next((why for signature, why in _REFUSED.items() if text.startswith(signature)), _UNKNOWN)
    )


def open_libvips(path: Path, media_type: str, *, page: int = 0, access: str = "sequential") -> pyvips.Image:
    """The picture as libvips reads it, pixels still unread.

    Raises ``pyvips.Error`` when the header is damaged; where pixels are, reading them will, instead of
    showing a gray area.
    """
    load = getattr(pyvips.Image, LIBVIPS_LOADERS[media_type])
    pages = {"page": page} if media_type == TIFF else {}
    # By descriptor: names in any encoding open, libvips keeps no cache of them, and no fault quotes them.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        source = pyvips.Source.new_from_descriptor(descriptor)
        image: pyvips.Image = load(source, access=access, fail_on="error", **pages)
        return image
    finally:
        os.close(descriptor)


def open_pillow(file: BinaryIO, media_type: str) -> Image.Image:
    """The picture as Pillow reads it, pixels still unread: what libvips' wheel cannot.

    Raises one of ``PILLOW_FAULTS`` when the header is damaged, ``InvalidSource`` when the reader of HEIC
    is not installed.
    """
    if media_type == JP2:
        return _jpeg2000(file)
    if media_type == HEIC:
        return _heic(file)
    if media_type == PSD:
        return psd.open_flattened(file)
    return BmpImageFile(file) if media_type == BMP else TiffImageFile(file)


PILLOW_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    RuntimeError,
    struct.error,
)
"""What Pillow and the reader of HEIC raise at files that are damaged or beyond them."""


def orientation(image: pyvips.Image) -> int:
    """The EXIF orientation of a picture, 1 to 8; what is out of range is upright."""
    value = image.get("orientation") if image.get_typeof("orientation") else 1
    return value if isinstance(value, int) and value in range(1, 9) else 1


def _jpeg2000(file: BinaryIO) -> Image.Image:
    profile = jp2.profile(file)
    file.seek(0)
    picture = Jpeg2KImageFile(file)
    picture.info["icc_profile"] = profile
    return picture


def _heic(file: BinaryIO) -> Image.Image:
    try:
        # An optional extra: only archives that take telephones' photographs need it.
        pi_heif = importlib.import_module("pi_heif")
    except ImportError as error:
        remedy = "pip install mogao[heic], or save it as JPEG"
        raise InvalidSource(f"it is HEIC, for which a reader must be installed: {remedy}") from error
    picture: Image.Image = pi_heif.open_heif(file).to_pillow()
    return picture


def _sizes(path: Path, media_type: str) -> tuple[tuple[tuple[int, int], ...], bool]:
    """The size of each page as shown, and whether they can only be decoded whole."""
    if media_type == PDF:
        return pdf.sizes(path), True
    if media_type == TIFF:
        pages = tiff_pages.read(path)
        for page in pages:
            tiff_pages.check(page)
        return tuple(page.shown_size for page in pages), False
    size, whole = _header(path, media_type)
    return (size,), whole


def _header(path: Path, media_type: str) -> tuple[tuple[int, int], bool]:
    try:
        if media_type in LIBVIPS_LOADERS:
            image = open_libvips(path, media_type)
            size = (image.height, image.width) if orientation(image) > 4 else (image.width, image.height)
            return size, media_type not in {JPEG, PNG} or image.get_typeof("interlaced") != 0
        with path.open("rb") as file:
            return open_pillow(file, media_type).size, True
    except InvalidSource:
        raise
    except (pyvips.Error, *PILLOW_FAULTS) as error:
        raise InvalidSource(
            f"it begins as {media_type}, but is damaged or of a rare kind: copy it again, or save it as TIFF"
        ) from error


def _check_pixels(named: str, size: tuple[int, int], limits: SourceLimits, *, whole: bool) -> None:
    width, height = size
    claimed = f"{named} has {width:,} × {height:,} pixels"
    if 0 in size:
        raise InvalidSource(f"{claimed}, which is none: copy it again or save it anew")
    if width * height > limits.max_pixels:
        raise InvalidSource(f"{claimed}; at most {limits.max_pixels:,} in all are allowed: make it smaller")
    if whole and limits.max_whole_pixels is not None and width * height > limits.max_whole_pixels:
        allowed = f"in a file that must be decoded whole at most {limits.max_whole_pixels:,} are allowed"
        raise InvalidSource(f"{claimed}; {allowed}: save it as TIFF or as JPEG, not progressive")
