"""All that Presentation 3.0 can say beyond a record with pictures: drawn from what is stored of it."""

from dataclasses import replace
from typing import Any

from presentation_records import (
    BARE,
    NOBODY,
    PAINTINGS,
    URIS,
    Annotation,
    AnnotationPage,
    Asset,
    Canvas,
    CanvasPart,
    Range,
    Record,
)

from iiif.presentation import document, gate
from iiif.presentation.collection import collection
from iiif.presentation.manifest import manifest
from iiif.presentation.publisher import Publisher

INFRARED, VISIBLE = Asset("infrared"), Asset("visible")
SOUND = Asset("tune", "tune.mp3", "audio/mpeg", None, None, 12.5)
CHOICE = AnnotationPage(
    "mural-1",
    "painting",
    (
        Annotation(
            "mural-2",
            ("painting",),
            {
                "type": "Choice",
                "items": [
                    {"asset": "visible", "label": {"en": ["Visible"]}},
                    {"asset": "infrared", "label": {"en": ["Infrared"]}},
                ],
            },
        ),
        Annotation("mural-3", ("painting",), {"asset": "visible"}, "/iiif/canvas/mural-1#xywh=0,0,100,100"),
    ),
    paints=True,
)
NOTES = AnnotationPage(
    "mural-1",
    "notes",
    (
        Annotation(
            "mural-4",
            ("commenting", "tagging"),
            {"type": "TextualBody", "value": "A junk", "language": "en", "format": "text/plain"},
            "/iiif/canvas/mural-1#xywh=10,20,30,40",
            {"textGranularity": "line"},
        ),
    ),
)
MURAL = Record(
    "mural",
    canvases=(Canvas("mural-1", pages=(CHOICE, NOTES)),),
    assets={"infrared": INFRARED, "visible": VISIBLE},
    properties={
        "seeAlso": [{"id": "https://example.com/marc", "type": "Dataset"}],
        "navPlace": {"id": "/iiif/place/1", "type": "FeatureCollection", "features": []},
        "start": {"id": "/iiif/canvas/mural-1", "type": "Canvas"},
    },
)


def test_the_layers_of_a_canvas_are_a_choice_of_its_images() -> None:
    (canvas,) = _items(_drawn(MURAL))
    (page,) = _items(canvas)
    choice, detail = _items(page)
    assert choice["target"] == "https://example.org/iiif/canvas/mural-1"
    assert [(one["label"]["en"], one["id"]) for one in choice["body"]["items"]] == [
        (["Visible"], "https://example.org/iiif/image/3/visible/full/max/0/default.jpg"),
        (["Infrared"], "https://example.org/iiif/image/3/infrared/full/max/0/default.jpg"),
    ]
    assert detail["target"] == "https://example.org/iiif/canvas/mural-1#xywh=0,0,100,100"


def test_what_is_said_of_a_canvas_stands_in_its_annotations_and_their_extensions_in_the_context() -> None:
    drawn = _drawn(MURAL)
    (page,) = _items(drawn)[0]["annotations"]
    assert page["id"] == "https://example.org/iiif/annotations/mural-1/notes"
    assert page["items"][0]["motivation"] == ["commenting", "tagging"]
    assert page["items"][0]["textGranularity"] == "line"
    assert drawn["@context"] == [document.NAV_PLACE, document.TEXT_GRANULARITY, document.CONTEXT]


def test_a_page_of_our_own_may_be_named_instead_of_embedded() -> None:
    apart = replace(NOTES, is_embedded=False)
    (canvas,) = _items(_drawn(replace(MURAL, canvases=(Canvas("mural-1", pages=(CHOICE, apart)),))))
    assert canvas["annotations"] == [
        {"id": "https://example.org/iiif/annotations/mural-1/notes", "type": "AnnotationPage"}
    ]


def test_links_are_joined_to_our_own_and_anything_else_stands_as_it_was_given() -> None:
    drawn = _drawn(MURAL)
    assert [one["id"] for one in drawn["seeAlso"]] == [
        "https://example.org/api/records/mural",
        "https://example.com/marc",
    ]
    assert drawn["navPlace"]["id"] == "https://example.org/iiif/place/1"
    assert drawn["start"]["id"] == "https://example.org/iiif/canvas/mural-1"


