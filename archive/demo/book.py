"""The book: cover, title, contents, four chapters with plates, colophon, set and painted page by page."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from archive.demo import binding, fonts, mounting, paper, plates, treatise
from archive.demo.brush import Drawing
from archive.demo.canvas import Canvas
from archive.demo.fonts import Face
from archive.demo.paper import Colour, Rng
from archive.demo.treatise import Chapter

SIZE = (1600, 2200)
INK: Colour = (40, 36, 34)
RUBRIC: Colour = (158, 48, 36)
LEFT, MEASURE = 250, 1100
BODY, LEADING = 55, 81
DROPPED = 234
"""How far the first three lines of a chapter stand aside for its initial."""
TOP, LOW = 330, 1965
"""The text block: from its first baseline to its last, in pixels of the page."""


@dataclass(frozen=True)
class Line:
    """A line of the text block: where it begins on its baseline, and how long it is spread, 0 for not."""

    text: str
    x: int
    y: int
    measure: int


def page(number: int, scale: float = 1.0) -> Image.Image:
    """Page ``number`` (from 1), 1600 by 2200 pixels at ``scale`` 1."""
    rng = np.random.default_rng([57, number])
    size = (round(SIZE[0] * scale), round(SIZE[1] * scale))
    tone: Colour = (240, 232, 214) if number > 1 else (112, 40, 34)
    canvas = Canvas(paper.aged(rng, size, tone, paper.shade(tone, 0.86), spread=0.05), scale)
    _printed(canvas, rng, number)
    if number > 1:
        binding.bend(canvas, "left" if number % 2 else "right")
    return paper.fibres(rng, canvas.image, 0.05 if number > 1 else 0.14)


def composed(chapter: Chapter) -> list[list[tuple[str, bool, bool]]]:
    """The lines of a chapter page by page: text, whether it is indented, whether it ends its paragraph."""
    lines: list[tuple[str, bool, bool]] = []
    for rank, paragraph in enumerate(chapter.paragraphs):
        broken = _narrowed(paragraph) if rank == 0 else _indented(paragraph)
        lines += [(text, rank > 0 and k == 0, k == len(broken) - 1) for k, text in enumerate(broken)]
    first = (LOW - 760) // LEADING + 1
    rest = (LOW - TOP) // LEADING + 1
    return [lines[:first]] + [lines[start : start + rest] for start in range(first, len(lines), rest)]


def body(chapter: Chapter, part: int) -> list[Line]:
    """The lines of a chapter's first (0) or second page as they are set; its initial stands beside them."""
    set_: list[Line] = []
    for rank, (text, indented, last) in enumerate(composed(chapter)[part]):
        shift = (DROPPED if part == 0 and rank < 3 else 0) + (62 if indented else 0)
        shown = text[1:].lstrip() if part == 0 and rank == 0 else text
        y = _top(part) + rank * LEADING
        set_.append(Line(shown, LEFT + shift, y, 0 if last else MEASURE - shift))
    return set_


def _top(part: int) -> int:
    return 760 if part == 0 else TOP


def _initial(chapter: Chapter) -> str:
    return chapter.paragraphs[0][0]


def _printed(canvas: Canvas, rng: Rng, number: int) -> None:
    if number == 1:
        return _cover(canvas)
    if number == 2:
        return _title(canvas, rng)
    if number == 3:
        return _contents(canvas)
    if number == treatise.COLOPHON_PAGE:
        return _colophon(canvas, rng)
    rank, part = divmod(number - treatise.FIRST_PAGES[0], 3)
    chapter = treatise.CHAPTERS[rank]
    if part == 2:
        plates.PLATES[rank](canvas, rng)
        return _caption(canvas, chapter)
    return _text(canvas, chapter, number, part)


