"""The text of a page, and where on the page each word of it stands.

Offsets count characters of ``text``; boxes are in whole pixels of the canvas.
"""

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal, NamedTuple, TypeVar

from search import scripts

Box = tuple[int, int, int, int]
"""x, y, width, height."""

Direction = Literal["ltr", "rtl", "ttb"]
"""How a page is read: its lines to the right, to the left, or downwards in columns."""


class Span(NamedTuple):
    """The characters from ``start`` up to ``end``, and their box."""

    start: int
    end: int
    box: Box


class Cue(NamedTuple):
    """The characters that are said or sung from ``begin`` until ``until``, in seconds."""

    start: int
    end: int
    begin: float
    until: float


class Reading(NamedTuple):
    """What the characters may also be read as: an alternative of a recogniser, the ruby beside them."""

    start: int
    end: int
    text: str


class Lined(Sequence[Span], ABC):
    """Words that know of their lines which they are."""

    @abstractmethod
    def touched(self, start: int, end: int) -> Sequence[Span]:
        """The words that share a character with ``start`` up to ``end``."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The whole text of a canvas in reading order: lines part at a line end, blocks at two.

    Lines, words, cues and readings are in the order of the text, and none overlaps the next of its kind. A
    word that is hyphenated is whole in the text, and each part of it a word; what has no box is no span.
    """

    text: str
    language: str | None = None
    direction: Direction = "ltr"
    lines: tuple[Span, ...] = ()
    words: Sequence[Span] = ()
    cues: tuple[Cue, ...] = ()
    readings: tuple[Reading, ...] = ()

    def boxes(self, start: int, end: int) -> list[Box]:
        """The boxes of the characters from ``start`` up to ``end``: one a line that they touch.

        Of a word that is touched, the whole; but the part of a word, or of a line without words, where the
        script has no blanks: there a word may be a whole column.
        """
        return [part.box for part in self.parts(start, end)]

    def parts(self, start: int, end: int) -> list[Span]:
        """The characters from ``start`` up to ``end`` by the lines that they touch, with the ``boxes``."""
        return [
            Span(begin, until, self._box(line, begin, until))
            for line in _touched(self.lines, start, end)
            for begin, until in [(max(start, line.start), min(end, line.end))]
        ]

    def times(self, start: int, end: int) -> list[tuple[float, float]]:
        """The seconds of the cues that the characters from ``start`` up to ``end`` touch."""
        return [(cue.begin, cue.until) for cue in _touched(self.cues, start, end)]

    def _box(self, line: Span, start: int, end: int) -> Box:
        held = self.words
        words = held.touched(start, end) if isinstance(held, Lined) else _touched(held, start, end)
        if not words:
            return self._part(line, start, end)
        return union([self._of_word(word, max(start, word.start), min(end, word.end)) for word in words])

    def _of_word(self, word: Span, start: int, end: int) -> Box:
        if (start, end) == (word.start, word.end):
            return word.box
        is_dense = scripts.has_no_blanks(self.text[word.start]) and word.end - word.start > 1
        return self._part(word, start, end) if is_dense else word.box

    def _part(self, span: Span, start: int, end: int) -> Box:
        """The part of a box that characters take up, as if all were equally wide."""
        x, y, width, height = span.box
        count = span.end - span.start
        first, last = start - span.start, end - span.start
        # A page of columns has a title, too, that lies.
        if self.direction == "ttb" and height >= width:
            top, bottom = _cut(height, first, last, count)
            return x, y + top, width, bottom - top
        if self.direction == "rtl":
            first, last = count - last, count - first
        left, right = _cut(width, first, last, count)
        return x + left, y, right - left, height


def union(boxes: Sequence[Box]) -> Box:
    """The smallest box around all ``boxes``."""
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return left, top, right - left, bottom - top


def _cut(length: int, first: int, last: int, count: int) -> tuple[int, int]:
    """From where to where ``first`` up to ``last`` of ``count`` equal parts lie; never nothing."""
    begin = length * first // count
    return begin, max(-(-length * last // count), begin + 1)


_Stretch = TypeVar("_Stretch", Span, Cue)
_START, _END = attrgetter("start"), attrgetter("end")


def _touched(stretches: Sequence[_Stretch], start: int, end: int) -> Sequence[_Stretch]:
    """Those that share a character with ``start`` up to ``end``."""
    if start >= end:
        return ()
    return stretches[bisect_right(stretches, start, key=_END) : bisect_left(stretches, end, key=_START)]
