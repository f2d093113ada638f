"""The plates of the book: a landscape, pigments, a weave, the layers of a mounting; its vignette."""

import numpy as np
from PIL import Image

from archive.demo import dwellings, fonts, mountains, paper, people, trees
from archive.demo.brush import Drawing, curve, soaked
from archive.demo.canvas import Canvas
from archive.demo.mountains import Lobe, Site
from archive.demo.paper import Colour, Rng

PLATE = (190, 210, 1220, 1600)
"""Where a plate stands on its page (x, y, w, h)."""
INK: Colour = (40, 36, 34)
SILK: Colour = (226, 204, 164)
PIGMENTS: tuple[tuple[str, Colour], ...] = (
    ("Azurite", (40, 88, 140)), ("Malachite", (62, 126, 98)), ("Indigo", (42, 58, 84)),
    ("Cinnabar", (186, 56, 40)), ("Red ochre", (148, 84, 54)), ("Orpiment", (222, 176, 62)),
    ("Shell white", (246, 240, 226)), ("Pine soot", (38, 36, 36)),
)  # fmt: skip


def landscape(canvas: Canvas, rng: Rng) -> None:
    """Plate I: near bank, middle hills, far peaks, on a panel of silk."""
    x, y, wide, high = PLATE
    scale = canvas.scale
    panel = Canvas(Image.new("RGB", (round((x + wide) * scale), round((y + high) * scale)), SILK), scale)
    for place in (
        (860, y + 360, y + 640, 900, 0.78),
        (420, y + 450, y + 700, 700, 0.82),
        (1060, y + 420, y + 980, 620, 0.3),
        (640, y + 190, y + 1060, 820, 0.0),
    ):
        for lobe in mountains.massif(rng, Site(*place)):
            mountains.paint(panel, lobe, SILK)
    for bx, half in ((420, 420), (1120, 460)):
        mountains.paint(
            panel,
            Lobe(bx, y + 1110, 240, half, mountains.OCHRE, int(rng.integers(1 << 31)), power=0.42),
            SILK,
        )
    stage = Drawing(PLATE, scale)
    for tx, ty, tall in (
        (330, y + 1180, 130),
        (520, y + 1170, 110),
        (1180, y + 1190, 150),
        (1010, y + 1160, 100),
    ):
        trees.broadleaf(stage, rng, (tx, ty), tall)
    trees.pine(stage, rng, (1230, y + 1580), 560)
    dwellings.cottage(stage, rng, (440, y + 1210), 100)
    dwellings.skiff(stage, rng, (720, y + 1420), 170)
    people.birds(stage, rng, (330, y + 210), 24)
    panel.lay(stage)
    cut = panel.image.crop((round(x * scale), round(y * scale), *panel.image.size))
    canvas.image.paste(paper.weave(rng, cut, 2.6, 0.14), (round(x * scale), round(y * scale)))
    _framed(canvas)


