"""Motifs for the album's leaves: bamboo, a bird, gourds on their vine, a star pattern."""

import numpy as np

from archive.demo.brush import Drawing, Touch, curve, taper
from archive.demo.paper import Colour, Floats, Rng, shade

SUMI: Colour = (36, 34, 34)
Spot = tuple[float, float]


def bamboo(drawing: Drawing, rng: Rng, foot: Spot, height: float) -> None:
    """Two stems of bamboo in ink, one pale and far, one dark, with leaves that hang in the rain."""
    for dx, ink, thick in ((height * 0.16, 105, 0.026), (0.0, 190, 0.036)):
        x, y = foot[0] + dx, foot[1]
        joints = int(rng.integers(7, 9))
        lean = rng.normal(0.07, 0.02)
        for joint in range(joints):
            long = height / joints * (0.8 + 0.45 * joint / joints)
            tip = (x + long * lean, y - long * 0.95)
            breadth = height * thick * (1 - 0.055 * joint)
            stem = curve([(x, y), ((x + tip[0]) / 2 + rng.normal(0, 3), (y + tip[1]) / 2), tip], 26)
            pressed = np.interp(np.linspace(0, 1, 26), [0, 0.06, 0.5, 0.94, 1], [1.12, 1.0, 0.92, 1.0, 1.14])
            drawing.bristles(rng, stem, pressed * breadth, Touch(SUMI, ink, 26, 0.75, 0.25))
            x, y = tip[0] + long * 0.006, tip[1] - height * 0.008
            ring = curve(
                [(x - breadth * 0.62, y + 1), (x, y + breadth * 0.22), (x + breadth * 0.62, y + 1)], 12
            )
            drawing.stroke(ring, taper(12, 0.9, 0.6) * breadth * 0.2, (*SUMI, min(ink + 55, 255)))
            if joint > 2:
                _spray(drawing, rng, (x, y), (height * rng.uniform(0.08, 0.13), ink))
                _spray(drawing, rng, (x, y), (-height * rng.uniform(0.06, 0.1), ink))


def bird(drawing: Drawing, rng: Rng, at: Spot, size: float) -> None:
    """A small blue bird that has just alighted, looking back over its shoulder."""
    x, y = at

    def place(points: list[Spot]) -> Floats:
        return np.asarray(points, np.float32) * size + (x, y)

    tail = [
        curve(place([(0.30, 0.05), (0.62, 0.24 + k * 0.025), (0.98 - 0.06 * k, 0.46 + k * 0.05)]), 20)
        for k in range(4)
    ]
    for plume in tail:
        drawing.bristles(
            rng, plume, taper(20, 0.7, 0.5, 0.6) * size * 0.075, Touch((34, 58, 92), 245, 12, 0.35, 0.15)
        )
    body = curve(
        place(
            [
                (-0.36, -0.30),
                (-0.46, -0.12),
                (-0.40, 0.10),
                (-0.18, 0.26),
                (0.10, 0.25),
                (0.36, 0.10),
                (0.16, -0.10),
                (-0.04, -0.26),
                (-0.2, -0.36),
                (-0.36, -0.30),
            ]
        ),
        80,
    )
    drawing.fill(body, (206, 190, 160, 255))
    _down(drawing, rng, (x - size * 0.24, y + size * 0.06), size)
    for rank in range(7):
        start, end = (-0.14 + 0.02 * rank, -0.18 + 0.045 * rank), (0.44 - 0.055 * rank, 0.12 + 0.018 * rank)
        feather = curve(place([start, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - 0.05), end]), 20)
        drawing.bristles(
            rng,
            feather,
            taper(20, 0.8, 0.25, 0.4) * size * 0.085,
            Touch(((44, 86, 128), (30, 52, 84))[rank % 2], 250, 12, 0.45, 0.12),
        )
    around = np.linspace(0, 2 * np.pi, 40)
    head = np.stack([np.cos(around) * 0.185 - 0.3, np.sin(around) * 0.165 - 0.36], -1) * size + (x, y)
    drawing.fill(head, (48, 88, 130, 255))
    drawing.fill(
        place([(-0.44, -0.28), (-0.30, -0.22), (-0.16, -0.25), (-0.28, -0.30)]), (240, 232, 214, 255)
    )
    drawing.fill(place([(-0.14, -0.42), (0.045, -0.405), (-0.13, -0.345)]), (54, 48, 44, 255))
    drawing.dot((x - size * 0.235, y - size * 0.39), (size * 0.034, size * 0.034), (248, 240, 220, 255))
    drawing.dot((x - size * 0.232, y - size * 0.39), (size * 0.022, size * 0.022), (18, 16, 16, 255))
    for leg in (-0.14, -0.02):
        drawing.line(
            place([(leg, 0.24), (leg - 0.02, 0.38), (leg - 0.12, 0.41)]), size * 0.018, (70, 50, 40, 255)
        )
        drawing.line(place([(leg - 0.02, 0.38), (leg + 0.07, 0.41)]), size * 0.016, (70, 50, 40, 255))


