"""The gate: what the archive publishes or takes in must be a valid document. Source: Presentation 3.0."""

from collections.abc import Iterator

from iiif.errors import InvalidDocument
from iiif.presentation.document import CONTEXT
from iiif.presentation.gate import properties, schema, structure
from iiif.presentation.gate.paths import TYPES, Json, at
from iiif.presentation.gate.reading import read as read

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
    faults = list(_mistyped(resources)) or list(_faults(document, resources))
    if faults := faults or schema.faults(document, document["type"]):
        raise InvalidDocument(faults)


def _mistyped(resources: list[tuple[str, Json]]) -> Iterator[str]:
    for path, resource in resources:
        if not isinstance(resource.get("type", ""), str):
            yield f"{at(path, 'type')}: must be a string, the type of the resource"


def _faults(document: Json, resources: list[tuple[str, Json]]) -> Iterator[str]:
    context = document.get("@context")
    if context != CONTEXT and not (isinstance(context, list) and context[-1:] == [CONTEXT]):
        yield f'@context: must be "{CONTEXT}", or an array that has it last'
    if "@graph" in document:
        yield "@graph: is not allowed: give the resource itself at the top"
    seen: set[str] = set()
    for path, resource in resources:
        if "type" not in resource:
            yield f"{at(path, 'type')}: is missing: add the type of the resource"
        yield from properties.faults(resource, path)
        yield from structure.faults(resource, path)
        yield from _duplicate(resource, path, seen)


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


def _duplicate(resource: Json, path: str, seen: set[str]) -> Iterator[str]:
    # What has neither parts nor a target is a reference, and may stand in many places.
    id_ = resource.get("id")
    if (
        not isinstance(id_, str)
        or resource.get("type") not in TYPES
        or not resource.keys() & {"items", "target"}
    ):
        return
    if id_ in seen:
        yield f'{at(path, "id")}: "{id_}" is the id of another resource too: give each its own'
    seen.add(id_)
