"""Trees and grasses: pines, broadleaved trees, willows, blossoming plums, far woods of a few dabs."""

import numpy as np

from archive.demo.brush import Drawing, Touch, curve, taper
from archive.demo.paper import Colour, Floats, Rng

BARK: Colour = (62, 46, 34)
TRUNK: Colour = (122, 96, 70)
GROWN = 125
"""The height, in units, from which a pine is near enough to show its bark."""
FOLIAGE: tuple[Colour, ...] = (
    (46, 84, 62),
    (70, 106, 70),
    (36, 70, 72),
    (104, 116, 66),
    (158, 84, 50),
    (176, 116, 56),
)


def box(x: float, foot: float, height: float) -> tuple[float, float, float, float]:
    """The box (x, y, w, h) that holds any tree of ``height`` rooted at (``x``, ``foot``)."""
    return (x - height * 0.85, foot - height * 1.12, height * 1.7, height * 1.2)


def pine(drawing: Drawing, rng: Rng, root: tuple[float, float], height: float) -> None:
    """A pine: a leaning, scaly trunk, arms that reach to the sides, wheels of needles on clouds of green."""
    x, foot = root
    lean = rng.normal(0, 0.16) * height
    bends = rng.normal(0, 0.045, 5) * height
    knots = [
        (x + lean * t + bend * (t > 0), foot - height * t)
        for t, bend in zip(np.linspace(0, 1, 5), bends, strict=True)
    ]
    trunk = curve(knots, 28)
    thick = height * rng.uniform(0.05, 0.07)
    arms = [
        _arm(rng, trunk, height, share)
        for share in np.sort(rng.uniform(0.4, 0.97, int(rng.integers(7, 11) if height > GROWN else 5)))
    ]
    for arm in arms:
        drawing.stroke(arm, taper(len(arm), 1, 0.25, 0.0) * thick * 0.42, (*BARK, 255))
    girth = np.interp(np.linspace(0, 1, 28), [0, 0.06, 0.2, 1], [1.9, 1.35, 1.1, 0.4]) * thick
    drawing.stroke(trunk, girth, (*(TRUNK if height > GROWN else BARK), 255))
    if height > GROWN:
        drawing.bristles(rng, trunk, girth, Touch(BARK, 225, 12, 0.75, 0.3, TRUNK))
        _scales(drawing, rng, trunk, thick)
    _needles(drawing, rng, np.stack([*arms, curve(trunk[-6:], 12)]), height)


def broadleaf(drawing: Drawing, rng: Rng, root: tuple[float, float], height: float) -> None:
    """A broadleaved tree: a forked trunk under a crown of dabs, green, or red as in autumn."""
    x, foot = root
    colour = FOLIAGE[rng.choice(len(FOLIAGE), p=[0.26, 0.24, 0.2, 0.14, 0.09, 0.07])]
    thick = height * 0.045
    for _ in range(int(rng.integers(3, 6))):
        tip = (x + rng.normal(0, 0.2) * height, foot - height * rng.uniform(0.62, 0.95))
        fork = (x + rng.normal(0, 0.03) * height, foot - height * rng.uniform(0.25, 0.45))
        drawing.stroke(curve([root, fork, tip], 12), np.linspace(1.2, 0.15, 12) * thick, (*BARK, 240))
    count = int(np.clip(height * 0.9, 26, 150))
    around, out = rng.uniform(0, 2 * np.pi, count), np.sqrt(rng.random(count))
    centres = np.stack(
        [
            x + np.cos(around) * out * height * 0.34,
            foot - height * 0.7 + np.sin(around) * out * height * 0.27,
        ],
        -1,
    )
    light = 1.15 - 0.35 * (np.sin(around) * out + 1) / 2 + rng.normal(0, 0.1, count)
    size = np.clip(height * 0.045, 1.6, 9) * rng.uniform(0.7, 1.3, count)
    _dabs(drawing, rng, centres, (size, colour, light))


