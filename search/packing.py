"""A page's lines, words, cues and readings in few bytes: what stands beside its text in the catalogue.

Numbers are kept by columns, as differences from what is near, so that they compress well. The first byte is
the format's version.
"""

import re
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from operator import attrgetter
from typing import Any, get_args

from search import scripts
from search.page_text import Cue, Direction, Lined, PageText, Reading, Span

_VERSION = 1
_GAP = re.compile(r"\s*")
# What parts words otherwise than one blank between two of a line.
_UNPLAIN = re.compile(r"[^\S \n]|  | \n|\n |^ | \Z")
_START = attrgetter("start")
_DIRECTIONS: tuple[Direction, ...] = get_args(Direction)


def pack(page: PageText) -> bytes:
    """All of ``page`` but its text and its language."""
    lines, words = _turned(page.lines, page.direction), _turned(page.words, page.direction)
    pitch = _pitch(words)
    times = [(round(cue.begin * 1000), round(cue.until * 1000)) for cue in page.cues]
    content = [
        *_table([*_offsets(lines), *_of_lines(lines)], len(lines)),
        *_table([[pitch]], 1),
        *_table(_of_words(words, _Guess(page.text, lines, pitch)), len(words)),
        *_table([*_offsets(page.cues), *_gaps(times)], len(times)),
        *_table(_offsets(page.readings), len(page.readings)),
        "\0".join(reading.text for reading in page.readings).encode(),
    ]
    return bytes([_VERSION, _DIRECTIONS.index(page.direction)]) + zlib.compress(b"".join(content), 9)


def unpack(packed: bytes, text: str, language: str | None = None) -> PageText:
    """The page that was packed. Raises ``ValueError`` where that is of another version, or damaged."""
    if packed[:1] != bytes([_VERSION]):
        raise ValueError("the boxes of a page are of another version: take its text in again")
    try:
        reader, direction = _Reader(zlib.decompress(packed[2:])), _DIRECTIONS[packed[1]]
        lines = _lines(*reader.table(6))
        ((pitch,),) = reader.table(1)
        words = _words(reader.rows(6), text, lines, pitch)
        cues = _cues(*reader.table(4))
        spans = _spans(*reader.table(2))
        texts = reader.rest().decode().split("\0")
    except (zlib.error, IndexError, ValueError) as error:
        raise ValueError("the boxes of a page are damaged: take its text in again") from error
    return PageText(
        text,
        language,
        direction,
        tuple(_turned(lines, direction)),
        words if direction == "ltr" else tuple(_turned(words, direction)),
        tuple(cues),
        tuple(Reading(start, end, one) for (start, end), one in zip(spans, texts, strict=False)),
    )


def _turned(spans: Sequence[Span], direction: Direction) -> Sequence[Span]:
    """The spans as if their page were read to the right; turned twice, they are as they were."""
    if direction == "ltr":
        return spans
    if direction == "rtl":
        return [Span(start, end, (-x - w, y, w, h)) for start, end, (x, y, w, h) in spans]
    return [Span(start, end, (y, x, h, w)) for start, end, (x, y, w, h) in spans]


_Column = Sequence[int]


def _offsets(stretches: Iterable[Span | Cue | Reading]) -> list[_Column]:
    return _gaps([(one.start, one.end) for one in stretches])


def _gaps(stretches: Sequence[tuple[int, int]]) -> list[_Column]:
    """How far each begins after the end of the one before, and how long it is."""
    ends = [0, *(end for _, end in stretches)]
    gaps = [start - end for (start, _), end in zip(stretches, ends, strict=False)]
    return [gaps, [end - start for start, end in stretches]]


def _spans(gaps: _Column, lengths: _Column) -> Iterator[tuple[int, int]]:
    end = 0
    for gap, length in zip(gaps, lengths, strict=True):
        start = end + gap
        end = start + length
        yield start, end


def _of_lines(lines: Sequence[Span]) -> list[_Column]:
    """Each line's box, as the difference from the line before."""
    boxes = [(0, 0, 0, 0), *(line.box for line in lines)]
    return [[box[i] - boxes[n][i] for n, box in enumerate(boxes[1:])] for i in range(4)]


