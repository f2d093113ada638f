import io
import math
from pathlib import Path

import factories
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from iiif.errors import InvalidSource
from iiif.image import pyramid, render, request
from iiif.image.request import Limits, Plan
from iiif.image.source import SourceLimits
from iiif.image.tiff import Pyramid

WIDTH, HEIGHT = 1300, 901
LIMITS = SourceLimits(max_pixels=10**7, max_bytes=10**8)


class Counting:
    """A store that remembers how many tiles were read."""

    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        self.reads = self.read = 0

    def read_range(self, offset: int, length: int) -> bytes:
        self.reads += 1
        self.read += length
        return self.content[offset : offset + length]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("render")
    for name, pixels in {
        "color": factories.photograph(WIDTH, HEIGHT),
        "gray": factories.gray_photograph(WIDTH, HEIGHT),
        "waves": waves(),
        "dot": factories.photograph(1, 1),
    }.items():
        picture = factories.png(folder / f"{name}.png", pixels, compress_level=1)
        pyramid.make(picture, folder / f"{name}.tif", limits=LIMITS, quality=89)
    return folder


@pytest.fixture
def color(folder: Path) -> Pyramid:
    return Pyramid.open(folder / "color.tif", WIDTH, HEIGHT)


@pytest.fixture
def gray(folder: Path) -> Pyramid:
    return Pyramid.open(folder / "gray.tif", WIDTH, HEIGHT)


