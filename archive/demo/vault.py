"""The ceiling of the cave, slopes and caisson, and its floor of moulded bricks."""

import numpy as np

from archive.demo import figures, flowers
from archive.demo.brush import Drawing
from archive.demo.canvas import Canvas
from archive.demo.chamber import BLUE, CAISSON, EARTH, GOLD, GREEN, SLOPE_HIGH, UNIT, WALL_HIGH, WHITE
from archive.demo.paper import Colour, Rng, shade


def slope(canvas: Canvas, rng: Rng, left: float) -> None:
    """One slope of the ceiling: rows of figures again, and bands along the edges where the slopes meet."""
    top = float(WALL_HIGH)
    figures.thousand(canvas, rng, (left, top, 2000, SLOPE_HIGH - 20))
    stage = Drawing((left, top, 2000, SLOPE_HIGH), canvas.scale)
    foot, run = top + SLOPE_HIGH, (1 - CAISSON) * UNIT
    for side in (-1, 1):
        edge = [(left + 1000 + side * 1000, foot), (left + 1000 + side * (1000 - run), top + 5)]
        for thick, colour in ((74, EARTH), (52, GOLD), (42, GREEN)):
            stage.line(edge, thick, (*colour, 255))
        for share in np.linspace(0.02, 0.98, 26):
            spot = np.asarray(edge[0]) * (1 - share) + np.asarray(edge[1]) * share
            stage.dot((float(spot[0]), float(spot[1])), (11, 11), (*WHITE, 255))
    stage.line([(left, foot - 14), (left + 2000, foot - 14)], 26, (*EARTH, 255))
    stage.line([(left, foot - 14), (left + 2000, foot - 14)], 8, (*GOLD, 255))
    canvas.lay(stage)


def caisson(canvas: Canvas, at: tuple[float, float]) -> None:
    """The flat of the ceiling: squares turned upon squares about a great lotus."""
    x, y = at
    half = CAISSON * UNIT + 20
    stage = Drawing((x - half, y - half, 2 * half, 2 * half), canvas.scale)

    def square(radius: float, turned: bool, colour: Colour) -> None:
        angles = np.arange(4) * np.pi / 2 + (0 if turned else np.pi / 4)
        stage.fill(np.stack([x + np.cos(angles) * radius, y + np.sin(angles) * radius], -1), (*colour, 255))

    for radius, turned, colour in (
        (580, False, EARTH),
        (520, False, GOLD),
        (506, False, GREEN),
        (440, False, WHITE),
        (428, False, BLUE),
        (300, True, GOLD),
        (290, True, EARTH),
        (250, True, WHITE),
        (240, True, GREEN),
    ):
        square(radius, turned, colour)
    for corner in np.arange(4) * np.pi / 2 + np.pi / 4:
        for rank in range(3):
            spot = (x + np.cos(corner) * (262 + 52 * rank), y + np.sin(corner) * (262 + 52 * rank))
            flowers.rosette(stage, spot, 24 - 3 * rank, (GOLD, WHITE, EARTH))
    for side in range(4):
        for share in np.linspace(-0.88, 0.88, 13):
            spot = np.array([share * 345, 345]) @ np.array(
                [
                    [np.cos(side * np.pi / 2), np.sin(side * np.pi / 2)],
                    [-np.sin(side * np.pi / 2), np.cos(side * np.pi / 2)],
                ]
            )
            flowers.rosette(stage, (x + float(spot[0]), y + float(spot[1])), 20, (WHITE, EARTH, GOLD))
    flowers.rosette(stage, (x, y), 158, (WHITE, EARTH, GOLD))
    canvas.lay(stage)


def floor(canvas: Canvas, rng: Rng, corner: tuple[float, float]) -> None:
    """Square bricks, every one a little different, a flower moulded in each second one."""
    stage = Drawing((*corner, 2000, 2000), canvas.scale)
    side = 200
    for row in range(10):
        for column in range(10):
            x, y = corner[0] + column * side, corner[1] + row * side
            tone = rng.normal(0, 9)
            brick = (int(138 + tone), int(118 + tone), int(94 + tone))
            stage.fill([(x, y), (x + side, y), (x + side, y + side), (x, y + side)], (74, 60, 48, 255))
            stage.fill(
                [(x + 4, y + 4), (x + side - 5, y + 4), (x + side - 5, y + side - 5), (x + 4, y + side - 5)],
                (*brick, 255),
            )
            if (row + column) % 2:
                moulded = (shade(brick, 0.78), brick, shade(brick, 1.14))
                flowers.rosette(stage, (x + side / 2, y + side / 2), 82, moulded)
    canvas.lay(stage)
