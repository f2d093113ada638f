"""hOCR: what recognisers write as HTML, one page or a whole book in a file."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from archive.errors import Invalid
from archive.ingest.texts import elements, languages, plain
from archive.ingest.texts.composing import clean
from archive.ingest.texts.found import Area, Block, Format, Line, Page, TextFile, Word, around, check_count
from archive.ingest.texts.styles import styled

MEDIA_TYPE = "text/vnd.hocr+html"
_PROFILE = "http://kba.github.io/hocr-spec/1.2/"

# The reader of the standard library takes quadratic time over a file that is made for it. This takes linear
# time: no part of a tag goes on beyond the next one.
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>""")
_ATTRIBUTE = re.compile(r"""([a-zA-Z:_-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_DEEPEST = 200

_BLOCKS = frozenset({"ocr_carea", "ocrx_block", "ocr_par"})
_LINES = frozenset({"ocr_line", "ocrx_line", "ocr_caption", "ocr_header", "ocr_footer", "ocr_textfloat"})
_WORDS = frozenset({"ocrx_word", "ocr_word"})
_GLYPHS = frozenset({"ocr_cinfo", "ocrx_cinfo"})
_SCRIPTS = {"sup": "superscript", "sub": "subscript"}


def read(file: BinaryIO) -> TextFile:
    """The pages of an hOCR file. Raises ``Invalid`` where it has none, or one that is too full."""
    content = plain.decode(elements.limited(file))
    reader = _Reader()
    for tag, name, attributes, text, place in _pieces(content):
        try:
            reader.take(tag, name, attributes, text)
        except Invalid as error:
            raise Invalid(f"line {content.count(chr(10), 0, place) + 1}: {error}") from error
    reader.finish()
    if not reader.file.pages:
        raise Invalid('is HTML without an element of the class "ocr_page": of HTML only hOCR is read')
    return reader.file


def _pieces(content: str) -> Iterator[tuple[str, str, str, str, int]]:
    """Of each tag ``""`` or ``/``, its name, its attributes, the text behind it, and its place."""
    content = _without_comments(content)
    found = _TAG.finditer(content)
    tag = next(found, None)
    while tag is not None:
        following = next(found, None)
        text = content[tag.end() : following.start() if following else len(content)]
        yield tag[1], tag[2].lower(), tag[3], text, tag.start()
        tag = following


def _without_comments(content: str) -> str:
    first, *others = content.split("<!--")
    # Line ends are kept, so that lines are counted right.
    return first + "".join(
        "\n" * one.count("\n", 0, one.find("-->")) + one.partition("-->")[2] for one in others
    )


@dataclass(slots=True)
class _Element:
    """An element that is open, and what it is, as ``_kind`` tells."""

    name: str
    kind: str
    language: str | None
    direction: str | None
    style: str


_OUTSIDE = _Element("", "", None, None, "")


class _Reader:
    """What was read so far; ``_stack`` are the elements that are open."""

    def __init__(self) -> None:
        self.file = TextFile(Format("hOCR", MEDIA_TYPE, _PROFILE))
        self._stack: list[_Element] = []
        self._page = Page()
        self._block = Block()
        self._line: Line | None = None
        self._areas: list[Area] = []
        self._word: Word | None = None
        self._glyph: Area | None = None
        self._is_after_blank = False
        self._count = 0

    def take(self, tag: str, name: str, attributes: str, text: str) -> None:
        """A tag, and the text behind it."""
        if tag:
            self._close(name)
        else:
            given = {
                one[1].lower(): one[2] or one[3] or one[4] or "" for one in _ATTRIBUTE.finditer(attributes)
            }
            self._open(name, {key: html.unescape(value) for key, value in given.items()}, attributes)
        if text and self._stack:
            self._write(html.unescape(text))

    def finish(self) -> None:
        """Close what a file that breaks off leaves open, and clean the words in what was never closed."""
        while self._stack:
            self._close(self._stack[-1].name)
        for page in self.file.pages:
            for line in (line for block in page.blocks for line in block.lines):
                for word in line.words:
                    word.text = clean(word.text)

    def _open(self, name: str, attributes: dict[str, str], written: str) -> None:
        if name in _VOID:
            self._is_after_blank = self._is_after_blank or name == "br"
            if attributes.get("name") == "ocr-system":
                self.file.engine = clean(attributes.get("content", ""))[:200] or None
            return
        if written.endswith("/"):
            return
        if len(self._stack) == _DEEPEST:
            raise Invalid(f"has more than {_DEEPEST} elements in each other: export the file anew")
        around_it = self._stack[-1] if self._stack else _OUTSIDE
        element = _Element(
            name,
            _kind(name, attributes.get("class", "")),
            languages.tag(attributes.get("lang") or attributes.get("xml:lang")) or around_it.language,
            _direction(attributes) or around_it.direction,
            _SCRIPTS.get(name, around_it.style),
        )
        self._stack.append(element)
        if element.kind:
            self._begin(element, _properties(attributes.get("title", "")))

    def _begin(self, element: _Element, told: dict[str, list[float]]) -> None:
        area = _area(told.get("bbox", []))
        match element.kind:
            case "page":
                self._page, self._count = Page(size=_size(area)), 0
                self.file.pages.append(self._page)
                self._begin_block(element)
            case "block":
                self._begin_block(element)
            case "line":
                self._line = Line(area=area)
                boxes = told.get("x_bboxes", [])
                self._areas = [one for at in range(0, len(boxes), 4) if (one := _area(boxes[at : at + 4]))]
                self._block.lines.append(self._line)
            case "word":
                self._begin_word(element, area, told)
            case "glyph":
                self._glyph = area or _area(told.get("x_bboxes", []))

    def _begin_block(self, element: _Element) -> None:
        self._block = Block(language=element.language, direction=element.direction)
        self._line = None
        self._page.blocks.append(self._block)

    def _begin_word(self, element: _Element, area: Area | None, told: dict[str, list[float]]) -> None:
        if self._line is None:
            self._line = Line()
            self._block.lines.append(self._line)
        self._word = self._append("", area)
        self._block.language = self._block.language or element.language
        self._page.confidences += (value / 100 for value in told.get("x_wconf", [])[:1])

    def _append(self, text: str, area: Area | None = None) -> Word:
        self._count += 1
        check_count(self._count)
        word = Word(text, area, self._is_after_blank or None)
        self._is_after_blank = False
        if self._line is not None:
            self._line.words.append(word)
        return word

    def _close(self, name: str) -> None:
        """Close an element, and those in it that the file leaves open."""
        if all(element.name != name for element in self._stack):
            return
        while True:
            element = self._stack.pop()
            if element.kind == "word" and self._word is not None:
                self._word.text, self._word = clean(self._word.text), None
            elif element.kind == "line":
                self._finish_line()
            elif element.kind == "glyph":
                self._glyph = None
            if element.name == name:
                return

    def _finish_line(self) -> None:
        if self._line is not None:
            self._line.words = [word for word in self._line.words if word.text]
            _spread(self._line.words, self._areas)
            self._line.settle_blanks()
        self._line, self._areas, self._is_after_blank = None, [], False

    def _write(self, text: str) -> None:
        if self._line is None:
            return
        kinds = {element.kind for element in self._stack}
        if "aside" in kinds:
            return
        last = self._word or (self._line.words[-1] if self._line.words else None)
        if "reading" in kinds:
            if last is not None and clean(text):
                last.readings = (*last.readings, clean(text))
            return
        text = styled(text, self._stack[-1].style)
        if self._word is None:
            self._write_bare(text, last)
            return
        self._word.text += text
        if self._glyph and clean(text):
            self._word.glyphs = (*self._word.glyphs, (clean(text), self._glyph))

    def _write_bare(self, text: str, last: Word | None) -> None:
        """Text of a line outside its words: blanks between them, or all there is of it."""
        for number, token in enumerate(re.split(r"\s+", text)):
            self._is_after_blank = self._is_after_blank or number > 0
            if not clean(token):
                continue
            if last is not None and last.area is None and not self._is_after_blank:
                last.text += clean(token)
            else:
                last = self._append(clean(token))


def _kind(name: str, classes: str) -> str:
    """What an element is; ``aside`` is text that is none of the page, ``reading`` another one of a word."""
    if name in {"rt", "del", "rp"}:
        return "aside" if name == "rp" else "reading"
    for one in classes.split():
        if one == "ocr_page":
            return "page"
        for kind, known in (("block", _BLOCKS), ("line", _LINES), ("word", _WORDS), ("glyph", _GLYPHS)):
            if one in known:
                return kind
    return ""


def _direction(attributes: dict[str, str]) -> str | None:
    if "vertical" in attributes.get("style", ""):
        return "ttb"
    written = attributes.get("dir", "").lower()
    return written if written in {"ltr", "rtl"} else None


def _properties(title: str) -> dict[str, list[float]]:
    """What a title tells in numbers, by name: ``bbox 1 2 3 4; x_wconf 90``."""
    told = {}
    for one in title.split(";"):
        name, _, values = one.strip().partition(" ")
        if name in {"bbox", "x_wconf", "x_bboxes"}:
            told[name] = [float(value) for value in re.findall(r"-?\d{1,7}(?:\.\d{0,6})?", values)]
    return told


def _area(corners: list[float]) -> Area | None:
    if len(corners) < 4:
        return None
    left, top, right, bottom = corners[:4]
    return left, top, right - left, bottom - top


def _size(area: Area | None) -> tuple[float, float] | None:
    """The size of a page, whose box may begin elsewhere than at its corner."""
    if area is None or area[0] + area[2] <= 0 or area[1] + area[3] <= 0:
        return None
    return area[0] + area[2], area[1] + area[3]


def _spread(words: list[Word], areas: list[Area]) -> None:
    """Give words without areas those of their characters, which the line has."""
    if not areas or any(word.area for word in words):
        return
    blanks = len(areas) - sum(len(word.text) for word in words)
    if blanks not in {0, len(words) - 1}:
        return
    at = 0
    for word in words:
        mine = areas[at : at + len(word.text)]
        word.area, word.glyphs = around(mine), tuple(zip(word.text, mine, strict=True))
        at += len(word.text) + (1 if blanks else 0)
