"""Typefaces from npm's @fontsource packages: which file has a character; text set in lines and columns."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from archive import errors

Ink = int | tuple[int, int, int]

ROOT = Path(__file__).parent / "node_modules" / "@fontsource"
HANGING = "。，、；：！？"
"""Marks that stand in the upper right corner of their cell when text runs down."""


@dataclass(frozen=True)
class Face:
    """A typeface: its package, the subset to use ("" finds the right one by character), weight and style."""

    package: str
    subset: str = ""
    weight: int = 400
    style: str = "normal"
    language: str | None = None
    direction: str = "ltr"


GARAMOND = Face("eb-garamond", "latin")
GARAMOND_ITALIC = Face("eb-garamond", "latin", style="italic")
CORMORANT = Face("cormorant-garamond", "latin", 600)
CORMORANT_ITALIC = Face("cormorant-garamond", "latin", 500, "italic")
WENKAI = Face("lxgw-wenkai", "latin", 500)
WENKAI_BOLD = Face("lxgw-wenkai", "latin", 700)
BRUSH = Face("ma-shan-zheng")
YUJI = Face("yuji-syuku")
AMIRI = Face("amiri", "arabic", language="ar", direction="rtl")
RUQAA = Face("aref-ruqaa", "arabic", 700, language="ar", direction="rtl")
JOMOLHARI = Face("jomolhari", "tibetan", language="bo")
PACKAGES = frozenset(
    face.package for face in (GARAMOND, CORMORANT, WENKAI, BRUSH, YUJI, AMIRI, RUQAA, JOMOLHARI)
)


def font(face: Face, size: float, character: str = "a") -> ImageFont.FreeTypeFont:
    """The font that draws ``character`` in ``face``, ``size`` pixels to the em.

    Raises ``Unavailable`` when the typefaces are not installed, ``KeyError`` when no file has the character.
    """
    subset = face.subset or _subset(face.package, character)
    return _open(
        f"{face.package}/files/{face.package}-{subset}-{face.weight}-{face.style}.woff",
        max(round(size, 1), 1),
    )


def present() -> bool:
    """Whether every package of typefaces is installed."""
    return all((ROOT / package / "package.json").is_file() for package in PACKAGES)


def has(face: Face, character: str) -> bool:
    """Whether ``face`` draws ``character`` itself and not the box that stands for a missing one."""
    try:
        drawn = font(face, 40, character)
    except KeyError:
        return False
    return character.isspace() or bytes(drawn.getmask(character)) != bytes(drawn.getmask("\U0010fffe"))


def width(face: Face, size: float, text: str) -> float:
    """How long one line of ``text`` is, in pixels."""
    return font(face, size).getlength(text, direction=face.direction, language=face.language)


def line(
    image: Image.Image,
    at: tuple[float, float],
    text: str,
    face: Face,
    *,
    size: float,
    ink: Ink,
    anchor: str = "ls",
) -> None:
    """One line of ``text``; ``anchor`` is Pillow's: ``ls`` left on the baseline, ``ms``, ``rs``."""
    pen = ImageDraw.Draw(image)
    drawn = font(face, size, text[0] if text else "a")
    pen.text(at, text, font=drawn, fill=ink, anchor=anchor, direction=face.direction, language=face.language)


def column(
    image: Image.Image,
    at: tuple[float, float],
    text: str,
    face: Face,
    *,
    size: float,
    ink: Ink,
    pitch: float = 1.12,
) -> float:
    """``text`` downwards, the first character centred half an em below ``at``; gives where it ends."""
    pen = ImageDraw.Draw(image)
    x, y = at
    for character in text:
        middle = (x, y + size / 2)
        if character in HANGING:
            middle = (x + size * 0.56, y + size * 0.02)
        if not character.isspace():
            pen.text(middle, character, font=font(face, size, character), fill=ink, anchor="mm")
        y += size * (pitch if character not in HANGING else pitch * 0.6)
    return y


def columns(
    image: Image.Image,
    at: tuple[float, float],
    lines: list[str],
    face: Face,
    *,
    size: float,
    ink: Ink,
    gap: float = 1.6,
) -> None:
    """``lines`` as columns from right to left, the first centred on ``at``, the others ``gap`` ems apart."""
    for rank, text in enumerate(lines):
        column(image, (at[0] - rank * gap * size, at[1]), text, face, size=size, ink=ink)


def broken(text: str, face: Face, size: float, measure: float) -> list[str]:
    """``text`` broken between words into lines no longer than ``measure`` pixels."""
    lines, current = [], ""
    for word in text.split():
        longer = f"{current} {word}" if current else word
        if current and width(face, size, longer) > measure:
            lines.append(current)
            longer = word
        current = longer
    return [*lines, current]


def justified(
    image: Image.Image,
    at: tuple[float, float],
    text: str,
    face: Face,
    *,
    size: float,
    measure: float,
    ink: Ink,
) -> None:
    """One line of left-to-right ``text``, its words spread over ``measure`` pixels."""
    words = text.split()
    slack = (measure - sum(width(face, size, word) for word in words)) / max(len(words) - 1, 1)
    x = at[0]
    for word in words:
        line(image, (x, at[1]), word, face, size=size, ink=ink)
        x += width(face, size, word) + slack


@lru_cache(maxsize=512)
def _open(name: str, size: float) -> ImageFont.FreeTypeFont:
    path = ROOT / name
    if not path.is_file():
        raise errors.Unavailable(f'typeface "{Path(name).stem}" is not installed: run "make setup"')
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.RAQM)


@lru_cache(maxsize=4096)
def _subset(package: str, character: str) -> str:
    """The subset that draws ``character``: @fontsource cuts large typefaces into a hundred files."""
    for name, ranges in _ranges(package).items():
        if any(low <= ord(character) <= high for low, high in ranges):
            return name
    raise KeyError(character)


@lru_cache
def _ranges(package: str) -> dict[str, list[tuple[int, int]]]:
    path = ROOT / package / "unicode.json"
    if not path.is_file():
        raise errors.Unavailable(f'typeface "{package}" is not installed: run "make setup"')
    table: dict[str, str] = json.loads(path.read_text("utf-8"))
    return {name.strip("[]"): [_bounds(part) for part in ranges.split(",")] for name, ranges in table.items()}


def _bounds(part: str) -> tuple[int, int]:
    low, _, high = part.strip().removeprefix("U+").partition("-")
    return int(low, 16), int(high or low, 16)
