import concurrent.futures
import dataclasses
import io
from pathlib import Path

import factories
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from iiif.errors import InvalidSource
from iiif.image import pyramid, tiff
from iiif.image.levels import TiledImage
from iiif.image.source import SourceLimits
from iiif.image.tiff import FileReader, Pyramid

LIMITS = SourceLimits(max_pixels=10**7, max_bytes=10**8)
WIDTH, HEIGHT = 1101, 530


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiff")
    picture = factories.png(folder / "picture.png", factories.photograph(WIDTH, HEIGHT))
    pyramid.make(picture, folder / "pyramid.tif", limits=LIMITS, quality=89)
    return folder / "pyramid.tif"


def decoded(tile: bytes) -> JpegImageFile:
    picture = JpegImageFile(io.BytesIO(tile))
    picture.load()
    return picture


def test_pyramid_knows_its_image(stored: Path) -> None:
    opened = Pyramid.open(stored, WIDTH, HEIGHT)
    assert opened.image == TiledImage(WIDTH, HEIGHT)
    assert [(level.columns, level.rows) for level in opened.levels] == [(3, 2), (2, 1), (1, 1)]


def test_gray_pyramid_says_so(tmp_path: Path) -> None:
    picture = factories.png(tmp_path / "gray.png", factories.gray_photograph())
    pyramid.make(picture, tmp_path / "pyramid.tif", limits=LIMITS)
    assert Pyramid.open(tmp_path / "pyramid.tif", 96, 64).image == TiledImage(96, 64, gray=True)


def test_tile_is_a_complete_jpeg_of_subsampled_color(stored: Path) -> None:
    tile = Pyramid.open(stored, WIDTH, HEIGHT).tile(0, 0, 0)
    picture = decoded(tile)
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (512, 512))
    assert [(across, down) for _, across, down, _ in picture.layer] == [(2, 2), (1, 1), (1, 1)]
    assert tile[:2] == b"\xff\xd8"
    assert tile[-2:] == b"\xff\xd9"


def test_tiles_of_every_level_join_to_the_whole_image(stored: Path) -> None:
    opened = Pyramid.open(stored, WIDTH, HEIGHT)
    whole = Image.fromarray(factories.photograph(WIDTH, HEIGHT))
    for number, (width, height) in enumerate(opened.image.level_sizes):
        level, joined = opened.levels[number], Image.new("RGB", (width, height))
        for row in range(level.rows):
            for column in range(level.columns):
                joined.paste(decoded(opened.tile(number, column, row)), (column * 512, row * 512))
        # The last column and row too: libvips' own would be shifted and dark there.
        difference = np.abs(np.asarray(joined, np.int16) - np.asarray(_reduced(whole, 1 << number), np.int16))
        assert difference.max() <= 9, f"level {number}"


def test_a_store_serves_the_same_tiles_as_a_file(stored: Path) -> None:
    memory = Pyramid.open(factories.Memory(stored.read_bytes()), WIDTH, HEIGHT)
    assert memory.tile(1, 1, 0) == Pyramid.open(stored, WIDTH, HEIGHT).tile(1, 1, 0)


def test_threads_share_a_pyramid(stored: Path) -> None:
    opened = Pyramid.open(stored, WIDTH, HEIGHT)
    wanted = [(0, column, row) for column in range(3) for row in range(2)] * 40
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        tiles = list(pool.map(lambda place: opened.tile(*place), wanted))
    assert tiles == [opened.tile(*place) for place in wanted]


@pytest.mark.parametrize("place", [(0, 3, 0), (0, 0, 2), (0, -1, 0), (3, 0, 0)])
def test_tile_outside_its_level_is_an_index_error(stored: Path, place: tuple[int, int, int]) -> None:
    opened = Pyramid.open(stored, WIDTH, HEIGHT)
    with pytest.raises(IndexError):
        opened.tile(*place)


@pytest.mark.parametrize("size", [(WIDTH, 1), (600, HEIGHT), (9000, 9000)])
def test_pyramid_of_another_image_is_refused(stored: Path, size: tuple[int, int]) -> None:
    with pytest.raises(InvalidSource, match="not the levels of this image"):
        Pyramid.open(stored, *size)


def test_tiff_that_is_no_pyramid_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="damaged"):
        Pyramid.open(factories.tiff(tmp_path / "plain.tif"), 96, 64)


def test_pyramid_cut_off_in_a_tile_is_refused_when_the_tile_is_read(stored: Path) -> None:
    opened = Pyramid.open(stored, WIDTH, HEIGHT)
    last = opened.levels[0].offsets[-1] + 10
    cut = dataclasses.replace(opened, reader=factories.Memory(stored.read_bytes()[:last]))
    with pytest.raises(InvalidSource, match="ends too early"):
        cut.tile(0, 2, 1)


def test_directories_that_turn_back_are_refused() -> None:
    empty_directory_pointing_at_itself = b"II*\0\x08\0\0\0" + b"\0\0" + b"\x08\0\0\0"
    with pytest.raises(InvalidSource, match="has no end"):
        list(tiff.directories(factories.Memory(empty_directory_pointing_at_itself)))


@pytest.mark.parametrize(
    "start", [b"", b"II", b"II*\0", b"XX*\0\x08\0\0\0", b"II+\0\x04\0\0\0", b"MM\0*\xff\xff\xff\xff"]
)
def test_header_that_is_none_is_refused(start: bytes) -> None:
    with pytest.raises(InvalidSource, match="the TIFF file is damaged"):
        list(tiff.directories(factories.Memory(start)))


@given(
    changes=st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), min_size=1, max_size=12),
    tail=st.booleans(),
)
@example(changes=[(8, 255), (15, 255)], tail=False)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_damaged_pyramid_raises_nothing_else(
    stored: Path, changes: list[tuple[int, int]], tail: bool
) -> None:
    content = bytearray(stored.read_bytes())
    for place, value in changes:
        # The directories stand at the ends of what they describe, the last one at the file's.
        content[-1 - place if tail else place] = value
    try:
        opened = Pyramid.open(factories.Memory(bytes(content)), WIDTH, HEIGHT)
        opened.tile(0, 0, 0)
    except InvalidSource as refusal:
        assert "damaged" in str(refusal)  # noqa: PT017 - undamaged is fine too


def test_reader_closes_its_file_when_nobody_uses_it(stored: Path) -> None:
    reader = FileReader(stored)
    descriptor = Path(f"/proc/self/fd/{reader._descriptor}")
    assert descriptor.exists()
    del reader
    assert not descriptor.exists()


def _reduced(whole: Image.Image, factor: int) -> Image.Image:
    """Means of ``factor`` × ``factor`` pixels, the last ones repeated where the image ends."""
    pixels = np.asarray(whole)
    right, below = -pixels.shape[1] % factor, -pixels.shape[0] % factor
    padded = np.pad(pixels, ((0, below), (0, right), (0, 0)), mode="edge")
    rows, columns = padded.shape[0] // factor, padded.shape[1] // factor
    means = padded.reshape(rows, factor, columns, factor, 3).mean(axis=(1, 3))
    return Image.fromarray(means.round().astype(np.uint8))
