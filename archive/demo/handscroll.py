"""The handscroll: a journey along a river, from the near bank on the right to open water on the left."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from PIL import Image

from archive.demo import dwellings, mountains, mounting, paper, people, trees, waters
from archive.demo.brush import Drawing, curve
from archive.demo.canvas import Canvas
from archive.demo.mountains import Lobe, Pigments, Site
from archive.demo.mounting import HEIGHT, WIDTH
from archive.demo.paper import Colour, Rng

SILK: Colour = (214, 181, 130)
EDGE: Colour = (168, 126, 78)
SEED = 1104

RANGES = (  # x, crest, foot, width, haze: mountains that stand far off, then those that the road passes.
    (22300, 930, 1330, 1500, 0.84), (20900, 820, 1330, 1500, 0.8), (19500, 700, 1350, 1600, 0.82),
    (16300, 760, 1330, 1700, 0.8), (14700, 1010, 1300, 1500, 0.86), (13200, 960, 1290, 1400, 0.84),
    (12100, 640, 1350, 1500, 0.8), (9900, 420, 1400, 1500, 0.76), (7400, 800, 1330, 1700, 0.82),
    (6000, 1010, 1290, 1500, 0.88), (4700, 1080, 1280, 1100, 0.9),
    (20400, 640, 1700, 1500, 0.34), (18900, 560, 1650, 1300, 0.45), (16900, 620, 1640, 1400, 0.38),
    (12500, 900, 1660, 1200, 0.42), (11500, 480, 1680, 1500, 0.3), (8800, 560, 1680, 1600, 0.32),
    (7500, 980, 1600, 1200, 0.45),
    (21500, 1080, 1950, 1300, 0.0), (18100, 380, 1900, 1700, 0.0), (16500, 980, 1960, 1200, 0.0),
    (10500, 230, 1930, 2000, 0.0), (9300, 760, 2010, 1500, 0.0),
    (11900, 1060, 2040, 1300, 0.0), (7900, 1130, 2020, 1200, 0.0),
    (4300, 1320, 2140, 1100, 0.0),
)  # fmt: skip
BANKS = (  # x, top, half width, height: flat ground at the water's edge, where roads run and people live.
    (23300, 2010, 1500, 520), (21400, 1900, 1500, 480), (19400, 1900, 1500, 430), (17500, 1890, 1400, 430),
    (15900, 1900, 1000, 330),
    (12700, 1950, 1000, 330), (11200, 1970, 1500, 430), (9500, 2010, 1400, 430), (7900, 2000, 1200, 380),
    (6100, 1760, 420, 110),
    (5300, 1640, 300, 80), (14300, 1590, 380, 90), (4300, 2120, 1000, 330),
)  # fmt: skip
VILLAGES = ((22500, 2060, 6), (19200, 1985, 8), (16300, 1960, 9), (11600, 2030, 8), (8500, 2070, 7))
ROADS = (
    ((23800, 2190), (23100, 2150), (22300, 2210), (21500, 2080), (20700, 2130),
     (19900, 2030), (19100, 2080), (18300, 2010), (17500, 2070),
     (16700, 2010), (15420, 2000)),
    ((13150, 2010), (12100, 2110), (11300, 2080), (10500, 2150), (9700, 2110),
     (8900, 2180), (8200, 2110), (7020, 2130)),
)  # fmt: skip
TEMPLES = (
    (17650, 1560, 210),
    (17400, 1660, 150),
    (17930, 1680, 160),
    (9950, 1640, 230),
    (9690, 1755, 160),
    (10240, 1765, 170),
)
PAGODAS = ((8960, 1330, 92, 7), (18900, 1745, 60, 5))
JUNKS = (
    (20300, 2390),
    (15000, 2210),
    (14250, 1750),
    (13750, 2300),
    (14700, 2420),
    (6500, 2250),
    (5600, 1960),
    (10200, 2420),
)
SKIFFS = (
    (18000, 2400),
    (14550, 2100),
    (13500, 1640),
    (6200, 1900),
    (6000, 2020),
    (5200, 1760),
    (5000, 2290),
    (8000, 2450),
    (12300, 2440),
)
STONE = Pigments((112, 118, 100), (160, 146, 108), (176, 150, 98))
NEAR_STONE = Pigments((70, 84, 80), (118, 122, 96), (176, 150, 98))
TERRACE = Pigments((150, 140, 92), (172, 148, 98), (190, 158, 106))
SHORE = Pigments((132, 132, 84), (176, 150, 98), (206, 170, 116))


Box = tuple[float, float, float, float]
Built = Callable[[Drawing, Rng, tuple[float, float], float], None]


@dataclass(frozen=True)
class Passage:
    """A part of the picture in a ``box`` (x, y, w, h, in units), and what paints it."""

    box: Box
    paint: Callable[[Canvas], None]


Standing = tuple[float, Passage]
"""What stands at a level (units from the top), to be painted after all that stands higher up."""


def strip(columns: tuple[int, int], scale: float = 1.0) -> Image.Image:
    """The ``columns`` (left, width, in pixels) of the scroll; strips painted apart meet without a seam."""
    part = (columns[0], round(WIDTH * scale))
    size = (columns[1], round(HEIGHT * scale))
    silk = paper.aged(np.random.default_rng(SEED), size, SILK, EDGE, part=part)
    canvas = Canvas(silk, scale, columns[0])
    for passage in scene():
        if canvas.shows(passage.box[0], passage.box[0] + passage.box[2]):
            passage.paint(canvas)
    mounting.frame(canvas)
    woven = Canvas(paper.weave(np.random.default_rng(SEED), silk, part=part), scale, columns[0])
    mounting.inscribe(woven)
    return woven.image


def scene() -> Iterator[Passage]:
    """The passages in the order they are painted: far before near, land before what stands on it."""
    rng = np.random.default_rng(SEED)
    yield from _water(rng)
    for far in RANGES[:11]:
        yield from _mountain(rng, Site(*far))
    yield from _mists(rng, 1340, 46, (260, 120))
    for middle in RANGES[11:18]:
        yield from _mountain(rng, Site(*middle))
    yield from _mists(rng, 1680, 26, (300, 100))
    for near in sorted(RANGES[18:], key=lambda place: place[2]):
        yield from _mountain(rng, Site(*near))
    yield from _temples(rng)
    yield from _land(rng)
    yield from _boats(rng)
    yield from _foreground(rng)
    yield from _sky(rng)


def _mountain(rng: Rng, site: Site) -> Iterator[Passage]:
    for lobe in mountains.massif(rng, site):
        yield _rock(lobe)
        if site.haze < 0.6 and lobe.half > 110:
            yield from _planted(rng, lobe)


def _rock(lobe: Lobe) -> Passage:
    return Passage(lobe.box, lambda canvas: mountains.paint(canvas, lobe, SILK))


def _planted(rng: Rng, lobe: Lobe) -> Iterator[Passage]:
    """Woods along the flanks of a rock, and now and then a pine on its crest."""
    seed = int(rng.integers(1 << 31))
    tall = 40 - 24 * lobe.haze
    across = rng.uniform(-0.9, 0.6) + np.sort(rng.random(int(rng.integers(8, 22)))) * rng.uniform(0.3, 0.7)
    row = lobe.at(across, rng.uniform(0.32, 0.62) + rng.normal(0, 0.015, len(across)))
    left, top = (row.min(0) - np.array([60, 90])).tolist()
    wide, high = (np.ptp(row, 0) + np.array([120, 130])).tolist()
    yield _drawn((left, top, wide, high), seed, lambda drawing, own: trees.wood(drawing, own, row, tall))
    if lobe.haze < 0.2:
        for _ in range(int(rng.integers(2, 6))):
            ((x, y),) = lobe.at(rng.uniform(-0.8, 0.8), rng.uniform(0.03, 0.4))[None].tolist()
            yield _tree(rng, trees.pine, (x, y + 6), rng.uniform(55, 105))


def _tree(
    rng: Rng,
    kind: Callable[[Drawing, Rng, tuple[float, float], float], None],
    root: tuple[float, float],
    height: float,
) -> Passage:
    seed = int(rng.integers(1 << 31))
    return _drawn(trees.box(*root, height), seed, lambda drawing, own: kind(drawing, own, root, height))


def _drawn(box: Box, seed: int, draw: Callable[[Drawing, Rng], None]) -> Passage:
    """A small drawing in colours, with a chance of its own: it looks the same on whichever strip it falls."""

    def paint(canvas: Canvas) -> None:
        drawing = Drawing(box, canvas.scale)
        draw(drawing, np.random.default_rng(seed))
        canvas.lay(drawing)

    return Passage(box, paint)


def _water(rng: Rng) -> Iterator[Passage]:
    for left in range(2600, 24000, 1000):
        box = (left - 200, waters.HORIZON - 40, 1400, waters.NEAR - waters.HORIZON + 80)
        yield Passage(box, partial(waters.ripples, left=left, seed=int(rng.integers(1 << 31))))


def _mists(rng: Rng, level: float, count: int, size: tuple[float, float]) -> Iterator[Passage]:
    for _ in range(count):
        x, y, seed = rng.uniform(2700, 24000), level + rng.normal(0, 60), int(rng.integers(1 << 31))
        box = (x, y, size[0] * rng.uniform(2, 5), size[1] * rng.uniform(0.7, 1.5))
        yield _mist(box, seed)


def _mist(box: Box, seed: int) -> Passage:
    x, y, half, high = box
    veil = (x - half, y - high, 2 * half, 2 * high)
    return Passage(veil, lambda canvas: waters.mist(canvas, np.random.default_rng(seed), box, SILK))


def _land(rng: Rng) -> Iterator[Passage]:
    """The banks, the road along them, then all that stands there, whatever is further up first."""
    banks = [
        Lobe(x, top, high, half, SHORE, int(rng.integers(1 << 31)), power=0.42)
        for x, top, half, high in BANKS
    ]
    for bank in banks:
        yield _mist(
            (bank.x, bank.top + bank.height * 0.75, bank.half * 1.2, bank.height * 0.5),
            int(rng.integers(1 << 31)),
        )
        yield _rock(bank)
    standing = [one for bank in banks for one in (*_growth(rng, bank), *_stones(rng, bank))]
    for x, y, houses in VILLAGES:
        standing += _village(rng, (x, y), houses)
    standing += _viewers(rng)
    for knots in ROADS:
        path = curve(knots, 260)
        seed = int(rng.integers(1 << 31))
        yield from (_stretch(path[part : part + 21], seed + part) for part in range(0, 240, 20))
        spots = path[rng.choice(np.arange(8, 250), len(knots) * 3, replace=False)].tolist()
        standing += [_traveller(rng, (x, y + rng.normal(0, 5))) for x, y in spots]
    yield from (passage for _, passage in sorted(standing, key=lambda one: one[0]))


def _growth(rng: Rng, bank: Lobe) -> Iterator[Standing]:
    kinds = (trees.broadleaf, trees.broadleaf, trees.willow, trees.pine, trees.plum)
    for _ in range(int(bank.half / 62)):
        ((x, y),) = bank.at(rng.uniform(-0.85, 0.85), rng.uniform(0.04, 0.5))[None].tolist()
        yield y, _tree(rng, kinds[int(rng.integers(len(kinds)))], (x, y), rng.uniform(80, 170))
    for _ in range(int(bank.half / 80)):
        ((x, y),) = bank.at(rng.uniform(-1, 1), rng.uniform(0.62, 0.8))[None].tolist()
        yield y, _tree(rng, trees.reeds, (x, y), rng.uniform(26, 56))


def _stones(rng: Rng, bank: Lobe) -> Iterator[Standing]:
    for _ in range(int(bank.half / 110)):
        ((x, y),) = bank.at(rng.uniform(-0.9, 0.9), rng.uniform(0.1, 0.7))[None].tolist()
        size = rng.uniform(30, 80)
        yield (
            y,
            _rock(
                Lobe(x, y - size, size * 1.5, size * rng.uniform(0.8, 1.6), STONE, int(rng.integers(1 << 31)))
            ),
        )


def _village(rng: Rng, at: tuple[float, float], houses: int) -> Iterator[Standing]:
    for _ in range(houses):
        spot, wide = (at[0] + rng.normal(0, 26) * houses, at[1] + rng.normal(0, 34)), rng.uniform(88, 128)
        yield spot[1], _built(rng, dwellings.cottage, spot, wide)
        if rng.random() < 0.7:
            kind = (trees.broadleaf, trees.plum, trees.willow)[int(rng.integers(3))]
            root = (spot[0] + rng.choice([-1, 1]) * wide * 0.9, spot[1] + 12)
            yield root[1], _tree(rng, kind, root, rng.uniform(110, 190))


def _viewers(rng: Rng) -> Iterator[Standing]:
    """The pavilion at the journey's end, and two who look out at what is not painted."""
    x, y = 3800, 2262
    yield y, _built(rng, lambda drawing, _, at, size: dwellings.pavilion(drawing, at, size), (x, y), 230)
    for side in (-28, 24):
        yield y + 1, _built(rng, people.person, (x + side, y - 4), 46)


