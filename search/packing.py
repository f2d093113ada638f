"""A page's lines, words, cues and readings in few bytes: what stands beside its text in the catalogue.

Numbers are kept by columns, as differences from what is near, so that they compress well. The first byte is
the format's version.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from search import scripts
from search.page_text import Cue, Direction, PageText, Reading, Span

_VERSION = 1
_GAP = re.compile(r"\s*")
_WORD = re.compile(r"\S[^ ]*")
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
        words = _words(reader.table(6), text, lines, pitch)
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
        tuple(_turned(words, direction)),
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


def _words(columns: Sequence[_Column], text: str, lines: Sequence[Span], pitch: int) -> list[Span]:
    """The words of a page, as ``_Guess`` has guessed them, in one loop: it is run for each page found.

    It takes a quarter of the time that a call for each step takes.
    """
    if not any(columns[0]) and not any(columns[1]) and lines and not scripts.DENSE.search(text):
        return _plain_words(columns, text, lines, pitch)
    words: list[Span] = []
    coming, (_, line_end, (left, top, _, height)) = iter(lines), Span(0, 0, (0, 0, 0, 0))
    following = next(coming, None)
    next_start = following.start if following else len(text) + 1
    end, right, length = 0, left, len(text)
    for gap, more, dx, dy, wider, dh in zip(*columns, strict=True):
        start = end
        while start < length and text[start].isspace():
            start += 1
        start += gap
        while next_start <= start and following is not None:
            _, line_end, (left, top, _, height) = following
            right = left
            following = next(coming, None)
            next_start = following.start if following else length + 1
        if start < length and scripts.has_no_blanks(text[start]):
            end = start + 1 + more
        else:
            found = text.find(" ", start, line_end)
            end = (line_end if found < 0 else found) + more
        x, y, width = right + dx, top + dy, ((end - start) * pitch >> 4) + wider
        words.append(Span(start, end, (x, y, width, top + height - dh - y)))
        right = x + width
    return words


def _plain_words(columns: Sequence[_Column], text: str, lines: Sequence[Span], pitch: int) -> list[Span]:
    """The same where all words stand between blanks, as they do on nearly all pages."""
    words: list[Span] = []
    rows = zip(*columns[2:], strict=True)
    for line_start, line_end, (left, top, _, height) in lines:
        right = left
        # First the word, then its row: a line may have words of which none is left.
        for match, (dx, dy, wider, dh) in zip(_WORD.finditer(text, line_start, line_end), rows, strict=False):
            start, end = match.span()
            x, y, width = right + dx, top + dy, ((end - start) * pitch >> 4) + wider
            words.append(Span(start, end, (x, y, width, top + height - dh - y)))
            right = x + width
    return words


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


class _Reader:
    """What was written, from its beginning on."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def table(self, columns: int) -> list[_Column]:
        count = int.from_bytes(self._next(4), "little")
        return [self._column(count) for _ in range(columns)]

    def rest(self) -> bytes:
        return self._content[self._at :]

    def _column(self, count: int) -> _Column:
        size = self._next(1)[0]
        numbers: _Column = self._next(count) if size else bytes(count)
        for shift in range(8, 8 * size, 8):
            numbers = [low | high << shift for low, high in zip(numbers, self._next(count), strict=True)]
        return [~(number >> 1) if number & 1 else number >> 1 for number in numbers]

    def _next(self, count: int) -> bytes:
        self._at += count
        content = self._content[self._at - count : self._at]
        if len(content) < count:
            raise IndexError(self._at)
        return content
