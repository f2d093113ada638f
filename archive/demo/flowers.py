"""Flowers: plum blossom, the lotus and its leaves, a lotus throne, rosettes, and a still pond."""

import numpy as np

from archive.demo.brush import Drawing, Touch, curve, taper
from archive.demo.paper import Colour, Rng

Spot = tuple[float, float]


def blossoms(drawing: Drawing, rng: Rng, root: Spot, size: float) -> None:
    """An old plum branch, dry and bent like iron, with white and rose blossoms and buds."""
    spine = curve(
        [
            root,
            (root[0] - size * 0.2, root[1] - size * 0.16),
            (root[0] - size * 0.34, root[1] - size * 0.4),
            (root[0] - size * 0.62, root[1] - size * 0.46),
            (root[0] - size * 0.86, root[1] - size * 0.62),
        ],
        70,
    )
    drawing.bristles(
        rng,
        spine + rng.normal(0, size * 0.003, spine.shape),
        np.linspace(1, 0.2, 70) * size * 0.075,
        Touch((58, 44, 36), 235, 34, 0.3, 0.75),
    )
    seats = []
    for at in (12, 22, 31, 40, 48, 56, 63):
        x, y = spine[at].tolist()
        angle = -np.pi / 2 + rng.uniform(-0.75, 0.55)
        long = size * rng.uniform(0.13, 0.24)
        twig = curve(
            [
                (x, y),
                (x + np.cos(angle) * long * 0.5 + rng.normal(0, size * 0.02), y + np.sin(angle) * long * 0.5),
                (x + np.cos(angle - 0.2) * long, y + np.sin(angle - 0.2) * long),
            ],
            24,
        )
        drawing.bristles(
            rng, twig, np.linspace(1, 0.25, 24) * size * 0.016, Touch((58, 44, 36), 240, 9, 0.2, 0.3)
        )
        seats += [twig[k] for k in rng.choice(np.arange(6, 24), 5, replace=False)]
    for seat in seats:
        spot = (float(seat[0] + rng.normal(0, size * 0.012)), float(seat[1] + rng.normal(0, size * 0.012)))
        if rng.random() < 0.7:
            blossom(drawing, rng, spot, size * rng.uniform(0.022, 0.034))
        else:
            drawing.dot(spot, (size * 0.011, size * 0.012), (186, 70, 84, 255))


def blossom(drawing: Drawing, rng: Rng, at: Spot, radius: float) -> None:
    """One blossom of five round petals with its stamens."""
    turn, flat = rng.uniform(0, 6.3), rng.uniform(0.75, 1.0)
    rose = rng.uniform(0, 0.6)
    petal = (250 - int(12 * rose), 236 - int(70 * rose), 228 - int(50 * rose), 255)
    for leaf in range(5):
        angle = turn + leaf * 2 * np.pi / 5
        around = np.linspace(0, 2 * np.pi, 26)
        ring = np.stack(
            [
                at[0] + np.cos(angle) * radius * 0.62 + np.cos(around) * radius * 0.5,
                at[1] + (np.sin(angle) * radius * 0.62 + np.sin(around) * radius * 0.5) * flat,
            ],
            -1,
        )
        drawing.fill(ring, petal)
        drawing.line(np.concatenate([ring, ring[:1]]), radius * 0.035, (150, 84, 86, 255))
        drawing.dot(
            (at[0] + np.cos(angle) * radius * 0.26, at[1] + np.sin(angle) * radius * 0.26 * flat),
            (radius * 0.2, radius * 0.18),
            (226, 150, 152, 255),
        )
    for _ in range(13):
        angle = rng.uniform(0, 6.3)
        tip = (
            at[0] + np.cos(angle) * radius * rng.uniform(0.35, 0.6),
            at[1] + np.sin(angle) * radius * 0.5 * flat,
        )
        drawing.line([at, tip], radius * 0.035, (140, 60, 60, 255))
        drawing.dot(tip, (radius * 0.055, radius * 0.055), (206, 156, 40, 255))


