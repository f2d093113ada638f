"""Ranges: a flat list of references in 2.1, a tree in 3.0. Spec: Presentation 2.1 §5.6, 3.0 §5.4."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from iiif.presentation import labels
from iiif.presentation.gate.paths import at
from iiif.presentation.range import CONTENTS
from iiif.presentation.upgrade import properties
from iiif.presentation.upgrade.values import Json, many, objects, uri


@dataclass
class _Tree:
    """The ranges by their ids, with paths; ``below`` is what each holds, ``placed`` what stands already."""

    ranges: dict[str, tuple[str, Json]]
    canvases: Collection[str]
    below: dict[str, list[str]] = field(default_factory=dict)
    placed: set[str] = field(default_factory=set)


def structures(manifest: Json, id_: str, canvases: Collection[str]) -> list[Json]:
    """The trees of a manifest's ranges; those that no top one holds stand in a table of contents."""
    ranges: dict[str, tuple[str, Json]] = {}
    for place, (where, one) in enumerate(objects(manifest, "structures", ""), start=1):
        ranges.setdefault(uri(one, where) or f"{id_}/range/{place}", (where, one))
    tree = _Tree(ranges, canvases)
    for name, (where, one) in ranges.items():
        tree.below[name] = _held(one, where)
    _add_by_parents(tree)
    children = {child for held in tree.below.values() for child in held}
    tops = [name for name in ranges if "top" in many(ranges[name][1].get("viewingHint"))]
    roots = [name for name in ranges if name not in children and name not in tops]
    drawn = _filled([_range(name, tree) for name in tops])
    # What stands in a circle has no root: the first of it will do.
    loose = _filled([_range(name, tree) for name in (*roots, *ranges)])
    if len(loose) < 2:
        return drawn + loose
    return [*drawn, {"id": f"{id_}{CONTENTS}", "type": "Range", "label": labels.CONTENTS, "items": loose}]


def sequences(further: list[tuple[str, Json]], id_: str, canvases: Collection[str]) -> list[Json]:
    """The other orders of the same canvases, those that are given in full."""
    drawn = []
    for place, (where, one) in enumerate(further, start=2):
        name = uri(one, where) or f"{id_}/sequence/{place}"
        views = [uri(view, at(where, "canvases")) for view in many(one.get("canvases"))]
        items = [{"id": view, "type": "Canvas"} for view in views if view in canvases]
        if items:
            label = properties.label(one, where, name)
            drawn.append(
                {"id": name, "type": "Range", "label": label, "behavior": ["sequence"], "items": items}
            )
    return drawn


def _held(chapter: Json, path: str) -> list[str]:
    """The ids of what a range holds: ``members`` tell all, else canvases stand before ranges."""
    keys = ("members",) if chapter.get("members") else ("canvases", "ranges")
    found = [
        uri(one, at(path, key, place)) for key in keys for place, one in enumerate(many(chapter.get(key)))
    ]
    return [name for name in found if name]


def _add_by_parents(tree: _Tree) -> None:
    """Some ranges are held because they say so themselves."""
    for name, (where, one) in tree.ranges.items():
        for place, parent in enumerate(many(one.get("within"))):
            held = tree.below.get(uri(parent, at(where, "within", place)) or "")
            if held is not None and name not in held:
                held.append(name)


def _range(name: str, tree: _Tree) -> Json | None:
    """The range and all below it, ``None`` where it stands already or holds nothing."""
    if name in tree.placed:
        return None
    tree.placed.add(name)
    path, chapter = tree.ranges[name]
    items = [
        _range(held, tree) if held in tree.ranges else _view(held, tree.canvases) for held in tree.below[name]
    ]
    drawn: Json = {"id": name, "type": "Range", "label": properties.label(chapter, path, name)}
    drawn |= properties.described(chapter, "Range", path)
    start = uri(chapter.get("startCanvas"), at(path, "startCanvas"))
    if start in tree.canvases:
        drawn["start"] = {"id": start, "type": "Canvas"}
    filled = _filled(items)
    return drawn | {"items": filled} if filled else None


def _view(name: str, canvases: Collection[str]) -> Json | None:
    canvas, _, fragment = name.partition("#")
    if name in canvases or (canvas in canvases and not fragment):
        return {"id": name, "type": "Canvas"}
    if canvas not in canvases:
        return None
    selector = {"type": "FragmentSelector", "value": fragment}
    return {"type": "SpecificResource", "source": {"id": canvas, "type": "Canvas"}, "selector": selector}


def _filled(items: list[Any]) -> list[Json]:
    return [one for one in items if one]
