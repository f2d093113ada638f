import pytest
from hypothesis import given
from hypothesis import strategies as st

from iiif.image import info, request
from iiif.image.levels import TiledImage, scaled
from iiif.image.request import Limits

URI = "https://example.org/iiif/image/3/scroll"
FEATURES = ["canonicalLinkHeader", "mirroring", "profileLinkHeader", "rotationArbitrary"]


def test_information_document_is_as_section_5_says() -> None:
    document = info.info(TiledImage(6008, 4016), URI, Limits())
    assert document == {
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": URI,
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": 6008,
        "height": 4016,
        "sizes": [
            {"width": 200, "height": 134},
            {"width": 376, "height": 251},
            {"width": 751, "height": 502},
            {"width": 1024, "height": 684},
            {"width": 1502, "height": 1004},
            {"width": 3004, "height": 2008},
            {"width": 6008, "height": 4016},
        ],
        "tiles": [{"width": 512, "height": 512, "scaleFactors": [1, 2, 4, 8, 16]}],
        "extraFormats": ["webp", "avif", "tif", "gif", "jp2", "pdf"],
        "extraQualities": ["color", "gray", "bitonal"],
        "extraFeatures": FEATURES,
    }
    assert next(iter(document)) == "@context"


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (
            Limits(max_width=500),
            {"maxWidth": 500, "sizes": [{"width": 200, "height": 140}, {"width": 500, "height": 350}]},
        ),
        (Limits(max_width=600, max_height=400), {"maxWidth": 600, "maxHeight": 400}),
        (Limits(max_area=300_000), {"maxArea": 300_000}),
    ],
)
def test_limits_are_announced_and_bind_sizes(limits: Limits, expected: dict[str, object]) -> None:
    document = info.info(TiledImage(1000, 700), URI, limits)
    assert {key: document[key] for key in expected} == expected
    assert document["extraFeatures"] == [*FEATURES, "sizeUpscaling"]


def test_limits_below_a_tile_announce_no_tiles() -> None:
    assert "tiles" not in info.info(TiledImage(1000, 700), URI, Limits(max_width=511))


def test_limits_below_every_size_announce_no_sizes() -> None:
    assert "sizes" not in info.info(TiledImage(1000, 700), URI, Limits(max_width=199))


@pytest.mark.parametrize(
    ("size", "ready"),
    [
        ((4000, 3000), ((200, 150), (1024, 768))),
        ((3000, 4000), ((150, 200), (200, 267), (768, 1024))),
        ((2048, 1000), ((200, 98),)),
        ((60_000, 600), ((200, 2), (1024, 10))),
        ((600, 60_000), ((2, 200), (10, 1024))),
        ((200, 100), ()),
        ((1, 1), ()),
    ],
)
def test_sizes_that_many_ask_for_are_ready(size: tuple[int, int], ready: tuple[tuple[int, int], ...]) -> None:
    assert TiledImage(*size).ready_sizes == ready


def test_gray_image_announces_no_color() -> None:
    assert info.info(TiledImage(9, 9, gray=True), URI, Limits())["extraQualities"] == ["gray", "bitonal"]


@pytest.mark.parametrize(
    ("width", "height", "factors"),
    [(1, 1, 1), (512, 512, 1), (513, 512, 2), (1024, 3, 2), (1025, 3, 3), (3, 700, 2), (24_000, 2_400, 7)],
)
def test_levels_go_down_to_one_tile(width: int, height: int, factors: int) -> None:
    image = TiledImage(width, height)
    assert len(image.scale_factors) == factors
    assert max(image.level_sizes[-1]) <= 512


@given(width=st.integers(1, 5000), height=st.integers(1, 5000))
def test_every_announced_size_is_served_exactly(width: int, height: int) -> None:
    image = TiledImage(width, height)
    for w, h in (*image.level_sizes, *image.ready_sizes):
        plan = request.resolve(request.parse("full", f"{w},{h}", "0", "default.jpg"), width, height, Limits())
        assert plan.size == (w, h)


@given(width=st.integers(1, 3000), height=st.integers(1, 3000))
def test_last_tile_of_every_level_is_served_exactly(width: int, height: int) -> None:
    for factor in TiledImage(width, height).scale_factors:
        side = 512 * factor
        x, y = (width - 1) // side * side, (height - 1) // side * side
        w, h = min(side, width - x), min(side, height - y)
        tile_width, tile_height = scaled(w, h, factor)
        segments = f"{x},{y},{w},{h}", f"{tile_width},{tile_height}", "0", "default.jpg"
        plan = request.resolve(request.parse(*segments), width, height, Limits())
        assert (plan.region, plan.size) == ((x, y, w, h), (tile_width, tile_height))
