"""Presentation documents made alike, to tell whether one says what another says.

What is set aside, and why:

- the ids of manifest, canvases, ranges, pages and annotations, which the archive gives anew: each is named by
  its place instead, wherever it is named;
- the links that the archive adds of its own: its page, its JSON, its collections, its search, itself as the
  provider;
- the order of contexts before the last, a lone motivation or context in an array, and an empty ``items`` of
  a canvas, which all mean nothing;
- blanks around ids, which are left out;
- in HTML, the way of writing it, and what the specification lets no client show: ``title`` of a link.
"""

import re
from collections.abc import Iterator
from typing import Any

from iiif.presentation import markup

Json = dict[str, Any]

_HTML = re.compile(r"<.*>", re.DOTALL)
_TITLE = re.compile(r' title="[^"]*"')
_NAMED = {"Collection", "Manifest", "Canvas", "Range", "AnnotationPage", "Annotation"}
_OURS = {"homepage": "/record/", "seeAlso": "/api/", "partOf": "/iiif/collection/", "provider": "/"}
_SEARCHES = ("/iiif/search/1/", "/iiif/search/2/")


def alike(document: Json, base: str = "") -> Json:
    """The document without what means nothing, and without what the archive at ``base`` adds."""
    names = {id_: name for name, id_ in _places(document, "")}
    made: Json = _alike(document, names, base)
    return made


def _places(resource: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every resource that has parts or a target, by its place; what only names another is left out."""
    if isinstance(resource, list):
        for number, one in enumerate(resource):
            yield from _places(one, f"{path}/{number}")
    if isinstance(resource, dict):
        # In a range, a canvas is but named.
        is_canvas = resource.get("type") == "Canvas" and "/structures" not in path
        is_whole = is_canvas or resource.keys() & {"items", "target"}
        if is_whole and resource.get("type") in _NAMED and isinstance(resource.get("id"), str):
            yield f"place:{path}", resource["id"].strip()
        for key in ("items", "annotations", "structures", "placeholderCanvas", "accompanyingCanvas"):
            if key in resource and resource["type"] in _NAMED:
                yield from _places(resource[key], f"{path}/{key}")


def _alike(value: Any, names: dict[str, str], base: str) -> Any:
    if isinstance(value, str):
        if _HTML.fullmatch(value):
            return markup.safe_body(_TITLE.sub("", value))
        whole, mark, fragment = value.partition("#")
        return names[whole] + mark + fragment if whole in names else names.get(value, value)
    if isinstance(value, list):
        return [_alike(one, names, base) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _without_ours(key, one, base) for key, one in value.items()}
    if value.get("type") == "Canvas" and "id" in kept and kept.get("items") == []:
        del kept["items"]
    for key in ("motivation", "@context"):
        if isinstance(kept.get(key), list):
            kept[key] = sorted(kept[key]) if len(kept[key]) > 1 else kept[key][0]
    if isinstance(kept.get("id"), str):
        kept["id"] = kept["id"].strip()
    return {key: _alike(one, names, base) for key, one in kept.items() if one not in (None, [])}


def _without_ours(key: str, value: Any, base: str) -> Any:
    if base and key == "service" and isinstance(value, list):
        ours = tuple(base + path for path in _SEARCHES)
        return [one for one in value if not str(one.get("id", one.get("@id"))).startswith(ours)]
    if not base or key not in _OURS or not isinstance(value, list):
        return value
    return [one for one in value if not str(one.get("id")).startswith(base + _OURS[key])]
