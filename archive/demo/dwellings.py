"""What people made: houses, temples, pagodas, bridges, boats."""

import numpy as np

from archive.demo import people
from archive.demo.brush import Drawing, curve, taper
from archive.demo.paper import Rng, shade

INK = (40, 34, 30, 255)
TILE = (78, 82, 84, 255)
WALL = (226, 210, 178, 255)
WOOD = (120, 66, 42, 255)
STONE = (188, 176, 152, 255)

Spot = tuple[float, float]


def box(at: Spot, wide: float, high: float) -> tuple[float, float, float, float]:
    """The box (x, y, w, h) of something that stands at ``at``, ``wide`` to both sides and ``high`` above."""
    return (at[0] - wide, at[1] - high, 2 * wide, high * 1.25)


def hall(drawing: Drawing, at: Spot, width: float, roof: tuple[int, int, int, int] = TILE) -> None:
    """A hall seen from the front: plinth, columns, lattice, and a roof whose eaves turn up."""
    x, foot = at
    half, wall = width / 2, width * 0.26
    drawing.fill(
        [
            (x - half * 1.06, foot),
            (x + half * 1.06, foot),
            (x + half * 1.02, foot - width * 0.05),
            (x - half * 1.02, foot - width * 0.05),
        ],
        STONE,
    )
    base = foot - width * 0.05
    drawing.fill(
        [
            (x - half * 0.9, base),
            (x + half * 0.9, base),
            (x + half * 0.9, base - wall),
            (x - half * 0.9, base - wall),
        ],
        WALL,
    )
    for bay in range(-3, 4):
        post = x + half * 0.88 * bay / 3
        drawing.line([(post, base), (post, base - wall)], width * 0.018, WOOD)
        if bay < 3:
            _lattice(drawing, (post + width * 0.02, base), (half * 0.88 / 3 - width * 0.04, wall * 0.8), bay)
    roof_over(drawing, (x, base - wall), (half * 1.3, width * 0.27), roof)


def roof_over(drawing: Drawing, at: Spot, size: tuple[float, float], roof: tuple[int, int, int, int]) -> None:
    """A hipped roof above ``at``: half width and height in ``size``; rows of tiles, ridge, upturned eaves."""
    (x, y), (half, high) = at, size
    t = np.linspace(0, 1, 12)
    slope = np.stack([half * (0.52 + 0.48 * t**1.5), -high * (1 - t) ** 1.35 - high * 0.16 * t**6], -1)
    left, right = slope * (-1, 1) + np.array(at), slope + np.array(at)
    drawing.fill(np.concatenate([left, [(x - half * 0.5, y), (x + half * 0.5, y)], right[::-1]]), roof)
    count = max(int(half / 3.2), 8)
    dark = (*shade(roof[:3], 0.55), 255)
    for lane in np.linspace(-1, 1, count):
        drawing.line(slope[1:-1] * (lane, 1) + np.array(at), max(half * 0.006, 0.7), dark)
    for side in (left, right):
        drawing.stroke(side, taper(12, 0.7, 0.5, 0.8) * max(half * 0.035, 1.6), INK)
    drawing.line([left[-1], (x - half * 0.5, y), (x + half * 0.5, y), right[-1]], max(half * 0.025, 1.2), INK)
    ridge = [
        (x - half * 0.56, y - high * 1.1),
        (x - half * 0.5, y - high),
        (x + half * 0.5, y - high),
        (x + half * 0.56, y - high * 1.1),
    ]
    drawing.line(ridge, max(half * 0.04, 2), INK)