def willow(drawing: Drawing, rng: Rng, root: tuple[float, float], height: float) -> None:
    """A willow: a bent trunk and long fronds that hang and sway the same way."""
    x, foot = root
    trunk = curve(
        [
            root,
            (x + height * rng.normal(0, 0.1), foot - height * 0.45),
            (x + height * rng.normal(0, 0.12), foot - height * 0.8),
        ],
        14,
    )
    drawing.stroke(trunk, np.linspace(1.3, 0.5, 14) * height * 0.05, (*BARK, 245))
    wind, count = rng.normal(0.0, 0.06) * height, int(np.clip(height / 2.2, 40, 130))
    crown = trunk[-1] + rng.normal(0, 1, (count, 2)) * (height * 0.16, height * 0.06)
    away = (crown[:, 0] - trunk[-1, 0]) * 0.7
    t = np.linspace(0, 1, 9)[None]
    drop = rng.uniform(0.3, 0.72, (count, 1)) * height
    fronds = np.stack(
        [
            crown[:, :1] + away[:, None] * np.sqrt(t) + wind * t**2,
            crown[:, 1:] - height * 0.1 * np.sin(t * np.pi) * (1 - t) + drop * t**1.6,
        ],
        -1,
    )
    tones = rng.uniform(0.75, 1.25, count)
    inks = [(round(92 * v), round(118 * v), round(66 * v), 190) for v in tones]
    drawing.strokes(
        fronds.astype(np.float32),
        np.broadcast_to(taper(9, 0.8, 0.4), (count, 9)) * max(height * 0.009, 0.9),
        inks,
    )


def plum(drawing: Drawing, rng: Rng, root: tuple[float, float], height: float) -> None:
    """A plum in blossom: angular dark branches, petals of white and rose."""
    tips = _branches(drawing, rng, root, (height * 0.42, -np.pi / 2 + rng.normal(0, 0.2), 4))
    for x, y in tips:
        for _ in range(int(rng.integers(3, 7))):
            red = rng.uniform(0, 1)
            petal = (236, round(206 - 90 * red), round(200 - 74 * red), 240)
            radius = max(height * 0.013, 1.2) * rng.uniform(0.7, 1.4)
            drawing.dot(
                (x + rng.normal(0, height * 0.035), y + rng.normal(0, height * 0.03)),
                (radius, radius * 0.9),
                petal,
            )


def wood(drawing: Drawing, rng: Rng, row: Floats, height: float) -> None:
    """A far wood along ``row`` (n, 2): each tree a stem and a few dabs."""
    n, count = len(row), 8
    tall = height * rng.uniform(0.6, 1.3, n)
    stems = np.stack([row, row - np.stack([rng.normal(0, 1, n), tall], -1)], axis=1)
    drawing.strokes(
        stems.astype(np.float32),
        np.broadcast_to(np.maximum(tall * 0.06, 0.9)[:, None], (n, 2)),
        [(*BARK, 200)] * n,
    )
    up = rng.uniform(0.3, 1.05, (n, count))
    across = rng.normal(0, 0.16, (n, count)) * (1.3 - up)
    centres = row[:, None] + np.stack([across, -up], -1) * tall[:, None, None]
    sizes = np.repeat(np.maximum(tall * 0.13, 1.4), count)
    lights = (rng.uniform(0.6, 1.05, (n, count)) * rng.uniform(0.75, 1.2, (n, 1))).ravel()
    _dabs(drawing, rng, centres.reshape(-1, 2), (sizes, FOLIAGE[int(rng.integers(0, 4))], lights))


def reeds(drawing: Drawing, rng: Rng, root: tuple[float, float], height: float) -> None:
    """A tuft of reeds at the water's edge, all bent by one wind."""
    count = int(rng.integers(10, 20))
    t = np.linspace(0, 1, 7)[None]
    bend = rng.normal(0.3, 0.25, (count, 1)) * height
    tall = rng.uniform(0.5, 1.0, (count, 1)) * height
    blades = np.stack(
        [
            root[0] + rng.normal(0, height * 0.18, (count, 1)) + bend * t**2,
            root[1] - tall * t * (1 - 0.18 * t),
        ],
        -1,
    )
    drawing.strokes(
        blades.astype(np.float32),
        np.broadcast_to(taper(7, 0.8, 0.2), (count, 7)) * max(height * 0.03, 1),
        [(70, 84, 56, 210)] * count,
    )


def _arm(rng: Rng, trunk: Floats, height: float, share: float) -> Floats:
    start = trunk[int(share * 27)]
    side = 1 if rng.random() < 0.5 else -1
    reach = height * rng.uniform(0.2, 0.44) * (1.25 - share * 0.75) * side
    lift = height * rng.uniform(-0.05, 0.09)
    return curve(
        [
            start,
            start + np.array([reach * 0.4, -lift - height * 0.03]),
            start + np.array([reach * 0.75, -lift]),
            start + np.array([reach, height * 0.02 - lift]),
        ],
        12,
    )


