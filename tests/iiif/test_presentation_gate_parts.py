"""The gate's rules of fragments and selectors. Spec: Presentation 3.0 §5.3; Web Annotation §4."""

import copy
from typing import Any

import pytest
from presentation_gate import DRAWN, FIRST, PAINTING, Json, drop, faults_after, faults_of, put

TARGET = "items[0].items[0].items[0].target"
WIDE, HIGH = DRAWN["book"]["items"][0]["width"], DRAWN["book"]["items"][0]["height"]
OUTSIDE = f"lies outside its canvas of {WIDE} × {HIGH}"
FOUR = "must be four numbers: x,y,width,height"
SECONDS = "must be seconds: from,to or from alone"


def _timed(book: Json) -> None:
    book["items"][0]["duration"] = 60.5


def _faults(target: Any) -> list[str]:
    """What is said of a book whose first page, which lasts a minute, is painted on ``target``."""
    document = copy.deepcopy(DRAWN["book"])
    _timed(document)
    put(*PAINTING, "target", target)(document)
    return faults_of(document)


def _selected(selector: object) -> Json:
    return {"type": "SpecificResource", "source": FIRST, "selector": selector}


@pytest.mark.parametrize(
    "fragment",
    [
        "xywh=0,0,10,10",
        "xywh=1.5,2.25,10.,.5",
        "xywh=pixel:1,2,3,4",
        "xywh=percent:0,0,100,100",
        "xywh=1%2C2%2C3%2C4",
        "t=0,60.5",
        "t=10",
        "t=,20",
        "t=npt:10,20",
        "t=0:00:10,0:00:20.5",
        "t=10&xywh=1,2,3,4",
        "t=smpte:0:00:10,0:00:20",
        "track=audio",
        # It is cut at the edge: text recognition often boxes a pixel too much.
        f"xywh=0,0,{WIDE + 1},{HIGH + 1}",
    ],
)
def test_a_fragment_may_name_a_part_of_its_canvas(fragment: str) -> None:
    assert _faults(f"{FIRST}#{fragment}") == []
    assert _faults(_selected({"type": "FragmentSelector", "value": fragment})) == []


@pytest.mark.parametrize(
    ("fragment", "fault"),
    [
        ("xywh=0,0,10", FOUR),
        ("xywh=", FOUR),
        ("xywh=a,b,c,d", FOUR),
        ("xywh=0,0,1e3,10", FOUR),
        ("xywh=inch:0,0,1,1", FOUR),
        ("xywh=-1,0,10,10", "begins outside its canvas: x and y must be 0 or more"),
        ("xywh=0,0,0,10", "is empty: width and height must be above 0"),
        ("xywh=0,0,10,-10", "is empty: width and height must be above 0"),
        ("xywh=percent:100,0,10,10", "lies outside its canvas: percent end at 100"),
        (f"xywh={WIDE},0,10,10", OUTSIDE),
        (f"xywh=0,{HIGH + 9},10,10", OUTSIDE),
        ("t=", SECONDS),
        ("t=,", SECONDS),
        ("t=a", SECONDS),
        ("t=-1,5", SECONDS),
        ("t=1,2,3", SECONDS),
        ("t=20,10", "must end after it begins"),
        ("t=10,10", "must end after it begins"),
        ("t=61,70", "begins after the end of its canvas, at 60.5 s"),
    ],
)
def test_a_fragment_that_names_no_part_of_its_canvas_is_refused(fragment: str, fault: str) -> None:
    assert _faults(f"{FIRST}#{fragment}") == [f"{TARGET}: {fragment} {fault}"]
    selected = _selected({"type": "FragmentSelector", "value": fragment})
    assert _faults(selected) == [f"{TARGET}.selector.value: {fragment} {fault}"]


def test_a_part_in_time_needs_a_canvas_that_lasts() -> None:
    assert faults_after("book", put(*PAINTING, "target", f"{FIRST}#t=1,2")) == [
        f"{TARGET}: t=1,2 needs a canvas with a duration: this one has none"
    ]


def test_a_part_in_space_needs_a_canvas_that_has_a_size() -> None:
    sound = {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": FIRST,
        "type": "Canvas",
        "duration": 3,
        "annotations": [
            {
                "id": f"{FIRST}/page",
                "type": "AnnotationPage",
                "items": [
                    {
                        "id": f"{FIRST}/1",
                        "type": "Annotation",
                        "motivation": "commenting",
                        "target": [FIRST, f"{FIRST}#xywh=1,2,3,4"],
                    }
                ],
            }
        ],
    }
    assert faults_of(sound) == [
        "annotations[0].items[0].target: xywh=1,2,3,4 needs a canvas with width and height: this one has none"
    ]


@pytest.mark.parametrize(
    "selector",
    [
        {"type": "PointSelector", "x": WIDE, "y": HIGH, "t": 60.5},
        {"type": "PointSelector", "t": 0},
        {"type": "SvgSelector", "value": "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0,0'/></svg>"},
        {"type": "SvgSelector", "id": "https://example.org/part.svg"},
        {"type": "CssSelector", "value": "#a > b"},
        {"type": "XPathSelector", "value": "/a/b"},
        {"type": "TextQuoteSelector", "exact": "anno", "prefix": "An "},
        {"type": "TextPositionSelector", "start": 0, "end": 9},
        {"type": "ImageApiSelector"},
        {"type": "ImageApiSelector", "region": "square", "size": "full", "rotation": "!90"},
        {"type": "AudioContentSelector"},
        {"type": "FragmentSelector", "conformsTo": "http://tools.ietf.org/rfc/rfc3236", "value": "t=x"},
        {"type": "https://example.org/OurSelector", "value": 3},
        {
            "type": "RangeSelector",
            "startSelector": {"type": "PointSelector", "t": 1},
            "endSelector": {"type": "PointSelector", "t": 2},
        },
        # What refines counts from the first part's corner: it may be larger than where it begins.
        {
            "type": "FragmentSelector",
            "value": "xywh=9,9,9,9",
            "refinedBy": {"type": "FragmentSelector", "value": f"xywh={WIDE * 2},0,9,9"},
        },
        [{"type": "FragmentSelector", "value": "xywh=1,2,3,4"}, {"type": "PointSelector", "x": 1, "y": 1}],
        "https://example.org/selector",
    ],
)
def test_every_selector_may_select(selector: object) -> None:
    assert _faults(_selected(selector)) == []


