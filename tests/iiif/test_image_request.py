import re

import pytest

from iiif.errors import InvalidRequest, NotImplementedFeature
from iiif.image import request
from iiif.image.request import Limits, Plan

NO_LIMITS = Limits()


def plan(
    region: str = "full",
    size: str = "max",
    rotation: str = "0",
    quality_format: str = "default.jpg",
    *,
    image: tuple[int, int] = (300, 200),
    limits: Limits = NO_LIMITS,
) -> Plan:
    return request.resolve(request.parse(region, size, rotation, quality_format), *image, limits)


@pytest.mark.parametrize(
    ("region", "box"),
    [
        pytest.param("full", (0, 0, 300, 200), id="4.1 full"),
        pytest.param("square", (50, 0, 200, 200), id="4.1 square is centred"),
        pytest.param("125,15,120,140", (125, 15, 120, 140), id="4.1 pixels"),
        pytest.param("125,15,200,200", (125, 15, 175, 185), id="4.1 pixels beyond the edge are cut off"),
        pytest.param("0,0,999999999999,1", (0, 0, 300, 1), id="4.1 twelve digits"),
        pytest.param("299,199,1,1", (299, 199, 1, 1), id="4.1 the last pixel"),
        pytest.param("pct:41.6,7.5,40,70", (125, 15, 120, 140), id="4.1 percent"),
        pytest.param("pct:41.6,7.5,66.6,100", (125, 15, 175, 185), id="4.1 percent beyond the edge"),
        pytest.param("pct:0,0,100,100", (0, 0, 300, 200), id="4.1 all in percent"),
        pytest.param(
            "pct:33.333333333333336,0,50,50", (100, 0, 150, 100), id="4.7 a client's sixteen decimals"
        ),
        pytest.param("pct:.5,0,50,50", (2, 0, 150, 100), id="4.7 no leading zero"),
        pytest.param("pct:99.9,99.9,50,50", (299, 199, 1, 1), id="4.1 percent inside the last pixel"),
    ],
)
def test_region_becomes_a_box_of_whole_pixels(region: str, box: tuple[int, int, int, int]) -> None:
    assert plan(region).region == box


@pytest.mark.parametrize(("width", "height", "box"), [(200, 300, (0, 50, 200, 200)), (5, 2, (1, 0, 2, 2))])
def test_square_lies_in_the_middle(width: int, height: int, box: tuple[int, int, int, int]) -> None:
    assert plan("square", image=(width, height)).region == box


