"""Byte ranges of a file, as clients ask for them. Source: RFC 9110 §14."""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from werkzeug.exceptions import RequestedRangeNotSatisfiable

from archive.errors import Unavailable
from iiif.image.tiff import Reader

_MOST = 32
"""Ranges of one request; players ask for one, PDF readers for a few."""
_PIECE = 1 << 20
_RANGE = re.compile(r"(\d*)[ \t]*-[ \t]*(\d*)", re.ASCII)
_LONGEST_NUMBER = 18


@dataclass(frozen=True)
class Span:
    """The bytes from ``start`` to before ``stop``."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return self.stop - self.start

    def told(self, whole: int) -> str:
        """What Content-Range says of it, within a file of ``whole`` bytes."""
        return f"bytes {self.start}-{self.stop - 1}/{whole}"


def parse(header: str, whole: int) -> tuple[Span, ...]:
    """The ranges of a file of ``whole`` bytes that ``header`` asks for, in its order.

    None for a header that is to be passed over: of another unit, malformed, or asking for so much in pieces
    that the whole file is less. Raises ``RequestedRangeNotSatisfiable`` when every range lies beyond the end.
    """
    unit, equals, text = header.partition("=")
    asked = [one for part in text.split(",") if (one := part.strip(" \t"))]
    if unit.strip().lower() != "bytes" or not equals or not 1 <= len(asked) <= _MOST:
        return ()
    pairs = [_pair(one) for one in asked]
    spans = [span for pair in pairs if pair and (span := _span(*pair, whole))]
    if None in pairs:
        return ()
    if not spans:
        raise RequestedRangeNotSatisfiable(whole)
    return tuple(spans) if len(spans) == 1 or sum(span.length for span in spans) <= whole else ()


def pieces(reader: Reader, span: Span) -> Iterator[bytes]:
    """The bytes of one range, a megabyte at a time."""
    place = span.start
    while place < span.stop:
        piece = reader.read_range(place, min(_PIECE, span.stop - place))
        if not piece:
            raise Unavailable("a source ends before its length: its keeper must bring it back")
        yield piece
        place += len(piece)


@dataclass(frozen=True)
class Multipart:
    """Several ranges in one answer, ``multipart/byteranges``: each with its own type and place."""

    spans: Sequence[Span]
    whole: int
    part_type: str
    boundary: str

    @classmethod
    def of(cls, spans: Sequence[Span], whole: int, part_type: str) -> "Multipart":
        """With a boundary that no file holds."""
        return cls(spans, whole, part_type, secrets.token_hex(16))

    @property
    def content_type(self) -> str:
        """The media type of the answer."""
        return f"multipart/byteranges; boundary={self.boundary}"

    @property
    def length(self) -> int:
        """The bytes of the answer."""
        return sum(len(self._head(span)) + span.length for span in self.spans) + len(self._end)

    def pieces(self, reader: Reader) -> Iterator[bytes]:
        """The bytes of the answer; the file is read as they are taken."""
        for span in self.spans:
            yield self._head(span)
            yield from pieces(reader, span)
        yield self._end

    def _head(self, span: Span) -> bytes:
        lines = (
            f"\r\n--{self.boundary}",
            f"Content-Type: {self.part_type}",
            f"Content-Range: {span.told(self.whole)}",
            "\r\n",
        )
        return "\r\n".join(lines).encode()

    @property
    def _end(self) -> bytes:
        return f"\r\n--{self.boundary}--\r\n".encode()


def _pair(text: str) -> tuple[str, str] | None:
    """First and last byte as they are written; ``None`` for what is no range."""
    found = _RANGE.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    first, last = found.groups()
    return None if first and last and _number(last) < _number(first) else (first, last)


def _span(first: str, last: str, whole: int) -> Span | None:
    """What a range means in a file of ``whole`` bytes; ``None`` when it lies beyond the end."""
    if not first:
        start, stop = max(0, whole - _number(last)), whole
    else:
        start, stop = _number(first), min(_number(last) + 1, whole) if last else whole
    return Span(start, stop) if start < stop else None


def _number(digits: str) -> int:
    # Longer ones lie beyond any file; Python refuses to read some thousand digits.
    return int(digits) if len(digits) <= _LONGEST_NUMBER else 10**_LONGEST_NUMBER
