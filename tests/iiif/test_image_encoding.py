import io
import re

import factories
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from iiif.image import encoding, request
from iiif.image.request import MEDIA_TYPES, Limits, Plan

SIZE = 97, 61
COLOR = Image.fromarray(factories.photograph(*SIZE))
GRAY = COLOR.convert("L")

NAMES = {
    "jpg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "avif": "AVIF",
    "tif": "TIFF",
    "gif": "GIF",
    "jp2": "JPEG2000",
}
EXACT = ("png", "tif", "jp2")
SEE_THROUGH = ("png", "webp", "avif", "tif", "gif", "jp2")


def plan(format_: str, quality: str = "default", size: tuple[int, int] = SIZE) -> Plan:
    return request.resolve(request.parse("full", "max", "0", f"{quality}.{format_}"), *size, Limits())


def encoded(picture: Image.Image, format_: str, quality: str = "default", *, level: int = 85) -> bytes:
    return encoding.encode(picture, plan(format_, quality, picture.size), level)


def decoded(picture: Image.Image, format_: str, quality: str = "default") -> Image.Image:
    return opened(encoded(picture, format_, quality), NAMES[format_])


def opened(content: bytes, name: str) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    assert picture.format == name
    picture.load()
    return picture


def embedded(page: bytes) -> bytes:
    """The one JPEG in a PDF."""
    found = re.findall(rb"stream\s(\xff\xd8.*?)\sendstream", page, re.DOTALL)
    assert len(found) == 1
    return bytes(found[0])


def values(picture: Image.Image, mode: str) -> NDArray[np.int16]:
    return np.asarray(picture.convert(mode), np.int16)


def turned(picture: Image.Image) -> Image.Image:
    """The picture with transparent corners, as after a rotation."""
    with_alpha = picture.convert("LA" if picture.mode == "L" else "RGBA")
    return with_alpha.rotate(30, Image.Resampling.BICUBIC, expand=True)


def specks() -> Image.Image:
    """Black and white at random: of all pictures the farthest from what JPEG is made for."""
    random = np.random.default_rng(7)
    return Image.fromarray(random.integers(0, 2, (200, 200), np.uint8) * np.uint8(255))


def test_every_format_that_can_be_asked_for_is_written() -> None:
    assert {*NAMES, "pdf"} == set(MEDIA_TYPES)


@pytest.mark.parametrize("picture", [COLOR, GRAY], ids=["color", "gray"])
@pytest.mark.parametrize("format_", NAMES)
def test_a_picture_comes_back_as_it_was_drawn(format_: str, picture: Image.Image) -> None:
    result = decoded(picture, format_)
    difference = np.abs(values(result, "RGB") - values(picture, "RGB"))
    exact = format_ in EXACT or (format_ == "gif" and picture is GRAY)
    assert result.size == SIZE
    assert difference.max() <= (0 if exact else 24)
    assert difference.mean() <= 4


@pytest.mark.parametrize("format_", ["jpg", "png", "tif", "jp2"])
def test_a_gray_picture_takes_one_channel(format_: str) -> None:
    assert decoded(GRAY, format_).mode == "L"


@pytest.mark.parametrize("picture", [COLOR, GRAY], ids=["color", "gray"])
@pytest.mark.parametrize("format_", SEE_THROUGH)
def test_transparency_is_kept(format_: str, picture: Image.Image) -> None:
    drawn = turned(picture)
    result = decoded(drawn, format_).convert("RGBA")
    alpha, wanted = values(result.getchannel("A"), "L"), values(drawn.getchannel("A"), "L")
    inside = wanted == 255
    assert (alpha[wanted == 0] == 0).all()
    assert (alpha[inside] == 255).all()
    difference = np.abs(values(result, "RGB") - values(drawn, "RGB"))[inside]
    assert difference.mean() <= 5


def test_paper_is_white_in_jpeg() -> None:
    for picture in (COLOR, GRAY):
        result = decoded(turned(picture), "jpg")
        assert result.mode == picture.mode
        assert values(result, "L")[0, 0] >= 253


