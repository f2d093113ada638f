"""The Arabic book, bound on the right: cover, title, contents, three chapters with figures, colophon."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from archive.demo import binding, fonts, geometry, motifs, mounting, paper
from archive.demo.brush import Drawing
from archive.demo.canvas import Canvas
from archive.demo.fonts import Face
from archive.demo.geometry import Chapter
from archive.demo.paper import Colour, Floats, Rng

SIZE = (1500, 2100)
INK: Colour = (36, 32, 34)
RUBRIC: Colour = (150, 44, 34)
LAPIS: Colour = (24, 58, 112)
GILT: Colour = (206, 166, 84)
MIDDLE = SIZE[0] / 2
RIGHT, MEASURE = 1230, 960
"""Where lines begin, on the right, and how long they are."""
BODY, LEADING = 78, 140
STOP, STOP_WIDE = ".", 0.64
"""What ends a sentence; the typeface has none, and a star is drawn in its place, so many ems wide."""
TOP = 640
"""The first baseline of a chapter's text."""


def page(number: int, scale: float = 1.0) -> Image.Image:
    """Page ``number`` (from 1, the rightmost), 1500 by 2100 pixels at ``scale`` 1."""
    rng = np.random.default_rng([83, number])
    size = (round(SIZE[0] * scale), round(SIZE[1] * scale))
    tone: Colour = (241, 231, 208) if number > 1 else (22, 66, 62)
    canvas = Canvas(paper.aged(rng, size, tone, paper.shade(tone, 0.85), spread=0.06), scale)
    _written(canvas, rng, number)
    if number > 1:
        binding.bend(canvas, "right" if number % 2 else "left")
    return paper.fibres(rng, canvas.image, 0.06 if number > 1 else 0.16)


def lines(chapter: Chapter) -> list[str]:
    """The lines of a chapter's text; its paragraphs begin anew."""
    return [
        line
        for paragraph in chapter.paragraphs
        for line in fonts.broken(paragraph, fonts.AMIRI, BODY, MEASURE)
    ]


def _written(canvas: Canvas, rng: Rng, number: int) -> None:
    if number == 1:
        return _cover(canvas)
    _ruled(canvas)
    if number == geometry.PAGES:
        return _colophon(canvas, rng)
    if number < geometry.FIRST_PAGES[0]:
        (_title if number == 2 else _contents)(canvas)
        return None
    rank, is_figure = divmod(number - geometry.FIRST_PAGES[0], 2)
    chapter = geometry.CHAPTERS[rank]
    if is_figure:
        _FIGURES[rank](canvas)
        _centred(canvas, 1730, chapter.figure, (fonts.AMIRI, 62), RUBRIC)
    else:
        _chapter(canvas, chapter)
    _centred(canvas, 1990, geometry.numeral(number), (fonts.AMIRI, 46), (110, 98, 84))
    return None


def _cover(canvas: Canvas) -> None:
    """Green leather with a gilt border and a medallion, as bindings from Cairo to Herat have them."""
    gilt = Drawing((0, 0, *SIZE), canvas.scale)
    _border(gilt)
    _medallion(gilt)
    canvas.lay(gilt)
    for rank, word in enumerate(("كتاب", "النجمة", "المثمَّنة")):
        _centred(canvas, 950 + rank * 146, word, (fonts.RUQAA, 104), (228, 194, 120))


def _border(gilt: Drawing) -> None:
    for inset, thick in ((80, 12), (112, 4), (176, 4)):
        gilt.line(_box(inset), thick, (*GILT, 255))
    for rank in range(11):
        for x in (144, SIZE[0] - 144):
            gilt.fill(_star((x, 230 + rank * 164), 27), (*GILT, 255))
    for rank in range(7):
        for y in (144, SIZE[1] - 144):
            gilt.fill(_star((246 + rank * 168, y), 27), (*GILT, 255))


def _medallion(gilt: Drawing) -> None:
    centre = (MIDDLE, SIZE[1] / 2)
    for radius, colour in ((470, GILT), (452, (22, 66, 62)), (440, GILT), (432, LAPIS)):
        gilt.fill(_petalled(centre, radius), (*colour, 255))
    for end in (-1, 1):
        for radius, colour in ((82, GILT), (68, LAPIS), (34, GILT)):
            gilt.fill(_star((MIDDLE, centre[1] + end * 640), radius), (*colour, 255))
    for radius, colour in ((330, GILT), (314, (22, 66, 62)), (300, GILT), (292, (18, 52, 50))):
        gilt.fill(_star(centre, radius), (*colour, 255))


