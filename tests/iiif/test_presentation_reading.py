import json

import pytest

from iiif.errors import InvalidDocument
from iiif.presentation import gate
from iiif.presentation.gate import reading


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"x" * 101, "document: is longer than 100 bytes: divide it"),
        (b"\xff", "document: is not UTF-8 at byte 0: save it in that encoding"),
        (b"[" * 90, "document: is nested deeper than 64: make it flatter"),
        (b'{"a": NaN}', "document: NaN is no JSON number: leave the property out"),
        (b'{"a": -Infinity}', "document: -Infinity is no JSON number: leave the property out"),
        (b'{"a": 1e999}', "a: is too large a number"),
        (b'{"a": 1, "a": 2}', 'document: "a" stands twice in one object: keep one'),
        (b'{"a": ["\\ud800"]}', "a[0]: has a NUL or half a surrogate pair: remove it"),
        (b'{"a": "\\u0000"}', "a: has a NUL or half a surrogate pair: remove it"),
        (b"[]", "document: must be one JSON object"),
    ],
)
def test_what_could_do_harm_is_refused(content: bytes, fault: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        gate.read(content, byte_limit=100)

    assert caught.value.faults == [fault]


def test_a_bomb_of_brackets_is_refused_without_recursion() -> None:
    with pytest.raises(InvalidDocument, match="nested deeper"):
        gate.read(b'{"a":' * 500_000, byte_limit=10_000_000)


def test_long_strings_and_metadata_are_refused() -> None:
    long = json.dumps({"a": "x" * (reading.LONGEST_STRING + 1)}).encode()
    many = json.dumps({"metadata": [1] * (reading.MOST_PAIRS + 1)}).encode()

    with pytest.raises(InvalidDocument, match=r"a: is longer than 1,000,000 characters"):
        gate.read(long, byte_limit=10_000_000)
    with pytest.raises(InvalidDocument, match=r"metadata: has more than 1,000 pairs"):
        gate.read(many, byte_limit=10_000_000)


def test_brackets_in_strings_and_a_byte_order_mark_are_read() -> None:
    document = {"a": "[" * 90 + '"'}

    assert gate.read(b"\xef\xbb\xbf" + json.dumps(document).encode(), byte_limit=1000) == document
