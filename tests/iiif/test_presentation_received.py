"""Annotations of other programs: what is taken, in which form, and what is refused."""

from typing import Any

import pytest
from presentation_records import NOBODY, URIS, Annotation

from iiif.errors import InvalidDocument
from iiif.presentation import annotation, received

Json = dict[str, Any]

CANVAS = "https://example.org/iiif/canvas/a-1"
NOTE: Json = {"type": "Annotation", "body": {"type": "TextualBody", "value": "A seal."}, "target": CANVAS}
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M1,1L2,2" style="fill:none"/></svg>'


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (
            {"body": "https://example.net/body1"},
            {"type": "SpecificResource", "source": "https://example.net/body1"},
        ),
        ({"body": {"value": "x"}}, {"type": "TextualBody", "value": "x"}),
        (
            {"body": [{"source": "https://example.net/1", "purpose": "tagging"}, {"value": "x"}]},
            [
                {"type": "SpecificResource", "source": "https://example.net/1", "purpose": "tagging"},
                {"type": "TextualBody", "value": "x"},
            ],
        ),
        ({"body": {"type": "TextualBody", "value": CANVAS}}, {"type": "TextualBody", "value": CANVAS}),
        (
            {"body": {"type": "SpecificResource", "source": f"{CANVAS}#xywh=1,1,1,1"}},
            {"type": "SpecificResource", "source": "/iiif/canvas/a-1#xywh=1,1,1,1"},
        ),
    ],
)
def test_bodies_are_brought_to_one_form(given: Json, kept: object) -> None:
    assert _read({**NOTE, **given}).body == kept


def test_a_bare_text_becomes_a_body() -> None:
    bare = {name: value for name, value in NOTE.items() if name != "body"} | {"bodyValue": "A seal."}
    assert _read(bare).body == {"type": "TextualBody", "value": "A seal.", "format": "text/plain"}


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        (f"{CANVAS}#xywh=1,2,3,4", "/iiif/canvas/a-1#xywh=1,2,3,4"),
        ({"id": CANVAS, "type": "Canvas"}, "/iiif/canvas/a-1"),
        (
            {"source": CANVAS, "selector": {"type": "SvgSelector", "value": SVG}},
            {
                "type": "SpecificResource",
                "source": "/iiif/canvas/a-1",
                "selector": {"type": "SvgSelector", "value": SVG},
            },
        ),
    ],
)
def test_targets_are_kept_as_paths(target: object, kept: object) -> None:
    assert _read({**NOTE, "target": target}).target == kept


@pytest.mark.parametrize(
    "context",
    [
        "http://www.w3.org/ns/anno.jsonld",
        "http://iiif.io/api/presentation/3/context.json",
        ["http://www.w3.org/ns/anno.jsonld", "http://iiif.io/api/presentation/3/context.json"],
    ],
)
def test_the_contexts_of_both_specifications_are_known(context: object) -> None:
    assert "@context" not in _read({**NOTE, "@context": context}).properties


