"""PAGE XML of 2013 to 2019: the text of transcription platforms and of ground truth."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, TypeVar

from archive.errors import Invalid
from archive.ingest.texts import elements, languages
from archive.ingest.texts.composing import clean
from archive.ingest.texts.elements import Attributes, number
from archive.ingest.texts.found import Area, Block, Format, Line, Page, TextFile, Word, around, check_count
from archive.ingest.texts.sequence import ReadingOrder
from archive.ingest.texts.styles import styled

MEDIA_TYPE = "application/vnd.prima.page+xml"

_ROOT = re.compile(r"https?://schema\.primaresearch\.org/PAGE/gts/pagecontent/(201[3-9])-\d\d-\d\d PcGts")
_DIRECTIONS = {"left-to-right": "ltr", "right-to-left": "rtl", "top-to-bottom": "ttb", "bottom-to-top": "btt"}
_POINT = re.compile(r"(-?[\d.]{1,12}),(-?[\d.]{1,12})")
# What transcription platforms write into "custom", the place of their own.
_CUSTOM_INDEX = re.compile(r"readingOrder\s*\{\s*index\s*:\s*(\d{1,9})")
_CUSTOM_STYLE = re.compile(
    r"textStyle\s*\{\s*offset\s*:\s*(\d{1,6})\s*;\s*length\s*:\s*(\d{1,6})\s*;([^}]{0,200})\}"
)


def read(file: BinaryIO) -> TextFile:
    """The page of a PAGE XML file.

    Raises ``Invalid`` that names the line where the file is no sound XML, of another version, or too full.
    """
    reader = _Reader()
    elements.walk(file, opened=reader.open, closed=reader.close)
    return reader.file


@dataclass(slots=True)
class _Part:
    """A region, line, word or glyph that is open, with what stands in it."""

    attributes: Attributes
    points: str = ""
    style: str = ""
    texts: list[tuple[int, str]] = field(default_factory=list)
    block: Block | None = None
    places: list[int | None] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    glyphs: list[tuple[str, Area]] = field(default_factory=list)

    @property
    def area(self) -> Area | None:
        points = _POINT.findall(self.points)
        try:
            return around([(float(x), float(y), 0.0, 0.0) for x, y in points])
        except ValueError:
            return None

    @property
    def readings(self) -> list[str]:
        """Its texts, the main one first."""
        texts = (_styled(self, text) for _, text in sorted(self.texts, key=lambda one: one[0]))
        return [text for text in texts if text]


class _Reader:
    """What was read so far; ``_open`` are the parts that are not closed, each in the one before."""

    def __init__(self) -> None:
        self.file = TextFile(Format("PAGE XML", MEDIA_TYPE))
        self._page = Page()
        self._defaults: Attributes = {}
        self._open: list[_Part] = []
        self._text: dict[str, str] = {}
        self._index = 0
        self._count = 0
        self._order = ReadingOrder()
        self._opened = {
            "Page": self._open_page,
            "Coords": self._open_coords,
            "TextStyle": self._open_style,
            "TextEquiv": self._open_text,
        }
        self._closed = {
            "Page": self._close_page,
            "TextRegion": self._close_region,
            "TextLine": self._close_line,
            "Word": self._close_word,
            "Glyph": self._close_glyph,
            "TextEquiv": self._close_text,
        }

    def open(self, name: str, attributes: Attributes) -> None:
        if name in self._opened:
            self._opened[name](attributes)
        elif _is_part(name):
            self._open.append(_Part(attributes, block=self._block(name, attributes)))
        elif name.rpartition(" ")[2] == "PcGts":
            self.file.format = _format(name)
        else:
            self._order.open(name, attributes)

    def close(self, name: str, text: str) -> None:
        if name in {"Unicode", "PlainText"}:
            self._text[name] = text
        elif name in self._closed:
            self._closed[name]()
        else:
            self._order.close(name)
        if _is_part(name):
            self._open.pop()

    def _block(self, name: str, attributes: Attributes) -> Block | None:
        if name != "TextRegion":
            return None
        told = {**self._defaults, **attributes}
        order = told.get("textLineOrder")
        block = Block(
            name=attributes.get("id", ""),
            direction=_DIRECTIONS.get(told.get("readingDirection", "")),
            leftwards=order == "right-to-left" if order in {"right-to-left", "left-to-right"} else None,
            language=languages.tag(told.get("primaryLanguage")),
        )
        self._page.blocks.append(block)
        return block

    def _open_page(self, attributes: Attributes) -> None:
        width, height = number(attributes, "imageWidth") or 0, number(attributes, "imageHeight") or 0
        self._page = Page(size=(width, height) if width > 0 and height > 0 else None)
        names = ("readingDirection", "textLineOrder", "primaryLanguage")
        self._defaults = {name: attributes[name] for name in names if name in attributes}

    def _open_coords(self, attributes: Attributes) -> None:
        if self._open:
            self._open[-1].points = attributes.get("points", "")

    def _open_style(self, attributes: Attributes) -> None:
        if self._open:
            names = ("superscript", "subscript")
            self._open[-1].style = " ".join(name for name in names if attributes.get(name) in {"true", "1"})

    def _open_text(self, attributes: Attributes) -> None:
        index = attributes.get("index", "")
        self._index, self._text = int(index) if index.isdecimal() and len(index) < 10 else 0, {}
        if (confidence := number(attributes, "conf")) is not None and len(self._open) < _GLYPH_DEPTH:
            self._page.confidences.append(confidence)

    def _close_text(self) -> None:
        text = self._text.get("Unicode") or self._text.get("PlainText") or ""
        if self._open:
            self._open[-1].texts.append((self._index, text))

    def _close_glyph(self) -> None:
        glyph, word = self._open[-1], self._owner()
        if (area := glyph.area) and glyph.readings:
            word.glyphs.append((glyph.readings[0], area))

    def _close_word(self) -> None:
        self._count += 1
        check_count(self._count)
        part, line = self._open[-1], self._owner()
        if readings := part.readings:
            others, glyphs = tuple(readings[1:]), tuple(part.glyphs)
            line.words.append(Word(readings[0], part.area, readings=others, glyphs=glyphs))
            line.places.append(_place(part.attributes))

    def _close_line(self) -> None:
        part = self._open[-1]
        block = next((one.block for one in reversed(self._open) if one.block), None)
        if block is None:
            return
        words, readings = _in_order(part.words, part.places), part.readings
        if readings:
            words = self._with_text(words, readings[0], part.attributes.get("id", ""))
        if words and len(readings) > 1 and not part.words:
            words[0].readings = tuple(readings[1:])
        block.lines.append(Line(words, part.area, name=part.attributes.get("id", "")))
        self._owner().places.append(_place(part.attributes))
        block.language = block.language or languages.tag(part.attributes.get("primaryLanguage"))
        block.direction = block.direction or _DIRECTIONS.get(part.attributes.get("readingDirection", ""))

    def _close_region(self) -> None:
        part, block = self._open[-1], self._open[-1].block
        if block is None:
            return
        if not block.lines and part.readings:
            block.lines.append(Line(_tokens(part.readings[0]), part.area))
        elif len(part.places) == len(block.lines) and None not in part.places:
            block.lines, block.is_ordered = _in_order(block.lines, part.places), True

    def _owner(self) -> _Part:
        """What the part that is closed stands in."""
        return self._open[-2] if len(self._open) > 1 else _Part({})

    def _with_text(self, words: list[Word], text: str, name: str) -> list[Word]:
        """The words of a line with the blanks of its own text; or that text, where the words are others."""
        if not words:
            return _tokens(text)
        if _set_blanks(words, text):
            return words
        tokens = text.split()
        if len(tokens) == len(words):
            for word, token in zip(words, tokens, strict=True):
                word.text, word.blank = token, True
            return words
        self.file.warn(f'its line "{name}" has another text than its words: the words count, correct one')
        return words

    def _close_page(self) -> None:
        self._page.blocks = self._order.arrange(self._page.blocks)
        self.file.pages.append(self._page)


# A region, a line, a word are open; a glyph would be the fourth.
_GLYPH_DEPTH = 4


def _is_part(name: str) -> bool:
    return name in {"TextLine", "Word", "Glyph"} or name.endswith("Region")


def _format(root: str) -> Format:
    known = _ROOT.fullmatch(root)
    if known is None:
        namespace = root.rpartition(" ")[0]
        raise Invalid(f'is PAGE XML of the namespace "{namespace}": convert it to a version of 2013 to 2019')
    return Format(f"PAGE XML {known[1]}", MEDIA_TYPE, root.partition(" ")[0])


def _place(attributes: Attributes) -> int | None:
    found = _CUSTOM_INDEX.search(attributes.get("custom", ""))
    given = found[1] if found else attributes.get("index", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


_Placed = TypeVar("_Placed", Word, Line)


def _in_order(parts: list[_Placed], places: Sequence[int | None]) -> list[_Placed]:
    """The parts by their places, where all have one."""
    if None in places or len(places) != len(parts):
        return parts
    return [part for _, part in sorted(zip(places, parts, strict=True), key=lambda placed: placed[0] or 0)]


def _tokens(text: str) -> list[Word]:
    return [Word(token, blank=True) for token in text.split(" ") if token]


def _set_blanks(words: list[Word], text: str) -> bool:
    """Tell each word whether a blank is before it in the text of the line; whether they are its words."""
    at = 0
    blanks = []
    for word in words:
        begin = len(text) - len(text[at:].lstrip(" "))
        if not text.startswith(word.text, begin):
            return False
        blanks.append(begin > at)
        at = begin + len(word.text)
    if text[at:].strip():
        return False
    for word, blank in zip(words, blanks, strict=True):
        word.blank = blank
    return True


def _styled(part: _Part, text: str) -> str:
    """The text with its super- and subscripts, told of the whole or, in "custom", of a part."""
    if part.style:
        return styled(clean(text), part.style)
    for offset, length, style in _CUSTOM_STYLE.findall(part.attributes.get("custom", "")):
        if "script:true" in style.replace(" ", ""):
            begin, end = int(offset), int(offset) + int(length)
            text = text[:begin] + styled(text[begin:end], style) + text[end:]
    return clean(text)
