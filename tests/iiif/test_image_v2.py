import pytest

from iiif.errors import InvalidRequest
from iiif.image import v2
from iiif.image.levels import TiledImage
from iiif.image.request import Limits, Plan

NO_LIMITS = Limits()
LIMITED = Limits(max_width=150)


def plan(
    region: str = "full",
    size: str = "full",
    rotation: str = "0",
    quality_format: str = "default.jpg",
    *,
    image: tuple[int, int] = (300, 200),
    limits: Limits = NO_LIMITS,
) -> Plan:
    return v2.resolve(v2.parse(region, size, rotation, quality_format), *image, limits)


@pytest.mark.parametrize(
    ("size", "limits", "expected"),
    [
        pytest.param("full", NO_LIMITS, (300, 200), id="4.2 full"),
        pytest.param("max", NO_LIMITS, (300, 200), id="4.2 max"),
        pytest.param("max", LIMITED, (150, 100), id="4.2 max within maxWidth"),
        pytest.param("150,", NO_LIMITS, (150, 100), id="4.2 w,"),
        pytest.param(",50", NO_LIMITS, (75, 50), id="4.2 ,h"),
        pytest.param("pct:50", NO_LIMITS, (150, 100), id="4.2 pct:n"),
        pytest.param("225,100", NO_LIMITS, (225, 100), id="4.2 w,h"),
        pytest.param("!225,100", NO_LIMITS, (150, 100), id="4.2 !w,h"),
    ],
)
def test_size_becomes_whole_pixels(size: str, limits: Limits, expected: tuple[int, int]) -> None:
    assert plan(size=size, limits=limits).size == expected


@pytest.mark.parametrize("size", ["^max", "^300,", "301,", "pct:101", "0,", "FULL", ""])
def test_size_that_cannot_be_is_refused_by_name(size: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^size "):
        plan(size=size, limits=Limits(max_width=3000))


def test_full_size_is_refused_beyond_the_limits_where_max_is_reduced() -> None:
    with pytest.raises(InvalidRequest, match=r'^size "full": exceeds the limits'):
        plan(size="full", limits=LIMITED)


@pytest.mark.parametrize(
    ("size", "image", "expected"),
    [
        pytest.param("801,", (1601, 1099), (801, 550), id="level 1 of an image"),
        pytest.param("101,", (1601, 1600), (101, 100), id="level 4 of an image"),
        pytest.param("100,", (1601, 1600), (100, 100), id="between levels"),
        pytest.param("1,", (3, 700), (1, 233), id="rounding up would change the aspect"),
    ],
)
def test_width_of_a_level_gives_its_height_as_well(
    size: str, image: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert plan(size=size, image=image).size == expected


def test_height_of_a_level_counts_against_the_limits() -> None:
    # Of 1025 × 1000, three columns are 2.93 rows high, and the level of three columns has two.
    assert plan(size="3,", image=(1025, 1000), limits=Limits(max_area=8)).size == (3, 2)


@pytest.mark.parametrize(
    ("segments", "limits", "canonical"),
    [
        (("full", "max", "0", "default.jpg"), NO_LIMITS, "full/full/0/default.jpg"),
        (("0,0,300,200", "pct:100", "0", "color.jpg"), NO_LIMITS, "full/full/0/default.jpg"),
        (("full", "max", "0", "default.jpg"), LIMITED, "full/150,/0/default.jpg"),
        (("full", "150,100", "!0", "gray.png"), NO_LIMITS, "full/150,/!0/gray.png"),
        (("square", "100,50", "22.50", "default.jpg"), NO_LIMITS, "50,0,200,200/100,50/22.5/default.jpg"),
    ],
)
def test_canonical_path_follows_section_4_7(
    segments: tuple[str, str, str, str], limits: Limits, canonical: str
) -> None:
    assert plan(*segments, limits=limits).canonical == canonical


def test_square_of_a_square_image_is_full() -> None:
    assert plan("square", image=(200, 200)).canonical == "full/full/0/default.jpg"


def test_information_document_is_as_section_5_says() -> None:
    assert v2.info(TiledImage(1023, 700), "https://example.org/iiif/image/2/a", Limits(max_width=900)) == {
        "@context": "http://iiif.io/api/image/2/context.json",
        "@id": "https://example.org/iiif/image/2/a",
        "@type": "iiif:Image",
        "protocol": "http://iiif.io/api/image",
        "width": 1023,
        "height": 700,
        "sizes": [{"width": 200, "height": 137}, {"width": 512, "height": 350}],
        "tiles": [{"width": 512, "height": 512, "scaleFactors": [1, 2]}],
        "profile": [
            "http://iiif.io/api/image/2/level2.json",
            {
                "formats": ["webp", "avif", "tif", "gif", "jp2", "pdf"],
                "qualities": ["color", "gray"],
                "supports": [
                    "canonicalLinkHeader",
                    "mirroring",
                    "profileLinkHeader",
                    "regionSquare",
                    "rotationArbitrary",
                ],
                "maxWidth": 900,
            },
        ],
    }


def test_gray_image_announces_no_color() -> None:
    profile = v2.info(TiledImage(10, 10, gray=True), "https://example.org/a", NO_LIMITS)["profile"]
    assert isinstance(profile, list)
    assert profile[1]["qualities"] == ["gray"]
