import os
import sys
from pathlib import Path

import factories
import numpy as np
import pytest
import pyvips
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from iiif.errors import InvalidSource
from iiif.image import source
from iiif.image.source import SourceFacts, SourceLimits

LIMITS = SourceLimits(max_pixels=100_000, max_bytes=1_000_000)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.jpg", "image/jpeg"),
        ("a.png", "image/png"),
        ("a.tif", "image/tiff"),
        ("a.gif", "image/gif"),
        ("a.webp", "image/webp"),
        ("a.avif", "image/avif"),
        ("a.jp2", "image/jp2"),
        ("a.j2k", "image/jp2"),
        ("a.bmp", "image/bmp"),
    ],
)
def test_facts_of_every_format(tmp_path: Path, name: str, media_type: str) -> None:
    picture = factories.converted(tmp_path / name, "RGB")
    assert source.read(picture, LIMITS) == SourceFacts(media_type, ((96, 64),))


def test_content_counts_and_not_the_name(tmp_path: Path) -> None:
    lying = factories.png(tmp_path / "true.png").rename(tmp_path / "lying.jpg")
    assert source.read(lying, LIMITS).media_type == "image/png"


def test_name_in_no_encoding_is_read(tmp_path: Path) -> None:
    path = factories.png(tmp_path / "a.png").rename(tmp_path / os.fsdecode(b"scan-\xff[1].png"))
    assert source.read(path, LIMITS).width == 96


@pytest.mark.parametrize("orientation", range(1, 9))
def test_size_is_that_of_the_upright_picture(tmp_path: Path, orientation: int) -> None:
    facts = source.read(factories.sideways_jpeg(tmp_path / "a.jpg", orientation), LIMITS)
    assert (facts.width, facts.height) == (96, 64)


def test_tiff_is_upright_too(tmp_path: Path) -> None:
    picture = factories.tiff(tmp_path / "a.tif", tiffinfo={274: 6})
    assert source.read(picture, LIMITS).sizes == ((64, 96),)


def test_pages_have_each_their_size(tmp_path: Path) -> None:
    book = factories.book(tmp_path / "a.tif", [factories.photograph(w, 40) for w in (30, 50, 70)])
    facts = source.read(book, LIMITS)
    assert (facts.pages, facts.sizes) == (3, ((30, 40), (50, 40), (70, 40)))


def test_reduced_copies_are_no_pages(tmp_path: Path) -> None:
    picture = pyvips.Image.new_from_array(factories.photograph(300, 200))
    picture.tiffsave(str(tmp_path / "a.tif"), tile=True, tile_width=128, tile_height=128, pyramid=True)
    with TiffImageFile(tmp_path / "a.tif") as all_of_it:
        assert all_of_it.n_frames == 3
    assert source.read(tmp_path / "a.tif", LIMITS).sizes == ((300, 200),)


def test_masks_are_no_pages(tmp_path: Path) -> None:
    page, mask = (Image.fromarray(factories.gray_photograph()) for _ in range(2))
    mask.encoderinfo = {"tiffinfo": {254: 4}}
    page.save(tmp_path / "a.tif", save_all=True, append_images=[mask])
    assert source.read(tmp_path / "a.tif", LIMITS).pages == 1