def gourds(drawing: Drawing, rng: Rng, at: Spot, size: float) -> None:
    """Two gourds on a vine with lobed leaves and tendrils, yellow going to green."""
    x, y = at
    vine = curve(
        [
            (x + size * 0.7, y - size * 0.75),
            (x + size * 0.28, y - size * 0.62),
            (x - size * 0.05, y - size * 0.7),
            (x - size * 0.42, y - size * 0.58),
            (x - size * 0.72, y - size * 0.66),
        ],
        60,
    )
    drawing.bristles(
        rng, vine, np.linspace(1, 0.45, 60) * size * 0.03, Touch((84, 88, 52), 240, 12, 0.3, 0.35)
    )
    for dx, dy, wide in ((-0.16, -0.66, 0.36), (0.42, -0.72, 0.34), (-0.55, -0.6, 0.26), (0.14, -0.72, 0.25)):
        _vine_leaf(drawing, rng, (x + dx * size, y + dy * size), wide * size)
    for dx, long in ((-0.08, 1.0), (0.34, 0.74)):
        top = (x + dx * size, y - size * 0.58)
        drawing.bristles(
            rng,
            curve(
                [(top[0] + 12, top[1] - size * 0.07), (top[0] - 6, top[1]), (top[0], top[1] + size * 0.1)], 14
            ),
            size * 0.02,
            Touch((84, 88, 52), 240, 8, 0.3, 0.2),
        )
        _gourd(drawing, rng, (top[0], top[1] + size * 0.08), size * long)
    for start, turn in (((x + size * 0.58, y - size * 0.66), 1), ((x - size * 0.6, y - size * 0.6), -1)):
        t = np.linspace(0, 1, 80)
        curl = np.stack(
            [
                start[0] + turn * size * (0.05 + 0.11 * t) * np.cos(1.2 + t * 13) * (1 - 0.55 * t),
                start[1] + size * (0.3 * t + 0.06 * np.sin(1.2 + t * 13)),
            ],
            -1,
        )
        drawing.stroke(curl, np.linspace(1, 0.35, 80) * size * 0.0085, (92, 98, 58, 245))


