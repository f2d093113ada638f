"""What stands on the pages of the book, word by word where it was set: a file of ALTO beside each page."""

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

from archive.demo import book, fonts, treatise
from archive.demo.book import Line
from archive.demo.treatise import Chapter

_RISE, _FALL = 0.82, 0.28
"""How far letters reach above and below their baseline, in ems."""

_TITLE = 84
"""Pixels to the em of a chapter's title."""

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#">
<Description><MeasurementUnit>pixel</MeasurementUnit></Description>
<Layout><Page ID="p" PHYSICAL_IMG_NR="1" WIDTH="{0}" HEIGHT="{1}"><PrintSpace>
<TextBlock ID="b" LANG="en">
"""
_FOOT = "</TextBlock>\n</PrintSpace></Page></Layout>\n</alto>\n"

Word = tuple[str, float, float]
"""A word, where it begins, and how wide it is."""


def write_all(folder: Path, scale: float = 1.0) -> None:
    """Write the texts of all pages of text beside their pictures, painted at ``scale``."""
    for rank, chapter in enumerate(treatise.CHAPTERS):
        for part in (0, 1):
            number = treatise.FIRST_PAGES[rank] + part
            (folder / f"{number:02}.xml").write_text(alto(chapter, part, scale), encoding="utf-8")


def alto(chapter: Chapter, part: int, scale: float = 1.0) -> str:
    """The first (0) or second page of a chapter. Source: ALTO 4."""
    lines = [_line(y, size, words, scale) for y, size, words in _lines(chapter, part)]
    width, height = (round(side * scale) for side in book.SIZE)
    return _HEAD.format(width, height) + "".join(lines) + _FOOT


def _lines(chapter: Chapter, part: int) -> Iterator[tuple[int, int, list[Word]]]:
    """The words of each line, with its baseline, and how many pixels its em has."""
    if part == 0:
        yield 520, _TITLE, _centred(chapter.title)
    for rank, one in enumerate(book.body(chapter, part)):
        words = _words(one)
        if part == 0 and rank == 0:
            words = _with_initial(chapter, words)
        yield one.y, book.BODY, words


def _centred(text: str) -> list[Word]:
    wide = fonts.width(fonts.CORMORANT, _TITLE, text)
    at = book.SIZE[0] / 2 - wide / 2
    starts = [fonts.width(fonts.CORMORANT, _TITLE, text[: text.index(word)]) for word in text.split()]
    return [
        (word, at + start, fonts.width(fonts.CORMORANT, _TITLE, word))
        for word, start in zip(text.split(), starts, strict=True)
    ]


def _words(line: Line) -> list[Word]:
    words = line.text.split()
    widths = [fonts.width(fonts.GARAMOND, book.BODY, word) for word in words]
    blank = fonts.width(fonts.GARAMOND, book.BODY, " ")
    if line.measure:
        blank = (line.measure - sum(widths)) / max(len(words) - 1, 1)
    placed, x = [], float(line.x)
    for word, wide in zip(words, widths, strict=True):
        placed.append((word, x, wide))
        x += wide + blank
    return placed


def _with_initial(chapter: Chapter, words: list[Word]) -> list[Word]:
    """The first line with its initial: a word of its own, or the beginning of the first."""
    opening = chapter.paragraphs[0]
    if opening[1] == " ":
        return [(opening[0], book.LEFT, book.DROPPED), *words]
    (word, x, wide), *others = words
    return [(opening[0] + word, book.LEFT, x + wide - book.LEFT), *others]


def _line(y: int, size: int, words: list[Word], scale: float) -> str:
    top, height = round((y - _RISE * size) * scale), round((_RISE + _FALL) * size * scale)

    def box(x: float, wide: float) -> str:
        return f'HPOS="{round(x * scale)}" VPOS="{top}" WIDTH="{round(wide * scale)}" HEIGHT="{height}"'

    strings = [f"<String CONTENT={quoteattr(word)} {box(x, wide)}/>" for word, x, wide in words]
    first, (_, last, wide) = words[0][1], words[-1]
    return f"<TextLine {box(first, last + wide - first)}>{'<SP/>'.join(strings)}</TextLine>\n"