def test_what_else_is_said_is_kept() -> None:
    said = {
        "creator": {"id": "https://example.org/li", "type": "Person", "name": "Li"},
        "rights": "http://creativecommons.org/publicdomain/zero/1.0/",
    }
    extension = "http://iiif.io/api/extension/text-granularity/context.json"
    taken = _read({**NOTE, **said, "@context": [extension, received.WEB_CONTEXT], "textGranularity": "line"})
    assert taken.properties == {**said, "@context": [extension], "textGranularity": "line"}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"type": "AnnotationPage", "items": []}, "type: must be Annotation"),
        ({"type": ["Annotation"]}, "type: must be Annotation"),
        ({"@type": "oa:Annotation", "on": CANVAS, "target": None}, "type: this is an Open Annotation"),
        ({"target": None}, "target: is missing"),
        ({"target": 5}, "target: "),
        ({"body": 5}, "body: "),
        ({"body": {"type": ["TextualBody"], "value": "x"}}, "body.type: must be a string"),
        ({"bodyValue": "x"}, "bodyValue: stands beside body"),
        ({"id": 5}, "id: must be a string"),
        ({"body": None, "bodyValue": 5}, "bodyValue: must be a string"),
        ({"motivation": "painting"}, "motivation: painting is what a canvas shows"),
        ({"motivation": ["tagging", "painting"]}, "motivation: painting is what a canvas shows"),
        ({"motivation": 5}, "motivation: must be a string"),
        ({"created": "yesterday"}, "created: must be a date"),
        ({"modified": "2026-01-01"}, "modified: must be a date"),
        ({"created": 2026}, "created: must be a date"),
        ({"body": {"id": "javascript:alert(1)", "type": "Text"}}, "body.id: must be an http"),
        ({"creator": {"homepage": "\tJavaScript :alert(1)"}}, "creator.homepage: must be an http"),
        ({"body": {"asset": "p1", "type": "Image", "id": CANVAS}}, "body.asset: is not known"),
        ({"label": "A"}, "label: must be an object"),
        ({"@context": {"a": "b"}}, "@context: must be"),
        ({"@context": [received.WEB_CONTEXT, {}]}, "@context: must be"),
    ],
)
def test_what_is_wrong_is_named(change: Json, fault: str) -> None:
    given = {name: value for name, value in {**NOTE, **change}.items() if value is not None}
    with pytest.raises(InvalidDocument) as refused:
        _read(given)
    assert any(one.startswith(fault) for one in refused.value.faults), refused.value.faults


@pytest.mark.parametrize(
    ("svg", "fault"),
    [
        ("<svg", "well-formed"),
        (5, "well-formed"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', "well-formed"),
        ("<svg><script>alert(1)</script></svg>", 'element "script"'),
        ("<svg><foreignObject/></svg>", 'element "foreignObject"'),
        ('<svg onload="alert(1)"/>', 'attribute "onload"'),
        (
            '<svg xmlns:x="http://www.w3.org/1999/xlink"><path x:href="javascript:alert(1)"/></svg>',
            'attribute "href"',
        ),
    ],
)
def test_a_selector_draws_shapes_and_nothing_else(svg: object, fault: str) -> None:
    selector = {"type": "SvgSelector", "value": svg}
    target = {"type": "SpecificResource", "source": CANVAS, "selector": [selector]}
    with pytest.raises(InvalidDocument, match=fault):
        _read({**NOTE, "target": target})


def test_what_each_target_is_about_is_told() -> None:
    target = [
        f"{CANVAS}#xywh=1,1,1,1",
        {"source": f"{CANVAS}#t=1"},
        {"source": {"id": CANVAS, "type": "Canvas"}},
        {"type": "Choice"},
    ]
    assert list(received.targets(target)) == [CANVAS, CANVAS, CANVAS, None]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({"type": "TextualBody", "format": "text/html", "value": "a <script>x</script>"}, "<div>a </div>"),
        (
            {"type": "TextualBody", "format": "Text/HTML;charset=utf-8", "value": "<p onclick='x'>a</p>"},
            "<p>a</p>",
        ),
        ({"type": "TextualBody", "value": "<p onclick='x'>a</p>"}, "<p>a</p>"),
        ({"type": "cnt:ContentAsText", "id": CANVAS, "value": "<p onclick='x'>a</p>"}, "<p>a</p>"),
        ({"type": "TextualBody", "format": "text/plain", "value": "<script>"}, "<script>"),
    ],
)
def test_html_is_harmless_where_it_is_shown(body: Json, shown: str) -> None:
    one = Annotation("a-1/1", body=body)
    drawn: Any = annotation.annotation(one, CANVAS, {}, URIS, NOBODY.limits)["body"]
    assert drawn["value"] == shown


def _read(given: Json) -> Any:
    received.check(given, URIS.base)
    return received.annotation(given, URIS.base)
