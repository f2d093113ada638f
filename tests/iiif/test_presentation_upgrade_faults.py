import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from presentation_2 import FULL, WILD, Json, M, canvas, chapter, document, painted
from presentation_records import NOBODY, PAINTINGS, SCROLL, URIS

from iiif.errors import InvalidDocument
from iiif.presentation import gate
from iiif.presentation.collection import collection
from iiif.presentation.manifest import manifest
from iiif.presentation.upgrade import upgrade
from iiif.presentation.v2 import downgrade

A, ONE = f"{M}/canvas/a", f"{M}/range/one"


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ([], "@type: must be sc:Manifest or sc:Collection"),
        (manifest(SCROLL, URIS, NOBODY), "@type: must be sc:Manifest or sc:Collection"),
        (document() | {"@id": None}, "@id: must be the http or https URI of the resource: add it"),
        (document() | {"@id": 5}, "@id: must be a string, the URI of the resource"),
        (document(sequences=None), "sequences: is missing: add a sequence with its canvases"),
        (
            document(sequences=[{}]),
            "sequences[0].canvases: must hold at least one canvas: 3.0 shows nothing else",
        ),
        (document(sequences=[7]), "sequences[0]: must be an object with @id and @type"),
        (
            document(canvas("a", images=[{}])),
            "sequences[0].canvases[0].images[0].resource: is missing: add the image, with its @id",
        ),
        (
            document(label={"en": "Book"}),
            'label: must be text, such as "Title" or {"@value": "Title", "@language": "en"}',
        ),
        (
            {"@id": f"{M}/c", "@type": "sc:Collection", "first": f"{M}/c/1"},
            "first: 3.0 has no pages of collections: take in the pages one by one",
        ),
        # What the gate finds is in the words of 3.0.
        (
            document(canvas("a", width=None, images=[])),
            "items[0].width: is missing: width and height go together",
        ),
        (
            document(navDate="long ago"),
            "navDate: must be a date with time and timezone, such as 1856-01-01T00:00:00Z",
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_its_remedy(broken: object, fault: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        upgrade(broken)

    assert caught.value.faults == [fault]


def test_a_collection_nested_without_end_is_refused() -> None:
    deep: Json = {"@id": f"{M}/c", "@type": "sc:Collection", "label": "c", "manifests": []}
    for _ in range(3000):
        deep = {"@id": f"{M}/c", "@type": "sc:Collection", "label": "c", "collections": [deep]}

    with pytest.raises(InvalidDocument, match="nested too deeply"):
        upgrade(deep)


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(f"{M}/x")
ANY = st.recursive(
    VALUES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@id", "@type", "@value", "@language", "label", "full", "on"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)
RICH = WILD | {
    "structures": [
        chapter("top", members=[{"@id": ONE}], startCanvas=A),
        chapter("one", canvases=[A], ranges=[]),
    ],
    "sequences": [
        {
            "canvases": [
                *WILD["sequences"][0]["canvases"],
                canvas(
                    "c",
                    images=[
                        painted(
                            "c",
                            resource={
                                "@type": "oa:Choice",
                                "default": FULL,
                                "item": [
                                    {
                                        "@type": "oa:SpecificResource",
                                        "full": FULL,
                                        "selector": {"@type": "oa:SvgSelector", "chars": "x"},
                                    }
                                ],
                            },
                            stylesheet={"chars": "x"},
                        )
                    ],
                ),
            ]
        },
        {"@id": f"{M}/s2", "canvases": [{"@id": A}]},
    ],
}


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from _places(inner, (*path, key))


WHOLE = downgrade(collection(PAINTINGS, URIS, NOBODY), URIS)
MUTABLE = [(whole, place) for whole in (RICH, WHOLE) for place in _places(whole)]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(range(len(MUTABLE))), ANY), min_size=1, max_size=3))
def test_no_document_is_a_fault_of_ours(changes: list[tuple[int, object]]) -> None:
    whole = copy.deepcopy(MUTABLE[changes[0][0]][0])
    for index, value in changes:
        *keys, last = MUTABLE[index][1]
        parent: Any = whole
        for key in keys:
            parent = parent.get(key) if isinstance(parent, dict) else _at(parent, key)
        if isinstance(parent, dict) or (
            isinstance(parent, list) and isinstance(last, int) and last < len(parent)
        ):
            parent[last] = value
    try:
        gate.check(upgrade(whole))
    except InvalidDocument as error:
        assert all(": " in fault for fault in error.faults)  # noqa: PT017  # Not every document is refused.


def _at(parent: Any, key: Any) -> Any:
    return parent[key] if isinstance(parent, list) and isinstance(key, int) and key < len(parent) else None


@settings(deadline=None)
@given(ANY)
def test_no_json_is_a_fault_of_ours(value: object) -> None:
    with pytest.raises(InvalidDocument):
        upgrade(value)
