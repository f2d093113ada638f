import contextlib
import copy
import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import iiif_prezi3
import pytest
import requirements
from hypothesis import given, settings
from hypothesis import strategies as st
from presentation_records import BARE, BOOK, NOBODY, PAINTINGS, RECORDS, SCROLL, URIS, Institution, leaves
from pydantic import ValidationError

from iiif.errors import InvalidDocument
from iiif.presentation import annotation, canvas, gate
from iiif.presentation import range as ranges
from iiif.presentation.collection import collection
from iiif.presentation.gate import schema
from iiif.presentation.gate.paths import TYPES
from iiif.presentation.manifest import manifest
from iiif.presentation.publisher import Publisher

Json = dict[str, Any]  # Documents are changed at will here, at any depth.

MUSEUM = Publisher(Institution(logo="https://m.example/logo.svg"), statement="Town Museum")
COOKBOOK = requirements.SHARED / "data" / "cookbook"
DRAWN: dict[str, Json] = {
    **{record.identifier: manifest(record, URIS, MUSEUM) for record in RECORDS},
    "paintings": collection(PAINTINGS, URIS, MUSEUM),
    "canvas": canvas.canvas_document(SCROLL.canvases[0], SCROLL, URIS, NOBODY),
    "canvas without content": canvas.canvas_document(BARE.canvases[0], BARE, URIS, NOBODY),
    "range": ranges.range_document(BOOK.ranges[1], BOOK, URIS),
    "contents": ranges.contents_document(BOOK, URIS),
    "annotation page": annotation.painting_page_document(SCROLL.canvases[0], URIS, NOBODY.limits),
    "empty annotation page": annotation.painting_page_document(BARE.canvases[0], URIS, NOBODY.limits),
    "annotation": annotation.painting_document(BOOK.canvases[0], BOOK.canvases[0].asset, URIS, NOBODY.limits),  # type: ignore[arg-type]  # It has one.
}


@pytest.mark.parametrize("name", DRAWN)
def test_what_we_draw_passes(name: str) -> None:
    gate.check(DRAWN[name])


@pytest.mark.parametrize("name", DRAWN)
def test_prezi3_reads_and_writes_what_we_draw_unchanged(name: str) -> None:
    # The one thing that prezi3 wrongly refuses is a language tag with digits.
    document = json.loads(json.dumps(DRAWN[name]).replace("es-419", "es"))
    # Its ranges fill references with empty items, and know no partOf.
    lost = {"structures", "items", "partOf"} if document["type"] == "Range" else {"structures"}

    read = json.loads(getattr(iiif_prezi3, document["type"])(**document).json())

    assert _without(lost, read) == _without(lost, document)


def _without(keys: set[str], document: Json) -> Json:
    return {key: value for key, value in document.items() if key not in keys}


def _at(document: Json, *keys: str | int) -> Any:
    for key in keys:
        document = document[key]  # type: ignore[index]  # Lists as well as objects.
    return document


def _set(*path_and_value: Any) -> Callable[[Json], None]:
    *keys, last, value = path_and_value
    return lambda document: _at(document, *keys).__setitem__(last, value)


def _drop(*path: str | int) -> Callable[[Json], None]:
    *keys, last = path
    return lambda document: _at(document, *keys).pop(last)


PAINTING = ("items", 0, "items", 0, "items", 0)
PREZI = "http://iiif.io/api/presentation/3/context.json"
MISSING_TITLE = 'is missing: add it, such as {"en": ["Title"]}'
IS_MISSING = "is missing: add it"
CANVAS_OF_OURS = "must be a canvas of this manifest, or a part of one"
FIRST = "https://example.org/iiif/canvas/book-1"