def stars(drawing: Drawing, at: Spot, size: Spot, cell: float) -> None:
    """Eight-pointed stars and crosses in lapis, turquoise and gold, woven together by a white band."""
    (left, top), (wide, high) = at, size
    spots = [
        (left + (i + 0.5) * cell, top + (j + 0.5) * cell)
        for j in range(round(high / cell))
        for i in range(round(wide / cell))
    ]
    drawing.fill(
        [(left, top), (left + wide, top), (left + wide, top + high), (left, top + high)], (28, 112, 122, 255)
    )
    for rank, spot in enumerate(spots):
        points = _star(spot, cell * 0.5)
        drawing.fill(points, (24, 58, 112, 255))
        drawing.fill(_star(spot, cell * 0.3), (206, 166, 84, 255) if rank % 2 else (196, 92, 62, 255))
        drawing.fill(_star(spot, cell * 0.19), (240, 232, 212, 255))
        for angle in np.linspace(0, 2 * np.pi, 8, endpoint=False) + np.pi / 8:
            drawing.dot(
                (spot[0] + np.cos(angle) * cell * 0.325, spot[1] + np.sin(angle) * cell * 0.325),
                (cell * 0.022, cell * 0.022),
                (226, 196, 120, 255),
            )
        drawing.dot(spot, (cell * 0.07, cell * 0.07), (28, 112, 122, 255))
        ring = np.concatenate([points, points[:2]])
        drawing.line(ring, cell * 0.055, (34, 30, 34, 255))
        drawing.line(ring, cell * 0.038, (240, 232, 212, 255))
    for i in range(1, round(wide / cell)):
        for j in range(1, round(high / cell)):
            middle = (left + i * cell, top + j * cell)
            drawing.fill(_star(middle, cell * 0.15), (206, 166, 84, 255))
            drawing.dot(middle, (cell * 0.055, cell * 0.055), (24, 58, 112, 255))


def _spray(drawing: Drawing, rng: Rng, at: Spot, reach: tuple[float, int]) -> None:
    long, ink = reach
    twig = curve(
        [at, (at[0] + long * 0.55, at[1] - abs(long) * 0.5), (at[0] + long, at[1] - abs(long) * 0.5)], 16
    )
    drawing.stroke(twig, np.linspace(1, 0.4, 16) * abs(long) * 0.045, (*SUMI, ink))
    for root in (twig[-1], twig[10], twig[6]):
        for spread in np.linspace(-0.55, 0.6, int(rng.integers(3, 6))):
            angle = np.pi / 2 - np.sign(long) * 0.55 + spread + rng.normal(0, 0.1)
            size = abs(long) * rng.uniform(0.6, 1.1)
            tip = root + np.array([np.cos(angle), np.sin(angle)]) * size
            bow = root + np.array([np.cos(angle - 0.14), np.sin(angle - 0.14)]) * size * 0.5
            leaf = curve([root, bow, tip], 16)
            tone = int(np.clip(ink + rng.normal(15, 28), 60, 250))
            drawing.bristles(
                rng, leaf, taper(16, 0.12, 0.0, 0.36) * size * 0.15, Touch(SUMI, tone, 12, 0.15, 0.2)
            )


def _down(drawing: Drawing, rng: Rng, at: Spot, size: float) -> None:
    """The soft feathers of a breast: rust above, pale below."""
    n = 420
    angle, out = rng.uniform(0, 2 * np.pi, n), np.sqrt(rng.random(n))
    roots = np.stack([at[0] + np.cos(angle) * out * size * 0.2, at[1] + np.sin(angle) * out * size * 0.2], -1)
    along = np.stack([np.full(n, 0.035), rng.uniform(0.01, 0.05, n)], -1) * size
    spines = roots[:, None] + along[:, None] * np.linspace(0, 1, 4)[None, :, None]
    warm = np.clip((at[1] + size * 0.1 - roots[:, 1]) / (size * 0.3), 0, 1)
    shades = np.clip(
        np.array([226, 206, 172]) + warm[:, None] * np.array([-34, -92, -104]) + rng.normal(0, 12, (n, 1)),
        0,
        255,
    )
    inks = [(red, green, blue, 255) for red, green, blue in shades.astype(int).tolist()]
    drawing.strokes(
        spines.astype(np.float32), np.broadcast_to(taper(4, 0.6, 0.1) * size * 0.012, (n, 4)), inks
    )