def lotus(drawing: Drawing, rng: Rng, at: Spot, size: float) -> None:
    """A lotus: a flower in full bloom on its stalk over broad leaves, a bud, and the water below."""
    x, y = at
    for dx, dy, wide in ((-0.34, 0.62, 0.46), (0.36, 0.74, 0.4), (0.02, 0.92, 0.5)):
        stalk = curve(
            [
                (x + dx * size, y + dy * size),
                (x + dx * size * 0.8, y + (dy + 0.3) * size),
                (x + dx * size * 0.7, y + 1.35 * size),
            ],
            30,
        )
        drawing.bristles(rng, stalk, size * 0.024, Touch((70, 92, 70), 220, 8, 0.4, 0.1))
        lily(drawing, rng, (x + dx * size, y + dy * size), wide * size)
    stalk = curve(
        [(x, y + size * 0.14), (x + size * 0.04, y + size * 0.6), (x - size * 0.03, y + size * 1.3)], 40
    )
    drawing.bristles(rng, stalk, size * 0.028, Touch((74, 98, 72), 235, 9, 0.4, 0.1))
    for tilt, reach in (
        (-1.25, 0.36),
        (1.25, 0.36),
        (-0.95, 0.42),
        (0.95, 0.42),
        (-0.62, 0.44),
        (0.62, 0.44),
        (-0.3, 0.45),
        (0.3, 0.45),
        (0.0, 0.44),
    ):
        _petal(drawing, (x, y + size * 0.16), (tilt, reach * size))
    for tilt, reach in ((-1.0, 0.24), (1.0, 0.24), (-0.5, 0.28), (0.5, 0.28), (0.0, 0.27)):
        _petal(drawing, (x, y + size * 0.2), (tilt, reach * size))
    bud = (x + size * 0.46, y + size * 0.16)
    drawing.bristles(
        rng,
        curve([bud, (bud[0] - size * 0.06, bud[1] + size * 0.5), (bud[0] - size * 0.1, y + size * 1.3)], 30),
        size * 0.018,
        Touch((74, 98, 72), 235, 7, 0.4, 0.1),
    )
    for tilt in (-0.22, 0.22, 0.0):
        _petal(drawing, (bud[0], bud[1] + size * 0.03), (tilt, size * 0.2))


def lily(drawing: Drawing, rng: Rng, at: Spot, width: float) -> None:
    """A broad floating leaf: two green washes, its veins, a wavy rim."""
    around = np.linspace(0, 2 * np.pi, 120)
    rim = 0.5 + 0.018 * np.sin(9 * around + rng.uniform(0, 6)) + 0.012 * np.sin(17 * around)
    ring = np.stack([at[0] + np.cos(around) * rim * width, at[1] + np.sin(around) * rim * width * 0.42], -1)
    drawing.fill(ring, (92, 124, 96, 255))
    for _ in range(150):
        angle = rng.uniform(0, 2 * np.pi)
        inner, outer = rng.uniform(0.05, 0.2), rng.uniform(0.3, 0.49)
        spine = [
            (at[0] + np.cos(angle) * r * width, at[1] + np.sin(angle) * r * width * 0.42)
            for r in (inner, (inner + outer) / 2, outer)
        ]
        shade = rng.uniform(0.62, 1.12)
        drawing.stroke(
            spine,
            np.array([0.4, 1, 0.2]) * width * 0.014,
            (int(72 * shade), int(106 * shade), int(80 * shade), 255),
        )
    for angle in np.linspace(0, 2 * np.pi, 14, endpoint=False) + 0.2:
        vein = [
            (at[0] + np.cos(angle) * r * width, at[1] + np.sin(angle) * r * width * 0.42)
            for r in (0.02, 0.25, 0.47)
        ]
        drawing.stroke(vein, np.array([1.2, 0.8, 0.3]) * width * 0.007, (40, 66, 50, 255))
    drawing.stroke(ring, (0.6 + 0.4 * np.sin(5 * around)) * width * 0.009, (40, 62, 48, 255))