FAULTS = [
    # §4.6 and §4.2: the document
    ("book", _set("type", "Book"), f"type: must be one of {', '.join(TYPES)}"),
    ("book", _drop("@context"), f'@context: must be "{PREZI}", or an array that has it last'),
    (
        "book",
        _set("@context", [PREZI, "http://example.org/x.json"]),
        f'@context: must be "{PREZI}", or an array that has it last',
    ),
    (
        "book",
        _set("items", 0, "@context", PREZI),
        "items[0].@context: stands at the top of the document only: remove it here",
    ),
    ("book", _set("@graph", []), "@graph: is not allowed: give the resource itself at the top"),
    # §3.1: descriptive properties
    ("book", _drop("label"), f"label: {MISSING_TITLE}"),
    (
        "book",
        _set("label", {}),
        'label: must be an object of at least one language, such as {"en": ["Title"]}',
    ),
    (
        "book",
        _set("label", "Book"),
        'label: must be an object of at least one language, such as {"en": ["Title"]}',
    ),
    ("book", _set("label", {"en": "Book"}), "label.en: must be an array of strings"),
    (
        "book",
        _set("label", {"@none": ["Book"]}),
        'label: "@none" is no language: use a BCP 47 tag such as zh-Hant, or none',
    ),
    (
        "book",
        _set("label", {"en": ["<b>Book</b>"]}),
        "label.en[0]: HTML is not allowed here: write plain text",
    ),
    (
        "scroll",
        _set("summary", {"en": ["ok", "<p>open<br>"]}),
        "summary.en[1]: must be well-formed HTML in one element; plain text must end in a blank",
    ),
    ("scroll", _set("metadata", {}), "metadata: must be an array: put the value in [ ]"),
    ("scroll", _drop("metadata", 0, "label"), f"metadata[0].label: {IS_MISSING}"),
    (
        "scroll",
        _set("metadata", 0, "label", {"en": ["<i>A</i>"]}),
        "metadata[0].label.en[0]: HTML is not allowed here: write plain text",
    ),
    (
        "scroll",
        _set("metadata", 1, "value", {"en": [1]}),
        "metadata[1].value.en: must be an array of strings",
    ),
    (
        "scroll",
        _set("requiredStatement", [{"label": {"en": ["a"]}, "value": {"en": ["b"]}}]),
        "requiredStatement: must be one object with label and value",
    ),
    (
        "scroll",
        _set("rights", "https://creativecommons.org/licenses/by/4.0/deed.en"),
        'rights: must be written "http://creativecommons.org/licenses/by/4.0/"',
    ),
    (
        "scroll",
        _set("rights", "ours"),
        'rights: rights "ours": give a URI of creativecommons.org or rightsstatements.org, or a short name '
        "such as CC0, CC BY 4.0, Public Domain, In copyright, NoC-US",
    ),
    (
        "scroll",
        _set("rights", ["http://creativecommons.org/licenses/by/4.0/"]),
        "rights: must be one string, the http URI of a licence or rights statement",
    ),
    ("scroll", _drop("provider", 0, "label"), f"provider[0].label: {MISSING_TITLE}"),
    ("scroll", _drop("provider", 0, "id"), f"provider[0].id: {IS_MISSING}"),
    ("scroll", _set("provider", 0, "type", "Organization"), "provider[0].type: must be Agent"),
    (
        "scroll",
        _set("thumbnail", {"id": "https://example.org/1", "type": "Image"}),
        "thumbnail: must be an array: put the value in [ ]",
    ),
    (
        "scroll",
        _set("thumbnail", ["https://example.org/1"]),
        "thumbnail[0]: must be an object with id and type",
    ),
    (
        "scroll",
        _drop("thumbnail", 0, "type"),
        "thumbnail[0].type: is missing: add the type of the resource",
    ),
    (
        "scroll",
        _set("navDate", "1856-01-01T00:00:00"),
        "navDate: must be a date with time and timezone, such as 1856-01-01T00:00:00Z",
    ),
    (
        "scroll",
        _set("navDate", 1856),
        "navDate: must be a date with time and timezone, such as 1856-01-01T00:00:00Z",
    ),
    # §3.2: technical properties
    (
        "book",
        _set("viewingDirection", "rtl"),
        "viewingDirection: must be one of left-to-right, right-to-left, top-to-bottom, bottom-to-top",
    ),
    (
        "book",
        _set("items", 0, "viewingDirection", "right-to-left"),
        "items[0].viewingDirection: belongs on a Collection, Manifest or Range: remove it here",
    ),
    ("book", _set("behavior", "paged"), "behavior: must be an array: put the value in [ ]"),
    (
        "book",
        _set("behavior", ["paged", "individuals"]),
        "behavior: paged and individuals exclude each other: keep one",
    ),
    (
        "book",
        _set("behavior", ["auto-advance", "no-auto-advance"]),
        "behavior: auto-advance and no-auto-advance exclude each other: keep one",
    ),
    (
        "book",
        _set("behavior", ["multi-part"]),
        "behavior: multi-part has no meaning on a Manifest: remove it",
    ),
    (
        "book",
        _set("items", 0, "behavior", ["paged"]),
        "items[0].behavior: paged has no meaning on a Canvas: remove it",
    ),
    ("book", _set("items", 0, "width", 0), "items[0].width: must be a whole number above 0"),
    ("book", _set("items", 0, "height", 10.5), "items[0].height: must be a whole number above 0"),
    ("book", _set("items", 0, "height", True), "items[0].height: must be a whole number above 0"),
    ("book", _set("items", 0, "duration", "3"), "items[0].duration: must be a number of seconds above 0"),
    # §3.3: linking properties
    ("book", _drop("homepage", 0, "label"), f"homepage[0].label: {MISSING_TITLE}"),
    ("scroll", _drop("rendering", 0, "label"), f"rendering[0].label: {MISSING_TITLE}"),
    ("scroll", _drop("items", 0, "rendering", 0, "label"), f"items[0].rendering[0].label: {MISSING_TITLE}"),
    (
        "scroll",
        _set("rendering", 0, "format", "TIFF"),
        "rendering[0].format: must be a media type, such as image/jpeg",
    ),
    ("scroll", _drop("seeAlso", 0, "id"), f"seeAlso[0].id: {IS_MISSING}"),
    (
        "scroll",
        _set("seeAlso", 0, "id", "record 1"),
        "seeAlso[0].id: must be a URI, such as https://example.org/1",
    ),
    ("scroll", _drop("partOf", 0, "type"), f"partOf[0].type: {IS_MISSING}"),
    (
        "book",
        _set("service", {"id": "https://example.org/s"}),
        "service: must be an array: put the value in [ ]",
    ),
    (
        "book",
        _set("start", {"id": "https://example.org/other", "type": "Canvas"}),
        f"start: {CANVAS_OF_OURS}",
    ),
    # §5.1: collections
    ("paintings", _drop("items"), "items: is missing: add it, [] where the collection is empty"),
    ("paintings", _drop("items", 0, "label"), f"items[0].label: {MISSING_TITLE}"),
    (
        "paintings",
        _set("items", 1, "items", []),
        "items[1].items: a manifest stands by reference here: remove them",
    ),
    ("paintings", _set("items", 1, "type", "Canvas"), "items[1].type: must be Manifest or Collection"),
    # §5.2: manifests
    ("scroll", _set("items", []), "items: must hold at least one canvas"),
    ("book", _set("id", "book"), "id: must be an http or https URI without blanks"),
    ("book", _set("id", "https://example.org/a b"), "id: must be an http or https URI without blanks"),
    ("book", _set("items", 0, "type", "Page"), "items[0].type: must be Canvas"),
    # §5.3: canvases
    (
        "canvas without content",
        _set("id", FIRST + "#1"),
        "id: must not contain #, which names a part of a canvas",
    ),
    ("book", _drop("items", 0, "height"), "items[0].height: is missing: width and height go together"),
    (
        "book",
        _set("items", 1, "items", 0, "id", "urn:1"),
        "items[1].items[0].id: must be an http or https URI without blanks",
    ),
    (
        "canvas without content",
        lambda canvas: [canvas.pop("width"), canvas.pop("height")],
        "width: is missing: a canvas needs width and height, or a duration",
    ),
    (
        "book",
        _set(*PAINTING, "motivation", "commenting"),
        "items[0].items[0].items[0].motivation: must be painting: other annotations stand in annotations",
    ),
    (
        "book",
        _set(*PAINTING, "target", "https://example.org/iiif/canvas/book-2"),
        "items[0].items[0].items[0].target: must be the canvas that holds the annotation",
    ),
    (
        "book",
        _set(*PAINTING, "body", "type", "Video"),
        "items[0].items[0].items[0].body: its canvas needs a duration to paint this Video: add it there",
    ),
    (
        "book",
        _set(*PAINTING, "body", "id", "https://example.org/iiif/image/3/book_001"),
        "items[0].items[0].items[0].body.id: "
        "is the service's: give a picture's, such as …/full/max/0/default.jpg",
    ),
    (
        "book",
        lambda book: book["items"][0].update(annotations=book["items"][0].pop("items"), items=[]),
        "items[0].annotations[0].items[0].motivation: "
        "must not be painting: what a canvas shows stands in its items",
    ),
    (
        "book",
        _set(
            "placeholderCanvas",
            {"id": FIRST, "type": "Canvas", "placeholderCanvas": {"id": FIRST, "type": "Canvas"}},
        ),
        "placeholderCanvas.placeholderCanvas: a placeholderCanvas must not have one of its own: remove it",
    ),
    (
        "book",
        _set("items", 1, "items", 0, "items", 0, "id", FIRST),
        f'items[1].items[0].items[0].id: "{FIRST}" is the id of another resource too: give each its own',
    ),
    # §5.4: ranges
    (
        "book",
        _set("structures", 0, "items", 0, "items", []),
        "structures[0].items[0].items: must hold at least one canvas or range",
    ),
    (
        "book",
        _set("structures", 0, "items", 0, "items", 0, "id", "https://example.org/other"),
        f"structures[0].items[0].items[0]: {CANVAS_OF_OURS}",
    ),
    (
        "book",
        _set("structures", 0, "items", 0, "behavior", ["sequence"]),
        "structures[0].items[0].behavior: a sequence stands directly in structures: move the range there",
    ),
    # What only iiif-prezi3 says
    (
        "book",
        _set("behavior", ["Paged"]),
        "behavior[0]: must be one of auto-advance, no-auto-advance, repeat, "
        "no-repeat, unordered, individuals, continuous, paged, facing-pages, non-paged, multi-part, "
        "together, sequence, thumbnail-nav, no-nav, hidden",
    ),
    ("range", _drop("items"), "items: must hold at least one canvas or range"),
    (
        "book",
        _set("items", 0, "thumbnail", 0, "service", [{"id": FIRST, "type": "ImageService3", "profile": 2}]),
        "items[0].thumbnail[0].service[0].profile: must be a string",
    ),
    (
        "book",
        _set(*PAINTING, "body", "id", "leaf"),
        "items[0].items[0].items[0].body.id: must be a URI, such as https://example.org/1",
    ),
    (
        "book",
        _set(*PAINTING, "body", "format", 3),
        "items[0].items[0].items[0].body.format: must be a string",
    ),
    ("annotation", _drop("target"), f"target: {IS_MISSING}"),
]