def _traveller(rng: Rng, at: tuple[float, float]) -> Standing:
    kind = people.donkey if rng.random() < 0.25 else people.person
    return at[1], _built(rng, kind, at, rng.uniform(30, 37))


def _built(rng: Rng, kind: Built, at: tuple[float, float], size: float) -> Passage:
    seed = int(rng.integers(1 << 31))
    return _drawn(
        dwellings.box(at, size * 1.4, size * 2), seed, lambda drawing, own: kind(drawing, own, at, size)
    )


def _stretch(path: paper.Floats, seed: int) -> Passage:
    """A stretch of the road: a pale ribbon between two broken lines."""

    def draw(drawing: Drawing, own: Rng) -> None:
        breadth = 13 + 3 * np.sin(path[:, 0] / 170)
        drawing.stroke(path, breadth * 2, (226, 198, 150, 170))
        for side in (-1, 1):
            for start in range(0, 20, 2):
                if own.random() < 0.72:
                    run = slice(start, start + 3)
                    drawing.line(path[run] + np.array([0, side]) * breadth[run, None], 1.6, (96, 76, 54, 200))

    left, top = (path.min(0) - 40).tolist()
    wide, high = (np.ptp(path, 0) + 80).tolist()
    return _drawn((left, top, wide, high), seed, draw)


