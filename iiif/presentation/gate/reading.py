"""JSON from strangers: read to a document, or refused before it can do harm.

A text of a megabyte can hold a million nested arrays, a number that no reader agrees on, or a name given
twice of which each reader believes another. What is read here can be judged, kept and sent out again.
"""

import json
import re

from iiif.errors import InvalidDocument
from iiif.presentation.gate.paths import Json, at

DEEPEST = 64
"""Arrays and objects that may lie in one another: a document of eight collections deep has some 30."""

MOST_MEMBERS = 2_000_000
"""Values in a document, in all: a book of 10,000 canvases with words by line has half as many."""

LONGEST_STRING = 1_000_000
"""Characters of one string."""

MOST_PAIRS = 1_000
"""Pairs of a resource's metadata."""

_UNSOUND = re.compile(r"[\x00\ud800-\udfff]")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKETS = re.compile(r"[\[\]{}]")


def read(content: bytes, *, byte_limit: int) -> Json:
    """The object that ``content`` is the JSON of, in UTF-8; a byte order mark is passed over.

    Raises ``InvalidDocument`` for what is longer than ``byte_limit`` or beyond the other limits, for text
    that is no strict JSON (``NaN``, a name twice in one object) and for strings that can't be kept.
    """
    if len(content) > byte_limit:
        raise InvalidDocument([f"document: is longer than {byte_limit:,} bytes: divide it"])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidDocument(
            [f"document: is not UTF-8 at byte {error.start}: save it in that encoding"]
        ) from error
    _check_depth(text)
    document = _parse(text)
    if not isinstance(document, dict):
        raise InvalidDocument(["document: must be one JSON object"])
    if faults := _unfit(document):
        raise InvalidDocument(faults)
    return document


def _check_depth(text: str) -> None:
    # Before the parser, which descends once for each bracket and would run out of stack.
    depth = 0
    for bracket in _BRACKETS.finditer(_STRING.sub('""', text)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > DEEPEST:
            raise InvalidDocument([f"document: is nested deeper than {DEEPEST}: make it flatter"])


def _parse(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        fault = f"document: is no JSON at line {error.lineno}, column {error.colno}: {error.msg.lower()}"
        raise InvalidDocument([fault]) from error
    except ValueError as error:
        if isinstance(error, InvalidDocument):
            raise
        # Python refuses whole numbers of more than some thousand digits.
        raise InvalidDocument(["document: has a number of too many digits: write a shorter one"]) from error


def _object(pairs: list[tuple[str, object]]) -> Json:
    read = dict(pairs)
    if len(read) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidDocument([f"document: {json.dumps(twice)[:80]} stands twice in one object: keep one"])
    return read


def _no_number(name: str) -> object:
    raise InvalidDocument([f"document: {name} is no JSON number: leave the property out"])


def _unfit(document: Json) -> list[str]:
    """The first fault of any value; the walk keeps its own stack."""
    waiting: list[tuple[str, object]] = [("", document)]
    count = 0
    while waiting:
        path, value = waiting.pop()
        count += 1
        if count > MOST_MEMBERS:
            return [f"document: has more than {MOST_MEMBERS:,} values: divide it"]
        if isinstance(value, str):
            if fault := _unfit_string(value):
                return [f"{path}: {fault}"]
        elif isinstance(value, float) and value in {float("inf"), float("-inf")}:
            return [f"{path}: is too large a number"]
        elif isinstance(value, list):
            waiting.extend((at(path, place), one) for place, one in enumerate(value))
        elif isinstance(value, dict):
            if fault := _unfit_object(value, path):
                return [fault]
            waiting.extend((at(path, key), one) for key, one in value.items())
    return []


def _unfit_object(value: Json, path: str) -> str | None:
    if any(_unfit_string(key) for key in value):
        return f"{path or 'document'}: has a name that can't be kept: write it in plain characters"
    pairs = value.get("metadata")
    if isinstance(pairs, list) and len(pairs) > MOST_PAIRS:
        return (
            f"{at(path, 'metadata')}: has more than {MOST_PAIRS:,} pairs: link a dataset by seeAlso instead"
        )
    return None


def _unfit_string(value: str) -> str | None:
    if len(value) > LONGEST_STRING:
        return f"is longer than {LONGEST_STRING:,} characters: link the text by seeAlso or rendering instead"
    if _UNSOUND.search(value):
        return "has a NUL or half a surrogate pair: remove it"
    return None