@pytest.mark.parametrize(("name", "change", "fault"), FAULTS, ids=[fault for *_, fault in FAULTS])
def test_a_fault_is_named_with_its_path_and_remedy(
    name: str, change: Callable[[Json], object], fault: str
) -> None:
    document = copy.deepcopy(DRAWN[name])
    change(document)

    with pytest.raises(InvalidDocument) as caught:
        gate.check(document)

    assert caught.value.faults == [fault]


def test_every_fault_of_a_document_is_named() -> None:
    document = copy.deepcopy(DRAWN["book"])
    del document["label"]
    document["items"][5]["width"] = -1

    with pytest.raises(InvalidDocument) as caught:
        gate.check(document)

    assert caught.value.faults == [
        f"label: {MISSING_TITLE}",
        "items[5].width: must be a whole number above 0",
    ]


@pytest.mark.parametrize("document", [None, [], "manifest", 3, {}, {"type": []}, {"type": "sc:Manifest"}])
def test_what_is_no_document_is_refused(document: object) -> None:
    with pytest.raises(InvalidDocument, match=r"^type: must be one of Manifest, "):
        gate.check(document)


VALID = [
    pytest.param(_drop("items", 5, "items"), id="§3.4 a canvas without items"),
    pytest.param(_set("items", 5, "items", []), id="§3.4 a canvas without content"),
    pytest.param(_drop("items", 5, "items", 0, "items"), id="§5.5 a painting page by reference"),
    pytest.param(_set("label", {"es-419": ["Libro"], "zh-Hant-TW": ["書"]}), id="§4.4 any language tag"),
    pytest.param(_set("label", {"en": ["<Untitled>"]}), id="§4.5 a label in angle brackets is plain text"),
    pytest.param(_set("summary", {"en": ["<p>A <b>book</b></p>"]}), id="§4.5 HTML in the summary"),
    pytest.param(_set("@context", ["http://example.org/x.json", PREZI]), id="§4.6 contexts of extensions"),
    pytest.param(
        _set("start", {"id": FIRST + "#xywh=1,2,3,4", "type": "Canvas"}), id="§3.3.2 a part of a canvas"
    ),
    pytest.param(
        _set(*PAINTING, "target", {"type": "SpecificResource", "source": FIRST}),
        id="§5.6 a specific resource",
    ),
    pytest.param(_set(*PAINTING, "target", FIRST + "#xywh=0,0,10,10"), id="§5.3 a part of its own canvas"),
    pytest.param(
        _set("structures", 0, "items", [{"id": FIRST, "type": "Range"}]), id="§5.4 a range by reference"
    ),
    pytest.param(
        _set("items", 0, "annotations", [{"id": "https://example.org/x", "type": "AnnotationPage"}]),
        id="§5.5 annotations by reference",
    ),
    pytest.param(_set("items", 0, "label", {"fr": ["1"]}), id="§3.1 labels of canvases"),
    pytest.param(_set(*PAINTING, "body", "label", {"es-419": ["Hoja"]}), id="§4.4 any language tag anywhere"),
]


