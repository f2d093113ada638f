"""The mounting of the handscroll: brocade at its ends, silk borders, a paper colophon; writing and seals."""

import numpy as np
from PIL import Image, ImageDraw

from archive.demo import fonts, paper
from archive.demo.brush import Drawing, soaked
from archive.demo.canvas import Canvas
from archive.demo.fonts import Face
from archive.demo.paper import Colour, Rng

VERMILION: Colour = (178, 44, 34)
WRITING: Colour = (30, 27, 26)
XUAN: Colour = (232, 220, 194)
BROCADE: Colour = (58, 70, 92)
THREAD: Colour = (176, 150, 96)
BORDER: Colour = (146, 150, 134)
WIDTH, HEIGHT = 24_576, 2_560
"""The whole scroll, in units: pixels at full scale."""
LEFT, RIGHT = 2700, 23_960
"""The painting lies between these columns; the colophon and the brocade lie outside them."""

TITLE = "江山初展"
POEM = ["展卷千峰出", "臨流一棹輕", "行人橋上立", "不覺到蓬瀛"]
COLOPHON = [
    "右江山初展圖一卷長二萬四千五百七十六點高二",
    "千五百六十點不假紙墨以程式為筆以數字為絹遠",
    "觀則群峰一氣近看則松針屋瓦歷歷可數舟中之人",
    "亦有鬚眉之意凡初入此館者先展此卷自右而左一",
    "水相隨過村渡橋登山臨江至無筆墨處而止其後所",
    "藏皆君家之物也願以君之所藏易此空卷",
]
SIGNATURE = "歲在丙午初冬莫高館記"


def frame(canvas: Canvas) -> None:
    """The cloth around the painting, before all is woven: borders above and below, brocade at the ends."""
    _border(canvas)
    for wide, left in ((WIDTH - RIGHT, RIGHT), (400, 0), (110, LEFT - 110)):
        if canvas.shows(left, left + wide):
            _brocade(canvas, (wide, left))


def inscribe(canvas: Canvas) -> None:
    """What is written on the scroll, the seals, and the paper of the colophon."""
    if canvas.shows(RIGHT - 900, RIGHT):
        rng = np.random.default_rng(78)
        _write(canvas, rng, (23_700, 230), [TITLE], (fonts.BRUSH, 215, 1.4))
        seal(canvas, rng, (23_752, 1225), "莫高", 104)
    if canvas.shows(0, LEFT + 1300):
        _colophon(canvas, np.random.default_rng(79))
        _poem(canvas, np.random.default_rng(80))


def seal(canvas: Canvas, rng: Rng, at: tuple[float, float], text: str, size: float) -> None:
    """A red seal, its top right corner at ``at``: ``text`` left white, the edge of the stone chipped."""
    drawn = Drawing((at[0] - size, at[1], size, size), canvas.scale, "L")
    corners = np.array(
        [(0, 0), (0.5, 0.012), (1, 0), (0.99, 0.5), (1, 1), (0.5, 0.985), (0, 1), (0.012, 0.5)]
    )
    drawn.fill(corners * size + (at[0] - size, at[1]), 235)
    mask = drawn.image()
    parts = (text,) if len(text) == 2 else (text[:2], text[2:])
    glyph = size * canvas.scale * 0.43
    for rank, part in enumerate(parts):
        x = size * canvas.scale * (0.72 - 0.44 * rank if len(parts) > 1 else 0.5)
        fonts.column(
            mask, (x, size * canvas.scale * 0.07), part, fonts.WENKAI_BOLD, size=glyph, ink=0, pitch=1.0
        )
    canvas.stain(soaked(rng, mask, 0.4), drawn.place, VERMILION)


def _write(
    canvas: Canvas, rng: Rng, at: tuple[float, float], lines: list[str], hand: tuple[Face, float, float]
) -> None:
    """``lines`` as columns of ink from right to left; the ``hand`` is a face, its size and the gap in ems."""
    face, size, gap = hand
    scale = canvas.scale
    wide, high = len(lines) * gap * size + size * 2, max(len(text) for text in lines) * size * 1.12 + size * 2
    mask = Image.new("L", (round(wide * scale) + 1, round(high * scale) + 1), 0)
    right = (wide - size * 1.2) * scale
    fonts.columns(mask, (right, size * scale * 0.5), lines, face, size=size * scale, ink=235, gap=gap)
    place = (round((at[0] - wide + size * 1.2) * scale), round((at[1] - size * 0.5) * scale))
    canvas.stain(soaked(rng, mask, 0.3), place, WRITING)


def _poem(canvas: Canvas, rng: Rng) -> None:
    _write(canvas, rng, (3700, 330), POEM, (fonts.YUJI, 112, 1.5))
    _write(canvas, rng, (2985, 560), ["莫高畫并題"], (fonts.YUJI, 62, 1.5))
    seal(canvas, rng, (3030, 960), "江山在目", 96)
    seal(canvas, rng, (2930, 2240), "初展", 84)


def _colophon(canvas: Canvas, rng: Rng) -> None:
    size = (round((LEFT - 510) * canvas.scale), round((HEIGHT - 140) * canvas.scale))
    sheet = paper.fibres(rng, paper.aged(rng, size, XUAN, (206, 184, 146)), 0.08)
    place = (round(400 * canvas.scale), round(70 * canvas.scale))
    canvas.image.paste(sheet, (place[0] - canvas.left, place[1]))
    _write(canvas, rng, (2390, 210), COLOPHON, (fonts.WENKAI, 92, 2.3))
    _write(canvas, rng, (1030, 760), [SIGNATURE], (fonts.WENKAI, 76, 1.75))
    seal(canvas, rng, (1105, 1700), "莫高館印", 150)
    seal(canvas, rng, (640, 2200), "右行左展", 110)


def _border(canvas: Canvas) -> None:
    """Strips of plain silk along the upper and lower edge, with a gold line where they meet the painting."""
    wide, high = canvas.image.width, round(70 * canvas.scale)
    pen = ImageDraw.Draw(canvas.image)
    for top, line in ((0, high), (canvas.image.height - high, canvas.image.height - high)):
        pen.rectangle((0, top, wide, top + high), fill=BORDER)
        pen.line((0, line, wide, line), fill=THREAD, width=max(round(5 * canvas.scale), 1))


def _brocade(canvas: Canvas, span: tuple[float, float]) -> None:
    """Brocade over ``span`` (width, left): rings of gold with a flower in every one."""
    wide, left = span
    cloth = Drawing((left, 0, wide, HEIGHT), canvas.scale, "L")
    cell = 96.0
    turns = np.linspace(0, 2 * np.pi, 49)
    for row in range(int(HEIGHT / cell / 0.87) + 2):
        for rank in range(-1, int(wide / cell) + 2):
            x, y = left + (rank + 0.5 * (row % 2)) * cell, row * cell * 0.87
            petals = 0.25 + 0.1 * np.abs(np.cos(3 * turns))
            flower = np.stack([x + np.cos(turns) * petals * cell, y + np.sin(turns) * petals * cell], -1)
            ring = np.stack([x + np.cos(turns) * cell * 0.48, y + np.sin(turns) * cell * 0.48], -1)
            cloth.line(ring, 2.2, 150)
            cloth.fill(flower, 170)
            cloth.dot((x, y), (cell * 0.16, cell * 0.16), 0)
            cloth.dot((x, y), (cell * 0.09, cell * 0.09), 190)
    canvas.stain(Image.new("L", cloth.size, 255), cloth.place, BROCADE)
    canvas.stain(soaked(np.random.default_rng(81), cloth.image(), 0.35), cloth.place, THREAD)
