"""What every Presentation document has alike: its context, its media type, references to other documents."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, overload

from iiif.presentation import markup

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
MEDIA_TYPE = f'application/ld+json;profile="{CONTEXT}"'
ACCEPT = f"{MEDIA_TYPE}, application/ld+json;q=0.9, application/json;q=0.8, */*;q=0.1"
"""What other servers are asked for: 3.0, else whatever they have."""
NAV_PLACE = "http://iiif.io/api/extension/navplace/context.json"
TEXT_GRANULARITY = "http://iiif.io/api/extension/text-granularity/context.json"

Resource: TypeAlias = dict[str, object]
"""A resource as its JSON will be: keys as the specification spells them, in the order of their writing."""

JsonValue: TypeAlias = dict[str, Any] | list[Any] | str | None  # Any: values of JSON.

_NAMING = frozenset(
    {"id", "@id", "target", "source", "body", "first", "last", "next", "prev", "within", "scope"}
)
"""The keys whose strings name resources."""

_WITH_HTML = frozenset({"summary", "metadata", "requiredStatement"})
"""The properties whose text, or whose values, may hold HTML. Spec: Presentation 3.0 §4.5."""

_JOINED = frozenset({"homepage", "seeAlso", "rendering", "partOf", "metadata", "service"})
"""What a resource says of itself stands beside what the archive says of it; else it stands instead."""


def document(resource: Resource, part_of: Resource | None = None, contexts: Iterable[str] = ()) -> Resource:
    """``resource`` as a document of its own, with the reference to what it is part of.

    ``contexts`` are those of extensions. Spec: Presentation 3.0 §4.6 (the context stands first, only here).
    """
    extensions = list(dict.fromkeys(contexts))
    context = [*extensions, CONTEXT] if extensions else CONTEXT
    if part_of is not None:
        resource = {**resource, "partOf": [part_of, *listed(resource.get("partOf"))]}
    return {"@context": context, **resource}


def contexts(properties: Iterable[Mapping[str, Any]]) -> list[str]:  # Any: values of JSON.
    """The contexts of the extensions that stored properties use."""
    found: dict[str, None] = {}
    for one in properties:
        if one:
            found |= dict.fromkeys(one.get("@context", ()))
            if "navPlace" in one:
                found[NAV_PLACE] = None
            if "textGranularity" in one:
                found[TEXT_GRANULARITY] = None
    return list(found)


def reference(uri: str, type_: str) -> Resource:
    """The least that names another resource. Spec: Presentation 3.0 §4.2."""
    return {"id": uri, "type": type_}


def with_properties(drawn: Resource, properties: Mapping[str, Any], base: str) -> Resource:
    """``drawn`` with what is stored of a resource beyond its columns.

    Lists of links are joined; anything else that is stored stands instead of what was drawn.
    """
    for name, value in located(dict(properties), base).items():
        if name == "@context":
            continue
        if name in _JOINED and name in drawn and isinstance(value, list):
            drawn[name] = [*listed(drawn[name]), *value]
        else:
            drawn[name] = value
    return drawn


@overload
def located(value: dict[str, Any], base: str) -> dict[str, Any]: ...
@overload
def located(value: JsonValue, base: str) -> JsonValue: ...
def located(value: JsonValue, base: str) -> JsonValue:
    """A stored document with its own references, which are paths, on the public address ``base``."""
    if isinstance(value, str):
        return base + value if value.startswith("/") else value
    if isinstance(value, list):
        return [located(one, base) for one in value]
    if isinstance(value, dict):
        return {name: _member(name, one, base) for name, one in value.items()}
    return value


def stored(value: Any, names: Mapping[str, str], base: str, *, naming: bool = False) -> Any:  # Any: JSON.
    """The inverse of ``located``: a document as it is kept, its references to us as paths.

    ``names`` are the paths of resources by the URIs that the document has for them; ``base`` is our own
    public address. Fragments stay. ``naming`` says that a string here names a resource.
    """
    if isinstance(value, str):
        return _path(value, names, base) if naming else value
    if isinstance(value, list):
        return [stored(one, names, base, naming=naming) for one in value]
    if isinstance(value, dict):
        return {name: stored(one, names, base, naming=name in _NAMING) for name, one in value.items()}
    return value


def _path(uri: str, names: Mapping[str, str], base: str) -> str:
    if uri in names:
        return names[uri]
    whole, mark, fragment = uri.partition("#")
    if whole in names:
        return names[whole] + mark + fragment
    return uri.removeprefix(base) if uri.startswith((f"{base}/iiif/", f"{base}/file/")) else uri


def _member(name: str, value: Any, base: str) -> Any:  # Any: values of JSON.
    if isinstance(value, str):
        return base + value if name in _NAMING and value.startswith("/") else value
    if name in _WITH_HTML:
        value = _harmless(name, value)
    if isinstance(value, list) and name not in _NAMING:
        # Strings in other lists, such as those of labels, are text.
        return [located(one, base) if isinstance(one, dict | list) else one for one in value]
    return located(value, base) if isinstance(value, dict | list) else value


def _harmless(name: str, value: Any) -> Any:  # Any: values of JSON.
    """What strangers wrote where clients show HTML, without what could harm a reader."""
    if isinstance(value, list):
        return [_harmless(name, one) for one in value]
    if name != "summary":
        return {**value, "value": _harmless("summary", value["value"])} if _has_value(value) else value
    return markup.safe(value) if _is_text(value) else value


def _is_text(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in value.values()
    )


def _has_value(value: object) -> bool:
    return isinstance(value, dict) and "value" in value


def listed(value: object) -> list[object]:
    """The members of an array, none of anything else."""
    return value if isinstance(value, list) else []