def pond(drawing: Drawing, rng: Rng, at: Spot, width: float) -> None:
    """Rings widening on still water where something has just leapt in, and the drops it threw."""
    around = np.linspace(0, 2 * np.pi, 160)
    for rank in range(9):
        radius = width * (0.035 + 0.055 * rank + 0.0012 * rank**2)
        ring = np.stack([at[0] + np.cos(around) * radius, at[1] + np.sin(around) * radius * 0.3], -1)
        pressed = (
            np.clip(0.35 + 0.65 * np.sin(around * 1.5 + rank * 1.7), 0.05, 1)
            * width
            * 0.0065
            * (1.25 - 0.08 * rank)
        )
        drawing.stroke(ring, pressed, (52, 70, 78, int(235 - 18 * rank)))
    for _ in range(16):
        angle, far = rng.uniform(-np.pi, 0), rng.uniform(0.02, 0.13) * width
        size = width * rng.uniform(0.002, 0.0065)
        drawing.dot(
            (at[0] + np.cos(angle) * far * 0.8, at[1] + np.sin(angle) * far * 1.4),
            (size, size * 1.25),
            (52, 70, 78, 230),
        )
    for _ in range(60):
        x, y = at[0] + rng.normal(0, 0.42) * width, at[1] + rng.normal(0.1, 0.13) * width
        long = width * rng.uniform(0.03, 0.12)
        drawing.stroke(
            curve([(x, y), (x + long / 2, y - long * 0.05), (x + long, y)], 9),
            taper(9, 0.1, 0.0, 0.5) * width * 0.0035,
            (70, 86, 90, 130),
        )


def _petal(drawing: Drawing, base: Spot, leaf: tuple[float, float]) -> None:
    """A lotus petal: pale at its base, rose towards its tip, with fine veins."""
    tilt, long = leaf
    along = np.array([np.sin(tilt), -np.cos(tilt)])
    across = np.array([along[1], -along[0]])
    t = np.linspace(0, 1, 40)
    breadth = long * 0.24 * np.sin(np.pi * t**0.8) ** 0.75
    spine = np.asarray(base) + t[:, None] * long * along
    for share in np.linspace(1, 0.08, 22):
        rim = np.concatenate(
            [spine + across * breadth[:, None] * share, (spine - across * breadth[:, None] * share)[::-1]]
        )
        drawing.fill(rim, (246 - int(14 * share), 226 - int(76 * share), 216 - int(56 * share), 255))
    for share in np.linspace(-0.8, 0.8, 9):
        drawing.stroke(
            (spine + across * (breadth * share)[:, None])[8:38],
            np.linspace(0.3, 1, 30) * long * 0.006,
            (206, 122, 132, 255),
        )
    edge = np.concatenate([spine + across * breadth[:, None], (spine - across * breadth[:, None])[::-1]])
    drawing.stroke(edge, (0.5 + 0.5 * np.sin(np.linspace(0, 3.1, 80))) * long * 0.014, (160, 70, 84, 255))


def throne(drawing: Drawing, at: Spot, half: float) -> None:
    """A lotus throne: two rows of broad petals about an empty seat."""
    x, y = at
    for tilt in np.linspace(-1.35, 1.35, 9):
        _petal(drawing, (x + tilt * half * 0.5, y), (tilt * 0.62, half * 0.74))
    for tilt in np.linspace(-1.2, 1.2, 8):
        _petal(drawing, (x + tilt * half * 0.55, y + half * 0.1), (tilt * 0.75, half * 0.56))


def rosette(drawing: Drawing, at: Spot, radius: float, colours: tuple[Colour, Colour, Colour]) -> None:
    """A flower seen from above: a ring of petals, a second ring between them, a heart."""
    outer, inner, heart = colours
    turn = np.linspace(0, 2 * np.pi, 97)
    for reach, phase, colour in ((1.0, 0.0, outer), (0.78, np.pi / 8, inner), (0.5, 0.0, outer)):
        rim = radius * reach * (0.8 + 0.2 * np.abs(np.cos(4 * (turn + phase))))
        drawing.fill(np.stack([at[0] + np.cos(turn) * rim, at[1] + np.sin(turn) * rim], -1), (*colour, 255))
    drawing.dot(at, (radius * 0.3, radius * 0.3), (*heart, 255))
    for angle in np.linspace(0, 2 * np.pi, 8, endpoint=False):
        drawing.dot(
            (at[0] + np.cos(angle) * radius * 0.17, at[1] + np.sin(angle) * radius * 0.17),
            (radius * 0.035, radius * 0.035),
            (*inner, 255),
        )