def test_a_sound_is_painted_by_its_file() -> None:
    view = Canvas("song-1", width=None, height=None, duration=12.5, asset=SOUND)
    (canvas,) = _items(_drawn(Record("song", canvases=(view,), assets={"tune": SOUND})))
    assert (canvas["duration"], "width" in canvas, "thumbnail" in canvas) == (12.5, False, False)
    assert _items(_items(canvas)[0])[0]["body"] == {
        "id": "https://example.org/file/tune/tune.mp3",
        "type": "Sound",
        "format": "audio/mpeg",
        "duration": 12.5,
    }


def test_placeholder_and_accompanying_canvases_stand_on_what_they_are_for() -> None:
    poster = Canvas("song-2", asset=VISIBLE)
    view = Canvas("song-1", width=None, height=None, duration=12.5, substitutes={"placeholderCanvas": poster})
    record = Record(
        "song", canvases=(view,), substitutes={"accompanyingCanvas": replace(poster, identifier="s")}
    )
    drawn = _drawn(record)
    assert drawn["accompanyingCanvas"]["id"] == "https://example.org/iiif/canvas/s"
    assert _items(drawn)[0]["placeholderCanvas"]["id"] == "https://example.org/iiif/canvas/song-2"


def test_alternative_tables_of_contents_are_not_wrapped() -> None:
    view = BARE.canvases[0]
    parts = (CanvasPart(view, 1, "xywh=0,0,10,10"), CanvasPart(view, 3, {"type": "SpecificResource",
        "source": "/iiif/canvas/bare-1", "selector": {"type": "PointSelector", "x": 1, "y": 2}}))  # fmt: skip
    below = Range("bare-4", {"en": ["Between"]}, (CanvasPart(view, 1),), position=2)
    one = Range("bare-2", {"en": ["By page"]}, parts, (below,), properties={"behavior": ["no-nav"]})
    two = Range("bare-3", {"en": ["By song"]}, (CanvasPart(view, 1),), position=2)
    drawn = _drawn(replace(BARE, ranges=(one, two), wraps_ranges=False))
    first, second = drawn["structures"]
    assert (first["behavior"], second["label"]) == (["no-nav"], {"en": ["By song"]})
    assert [one["type"] for one in first["items"]] == ["Canvas", "Range", "SpecificResource"]
    assert first["items"][0]["id"] == "https://example.org/iiif/canvas/bare-1#xywh=0,0,10,10"
    assert first["items"][2]["source"] == "https://example.org/iiif/canvas/bare-1"


def test_supplementary_is_published_on_request_alone() -> None:
    record = replace(
        BARE, properties={"supplementary": {"id": "https://x.example/c", "type": "AnnotationCollection"}}
    )
    assert "supplementary" not in _drawn(record)
    assert "supplementary" in manifest(record, URIS, Publisher(supplementary=True))


def test_a_collection_says_all_that_is_stored_of_it() -> None:
    group = replace(
        PAINTINGS,
        rights="http://rightsstatements.org/vocab/CNE/1.0/",
        required_statement=({"en": ["Credit"]}, {"en": ["<span><b>The</b> town<script>x</script></span>"]}),
        metadata_pairs=(({"en": ["Era"]}, {"en": ["Tang"]}),),
        behavior=("multi-part",),
        viewing_direction="right-to-left",
        nav_date="0868-01-01T00:00:00Z",
        properties={
            "items": [{"id": "https://x.example/m", "type": "Manifest", "label": {"en": ["Theirs"]}}]
        },
    )
    drawn = collection(group, URIS, NOBODY)
    gate.check(drawn)
    assert drawn["requiredStatement"] == {
        "label": {"en": ["Credit"]},
        "value": {"en": ["<span><b>The</b> town</span>"]},
    }
    assert (drawn["behavior"], drawn["navDate"]) == (["multi-part"], "0868-01-01T00:00:00Z")
    assert _items(drawn)[-1]["id"] == "https://x.example/m"


def test_a_page_of_a_collection_is_a_collection_of_its_own() -> None:
    group = replace(PAINTINGS, pages=(1, 3))
    assert [one["id"].rpartition("/")[2] for one in _items(collection(group, URIS, NOBODY))[1:3]] == [
        "1",
        "3",
    ]
    page: dict[str, Any] = collection(replace(group, page=3, collections=()), URIS, NOBODY)
    gate.check(page)
    assert page["id"] == "https://example.org/iiif/collection/paintings/3"
    assert page["label"]["en"] == ["Part 2"]
    assert page["partOf"][0]["id"] == "https://example.org/iiif/collection/paintings"


def _drawn(record: Record) -> dict[str, Any]:
    drawn = manifest(record, URIS, NOBODY)
    gate.check(drawn)
    return drawn


def _items(resource: dict[str, Any]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = resource["items"]
    return items
