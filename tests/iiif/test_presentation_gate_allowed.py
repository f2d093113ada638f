"""Which property may stand on which resource. Spec: Presentation 3.0 Appendix A."""

import copy
from typing import Any

import pytest
from presentation_gate import DRAWN, FIRST, IS_MISSING, PREZI, Json, faults_of

VALUES: dict[str, Any] = {
    "navDate": "1856-01-01T00:00:00Z",
    "language": ["en"],
    "placeholderCanvas": {"id": f"{FIRST}/poster", "type": "Canvas", "width": 1, "height": 1},
    "accompanyingCanvas": {"id": f"{FIRST}/music", "type": "Canvas", "duration": 1},
    "format": "text/plain",
    "profile": "https://example.org/profile",
    "height": 9,
    "width": 9,
    "duration": 9.5,
    "viewingDirection": "left-to-right",
    "timeMode": "trim",
    "start": {"id": FIRST, "type": "Canvas"},
    "supplementary": {"id": "https://example.org/texts", "type": "AnnotationCollection"},
    "services": [{"id": "https://example.org/login", "type": "AuthAccessService2"}],
    "structures": [{"id": "https://example.org/range", "type": "Range"}],
    "annotations": [{"id": "https://example.org/notes", "type": "AnnotationPage"}],
    "items": [],
}
DOCUMENTS: dict[str, Json] = {
    "Collection": DRAWN["paintings"],
    "Manifest": DRAWN["book"],
    "Canvas": {"@context": PREZI, "id": FIRST, "type": "Canvas", "width": 9, "height": 9, "duration": 9},
    "Annotation": DRAWN["annotation"],
    "AnnotationPage": DRAWN["empty annotation page"],
    "Range": DRAWN["range"],
    "AnnotationCollection": {
        "@context": PREZI,
        "id": "https://example.org/texts",
        "type": "AnnotationCollection",
        "label": {"en": ["Texts"]},
        "first": {"id": "https://example.org/texts/1", "type": "AnnotationPage"},
        "last": {"id": "https://example.org/texts/1", "type": "AnnotationPage"},
    },
    "Image": DRAWN["scroll"],
}
# The tables, with what they do not allow.
NOT_ALLOWED = {
    "Collection": "language format profile height width duration timeMode start supplementary structures",
    "Manifest": "language format profile height width duration timeMode supplementary",
    "Canvas": "language format profile viewingDirection timeMode start supplementary services structures",
    "Annotation": "navDate language placeholderCanvas accompanyingCanvas format profile height width "
    "duration viewingDirection start supplementary services items structures annotations",
    "AnnotationPage": "navDate language placeholderCanvas accompanyingCanvas format profile height width "
    "duration viewingDirection timeMode start supplementary services structures annotations",
    "Range": "language format profile height width duration timeMode services structures",
    "AnnotationCollection": "navDate language placeholderCanvas accompanyingCanvas format profile height "
    "width duration viewingDirection timeMode start supplementary services items structures annotations",
    "Image": "navDate placeholderCanvas accompanyingCanvas viewingDirection timeMode start supplementary "
    "services items structures",
}


def _faults(type_: str, key: str) -> list[str]:
    document = copy.deepcopy(DOCUMENTS[type_])
    resource = document["thumbnail"][0] if type_ == "Image" else document
    resource[key] = copy.deepcopy(VALUES[key])
    return faults_of(document)


def test_what_the_tables_are_tried_on_passes() -> None:
    assert [fault for document in DOCUMENTS.values() for fault in faults_of(document)] == []


@pytest.mark.parametrize(
    ("type_", "key"), [(type_, key) for type_, keys in NOT_ALLOWED.items() for key in keys.split()]
)
def test_what_the_tables_do_not_allow_is_refused(type_: str, key: str) -> None:
    (fault,) = _faults(type_, key)
    path, _, remedy = fault.partition(": ")
    assert path == ("thumbnail[0]." if type_ == "Image" else "") + key
    assert remedy.startswith("belongs on ")
    assert remedy.endswith(": remove it here")


@pytest.mark.parametrize(
    ("type_", "key"),
    [
        (type_, key)
        for type_, keys in NOT_ALLOWED.items()
        for key in VALUES
        # What stands at these is not empty: their own rules are tried elsewhere.
        if key not in keys.split() and not (key == "items" and type_ in {"Manifest", "Range"})
    ],
)
def test_what_the_tables_allow_passes(type_: str, key: str) -> None:
    assert _faults(type_, key) == []


@pytest.mark.parametrize(
    ("type_", "key", "remedy"),
    [
        ("Annotation", "width", "belongs on a Canvas or file"),
        ("Manifest", "timeMode", "belongs on an Annotation"),
        ("Canvas", "services", "belongs on a Collection or Manifest"),
        ("Range", "format", "belongs on the files that are linked or painted"),
        ("Image", "navDate", "belongs on a Collection, Manifest, Canvas or Range"),
    ],
)
def test_the_refusal_says_where_it_belongs(type_: str, key: str, remedy: str) -> None:
    assert _faults(type_, key)[0].partition(": ")[2] == f"{remedy}: remove it here"


def test_a_reference_may_say_what_will_be_found() -> None:
    document = copy.deepcopy(DRAWN["paintings"])
    document["items"][1] |= {"format": "application/ld+json", "profile": PREZI, "language": ["en"]}
    assert faults_of(document) == []
    document["items"][1]["height"] = 9
    assert faults_of(document) == ["items[1].height: belongs on a Canvas or file: remove it here"]


def test_what_is_unknown_is_passed_over() -> None:
    document = {**copy.deepcopy(DRAWN["book"]), "ourOwn": {"navDate": 1}}
    assert faults_of(document) == []
    document["items"][0]["ourOwn"] = [{"type": "Annotation", "width": 1}]
    assert faults_of(document) == []


def test_what_has_no_type_is_not_looked_up() -> None:
    document = copy.deepcopy(DRAWN["scroll"])
    del document["partOf"][0]["type"]
    document["partOf"][0]["width"] = 1
    assert faults_of(document) == [f"partOf[0].type: {IS_MISSING}"]
