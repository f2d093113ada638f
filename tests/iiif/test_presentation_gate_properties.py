"""The gate's rules of properties, whatever resource has them. Spec: Presentation 3.0 §3 and §4."""

import pytest
from presentation_gate import (
    FIRST,
    IS_MISSING,
    MISSING_TITLE,
    PAINTING,
    PREZI,
    Change,
    Fault,
    check_against_prezi3,
    drop,
    faults_after,
    put,
)

from iiif.presentation.gate.paths import TYPES

CANVAS_OF_OURS = "must be a canvas of this manifest, or a part of one"
FAULTS: list[Fault] = [
    # §4.6 and §4.2: the document
    ("book", put("type", "Book"), f"type: must be one of {', '.join(TYPES)}"),
    ("book", drop("@context"), f'@context: must be "{PREZI}", or an array that has it last'),
    (
        "book",
        put("@context", [PREZI, "http://example.org/x.json"]),
        f'@context: must be "{PREZI}", or an array that has it last',
    ),
    (
        "book",
        put("items", 0, "@context", PREZI),
        "items[0].@context: stands at the top of the document only: remove it here",
    ),
    ("book", put("@graph", []), "@graph: is not allowed: give the resource itself at the top"),
    # §3.1: descriptive properties
    ("book", drop("label"), f"label: {MISSING_TITLE}"),
    (
        "book",
        put("label", {}),
        'label: must be an object of at least one language, such as {"en": ["Title"]}',
    ),
    (
        "book",
        put("label", "Book"),
        'label: must be an object of at least one language, such as {"en": ["Title"]}',
    ),
    ("book", put("label", {"en": "Book"}), "label.en: must be an array of strings"),
    (
        "book",
        put("label", {"@none": ["Book"]}),
        'label: "@none" is no language: use a BCP 47 tag such as zh-Hant, or none',
    ),
    (
        "book",
        put("label", {"en": ["<b>Book</b>"]}),
        "label.en[0]: HTML is not allowed here: write plain text",
    ),
    (
        "scroll",
        put("summary", {"en": ["ok", "<p>open<br>"]}),
        "summary.en[1]: must be well-formed HTML in one element; plain text must end in a blank",
    ),
    ("scroll", put("metadata", {}), "metadata: must be an array: put the value in [ ]"),
    ("scroll", drop("metadata", 0, "label"), f"metadata[0].label: {IS_MISSING}"),
    (
        "scroll",
        put("metadata", 0, "label", {"en": ["<i>A</i>"]}),
        "metadata[0].label.en[0]: HTML is not allowed here: write plain text",
    ),
    (
        "scroll",
        put("metadata", 1, "value", {"en": [1]}),
        "metadata[1].value.en: must be an array of strings",
    ),
    (
        "scroll",
        put("requiredStatement", [{"label": {"en": ["a"]}, "value": {"en": ["b"]}}]),
        "requiredStatement: must be one object with label and value",
    ),
    (
        "scroll",
        put("rights", "https://creativecommons.org/licenses/by/4.0/deed.en"),
        'rights: must be written "http://creativecommons.org/licenses/by/4.0/"',
    ),
    (
        "scroll",
        put("rights", "ours"),
        'rights: rights "ours": give a URI of creativecommons.org or rightsstatements.org, or a short name '
        "such as CC0, CC BY 4.0, Public Domain, In copyright, NoC-US",
    ),
    (
        "scroll",
        put("rights", ["http://creativecommons.org/licenses/by/4.0/"]),
        "rights: must be one string, the http URI of a licence or rights statement",
    ),
    ("scroll", drop("provider", 0, "label"), f"provider[0].label: {MISSING_TITLE}"),
    ("scroll", drop("provider", 0, "id"), f"provider[0].id: {IS_MISSING}"),
    ("scroll", put("provider", 0, "type", "Organization"), "provider[0].type: must be Agent"),
    (
        "scroll",
        put("thumbnail", {"id": "https://example.org/1", "type": "Image"}),
        "thumbnail: must be an array: put the value in [ ]",
    ),
    (
        "scroll",
        put("thumbnail", ["https://example.org/1"]),
        "thumbnail[0]: must be an object with id and type",
    ),
    (
        "scroll",
        drop("thumbnail", 0, "type"),
        "thumbnail[0].type: is missing: add the type of the resource",
    ),
    (
        "scroll",
        put("navDate", "1856-01-01T00:00:00"),
        "navDate: must be a date with time and timezone, such as 1856-01-01T00:00:00Z",
    ),
    (
        "scroll",
        put("navDate", 1856),
        "navDate: must be a date with time and timezone, such as 1856-01-01T00:00:00Z",
    ),
    # §3.2: technical properties
    (
        "book",
        put("viewingDirection", "rtl"),
        "viewingDirection: must be one of left-to-right, right-to-left, top-to-bottom, bottom-to-top",
    ),
    (
        "book",
        put("items", 0, "viewingDirection", "right-to-left"),
        "items[0].viewingDirection: belongs on a Collection, Manifest or Range: remove it here",
    ),
    ("book", put("behavior", "paged"), "behavior: must be an array: put the value in [ ]"),
    (
        "book",
        put("behavior", ["paged", "individuals"]),
        "behavior: paged and individuals exclude each other: keep one",
    ),
    (
        "book",
        put("behavior", ["auto-advance", "no-auto-advance"]),
        "behavior: auto-advance and no-auto-advance exclude each other: keep one",
    ),
    (
        "book",
        put("behavior", ["multi-part"]),
        "behavior: multi-part has no meaning on a Manifest: remove it",
    ),
    (
        "book",
        put("items", 0, "behavior", ["paged"]),
        "items[0].behavior: paged has no meaning on a Canvas: remove it",
    ),
    ("book", put("items", 0, "width", 0), "items[0].width: must be a whole number above 0"),
    ("book", put("items", 0, "height", 10.5), "items[0].height: must be a whole number above 0"),
    ("book", put("items", 0, "height", True), "items[0].height: must be a whole number above 0"),
    ("book", put("items", 0, "duration", "3"), "items[0].duration: must be a number of seconds above 0"),
    (
        "book",
        put("behavior", ["paged", "Paged", "paged"]),
        "behavior[1]: must be one of auto-advance, no-auto-advance, repeat, "
        "no-repeat, unordered, individuals, continuous, paged, facing-pages, non-paged, multi-part, "
        "together, sequence, thumbnail-nav, no-nav, hidden",
    ),
    (
        "book",
        put("seeAlso", 0, "language", ["en", "english language"]),
        "seeAlso[0].language: must be BCP 47 tags such as zh-Hant, in an array",
    ),
    (
        "book",
        put(*PAINTING, "timeMode", ["loop"]),
        "items[0].items[0].items[0].timeMode: must be one string, such as trim, scale or loop",
    ),
    (
        "annotation",
        put("textGranularity", ["line"]),
        "textGranularity: must be one string, such as line or word",
    ),
    (
        "book",
        put("navDate", "2023-02-30T00:00:00Z"),
        "navDate: has no such day in its month",
    ),
    (
        "book",
        put("navDate", "2023-13-01T00:00:00Z"),
        "navDate: must be a date with time and timezone, such as 1856-01-01T00:00:00Z",
    ),
    (
        "book",
        put("placeholderCanvas", {"id": FIRST, "type": "Image"}),
        "placeholderCanvas: must be one object with id, its type Canvas",
    ),
    # §3.3: linking properties
    ("book", drop("homepage", 0, "label"), f"homepage[0].label: {MISSING_TITLE}"),
    ("scroll", drop("rendering", 0, "label"), f"rendering[0].label: {MISSING_TITLE}"),
    ("scroll", drop("items", 0, "rendering", 0, "label"), f"items[0].rendering[0].label: {MISSING_TITLE}"),
    (
        "scroll",
        put("rendering", 0, "format", "TIFF"),
        "rendering[0].format: must be a media type, such as image/jpeg",
    ),
    ("scroll", drop("seeAlso", 0, "id"), f"seeAlso[0].id: {IS_MISSING}"),
    (
        "scroll",
        put("seeAlso", 0, "id", "record 1"),
        "seeAlso[0].id: must be a URI, such as https://example.org/1",
    ),
    ("scroll", drop("partOf", 0, "type"), f"partOf[0].type: {IS_MISSING}"),
    (
        "book",
        put("service", {"id": "https://example.org/s"}),
        "service: must be an array: put the value in [ ]",
    ),
    (
        "book",
        put("service", [{"@type": "SearchService1"}]),
        "service[0].id: is missing: add it",
    ),
    (
        "book",
        put("services", [{"@id": "https://example.org/auth"}]),
        "services[0].type: is missing: add it, such as ImageService3",
    ),
    ("book", put("services", [FIRST]), "services[0]: must be an object with id and type"),
    (
        "range",
        put("supplementary", [{"id": "https://example.org/texts", "type": "AnnotationCollection"}]),
        "supplementary: must be one object with id, its type AnnotationCollection",
    ),
    (
        "book",
        put("start", {"id": "https://example.org/other", "type": "Canvas"}),
        f"start: {CANVAS_OF_OURS}",
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