def _needles(drawing: Drawing, rng: Rng, arms: Floats, height: float) -> None:
    """Clouds of green along the ``arms`` (n, 12, 2), wheels of needles on them; fewer on a small tree."""
    reach, size = height * 0.057, min(height * 0.057, 22)
    seats = arms[:, [4, 6, 8, 10, 11]].reshape(-1, 2) + rng.normal(0, reach * 0.4, (len(arms) * 5, 2))
    if height < GROWN:
        seats = seats[::2]
    heap = max(round((reach / size) ** 2 * 2.2), 1)
    spread = (reach - size) * np.array([1.15, 0.55])
    seats = (
        np.repeat(seats, heap, axis=0)
        + np.clip(rng.normal(0, 0.6, (len(seats) * heap, 2)), -1.3, 1.3) * spread
    )
    seats = seats[np.argsort(seats[:, 1])]
    n, count = len(seats), int(np.clip(size, 8, 20))
    green = rng.normal(1, 0.1, n)
    clouds = [(int(58 * v), int(98 * v), int(74 * v), 255) for v in green.tolist()]
    drawing.dots(seats - (0, size * 0.2), size * rng.uniform(0.9, 1.3, n), clouds)
    angle = np.linspace(-np.pi * 1.08, np.pi * 0.08, count)[None, :, None] + rng.normal(
        0, 0.07, (n, count, 1)
    )
    blades = np.linspace(0.06, 1, 3) * size * rng.uniform(0.75, 1.3, (n, count, 1))
    fans = seats[:, None, None] + np.stack([np.cos(angle) * blades, np.sin(angle) * blades * 0.8], -1)
    inks = [(int(26 * v), int(46 * v), int(38 * v), 255) for v in rng.uniform(0.8, 1.7, n * count).tolist()]
    widths = np.broadcast_to(np.array([1.0, 0.85, 0.3]) * np.clip(height * 0.0035, 0.8, 1.5), (n * count, 3))
    drawing.strokes(fans.reshape(-1, 3, 2).astype(np.float32), widths, inks)


def _scales(drawing: Drawing, rng: Rng, trunk: Floats, thick: float) -> None:
    """Bark like the scales of a dragon: small open rings down the trunk."""
    spots = np.repeat(trunk[1:-4], 3, axis=0)
    n = len(spots)
    spots = spots + rng.uniform(-1, 1, (n, 2)) * (thick * 0.4, thick * 0.4)
    turn = rng.uniform(0, 2, (n, 1)) + np.linspace(0, 1, 9)[None] * rng.uniform(2.4, 4, (n, 1))
    rings = spots[:, None] + np.stack([np.cos(turn) * thick * 0.16, np.sin(turn) * thick * 0.2], -1)
    widths = np.broadcast_to(taper(9, 0.6, 0.3) * max(thick * 0.055, 1), (n, 9))
    drawing.strokes(rings.astype(np.float32), widths, [(82, 62, 46, 255)] * n)


def _branches(
    drawing: Drawing, rng: Rng, root: tuple[float, float], branch: tuple[float, float, int]
) -> list[tuple[float, float]]:
    length, angle, depth = branch
    elbow = (root[0] + np.cos(angle) * length * 0.5, root[1] + np.sin(angle) * length * 0.5)
    tip = (elbow[0] + np.cos(angle + 0.3) * length * 0.5, elbow[1] + np.sin(angle + 0.3) * length * 0.5)
    drawing.stroke([root, elbow, tip], np.array([1.2, 0.9, 0.6]) * max(length * 0.11, 1), (*BARK, 245))
    if depth == 0:
        return [tip, elbow]
    turns = (rng.uniform(-0.9, -0.3), rng.uniform(0.25, 0.9))
    grown = [
        _branches(drawing, rng, tip, (length * rng.uniform(0.55, 0.8), angle + turn, depth - 1))
        for turn in turns
    ]
    return [spot for spots in grown for spot in spots] + ([elbow] if depth < 3 else [])


def _dabs(drawing: Drawing, rng: Rng, centres: Floats, paint: tuple[Floats, Colour, Floats]) -> None:
    """Leaves as the side of the brush leaves them: short, thick, each with its own light."""
    sizes, colour, lights = paint
    angle = rng.normal(0.1, 0.7, len(centres))[:, None]
    t = np.linspace(-1, 1, 4)[None]
    spines = np.stack(
        [
            centres[:, :1] + np.cos(angle) * t * sizes[:, None],
            centres[:, 1:] + np.sin(angle) * t * sizes[:, None],
        ],
        -1,
    )
    widths = np.array([0.5, 1.2, 1.1, 0.3])[None] * sizes[:, None]
    shades = np.clip(np.asarray(colour) * np.asarray(lights)[:, None], 0, 255).astype(int)
    inks = [(red, green, blue, 235) for red, green, blue in shades.tolist()]
    drawing.strokes(spines.astype(np.float32), widths, inks)