def _title(canvas: Canvas) -> None:
    head = Drawing((200, 220, 1100, 560), canvas.scale)
    motifs.stars(head, (240, 270), (1020, 408), 204)
    head.line([(240, 270), (1260, 270), (1260, 678), (240, 678), (240, 270)], 12, (*GILT, 255))
    canvas.lay(head)
    _centred(canvas, 1000, geometry.TITLE, (fonts.RUQAA, 118), LAPIS)
    _centred(canvas, 1190, geometry.SUBTITLE, (fonts.AMIRI, 76), INK)
    knot = Drawing((MIDDLE - 120, 1330, 240, 240), canvas.scale)
    for radius, colour in ((100, RUBRIC), (78, GILT), (40, LAPIS)):
        knot.fill(_star((MIDDLE, 1450), radius), (*colour, 255))
    canvas.lay(knot)
    _centred(canvas, 1740, geometry.IMPRINT, (fonts.AMIRI, 54), INK)


def _contents(canvas: Canvas) -> None:
    _centred(canvas, 480, geometry.CONTENTS, (fonts.RUQAA, 100), RUBRIC)
    for rank, (title, number) in enumerate(geometry.contents()):
        y, shown = 760 + rank * 220, geometry.numeral(number)
        _line(canvas, (RIGHT, y), title, (fonts.AMIRI, 68), INK, anchor="rs")
        _line(canvas, (RIGHT - MEASURE, y), shown, (fonts.AMIRI, 68), INK, anchor="ls")
        start = RIGHT - MEASURE + fonts.width(fonts.AMIRI, 68, shown) + 30
        stop = RIGHT - fonts.width(fonts.AMIRI, 68, title) - 30
        dots = Drawing((start, y - 20, stop - start, 24), canvas.scale)
        for x in np.arange(start + 8, stop - 8, 26):
            dots.dot((float(x), y - 8), (3, 3), (*GILT, 255))
        canvas.lay(dots)


def _chapter(canvas: Canvas, chapter: Chapter) -> None:
    band = Drawing((240, 300, 1020, 190), canvas.scale)
    for inset, colour in ((0, GILT), (9, LAPIS), (22, GILT), (27, (241, 231, 208))):
        band.fill(
            [
                (240 + inset, 300 + inset),
                (1260 - inset, 300 + inset),
                (1260 - inset, 490 - inset),
                (240 + inset, 490 - inset),
            ],
            (*colour, 255),
        )
    for x in (318, 1182):
        for radius, colour in ((54, LAPIS), (40, GILT), (18, RUBRIC)):
            band.fill(_star((x, 395), radius), (*colour, 255))
    canvas.lay(band)
    _centred(canvas, 425, chapter.title, (fonts.RUQAA, 70), RUBRIC)
    for rank, text in enumerate(lines(chapter)):
        _sentences(canvas, (RIGHT, TOP + rank * LEADING), text, BODY)


def _circle(canvas: Canvas) -> None:
    """A circle, the lines that part it, and its eight points."""
    centre, radius = (MIDDLE, 1000.0), 440.0
    drawn = Drawing((250, 480, 1000, 1040), canvas.scale)
    points = _around(centre, radius, 8)
    for one, other in zip(points[:4], points[4:], strict=True):
        drawn.line([one, other], 3, (*RUBRIC, 255))
    ring = _around(centre, radius, 240)
    drawn.line(np.concatenate([ring, ring[:2]]), 8, (*INK, 255))
    for point in points:
        drawn.dot((float(point[0]), float(point[1])), (22, 22), (*GILT, 255))
        drawn.dot((float(point[0]), float(point[1])), (12, 12), (*LAPIS, 255))
    drawn.dot(centre, (14, 14), (*RUBRIC, 255))
    canvas.lay(drawn)


def _squares(canvas: Canvas) -> None:
    """Two squares turned upon each other, and the star between them filled."""
    centre, radius = (MIDDLE, 1000.0), 450.0
    drawn = Drawing((250, 480, 1000, 1040), canvas.scale)
    drawn.fill(_star(centre, radius), (226, 200, 140, 255))
    drawn.fill(_around(centre, radius * 0.765, 8, np.pi / 8), (*LAPIS, 255))
    drawn.fill(_star(centre, radius * 0.5), (*GILT, 255))
    points = _around(centre, radius, 8)
    for square, ink in ((points[::2], RUBRIC), (points[1::2], INK)):
        drawn.line(np.concatenate([square, square[:2]]), 9, (*ink, 255))
    ring = _around(centre, radius, 240)
    drawn.line(np.concatenate([ring, ring[:2]]), 3, (150, 130, 100, 255))
    canvas.lay(drawn)