@pytest.mark.parametrize("change", VALID)
def test_what_the_specification_allows_passes(change: Callable[[Json], None]) -> None:
    document = copy.deepcopy(DRAWN["book"])
    change(document)

    gate.check(document)


# Language tags are judged by our own rule alone: prezi3's refuses es-419.
@pytest.mark.parametrize(
    ("name", "change"), [(name, change) for name, change, fault in FAULTS if "BCP 47" not in fault]
)
def test_what_prezi3s_own_models_refuse_is_refused(name: str, change: Callable[[Json], object]) -> None:
    document = json.loads(json.dumps(DRAWN[name]).replace("es-419", "es"))
    model = getattr(iiif_prezi3, document["type"])
    change(document)

    with contextlib.suppress(ValidationError):
        model(**document)
        return

    assert schema.faults(document, model.__name__)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 2)
    | st.sampled_from(["", "Canvas", "Range", "#", "<p>", "items", FIRST]),
    lambda part: (
        st.lists(part, max_size=2)
        | st.dictionaries(st.sampled_from(["id", "type", "items"]), part, max_size=3)
    ),
    max_leaves=4,
)


@settings(deadline=None)
@given(data=st.data(), value=_JSON)
def test_any_json_is_judged(data: st.DataObject, value: object) -> None:
    document: Any = copy.deepcopy(DRAWN["book"])
    part: Any = document
    while True:
        keys = list(part) if isinstance(part, dict) else [*range(len(part))]
        key = data.draw(st.sampled_from(keys))
        if not isinstance(part[key], dict | list) or not part[key] or data.draw(st.booleans()):
            break
        part = part[key]
    part[key] = value

    assert all(re.match(r"[@\w\[\].]+: \w", fault) for fault in _faults(document))


