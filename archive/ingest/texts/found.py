"""What readers find in a file of text, before it is fitted to a canvas."""

from dataclasses import dataclass, field

from archive.errors import Invalid

Area = tuple[float, float, float, float]
"""x, y, width, height in the units of the file."""

MOST_WORDS = 100_000
"""Words of the fullest page that is taken: that of a newspaper has ten thousand."""


@dataclass(slots=True)
class Word:
    """What stands between blanks, or nearly so.

    ``blank`` says whether one stands before it, ``None`` where the file does not tell. A part of a hyphenated
    word has the ``whole``, and ``part`` 1 or 2. ``glyphs`` are its characters with their own areas.
    """

    text: str
    area: Area | None = None
    blank: bool | None = None
    whole: str | None = None
    part: int = 0
    readings: tuple[str, ...] = ()
    glyphs: tuple[tuple[str, Area], ...] = ()


@dataclass(slots=True)
class Line:
    """A line's words in their order; ``is_hyphenated`` where the file says that its last word goes on."""

    words: list[Word] = field(default_factory=list)
    area: Area | None = None
    is_hyphenated: bool = False
    name: str = ""

    def settle_blanks(self) -> None:
        """Where any blank is told, none stands where none is told."""
        if any(word.blank for word in self.words):
            for word in self.words:
                word.blank = bool(word.blank)


@dataclass(slots=True)
class Block:
    """Lines that belong together; ``is_ordered`` where the file says that they are in reading order.

    ``direction`` is how its characters run (``ltr``, ``rtl``, ``ttb``), ``None`` where it does not tell.
    ``leftwards`` tells of columns whether the next is to the left of one.
    """

    lines: list[Line] = field(default_factory=list)
    name: str = ""
    direction: str | None = None
    leftwards: bool | None = None
    is_ordered: bool = False
    language: str | None = None


@dataclass(slots=True)
class Page:
    """One page of a file: its blocks in reading order; ``size`` is that which its areas are of."""

    blocks: list[Block] = field(default_factory=list)
    size: tuple[float, float] | None = None
    language: str | None = None
    confidences: list[float] = field(default_factory=list)

    def forget_areas(self) -> None:
        """Leave the text without its places."""
        for block in self.blocks:
            for line in block.lines:
                line.area = None
                for word in line.words:
                    word.area, word.glyphs = None, ()


@dataclass(frozen=True, slots=True)
class Format:
    """What a file is: its name and version, its media type, the URI of its profile."""

    name: str
    media_type: str
    profile: str | None = None


@dataclass(slots=True)
class TextFile:
    """The pages of a file, the program that recognised them if it says so, and what is odd in it."""

    format: Format
    pages: list[Page] = field(default_factory=list)
    engine: str | None = None
    warnings: list[str] = field(default_factory=list)

    def warn(self, message: str) -> None:
        """Keep a warning, once."""
        if message not in self.warnings:
            self.warnings.append(message)


def check_count(count: int) -> None:
    """Raise ``Invalid`` for a page of more words than any has."""
    if count > MOST_WORDS:
        raise Invalid(f"has more than {MOST_WORDS:,} words on a page: divide it by pages")


def around(areas: list[Area]) -> Area | None:
    """The smallest area around all, ``None`` around none."""
    if not areas:
        return None
    left, top = min(area[0] for area in areas), min(area[1] for area in areas)
    right, bottom = max(area[0] + area[2] for area in areas), max(area[1] + area[3] for area in areas)
    return left, top, right - left, bottom - top