def waves() -> factories.Pixels:
    """A wave of 64 pixels in each direction, whose place can be measured to a hundredth of a pixel."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    turn = 2 * math.pi / 64
    return np.asarray((128 + 60 * np.sin(turn * x) + 60 * np.sin(turn * y)).round(), np.uint8)


def plan(path: str, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Plan:
    return request.resolve(request.parse(*path.split("/")), *size, Limits(max_width=4000))


def drawn(path: str, stored: Pyramid) -> Image.Image:
    size = stored.image.width, stored.image.height
    picture = Image.open(io.BytesIO(render.render(plan(path, size), stored)))
    picture.load()
    return picture


def values(picture: Image.Image) -> NDArray[np.int16]:
    return np.asarray(picture, np.int16)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("full/max/0/default.png", id="all"),
        pytest.param("100,50,300,200/max/0/default.png", id="a region at full size"),
        pytest.param("500,500,200,200/100,100/0/default.png", id="over four tiles, halved"),
        pytest.param("1201,801,99,100/99,100/0/default.png", id="the last corner"),
        pytest.param("full/200,/0/default.png", id="a thumbnail"),
        pytest.param("full/333,77/0/default.png", id="distorted"),
        pytest.param("37,53,701,501/333,240/0/default.png", id="nothing even"),
        pytest.param("3,3,5,5/2,2/0/default.png", id="a few pixels"),
        pytest.param("10,10,30,20/^300,200/0/default.png", id="enlarged"),
    ],
)
def test_rendition_shows_the_region_at_its_size(color: Pyramid, path: str) -> None:
    wanted = plan(path)
    x, y, w, h = wanted.region
    whole = Image.fromarray(factories.photograph(WIDTH, HEIGHT)).crop((x, y, x + w, y + h))
    picture = drawn(path, color)
    assert picture.size == wanted.size
    difference = np.abs(values(picture) - values(whole.resize(wanted.size, Image.Resampling.BICUBIC)))
    assert difference.max() <= 12
    assert difference.mean() <= 1.5


@pytest.mark.parametrize(
    "path",
    [
        "full/max/0/default.png",
        "full/400,277/0/default.png",
        "full/81,56/0/default.png",
        "37,53,701,501/333,240/0/default.png",
        "513,1,700,900/175,225/0/default.png",
        "1,1,1299,900/433,300/0/default.png",
        "100,100,200,200/^700,700/0/default.png",
    ],
)
def test_nothing_is_shifted_by_more_than_a_quarter_of_a_pixel(folder: Path, path: str) -> None:
    stored = Pyramid.open(folder / "waves.tif", WIDTH, HEIGHT)
    (x, y, w, h), (width, height) = plan(path).region, plan(path).size
    pixels = values(drawn(path, stored)).astype(np.float64)
    assert abs(_shift(pixels.mean(axis=0), x, w / width)) < 0.26
    assert abs(_shift(pixels.mean(axis=1), y, h / height)) < 0.26


def test_a_level_given_as_it_is_stands_off_by_less_than_half_a_pixel(folder: Path) -> None:
    # 901 halved is 451 as viewers count: the last row stands for half of one, and is drawn whole.
    stored = Pyramid.open(folder / "waves.tif", WIDTH, HEIGHT)
    pixels = values(drawn("full/650,451/0/default.png", stored)).astype(np.float64)
    assert abs(_shift(pixels.mean(axis=1), 0, HEIGHT / 451)) < 0.5
    assert abs(_shift(pixels.mean(axis=1), 0, 2)) < 0.1


def _shift(line: NDArray[np.float64], start: int, step: float) -> float:
    """By how many pixels of the rendition the wave stands off its place: a least-squares fit of its phase."""
    place = (start + (np.arange(len(line)) + 0.5) * step) * 2 * math.pi / 64
    waves = np.stack([np.sin(place), np.cos(place), np.ones_like(place)], axis=1)
    (sine, cosine, _), *_ = np.linalg.lstsq(waves, line, rcond=None)
    return math.atan2(cosine, sine) * 64 / (2 * math.pi) / step


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("0,0,512,512/512,512/0/default.jpg", (0, 0, 0)),
        ("512,0,512,512/max/0/default.jpg", (0, 1, 0)),
        ("0,0,1024,901/512,451/0/default.png", None),
        ("512,0,512,512/512,512/0/color.jpg", (0, 1, 0)),
        ("512,1,512,512/512,512/0/default.jpg", None),
        ("16,16,512,512/512,512/0/default.jpg", None),
        ("0,0,512,512/511,512/0/default.jpg", None),
        ("0,0,512,512/512,512/0/gray.jpg", None),
        ("0,0,512,512/512,512/!0/default.jpg", None),
        ("0,0,512,512/512,512/90/default.jpg", None),
        ("0,0,512,512/512,512/0/default.png", None),
        ("0,0,256,256/^512,512/0/default.jpg", None),
    ],
)
def test_a_whole_stored_tile_is_passed_through(
    color: Pyramid, path: str, place: tuple[int, int, int] | None
) -> None:
    assert render.stored(plan(path), color) == (color.tile(*place) if place else None)
    if place:
        assert render.render(plan(path), color) == color.tile(*place)


def test_tiles_of_reduced_levels_are_passed_through(tmp_path: Path) -> None:
    picture = factories.png(tmp_path / "a.png", factories.photograph(1023, 1100), compress_level=1)
    pyramid.make(picture, tmp_path / "a.tif", limits=LIMITS)
    stored = Pyramid.open(tmp_path / "a.tif", 1023, 1100)
    # 1023 halved is 512 as viewers count: the last column stands for half of one, and the tile is whole.
    wanted = plan("0,0,1023,1024/512,512/0/default.jpg", (1023, 1100))
    assert render.stored(wanted, stored) == stored.tile(1, 0, 0)


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_an_edge_tile_holds_the_stored_pixels(color: Pyramid, factor: int) -> None:
    side = 512 * factor
    x, y = (WIDTH - 1) // side * side, (HEIGHT - 1) // side * side
    width, height = -(-(WIDTH - x) // factor), -(-(HEIGHT - y) // factor)
    wanted = plan(f"{x},{y},{side},{side}/{width},{height}/0/default.jpg")
    cut = Image.open(io.BytesIO(render.stored(wanted, color) or b""))
    tile = Image.open(io.BytesIO(color.tile(factor.bit_length() - 1, x // side, y // side)))
    assert cut.size == (width, height)
    # Only at its edge a decoder takes the color of the stored margin where it is there.
    assert np.array_equal(
        values(cut)[: height - 1, : width - 1], values(tile.crop((0, 0, width - 1, height - 1)))
    )
    assert np.abs(values(cut) - values(tile.crop((0, 0, width, height)))).max() <= 8


@pytest.mark.parametrize(
    "path", ["full/max", "full/650,451", "full/200,139", "512,512,788,389/max", "32,64,1000,800/500,400"]
)
def test_what_is_stored_is_joined_undecoded(color: Pyramid, path: str) -> None:
    joined = Image.open(io.BytesIO(render.render(plan(f"{path}/0/default.jpg"), color)))
    assert joined.size == plan(f"{path}/0/default.jpg").size
    assert joined.info["jfif"]
    decoded = drawn(f"{path}/0/default.png", color)
    # Two decoders may differ by one in rounding.
    assert np.abs(values(joined) - values(decoded)).max() <= 2


@pytest.mark.parametrize(
    ("path", "tiles"),
    [
        ("10,10,400,400/max/0/gray.jpg", 1),
        ("500,10,400,400/max/0/default.png", 2),
        ("500,500,20,20/max/0/default.png", 4),
        ("full/325,226/0/default.png", 1),
        ("full/200,/0/default.png", 1),
        ("full/max/0/default.png", 6),
    ],
)
def test_only_the_tiles_under_the_region_are_read(folder: Path, path: str, tiles: int) -> None:
    store = Counting(folder / "color.tif")
    stored = Pyramid.open(store, WIDTH, HEIGHT)
    store.reads = store.read = 0
    drawn(path, stored)
    assert store.read <= tiles * max(max(level.byte_counts) for level in stored.levels)
    assert store.reads <= 2 + stored.levels[0].rows


@pytest.mark.parametrize(
    ("format_", "name", "mode"),
    [
        ("jpg", "JPEG", "RGB"),
        ("png", "PNG", "RGB"),
        ("webp", "WEBP", "RGB"),
        ("tif", "TIFF", "RGB"),
        ("gif", "GIF", "P"),
    ],
)
def test_every_format_is_what_it_says(color: Pyramid, format_: str, name: str, mode: str) -> None:
    picture = drawn(f"0,0,300,200/max/0/default.{format_}", color)
    assert (picture.format, picture.mode, picture.size) == (name, mode, (300, 200))
    exact = drawn("0,0,300,200/max/0/default.png", color)
    assert np.abs(values(picture.convert("RGB")) - values(exact)).mean() <= 4


@pytest.mark.parametrize("quality", ["default", "color", "gray"])
@pytest.mark.parametrize("format_", ["jpg", "png", "tif"])
def test_a_gray_source_answers_every_quality_in_gray(gray: Pyramid, quality: str, format_: str) -> None:
    picture = drawn(f"1,0,300,200/max/0/{quality}.{format_}", gray)
    assert picture.mode == "L"
    assert np.abs(values(picture) - factories.gray_photograph(WIDTH, HEIGHT)[:200, 1:301]).max() <= 12


def test_gray_is_the_luminance_of_color(color: Pyramid) -> None:
    picture = drawn("0,0,300,200/max/0/gray.png", color)
    assert picture.mode == "L"
    assert np.abs(values(picture) - factories.gray_photograph(WIDTH, HEIGHT)[:200, :300]).max() <= 8


@pytest.mark.parametrize("format_", ["png", "webp", "tif", "gif"])
@pytest.mark.parametrize("rotation", ["0", "90", "22.5"])
def test_bitonal_is_black_and_white_alone(color: Pyramid, format_: str, rotation: str) -> None:
    picture = drawn(f"full/400,/{rotation}/bitonal.{format_}", color)
    tones = np.unique(values(picture.convert("RGBA"))[..., :3])
    assert tones.tolist() == [0, 255]


def test_bitonal_jpeg_is_as_good_as_black_and_white(color: Pyramid) -> None:
    tones = values(drawn("full/400,/0/bitonal.jpg", color))
    assert np.minimum(tones, 255 - tones).max() <= 4


@pytest.mark.parametrize(
    ("rotation", "quarter_turns", "mirrored"),
    [
        ("0", 0, False),
        ("90", 1, False),
        ("180", 2, False),
        ("270", 3, False),
        ("!0", 0, True),
        ("!90", 1, True),
    ],
)
def test_turning_is_clockwise_and_after_mirroring(
    color: Pyramid, rotation: str, quarter_turns: int, mirrored: bool
) -> None:
    upright = values(drawn("10,20,300,200/150,100/0/default.png", color))
    expected = np.rot90(upright[:, ::-1] if mirrored else upright, -quarter_turns)
    assert np.array_equal(values(drawn(f"10,20,300,200/150,100/{rotation}/default.png", color)), expected)


def test_any_angle_turns_clockwise(color: Pyramid) -> None:
    almost = values(drawn("10,20,300,200/max/90.0001/default.png", color).convert("RGB"))
    exactly = values(drawn("10,20,300,200/max/90/default.png", color))
    assert np.abs(almost - exactly)[2:-2, 2:-2].max() <= 2


@pytest.mark.parametrize("format_", ["png", "webp", "tif"])
@pytest.mark.parametrize("quality", ["default", "gray"])
def test_corners_of_a_turned_image_are_transparent(color: Pyramid, format_: str, quality: str) -> None:
    picture = drawn(f"0,0,300,200/max/45/{quality}.{format_}", color)
    alpha = values(picture.getchannel("A"))
    assert picture.size == (354, 354)
    assert [alpha[0, 0], alpha[0, -1], alpha[-1, 0], alpha[-1, -1]] == [0] * 4
    assert alpha[177, 177] == 255


@pytest.mark.parametrize("format_", ["jpg"])
@pytest.mark.parametrize("quality", ["default", "gray"])
def test_corners_are_white_where_nothing_is_transparent(color: Pyramid, format_: str, quality: str) -> None:
    picture = drawn(f"0,0,300,200/max/45/{quality}.{format_}", color).convert("RGB")
    assert min(min(values(picture)[row, column]) for row in (0, -1) for column in (0, -1)) >= 250


def test_a_scroll_longer_than_a_jpeg_is_drawn(tmp_path: Path) -> None:
    pixels = np.full((20, 66_000, 3), 90, np.uint8)
    pixels[:, 33_000:] = 200
    picture = factories.png(tmp_path / "scroll.png", pixels)
    pyramid.make(picture, tmp_path / "scroll.tif", limits=LIMITS)
    stored = Pyramid.open(tmp_path / "scroll.tif", 66_000, 20)
    asked = request.parse("full", "44000,14", "0", "default.jpg")
    whole = render.render(request.resolve(asked, 66_000, 20, Limits()), stored)
    shown = Image.open(io.BytesIO(whole))
    assert shown.size == (44_000, 14)
    assert np.abs(values(shown)[:, [0, -1]] - [[[90] * 3, [200] * 3]]).max() <= 3


def test_jpeg_takes_the_quality_that_is_set(color: Pyramid) -> None:
    wanted = plan("full/400,/0/default.jpg")
    assert len(render.render(wanted, color, quality=40)) < len(render.render(wanted, color, quality=90)) / 2


def test_one_pixel_is_an_image(folder: Path) -> None:
    picture = drawn("full/max/0/default.png", Pyramid.open(folder / "dot.tif", 1, 1))
    assert np.abs(values(picture) - factories.photograph(1, 1)).max() <= 4


def test_a_damaged_tile_is_no_picture(color: Pyramid, folder: Path) -> None:
    store = Counting(folder / "color.tif")
    first = color.levels[0].offsets[0]
    store.content = store.content[:first] + bytes(500) + store.content[first + 500 :]
    with pytest.raises(InvalidSource, match="make it anew"):
        drawn("0,0,100,100/max/0/default.png", Pyramid.open(store, WIDTH, HEIGHT))
