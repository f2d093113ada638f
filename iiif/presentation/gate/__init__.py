"""The gate: what the archive publishes or takes in must be a valid document. Source: Presentation 3.0."""

import re
from collections.abc import Iterator

from iiif.errors import InvalidDocument
from iiif.presentation.document import CONTEXT, NAV_PLACE
from iiif.presentation.gate import allowed, parts, properties, schema, structure
from iiif.presentation.gate.paths import TYPES, Json, at
from iiif.presentation.gate.reading import read as read

_LISTED = re.compile(r"items\[\d+\]")
"""The path of a manifest's canvas, which is no reference even where it is empty."""

_EMBEDDING = {*properties.LINKS, "placeholderCanvas", "accompanyingCanvas", "body"} - {"partOf"}
"""The properties whose resources are read: ``partOf`` only names, a service follows its own specification."""


def check(document: object) -> None:
    """Let a valid document of any type pass, on its own (not parts of it: references need their target).

    Raises ``InvalidDocument`` with every fault that our own rules find, or, where they find none, with
    those that iiif-prezi3 finds; each names the path in the document and the remedy.
    """
    if not isinstance(document, dict) or document.get("type") not in TYPES:
        raise InvalidDocument([f"type: must be one of {', '.join(TYPES)}"])
    resources = list(_resources(document, ""))
    # Every rule asks for the type, so that it must be one before.
    faults = _mistyped(resources) or list(_faults(document, resources))
    if faults := faults or schema.faults(document, document["type"]):
        raise InvalidDocument(faults)


def _mistyped(resources: list[tuple[str, Json]]) -> list[str]:
    return [
        f"{at(path, 'type')}: must be a string, the type of the resource"
        for path, resource in resources
        if not isinstance(resource.get("type", ""), str)
    ]


def _faults(document: Json, resources: list[tuple[str, Json]]) -> Iterator[str]:
    yield from _context(document, resources)
    if "@graph" in document:
        yield "@graph: is not allowed: give the resource itself at the top"
    canvases = {
        str(resource.get("id")): resource
        for _, resource in resources
        if ("width" in resource or "duration" in resource) and resource.get("type") == "Canvas"
    }
    seen: set[str] = set()
    is_manifest = document["type"] == "Manifest"
    for path, resource in resources:
        yield from properties.faults(resource, path)
        type_ = resource.get("type")
        if not isinstance(type_, str):
            yield f"{at(path, 'type')}: is missing: add the type of the resource"
            continue
        yield from allowed.faults(resource, type_, path)
        if "seeAlso[" not in path:  # Which may name any resource, and of it no more than id and type.
            yield from structure.faults(resource, type_, path)
        yield from parts.faults(resource, type_, path, canvases)
        if type_ in TYPES and (_is_whole(resource) or (is_manifest and _LISTED.fullmatch(path))):
            yield from _duplicate(resource, path, seen)


def _context(document: Json, resources: list[tuple[str, Json]]) -> Iterator[str]:
    context = document.get("@context")
    listed = context if isinstance(context, list) else [context]
    if listed[-1:] != [CONTEXT]:
        yield f'@context: must be "{CONTEXT}", or an array that has it last'
    elif NAV_PLACE not in listed and any("navPlace" in resource for _, resource in resources):
        yield f'@context: must have "{NAV_PLACE}" before the last, for navPlace'


def _resources(resource: Json, path: str) -> Iterator[tuple[str, Json]]:
    """The resource and all those embedded in it, with their paths."""
    yield path, resource
    for key in resource.keys() & _EMBEDDING:
        value = resource[key]
        if isinstance(value, dict):
            yield from _resources(value, at(path, key))
        for place, member in enumerate(value) if isinstance(value, list) else ():
            if isinstance(member, dict):
                yield from _resources(member, at(path, key, place))


def _is_whole(resource: Json) -> bool:
    """Whether it is more than a reference, which may stand in many places."""
    return "items" in resource or "target" in resource


def _duplicate(resource: Json, path: str, seen: set[str]) -> Iterator[str]:
    id_ = resource.get("id")
    if not isinstance(id_, str):
        return
    if id_ in seen:
        yield f'{at(path, "id")}: "{id_}" is the id of another resource too: give each its own'
    seen.add(id_)
