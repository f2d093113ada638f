"""ALTO, versions 2 to 4: the text of most digitised newspapers and books."""

import re
from collections.abc import Callable
from typing import BinaryIO

from archive.errors import Invalid
from archive.ingest.texts import elements, languages
from archive.ingest.texts.composing import clean
from archive.ingest.texts.elements import Attributes, number
from archive.ingest.texts.found import Area, Block, Format, Line, Page, TextFile, Word, check_count
from archive.ingest.texts.sequence import ReadingOrder, follow
from archive.ingest.texts.styles import styled

MEDIA_TYPE = "application/alto+xml"

_ROOT = re.compile(r"https?://www\.loc\.gov/standards/alto/ns-v([234])# alto")
_SPACES = ("TopMargin", "PrintSpace", "LeftMargin", "RightMargin", "BottomMargin")
"""The spaces of a page in the order in which they are read: in files the margins come first."""


def read(file: BinaryIO) -> TextFile:
    """The pages of an ALTO file.

    Raises ``Invalid`` that names the line where the file is no sound XML, of another version, or too full.
    """
    reader = _Reader()
    elements.walk(file, opened=reader.open, closed=reader.close)
    return reader.file


class _Reader:
    """What was read so far."""

    def __init__(self) -> None:
        self.file = TextFile(Format("ALTO", MEDIA_TYPE))
        self._page, self._block, self._line, self._word = Page(), Block(), Line(), Word("")
        self._count = 0
        self._is_after_blank = False
        self._unit = "pixel"
        self._space = "PrintSpace"
        self._blocks: list[tuple[int, Block]] = []
        self._scripts: dict[str, str] = {}
        self._following: dict[str, str] = {}
        self._order = ReadingOrder()
        self._opened: dict[str, Callable[[Attributes], None]] = {
            "TextStyle": self._open_style,
            "Page": self._open_page,
            "TextBlock": self._open_block,
            "TextLine": self._open_line,
            "String": self._open_string,
            "Glyph": self._open_glyph,
            "SP": self._open_blank,
            "HYP": self._open_hyphen,
        }
        self._closed: dict[str, Callable[[str], None]] = {
            "MeasurementUnit": self._close_unit,
            "softwareName": self._close_software,
            "ALTERNATIVE": self._close_alternative,
            "TextLine": self._close_line,
            "Page": self._close_page,
        }

    def open(self, name: str, attributes: Attributes) -> None:
        if name in self._opened:
            self._opened[name](attributes)
        elif name in _SPACES:
            self._space = name
        elif name.rpartition(" ")[2] == "alto":
            self.file.format = _format(name)
        else:
            self._order.open(name, attributes)

    def close(self, name: str, text: str) -> None:
        if name in self._closed:
            self._closed[name](text)
        elif name in _SPACES:
            self._space = "PrintSpace"
        else:
            self._order.close(name)

    def _open_style(self, attributes: Attributes) -> None:
        style = attributes.get("FONTSTYLE", "")
        if "script" in style:
            self._scripts[attributes.get("ID", "")] = style

    def _open_page(self, attributes: Attributes) -> None:
        width, height = number(attributes, "WIDTH") or 0, number(attributes, "HEIGHT") or 0
        size = (width, height) if width > 0 and height > 0 else None
        self._page = Page(size=size, language=languages.tag(attributes.get("LANG")))
        self._blocks, self._count = [], 0

    def _open_block(self, attributes: Attributes) -> None:
        language = attributes.get("LANG") or attributes.get("language")
        direction = attributes.get("BASEDIRECTION")
        name = attributes.get("ID", "")
        self._block = Block(name=name, direction=direction, language=languages.tag(language))
        self._blocks.append((_SPACES.index(self._space), self._block))
        if "IDNEXT" in attributes:
            self._following[name] = attributes["IDNEXT"]

    def _open_line(self, attributes: Attributes) -> None:
        self._line = Line(area=_area(attributes), name=attributes.get("ID", ""))
        self._block.lines.append(self._line)
        self._block.direction = self._block.direction or attributes.get("BASEDIRECTION")
        self._block.language = self._block.language or languages.tag(attributes.get("LANG"))
        self._is_after_blank = False

    def _open_string(self, attributes: Attributes) -> None:
        self._count += 1
        check_count(self._count)
        text = styled(clean(attributes.get("CONTENT", "")), self._style(attributes))
        self._word = Word(text, _area(attributes), True if self._is_after_blank else None)
        self._is_after_blank = False
        self._line.words.append(self._word)
        if "SUBS_CONTENT" in attributes:
            self._substitute(clean(attributes["SUBS_CONTENT"]), attributes.get("SUBS_TYPE", ""))
        if confidence := number(attributes, "WC"):
            self._page.confidences.append(confidence)

    def _style(self, attributes: Attributes) -> str:
        if not self._scripts:
            return attributes.get("STYLE", "")
        named = (self._scripts.get(one, "") for one in attributes.get("STYLEREFS", "").split())
        return " ".join([attributes.get("STYLE", ""), *named])

    def _substitute(self, whole: str, kind: str) -> None:
        if whole and kind in {"HypPart1", "HypPart2"}:
            self._word.whole, self._word.part = whole, int(kind[-1])
        elif whole:
            self._word.readings = (whole,)

    def _open_glyph(self, attributes: Attributes) -> None:
        if area := _area(attributes):
            self._word.glyphs = (*self._word.glyphs, (clean(attributes.get("CONTENT", "")), area))

    def _open_blank(self, _: Attributes) -> None:
        self._is_after_blank = True

    def _open_hyphen(self, attributes: Attributes) -> None:
        if self._line.words:
            self._line.is_hyphenated = True
            last, mark = self._line.words[-1], clean(attributes.get("CONTENT", ""))
            # The box stays that of the word: the hyphen is no part of it.
            if not last.part and not last.text.endswith(mark):
                last.text += mark

    def _close_unit(self, text: str) -> None:
        self._unit = text.strip().lower() or "pixel"

    def _close_software(self, text: str) -> None:
        self.file.engine = clean(text)[:200] or None

    def _close_alternative(self, text: str) -> None:
        if reading := clean(text):
            self._word.readings = (*self._word.readings, reading)

    def _close_line(self, _: str) -> None:
        self._line.words = [word for word in self._line.words if word.text]
        self._line.settle_blanks()

    def _close_page(self, _: str) -> None:
        page = self._page
        # Sorting keeps what stands in one space in its order.
        blocks = [block for _, block in sorted(self._blocks, key=lambda placed: placed[0])]
        page.blocks = self._order.arrange(follow(blocks, self._following) if self._following else blocks)
        if page.size is None and self._unit != "pixel":
            self.file.warn(
                f"its page has no WIDTH and HEIGHT, and so its boxes in {self._unit} no place: add both"
            )
            page.forget_areas()
        self.file.pages.append(page)


def _format(root: str) -> Format:
    known = _ROOT.fullmatch(root)
    if known is None:
        namespace = root.rpartition(" ")[0]
        raise Invalid(f'is ALTO of the namespace "{namespace}": convert it to version 2, 3 or 4')
    return Format(f"ALTO {known[1]}", MEDIA_TYPE, root.partition(" ")[0])


def _area(attributes: Attributes) -> Area | None:
    try:
        area = (
            float(attributes["HPOS"]),
            float(attributes["VPOS"]),
            float(attributes["WIDTH"]),
            float(attributes["HEIGHT"]),
        )
    except (KeyError, ValueError):
        return None
    return area if all(map(elements.is_sane, area)) else None
