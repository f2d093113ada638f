"""The BigTIFF that is written is one for every program that reads BigTIFF."""

import io
from collections.abc import Iterator
from pathlib import Path

import factories
import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray
from PIL import Image

from iiif.image import pyramid, tiff
from iiif.image.bigtiff import Picture, Writer
from iiif.image.source import SourceLimits
from iiif.image.tiff import FileReader, Level, Pyramid

LIMITS = SourceLimits(max_pixels=10**7, max_bytes=10**8)
SIZES = [(1300, 901), (513, 40), (300, 200), (16, 16), (1, 1)]
# libvips opens no picture that is far smaller than its tile.
READ_BY_LIBVIPS = SIZES[:3]


def named(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.fixture(scope="module", params=SIZES, ids=named)
def color(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Pyramid]:
    """A file of ours, and what our own reader finds in it."""
    return made(tmp_path_factory.mktemp("bigtiff"), factories.photograph(*request.param))


def made(folder: Path, pixels: factories.Pixels) -> tuple[Path, Pyramid]:
    picture = factories.png(folder / "picture.png", pixels, compress_level=1)
    image = pyramid.make(picture, folder / "pyramid.tif", limits=LIMITS)
    return folder / "pyramid.tif", Pyramid.open(folder / "pyramid.tif", image.width, image.height)


def pictures(stored: Pyramid) -> Iterator[tuple[Level, NDArray[np.int16]]]:
    """Every picture as our own reader finds it: the levels, then the ready sizes."""
    for level in (*stored.levels, *stored.ready):
        rows = [stored.tiles(level, row, range(level.columns)) for row in range(level.rows)]
        decoded = [[np.asarray(Image.open(io.BytesIO(tile)), np.int16) for tile in row] for row in rows]
        joined = np.vstack([np.hstack(row) for row in decoded])
        yield level, joined[: level.size[1], : level.size[0]]


def test_it_holds_the_levels_and_the_ready_sizes(color: tuple[Path, Pyramid]) -> None:
    _, stored = color
    assert tuple(level.size for level in stored.levels) == stored.image.level_sizes
    assert tuple(level.size for level in stored.ready) == stored.image.ready_sizes


@pytest.mark.parametrize("color", READ_BY_LIBVIPS, ids=named, indirect=True)
def test_libvips_reads_every_picture(color: tuple[Path, Pyramid]) -> None:
    path, stored = color
    pages = pyvips.Image.tiffload(str(path)).get("n-pages")
    expected = list(pictures(stored))
    assert pages == len(expected)
    for page, (level, pixels) in enumerate(expected):
        read = pyvips.Image.tiffload(str(path), page=page, fail_on="warning")
        assert (read.width, read.height, read.bands, read.interpretation) == (*level.size, 3, "srgb")
        assert np.abs(read.numpy().astype(np.int16) - pixels).max() <= 1


def test_pillow_reads_every_picture(color: tuple[Path, Pyramid]) -> None:
    path, stored = color
    expected = list(pictures(stored))
    with Image.open(path) as file:
        assert getattr(file, "n_frames", 1) == len(expected)
        for page, (level, pixels) in enumerate(expected):
            file.seek(page)
            assert file.size == level.size
            assert np.abs(np.asarray(file.convert("RGB"), np.int16) - pixels).max() <= 1


def test_only_the_first_picture_is_no_reduced_copy(color: tuple[Path, Pyramid]) -> None:
    kinds = [directory.integer(tiff.SUBFILE_TYPE) for directory in tiff.directories(FileReader(color[0]))]
    assert kinds == [0] + [1] * (len(kinds) - 1)


def test_a_directory_lists_its_fields_in_order(color: tuple[Path, Pyramid]) -> None:
    for directory in tiff.directories(FileReader(color[0])):
        assert list(directory.fields) == sorted(directory.fields)


def test_gray_is_gray_to_every_reader(tmp_path: Path) -> None:
    path, stored = made(tmp_path, factories.gray_photograph(1100, 400))
    assert stored.image.gray
    for page, (level, _) in enumerate(pictures(stored)):
        read = pyvips.Image.tiffload(str(path), page=page, fail_on="warning").numpy().astype(np.int16)
        assert read.shape[:2] == level.size[::-1]
        assert np.ptp(read, axis=-1).max() == 0
    assert np.abs(stored_first(stored) - factories.gray_photograph(1100, 400)).max() <= 9


def stored_first(stored: Pyramid) -> NDArray[np.int16]:
    _, pixels = next(pictures(stored))
    return pixels[..., 0]


def test_tiles_may_come_in_any_order(tmp_path: Path) -> None:
    tables, streams = _streams()
    picture, small = Picture((40, 40), (16, 16)), Picture((16, 16), (16, 16))
    with (tmp_path / "a.tif").open("wb") as file:
        writer = Writer(file, tables, b"\0")
        for number in (8, 0, 4, 1, 3, 2, 7, 5):
            writer.add(picture, streams[number], column=number % 3, row=number // 3)
        writer.add(small, streams[9], column=0, row=0)
        writer.add(picture, streams[6], column=0, row=2)
        writer.finish([picture, small])
    read = [pyvips.Image.tiffload(str(tmp_path / "a.tif"), page=page).numpy() for page in (0, 1)]
    assert [pixels.shape for pixels in read] == [(40, 40, 3), (16, 16, 3)]
    grays = [int(read[0][row * 16, column * 16, 0]) for row in range(3) for column in range(3)]
    assert grays == pytest.approx([20 * number for number in range(9)], abs=2)
    assert int(read[1].mean()) == pytest.approx(180, abs=2)


def _streams() -> tuple[bytes, list[bytes]]:
    """The tables, and ten streams of 16 × 16 pixels, each of a gray 20 lighter than the last."""

    def saved(gray: int, streamtype: int) -> bytes:
        buffer = io.BytesIO()
        tile = Image.new("RGB", (16, 16), (gray, gray, gray))
        tile.save(buffer, "JPEG", quality=90, subsampling="4:2:0", streamtype=streamtype)
        return buffer.getvalue()

    return saved(0, 1), [saved(20 * number, 2) for number in range(10)]
