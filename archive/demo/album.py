"""The album: a cover and six leaves, each with a few lines in one of six languages and a painted motif."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from archive.demo import flowers, fonts, motifs, mounting, paper
from archive.demo.brush import Drawing
from archive.demo.canvas import Canvas
from archive.demo.fonts import Face
from archive.demo.paper import Colour, Rng

SIZE = (2000, 2600)
INK: Colour = (38, 34, 34)


@dataclass(frozen=True)
class Leaf:
    """One leaf: its name, the language of its lines, its paper's tone, its frame's colour, its painter."""

    name: str
    language: str
    lines: tuple[str, ...]
    tone: Colour
    frame: Colour
    draw: "Callable[[Canvas, Rng, Leaf], None]"


def leaf(number: int, scale: float = 1.0) -> Image.Image:
    """The leaf ``number`` of ``LEAVES``, 2000 by 2600 pixels at ``scale`` 1."""
    page = LEAVES[number]
    rng = np.random.default_rng([31, number])
    size = (round(SIZE[0] * scale), round(SIZE[1] * scale))
    canvas = Canvas(paper.aged(rng, size, page.tone, paper.shade(page.tone, 0.82)), scale)
    if page.name != "Cover":
        _gold_flakes(canvas, rng)
        _frame(canvas, page.frame)
    page.draw(canvas, rng, page)
    return paper.fibres(rng, canvas.image, 0.075)


def _cover(canvas: Canvas, rng: Rng, page: Leaf) -> None:
    """Brocade of waves with a paper title slip."""
    waves = Drawing((0, 0, *SIZE), canvas.scale, "L")
    around = np.linspace(np.pi, 2 * np.pi, 30)
    for row in range(46):
        for rank in range(-1, 18):
            x, y = (rank + 0.5 * (row % 2)) * 124, 40 + row * 62
            for ring in range(5):
                radius = 62 * (1 - 0.2 * ring)
                arch = np.stack([x + np.cos(around) * radius, y + np.sin(around) * radius], -1)
                if ring == 0:
                    waves.fill(np.concatenate([arch, [(x + 62, y + 62), (x - 62, y + 62)]]), 0)
                waves.line(arch, 3.2, 175)
    canvas.stain(waves.image(), (0, 0), page.frame)
    _plate(canvas, (180, 190, 420, 1500), (236, 226, 202))
    _column(canvas, (390, 290), page.lines[0], (fonts.BRUSH, 190))
    mounting.seal(canvas, rng, (455, 1440), "莫高", 120)


def _chinese(canvas: Canvas, rng: Rng, page: Leaf) -> None:
    drawing = Drawing((140, 140, 1300, 2320), canvas.scale)
    motifs.bamboo(drawing, rng, (430, 2440), 2080)
    canvas.lay(drawing)
    for rank, text in enumerate(page.lines[:2]):
        _column(canvas, (1640 - rank * 210, 360), text, (fonts.YUJI, 142))
    _column(canvas, (1216, 620), page.lines[2], (fonts.YUJI, 62))
    mounting.seal(canvas, rng, (1255, 1120), "雲水", 92)


def _japanese(canvas: Canvas, rng: Rng, page: Leaf) -> None:
    drawing = Drawing((140, 1250, 1720, 1250), canvas.scale)
    flowers.pond(drawing, rng, (860, 1950), 1500)
    for spot, wide in (((430, 2270), 400), ((1420, 2190), 520), ((1130, 2380), 300), ((1580, 1560), 230)):
        flowers.lily(drawing, rng, spot, wide)
    flowers.lotus(drawing, rng, (1490, 1720), 250)
    canvas.lay(drawing)
    for rank, text in enumerate(page.lines[:3]):
        _column(canvas, (1560 - rank * 250, 330 + rank * 130), text, (fonts.YUJI, 150))
    _column(canvas, (600, 960), page.lines[3], (fonts.YUJI, 66))
    mounting.seal(canvas, rng, (640, 1230), "古池", 88)


def _arabic(canvas: Canvas, _: Rng, page: Leaf) -> None:
    drawing = Drawing((200, 220, 1600, 1320), canvas.scale)
    motifs.stars(drawing, (240, 260), (1520, 1216), 304)
    canvas.lay(drawing)
    for rank, text in enumerate(page.lines[:3]):
        face, size = ((fonts.RUQAA, 128), (fonts.AMIRI, 104), (fonts.AMIRI, 104))[rank]
        _centred(canvas, 1740 + rank * 205, text, (face, size))
    _centred(canvas, 2350, page.lines[3], (fonts.AMIRI, 62))


def _french(canvas: Canvas, rng: Rng, page: Leaf) -> None:
    drawing = Drawing((160, 230, 1680, 1500), canvas.scale)
    motifs.gourds(drawing, rng, (940, 1290), 1130)
    canvas.lay(drawing)
    _verse(canvas, 1800, page.lines, (fonts.GARAMOND_ITALIC, 104))
    mounting.seal(canvas, rng, (1700, 2270), "壺中", 84)


def _english(canvas: Canvas, rng: Rng, page: Leaf) -> None:
    drawing = Drawing((150, 190, 1720, 1700), canvas.scale)
    flowers.blossoms(drawing, rng, (1900, 1600), 1760)
    motifs.bird(drawing, rng, (1064, 702), 340)
    canvas.lay(drawing)
    _verse(canvas, 1830, page.lines, (fonts.CORMORANT_ITALIC, 106))
    mounting.seal(canvas, rng, (1700, 2270), "春信", 84)


def _tibetan(canvas: Canvas, rng: Rng, page: Leaf) -> None:
    drawing = Drawing((200, 220, 1600, 1560), canvas.scale)
    flowers.lotus(drawing, rng, (1000, 640), 800)
    canvas.lay(drawing)
    for rank, text in enumerate(page.lines):
        _centred(canvas, 1930 + rank * 190, text, (fonts.JOMOLHARI, 118 if rank < 2 else 88))


LEAVES = (
    Leaf("Cover", "zh-Hans", ("六叶集",), (30, 52, 78), (128, 138, 132), _cover),
    Leaf(
        "Bamboo", "zh-Hant", ("行到水窮處", "坐看雲起時", "王維句"), (236, 226, 204), (120, 92, 60), _chinese
    ),
    Leaf(
        "The old pond",
        "ja",
        ("古池や", "蛙飛びこむ", "水の音", "芭蕉"),
        (230, 226, 208),
        (70, 92, 98),
        _japanese,
    ),
    Leaf(
        "The garden of stars",
        "ar",
        ("في كلِّ نجمٍ بابٌ", "وفي كلِّ بابٍ حديقة،", "ومن يقرأْ لا يسِرْ وحده", "ورقةٌ من ألبوم مُوغاو"),
        (238, 228, 204),
        (24, 58, 112),
        _arabic,
    ),
    Leaf(
        "The gourd",
        "fr",
        (
            "La gourde, l’été, boit le soleil ;",
            "l’hiver, elle garde le vin.",
            "Ce qui est creux",
            "sait attendre.",
        ),
        (238, 228, 200),
        (112, 96, 48),
        _french,
    ),
    Leaf(
        "News of spring",
        "en",
        (
            "Snow on the branch, and on the snow",
            "a bird no heavier than a word:",
            "it lands, and all the blossom",
            "is heard.",
        ),
        (234, 226, 212),
        (136, 70, 72),
        _english,
    ),
    Leaf(
        "The lotus",
        "bo",
        ("པད་མ་འདམ་ནས་སྐྱེས་ན་ཡང་།", "འདམ་གྱི་སྐྱོན་གྱིས་མ་གོས་སོ།", "བཀྲ་ཤིས་བདེ་ལེགས།"),
        (240, 228, 198),
        (150, 62, 40),
        _tibetan,
    ),
)


def _verse(canvas: Canvas, top: float, lines: tuple[str, ...], hand: tuple[Face, float]) -> None:
    face, size = hand
    for rank, text in enumerate(lines):
        at = (270 * canvas.scale, (top + rank * size * 1.42) * canvas.scale)
        fonts.line(canvas.image, at, text, face, size=size * canvas.scale, ink=INK)


def _centred(canvas: Canvas, baseline: float, text: str, hand: tuple[Face, float]) -> None:
    at = (SIZE[0] / 2 * canvas.scale, baseline * canvas.scale)
    fonts.line(canvas.image, at, text, hand[0], size=hand[1] * canvas.scale, ink=INK, anchor="ms")


def _column(canvas: Canvas, at: tuple[float, float], text: str, hand: tuple[Face, float]) -> None:
    place = (at[0] * canvas.scale, at[1] * canvas.scale)
    fonts.column(canvas.image, place, text, hand[0], size=hand[1] * canvas.scale, ink=INK)


def _plate(canvas: Canvas, box: tuple[float, float, float, float], tone: Colour) -> None:
    left, top, wide, high = (value * canvas.scale for value in box)
    pen = ImageDraw.Draw(canvas.image)
    pen.rectangle(
        (left, top, left + wide, top + high),
        fill=tone,
        outline=(120, 96, 60),
        width=max(round(5 * canvas.scale), 1),
    )
    gap = 18 * canvas.scale
    pen.rectangle(
        (left + gap, top + gap, left + wide - gap, top + high - gap),
        outline=(150, 124, 84),
        width=max(round(3 * canvas.scale), 1),
    )


def _gold_flakes(canvas: Canvas, rng: Rng) -> None:
    """Paper sprinkled with gold: many crumbs, a few flakes."""
    flakes = Drawing((0, 0, *SIZE), canvas.scale, "L")
    n = 900
    spots, sizes = rng.random((n, 2)) * SIZE, 1.2 + rng.pareto(2.6, n) * 2.2
    for (x, y), size in zip(spots.tolist(), np.minimum(sizes, 17).tolist(), strict=True):
        angles = np.sort(rng.uniform(0, 2 * np.pi, 5))
        flakes.fill(
            np.stack([x + np.cos(angles) * size, y + np.sin(angles) * size], -1), int(rng.integers(70, 190))
        )
    canvas.stain(flakes.image(), (0, 0), (204, 166, 92))


def _frame(canvas: Canvas, colour: Colour) -> None:
    """A broad and a fine line around the leaf, with a stepped corner such as lattices have."""
    frame = Drawing((0, 0, *SIZE), canvas.scale)
    for inset, thick in ((96, 14), (126, 4)):
        right, low = SIZE[0] - inset, SIZE[1] - inset
        step = 66
        ring = [
            (inset + step, inset),
            (right - step, inset),
            (right - step, inset + step),
            (right, inset + step),
            (right, low - step),
            (right - step, low - step),
            (right - step, low),
            (inset + step, low),
            (inset + step, low - step),
            (inset, low - step),
            (inset, inset + step),
            (inset + step, inset + step),
            (inset + step, inset),
        ]
        frame.line(ring, thick, (*colour, 255))
        for x, y in ((inset, inset), (right - step, inset), (inset, low - step), (right - step, low - step)):
            if thick > 5:
                frame.line(
                    [
                        (x + 14, y + 14),
                        (x + step - 14, y + 14),
                        (x + step - 14, y + step - 14),
                        (x + 14, y + step - 14),
                        (x + 14, y + 14),
                    ],
                    5,
                    (*colour, 255),
                )
    canvas.lay(frame)
