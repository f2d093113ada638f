"""Every tile at every scale factor shows what the source shows there, by libvips' own reduction of it."""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import factories
import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray
from PIL import Image

from iiif.image import pyramid, render, request
from iiif.image.request import Limits
from iiif.image.source import SourceLimits
from iiif.image.tiff import Pyramid

LIMITS = SourceLimits(max_pixels=10**8, max_bytes=10**9)
Values = NDArray[np.float32]


@dataclass(frozen=True)
class Made:
    """A source and the pyramid of it."""

    pixels: factories.Pixels
    stored: Pyramid

    def expected(self, factor: int) -> Values:
        """The whole source reduced by libvips; what is cut at its edges counts as going on as it ends."""
        image = pyvips.Image.new_from_array(self.pixels)
        width, height = (-(-side // factor) * factor for side in (image.width, image.height))
        reduced = image.embed(0, 0, width, height, extend="copy").shrink(factor, factor)
        return np.asarray(reduced.numpy(), np.float32)

    def shown(self, factor: int) -> Values:
        """The whole level, laid out from the tiles that a viewer asks for."""
        image, step = self.stored.image, 512 * factor
        rows = [
            np.hstack([self.tile(x, y, factor) for x in range(0, image.width, step)])
            for y in range(0, image.height, step)
        ]
        return np.vstack(rows)

    def tile(self, x: int, y: int, factor: int) -> Values:
        """The tile that begins at (x, y) of the image, as it is stored."""
        image = self.stored.image
        w, h = min(512 * factor, image.width - x), min(512 * factor, image.height - y)
        path = f"{x},{y},{w},{h}/{-(-w // factor)},{-(-h // factor)}/0/default.jpg"
        plan = request.resolve(request.parse(*path.split("/")), image.width, image.height, Limits())
        jpeg = render.stored(plan, self.stored)
        assert jpeg, path
        return np.asarray(Image.open(io.BytesIO(jpeg)), np.float32)


def made(folder: Path, width: int, height: int) -> Made:
    pixels = natural(width, height)
    source = folder / "source.tif"
    pyvips.Image.new_from_array(pixels).tiffsave(str(source))
    pyramid.make(source, folder / "pyramid.tif", limits=LIMITS, quality=85)
    return Made(pixels, Pyramid.open(folder / "pyramid.tif", width, height))


def natural(width: int, height: int) -> factories.Pixels:
    """A photograph with the texture that nature has: as much of it at every scale, so at every level."""
    texture = np.zeros((height, width), np.float32)
    chance = np.random.default_rng(4)
    for scale in (2, 4, 8, 16, 32, 64):
        grid = chance.normal(0, 3, (-(-height // scale) + 1, -(-width // scale) + 1))
        grown = Image.fromarray(grid.astype(np.float32)).resize(
            (width, height), Image.Resampling.BICUBIC, box=(0, 0, width / scale, height / scale)
        )
        texture += np.asarray(grown)
    return np.asarray(np.clip(factories.photograph(width, height) + texture[..., None], 0, 255), np.uint8)


@pytest.fixture(
    scope="module",
    params=[(1537, 1023), pytest.param((6008, 4016), marks=pytest.mark.slow)],
    ids=["1537x1023", "6008x4016"],
)
def picture(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made(tmp_path_factory.mktemp("exact"), *request.param)


@pytest.fixture(scope="module")
def levels(picture: Made) -> list[tuple[Values, Values]]:
    """Of each scale factor, what is shown and what ought to be."""
    factors = picture.stored.image.scale_factors
    return [(picture.shown(factor), picture.expected(factor)) for factor in factors]


def test_every_tile_has_the_pixels_of_the_source(levels: list[tuple[Values, Values]]) -> None:
    found = [psnr(*tile) for level in levels for tile in tiles(*level)]
    assert min(found) >= 38


def test_nothing_is_lost_but_what_jpeg_loses(levels: list[tuple[Values, Values]]) -> None:
    for shown, expected in levels:
        buffer = io.BytesIO()
        Image.fromarray(expected.astype(np.uint8)).save(buffer, "JPEG", quality=85, subsampling="4:2:0")
        once = np.asarray(Image.open(buffer), np.float32)
        assert psnr(shown, expected) >= psnr(once, expected) - 0.3


def test_no_tile_is_shifted(levels: list[tuple[Values, Values]]) -> None:
    # What is a few pixels wide has no place that could be measured.
    wide = [tile for level in levels for tile in tiles(*level) if min(tile[0].shape[:2]) >= 32]
    assert max(max(map(abs, shift(*tile))) for tile in wide) <= 0.5


def test_the_last_column_and_row_are_no_worse_than_the_rest(levels: list[tuple[Values, Values]]) -> None:
    for shown, expected in levels:
        error = np.abs(shown - expected).mean(axis=-1)
        rest = error[:-1, :-1].mean()
        assert error[:, -1].mean() <= 1.5 * rest
        assert error[-1].mean() <= 1.5 * rest


@pytest.mark.parametrize(("across", "down"), [(0.75, 0.0), (0.0, -0.75), (0.6, 0.6)])
def test_a_shift_would_be_seen(across: float, down: float) -> None:
    still = natural(256, 256)
    moved = pyvips.Image.new_from_array(still).affine([1, 0, 0, 1], odx=across, ody=down, extend="copy")
    moved_values = np.asarray(moved.numpy()[:256, :256], np.float32)
    found = shift(moved_values, still.astype(np.float32))
    assert found == pytest.approx((across, down), abs=0.15)


def tiles(shown: Values, expected: Values) -> Iterator[tuple[Values, Values]]:
    """Both, tile by tile."""
    assert shown.shape == expected.shape
    for top in range(0, shown.shape[0], 512):
        for left in range(0, shown.shape[1], 512):
            place = np.s_[top : top + 512, left : left + 512]
            yield shown[place], expected[place]


def psnr(shown: Values, expected: Values) -> float:
    """The peak signal-to-noise ratio in decibels."""
    return 10 * math.log10(255**2 / float(np.square(shown - expected).mean()))


def shift(shown: Values, expected: Values) -> tuple[float, float]:
    """By how many pixels it stands to the right and down: what the slopes of the picture say of its error."""
    before, after = expected.mean(axis=-1), shown.mean(axis=-1)
    # Smoothed, so that noise has little to say.
    before, after = (_smoothed(values) for values in (before, after))
    down, across = np.gradient(before)
    slopes = np.stack([across.ravel(), down.ravel()], axis=1)
    (right, below), *_ = np.linalg.lstsq(slopes, (before - after).ravel(), rcond=None)
    return float(right), float(below)


def _smoothed(values: Values) -> Values:
    image = pyvips.Image.new_from_array(np.ascontiguousarray(values)).gaussblur(1.5)
    return np.asarray(image.numpy(), np.float32)