def _faults(document: object) -> list[str]:
    try:
        gate.check(document)
    except InvalidDocument as error:
        return error.faults
    return []


# What the cookbook itself has wrong, or what is no document of Presentation 3.
_NOT_OURS = {
    "0015-start__manifest.json": "paints a video on a canvas without width and height",
    "0057-publishing-v2-and-v3__manifest-v2.json": "is of Presentation 2",
    "0229-behavior-ranges__manifest.json": "has a blank at the end of its id",
    "0485-contentstate-canvas-region__annotation.json": "is a content state, whose targets prezi3 can't read",
    "0540-link-for-opening-multiple-canvases__annotation.json": "is a content state",
    "0599-drag-and-drop__manifest.json": "is a content state",
}


@pytest.mark.parametrize("path", sorted(COOKBOOK.glob("*.json")), ids=lambda path: path.name)
def test_the_cookbook_passes(path: Path) -> None:
    document = json.loads(path.read_text())

    if path.name in _NOT_OURS:
        with pytest.raises(InvalidDocument):
            gate.check(document)
    else:
        gate.check(document)


def test_a_record_is_judged_in_a_fraction_of_its_writing() -> None:
    document = manifest(replace(SCROLL, canvases=leaves("scroll", 1)), URIS, MUSEUM)
    gate.check(document)

    started = time.process_time()
    for _ in range(100):
        gate.check(document)

    # Some 0.2 ms each; iiif-prezi3's own models would take 1 ms.
    assert time.process_time() - started < 0.3


def test_a_manifest_of_500_canvases_is_judged_in_less_than_a_second() -> None:
    document = manifest(replace(BOOK, canvases=leaves("book", 500)), URIS, NOBODY)
    gate.check(document)

    started = time.process_time()
    gate.check(document)

    assert time.process_time() - started < 1
