"""Which pyramids are taken over as they are, and what they then answer."""

import io
from pathlib import Path
from typing import Any

import factories
import numpy as np
import pytest
import pyvips
from PIL import Image

from iiif.image import pyramid, render, request
from iiif.image.request import Limits
from iiif.image.source import SourceLimits
from iiif.image.tiff import Pyramid

LIMITS = SourceLimits(max_pixels=10**7, max_bytes=10**8)
PLAIN: dict[str, Any] = {
    "compression": "jpeg",
    "Q": 85,
    "tile": True,
    "tile_width": 512,
    "tile_height": 512,
    "pyramid": True,
}


def foreign(path: Path, width: int, height: int, **options: Any) -> Path:  # Any: libvips' own options.
    """A pyramid as other programs write it."""
    pixels = pyvips.Image.new_from_array(factories.photograph(width, height)).copy(interpretation="srgb")
    pixels.tiffsave(str(path), **{**PLAIN, "depth": "onetile", **options})
    return path


def made(source: Path) -> Path:
    """What stands in the store for a source."""
    target = source.with_suffix(".made.tif")
    pyramid.make(source, target, limits=LIMITS)
    return target


@pytest.mark.parametrize("bigtiff", [False, True])
def test_a_pyramid_that_holds_what_is_announced_is_taken_over(bigtiff: bool, tmp_path: Path) -> None:
    source = foreign(tmp_path / "a.tif", 1344, 1088, bigtiff=bigtiff, keep=0)
    assert made(source).read_bytes() == source.read_bytes()


def test_our_own_pyramid_is_taken_over_whatever_its_size(tmp_path: Path) -> None:
    source = made(factories.png(tmp_path / "a.png", factories.photograph(1301, 777)))
    assert made(source).read_bytes() == source.read_bytes()


@pytest.mark.parametrize(
    ("size", "options"),
    [
        pytest.param((1343, 1087), {}, id="levels rounded down"),
        pytest.param((1304, 1080), {}, id="a level ends within a block"),
        pytest.param((1344, 1088), {"tile_width": 256, "tile_height": 256}, id="other tiles"),
        pytest.param((1344, 1088), {"compression": "deflate"}, id="no JPEG"),
        pytest.param((1344, 1088), {"Q": 92}, id="RGB tiles"),
        pytest.param((1344, 1088), {"profile": "p3"}, id="another color space"),
        pytest.param((1344, 1088), {"subifd": True}, id="levels below the page"),
        pytest.param((1344, 1088), {"pyramid": False}, id="no levels"),
    ],
)
def test_any_other_is_read_as_a_source(
    size: tuple[int, int], options: dict[str, Any], tmp_path: Path
) -> None:
    source = foreign(tmp_path / "a.tif", *size, **options)
    target = made(source)
    assert target.read_bytes() != source.read_bytes()
    assert Pyramid.open(target, *size).blocks_are_independent


def test_one_that_is_cut_short_is_not_taken_over(tmp_path: Path) -> None:
    source = foreign(tmp_path / "a.tif", 1344, 1088, keep=0)
    opened = Pyramid.open(source, 1344, 1088)
    assert opened.levels[0].offsets[-1] < source.stat().st_size
    source.write_bytes(source.read_bytes()[: opened.levels[0].offsets[-1] + 10])
    with pytest.raises(ValueError, match="damaged"):
        made(source)


@pytest.mark.parametrize(
    "path",
    [
        "512,512,512,512/512,512/0/default.jpg",
        "1024,512,320,512/320,512/0/default.jpg",
        "0,1024,1024,64/512,32/0/default.png",
        "full/max/0/default.jpg",
        "300,200,700,800/350,400/0/default.png",
        "full/200,/0/gray.png",
    ],
)
def test_it_answers_what_the_source_shows(path: str, tmp_path: Path) -> None:
    opened = Pyramid.open(made(foreign(tmp_path / "a.tif", 1344, 1088, keep=0)), 1344, 1088)
    plan = request.resolve(request.parse(*path.split("/")), 1344, 1088, Limits())
    x, y, w, h = plan.region
    whole = Image.fromarray(factories.photograph(1344, 1088)).crop((x, y, x + w, y + h)).resize(plan.size)
    picture = Image.open(io.BytesIO(render.render(plan, opened)))
    difference = np.abs(np.asarray(picture.convert("RGB"), int) - np.asarray(whole, int))
    assert plan.quality == "gray" or difference.mean() <= 2.5
    assert picture.size == plan.size
