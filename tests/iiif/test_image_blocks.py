"""Blocks joined as bytes show what the stored tiles show, wherever they are cut."""

import dataclasses
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import factories
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from iiif.errors import InvalidSource
from iiif.image import blocks, pyramid, render, request
from iiif.image.request import Limits
from iiif.image.source import SourceLimits
from iiif.image.tiff import Level, Pyramid

WIDTH, HEIGHT = 1101, 1030
LIMITS = SourceLimits(max_pixels=10**7, max_bytes=10**8)
# What a decoder makes of color at a cut: there it lacks the neighbor that the whole tile has.
EDGE = 20


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Pyramid:
    return made(tmp_path_factory.mktemp("blocks"), mottled(WIDTH, HEIGHT))


@pytest.fixture(scope="module")
def shown(stored: Pyramid) -> list[NDArray[np.int16]]:
    """Of each level, all that its tiles show, margins included."""
    return [whole(stored, level) for level in stored.levels]


def made(folder: Path, pixels: factories.Pixels) -> Pyramid:
    picture = factories.png(folder / "picture.png", pixels, compress_level=1)
    image = pyramid.make(picture, folder / "pyramid.tif", limits=LIMITS)
    # In memory, so that thousands of examples read no disk.
    return Pyramid.open(factories.Memory((folder / "pyramid.tif").read_bytes()), image.width, image.height)


def mottled(width: int, height: int) -> factories.Pixels:
    """A photograph under a grain, so that no two blocks are alike."""
    grain = np.random.default_rng(4).integers(-20, 20, (height, width, 3))
    return np.asarray(np.clip(factories.photograph(width, height) + grain, 0, 255), np.uint8)


def whole(stored: Pyramid, level: Level) -> NDArray[np.int16]:
    rows = [
        [decoded(tile) for tile in stored.tiles(level, row, range(level.columns))]
        for row in range(level.rows)
    ]
    return np.vstack([np.hstack(row) for row in rows])


def decoded(jpeg: bytes) -> NDArray[np.int16]:
    return np.asarray(Image.open(io.BytesIO(jpeg)), np.int16)


def rendered(stored: Pyramid, level: int, box: tuple[int, int, int, int]) -> bytes:
    """A rectangle ``(left, top, right, bottom)`` of a level's own pixels, as it is asked for."""
    (left, top, right, bottom), factor = box, 1 << level
    size = stored.image.width, stored.image.height
    region = (left * factor, top * factor, (right - left) * factor, (bottom - top) * factor)
    path = f"{','.join(map(str, region))}/{right - left},{bottom - top}/0/default.jpg"
    return render.render(request.resolve(request.parse(*path.split("/")), *size, Limits()), stored)


def away_from_cuts(start: int, stop: int) -> list[int]:
    """The rows or columns of a cut, from its start on, whose color no decoder takes from across an edge.

    The edges of tiles count as well: the tiles that it is compared with are decoded one by one.
    """
    return [place - start for place in range(start + 1, stop - 1) if place % 512 not in {511, 0}]


