import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import factories
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from iiif.errors import InvalidSource
from iiif.image import pixels, source
from iiif.image.source import SourceLimits

LIMITS = SourceLimits(max_pixels=10**6, max_bytes=10**7)
COLORS, GRAYS = factories.photograph(), factories.gray_photograph()
ALPHA = 255 - GRAYS
# What the source's own compression or coarse steps may cost; a wrong profile, scale or order costs more.
LOSSY, LOSS = ("JPEG", "AVIF", "Lab"), 9


def shown(path: Path) -> NDArray[np.float64]:
    """The pixels as they are shown: (h, w) or (h, w, 3)."""
    image = pixels.load(path, source.read(path, LIMITS))
    assert (image.format, image.bands in {1, 3}) == ("uchar", True)
    return np.asarray(image.numpy(), np.float64)


def on_white(values: factories.Pixels, alpha: factories.Pixels) -> NDArray[np.float64]:
    opacity = alpha / 255 if values.ndim == 2 else alpha[..., None] / 255
    return values * opacity + 255 * (1 - opacity)


def by_profile(values: factories.Pixels, profile: bytes) -> factories.Pixels:
    """To sRGB by Pillow's own use of littleCMS: relative colorimetric, black point compensated."""
    picture = (
        Image.fromarray(values)
        if values.shape[2] == 3
        else Image.frombytes("CMYK", (96, 64), values.tobytes())
    )
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    to_srgb = ImageCms.buildTransform(
        source,
        ImageCms.createProfile("sRGB"),
        picture.mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    converted = ImageCms.applyTransform(picture, to_srgb)
    assert converted is not None
    return np.asarray(converted)


def as_light(values: factories.Pixels) -> NDArray[np.float32]:
    """From 0 to 1, proportional to light: the curve of sRGB undone (IEC 61966-2-1)."""
    share = values / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4).astype(np.float32)