def _garden(canvas: Canvas) -> None:
    """The whole field of stars, with crosses between them."""
    drawn = Drawing((220, 330, 1060, 1240), canvas.scale)
    motifs.stars(drawn, (250, 360), (1000, 1200), 200)
    drawn.line([(250, 360), (1250, 360), (1250, 1560), (250, 1560), (250, 360)], 14, (*GILT, 255))
    canvas.lay(drawn)


_FIGURES: tuple[Callable[[Canvas], None], ...] = (_circle, _squares, _garden)


def _colophon(canvas: Canvas, rng: Rng) -> None:
    y = 620.0
    for paragraph in geometry.COLOPHON:
        for text in fonts.broken(paragraph, fonts.AMIRI, 66, 820):
            _sentences(canvas, (MIDDLE + _length(text, 66) / 2, y), text, 66)
            y += LEADING
        y += 60
    mounting.seal(canvas, rng, (MIDDLE + 60, y + 60), "莫高", 120)


def _sentences(canvas: Canvas, at: tuple[float, float], text: str, size: float) -> None:
    """A line of text from ``at`` to the left; each sentence ends with a gilt star, as a manuscript's does."""
    x, y = at
    for rank, part in enumerate(text.split(STOP)):
        if rank:
            mark = Drawing((x - size, y - size, size, size), canvas.scale)
            spot = (x - size * STOP_WIDE / 2, y - size * 0.2)
            for radius, colour in ((0.21, GILT), (0.08, LAPIS)):
                mark.fill(_star(spot, size * radius), (*colour, 255))
            canvas.lay(mark)
            x -= size * STOP_WIDE
        _line(canvas, (x, y), part, (fonts.AMIRI, size), INK, anchor="rs")
        x -= fonts.width(fonts.AMIRI, size, part)


def _length(text: str, size: float) -> float:
    parts = text.split(STOP)
    return sum(fonts.width(fonts.AMIRI, size, part) for part in parts) + (len(parts) - 1) * size * STOP_WIDE


def _ruled(canvas: Canvas) -> None:
    """The ruled frame of a manuscript: gold between black lines, lapis outside."""
    frame = Drawing((0, 0, *SIZE), canvas.scale)
    for inset, thick, colour in ((150, 6, LAPIS), (166, 3, INK), (176, 12, GILT), (187, 3, INK)):
        frame.line(_box(inset), thick, (*colour, 255))
    canvas.lay(frame)


def _box(inset: float) -> list[tuple[float, float]]:
    right, low = SIZE[0] - inset, SIZE[1] - inset
    return [(inset, inset), (right, inset), (right, low), (inset, low), (inset, inset)]


def _star(centre: tuple[float, float], radius: float) -> Floats:
    """The star of two squares: eight points on the circle, eight hollows where the squares cross."""
    reach = np.where(np.arange(16) % 2, radius * 0.7654, radius)
    return _around(centre, reach, 16)


def _petalled(centre: tuple[float, float], radius: float) -> Floats:
    """A round with sixteen petals."""
    turn = np.linspace(0, 2 * np.pi, 320, endpoint=False)
    return _around(centre, radius * (0.93 + 0.07 * np.abs(np.cos(turn * 8))), 320)


def _around(centre: tuple[float, float], radius: float | Floats, count: int, start: float = 0.0) -> Floats:
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False) + start
    return np.stack([centre[0] + np.sin(turn) * radius, centre[1] - np.cos(turn) * radius], -1).astype(
        np.float32
    )


def _centred(canvas: Canvas, baseline: float, text: str, hand: tuple[Face, float], ink: Colour) -> None:
    _line(canvas, (MIDDLE, baseline), text, hand, ink, anchor="ms")


def _line(
    canvas: Canvas,
    at: tuple[float, float],
    text: str,
    hand: tuple[Face, float],
    ink: Colour,
    *,
    anchor: str,
) -> None:
    place = (at[0] * canvas.scale, at[1] * canvas.scale)
    fonts.line(canvas.image, place, text, hand[0], size=hand[1] * canvas.scale, ink=ink, anchor=anchor)
