import base64
from pathlib import Path
from typing import Any

import factories
import numpy as np
import pytest
import pyvips

from iiif.errors import InvalidSource
from iiif.image import pixels, source
from iiif.image.source import SourceLimits

LIMITS = SourceLimits(max_pixels=10**6, max_bytes=10**7)
COLORS = factories.photograph(300, 200)
# The photograph of 96 × 64 as a telephone stores it: written once with libheif, whose encoder no test needs.
HEIC = """
AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAUJtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAA
AAAAAA5waXRtAAAAAAABAAAAImlsb2MAAAAAREAAAQABAAAAAAFmAAEAAAAAAAAAfgAAACNpaW5mAAAAAAABAAAAFWluZmUC
AAAAAAEAAGh2YzEAAAAAwmlwcnAAAACkaXBjbwAAAHhodmNDAQNwAAAAAAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNw
AAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoDCBBZbqSSmubgIaDAgAAAMACAAAAwAIQGIAAQAHRAHB
crAiQAAAABRpc3BlAAAAAAAAAGAAAABAAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAgMAAACGbWRhdAAA
AHooAa9YaL4yWswukVtTef0UL4KYV2Aur+QIGruHIIGY5jwZhAuVx9zylH15L1+boLSLUPAvgZWWUcmb3MvkW4dSOzY6OkMI
azY1j7hFzzJ6dRjAp0N+ReEKl2/JYvfxyvVgWmj16nNNnt6o1SkQMM4Q0k607kBKd15NgA==
"""


def saved(path: Path, values: factories.Pixels, **options: Any) -> Path:  # Any: libvips' own.
    """A TIFF as libvips writes it."""
    pyvips.Image.new_from_array(values).tiffsave(str(path), **options)
    return path


def joined(path: Path, sizes: list[tuple[int, int]], **options: Any) -> Path:  # Any: Pillow's own.
    """A TIFF of plain pages of these sizes, no page said to be another's copy."""
    return factories.book(path, [factories.photograph(*size) for size in sizes], **options)


def retiled(path: Path) -> Path:
    """The same TIFF, each page said to be one tile where it was one strip."""
    content = bytearray(path.read_bytes())
    place = int.from_bytes(content[4:8], "little")
    while place:
        count = int.from_bytes(content[place : place + 2], "little")
        for field in range(place + 2, place + 2 + 12 * count, 12):
            tag = int.from_bytes(content[field : field + 2], "little")
            content[field : field + 2] = {278: 322, 273: 324, 279: 325}.get(tag, tag).to_bytes(2, "little")
        place = int.from_bytes(content[place + 2 + 12 * count :][:4], "little")
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("layout", [{}, {"tile": True}, {"bigtiff": True}, {"bigtiff": True, "tile": True}])
@pytest.mark.parametrize("compression", ["none", "lzw", "deflate", "packbits", "jpeg", "webp"])
def test_tiff_of_every_layout_and_compression(
    tmp_path: Path, layout: dict[str, bool], compression: str
) -> None:
    options = {"Q": 95} if compression in {"jpeg", "webp"} else {}
    path = saved(tmp_path / "a.tif", COLORS, compression=compression, **layout, **options)
    facts = source.read(path, LIMITS)
    assert facts.sizes == ((300, 200),)
    difference = np.abs(pixels.load(path, facts).numpy().astype(float) - COLORS)
    assert difference.mean() <= (2 if options else 0)


@pytest.mark.parametrize("tile", [False, True])
def test_fax_is_read(tmp_path: Path, tile: bool) -> None:
    tones = factories.two_tones(300, 200) * np.uint8(255)
    path = saved(tmp_path / "a.tif", tones, compression="ccittfax4", bitdepth=1, tile=tile)
    assert np.array_equal(pixels.load(path, source.read(path, LIMITS)).numpy(), tones)


@pytest.mark.parametrize("subifd", [False, True])
def test_pyramid_is_one_page_wherever_its_levels_stand(tmp_path: Path, subifd: bool) -> None:
    path = saved(tmp_path / "a.tif", COLORS, tile=True, pyramid=True, subifd=subifd)
    assert source.read(path, LIMITS).sizes == ((300, 200),)


@pytest.mark.parametrize("sizes", [[(64, 48), (32, 24), (16, 12)], [(65, 49), (33, 24), (16, 12)]])
def test_tiled_halves_that_do_not_say_so_are_levels(tmp_path: Path, sizes: list[tuple[int, int]]) -> None:
    path = retiled(joined(tmp_path / "a.tif", sizes))
    assert source.read(path, LIMITS).sizes == (sizes[0],)


@pytest.mark.parametrize(
    ("sizes", "tiled"),
    [
        pytest.param([(64, 48), (32, 24)], False, id="halves, but in strips"),
        pytest.param([(64, 48), (64, 48)], True, id="tiled, but alike"),
        pytest.param([(64, 48), (32, 24), (32, 24)], True, id="not all halves"),
        pytest.param([(64, 48), (32, 36)], True, id="half in one direction"),
    ],
)
def test_other_pages_stay_pages(tmp_path: Path, sizes: list[tuple[int, int]], tiled: bool) -> None:
    path = joined(tmp_path / "a.tif", sizes)
    assert source.read(retiled(path) if tiled else path, LIMITS).sizes == tuple(sizes)


@pytest.mark.parametrize(
    ("tag", "value", "reason"),
    [
        (259, 6, "compressed in a way that few programs can read: save it with LZW or ZIP"),
        (258, 12, "has 12 bits a channel: save it with 8 or 16"),
        (262, 9, "stores colors in a way that few programs can read: save it as RGB"),
    ],
)
def test_rare_tiff_is_refused_with_a_remedy(tmp_path: Path, tag: int, value: int, reason: str) -> None:
    path = factories.tiff(tmp_path / "a.tif", factories.gray_photograph())
    with pytest.raises(InvalidSource, match=f"its TIFF (is )?{reason}"):
        source.read(factories.retagged(path, tag, value), LIMITS)


def test_colors_in_tiles_of_their_own_are_refused(tmp_path: Path) -> None:
    path = factories.retagged(retiled(factories.tiff(tmp_path / "a.tif")), 284, 2)
    with pytest.raises(InvalidSource, match="keeps each color in tiles of its own"):
        source.read(path, LIMITS)


def test_photograph_of_a_telephone_is_read(tmp_path: Path) -> None:
    pytest.importorskip("pi_heif")
    (tmp_path / "a.heic").write_bytes(base64.b64decode(HEIC))
    facts = source.read(tmp_path / "a.heic", LIMITS)
    assert (facts.media_type, facts.sizes) == ("image/heic", ((96, 64),))
    shown = pixels.load(tmp_path / "a.heic", facts).numpy()
    assert np.abs(shown.astype(float) - factories.photograph()).mean() <= 2


def test_telephone_photograph_without_a_picture_in_it_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("pi_heif")
    (tmp_path / "a.heic").write_bytes(base64.b64decode(HEIC).replace(b"hvc1", b"unci"))
    with pytest.raises(InvalidSource, match="damaged or of a rare kind"):
        source.read(tmp_path / "a.heic", LIMITS)
