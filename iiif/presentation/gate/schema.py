"""What iiif-prezi3 says of a document, in our words.

prezi3's models are read without their constructors, for two reasons. The constructors mend a document
before they judge it: a string becomes a language map, a lone value an array. And they are slow: the
models' schema alone judges a small manifest in a tenth of the time.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from pydantic_core import ErrorDetails, SchemaValidator, ValidationError

from iiif.presentation.gate.paths import Json, at

_REMEDIES = {
    "missing": "is missing: add it",
    "url_type": "must be a URI, such as https://example.org/1",
    "url_parsing": "must be a URI, such as https://example.org/1",
    "list_type": "must be an array: put the value in [ ]",
    "model_type": "must be an object",
    "dict_type": "must be an object",
    "string_type": "must be a string",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
}
_WITHOUT_ITEMS = (
    "Canvas", "PlaceholderCanvas", "AccompanyingCanvas", "Range", "AnnotationPage", "AnnotationCollection",
)  # fmt: skip
"""Types whose ``items`` prezi3 demands and the specification does not, such as pages by reference."""

_OURS = ("NavDate", "Selector")
_OUR_FIELDS: Mapping[str, str] = {
    **dict.fromkeys(("AnnotationBody", "TextualBody"), "language"),
    **dict.fromkeys(("ServiceV2", "ServiceV3"), "service"),
    "Annotation": "target",
}
"""What prezi3 knows in part (dates of our era, one language, no object to be a target but a part of one),
and the gate's own rules judge instead."""

_TAG = "^[a-zA-Z-][a-zA-Z-]*$"
"""prezi3's language tag, which has no digits and so refuses ``es-419``; the gate's own rule knows better."""

_MISTYPED = ("string_pattern_mismatch", "literal_error")
_WORD = re.compile(r"\^([\w-]+)\$")
"""A pattern that allows one word."""

Path: TypeAlias = tuple[str | int, ...]


def faults(document: Json, type_: str) -> list[str]:
    """The faults that iiif-prezi3 finds in a document of ``type_``, each as ``path: remedy``.

    ``type_`` is the name of a class of the specification, which the model has too.
    """
    try:
        _validator(type_).validate_python(document)
    except ValidationError as error:
        return _explained(document, error.errors(include_url=False, include_input=False))
    return []


def _explained(document: Json, errors: Sequence[ErrorDetails]) -> list[str]:
    by_path: dict[Path, list[ErrorDetails]] = {}
    for error in _relevant(errors):
        by_path.setdefault(_path(document, error), []).append(error)
    # A union complains of the whole where one of its branches complains of a part: the part says more.
    above = {path[:length] for path in by_path for length in range(len(path))}
    return [f"{at('', *path)}: {_remedy(by_path[path])}" for path in by_path if path not in above]


def _relevant(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """The errors without those of union branches that are for other types."""
    other = {
        error["loc"][:-1] for error in errors if error["loc"][-1] == "type" and error["type"] in _MISTYPED
    }
    mine = [
        error
        for error in errors
        if not any(error["loc"][:length] in other for length in range(len(error["loc"])))
    ]
    return mine or list(errors)


def _path(document: Any, error: ErrorDetails) -> Path:
    """The path of an error in the document: its location without the names of union branches."""
    path: list[str | int] = []
    for key in error["loc"]:
        if _has(document, key):
            document = document[key]
        elif error["type"] != "missing" or key != error["loc"][-1]:
            continue
        path.append(key)
    return tuple(path)


def _has(value: Any, key: str | int) -> bool:  # Any JSON at all.
    if isinstance(value, list):
        return isinstance(key, int) and key < len(value)
    return isinstance(value, dict) and key in value


def _remedy(errors: Sequence[ErrorDetails]) -> str:
    patterns = dict.fromkeys(error["ctx"]["pattern"] for error in errors if "pattern" in error.get("ctx", {}))
    words = [word[1] for word in map(_WORD.fullmatch, patterns) if word]
    if words:
        return f"must be one of {', '.join(words)}" if len(words) > 1 else f"must be {words[0]}"
    if patterns:
        return "must be a media type, such as image/jpeg"
    return _REMEDIES.get(errors[0]["type"], "is not what the specification has here: see Presentation 3.0")


@cache
def _validator(type_: str) -> SchemaValidator:
    # Whoever only reads the archive needs none of its 22 MB.
    import iiif_prezi3  # noqa: PLC0415

    return SchemaValidator(_plain(getattr(iiif_prezi3, type_).__pydantic_core_schema__))


def _plain(schema: Any) -> Any:  # Core schemas are nested dictionaries of a hundred shapes.
    """``schema`` without what makes objects, and where prezi3 is stricter, as the specification has it."""
    if isinstance(schema, list | tuple):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "function-wrap":  # AnyUrl's, which wraps the URL in an object.
        return _plain(schema["schema"])
    plain = {
        key: _plain(value) for key, value in schema.items() if key not in {"custom_init", "serialization"}
    }
    if schema.get("type") == "model":
        name = schema["cls"].__name__
        # A class of the same name and nothing else: pydantic takes a model's own validator where it has one.
        plain["cls"] = type(name, (), {})
        if name in _OURS:
            plain["schema"] = {"type": "any"}
        if name in _OUR_FIELDS:
            field = plain["schema"]["fields"][_OUR_FIELDS[name]]
            field["schema"] = {"type": "default", "schema": {"type": "any"}, "default": None}
        if name in _WITHOUT_ITEMS:
            field = plain["schema"]["fields"]["items"]
            field["schema"] = {"type": "default", "schema": field["schema"], "default": []}
    if schema.get("type") == "union":
        plain["mode"] = "left_to_right"  # The first branch that fits will do: only the verdict is wanted.
    if schema.get("pattern") == _TAG:
        del plain["pattern"]
    return plain