def _cover(canvas: Canvas) -> None:
    gilt = Drawing((0, 0, *SIZE), canvas.scale, "L")
    for inset, thick in ((90, 9), (116, 3)):
        gilt.line(
            [
                (inset, inset),
                (SIZE[0] - inset, inset),
                (SIZE[0] - inset, SIZE[1] - inset),
                (inset, SIZE[1] - inset),
                (inset, inset),
            ],
            thick,
            230,
        )
    t = np.linspace(0, 1, 90)
    for rank in range(26):
        wave = np.stack(
            [190 + 1220 * t, 1330 + rank * 22 + 26 * np.sin(t * 9 + rank * 0.34) * (1 - rank / 40)], -1
        )
        gilt.stroke(wave, (0.3 + 0.7 * np.sin(np.pi * t)) * 4.2, 215 - 6 * rank)
    for x, high, half in ((560, 330, 260), (830, 470, 300), (1100, 300, 240)):
        for ring in range(9):
            share = 1 - ring * 0.1
            u = np.linspace(-1, 1, 60)
            ridge = np.stack([x + u * half * share, 1320 - high * share * (1 - np.abs(u) ** 1.7)], -1)
            if ring == 0:
                gilt.fill(ridge, 0)
            gilt.stroke(ridge, (0.4 + 0.6 * (1 - np.abs(u))) * 4.4, 225 - 12 * ring)
    canvas.stain(gilt.image(), (0, 0), (222, 184, 110))
    _centred(canvas, 560, "The Unrolled", (fonts.CORMORANT, 150), (228, 192, 120))
    _centred(canvas, 720, "River", (fonts.CORMORANT, 150), (228, 192, 120))


def _title(canvas: Canvas, rng: Rng) -> None:
    _centred(canvas, 560, treatise.TITLE, (fonts.CORMORANT, 138), INK)
    _rule(canvas, 640, 300)
    _centred(canvas, 740, treatise.SUBTITLE, (fonts.CORMORANT_ITALIC, 70), INK)
    plates.vignette(canvas, rng, (800, 1330))
    for rank, text in enumerate(treatise.IMPRINT):
        _centred(canvas, 1880 + rank * 62, text, (fonts.GARAMOND, 42), INK)


def _contents(canvas: Canvas) -> None:
    _centred(canvas, 520, "Contents", (fonts.CORMORANT, 92), INK)
    _rule(canvas, 580, 220)
    for rank, (title, number) in enumerate(treatise.contents()):
        y = 760 + rank * 128
        _line(canvas, (LEFT, y), title, (fonts.GARAMOND, 50), INK)
        _line(canvas, (LEFT + MEASURE, y), str(number), (fonts.GARAMOND, 50), INK, anchor="rs")
        start = LEFT + fonts.width(fonts.GARAMOND, 50, title) + 24
        stop = LEFT + MEASURE - fonts.width(fonts.GARAMOND, 50, str(number)) - 24
        for x in range(int(stop), int(start), -22):
            _line(canvas, (x, y), ".", (fonts.GARAMOND, 44), (140, 124, 104), anchor="rs")
        if rank < len(treatise.CHAPTERS):
            _line(
                canvas,
                (LEFT + 60, y + 58),
                treatise.CHAPTERS[rank].plate,
                (fonts.GARAMOND_ITALIC, 40),
                RUBRIC,
            )


def _text(canvas: Canvas, chapter: Chapter, number: int, part: int) -> None:
    lines = body(chapter, part)
    top = _top(part)
    if part == 0:
        _centred(canvas, 400, chapter.numeral, (fonts.CORMORANT, 96), RUBRIC)
        _centred(canvas, 520, chapter.title, (fonts.CORMORANT, 84), INK)
        _rule(canvas, 585, 200)
        _line(canvas, (LEFT - 6, top + 2 * LEADING), _initial(chapter), (fonts.CORMORANT, 302), RUBRIC)
    else:
        _centred(canvas, 210, chapter.title, (fonts.GARAMOND_ITALIC, 40), (110, 98, 84))
    for one in lines:
        _set(canvas, (one.x, one.y), one.text, one.measure)
    if part == 1:
        _ornament(canvas, top + len(lines) * LEADING + 90)
    _centred(canvas, 2070, str(number), (fonts.GARAMOND, 42), (110, 98, 84))