@pytest.mark.parametrize(
    "region",
    [
        pytest.param("5,5,0,9", id="4.1 no width"),
        pytest.param("5,5,9,0", id="4.1 no height"),
        pytest.param("300,0,9,9", id="4.1 right of the image"),
        pytest.param("0,200,9,9", id="4.1 below the image"),
        pytest.param("pct:100,0,9,9", id="4.1 right of the image in percent"),
        pytest.param("pct:0,0,0,9", id="4.1 no width in percent"),
        pytest.param("pct:0,0,0.01,9", id="4.1 less than a pixel"),
        *[
            pytest.param(wrong, id=f"4.1 malformed {wrong!r}")
            for wrong in (
                *(
                    "",
                    "1,2,3",
                    "1,2,3,4,5",
                    "a,b,c,d",
                    ",,,",
                    "-1,0,9,9",
                    "+1,0,9,9",
                    "1.5,0,9,9",
                    "1e1,0,9,9",
                ),
                *(
                    "1_0,0,9,9",
                    "0x1,0,9,9",
                    " 1,0,9,9",
                    "1,0,9,9\n",
                    "1,0,9,9\0",
                    "١,0,9,9",
                    "1,0,9,9" + "0" * 12,
                ),
                *("FULL", "Square", "pct:", "pct:1,2,3", "pct:-5,0,9,9", "pct:NaN,0,9,9", "pct:1e1,0,9,9"),
                *("pct:inf,0,9,9", "pct:1.2.3,0,9,9", "pct:5.,0,9,9", "percent:1,1,9,9", "pct: 1,1,9,9"),
            )
        ],
    ],
)
def test_region_that_cannot_be_is_refused_by_name(region: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^region "):
        plan(region)


LIMITED = Limits(max_width=150)
ROOMY = Limits(max_width=3000, max_height=2400)
BY_AREA = Limits(max_area=15_000)


@pytest.mark.parametrize(
    ("size", "limits", "expected"),
    [
        pytest.param("max", NO_LIMITS, (300, 200), id="4.2 max"),
        pytest.param("max", LIMITED, (150, 100), id="4.2 max within maxWidth"),
        pytest.param("max", Limits(max_width=300, max_height=50), (75, 50), id="4.2 max within maxHeight"),
        pytest.param("max", BY_AREA, (150, 100), id="4.2 max within maxArea"),
        pytest.param("max", Limits(200, 200, 5000), (86, 57), id="4.2 max within all limits"),
        pytest.param("max", ROOMY, (300, 200), id="4.2 max does not enlarge"),
        pytest.param("^max", ROOMY, (3000, 2000), id="4.2 ^max enlarges to maxWidth"),
        pytest.param("^max", Limits(max_area=240_000), (600, 400), id="4.2 ^max enlarges to maxArea"),
        pytest.param("^max", LIMITED, (150, 100), id="4.2 ^max may reduce"),
        pytest.param("150,", NO_LIMITS, (150, 100), id="4.2 w,"),
        pytest.param("151,", NO_LIMITS, (151, 101), id="4.2 w, rounds the height"),
        pytest.param("300,", NO_LIMITS, (300, 200), id="4.2 w, of the region itself"),
        pytest.param("^360,", ROOMY, (360, 240), id="4.2 ^w,"),
        pytest.param("^150,", NO_LIMITS, (150, 100), id="4.2 ^w, that does not enlarge needs no limits"),
        pytest.param(",150", NO_LIMITS, (225, 150), id="4.2 ,h"),
        pytest.param("^,240", ROOMY, (360, 240), id="4.2 ^,h"),
        pytest.param("pct:50", NO_LIMITS, (150, 100), id="4.2 pct:n"),
        pytest.param("pct:100", NO_LIMITS, (300, 200), id="4.2 pct:100"),
        pytest.param("pct:0.5", NO_LIMITS, (2, 1), id="4.7 pct:n with a fraction, halves up"),
        pytest.param("^pct:120", ROOMY, (360, 240), id="4.2 ^pct:n"),
        pytest.param("225,100", NO_LIMITS, (225, 100), id="4.2 w,h distorts"),
        pytest.param("^360,360", ROOMY, (360, 360), id="4.2 ^w,h"),
        pytest.param("!225,100", NO_LIMITS, (150, 100), id="4.2 !w,h"),
        pytest.param("!100,225", NO_LIMITS, (100, 67), id="4.2 !w,h by its width"),
        pytest.param("!2000,3000", NO_LIMITS, (300, 200), id="4.2 !w,h does not enlarge"),
        pytest.param("!2000,100", NO_LIMITS, (150, 100), id="4.2 !w,h by its height, whatever the width"),
        pytest.param("!2000,3000", LIMITED, (150, 100), id="4.2 !w,h within the limits"),
        pytest.param("^!360,360", ROOMY, (360, 240), id="4.2 ^!w,h"),
        pytest.param("^!9999,9999", ROOMY, (3000, 2000), id="4.2 ^!w,h within the limits"),
        pytest.param("^!100,100", NO_LIMITS, (100, 67), id="4.2 ^!w,h that does not enlarge"),
        pytest.param("^!301,999", BY_AREA, (150, 100), id="4.2 ^!w,h within maxArea"),
    ],
)
def test_size_becomes_whole_pixels(size: str, limits: Limits, expected: tuple[int, int]) -> None:
    assert plan(size=size, limits=limits).size == expected


def test_size_is_relative_to_the_region() -> None:
    assert plan("0,0,100,50", "50,").size == (50, 25)


@pytest.mark.parametrize(
    ("size", "limits"),
    [
        pytest.param("301,", ROOMY, id="4.2 w, enlarges without ^"),
        pytest.param(",201", ROOMY, id="4.2 ,h enlarges without ^"),
        pytest.param("pct:101", ROOMY, id="4.2 pct:n enlarges without ^"),
        pytest.param("10,201", ROOMY, id="4.2 w,h enlarges without ^"),
        pytest.param("151,", LIMITED, id="5.2 beyond maxWidth"),
        pytest.param(",101", Limits(max_width=300, max_height=100), id="5.2 beyond maxHeight"),
        pytest.param(",151", LIMITED, id="5.2 beyond the maxHeight that maxWidth implies"),
        pytest.param("151,100", BY_AREA, id="5.2 beyond maxArea"),
        pytest.param("^3001,", ROOMY, id="5.2 enlarged beyond maxWidth"),
        *[
            pytest.param(wrong, ROOMY, id=f"4.2 malformed {wrong!r}")
            for wrong in (
                *(
                    "",
                    "full",
                    "MAX",
                    ",",
                    "10",
                    "0,",
                    ",0",
                    "0,0",
                    "pct:0",
                    "pct:",
                    "pct:-5",
                    "pct:NaN",
                    "pct:1e1",
                ),
                *("!10,", "!,10", "!,", "!max", "!pct:50", "^", "^^10,", "10,^", ",^10", "!^10,10", "^full"),
                *("1.5,", "+10,", "1_0,", " 10,", "10, ", "10,10,10", "١٠,", "1" * 13 + ",", "%5E10,"),
            )
        ],
    ],
)
def test_size_that_cannot_be_is_refused_by_name(size: str, limits: Limits) -> None:
    with pytest.raises(InvalidRequest, match=r"^size ") as refusal:
        plan(size=size, limits=limits)
    assert not isinstance(refusal.value, NotImplementedFeature)


@pytest.mark.parametrize("size", ["^max", "^301,", "^,201", "^pct:120", "^301,1", "^!400,400"])
def test_enlarging_without_limits_is_not_implemented(size: str) -> None:
    with pytest.raises(NotImplementedFeature, match=r"^size "):
        plan(size=size)


@pytest.mark.parametrize(
    ("region", "size"), [("0,0,300,1", "100,"), ("0,0,300,1", "pct:10"), ("0,0,1,200", "!50,50")]
)
def test_less_than_a_pixel_is_refused(region: str, size: str) -> None:
    with pytest.raises(InvalidRequest, match="less than one pixel"):
        plan(region, size)


@pytest.mark.parametrize(
    ("size", "limits", "expected"),
    [
        pytest.param("!15,9", Limits(max_area=29), (15, 1), id="box"),
        pytest.param("^max", Limits(max_width=15, max_area=29), (15, 1), id="maxWidth"),
    ],
)
def test_an_area_takes_from_a_strip_without_widening_it(
    size: str, limits: Limits, expected: tuple[int, int]
) -> None:
    # 15 pixels of this strip are 1.5 high, 2 when rounded, which are too many; 17 of 1 would be few enough.
    assert plan(size=size, image=(100, 10), limits=limits).size == expected


def test_maximal_size_is_never_less_than_a_pixel() -> None:
    assert plan("0,0,300,1", limits=Limits(max_width=100)).size == (100, 1)


@pytest.mark.parametrize(
    ("rotation", "mirror", "degrees"),
    [
        ("0", False, 0),
        ("90", False, 90),
        ("360", False, 0),
        ("!0", True, 0),
        ("!180", True, 180),
        ("22.50", False, 22.5),
        (".5", False, 0.5),
        ("0.00000000001", False, 0),
        ("359.99999999999", False, 0),
    ],
)
def test_rotation_is_read(rotation: str, mirror: bool, degrees: float) -> None:
    assert (plan(rotation=rotation).mirror, plan(rotation=rotation).rotation) == (mirror, degrees)


@pytest.mark.parametrize(
    "rotation",
    ["", "!", "361", "360.1", "-90", "+90", "1e2", "NaN", "90!", "!!90", "90 ", "9_0", "٩٠", "90.", "90,"],
)
def test_rotation_out_of_range_or_malformed_is_refused(rotation: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^rotation "):
        plan(rotation=rotation)


@pytest.mark.parametrize(
    ("rotation", "size"), [("0", (300, 200)), ("90", (200, 300)), ("180", (300, 200)), ("45", (354, 354))]
)
def test_rotation_gives_the_box_around_the_image(rotation: str, size: tuple[int, int]) -> None:
    assert plan(rotation=rotation).rotated_size == size


@pytest.mark.parametrize("format_", ["jpg", "png", "webp", "avif", "tif", "gif", "jp2", "pdf"])
@pytest.mark.parametrize(
    ("quality", "kept"), [("default", "default"), ("color", "default"), ("gray", "gray")]
)
def test_quality_and_format_are_read(quality: str, kept: str, format_: str) -> None:
    result = plan(quality_format=f"{quality}.{format_}")
    assert (result.quality, result.format) == (kept, format_)


@pytest.mark.parametrize("quality", ["", "native", "grey", "Default", "colour", "a.b", "gray "])
def test_unknown_quality_is_refused(quality: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^quality "):
        plan(quality_format=f"{quality}.jpg")


@pytest.mark.parametrize(
    "segment", ["default", "", "default.", "default.jpeg", "default.JPG", "default.jpg ", "gray.svg"]
)
def test_unknown_format_is_refused(segment: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^format "):
        plan(quality_format=segment)


@pytest.mark.parametrize(
    ("size", "format_"),
    [("max", "jpg"), ("max", "gif"), ("16384,", "webp"), ("32769,", "avif"), (",60001", "pdf")],
)
def test_format_that_cannot_hold_the_size_is_refused(size: str, format_: str) -> None:
    with pytest.raises(InvalidRequest, match=f'^format "{format_}": holds at most'):
        plan(size=size, quality_format=f"default.{format_}", image=(70_000, 70_000))


@pytest.mark.parametrize(
    ("segments", "limits", "canonical"),
    [
        (("0,0,300,200", "max", "0", "default.jpg"), NO_LIMITS, "full/max/0/default.jpg"),
        (("pct:0,0,50,50", "150,", "360", "color.png"), NO_LIMITS, "0,0,150,100/max/0/default.png"),
        (("square", "pct:50", "!90.50", "gray.webp"), NO_LIMITS, "50,0,200,200/100,100/!90.5/gray.webp"),
        (("full", "^!600,600", "0", "default.jpg"), ROOMY, "full/^600,400/0/default.jpg"),
        (("full", "^3000,", "0", "default.jpg"), ROOMY, "full/^max/0/default.jpg"),
        (("full", "^max", "0", "default.jpg"), LIMITED, "full/max/0/default.jpg"),
        (("full", "150,100", "0", "default.jpg"), LIMITED, "full/max/0/default.jpg"),
        (("full", "^100,150", "0", "bitonal.tif"), NO_LIMITS, "full/100,150/0/bitonal.tif"),
        (("full", "max", ".10", "default.gif"), NO_LIMITS, "full/max/0.1/default.gif"),
    ],
)
def test_canonical_path_follows_section_4_8(
    segments: tuple[str, str, str, str], limits: Limits, canonical: str
) -> None:
    assert plan(*segments, limits=limits).canonical == canonical


def test_message_names_the_segment_and_the_remedy() -> None:
    with pytest.raises(InvalidRequest, match=re.escape('region "5,5,0,9": width must be at least 1')):
        plan("5,5,0,9")


def test_message_does_not_repeat_a_long_segment() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        plan("x" * 3000)
    assert len(str(refusal.value)) < 200


def test_a_maximal_height_alone_is_no_limit() -> None:
    with pytest.raises(ValueError, match="set both"):
        Limits(max_height=10)
