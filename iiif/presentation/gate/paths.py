"""Paths into a document, and what every rule of the gate takes and gives."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

Json: TypeAlias = dict[str, object]
Rule: TypeAlias = Callable[[Json, str], Iterator[str]]
"""Takes a resource and its path, gives its faults as ``path: what is wrong and the remedy``.

Rules bear any JSON: a value of a wrong type is named, or left to the rule that names it.
"""

TYPES = ("Manifest", "Collection", "Canvas", "Range", "AnnotationPage", "Annotation", "AnnotationCollection")
"""The types of resources that may be documents."""


def at(path: str, *keys: str | int) -> str:
    """The path of a member: ``items[0].label``; the document's own path is empty."""
    for key in keys:
        path += f"[{key}]" if isinstance(key, int) else f".{key}" if path else key
    return path


def members(resource: Json, key: str) -> Iterator[tuple[int, Json]]:
    """The objects in the array ``key``, with their places; none where it is no array."""
    value = resource.get(key)
    if isinstance(value, list):
        yield from ((place, one) for place, one in enumerate(value) if isinstance(one, dict))