def cottage(drawing: Drawing, rng: Rng, at: Spot, width: float) -> None:
    """A farmhouse seen from a corner: two walls, a door, a thatched or tiled gable roof."""
    x, foot = at
    wall, deep = width * 0.3, width * 0.4
    thatch = (158, 128, 84, 255) if rng.random() < 0.6 else TILE
    side = [
        (x + width * 0.5, foot),
        (x + width * 0.5 + deep, foot - deep * 0.34),
        (x + width * 0.5 + deep, foot - deep * 0.34 - wall),
        (x + width * 0.5, foot - wall),
    ]
    drawing.fill(
        [
            (x - width * 0.5, foot),
            (x + width * 0.5, foot),
            (x + width * 0.5, foot - wall),
            (x - width * 0.5, foot - wall),
        ],
        WALL,
    )
    gable = (x + width * 0.5 + deep / 2, foot - wall - width * 0.34 - deep * 0.17)
    drawing.fill([*side, gable], (202, 184, 150, 255))
    drawing.fill(
        [
            (x - width * 0.08, foot),
            (x + width * 0.1, foot),
            (x + width * 0.1, foot - wall * 0.75),
            (x - width * 0.08, foot - wall * 0.75),
        ],
        (74, 52, 40, 255),
    )
    drawing.line(
        [(x - width * 0.5, foot - wall), (x - width * 0.5, foot), (x + width * 0.5, foot), side[1], side[2]],
        max(width * 0.012, 0.9),
        INK,
    )
    drawing.line([(x + width * 0.5, foot), (x + width * 0.5, foot - wall)], max(width * 0.012, 0.9), INK)
    eave, ridge = foot - wall + width * 0.05, gable[1] - width * 0.03
    lower = [(x - width * 0.62, eave), (x + width * 0.52, eave)]
    upper = [(gable[0] + width * 0.04, ridge), (gable[0] - width * 1.02, ridge)]
    drawing.fill([*lower, *upper], thatch)
    for share in np.linspace(0.02, 0.98, max(int(width / 3.4), 9)):
        low = (lower[0][0] + share * (lower[1][0] - lower[0][0]), eave + rng.normal(0, 0.6))
        high = (upper[1][0] + share * (upper[0][0] - upper[1][0]), ridge)
        drawing.line([low, high], max(width * 0.008, 0.7), (112, 90, 62, 255))
    drawing.line([lower[0], lower[1], upper[0], upper[1], lower[0]], max(width * 0.016, 1.1), INK)
    drawing.line(
        [upper[0], (side[2][0] + width * 0.06, side[2][1] + width * 0.04)], max(width * 0.02, 1.2), INK
    )


def pagoda(drawing: Drawing, at: Spot, width: float, storeys: int = 7) -> None:
    """A pagoda of ``storeys`` roofs, each smaller than the one below, with a finial."""
    x, foot = at
    y = foot
    for storey in range(storeys):
        size = width * (1 - 0.085 * storey)
        tall = size * 0.42
        drawing.fill(
            [
                (x - size * 0.34, y),
                (x + size * 0.34, y),
                (x + size * 0.34, y - tall),
                (x - size * 0.34, y - tall),
            ],
            WALL,
        )
        for post in (-0.33, -0.12, 0.12, 0.33):
            drawing.line([(x + size * post, y), (x + size * post, y - tall)], max(size * 0.02, 0.9), WOOD)
        drawing.fill(
            [
                (x - size * 0.06, y),
                (x + size * 0.06, y),
                (x + size * 0.06, y - tall * 0.6),
                (x - size * 0.06, y - tall * 0.6),
            ],
            (52, 40, 34, 255),
        )
        y -= tall * 0.9
        roof_over(drawing, (x, y), (size * 0.6, size * 0.2), TILE)
        y -= size * 0.14
    drawing.stroke([(x, y), (x, y - width * 0.55)], [width * 0.06, width * 0.015], INK)
    for ring in range(4):
        drawing.dot((x, y - width * (0.15 + 0.09 * ring)), (width * (0.05 - 0.008 * ring), width * 0.02), INK)