@pytest.mark.parametrize("name", ["a.gif", "a.webp"])
def test_animation_is_one_page(tmp_path: Path, name: str) -> None:
    frames = [factories.photograph(), 255 - factories.photograph()]
    assert source.read(factories.animation(tmp_path / name, frames), LIMITS).sizes == ((96, 64),)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty: copy it again"),
        (b"<svg/>", "it is SVG, XML or HTML text: export the picture as TIFF or PNG"),
        (b"\xef\xbb\xbf\n<?xml?>", "it is SVG, XML or HTML text: export the picture as TIFF or PNG"),
        (b"PK\x03\x04", "it is a ZIP archive or an office document: take the pictures out of it"),
        (b"identifier,label\n", source._UNKNOWN),
        (b"P5 2 2 255 abcd", source._UNKNOWN),
    ],
)
def test_what_is_no_picture_is_refused_with_a_remedy(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(InvalidSource) as refusal:
        source.read(tmp_path / "a.jpg", LIMITS)
    assert str(refusal.value) == reason


HEADS = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0+", b"GIF89a", b"RIFF\x10\0\0\0WEBP", b"BM"]
HEADS += [
    b"8BPS\0\1",
    b"%PDF-1.7\n",
    b"\0\0\0\x18ftypavif",
    b"\0\0\0\x18ftypheic",
    b"\0\0\0\x0cjP  \r\n\x87\n",
    b"\xff\x4f\xff\x51",
    b"",
]


@given(head=st.sampled_from(HEADS), rest=st.binary(max_size=100))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_damaged_header_raises_nothing_but_a_refusal(tmp_path: Path, head: bytes, rest: bytes) -> None:
    (tmp_path / "a").write_bytes(head + rest)
    try:
        facts = source.read(tmp_path / "a", LIMITS)
    except InvalidSource as refusal:
        assert str(tmp_path) not in str(refusal)  # noqa: PT017 - a header that happens to be whole is fine
    else:
        assert facts.width * facts.height > 0


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.gif", "a.webp", "a.tif", "a.jp2", "a.bmp"])
def test_header_cut_off_is_refused(tmp_path: Path, name: str) -> None:
    picture = factories.converted(tmp_path / name, "RGB")
    picture.write_bytes(picture.read_bytes()[:20])
    with pytest.raises(InvalidSource, match="damaged"):
        source.read(picture, LIMITS)


def test_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidSource, match="it has 60,000 × 60,000 pixels; at most 100,000 in all are allowed"
    ):
        source.read(factories.bomb(tmp_path / "a.png"), LIMITS)


def test_bomb_in_pillow_formats_is_refused_without_a_warning(tmp_path: Path) -> None:
    picture = factories.converted(tmp_path / "a.bmp", "RGB")
    content = bytearray(picture.read_bytes())
    content[18:26] = (60_000).to_bytes(4, "little") * 2
    picture.write_bytes(content)
    with pytest.raises(InvalidSource, match="60,000 × 60,000"):
        source.read(picture, LIMITS)


def test_a_later_page_counts_against_the_limit(tmp_path: Path) -> None:
    book = factories.book(tmp_path / "a.tif", [factories.photograph(8, 8), factories.photograph(400, 300)])
    with pytest.raises(InvalidSource, match="400 × 300"):
        source.read(book, LIMITS)


def test_too_many_bytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="bytes; at most 100 are allowed"):
        source.read(factories.png(tmp_path / "a.png"), SourceLimits(max_pixels=100_000, max_bytes=100))


@pytest.mark.parametrize(
    ("name", "progressive"), [("a.jpg", True), ("a.webp", False), ("a.jp2", False), ("a.bmp", False)]
)
def test_what_is_decoded_whole_has_a_limit_of_its_own(tmp_path: Path, name: str, progressive: bool) -> None:
    limits = SourceLimits(max_pixels=100_000, max_bytes=1_000_000, max_whole_pixels=6_000)
    with pytest.raises(InvalidSource, match="decoded whole"):
        source.read(factories.converted(tmp_path / name, "RGB", progressive=progressive), limits)
    assert source.read(factories.jpeg(tmp_path / "streamed.jpg"), limits).width == 96


def test_raw_file_of_a_camera_is_refused(tmp_path: Path) -> None:
    raw = factories.tiff(tmp_path / "a.dng", tiffinfo={50706: b"\1\4\0\0"})
    with pytest.raises(InvalidSource, match="develop it and save it as TIFF"):
        source.read(raw, LIMITS)


def test_tiff_of_previews_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="holds only previews"):
        source.read(factories.tiff(tmp_path / "a.nef", tiffinfo={254: 1}), LIMITS)


def test_colors_that_would_come_out_wrong_are_refused(tmp_path: Path) -> None:
    picture = factories.converted(tmp_path / "a.tif", "YCbCr", tiffinfo={530: (1, 1)})
    with pytest.raises(InvalidSource, match="save it as RGB"):
        source.read(picture, LIMITS)


def test_heic_without_its_reader_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    with pytest.raises(InvalidSource, match=r"pip install mogao\[heic\], or save it as JPEG"):
        source.read(tmp_path / "a.heic", LIMITS)


def test_reading_facts_decodes_no_pixel(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 300, 3), np.uint8)
    cut = factories.truncated(factories.png(tmp_path / "a.png", noise), 0.1)
    assert source.read(cut, LIMITS).sizes == ((300, 200),)