def pigments(canvas: Canvas, rng: Rng) -> None:
    """Plate II: eight pigments, each laid thin and laid again in the middle."""
    for rank, (name, colour) in enumerate(PIGMENTS):
        x, y = 500 + (rank % 2) * 600, 430 + (rank // 2) * 380
        if name == "Shell white":  # White shows only on something darker.
            _blot(canvas, rng, (x, y, 222, 145), ((150, 128, 98), 235))
        for reach, ink in ((1.0, 150), (0.62, 225)):
            _blot(canvas, rng, (x, y, 205 * reach, 128 * reach), (colour, ink))
        fonts.line(
            canvas.image,
            (x * canvas.scale, (y + 205) * canvas.scale),
            name,
            fonts.GARAMOND_ITALIC,
            size=44 * canvas.scale,
            ink=INK,
            anchor="ms",
        )


def weaving(canvas: Canvas, rng: Rng) -> None:
    """Plate III: under a glass, threads of silk going over and under each other."""
    x, y, radius, pitch = 800, 990, 560, 40
    cloth = Drawing((x - radius, y - radius, 2 * radius, 2 * radius), canvas.scale)
    steps = range(-14, 15)
    tones = rng.normal(0, 9, (2, 29))
    for row in steps:
        _thread(
            cloth, ((x - radius, y + row * pitch), (x + radius, y + row * pitch)), pitch * 0.8, tones[0, row]
        )
    for rank in steps:
        for row in steps:
            if (rank + row) % 2 == 0:
                at = (x + rank * pitch, y + row * pitch)
                _thread(
                    cloth,
                    ((at[0], at[1] - pitch * 0.86), (at[0], at[1] + pitch * 0.86)),
                    pitch * 0.7,
                    tones[1, rank] - 14,
                )
    disc = Drawing((x - radius, y - radius, 2 * radius, 2 * radius), canvas.scale, "L")
    disc.dot((x, y), (radius - 16, radius - 16), 255)
    canvas.wash(cloth.image().convert("RGB"), disc.image(), cloth.place)
    rim = Drawing((x - radius - 20, y - radius - 20, 2 * radius + 460, 2 * radius + 460), canvas.scale)
    turn = np.linspace(0, 2 * np.pi, 160)
    ring = np.stack([x + np.cos(turn) * (radius - 8), y + np.sin(turn) * (radius - 8)], -1)
    for thick, ink in ((40, (70, 52, 36)), (30, (186, 148, 84)), (10, (226, 196, 132))):
        rim.line(ring, thick, (*ink, 255))
    for width, ink in ((78, (58, 38, 28)), (58, (104, 62, 40)), (18, (150, 96, 64))):
        rim.stroke(
            [(x + radius * 0.71, y + radius * 0.71), (x + radius * 1.08, y + radius * 1.08)],
            [width * 0.6, width],
            (*ink, 255),
        )
    canvas.lay(rim)


def layers(canvas: Canvas, _: Rng) -> None:
    """Plate IV: the picture, its first and second backing, the borders, the roller, drawn apart."""
    names = (
        "The picture, on silk",
        "First backing, thin paper",
        "Borders of plain silk",
        "Second backing, stout paper",
        "The roller",
    )
    tones: tuple[Colour, ...] = (
        (214, 181, 130),
        (236, 228, 208),
        (146, 150, 134),
        (222, 210, 182),
        (96, 58, 40),
    )
    stage = Drawing(PLATE, canvas.scale)
    for rank in reversed(range(4)):
        y = 420 + rank * 310
        corners = [(330, y + 150), (1010, y + 150), (1190, y), (510, y)]
        stage.fill(np.asarray(corners) + np.array([10, 14]), (170, 156, 130, 255))
        stage.fill(corners, (*tones[rank], 255))
        stage.line([*corners, corners[0]], 3.5, (*INK, 255))
        if rank == 2:
            stage.fill([(400, y + 124), (980, y + 124), (1120, y + 26), (540, y + 26)], (240, 232, 214, 255))
        if rank == 0:
            for peak, half in ((620, 90), (740, 130), (880, 84)):
                u = np.linspace(-1, 1, 30)
                stage.fill(
                    np.stack([peak + u * half, y + 112 - 84 * (1 - np.abs(u) ** 1.6)], -1),
                    (66, 118, 116, 255),
                )
    for wide, tone in ((64, (58, 36, 26)), (52, tones[4]), (14, (150, 100, 70))):
        stage.stroke(curve([(330, 1700), (700, 1690), (1040, 1688)], 12), np.full(12, wide), (*tone, 255))
    canvas.lay(stage)
    for rank, name in enumerate(names):
        at = (330 * canvas.scale, (640 + rank * 310 if rank < 4 else 1790) * canvas.scale)
        fonts.line(canvas.image, at, name, fonts.GARAMOND_ITALIC, size=42 * canvas.scale, ink=INK)


def vignette(canvas: Canvas, rng: Rng, at: tuple[float, float]) -> None:
    """A small landscape without a frame: two hills, a pavilion, a boat."""
    x, y = at
    paler: Colour = (240, 232, 214)
    for place in ((x + 40, y - 250, y + 60, 420, 0.1), (x - 160, y - 90, y + 70, 260, 0.3)):
        for lobe in mountains.massif(rng, Site(*place)):
            mountains.paint(canvas, lobe, paler)
    stage = Drawing((x - 420, y - 320, 840, 560), canvas.scale)
    dwellings.pavilion(stage, (x + 210, y + 70), 90)
    trees.pine(stage, rng, (x + 285, y + 80), 150)
    dwellings.skiff(stage, rng, (x - 190, y + 150), 110)
    canvas.lay(stage)


PLATES = (landscape, pigments, weaving, layers)


def _framed(canvas: Canvas) -> None:
    x, y, wide, high = PLATE
    frame = Drawing((x - 30, y - 30, wide + 60, high + 60), canvas.scale)
    for out, thick in ((0, 5), (18, 2.5)):
        frame.line(
            [
                (x - out, y - out),
                (x + wide + out, y - out),
                (x + wide + out, y + high + out),
                (x - out, y + high + out),
                (x - out, y - out),
            ],
            thick,
            (90, 66, 44, 255),
        )
    canvas.lay(frame)


def _blot(
    canvas: Canvas, rng: Rng, box: tuple[float, float, float, float], paint: tuple[Colour, int]
) -> None:
    """A wash brushed out by hand: an uneven edge where colour gathers, a cloudy middle."""
    x, y, half, high = box
    colour, ink = paint
    blot = Drawing((x - half * 1.3, y - high * 1.3, half * 2.6, high * 2.6), canvas.scale, "L")
    turn = np.linspace(0, 2 * np.pi, 160)
    rim = (
        1
        + 0.04 * np.sin(3 * turn + rng.uniform(0, 6))
        + 0.022 * np.sin(7 * turn + rng.uniform(0, 6))
        + rng.normal(0, 0.006, 160)
    )
    ring = np.stack(
        [
            np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.55 * rim * half + x,
            np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.55 * rim * high + y,
        ],
        -1,
    )
    blot.fill(ring, ink)
    blot.line(np.concatenate([ring, ring[:1]]), 5, min(ink + 30, 255))
    cloud = paper.noise(rng, blot.size, (blot.size[0] / 3, blot.size[1] / 2), 4)
    shaded = np.asarray(blot.image(), np.float32) * (0.8 + 0.4 * (cloud - 0.5))
    canvas.stain(soaked(rng, paper.to_image(shaded), 0.3), blot.place, colour)


def _thread(
    cloth: Drawing, ends: tuple[tuple[float, float], tuple[float, float]], width: float, tone: float
) -> None:
    start, stop = np.asarray(ends[0]), np.asarray(ends[1])
    along = (stop - start) / max(float(np.hypot(*(stop - start))), 1)
    across = np.array([-along[1], along[0]])
    for share, light in ((1.0, 0.52), (0.82, 0.76), (0.58, 0.94), (0.28, 1.06)):
        colour = paper.shade((214, 186, 138), light + tone / 180)
        off = across * width * 0.06 * (1 - share)
        cloth.stroke([start + off, stop + off], [width * share] * 2, (*colour, 255))