INK = np.dstack([255 - COLORS, GRAYS // 3])
LAB = np.asarray(Image.fromarray(COLORS).convert("LAB")).astype(np.float64)
LAB_16 = np.dstack(
    [LAB[..., 0] / 255 * 32767, np.asarray(LAB[..., 1:]).astype(np.uint8).view(np.int8) * 256.0]
)


def table_of_kinds() -> dict[str, tuple[Callable[[Path], Path], Any]]:
    """Each kind of source, and how it must look: computed without libvips."""
    f, wide = factories, factories.wide_gamut_profile()
    return {
        "color JPEG": (lambda p: f.jpeg(p / "a.jpg"), COLORS),
        "progressive JPEG": (lambda p: f.jpeg(p / "a.jpg", progressive=True), COLORS),
        "gray JPEG": (lambda p: f.jpeg(p / "a.jpg", GRAYS), GRAYS),
        "interlaced PNG": (lambda p: f.interlaced_png(p / "a.png"), COLORS),
        "CMYK TIFF with profile": (
            lambda p: f.with_profile(p / "a.tif", INK, f.cmyk_profile()),
            by_profile(INK, f.cmyk_profile()),
        ),
        "CMYK JPEG with profile": (
            lambda p: f.with_profile(p / "a.jpg", INK, f.cmyk_profile(), quality=98, subsampling=0),
            by_profile(INK, f.cmyk_profile()),
        ),
        "CMYK without profile": (
            lambda p: f.with_profile(p / "a.tif", INK, b""),
            by_profile(INK, f.cmyk_profile()),
        ),
        "wide gamut JPEG": (
            lambda p: f.with_profile(p / "a.jpg", COLORS, wide),
            by_profile(f.as_stored(COLORS, "JPEG"), wide),
        ),
        "wide gamut PNG": (lambda p: f.with_profile(p / "a.png", COLORS, wide), by_profile(COLORS, wide)),
        "wide gamut JPEG 2000": (
            lambda p: f.jpeg2000_with_profile(p / "a.jp2", COLORS, wide),
            by_profile(COLORS, wide),
        ),
        "gray with profile": (
            lambda p: f.with_profile(
                p / "a.tif", (as_light(GRAYS) * 255).round().astype(np.uint8), f.gray_profile()
            ),
            GRAYS,
        ),
        "profile of another color space": (lambda p: f.with_profile(p / "a.png", GRAYS, wide), GRAYS),
        "profile that is none": (lambda p: f.with_profile(p / "a.tif", COLORS, b"no profile" * 20), COLORS),
        "16 bit color TIFF": (lambda p: f.deep(p / "a.tif", COLORS.astype(np.uint16) * 257), COLORS),
        "16 bit color PNG": (lambda p: f.deep(p / "a.png", COLORS.astype(np.uint16) * 257), COLORS),
        "16 bit gray TIFF": (lambda p: f.deep(p / "a.tif", GRAYS.astype(np.uint16) * 257, "grey16"), GRAYS),
        "16 bit gray PNG": (lambda p: f.deep(p / "a.png", GRAYS.astype(np.uint16) * 257, "grey16"), GRAYS),
        "16 bit alpha PNG": (
            lambda p: f.deep(p / "a.png", np.dstack([COLORS, ALPHA]).astype(np.uint16) * 257),
            on_white(COLORS, ALPHA),
        ),
        "32 bit gray": (
            lambda p: f.deep(p / "a.tif", GRAYS.astype(np.uint32) << 20, "b-w"),
            (GRAYS - GRAYS.min()) * (255.0 / np.ptp(GRAYS)),
        ),
        "float gray": (
            lambda p: f.deep(p / "a.tif", GRAYS.astype(np.float32) * 7 - 500, "b-w"),
            (GRAYS - GRAYS.min()) * (255.0 / np.ptp(GRAYS)),
        ),
        "float gray of one value": (
            lambda p: f.deep(p / "a.tif", GRAYS.astype(np.float32) * 0, "b-w"),
            GRAYS * 0,
        ),
        "float color": (lambda p: f.deep(p / "a.tif", as_light(COLORS), "scrgb"), COLORS),
        "8 bit Lab": (lambda p: f.converted(p / "a.tif", "LAB"), COLORS),
        "16 bit Lab": (lambda p: f.deep(p / "a.tif", LAB_16.round().astype(np.int16), "labs"), COLORS),
        "JPEG in TIFF": (lambda p: f.tiff(p / "a.tif", compression="jpeg", quality=95), COLORS),
        "alpha PNG": (lambda p: f.png(p / "a.png", np.dstack([COLORS, ALPHA])), on_white(COLORS, ALPHA)),
        "alpha WebP": (
            lambda p: f.translucent(p / "a.webp", COLORS, ALPHA, lossless=True),
            on_white(COLORS, ALPHA),
        ),
        "gray alpha PNG": (lambda p: f.translucent(p / "a.png", GRAYS, ALPHA), on_white(GRAYS, ALPHA)),
        "gray alpha TIFF": (lambda p: f.translucent(p / "a.tif", GRAYS, ALPHA), on_white(GRAYS, ALPHA)),
        "premultiplied TIFF": (
            lambda p: f.premultiplied(p / "a.tif", COLORS, ALPHA),
            on_white(COLORS, ALPHA),
        ),
        "TIFF with a selection": (lambda p: f.with_selection(p / "a.tif", COLORS, ALPHA), COLORS),
        "palette PNG": (lambda p: f.converted(p / "a.png", "P"), f.as_palette(COLORS)),
        "palette TIFF": (lambda p: f.converted(p / "a.tif", "P"), f.as_palette(COLORS)),
        "palette GIF": (lambda p: f.converted(p / "a.gif", "P"), f.as_palette(COLORS)),
        "palette BMP": (lambda p: f.converted(p / "a.bmp", "P"), f.as_palette(COLORS)),
        "1 bit PNG": (lambda p: f.png(p / "a.png", f.two_tones()), f.two_tones() * np.uint8(255)),
        "1 bit TIFF": (lambda p: f.tiff(p / "a.tif", f.two_tones()), f.two_tones() * np.uint8(255)),
        "1 bit TIFF, white is 0": (
            lambda p: f.tiff(p / "a.tif", f.two_tones(), compression="group4", tiffinfo={262: 0}),
            f.two_tones() * np.uint8(255),
        ),
        "1 bit BMP": (lambda p: f.converted(p / "a.bmp", "1", f.two_tones()), f.two_tones() * np.uint8(255)),
        "animated GIF": (
            lambda p: f.animation(p / "a.gif", [COLORS, 255 - COLORS]),
            f.as_stored(COLORS, "GIF"),
        ),
        "animated WebP": (lambda p: f.animation(p / "a.webp", [COLORS, 255 - COLORS], lossless=True), COLORS),
        "AVIF": (lambda p: f.converted(p / "a.avif", "RGB", quality=95), COLORS),
        "BMP": (lambda p: f.converted(p / "a.bmp", "RGB"), COLORS),
    }


KINDS = table_of_kinds()


@pytest.mark.parametrize("kind", KINDS)
def test_colors_are_those_that_the_source_means(kind: str, tmp_path: Path) -> None:
    written, expected = KINDS[kind]
    difference = np.abs(shown(written(tmp_path)) - np.asarray(expected, np.float64))
    assert difference.max() <= (LOSS if any(word in kind for word in LOSSY) else 2)
    assert difference.mean() <= 1.5


def test_values_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="no numbers"):
        shown(factories.deep(tmp_path / "a.tif", np.full((8, 8), np.inf, np.float32), "b-w"))


def test_channels_of_no_known_color_are_refused(tmp_path: Path) -> None:
    picture = factories.retagged(factories.tiff(tmp_path / "a.tif"), 262, 1)
    with pytest.raises(InvalidSource, match="3 channels of no known color"):
        shown(picture)
