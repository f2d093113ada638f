"""Manifests taken apart: from a document that passed the gate to values that a catalogue can keep.

Nothing is lost: what has no place of its own stands in ``properties``, as the document spells it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from iiif.language import LanguageMap
from iiif.presentation.document import CONTEXT

Json = dict[str, Any]  # Any: values of JSON.
Pair = tuple[LanguageMap, LanguageMap]

SUBSTITUTES = ("placeholderCanvas", "accompanyingCanvas")


@dataclass(frozen=True)
class Annotation:
    """An annotation; ``target`` is ``None`` where it is the whole of its holder."""

    id: str | None
    motivation: tuple[str, ...]
    body: Any  # Any: values of JSON, here and below.
    target: Any
    properties: Json


@dataclass(frozen=True)
class Page:
    """A page of annotations; of one that is only named, for it stands elsewhere, they are ``None``."""

    id: str | None
    paints: bool
    annotations: tuple[Annotation, ...] | None
    properties: Json


@dataclass(frozen=True)
class Canvas:
    """A canvas with its pages, and the canvases that stand in for it or go with it, by property."""

    id: str
    label: LanguageMap
    width: int | None
    height: int | None
    duration: float | None
    pages: tuple[Page, ...]
    substitutes: Mapping[str, "Canvas"]
    properties: Json


@dataclass(frozen=True)
class Part:
    """A canvas at a place of a range; ``part`` is a fragment or the whole specific resource, or neither."""

    canvas: str
    part: Any


@dataclass(frozen=True)
class Range:
    """A range with what stands in it, in its order."""

    id: str
    label: LanguageMap
    items: tuple["Part | Range", ...]
    properties: Json


@dataclass(frozen=True)
class Described:
    """What manifests and collections say of themselves alike; the rest stands in ``properties``."""

    id: str
    label: LanguageMap
    summary: LanguageMap
    metadata_pairs: tuple[Pair, ...]
    required_statement: Pair | None
    rights: str | None
    behavior: tuple[str, ...]
    viewing_direction: str | None
    nav_date: str | None
    properties: Json


@dataclass(frozen=True)
class Manifest(Described):
    """A manifest with all its parts."""

    canvases: tuple[Canvas, ...]
    substitutes: Mapping[str, Canvas]
    pages: tuple[Page, ...]
    ranges: tuple[Range, ...]


def manifest(document: Json) -> Manifest:
    """The parts of a manifest of Presentation 3.0 that passed the gate."""
    rest = _Rest(document)
    canvases, pages = rest.take("items", []), rest.take("annotations", [])
    substitutes, structures = _substitutes(rest), rest.take("structures", [])
    return Manifest(
        **_description(rest),
        canvases=tuple(canvas(one) for one in canvases),
        substitutes=substitutes,
        pages=tuple(page(one, document["id"], paints=False) for one in pages),
        ranges=tuple(range_(one) for one in structures),
    )


@dataclass(frozen=True)
class Collection(Described):
    """A collection with what it lists: its ``manifests`` and ``collections`` by their ids, in its order.

    ``members`` are the references as the document has them.
    """

    members: tuple[Json, ...]

    @property
    def manifests(self) -> list[str]:
        """The ids of the manifests that it lists."""
        return [one["id"] for one in self.members if one["type"] == "Manifest"]

    @property
    def collections(self) -> list[str]:
        """The ids of the collections that it lists."""
        return [one["id"] for one in self.members if one["type"] == "Collection"]


def collection(document: Json) -> Collection:
    """The parts of a collection of Presentation 3.0 that passed the gate."""
    rest = _Rest(document)
    members = tuple(rest.take("items", []))
    return Collection(**_description(rest), members=members)


def canvas(document: Json) -> Canvas:
    """The parts of a canvas."""
    rest = _Rest(document)
    id_ = rest.take("id")
    painting = [page(one, id_, paints=True) for one in rest.take("items", [])]
    said = [page(one, id_, paints=False) for one in rest.take("annotations", [])]
    return Canvas(
        id=id_,
        label=rest.take("label", {}),
        width=rest.take("width"),
        height=rest.take("height"),
        duration=rest.take("duration"),
        pages=(*painting, *said),
        substitutes=_substitutes(rest),
        properties=rest.left,
    )


def page(document: Json, holder: str, *, paints: bool) -> Page:
    """A page of annotations of ``holder``, the URI of a canvas or manifest."""
    rest = _Rest(document)
    items = rest.take("items")
    return Page(
        id=rest.take("id"),
        paints=paints,
        annotations=None if items is None else tuple(annotation(one, holder) for one in items),
        properties=rest.left,
    )


def annotation(document: Json, holder: str) -> Annotation:
    """An annotation of ``holder``, the URI of a canvas or manifest."""
    rest = _Rest(document)
    motivation = rest.take("motivation", [])
    target = rest.take("target")
    return Annotation(
        id=rest.take("id"),
        motivation=(motivation,) if isinstance(motivation, str) else tuple(motivation),
        body=rest.take("body"),
        target=None if target == holder else target,
        properties=rest.left,
    )


def range_(document: Json) -> Range:
    """A range with the ranges below it."""
    rest = _Rest(document)
    return Range(
        id=rest.take("id"),
        label=rest.take("label", {}),
        items=tuple(_item(one) for one in rest.take("items", [])),
        properties=rest.left,
    )


class _Rest:
    """A resource from which property after property is taken; what is ``left`` has no place of its own."""

    def __init__(self, document: Json) -> None:
        self.left = {name: value for name, value in document.items() if name != "type"}
        if extensions := [one for one in _listed(self.left.pop("@context", [])) if one != CONTEXT]:
            self.left["@context"] = extensions

    def take(self, name: str, default: Any = None) -> Any:
        return self.left.pop(name, default)


def _description(rest: _Rest) -> dict[str, Any]:
    """The members of ``Described``; it takes what is left."""
    return {
        "id": rest.take("id"),
        "label": rest.take("label"),
        "summary": rest.take("summary", {}),
        "metadata_pairs": tuple(_pair(one) for one in rest.take("metadata", [])),
        "required_statement": _pair(rest.take("requiredStatement")),
        "rights": rest.take("rights"),
        "behavior": tuple(rest.take("behavior", [])),
        "viewing_direction": rest.take("viewingDirection"),
        "nav_date": rest.take("navDate"),
        "properties": rest.left,
    }


def _substitutes(rest: _Rest) -> dict[str, Canvas]:
    found = ((name, rest.take(name)) for name in SUBSTITUTES)
    return {name: canvas(value) for name, value in found if value is not None}


def _pair(value: Json | None) -> Any:
    return None if value is None else (value["label"], value["value"])


def _item(document: Json) -> Part | Range:
    if document["type"] == "Range":
        return range_(document)
    if document["type"] == "Canvas":
        id_, _, fragment = document["id"].partition("#")
        return Part(id_, fragment or None)
    source = document["source"]
    return Part((source if isinstance(source, str) else source["id"]).partition("#")[0], document)


def canvases(taken: Manifest) -> Iterator[tuple[Canvas, str | None, Canvas | None]]:
    """Every canvas, with the property by which it is a substitute, and the canvas that it is one of."""
    for name, one in taken.substitutes.items():
        yield one, name, None
    for view in taken.canvases:
        yield view, None, None
        for name, one in view.substitutes.items():
            yield one, name, view


def ranges(taken: Manifest) -> Iterator[Range]:
    """Every range, each before those below it."""
    waiting = list(reversed(taken.ranges))
    while waiting:
        yield (one := waiting.pop())
        waiting.extend(item for item in reversed(one.items) if isinstance(item, Range))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