def pavilion(drawing: Drawing, at: Spot, width: float) -> None:
    """An open pavilion: four posts, a rail, and a roof that rises to a point."""
    x, foot = at
    tall = width * 0.5
    for post in (-0.4, -0.22, 0.22, 0.4):
        eaves = foot - tall - width * 0.08
        drawing.line([(x + width * post, foot), (x + width * post, eaves)], max(width * 0.025, 1), WOOD)
    for rail in (0.08, 0.16, 0.56):
        drawing.line(
            [(x - width * 0.42, foot - width * rail), (x + width * 0.42, foot - width * rail)],
            max(width * 0.014, 0.8),
            WOOD,
        )
    drawing.line([(x - width * 0.5, foot), (x + width * 0.5, foot)], max(width * 0.035, 1.2), STONE)
    t = np.linspace(0, 1, 10)
    slope = np.stack(
        [width * 0.62 * t**1.4 + width * 0.02, -width * 0.5 * (1 - t) ** 1.2 - width * 0.07 * t**6], -1
    )
    top = (x, foot - tall)
    drawing.fill(np.concatenate([slope * (-1, 1) + top, (slope + top)[::-1]]), (120, 104, 74, 255))
    for lane in np.linspace(-1, 1, 13):
        drawing.line(slope * (lane, 1) + top, max(width * 0.01, 0.7), (72, 58, 42, 255))
    drawing.line(np.concatenate([(slope * (-1, 1) + top)[::-1], slope + top]), max(width * 0.02, 1), INK)
    drawing.dot((x, foot - tall - width * 0.54), (width * 0.03, width * 0.05), INK)


def timber_bridge(drawing: Drawing, start: Spot, end: Spot) -> None:
    """A long bridge on trestles, humped in the middle, with rails and a roofed place to rest."""
    t = np.linspace(0, 1, 60)
    length = abs(end[0] - start[0])
    deck = np.stack(
        [
            start[0] + (end[0] - start[0]) * t,
            start[1] + (end[1] - start[1]) * t - length * 0.045 * np.sin(np.pi * t),
        ],
        -1,
    )
    for x, y in deck[1:-1:2].tolist():
        for foot in (-7, 7):
            drawing.line([(x + foot * 0.4, y), (x + foot, y + length * 0.045 + 14)], 2.2, (96, 62, 44, 255))
        drawing.line([(x - 6, y + 20), (x + 6, y + 20)], 1.6, (96, 62, 44, 255))
    drawing.line(deck, 9, (168, 128, 88, 255))
    drawing.line(deck + np.array([0, 5]), 2, INK)
    for raised in (-12, -20):
        drawing.line(deck + np.array([0, raised]), 1.7, WOOD)
    for x, y in deck[::2].tolist():
        drawing.line([(x, y), (x, y - 21)], 1.7, WOOD)
    middle = deck[30]
    hall(drawing, (float(middle[0]), float(middle[1]) + 3), length * 0.09)


def arched_bridge(drawing: Drawing, at: Spot, width: float) -> None:
    """A stone bridge of one arch, its stones and rail drawn."""
    x, foot = at
    t = np.linspace(0, np.pi, 30)
    top = np.stack([x - width / 2 * np.cos(t), foot - width * 0.3 * np.sin(t) ** 1.3 - width * 0.03], -1)
    arch = np.stack([x + width * 0.24 * np.cos(t), foot - width * 0.22 * np.sin(t)], -1)
    drawing.fill(np.concatenate([top, [(x + width / 2, foot)], arch, [(x - width / 2, foot)]]), STONE)
    drawing.line(arch, max(width * 0.014, 1), INK)
    drawing.line(top, max(width * 0.02, 1.2), INK)
    for share in np.linspace(0.05, 0.95, 15):
        spot = top[int(share * 29)]
        drawing.line([spot, spot - (0, width * 0.07)], max(width * 0.01, 0.9), INK)
    drawing.line(top - (0, width * 0.065), max(width * 0.01, 0.9), INK)
    for turn in np.linspace(0.1, np.pi - 0.1, 13):
        out = (x + width * 0.285 * np.cos(turn), foot - width * 0.26 * np.sin(turn))
        drawing.line(
            [(x + width * 0.24 * np.cos(turn), foot - width * 0.22 * np.sin(turn)), out],
            max(width * 0.008, 0.7),
            (110, 100, 86, 255),
        )


