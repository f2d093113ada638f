"""The pixels of any source as they are shown: upright, sRGB or gray, 8 bits, opaque."""

import math
from pathlib import Path

import numpy as np
import pyvips

from iiif.errors import InvalidSource
from iiif.image import pdf, psd, source, tiff, tiff_pages
from iiif.image.source import SourceFacts

_CIELAB = 8
_TRANSPARENCY = {1, 2}
_ICC_PROFILE = "icc-profile-data"
_GRAY, _LAB = {"b-w", "grey16"}, {"lab", "labs"}
_BANDS = {"b-w": 1, "grey16": 1, "srgb": 3, "rgb": 3, "rgb16": 3, "scrgb": 3, "cmyk": 4}


def load(path: Path, facts: SourceFacts, page: int = 0) -> pyvips.Image:
    """One page as a stream of rows, of an animation the first frame; gray has one band, color three.

    Colors go to sRGB by the embedded profile, relative colorimetric with black point compensation: what
    both gamuts hold stays exact, as a reproduction wants it. CMYK without a profile is taken for a common
    offset press.

    Raises ``InvalidSource`` when colors or header cannot be read, and later, while the rows are read,
    ``pyvips.Error`` at a fault in the pixels.
    """
    try:
        if facts.media_type == source.PDF:
            return pyvips.Image.new_from_array(pdf.draw(path, page)).copy(interpretation="srgb")
        if facts.media_type not in source.LIBVIPS_LOADERS:
            return _as_shown(_by_pillow(path, facts.media_type))
        if facts.media_type == source.TIFF:
            return _tiff_page(path, page)
        return _as_shown(_by_libvips(path, facts.media_type))
    except (pyvips.Error, *source.PILLOW_FAULTS) as error:
        if isinstance(error, InvalidSource):
            raise
        raise InvalidSource(
            "it is damaged or of a rare kind, its pixels cannot be read: copy it again, or save it anew"
        ) from error


def _tiff_page(path: Path, page: int) -> pyvips.Image:
    found = tiff_pages.read(path)[page]
    directory = found.directory
    if directory.integer(tiff.PHOTOMETRIC) == _CIELAB and directory.integer(tiff.BITS_PER_SAMPLE) == 8:
        return _as_shown(_by_pillow(path, source.TIFF, frame=found.number))
    image = _by_libvips(path, source.TIFF, page=found.number)
    return _as_shown(_with_true_alpha(image, directory.integers(tiff.EXTRA_SAMPLES)))


def _by_libvips(path: Path, media_type: str, page: int = 0) -> pyvips.Image:
    image = source.open_libvips(path, media_type, page=page)
    streamed = source.orientation(image) in {1, 2} and image.format in {"uchar", "ushort"}
    if not streamed:
        # Turning needs the rows in another order, and stretching needs them twice.
        image = source.open_libvips(path, media_type, page=page, access="random")
    return image.autorot()


def _by_pillow(path: Path, media_type: str, frame: int = 0) -> pyvips.Image:
    with path.open("rb") as file:
        picture = source.open_pillow(file, media_type)
        if frame:
            picture.seek(frame)
        picture.load()
    if media_type == source.PSD:
        picture = psd.without_selection(picture)
    if picture.mode in {"1", "P"}:
        picture = picture.convert(
            "RGBA" if "transparency" in picture.info else "RGB" if picture.mode == "P" else "L"
        )
    image = pyvips.Image.new_from_array(np.asarray(picture))
    if picture.mode == "LAB":
        return _from_lab_bytes(image)
    meanings = {1: "b-w", 2: "b-w"} if image.format == "uchar" else {1: "grey16", 2: "grey16"}
    image = image.copy(interpretation="cmyk" if picture.mode == "CMYK" else meanings.get(image.bands, "srgb"))
    if profile := picture.info.get("icc_profile"):
        image.set_type(pyvips.GValue.blob_type, _ICC_PROFILE, profile)
    return image


def _from_lab_bytes(image: pyvips.Image) -> pyvips.Image:
    hues = image.extract_band(1, n=2)
    # The two hues are signed bytes, and a comparison gives 255 where it is true.
    signed = hues - (hues > 127) * (256 / 255)
    return (image.extract_band(0) * (100 / 255)).bandjoin(signed).copy(interpretation="lab")