def _temples(rng: Rng) -> Iterator[Passage]:
    """Temples on terraces, pines about them; the pagodas; the bridges."""
    for x, y, wide in TEMPLES:
        high = wide * 0.9
        yield _rock(Lobe(x, y - 16, high, wide * 0.9, TERRACE, int(rng.integers(1 << 31)), power=0.3))
        for side in (-1, 1):
            yield _tree(rng, trees.pine, (x + side * wide * 0.66, y + 4), wide * rng.uniform(0.7, 1.0))
        yield _built(rng, lambda drawing, _, at, size: dwellings.hall(drawing, at, size), (x, y), wide)
        for _ in range(3):
            half = wide * rng.uniform(0.16, 0.3)
            root = (x + rng.normal(0, 0.4) * wide, y + wide * rng.uniform(0.22, 0.3))
            yield _rock(Lobe(root[0], root[1] - half, half * 1.7, half, STONE, int(rng.integers(1 << 31))))
            yield _tree(rng, trees.broadleaf, (root[0] + half, root[1] + 10), rng.uniform(70, 110))
    for x, y, wide, storeys in PAGODAS:
        yield _rock(Lobe(x, y - 10, 220, 130, TERRACE, int(rng.integers(1 << 31)), power=0.4))
        yield _drawn(dwellings.box((x, y), wide, wide * 5.5), 1, partial(_pagoda, (x, y), wide, storeys))
        yield _tree(rng, trees.pine, (x + wide * 0.8, y + 10), wide * 1.4)
    yield _drawn(
        (13050, 1700, 2600, 420),
        1,
        lambda drawing, _: dwellings.timber_bridge(drawing, (15450, 1990), (13150, 2010)),
    )
    yield _drawn(
        dwellings.box((6850, 2125), 200, 160),
        1,
        lambda drawing, _: dwellings.arched_bridge(drawing, (6850, 2125), 320),
    )