@pytest.mark.parametrize(
    ("selector", "fault"),
    [
        (3, ": must be an object, such as a FragmentSelector"),
        ({"value": "xywh=1,2,3,4"}, ".type: is missing: add the type of the selector"),
        ({"type": "FragmentSelector"}, ".value: must be a string, such as xywh=0,0,100,100"),
        ({"type": "FragmentSelector", "value": {}}, ".value: must be a string, such as xywh=0,0,100,100"),
        ({"type": "PointSelector", "x": "1"}, ".x: must be a number, 0 or more"),
        ({"type": "PointSelector", "y": -1}, ".y: must be a number, 0 or more"),
        ({"type": "PointSelector", "x": WIDE + 1, "y": 1}, f": the point {OUTSIDE}"),
        ({"type": "PointSelector", "t": 61}, ".t: the point begins after the end of its canvas, at 60.5 s"),
        (
            {"type": "SvgSelector", "value": "M0,0"},
            ".value: must be an SVG, such as <svg …><path d='…'/></svg>",
        ),
        ({"type": "XPathSelector"}, ".value: must be a string"),
        ({"type": "TextQuoteSelector", "exact": 3}, ".exact: must be a string"),
        ({"type": "TextPositionSelector", "start": 1}, ".end: must be a whole number, 0 or more"),
        (
            {"type": "DataPositionSelector", "start": True, "end": 1},
            ".start: must be a whole number, 0 or more",
        ),
        (
            {"type": "RangeSelector", "startSelector": {"type": "CssSelector", "value": "a"}},
            ".endSelector: is missing: add it",
        ),
        (
            {"type": "ImageApiSelector", "rotation": 90},
            '.rotation: must be a string of the Image API, such as "0"',
        ),
        (
            {"type": "ImageApiSelector", "region": "0,0,0,9"},
            '.region: region "0,0,0,9": width must be at least 1',
        ),
        (
            {"type": "SvgSelector", "value": "<svg/>", "refinedBy": {"type": "CssSelector"}},
            ".refinedBy.value: must be a string",
        ),
    ],
)
def test_a_selector_that_selects_nothing_is_refused(selector: object, fault: str) -> None:
    assert _faults(_selected(selector)) == [f"{TARGET}.selector{fault}"]


def test_a_specific_resource_says_of_what_it_is_a_part() -> None:
    part = _selected({"type": "ImageApiSelector", "region": "0,0,9,9"})
    painted = put(*PAINTING, "body", part | {"source": {"id": "https://example.org/i", "type": "Image"}})
    assert faults_after("book", painted) == []
    del part["source"]
    assert faults_after("book", put(*PAINTING, "body", part)) == [
        "items[0].items[0].items[0].body.source: is missing: add it, the id of what is selected from"
    ]


CHAPTER = ("structures", 0, "items", 0, "items", 0)


def test_a_part_in_a_range_lies_on_its_canvas() -> None:
    at_the_edge = put(*CHAPTER, {"id": f"{FIRST}#xywh={WIDE},0,9,9", "type": "Canvas"})
    assert faults_after("book", at_the_edge) == [
        f"structures[0].items[0].items[0].id: xywh={WIDE},0,9,9 {OUTSIDE}"
    ]
    selected = _selected({"type": "FragmentSelector", "value": "xywh=0,0,0,0"})
    assert faults_after("book", put(*CHAPTER, selected)) == [
        "structures[0].items[0].items[0].selector.value: "
        "xywh=0,0,0,0 is empty: width and height must be above 0"
    ]


def test_a_range_alone_knows_no_size_but_the_form_of_its_parts() -> None:
    part = {"id": "https://example.org/iiif/canvas/other#xywh=99999,0,9,9", "type": "Canvas"}
    assert faults_after("range", put("items", 0, part)) == []
    part["id"] = "https://example.org/iiif/canvas/other#xywh=1"
    assert faults_after("range", put("items", 0, part)) == [f"items[0].id: xywh=1 {FOUR}"]


def test_the_start_is_a_part_of_a_canvas() -> None:
    start = {"id": f"{FIRST}#t", **_selected({"type": "PointSelector", "t": "soon"})}
    assert faults_after("book", put("start", start)) == [
        "start.selector.t: must be a number, 0 or more",
    ]
    assert faults_after("book", put("start", FIRST)) == [
        "start: must be one object with id, its type Canvas or SpecificResource"
    ]
    assert faults_after("range", put("start", {"type": "Canvas"})) == ["start.id: is missing: add it"]
    assert faults_after("range", put("start", {"id": FIRST, "type": "Canvas"})) == []


def test_a_canvas_of_its_own_is_no_part() -> None:
    assert faults_after("canvas", drop("label")) == []