def _with_true_alpha(image: pyvips.Image, extra_samples: tuple[int, ...]) -> pyvips.Image:
    """Only the band that is transparency: the others are a retoucher's selections or spot colors.

    Colors darkened by their transparency libvips has already made light again.
    """
    if not extra_samples or len(extra_samples) >= image.bands:
        return image
    colors = image.bands - len(extra_samples)
    opaque = image.extract_band(0, n=colors)
    place = next((place for place, kind in enumerate(extra_samples) if kind in _TRANSPARENCY), None)
    if place is None:
        return opaque
    return opaque.bandjoin(image.extract_band(colors + place))


def _as_shown(image: pyvips.Image) -> pyvips.Image:
    image = _in_srgb(_with_known_depth(image))
    return image.flatten(background=[255]) if image.hasalpha() else image


def _with_known_depth(image: pyvips.Image) -> pyvips.Image:
    """Of whatever numbers the values are: 8 or 16 bits, Lab, or linear light from 0 to 1."""
    if image.interpretation in _LAB or image.format == "uchar":
        return image
    if image.format == "ushort":
        return image.copy(interpretation="grey16") if image.interpretation == "b-w" else image
    if image.interpretation == "scrgb" and not image.get_typeof(_ICC_PROFILE):
        return image
    if image.interpretation == "scrgb":
        return (image * 65535).cast("ushort").copy(interpretation="rgb16")
    # Measurements, such as heights or X-rays, have no white of their own: their range becomes black to white.
    statistics = image.stats()
    (lowest,), (highest,) = statistics.getpoint(0, 0), statistics.getpoint(1, 0)
    if not (math.isfinite(lowest) and math.isfinite(highest)):
        raise InvalidSource("it holds values that are no numbers: save it with 8 or 16 bits a channel")
    stretched = (image - lowest) * (65535 / max(highest - lowest, 1e-30))
    meaning = "grey16" if image.interpretation in _GRAY else "rgb16"
    return stretched.cast("ushort").copy(interpretation=meaning)


def _in_srgb(image: pyvips.Image) -> pyvips.Image:
    meaning = image.interpretation
    if meaning in _LAB:
        # Lab in files is relative to D50, as a profile's own connection space is.
        return image.colourspace("lab").icc_export(
            output_profile="srgb", pcs="lab", intent="relative", depth=8
        )
    if image.bands - image.hasalpha() != _BANDS.get(str(meaning)):
        raise InvalidSource(f"it has {image.bands} channels of no known color: save it as RGB or gray")
    if meaning == "cmyk" or (image.get_typeof(_ICC_PROFILE) and not _is_in_srgb(image)):
        image = _by_profile(image)
        return _single_band(image) if meaning in _GRAY else image
    return image.colourspace("b-w" if meaning in _GRAY else "srgb")


def _by_profile(image: pyvips.Image) -> pyvips.Image:
    return image.icc_transform(
        "srgb",
        embedded=True,
        input_profile="cmyk" if image.interpretation == "cmyk" else "srgb",
        intent="relative",
        black_point_compensation=True,
        depth=8,
    )


def _is_in_srgb(image: pyvips.Image) -> bool:
    """Whether the embedded profile is one of the many of sRGB itself, and changes no color by more than one.

    Half of all pictures have one; to convert them takes longer than to compress them.
    """
    if image.interpretation != "srgb" or image.format != "uchar":
        return False
    steps = np.linspace(0, 255, 9).astype(np.uint8)
    colors = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    sample = pyvips.Image.new_from_array(colors).copy(interpretation="srgb")
    sample.set_type(pyvips.GValue.blob_type, _ICC_PROFILE, image.get(_ICC_PROFILE))
    converted = np.asarray(_by_profile(sample).numpy(), np.int16)
    return bool(np.abs(converted - colors).max() <= 1)


def _single_band(image: pyvips.Image) -> pyvips.Image:
    """The gray in three equal bands as one, with its transparency."""
    gray = image.extract_band(1)
    return (gray.bandjoin(image.extract_band(3)) if image.hasalpha() else gray).copy(interpretation="b-w")
