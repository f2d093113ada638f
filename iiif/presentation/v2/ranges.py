"""Ranges: a tree in 3.0, a flat list of references in 2.1. Spec: Presentation 2.1 §5.6."""

from collections.abc import Mapping, Sequence
from typing import Any

from iiif.presentation.v2 import content, properties, text
from iiif.presentation.v2.addresses import Addresses, Json, id_of


def flat(structures: Sequence[Json], known: Mapping[str, object], addresses: Addresses) -> list[Json]:
    """All ranges, the top ones marked, each before those below it; ``known`` are the labels of the canvases.

    Canvases that are not among these are left out, and ranges of which nothing remains.
    """
    listed: list[Json] = []
    for top in structures:
        drawn = _drawn(top, known, addresses)
        # Another order of the pages is no table of contents.
        if drawn and "sequence" not in top.get("behavior", []):
            drawn[0]["viewingHint"] = "top"
        listed.extend(drawn)
    return listed


def alone(chapter: Json, addresses: Addresses) -> Json | None:
    """A range as a document of its own, with references to those below it; ``None`` where it is empty."""
    return next(iter(_drawn(chapter, None, addresses)), None)


def _drawn(chapter: Json, known: Mapping[str, object] | None, addresses: Addresses) -> list[Json]:
    """The range and all below it, ``[]`` where it holds nothing."""
    members: list[Json] = []
    below: list[Json] = []
    for part in chapter.get("items", []):
        if isinstance(part, dict) and part.get("type") == "Range":
            inner = _drawn(part, known, addresses)
            members.extend(_member(one) for one in inner[:1])
            below.extend(inner)
        elif known is None or _canvas(part) in known:
            members.append(_view(part, known or {}, addresses))
    if not members:
        return []
    drawn = {"@id": chapter["id"], "@type": "sc:Range", "label": text.label(chapter)}
    drawn |= properties.described(chapter, addresses) | _membership(members)
    if "start" in chapter and (known is None or _canvas(chapter["start"]) in known):
        drawn["startCanvas"] = _canvas(chapter["start"])
    if "supplementary" in chapter:
        drawn["contentLayer"] = addresses.document(id_of(chapter["supplementary"]))
    return [drawn, *below]


def _membership(members: list[Json]) -> Json:
    """``ranges`` and ``canvases``, which all know; ``members`` too where they do not tell the order."""
    types = [member["@type"] for member in members]
    ranges = [member["@id"] for member in members if member["@type"] == "sc:Range"]
    canvases = [member["@id"] for member in members if member["@type"] == "sc:Canvas"]
    drawn: Json = {}
    if types != sorted(types):  # Canvases come first, as their clients show them.
        drawn["members"] = members
    if ranges:
        drawn["ranges"] = ranges
    if canvases:
        drawn["canvases"] = canvases
    return drawn


def _member(drawn: Json) -> Json:
    return {key: drawn[key] for key in ("@id", "@type", "label")}


def _view(
    part: Any, known: Mapping[str, object], addresses: Addresses
) -> Json:  # A canvas, a part of one, or the id of either.
    canvas = _canvas(part)
    place = content.target(part, addresses)
    # Ranges take rectangles only.
    uri = place if isinstance(place, str) else canvas
    return {"@id": uri, "@type": "sc:Canvas", "label": known.get(canvas) or text.label({"id": canvas})}


def _canvas(part: Any) -> str:  # As above.
    return id_of(part["source"] if isinstance(part, dict) and "source" in part else part).partition("#")[0]