def _caption(canvas: Canvas, chapter: Chapter) -> None:
    _centred(canvas, 1930, f"Plate {chapter.numeral}", (fonts.CORMORANT, 58), RUBRIC)
    _centred(canvas, 2000, chapter.plate, (fonts.GARAMOND_ITALIC, 50), INK)


def _colophon(canvas: Canvas, rng: Rng) -> None:
    plates.vignette(canvas, rng, (800, 760))
    y = 1180
    for paragraph in treatise.COLOPHON:
        for text in fonts.broken(paragraph, fonts.GARAMOND_ITALIC, 46, 860):
            _centred(canvas, y, text, (fonts.GARAMOND_ITALIC, 46), INK)
            y += LEADING
        y += 30
    mounting.seal(canvas, rng, (860, y + 40), "莫高", 120)


def _narrowed(paragraph: str) -> list[str]:
    """The first paragraph: three lines beside its initial, then the whole measure."""
    lines = fonts.broken(paragraph, fonts.GARAMOND, BODY, MEASURE - DROPPED)[:3]
    rest = paragraph[len(" ".join(lines)) :].strip()
    return lines + fonts.broken(rest, fonts.GARAMOND, BODY, MEASURE)


def _indented(paragraph: str) -> list[str]:
    first = fonts.broken(paragraph, fonts.GARAMOND, BODY, MEASURE - 62)[0]
    rest = paragraph[len(first) :].strip()
    return [first, *(fonts.broken(rest, fonts.GARAMOND, BODY, MEASURE) if rest else [])]


def _set(canvas: Canvas, at: tuple[float, float], text: str, measure: float) -> None:
    scale = canvas.scale
    place, size = (at[0] * scale, at[1] * scale), BODY * scale
    if measure:
        fonts.justified(
            canvas.image, place, text, fonts.GARAMOND, size=size, measure=measure * scale, ink=INK
        )
    else:
        fonts.line(canvas.image, place, text, fonts.GARAMOND, size=size, ink=INK)


def _line(
    canvas: Canvas,
    at: tuple[float, float],
    text: str,
    hand: tuple[Face, float],
    ink: Colour,
    *,
    anchor: str = "ls",
) -> None:
    place = (at[0] * canvas.scale, at[1] * canvas.scale)
    fonts.line(canvas.image, place, text, hand[0], size=hand[1] * canvas.scale, ink=ink, anchor=anchor)


def _centred(canvas: Canvas, baseline: float, text: str, hand: tuple[Face, float], ink: Colour) -> None:
    _line(canvas, (SIZE[0] / 2, baseline), text, hand, ink, anchor="ms")


def _rule(canvas: Canvas, y: float, width: float) -> None:
    rule = Drawing((SIZE[0] / 2 - width / 2 - 4, y - 10, width + 8, 20), canvas.scale)
    t = np.linspace(0, 1, 30)
    rule.stroke(
        np.stack([SIZE[0] / 2 + width * (t - 0.5), np.full(30, y)], -1), np.sin(np.pi * t) * 7, (*RUBRIC, 255)
    )
    canvas.lay(rule)


def _ornament(canvas: Canvas, y: float) -> None:
    leaf = Drawing((SIZE[0] / 2 - 90, y - 50, 180, 100), canvas.scale)
    t = np.linspace(0, 2 * np.pi, 40)
    for side in (-1, 1):
        for reach in (1.0, 0.62):
            x = SIZE[0] / 2 + side * (34 + 30 * (1 - np.cos(t)) / 2 * reach)
            leaf.fill(
                np.stack([x, y + np.sin(t) * 15 * reach], -1),
                (*RUBRIC, 255) if reach == 1.0 else (240, 232, 214, 255),
            )
    leaf.dot((SIZE[0] / 2, y), (13, 13), (*RUBRIC, 255))
    canvas.lay(leaf)