def junk(drawing: Drawing, rng: Rng, at: Spot, length: float) -> None:
    """A trading boat under a battened sail, with a cabin of mats and its crew."""
    x, y = at
    facing = -1 if rng.random() < 0.7 else 1
    _hull(drawing, at, length, facing)
    mast = x + facing * length * 0.08
    tall = length * 0.95
    drawing.line([(mast, y), (mast, y - tall)], max(length * 0.014, 1.1), INK)
    sail = np.array([(0.02, -0.94), (0.36, -0.78), (0.42, -0.2), (-0.12, -0.16)]) * (
        -facing * length,
        length,
    ) + (mast, y)
    drawing.fill(sail, (214, 190, 146, 250))
    for share in np.linspace(0, 1, 9):
        rib = [sail[0] + (sail[3] - sail[0]) * share, sail[1] + (sail[2] - sail[1]) * share]
        drawing.line(rib, max(length * 0.008, 0.8), (104, 82, 58, 255))
    drawing.line([*sail, sail[0]], max(length * 0.01, 0.9), INK)
    _matting(drawing, (x - facing * length * 0.2, y - length * 0.03), length * 0.24)
    people.person(drawing, rng, (x + facing * length * 0.33, y - length * 0.05), length * 0.16)


def skiff(drawing: Drawing, rng: Rng, at: Spot, length: float) -> None:
    """A fisherman's boat: mats over the middle, a man with a rod or an oar."""
    x, y = at
    facing = -1 if rng.random() < 0.5 else 1
    _hull(drawing, at, length, facing)
    _matting(drawing, (x - facing * length * 0.08, y - length * 0.04), length * 0.3)
    man = (x + facing * length * 0.3, y - length * 0.05)
    people.person(drawing, rng, man, length * 0.26)
    rod = curve(
        [
            (man[0], man[1] - length * 0.14),
            (man[0] + facing * length * 0.22, man[1] - length * 0.34),
            (man[0] + facing * length * 0.4, man[1] - length * 0.36),
        ],
        9,
    )
    drawing.line(rod, max(length * 0.008, 0.8), INK)
    drawing.line([rod[-1], (rod[-1][0] + 1, y + length * 0.05)], 0.7, (60, 52, 46, 190))


def _lattice(drawing: Drawing, at: Spot, size: tuple[float, float], bay: int) -> None:
    (x, y), (wide, high) = at, size
    if bay in (-1, 0):
        drawing.fill([(x, y), (x + wide, y), (x + wide, y - high), (x, y - high)], (70, 48, 38, 255))
        return
    for share in np.linspace(0, 1, 5):
        drawing.line(
            [(x + wide * share, y - high * 0.15), (x + wide * share, y - high)],
            max(wide * 0.03, 0.6),
            (150, 96, 64, 255),
        )
        drawing.line(
            [(x, y - high * (0.15 + 0.85 * share)), (x + wide, y - high * (0.15 + 0.85 * share))],
            max(wide * 0.03, 0.6),
            (150, 96, 64, 255),
        )


def _hull(drawing: Drawing, at: Spot, length: float, facing: int) -> None:
    x, y = at
    t = np.linspace(-1, 1, 16)
    gunwale = np.stack(
        [x + t * length / 2, y - length * 0.07 * np.abs(t) ** 2.5 - facing * t * length * 0.012], -1
    )
    keel = np.stack([x + t[::-1] * length * 0.4, y + length * 0.075 * (1 - t**4)], -1)
    drawing.fill(np.concatenate([gunwale, keel]), (128, 96, 66, 255))
    drawing.line(gunwale, max(length * 0.018, 1.1), INK)
    drawing.line(keel, max(length * 0.014, 1), INK)
    drawing.line(gunwale * (0.97, 1) + (x * 0.03, length * 0.03), max(length * 0.008, 0.7), (74, 56, 42, 255))


def _matting(drawing: Drawing, at: Spot, width: float) -> None:
    x, y = at
    t = np.linspace(0, np.pi, 14)
    arch = np.stack([x - width / 2 * np.cos(t), y - width * 0.42 * np.sin(t) ** 0.8], -1)
    drawing.fill(arch, (172, 142, 96, 255))
    for share in np.linspace(-0.8, 0.8, 9):
        drawing.line(
            [(x + width / 2 * share, y), (x + width / 2 * share, y - width * 0.4 * (1 - share**2) ** 0.5)],
            max(width * 0.02, 0.6),
            (112, 88, 58, 255),
        )
    drawing.line(arch, max(width * 0.04, 1), INK)
