"""Paths into a document, and what every rule of the gate takes and gives."""

import math
import re
from collections.abc import Callable, Iterator
from typing import TypeAlias, TypeGuard

Json: TypeAlias = dict[str, object]
Rule: TypeAlias = Callable[[Json, str], Iterator[str]]
"""Takes a resource and its path, gives its faults as ``path: what is wrong and the remedy``.

Rules bear any JSON: a value of a wrong type is named, or left to the rule that names it.
"""

TYPES = ("Manifest", "Collection", "Canvas", "Range", "AnnotationPage", "Annotation", "AnnotationCollection")
"""The types of resources that may be documents."""

_HTTP = re.compile(r'https?://[^\s<>"{}|\\^`]+')


def at(path: str, *keys: str | int) -> str:
    """The path of a member: ``items[0].label``; the document's own path is empty."""
    for key in keys:
        path += f"[{key}]" if isinstance(key, int) else f".{key}" if path else key
    return path


def members(resource: Json, key: str) -> list[tuple[int, Json]]:
    """The objects in the array ``key``, with their places; none where it is no array."""
    value = resource.get(key)
    if not isinstance(value, list):
        return []
    return [(place, one) for place, one in enumerate(value) if isinstance(one, dict)]


def objects(value: object) -> Iterator[Json]:
    """The objects that ``value`` is or holds: of what may be one, or an array of them."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield one


def is_web_uri(value: object) -> bool:
    """Whether ``value`` is an http or https URI in which nothing is left to encode."""
    return isinstance(value, str) and _HTTP.fullmatch(value) is not None


def is_number(value: object) -> TypeGuard[float]:
    """Whether ``value`` is a finite number; JSON's true is an int to Python, and none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
