"""What a reader found becomes the text of a canvas: words joined, boxes in the canvas' own pixels."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.ingest.texts import hyphens, ordering
from archive.ingest.texts.found import Area, Line, Page, Word, around
from search import scripts
from search.page_text import Box, Direction, PageText, Reading, Span

# XML forbids them, and PostgreSQL keeps no NUL.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_BLANKS = re.compile(r"[^\S\u3000]+")

# What stands close to the word before it, and what the next word stands close to.
_CLOSING = frozenset(".,;:!?)]}»”’…·")
_OPENING = frozenset("([{«„“‘‚¿¡")

_SLACK = 2
"""Pixels by which an edge may be beyond the page without a word: engines round."""

_REMEDY = "see whether it is the text of this picture"

_UNLIKE = 0.05
"""How much two pages may differ in shape: scans are cut."""


def clean(text: str) -> str:
    """The text with single blanks and without control characters."""
    # Most text is clean, and a page has thousands of words.
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    return _BLANKS.sub(" ", _CONTROLS.sub("", text)).strip(" ")


def compose(page: Page, size: tuple[int, int] | None) -> tuple[PageText, list[str]]:
    """The text of a canvas of ``size`` pixels, and what was odd in its boxes.

    Boxes are scaled from the page's own size to the canvas'; one that goes beyond it is cut. Without a size
    of the page they are taken as pixels; without one of the canvas there are none.
    """
    warnings = list(ordering.order(page))
    writer = _Writer(_Fitting(page.size, size))
    for number, block in enumerate(page.blocks):
        hyphens.join(block, page.blocks[number + 1 :])
        writer.begin_block()
        for line in block.lines:
            writer.write(line)
    return writer.text(_language(page), _direction(page)), [*warnings, *writer.fitting.warnings()]


@dataclass
class _Fitting:
    """From the units of a file to the pixels of a canvas."""

    own: tuple[float, float] | None
    size: tuple[int, int] | None
    cut: int = 0
    outside: int = 0

    def __post_init__(self) -> None:
        own, size = self.own, self.size
        is_scaled = size is not None and own is not None and own != size
        self._x, self._y = (size[0] / own[0], size[1] / own[1]) if is_scaled and own and size else (1.0, 1.0)

    def box(self, area: Area | None) -> Box | None:
        """The area in whole pixels, cut at the edges; ``None`` where nothing of it is left."""
        if area is None or self.size is None:
            return None
        x, y, width, height = area
        left, top = round(x * self._x), round(y * self._y)
        right, bottom = round((x + width) * self._x), round((y + height) * self._y)
        wide, high = self.size
        if left >= wide or top >= high or right < 0 or bottom < 0 or width < 0 or height < 0:
            self.outside += 1
            return None
        if min(left, top) < -_SLACK or right > wide + _SLACK or bottom > high + _SLACK:
            self.cut += 1
        left, top = max(left, 0), max(top, 0)
        return left, top, max(min(right, wide) - left, 1), max(min(bottom, high) - top, 1)

    def warnings(self) -> Iterator[str]:
        if self.size is None:
            return
        canvas = f"the canvas of {self.size[0]} × {self.size[1]}"
        if self.own and abs(self.own[0] * self.size[1] / (self.own[1] * self.size[0]) - 1) > _UNLIKE:
            shape = f"{self.own[0]:g} × {self.own[1]:g}"
            yield f"its page of {shape} has another shape than {canvas}: {_REMEDY}"
        if self.cut:
            yield f"{self.cut} of its boxes reach beyond {canvas} and are cut: {_REMEDY}"
        if self.outside:
            yield f"{self.outside} of its boxes lie outside {canvas} and are left out: correct them"


@dataclass
class _Writer:
    """The text as far as it is written."""

    fitting: _Fitting
    parts: list[str] = field(default_factory=list)
    at: int = 0
    lines: list[Span] = field(default_factory=list)
    words: list[Span] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    _gap: str = ""
    _is_joined: bool = False

    def begin_block(self) -> None:
        if self.at and not self._is_joined:
            self._gap = "\n\n"

    def write(self, line: Line) -> None:
        """A line; it begins where the last one ended if that ended within a word."""
        words = [word for word in line.words if word.text]
        if not words:
            return
        if not self._is_joined:
            self._put(self._gap)
        start, boxes = self.at, len(self.words)
        for number, word in enumerate(words):
            if number and _parts(words[number - 1], word):
                self._put(" ")
            self._write_word(word)
        box = self.fitting.box(line.area or around([word.area for word in words if word.area]))
        if box is not None:
            self.lines.append(Span(start, self.at, box))
        else:
            del self.words[boxes:]
        self._is_joined, self._gap = line.is_hyphenated, "\n"

    def _write_word(self, word: Word) -> None:
        start = self.at
        self._put(word.text)
        self.readings += (Reading(start, self.at, one) for one in word.readings if one != word.text)
        if _stands_by_glyphs(word):
            for text, area in word.glyphs:
                if box := self.fitting.box(area):
                    self.words.append(Span(start, start + len(text), box))
                start += len(text)
        elif box := self.fitting.box(word.area):
            self.words.append(Span(start, self.at, box))

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.at += len(text)

    def text(self, language: str | None, direction: Direction) -> PageText:
        return PageText(
            "".join(self.parts),
            language,
            direction,
            tuple(self.lines),
            tuple(self.words),
            readings=tuple(self.readings),
        )


def _parts(last: Word, word: Word) -> bool:
    """Whether a blank parts two words of a line."""
    end, begin = last.text[-1], word.text[0]
    if scripts.has_no_blanks(end) and scripts.has_no_blanks(begin):
        # Programs write one between any two words, whatever their script.
        return False
    if word.blank is not None:
        return word.blank
    if scripts.has_no_blanks(end) or scripts.has_no_blanks(begin):
        return False
    return not ((begin in _CLOSING or end in _OPENING) and _touch(last.area, word.area))


def _touch(one: Area | None, other: Area | None) -> bool:
    """Whether less than a tenth of the line's height is between two words."""
    if one is None or other is None:
        return False
    gap = max(other[0] - one[0] - one[2], one[0] - other[0] - other[2])
    return gap * 10 < max(one[3], other[3])


def _stands_by_glyphs(word: Word) -> bool:
    """Whether a word of a script without blanks is known by its characters."""
    return (
        len(word.text) > 1
        and scripts.has_no_blanks(word.text[0])
        and "".join(text for text, _ in word.glyphs) == word.text
    )


def _language(page: Page) -> str | None:
    """The language of most of the page's characters."""
    counts: Counter[str] = Counter()
    for block in page.blocks:
        if tag := block.language or page.language:
            counts[tag] += sum(len(word.text) for line in block.lines for word in line.words)
    return counts.most_common(1)[0][0] if counts else page.language


def _direction(page: Page) -> Direction:
    """How most of the page's lines run."""
    counts: Counter[Direction] = Counter()
    for block in page.blocks:
        counts[ordering.direction(block)] += len(block.lines)
    return counts.most_common(1)[0][0] if counts else "ltr"
