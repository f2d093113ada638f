"""What a request says, in its body and behind its question mark, read by a schema or refused by name."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError
from marshmallow.fields import List
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from archive.errors import Refused
from iiif.errors import InvalidDocument
from iiif.presentation import gate

LONGEST = 16 * 2**20
"""Bytes of a body: a record with a thousand pairs of metadata has one."""

JSON, MERGE_PATCH = "application/json", "application/merge-patch+json"

Document = dict[str, Any]  # Any: values of JSON.

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def read(*media_types: str, longest: int = LONGEST) -> Document:
    """The JSON object in the request's body. Raises ``Refused`` for one that can't be taken."""
    if request.mimetype not in media_types:
        raise UnsupportedMediaType(f"the body must be {' or '.join(media_types)}: say so in Content-Type")
    too_long = RequestEntityTooLarge(f"the body is longer than {longest:,} bytes: divide it")
    if (request.content_length or 0) > longest:
        raise too_long
    content = request.stream.read(longest + 1)
    if len(content) > longest:
        raise too_long
    try:
        return gate.read(content, byte_limit=longest)
    except InvalidDocument as error:
        raise refused(error) from error


def load(schema: Schema, document: Mapping[str, Any]) -> Document:
    """What ``document`` says, by the schema. Raises ``Refused`` with every fault and its place."""
    try:
        loaded: Document = schema.load(document)
    except ValidationError as error:
        raise Refused(list(_flat(error.messages, ""))) from error
    return loaded


def parameters(schema: Schema) -> Document:
    """What stands behind the question mark, by the schema."""
    several = {field.data_key or name for name, field in schema.fields.items() if isinstance(field, List)}
    given = request.args.to_dict() | {
        name: request.args.getlist(name) for name in several & set(request.args)
    }
    return load(schema, given)


def headers(schema: Schema) -> Document:
    """What the request's headers say, by the schema; those that it does not know are others' business."""
    names = [field.data_key or name for name, field in schema.fields.items()]
    return load(schema, {name: request.headers[name] for name in names if name in request.headers})


def merged(document: object, patch: object) -> Any:  # Any: a value of JSON.
    """``document`` with a merge patch applied. Source: RFC 7396 §2."""
    if not isinstance(patch, dict):
        return patch
    result = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def patched(schema: Schema, document: Document, patch: Document) -> Document:
    """What ``document`` says once ``patch`` is applied, by the schema. Raises ``Refused``."""
    known = {field.data_key or name for name, field in schema.fields.items()}
    if unknown := [name for name in patch if name not in known]:
        raise Refused([(_pointer("", name), "is not known: see /api/docs") for name in unknown])
    return load(schema, merged(document, patch))


@contextmanager
def judged() -> Iterator[None]:
    """Refuse what the gate does not let pass, each fault by its place in the document that is published."""
    try:
        yield
    except InvalidDocument as error:
        raise refused(error) from error


@contextmanager
def within(path: str) -> Iterator[None]:
    """Refuse by its place in the whole what is refused in the part that stands at ``path``."""
    try:
        yield
    except Refused as error:
        raise Refused([(path + place, detail) for place, detail in error.faults]) from error


def refused(error: InvalidDocument) -> Refused:
    """The faults of a document, their places as JSON pointers."""
    return Refused([_fault(line) for line in error.faults])


def _fault(line: str) -> tuple[str, str]:
    path, _, detail = line.partition(": ")
    steps = (
        ""
        if path == "document"
        else "".join(_pointer("", index or name) for index, name in _STEP.findall(path))
    )
    return steps, detail


def _flat(messages: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(messages, dict):
        for name, below in messages.items():
            yield from _flat(below, path if name == "_schema" else _pointer(path, name))
    elif isinstance(messages, list):
        for message in messages:
            yield from _flat(message, path)
    else:
        yield path, str(messages)


def _pointer(path: str, step: object) -> str:
    """Source: RFC 6901 §3."""
    return f"{path}/{str(step).replace('~', '~0').replace('/', '~1')}"
