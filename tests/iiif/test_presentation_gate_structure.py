"""The gate's rules of types: what each must have and may hold. Spec: Presentation 3.0 §5."""

import pytest
from presentation_gate import (
    FIRST,
    IS_MISSING,
    MISSING_TITLE,
    PAINTING,
    Change,
    Fault,
    check_against_prezi3,
    drop,
    faults_after,
    put,
)

NO_URI = "must be a URI, such as https://example.org/1"
CANVAS_OF_OURS = "must be a canvas of this manifest, or a part of one"
CONTENTS = "https://example.org/iiif/range/book-contents"

FAULTS: list[Fault] = [
    # §5.1: collections
    ("paintings", drop("items"), "items: is missing: add it, [] where the collection is empty"),
    ("paintings", drop("items", 0, "label"), f"items[0].label: {MISSING_TITLE}"),
    (
        "paintings",
        put("items", 1, "items", []),
        "items[1].items: a manifest stands by reference here: remove them",
    ),
    ("paintings", put("items", 1, "type", "Canvas"), "items[1].type: must be Manifest or Collection"),
    # §5.2: manifests
    ("scroll", put("items", []), "items: must hold at least one canvas"),
    ("book", put("id", "book"), "id: must be an http or https URI without blanks"),
    ("book", put("id", "https://example.org/a b"), "id: must be an http or https URI without blanks"),
    ("book", put("items", 0, "type", "Page"), "items[0].type: must be Canvas"),
    # §5.3: canvases
    (
        "canvas without content",
        put("id", FIRST + "#1"),
        "id: must not contain #, which names a part of a canvas",
    ),
    ("book", drop("items", 0, "height"), "items[0].height: is missing: width and height go together"),
    (
        "book",
        put("items", 1, "items", 0, "id", "urn:1"),
        "items[1].items[0].id: must be an http or https URI without blanks",
    ),
    (
        "canvas without content",
        lambda canvas: [canvas.pop("width"), canvas.pop("height")],
        "width: is missing: a canvas needs width and height, or a duration",
    ),
    (
        "book",
        put(*PAINTING, "motivation", "commenting"),
        "items[0].items[0].items[0].motivation: must be painting: other annotations stand in annotations",
    ),
    (
        "book",
        put(*PAINTING, "target", "https://example.org/iiif/canvas/book-2"),
        "items[0].items[0].items[0].target: must be the canvas that holds the annotation",
    ),
    (
        "book",
        put(*PAINTING, "body", "type", "Video"),
        "items[0].items[0].items[0].body: its canvas needs a duration to paint this Video: add it there",
    ),
    (
        "book",
        put(*PAINTING, "body", "id", "https://example.org/iiif/image/3/book_001"),
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
        put(
            "placeholderCanvas",
            {"id": FIRST, "type": "Canvas", "placeholderCanvas": {"id": FIRST, "type": "Canvas"}},
        ),
        "placeholderCanvas.placeholderCanvas: a placeholderCanvas must not have one of its own: remove it",
    ),
    (
        "book",
        put("items", 1, "items", 0, "items", 0, "id", FIRST),
        f'items[1].items[0].items[0].id: "{FIRST}" is the id of another resource too: give each its own',
    ),
    # §5.4: ranges
    (
        "book",
        put("structures", 0, "items", 0, "items", []),
        "structures[0].items[0].items: must hold at least one canvas or range",
    ),
    (
        "book",
        put("structures", 0, "items", 0, "items", 0, "id", "https://example.org/other"),
        f"structures[0].items[0].items[0]: {CANVAS_OF_OURS}",
    ),
    (
        "book",
        put("structures", 0, "items", 0, "behavior", ["sequence"]),
        "structures[0].items[0].behavior: a sequence stands directly in structures: move the range there",
    ),
    (
        "book",
        put("structures", 0, "items", 0, "items", 0, {"id": CONTENTS, "type": "Range"}),
        "structures[0].items[0].items[0]: is a range that it stands in: remove it",
    ),
    (
        "book",
        put("structures", 0, "items", 1, "behavior", ["thumbnail-nav"]),
        "structures[0].items[1].items[1].thumbnail: "
        "is missing: the range above shows its ranges by thumbnails",
    ),
    (
        "range",
        put("items", 1, "behavior", ["sequence"]),
        "items[1].behavior: a sequence stands directly in structures: move the range there",
    ),
    # §5.1 and §5.3: what stands twice
    (
        "paintings",
        put("items", 0, "id", "https://example.org/iiif/collection/paintings"),
        "items[0]: is the collection that lists it: remove it",
    ),
    (
        "book",
        lambda book: book["items"].append({"id": FIRST, "type": "Canvas", "width": 9, "height": 9}),
        f'items[6].id: "{FIRST}" is the id of another resource too: give each its own',
    ),
    (
        "paintings",
        lambda group: group["items"][0].update(items=[], services=[]),
        "items[0].services: stands at the top of the document only: move it there",
    ),
    # §5.6: bodies
    (
        "book",
        put(*PAINTING, "body", {"type": "TextualBody"}),
        "items[0].items[0].items[0].body.value: must be a string, the text",
    ),
    (
        "book",
        put(*PAINTING, "body", {"type": "Choice", "items": []}),
        "items[0].items[0].items[0].body.items: must hold what is to be chosen from",
    ),
    # What only iiif-prezi3 says
    (
        "book",
        put("behavior", ["Paged"]),
        "behavior[0]: must be one of auto-advance, no-auto-advance, repeat, "
        "no-repeat, unordered, individuals, continuous, paged, facing-pages, non-paged, multi-part, "
        "together, sequence, thumbnail-nav, no-nav, hidden",
    ),
    ("range", drop("items"), "items: must hold at least one canvas or range"),
    (
        "book",
        put("items", 0, "thumbnail", 0, "service", [{"id": FIRST, "type": "ImageService3", "profile": 2}]),
        "items[0].thumbnail[0].service[0].profile: must be a string",
    ),
    (
        "book",
        put(*PAINTING, "body", "id", "leaf"),
        f"items[0].items[0].items[0].body.id: {NO_URI}",
    ),
    (
        "book",
        put(*PAINTING, "body", "format", 3),
        "items[0].items[0].items[0].body.format: must be a string",
    ),
    ("annotation", drop("target"), f"target: {IS_MISSING}"),
    ("annotation", put("target", []), f"target: {IS_MISSING}"),
    ("annotation", put("target", "canvas 1"), f"target: {NO_URI}"),
    ("annotation", put("target", [FIRST, 3]), f"target: {NO_URI}"),
    ("annotation", put("target", {"id": "p1", "type": "Canvas"}), f"target.id: {NO_URI}"),
    (
        "annotation",
        put("target", {"id": FIRST}),
        "target.type: is missing: add the type of what is annotated",
    ),
]


@pytest.mark.parametrize(("name", "change", "fault"), FAULTS, ids=[fault for *_, fault in FAULTS])
def test_a_fault_is_named_with_its_path_and_remedy(name: str, change: Change, fault: str) -> None:
    assert faults_after(name, change) == [fault]


# Language tags are judged by our own rule alone: prezi3's refuses es-419.
@pytest.mark.parametrize(
    ("name", "change"), [(name, change) for name, change, fault in FAULTS if "BCP 47" not in fault]
)
def test_what_prezi3s_own_models_refuse_is_refused(name: str, change: Change) -> None:
    check_against_prezi3(name, change)
