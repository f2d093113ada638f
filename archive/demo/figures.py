"""The figures of the cave: rows of small seated ones, those who gave, lamps before a throne."""

import numpy as np

from archive.demo.brush import Drawing, curve, taper
from archive.demo.canvas import Canvas
from archive.demo.chamber import BLACK, CYCLE, GOLD, GREEN, WHITE, Box
from archive.demo.paper import Rng


def thousand(canvas: Canvas, rng: Rng, box: Box) -> None:
    """Rows of small seated figures under canopies, their colours going down in diagonals."""
    drawing = Drawing(box, canvas.scale)
    columns, rows, cell = grid(box)
    for row in range(rows):
        for column in range(columns):
            at = (box[0] + (column + 0.5) * cell[0], box[1] + (row + 0.5) * cell[1])
            _figure(drawing, rng, at, (cell, column + row))
    canvas.lay(drawing)


def grid(box: Box) -> tuple[int, int, tuple[float, float]]:
    """How many columns and rows of small figures ``box`` has, and the size of each one's cell."""
    columns, rows = round(box[2] / 96), round(box[3] / 118)
    return columns, rows, (box[2] / columns, box[3] / rows)


def _figure(
    drawing: Drawing, rng: Rng, at: tuple[float, float], look: tuple[tuple[float, float], int]
) -> None:
    (wide, high), turn = look
    x, y = at[0] + rng.normal(0, 0.8), at[1] + rng.normal(0, 0.8)
    robe, aura, halo, ground = (CYCLE[(turn + shift) % 4] for shift in range(4))
    drawing.fill(
        [
            (x - wide / 2, y - high / 2),
            (x + wide / 2, y - high / 2),
            (x + wide / 2, y + high / 2),
            (x - wide / 2, y + high / 2),
        ],
        (*WHITE, 255) if turn % 2 else (222, 200, 160, 255),
    )
    drawing.dot((x, y + high * 0.06), (wide * 0.38, high * 0.36), (*aura, 255))
    drawing.dot((x, y + high * 0.06), (wide * 0.32, high * 0.31), (226, 204, 164, 255))
    drawing.dot((x, y - high * 0.14), (wide * 0.22, high * 0.18), (*halo, 255))
    drawing.dot((x, y - high * 0.14), (wide * 0.16, high * 0.135), (232, 212, 172, 255))
    drawing.fill(
        [
            (x - wide * 0.1, y - high * 0.05),
            (x + wide * 0.1, y - high * 0.05),
            (x + wide * 0.24, y + high * 0.12),
            (x + wide * 0.32, y + high * 0.27),
            (x - wide * 0.32, y + high * 0.27),
            (x - wide * 0.24, y + high * 0.12),
        ],
        (*robe, 255),
    )
    drawing.fill(
        [(x - wide * 0.05, y - high * 0.05), (x + wide * 0.05, y - high * 0.05), (x, y + high * 0.08)],
        (224, 180, 140, 255),
    )
    drawing.dot((x, y + high * 0.14), (wide * 0.08, high * 0.035), (224, 180, 140, 255))
    drawing.dot((x, y - high * 0.125), (wide * 0.085, high * 0.085), (226, 184, 146, 255))
    drawing.dot((x, y - high * 0.2), (wide * 0.075, high * 0.045), (*BLACK, 255))
    for petal in range(-3, 4):
        drawing.dot((x + petal * wide * 0.085, y + high * 0.31), (wide * 0.055, high * 0.05), (*ground, 255))
    drawing.line(
        [
            (x - wide * 0.3, y - high * 0.39),
            (x, y - high * 0.47),
            (x + wide * 0.3, y - high * 0.39),
            (x - wide * 0.3, y - high * 0.39),
        ],
        2.2,
        (*ground, 255),
    )


def donor(stage: Drawing, rng: Rng, at: tuple[float, float], high: float) -> None:
    """Someone who gave: a long robe with a sash, sleeves together, hair in a knot, a lotus bud held up."""
    x, foot = at
    robe, sash = (CYCLE[k] for k in rng.permutation(4)[:2])
    knots = [
        (-0.2, 0),
        (-0.13, -0.3),
        (-0.11, -0.56),
        (-0.05, -0.66),
        (0.06, -0.66),
        (0.12, -0.54),
        (0.13, -0.28),
        (0.17, 0),
    ]
    body = curve([(x + dx * high, foot + dy * high) for dx, dy in knots], 40)
    sleeve = curve(
        [
            (x - 0.04 * high, foot - 0.58 * high),
            (x + 0.1 * high, foot - 0.44 * high),
            (x + 0.22 * high, foot - 0.5 * high),
        ],
        12,
    )
    for points, width, ink in ((body, 3.2, robe), (sleeve, 0.0, robe)):
        if width:
            stage.fill(points, (*ink, 255))
            stage.line([*points, points[0]], width, (*BLACK, 255))
        else:
            stage.stroke(points, taper(12, 0.9, 0.85) * high * 0.125 + 5, (*BLACK, 255))
            stage.stroke(points, taper(12, 0.9, 0.85) * high * 0.125, (*ink, 255))
    stage.stroke(
        [(x - 0.12 * high, foot - 0.36 * high), (x + 0.13 * high, foot - 0.36 * high)],
        [high * 0.04] * 2,
        (*sash, 255),
    )
    stage.stroke(
        [(x + 0.02 * high, foot - 0.36 * high), (x + 0.05 * high, foot - 0.08 * high)],
        [high * 0.04, high * 0.06],
        (*sash, 255),
    )
    stage.dot((x + 0.01 * high, foot - 0.76 * high), (high * 0.082, high * 0.098), (*BLACK, 255))
    stage.dot((x + 0.022 * high, foot - 0.745 * high), (high * 0.066, high * 0.078), (226, 186, 148, 255))
    stage.dot((x + 0.0 * high, foot - 0.83 * high), (high * 0.078, high * 0.045), (*BLACK, 255))
    stage.dot((x - 0.01 * high, foot - 0.89 * high), (high * 0.034, high * 0.034), (*BLACK, 255))
    stage.line(
        [(x + 0.22 * high, foot - 0.48 * high), (x + 0.235 * high, foot - 0.78 * high)], 3, (*GREEN, 255)
    )
    for tilt in (-0.035, 0.035, 0.0):
        stage.dot(
            (x + (0.237 + tilt) * high, foot - 0.82 * high), (high * 0.022, high * 0.05), (214, 120, 124, 255)
        )


def lamp(stage: Drawing, at: tuple[float, float]) -> None:
    """A lamp on a stand, burning."""
    x, foot = at
    stage.stroke([(x, foot), (x, foot - 150)], [16, 8], (*BLACK, 255))
    stage.fill(
        [(x - 44, foot - 176), (x + 44, foot - 176), (x + 22, foot - 142), (x - 22, foot - 142)], (*GOLD, 255)
    )
    for wide, high, colour in ((26, 70, (240, 150, 60)), (18, 52, (252, 208, 96)), (9, 30, (255, 248, 214))):
        t = np.linspace(0, 1, 20)
        breadth = wide * np.sin(np.pi * t) ** 0.8 * (1 - t * 0.6)
        spine = foot - 178 - high * t
        stage.fill(
            np.concatenate([np.stack([x + breadth, spine], -1), np.stack([x - breadth, spine], -1)[::-1]]),
            (*colour, 255),
        )