def _pagoda(at: tuple[float, float], wide: float, storeys: int, drawing: Drawing, _: Rng) -> None:
    dwellings.pagoda(drawing, at, wide, storeys)


def _boats(rng: Rng) -> Iterator[Passage]:
    """Sails and fishermen, smaller the farther they are."""
    yield from (_built(rng, dwellings.junk, at, 90 + (at[1] - 1600) * 0.17) for at in JUNKS)
    yield from (_built(rng, dwellings.skiff, at, 70 + (at[1] - 1600) * 0.12) for at in SKIFFS)


def _foreground(rng: Rng) -> Iterator[Passage]:
    """Rocks and tall pines at the lower edge, close enough to touch."""
    for x, rocks, tall in (
        (23350, 6, 1180),
        (19700, 4, 560),
        (12600, 5, 820),
        (7300, 5, 700),
        (4700, 4, 480),
    ):
        seats = np.sort(x + rng.normal(0, 80, rocks) * rocks)
        for rank in range(min(rocks - 2, 3)):
            root = (seats[rank + 1] + rng.normal(0, 40), 2560 - rng.uniform(20, 110))
            yield _tree(rng, trees.pine, root, tall * rng.uniform(0.6, 1.0))
        for seat in seats.tolist():
            half, high = rng.uniform(120, 260), rng.uniform(220, 360)
            stone = Lobe(
                seat,
                2600 - high * rng.uniform(0.55, 0.95),
                high,
                half,
                NEAR_STONE,
                int(rng.integers(1 << 31)),
                power=0.5,
            )
            for rock in (stone, *mountains.heads(rng, stone)):
                yield _rock(rock)


def _sky(rng: Rng) -> Iterator[Passage]:
    """Four skeins of wild geese."""
    for at, span in (((20000, 420), 34), ((14200, 620), 26), ((5600, 700), 30), ((5300, 900), 20)):
        seed, flight = int(rng.integers(1 << 31)), partial(people.birds, at=at, span=span)
        yield _drawn((at[0] - 80, at[1] - 330, 1200, 700), seed, flight)