def _lines(gaps: _Column, lengths: _Column, *boxes: _Column) -> list[Span]:
    lines = []
    x = y = width = height = 0
    for (start, end), dx, dy, dw, dh in zip(_spans(gaps, lengths), *boxes, strict=True):
        x, y, width, height = x + dx, y + dy, width + dw, height + dh
        lines.append(Span(start, end, (x, y, width, height)))
    return lines


class _Guess:
    """Where the next word may be: kept is only how far it is from there.

    Words mostly stand between blanks, and are as wide as they are long: ``pitch`` is the width of a letter,
    in sixteenths of a pixel.
    """

    def __init__(self, text: str, lines: Sequence[Span], pitch: int) -> None:
        self._text, self._coming, self._pitch = text, iter(lines), pitch
        self._line, self._next = Span(0, 0, (0, 0, 0, 0)), next(self._coming, None)
        self._end = self._right = 0

    def start(self) -> int:
        return _GAP.match(self._text, self._end).end()  # type: ignore[union-attr]  # It matches anything.

    def end(self, start: int) -> int:
        """The end of the word that begins there, in the line that is the current one from then on."""
        while self._next is not None and self._next.start <= start:
            self._line, self._next = self._next, next(self._coming, None)
            self._right = self._line.box[0]
        if start < len(self._text) and scripts.has_no_blanks(self._text[start]):
            return start + 1
        found = self._text.find(" ", start, self._line.end)
        return self._line.end if found < 0 else found

    def sides(self, length: int) -> tuple[int, int, int, int]:
        """Left, top, width and bottom of a word of ``length`` characters in the current line."""
        _, top, _, height = self._line.box
        return self._right, top, length * self._pitch >> 4, top + height

    def move(self, word: Span) -> None:
        self._end, self._right = word.end, word.box[0] + word.box[2]


def _pitch(words: Sequence[Span]) -> int:
    letters = sum(word.end - word.start for word in words)
    return sum(word.box[2] for word in words) * 16 // letters if letters else 0


def _of_words(words: Sequence[Span], guess: _Guess) -> list[_Column]:
    rows = []
    for word in words:
        start, end, (x, y, width, height) = word
        gap, length = start - guess.start(), end - guess.end(start)
        left, top, usual, bottom = guess.sides(end - start)
        rows.append((gap, length, x - left, y - top, width - usual, bottom - y - height))
        guess.move(word)
    return list(zip(*rows, strict=True)) or [()] * 6


def _words(rows: "_Rows", text: str, lines: Sequence[Span], pitch: int) -> Sequence[Span]:
    """The words of a page, as ``_Guess`` has guessed them."""
    plain = _PlainWords(rows, text, lines, pitch)
    return plain if plain.are_all() else tuple(_each_word(rows.columns(), text, lines, pitch))


class _PlainWords(Lined):
    """Words that stand between blanks, as they do on nearly all pages: those of a line are made when needed.

    A page has hundreds of words, and where it is found, some three of them are asked for.
    """

    def __init__(self, rows: "_Rows", text: str, lines: Sequence[Span], pitch: int) -> None:
        self._rows, self._text, self._lines, self._pitch = rows, text, lines, pitch
        counts = (text.count(" ", line.start, line.end) + 1 for line in lines)
        self._first = list(accumulate(counts, initial=0))
        self._made: dict[int, list[Span]] = {}

    def are_all(self) -> bool:
        """Whether the words are these, and nothing else."""
        text = self._text
        is_plain = self._rows.are_zero(2) and not _UNPLAIN.search(text) and not scripts.DENSE.search(text)
        return is_plain and self._first[-1] == self._rows.count

    def __len__(self) -> int:
        return self._rows.count

    def __getitem__(self, place: Any) -> Any:  # Any: a Span, or several of a slice.
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        place %= len(self)
        number = bisect_right(self._first, place) - 1
        return self._line(number)[place - self._first[number]]

    def touched(self, start: int, end: int) -> list[Span]:
        """The words that share a character with ``start`` up to ``end``."""
        number = max(bisect_right(self._lines, start, key=_START) - 1, 0)
        found: list[Span] = []
        while number < len(self._lines) and self._lines[number].start < end:
            found += [word for word in self._line(number) if word.start < end and word.end > start]
            number += 1
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def _line(self, number: int) -> list[Span]:
        if number not in self._made:
            self._made[number] = list(self._of_line(number))
        return self._made[number]

    def _of_line(self, number: int) -> Iterator[Span]:
        start, line_end, (right, top, _, height) = self._lines[number]
        rows = self._rows.between(self._first[number], self._first[number + 1])[2:]
        words = self._text[start:line_end].split(" ")
        for word, dx, dy, wider, dh in zip(words, *rows, strict=True):
            x, y, width = right + dx, top + dy, (len(word) * self._pitch >> 4) + wider
            yield Span(start, start + len(word), (x, y, width, top + height - dh - y))
            start, right = start + len(word) + 1, x + width


