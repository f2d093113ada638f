"""The murals of the cave: its walls, the slopes and the caisson of its ceiling, its floor, on one sheet."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from archive.demo import dwellings, figures, flowers, mountains, paper, people, trees, vault
from archive.demo.brush import Drawing
from archive.demo.canvas import Canvas
from archive.demo.chamber import (
    BLACK,
    BLUE,
    CYCLE,
    DOOR,
    EARTH,
    GOLD,
    GREEN,
    HEIGHT,
    PLASTER,
    SLOPE_HIGH,
    UNIT,
    WALL_HIGH,
    WALL_TOP,
    WHITE,
    WIDTH,
    Box,
)
from archive.demo.mountains import Site
from archive.demo.paper import Colour, Floats, Rng

ROWS: Box = (40, 150, 1920, 300)
"""Where the rows of small figures are on the wall of the travellers."""
PAGODA = (1420.0, WALL_HIGH - 420.0)
"""Where the pagoda of that wall stands."""


def atlas(scale: float) -> Image.Image:
    """All panels on one sheet of ``WIDTH`` by ``HEIGHT`` at ``scale`` 1, worn by time."""
    rng = np.random.default_rng(366)
    size = (round(WIDTH * scale), round(HEIGHT * scale))
    canvas = Canvas(paper.aged(rng, size, PLASTER, (172, 140, 100), spread=0.2), scale)
    painters: tuple[Callable[[Canvas, Rng, float], None], ...] = (
        _niche_wall,
        _journey_wall,
        _door_wall,
        _journey_wall,
    )
    for side, paint in enumerate(painters):
        left = side * 2000.0
        figures.thousand(canvas, rng, (left + 40, 150, 1920, 300 if side in (1, 3) else WALL_HIGH - 500))
        paint(canvas, rng, left)
        _borders(canvas, rng, left)
        vault.slope(canvas, rng, left)
    vault.floor(canvas, rng, (0, WALL_HIGH + SLOPE_HIGH))
    vault.caisson(canvas, (3000, WALL_HIGH + SLOPE_HIGH + 1000))
    _doorway(canvas, rng)
    return _worn(canvas.image, rng)


def journey(canvas: Canvas, rng: Rng) -> None:
    """The wall of the travellers alone, 2000 by ``WALL_HIGH``: rows of figures, a landscape, donors."""
    figures.thousand(canvas, rng, ROWS)
    _journey_wall(canvas, rng, 0)
    _borders(canvas, rng, 0)


def _borders(canvas: Canvas, rng: Rng, left: float) -> None:
    _valance(canvas, (left, 0, 2000, 120))
    _dado(canvas, rng, (left, WALL_HIGH - 330, 2000, 330))


def _niche_wall(canvas: Canvas, rng: Rng, left: float) -> None:
    """A deep arched niche with a flaming halo over an empty lotus throne, lamps and flowers at its sides."""
    x, foot = left + 1000, WALL_HIGH - 330.0
    stage = Drawing((left + 330, 130, 1340, foot - 130), canvas.scale)
    for half, top, colour in (
        (620, 150, EARTH),
        (590, 176, GOLD),
        (574, 190, GREEN),
        (520, 240, BLACK),
        (500, 256, (186, 150, 104)),
    ):
        stage.fill(_arch(x, foot, half, top), (*colour, 255))
    turn = np.linspace(0, 2 * np.pi, 200)
    for ring, (radius, colour) in enumerate(
        (
            (330, EARTH),
            (306, GREEN),
            (286, WHITE),
            (272, BLUE),
            (226, GOLD),
            (214, EARTH),
            (176, WHITE),
            (164, GREEN),
            (112, (226, 196, 140)),
        )
    ):
        flame = 1 + (0.055 * np.abs(np.sin(16 * turn)) if ring in (0, 3, 5) else 0)
        stage.fill(
            np.stack([x + np.sin(turn) * radius * flame, 560 - np.cos(turn) * radius * flame * 1.06], -1),
            (*colour, 255),
        )
    for tilt in np.linspace(0, 2 * np.pi, 24, endpoint=False):
        stage.dot((x + np.sin(tilt) * 250, 560 - np.cos(tilt) * 265), (11, 11), (*GOLD, 255))
    for rank, (half, y, high, colour) in enumerate(
        ((250, foot - 30, 40, EARTH), (220, foot - 66, 40, GREEN), (180, foot - 100, 38, WHITE))
    ):
        stage.fill(
            [(x - half, y + high), (x + half, y + high), (x + half * 0.97, y), (x - half * 0.97, y)],
            (*colour, 255),
        )
        for stud in np.linspace(-0.9, 0.9, 11 - rank):
            stage.dot((x + half * stud, y + high / 2), (7, 7), (*GOLD, 255))
    canvas.lay(stage)
    throne = Drawing((x - 330, foot - 420, 660, 400), canvas.scale)
    flowers.throne(throne, (x, foot - 100), 190)
    canvas.lay(throne)
    lights = Drawing((left + 330, foot - 400, 1340, 400), canvas.scale)
    for side in (-1, 1):
        figures.lamp(lights, (x + side * 360, foot))
    canvas.lay(lights)


def _journey_wall(canvas: Canvas, rng: Rng, left: float) -> None:
    """A landscape across the whole wall: green and blue hills, travellers on the road between them."""
    top, foot = 470.0, WALL_HIGH - 330.0
    scale = canvas.scale
    size = (round((left + 1960) * scale), round(foot * scale))
    ground: Colour = (216, 192, 148)
    panel = Canvas(Image.new("RGB", size, ground), scale)
    for x, crest, low, wide in (
        (300, 200, 420, 460),
        (820, 170, 430, 560),
        (1290, 220, 420, 420),
        (1700, 180, 440, 480),
        (560, 330, 560, 380),
        (1100, 300, 540, 420),
        (1560, 350, 560, 360),
    ):
        for lobe in mountains.massif(rng, Site(left + x, top - 140 + crest, top - 100 + low, wide)):
            mountains.paint(panel, lobe, ground)
    stage = Drawing((left + 40, top, 1920, foot - top), scale)
    for _ in range(16):
        root = (left + rng.uniform(120, 1880), foot - rng.uniform(10, 110))
        (trees.broadleaf, trees.pine, trees.willow)[int(rng.integers(3))](
            stage, rng, root, rng.uniform(70, 120)
        )
    for x in rng.uniform(120, 1880, 13):
        kind = people.donkey if rng.random() < 0.4 else people.person
        kind(stage, rng, (left + x, foot - rng.uniform(14, 44)), rng.uniform(44, 54))
    dwellings.hall(stage, (left + 620, foot - 96), 190)
    dwellings.pagoda(stage, (left + PAGODA[0], PAGODA[1]), 60, 5)
    panel.lay(stage)
    cut = panel.image.crop((round((left + 40) * scale), round(top * scale), *size))
    canvas.image.paste(cut, (round((left + 40) * scale), round(top * scale)))
    _band(canvas, (left, top - 26, 2000, 34))


def _door_wall(canvas: Canvas, rng: Rng, left: float) -> None:
    """On both sides of the door a tall panel with bamboo and a lotus."""
    foot = WALL_HIGH - 330.0
    stage = Drawing((left + 100, 470, 1800, foot - 470), canvas.scale)
    for x, half in ((left + 350, 210), (left + 1650, 210)):
        stage.fill(
            [(x - half, 490), (x + half, 490), (x + half, foot - 20), (x - half, foot - 20)], (*GREEN, 255)
        )
        stage.fill(
            [
                (x - half + 14, 504),
                (x + half - 14, 504),
                (x + half - 14, foot - 34),
                (x - half + 14, foot - 34),
            ],
            (228, 208, 168, 255),
        )
        flowers.lotus(stage, rng, (x, 590), 215)
    canvas.lay(stage)


def _doorway(canvas: Canvas, rng: Rng) -> None:
    """The open door: a frame, and outside the pale morning over far hills."""
    x, foot = 5000.0, float(WALL_HIGH)
    half, lintel = DOOR[0] * UNIT, (WALL_TOP - DOOR[1]) * UNIT
    scale = canvas.scale
    frame = Drawing((x - half - 80, lintel - 80, 2 * half + 160, foot - lintel + 80), scale)
    for out, colour in ((64, EARTH), (40, GOLD), (30, GREEN)):
        frame.fill(
            [
                (x - half - out, foot),
                (x - half - out, lintel - out),
                (x + half + out, lintel - out),
                (x + half + out, foot),
            ],
            (*colour, 255),
        )
    canvas.lay(frame)
    size = (round((x + half) * scale), round(foot * scale))
    sky: Colour = (246, 244, 232)
    outside = Canvas(Image.new("RGB", size, sky), scale)
    for place in (
        (x - 120, lintel + 230, lintel + 560, 420, 0.7),
        (x + 160, lintel + 330, lintel + 640, 420, 0.55),
        (x - 60, lintel + 520, lintel + 800, 500, 0.2),
    ):
        for lobe in mountains.massif(rng, Site(*place)):
            mountains.paint(outside, lobe, sky)
    stage = Drawing((x - half, lintel, 2 * half, foot - lintel), scale)
    people.birds(stage, rng, (x - 160, lintel + 150), 18)
    stage.fill(
        [(x - half, foot), (x + half, foot), (x + half, foot - 150), (x - half, foot - 130)],
        (222, 204, 164, 255),
    )
    trees.willow(stage, rng, (x + 190, foot - 110), 330)
    people.person(stage, rng, (x - 80, foot - 90), 110)
    outside.lay(stage)
    corner = (round((x - half) * scale), round(lintel * scale))
    canvas.image.paste(outside.image.crop((*corner, *size)), corner)


def _valance(canvas: Canvas, box: Box) -> None:
    """Hangings painted along the top of the wall: pointed pendants with bells under a band."""
    left, top, wide, high = box
    stage = Drawing((left, top, wide, high + 40), canvas.scale)
    stage.fill(
        [(left, top), (left + wide, top), (left + wide, top + high * 0.4), (left, top + high * 0.4)],
        (*EARTH, 255),
    )
    count = 40
    step = wide / count
    for rank in range(count):
        x, colour = left + (rank + 0.5) * step, CYCLE[rank % 4]
        stage.fill(
            [(x - step / 2, top + high * 0.4), (x + step / 2, top + high * 0.4), (x, top + high * 1.12)],
            (*colour, 255),
        )
        stage.line(
            [(x - step / 2, top + high * 0.4), (x, top + high * 1.12), (x + step / 2, top + high * 0.4)],
            3,
            (*WHITE, 255),
        )
        stage.dot((x, top + high * 1.16), (6, 7), (*GOLD, 255))
        stage.dot((x, top + high * 0.2), (14, 14), (*GOLD, 255))
        stage.dot((x, top + high * 0.2), (7, 7), (*BLUE, 255))
    canvas.lay(stage)


def _dado(canvas: Canvas, rng: Rng, box: Box) -> None:
    """Along the foot of the wall a procession of donors, each with a flower, over a band of lozenges."""
    left, top, wide, high = box
    stage = Drawing(box, canvas.scale)
    stage.fill(
        [(left, top), (left + wide, top), (left + wide, top + high), (left, top + high)], (206, 178, 132, 255)
    )
    for x in np.arange(left + 45, left + wide, 74):
        figures.donor(stage, rng, (float(x), top + 222), 150 + rng.uniform(-8, 18))
    for rank in range(34):
        x = left + (rank + 0.5) * wide / 34
        stage.fill(
            [(x - 29, top + 282), (x, top + 244), (x + 29, top + 282), (x, top + 320)],
            (*CYCLE[rank % 4], 255),
        )
        stage.fill([(x - 13, top + 282), (x, top + 265), (x + 13, top + 282), (x, top + 299)], (*GOLD, 255))
    for y in (top + 4, top + 234, top + high - 6):
        stage.line([(left, y), (left + wide, y)], 7, (*EARTH, 255))
    canvas.lay(stage)


def _band(canvas: Canvas, box: Box) -> None:
    left, top, wide, high = box
    stage = Drawing(box, canvas.scale)
    stage.fill(
        [(left, top), (left + wide, top), (left + wide, top + high), (left, top + high)], (*EARTH, 255)
    )
    for rank in range(50):
        stage.dot(
            (left + (rank + 0.5) * wide / 50, top + high / 2), (11, 11), (*(GOLD if rank % 2 else WHITE), 255)
        )
    canvas.lay(stage)


def _arch(x: float, foot: float, half: float, top: float) -> Floats:
    """An arch that rises to a low point, as the niches of caves do."""
    u = np.linspace(-1, 1, 80)
    bow = (
        top
        + (foot - top) * 0.42 * (1 - np.sqrt(np.clip(1 - np.abs(u) ** 2.1, 0, 1)))
        - 26 * np.exp(-((u / 0.16) ** 2))
    )
    return np.concatenate([[(x - half, foot)], np.stack([x + u * half, bow], -1), [(x + half, foot)]]).astype(
        np.float32
    )


def _worn(image: Image.Image, rng: Rng) -> Image.Image:
    """What the years did: colour rubbed away in patches, soot, dust, and the grain of clay."""
    patches = paper.noise(rng, (image.width // 4, image.height // 4), (70, 70), 5)
    rubbed_off = 140 * paper.smoothstep(patches, 0.6, 0.8)
    rubbed_off[round(len(rubbed_off) * (WALL_HIGH + SLOPE_HIGH) / HEIGHT) :] *= 0.25
    bare = paper.to_image(rubbed_off).resize(image.size, Image.Resampling.BILINEAR)
    rubbed = Image.composite(Image.new("RGB", image.size, (196, 166, 124)), image, bare)
    return paper.fibres(rng, rubbed, 0.2)