def _vine_leaf(drawing: Drawing, rng: Rng, at: Spot, width: float) -> None:
    around = np.linspace(0, 2 * np.pi, 90)
    lobes = 0.36 + 0.1 * np.cos(5 * (around - np.pi / 2)) + 0.02 * np.cos(15 * around + rng.uniform(0, 6))
    tilt = rng.uniform(-0.4, 0.4)
    ring = np.stack(
        [at[0] + np.cos(around + tilt) * lobes * width, at[1] + np.sin(around + tilt) * lobes * width], -1
    )
    green = ((86, 108, 70), (70, 96, 72), (112, 120, 66))[int(rng.integers(3))]
    drawing.fill(ring, (*green, 250))
    for point in ring[::2]:
        drawing.stroke(
            [at, (np.asarray(at) + point) / 2 + rng.normal(0, width * 0.01, 2), point],
            np.array([0.3, 1, 0.1]) * width * 0.022,
            (*shade(green, rng.uniform(0.62, 1.1)), 255),
        )
    for lobe in range(5):
        angle = np.pi / 2 + lobe * 2 * np.pi / 5 + tilt
        tip = (at[0] + np.cos(angle) * width * 0.43, at[1] + np.sin(angle) * width * 0.43)
        drawing.stroke([at, tip], np.array([1.4, 0.4]) * width * 0.012, (44, 56, 38, 255))
    drawing.stroke(ring, (0.55 + 0.45 * np.sin(around * 4)) * width * 0.012, (44, 56, 38, 255))


def _gourd(drawing: Drawing, rng: Rng, top: Spot, size: float) -> None:
    t = np.linspace(0, 1, 70)
    bulbs = [
        wide * np.sqrt(np.clip(1 - ((t - middle) / long) ** 2, 0, 1))
        for middle, long, wide in ((0.3, 0.2, 0.118), (0.72, 0.28, 0.2))
    ]
    neck = 0.03 + 0.034 * np.clip(t * 3, 0, 1) * (t < 0.6)
    breadth = size * np.maximum.reduce([*bulbs, neck * (t < 0.95)])
    breadth = np.convolve(np.pad(breadth, 3, mode="edge"), np.full(7, 1 / 7), mode="valid") * np.sqrt(
        np.clip(1 - t**40, 0, 1)
    )
    spine = np.stack([np.full(70, top[0]) + size * 0.02 * np.sin(t * 5), top[1] + t * size * 0.66], -1)
    for share in np.linspace(1, 0.04, 40):
        side = breadth * share
        shift = breadth * 0.28 * (1 - share)
        rim = np.concatenate(
            [spine + np.stack([side - shift, t * 0], -1), (spine - np.stack([side + shift, t * 0], -1))[::-1]]
        )
        light = 1 - share
        drawing.fill(rim, (int(176 + 62 * light), int(138 + 72 * light), int(66 + 78 * light), 255))
    n = 260
    rows = rng.integers(4, 66, n)
    across = rng.uniform(-0.95, 0.95, n)
    spots = spine[rows] + np.stack([across * breadth[rows], np.zeros(n)], -1)
    drawing.dots(spots, size * rng.uniform(0.0015, 0.0045, n), [(150, 112, 52, 255)] * n)
    edge = np.concatenate(
        [spine + np.stack([breadth, t * 0], -1), (spine - np.stack([breadth, t * 0], -1))[::-1]]
    )
    drawing.stroke(edge, (0.55 + 0.45 * np.sin(np.linspace(0, 12, 140))) * size * 0.009, (92, 62, 34, 255))


def _star(at: Spot, radius: float) -> Floats:
    """The outline of two squares laid crosswise: sixteen points."""
    angles = np.arange(16) * np.pi / 8
    inner = radius * np.cos(np.pi / 4) / np.cos(np.pi / 8)
    radii = np.where(np.arange(16) % 2 == 0, radius, inner)
    return np.stack([at[0] + np.cos(angles) * radii, at[1] + np.sin(angles) * radii], -1).astype(np.float32)