def _each_word(columns: Sequence[_Column], text: str, lines: Sequence[Span], pitch: int) -> Iterator[Span]:
    guess = _Guess(text, lines, pitch)
    for gap, length, dx, dy, wider, dh in zip(*columns, strict=True):
        start = guess.start() + gap
        end = guess.end(start) + length
        left, top, usual, bottom = guess.sides(end - start)
        word = Span(start, end, (left + dx, top + dy, usual + wider, bottom - dh - top - dy))
        guess.move(word)
        yield word


def _cues(gaps: _Column, lengths: _Column, *times: _Column) -> list[Cue]:
    spans, moments = _spans(gaps, lengths), _spans(*times)
    return [
        Cue(start, end, begin / 1000, until / 1000)
        for (start, end), (begin, until) in zip(spans, moments, strict=True)
    ]


def _table(columns: Sequence[_Column], count: int) -> Iterator[bytes]:
    """How many rows, and the columns."""
    yield count.to_bytes(4, "little")
    for column in columns:
        yield from _column(column)


def _column(values: _Column) -> Iterator[bytes]:
    """How many bytes the largest number takes; then the lowest byte of each number, then the next byte.

    Most numbers are small: their higher bytes are runs of zeros, which compress to nothing.
    """
    # The sign goes into the lowest bit.
    numbers = [value << 1 if value >= 0 else ~value << 1 | 1 for value in values]
    size = -(-max(numbers, default=0).bit_length() // 8)
    yield bytes([size])
    for shift in range(0, 8 * size, 8):
        yield bytes([number >> shift & 0xFF for number in numbers])


class _Rows:
    """A table as it was written: of each column the bytes of its numbers, the lowest of all first."""

    def __init__(self, count: int, columns: Sequence[Sequence[bytes]]) -> None:
        self.count, self._columns = count, columns

    def are_zero(self, columns: int) -> bool:
        """Whether the first columns have no other number."""
        return not any(any(row) for column in self._columns[:columns] for row in column)

    def columns(self) -> list[_Column]:
        """All columns."""
        return self.between(0, self.count)

    def between(self, first: int, end: int) -> list[_Column]:
        """All columns, of some rows."""
        return [_numbers([row[first:end] for row in column], end - first) for column in self._columns]


def _numbers(rows: Sequence[bytes], count: int) -> _Column:
    numbers: _Column = rows[0] if rows else bytes(count)
    for place, row in enumerate(rows[1:], 1):
        numbers = [low | high << 8 * place for low, high in zip(numbers, row, strict=True)]
    return [~(number >> 1) if number & 1 else number >> 1 for number in numbers]


class _Reader:
    """What was written, from its beginning on."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def table(self, columns: int) -> list[_Column]:
        return self.rows(columns).columns()

    def rows(self, columns: int) -> "_Rows":
        count = int.from_bytes(self._next(4), "little")
        return _Rows(count, [self._column(count) for _ in range(columns)])

    def rest(self) -> bytes:
        return self._content[self._at :]

    def _column(self, count: int) -> list[bytes]:
        return [self._next(count) for _ in range(self._next(1)[0])]

    def _next(self, count: int) -> bytes:
        self._at += count
        content = self._content[self._at - count : self._at]
        if len(content) < count:
            raise IndexError(self._at)
        return content
