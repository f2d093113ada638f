"""Advice: what passes the gate, and viewers stumble over. Spec: Presentation 3.0 §3 and §5."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iiif.presentation import gate
from iiif.presentation.gate import advice
from iiif.presentation.gate.advice import Finding

Json = dict[str, Any]
BASE = "https://museum.example"
CANVAS = f"{BASE}/canvas/1"
BODY = "items[0].items[0].items[0].body"
CLEAN: Json = {
    "@context": "http://iiif.io/api/presentation/3/context.json",
    "id": f"{BASE}/manifest",
    "type": "Manifest",
    "label": {"en": ["A book"]},
    "rights": "http://creativecommons.org/publicdomain/zero/1.0/",
    "thumbnail": [{"id": f"{BASE}/small.jpg", "type": "Image", "format": "image/jpeg"}],
    "items": [
        {
            "id": CANVAS,
            "type": "Canvas",
            "label": {"en": ["1"]},
            "width": 1000,
            "height": 2000,
            "items": [
                {
                    "id": f"{BASE}/page/1",
                    "type": "AnnotationPage",
                    "items": [
                        {
                            "id": f"{BASE}/annotation/1",
                            "type": "Annotation",
                            "motivation": "painting",
                            "target": CANVAS,
                            "body": {
                                "id": f"{BASE}/image/1/full/max/0/default.jpg",
                                "type": "Image",
                                "format": "image/jpeg",
                                "width": 500,
                                "height": 1000,
                                "service": [
                                    {"id": f"{BASE}/image/1", "type": "ImageService3", "profile": "level2"}
                                ],
                            },
                        }
                    ],
                }
            ],
        }
    ],
    "structures": [
        {
            "id": f"{BASE}/range/1",
            "type": "Range",
            "label": {"en": ["Contents"]},
            "items": [{"id": CANVAS, "type": "Canvas"}],
        }
    ],
}


def clean() -> Json:
    """A manifest that nothing is to be said of."""
    return copy.deepcopy(CLEAN)


def annotation(manifest: Json) -> Any:
    return manifest["items"][0]["items"][0]["items"][0]


def found(manifest: Json, **options: Any) -> list[tuple[str, str]]:
    return [(one.severity, one.path) for one in advice.advise(manifest, **options)]


def test_nothing_is_said_of_a_clean_manifest() -> None:
    gate.check(clean())
    assert found(clean()) == []


def _no_thumbnail(manifest: Json) -> None:
    del manifest["thumbnail"]


def _no_rights(manifest: Json) -> None:
    del manifest["rights"]


def _no_label(manifest: Json) -> None:
    del manifest["items"][0]["label"]


def _no_label_of_two(manifest: Json) -> None:
    _no_label(manifest)
    manifest["items"].append(
        {"id": f"{BASE}/canvas/2", "type": "Canvas", "label": {"en": ["2"]}, "width": 9, "height": 9}
    )


def _no_service(manifest: Json) -> None:
    del annotation(manifest)["body"]["service"]


def _only_a_login(manifest: Json) -> None:
    annotation(manifest)["body"]["service"] = [{"id": f"{BASE}/login", "type": "AuthAccessService2"}]


def _choice_without_service(manifest: Json) -> None:
    body = annotation(manifest)["body"]
    annotation(manifest)["body"] = {"type": "Choice", "items": [body, {**body, "id": f"{BASE}/infrared.jpg"}]}
    del annotation(manifest)["body"]["items"][1]["service"]


def _stretched(manifest: Json) -> None:
    annotation(manifest)["body"]["width"] = 600


def _range_that_is_not_there(manifest: Json) -> None:
    manifest["structures"][0]["items"].append({"id": f"{BASE}/range/2", "type": "Range"})


def _http_picture(manifest: Json) -> None:
    annotation(manifest)["body"]["id"] = "http://museum.example/1.jpg"


def _http_service(manifest: Json) -> None:
    annotation(manifest)["body"]["service"] = [
        {"@id": "http://museum.example/1", "@type": "ImageService2", "profile": "level1"}
    ]


def _http_annotations(manifest: Json) -> None:
    manifest["annotations"] = [{"id": "http://museum.example/notes", "type": "AnnotationPage"}]


@pytest.mark.parametrize(
    ("spoil", "finding"),
    [
        (_no_thumbnail, ("warning", "thumbnail")),
        (_no_rights, ("note", "rights")),
        (_no_label, ("note", "items[0].label")),
        (_no_label_of_two, ("warning", "items[0].label")),
        (_no_service, ("warning", f"{BODY}.service")),
        (_only_a_login, ("warning", f"{BODY}.service")),
        (_choice_without_service, ("warning", f"{BODY}.items[1].service")),
        (_stretched, ("warning", BODY)),
        (_range_that_is_not_there, ("warning", "structures[0].items[1]")),
        (_http_picture, ("warning", f"{BODY}.id")),
        (_http_service, ("warning", f"{BODY}.service[0].@id")),
        (_http_annotations, ("warning", "annotations[0].id")),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_passes_the_gate_and_viewers_stumble_over_is_found(
    spoil: Callable[[Json], None], finding: tuple[str, str]
) -> None:
    manifest = clean()
    spoil(manifest)
    gate.check(manifest)
    assert found(manifest) == [finding]


def test_a_picture_in_its_own_place_on_the_canvas_is_not_stretched() -> None:
    manifest = clean()
    _stretched(manifest)
    annotation(manifest)["target"] = f"{CANVAS}#xywh=0,0,600,1000"
    assert found(manifest) == []


def test_a_range_that_is_named_before_it_stands_is_there() -> None:
    manifest = clean()
    manifest["structures"][0]["items"].append({"id": f"{BASE}/range/2", "type": "Range"})
    manifest["structures"].append({**manifest["structures"][0], "id": f"{BASE}/range/2", "items": []})
    assert found(manifest) == []


def test_http_is_nothing_odd_where_the_document_is_http_or_a_link_is_only_opened() -> None:
    manifest = clean()
    _http_picture(manifest)
    assert found(manifest, address="http://museum.example/manifest") == []
    linked = clean()
    linked["rendering"] = [{"id": "http://museum.example/1.jpg", "type": "Image", "label": {"en": ["It"]}}]
    assert found(linked) == []


def test_a_collection_with_members_at_http_is_blocked_and_its_missing_thumbnail_noted() -> None:
    collection = {
        **{key: CLEAN[key] for key in ("@context", "label", "rights", "thumbnail")},
        "id": f"{BASE}/top",
        "type": "Collection",
        "items": [{"id": "http://museum.example/1", "type": "Manifest", "label": {"en": ["One"]}}],
    }
    gate.check(collection)
    assert found(collection) == [("warning", "items[0].id")]
    del collection["thumbnail"]
    assert found(collection)[0] == ("note", "thumbnail")


def test_a_canvas_that_a_range_of_2_1_names_in_vain_is_found() -> None:
    manifest = {
        "sequences": [{"canvases": [{"@id": CANVAS}]}],
        "structures": [{"canvases": [CANVAS, f"{CANVAS}#xywh=0,0,1,1", f"{BASE}/canvas/2"]}],
    }
    assert [one.path for one in advice.advise_2(manifest)] == ["structures[0].canvases[2]"]


@pytest.mark.parametrize(
    ("described", "version"),
    [
        ({"type": "ImageService3"}, 3),
        ({"@type": "ImageService2"}, 2),
        ({"@context": "http://iiif.io/api/image/3/context.json"}, 3),
        ({"@context": ["https://a.example", "http://iiif.io/api/image/2/context.json"]}, 2),
        ({"profile": ["http://iiif.io/api/image/2/level2.json", {"formats": []}]}, 2),
        ({"profile": "http://library.stanford.edu/iiif/image-api/compliance.html#level1"}, 1),
        ({"@context": "http://library.stanford.edu/iiif/image-api/1.1/context.json"}, 1),
        ({"type": "SearchService2", "profile": 3}, None),
    ],
)
def test_an_image_service_says_its_version_in_any_of_its_ways(described: Json, version: int | None) -> None:
    assert advice.image_version(described) == version


def test_image_services_are_listed_once_in_their_order() -> None:
    manifest = clean()
    second = copy.deepcopy(manifest["items"][0])
    annotation({"items": [second]})["body"]["service"] = [
        {"@id": f"{BASE}/image/2", "@type": "ImageService2"}
    ]
    manifest["items"] += [second, manifest["items"][0]]
    services = [(one.id, one.version) for one in advice.image_services(manifest)]
    assert services == [(f"{BASE}/image/1", 3), (f"{BASE}/image/2", 2)]


@pytest.mark.parametrize(
    ("fault", "finding"),
    [
        ("items[0].id: is missing: add it", Finding("error", "items[0].id", "is missing", "add it")),
        ("type: must be a string", Finding("error", "type", "must be a string", "")),
        ("it is no document", Finding("error", "", "it is no document", "")),
        (
            'id: "https://a.example" is double: change it',
            Finding("error", "id", '"https://a.example" is double', "change it"),
        ),
    ],
)
def test_a_line_of_the_gate_is_an_error_with_path_and_remedy(fault: str, finding: Finding) -> None:
    assert advice.refused(fault) == finding


_WORDS = st.sampled_from(
    [
        "id",
        "type",
        "@id",
        "items",
        "body",
        "target",
        "service",
        "structures",
        "canvases",
        "sequences",
        "width",
    ]
)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["Range", "Image", "Choice", "https://a.example"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=5),
    max_leaves=30,
)


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(_WORDS, _VALUES), st.sampled_from(["Manifest", "Collection", "Canvas"]))
def test_advice_bears_any_json(document: Json, type_: str) -> None:
    document |= {"type": type_}
    for one in [*advice.advise(document, address="https://a.example"), *advice.advise_2(document)]:
        assert one.severity != "error"
    assert all(service.id for service in advice.image_services(document))