@st.composite
def rectangles(draw: st.DrawFn) -> tuple[int, tuple[int, int, int, int]]:
    """A level, and a rectangle of its pixels that begins where a block does and ends anywhere."""
    level = draw(st.sampled_from([0, 0, 1, 2]))
    width, height = -(-WIDTH // (1 << level)), -(-HEIGHT // (1 << level))
    left, top = 16 * draw(st.integers(0, (width - 1) // 16)), 16 * draw(st.integers(0, (height - 1) // 16))
    right, bottom = draw(st.integers(left + 1, width)), draw(st.integers(top + 1, height))
    return level, (left, top, right, bottom)


@given(rectangle=rectangles())
@example(rectangle=(0, (0, 0, WIDTH, HEIGHT)))
@example(rectangle=(0, (0, 0, 1, 1)))
@example(rectangle=(0, (1088, 1024, WIDTH, HEIGHT)))
@example(rectangle=(0, (496, 496, 528, 528)))
@example(rectangle=(0, (416, 0, 419, 12)))
@example(rectangle=(0, (512, 0, 513, HEIGHT)))
@example(rectangle=(1, (0, 0, 551, 515)))
@settings(deadline=None, max_examples=60)
def test_any_rectangle_of_blocks_is_as_in_the_tiles(
    stored: Pyramid, shown: list[NDArray[np.int16]], rectangle: tuple[int, tuple[int, int, int, int]]
) -> None:
    level, (left, top, right, bottom) = rectangle
    jpeg = rendered(stored, level, (left, top, right, bottom))
    joined, expected = decoded(jpeg), shown[level][top:bottom, left:right]
    assert joined.shape == expected.shape
    # Color that is up to two samples wide is not smoothed by libjpeg at all.
    columns = away_from_cuts(left, right) if right - left > 4 else []
    inside = np.ix_(away_from_cuts(top, bottom), columns)
    assert np.array_equal(joined[inside], expected[inside])
    assert np.abs(joined - expected).max() <= EDGE
    assert restarts(jpeg) == counted(right - left, bottom - top)


@pytest.mark.parametrize(
    ("width", "height"),
    [(1, 1), (15, 17), (16, 16), (17, 15), (128, 16), (144, 16), (512, 512), (513, 1), (1, 513), (1025, 33)],
)
def test_an_image_of_any_size_is_joined_whole(width: int, height: int, tmp_path: Path) -> None:
    small = made(tmp_path, mottled(width, height))
    jpeg = rendered(small, 0, (0, 0, width, height))
    joined, expected = decoded(jpeg), whole(small, small.levels[0])[:height, :width]
    assert joined.shape == (height, width, 3)
    inside = np.ix_(away_from_cuts(0, height), away_from_cuts(0, width))
    assert np.array_equal(joined[inside], expected[inside])
    assert np.abs(joined - expected).max() <= EDGE
    assert restarts(jpeg) == counted(width, height)


def test_gray_is_joined_as_color_is(tmp_path: Path) -> None:
    gray = made(tmp_path, np.ascontiguousarray(mottled(600, 520)[..., 0]))
    joined = decoded(rendered(gray, 0, (16, 16, 600, 520)))
    assert np.ptp(joined, axis=-1).max() == 0
    assert np.array_equal(joined, whole(gray, gray.levels[0])[16:520, 16:600])


@pytest.mark.parametrize("quality", [1, 13, 15, 16, 19, 22, 85, 100])
def test_blocks_are_found_whatever_the_quality(quality: int, tmp_path: Path) -> None:
    picture = factories.png(tmp_path / "a.png", mottled(64, 48))
    pyramid.make(picture, tmp_path / "a.tif", limits=LIMITS, quality=quality)
    stored = Pyramid.open(tmp_path / "a.tif", 64, 48)
    assert stored.blocks_are_independent
    assert len(blocks.split(stored.tile(0, 0, 0), 32 * 32)) == 32 * 32


def test_tiles_whose_blocks_are_not_independent_say_so() -> None:
    options: list[dict[str, Any]] = [
        {"restart_marker_blocks": 2},
        {},
        {"restart_marker_blocks": 1, "subsampling": "4:4:4"},
        # With tables of its own, which the blocks of another tile need not share.
        {"restart_marker_blocks": 1, "streamtype": 0},
    ]
    for option in options:
        buffer = io.BytesIO()
        Image.fromarray(mottled(64, 64)).save(
            buffer, "JPEG", **({"subsampling": "4:2:0", "streamtype": 2} | option)
        )
        assert not blocks.are_independent(buffer.getvalue())


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda tile: tile[: len(tile) // 2] + b"\xff\xd9", id="cut short"),
        pytest.param(lambda tile: tile.replace(b"\xff\xd3", b"\xff\x00", 1), id="a marker less"),
        pytest.param(lambda tile: tile[:-2] + b"\xff\xd7\xff\xd9", id="a marker more"),
        pytest.param(lambda tile: bytes(len(tile)), id="zeros"),
        pytest.param(lambda tile: tile[:20], id="its beginning alone"),
        pytest.param(lambda tile: b"", id="nothing"),
    ],
)
def test_a_damaged_tile_has_no_blocks(stored: Pyramid, damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(InvalidSource, match="a tile lacks blocks; make it anew"):
        blocks.split(damage(stored.tile(0, 0, 0)), 32 * 32)


@pytest.mark.parametrize("size", [(300, 300), (1000, 1000)])
def test_a_damaged_tile_is_told_and_not_joined(stored: Pyramid, size: tuple[int, int]) -> None:
    start, length = stored.levels[0].offsets[0], stored.levels[0].byte_counts[0]
    content = bytearray(stored.reader.read_range(0, 1 << 30))
    content[start + length // 2 : start + length] = bytes(length - length // 2)
    damaged = dataclasses.replace(stored, reader=factories.Memory(bytes(content)))
    with pytest.raises(InvalidSource, match="make it anew"):
        rendered(damaged, 0, (0, 0, *size))


def restarts(jpeg: bytes) -> list[int]:
    """The numbers of the restart markers, in their order."""
    return [marker[1] - 0xD0 for marker in re.findall(rb"\xff[\xd0-\xd7]", jpeg)]


def counted(width: int, height: int) -> list[int]:
    """What they must be: from 0 to 7 and round again, after every block but the last."""
    return [number % 8 for number in range(-(-width // 16) * -(-height // 16) - 1)]