def test_paper_is_white_in_pdf() -> None:
    picture = opened(embedded(encoded(turned(COLOR), "pdf")), "JPEG")
    assert values(picture, "L")[0, 0] >= 253


@pytest.mark.parametrize("format_", NAMES)
def test_bitonal_is_black_and_white_and_nothing_between(format_: str) -> None:
    wanted = values(GRAY.point([0] * 128 + [255] * 128), "RGB")
    for picture in (COLOR.convert("L"), GRAY):
        assert np.array_equal(values(decoded(picture, format_, "bitonal"), "RGB"), wanted)


def test_bitonal_of_a_color_picture_is_of_its_luminance() -> None:
    assert encoded(COLOR, "png", "bitonal") == encoded(GRAY, "png", "bitonal")


@pytest.mark.parametrize("format_", SEE_THROUGH)
def test_bitonal_stays_so_beside_transparent_corners(format_: str) -> None:
    result = decoded(turned(GRAY), format_, "bitonal").convert("RGBA")
    pixels = {tuple(pixel) for pixel in np.asarray(result).reshape(-1, 4).tolist() if pixel[3]}
    assert pixels == {(0, 0, 0, 255), (255, 255, 255, 255)}
    assert result.getpixel((0, 0))[3] == 0  # type: ignore[index]  # An RGBA picture's pixel is a tuple.


def test_bitonal_jpeg_is_exact_at_its_worst_and_small() -> None:
    picture = specks()
    content = encoded(picture, "jpg", "bitonal")
    assert np.array_equal(values(opened(content, "JPEG"), "L"), values(picture, "L"))
    assert len(content) < 0.5 * len(encoded(picture, "jpg", level=100))


@pytest.mark.parametrize("format_", ["png", "tif", "gif"])
def test_bitonal_takes_less_than_gray(format_: str) -> None:
    assert len(encoded(GRAY, format_, "bitonal")) < len(encoded(GRAY, format_)) / 2


@pytest.mark.parametrize("format_", ["jpg", "webp", "avif", "pdf"])
def test_a_lower_quality_takes_fewer_bytes(format_: str) -> None:
    assert len(encoded(COLOR, format_, level=30)) < len(encoded(COLOR, format_, level=85))


@pytest.mark.parametrize("quality", ["default", "bitonal"])
@pytest.mark.parametrize("format_", MEDIA_TYPES)
def test_the_same_picture_makes_the_same_file(format_: str, quality: str) -> None:
    assert encoded(COLOR, format_, quality) == encoded(COLOR, format_, quality)


@pytest.mark.parametrize("quality", ["default", "bitonal"])
@pytest.mark.parametrize("picture", [COLOR, GRAY], ids=["color", "gray"])
@pytest.mark.parametrize("format_", MEDIA_TYPES)
def test_a_single_pixel_can_be_sent(format_: str, picture: Image.Image, quality: str) -> None:
    for dot in (picture.crop((0, 0, 1, 1)), turned(picture).crop((40, 40, 41, 41))):
        assert encoded(dot, format_, quality)


def test_a_page_is_as_large_as_300_pixels_an_inch_make_it() -> None:
    page = encoded(COLOR, "pdf")
    width, height = (side * 72 / 300 for side in SIZE)
    box = re.search(rb"/MediaBox \[ 0 0 ([0-9.]+) ([0-9.]+) \]", page)
    assert box
    assert (float(box[1]), float(box[2])) == pytest.approx((width, height))
    assert page.count(b"/Type /Page\n") == 1
    assert opened(embedded(page), "JPEG").size == SIZE


def test_a_bitonal_page_is_coded_as_a_fax() -> None:
    page = encoded(GRAY, "pdf", "bitonal")
    assert b"/CCITTFaxDecode" in page
    assert b"/BitsPerComponent 1" in page


@pytest.mark.parametrize("format_", ["jpg", "webp", "avif", "gif", "pdf"])
def test_the_longest_side_of_a_format_can_be_written(format_: str) -> None:
    strip = Image.new("L", (request.LONGEST_SIDES[format_], 1), 90)
    content = encoded(strip, format_)
    picture = embedded(content) if format_ == "pdf" else content
    assert opened(picture, NAMES.get(format_, "JPEG")).size == strip.size
