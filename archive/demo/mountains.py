"""Mountains: lobes of rock heaped from the back to the front, each with its wash, creases and strokes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageChops

from archive.demo import paper
from archive.demo.brush import Drawing, soaked, taper
from archive.demo.canvas import Canvas
from archive.demo.paper import Colour, Floats, Rng

INK: Colour = (38, 34, 30)
SMALLEST = 34
"""Half the width, in units, below which a rock upon a rock would not be seen as one."""
CELL = 6
"""A wash is mixed for every sixth unit and stretched: colour runs, only ink is sharp."""


@dataclass(frozen=True)
class Pigments:
    """The colours of a rock from its crest to its foot."""

    crest: Colour
    flank: Colour
    foot: Colour


AZURITE = Pigments((38, 84, 128), (74, 124, 142), (190, 152, 98))
MALACHITE = Pigments((52, 108, 86), (104, 148, 110), (196, 158, 102))
OCHRE = Pigments((128, 116, 78), (168, 140, 90), (198, 160, 104))
SHADOW = Pigments((74, 92, 98), (126, 132, 116), (188, 158, 112))


@dataclass(frozen=True)
class Lobe:
    """One rounded rock: crest at (``x``, ``top``), ``height`` to where it fades, ``half`` its width there.

    ``lean`` moves the foot sideways, ``power`` shapes the flanks (0.4 a dome, 0.9 a spire), ``haze`` 0..1
    is distance.
    """

    x: float
    top: float
    height: float
    half: float
    pigments: Pigments
    seed: int
    lean: float = 0.0
    power: float = 0.6
    haze: float = 0.0

    @property
    def bent(self) -> tuple[float, float, float]:
        """Three phases of the swaying that no two lobes share."""
        return (self.seed % 6.283, self.seed // 7 % 6.283, self.seed // 49 % 6.283)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The box (x, y, w, h) that holds the lobe with its roughness and its trees' roots."""
        reach = self.half * 1.3 + abs(self.lean) + 12
        return (self.x - reach, self.top - 16, 2 * reach, self.height + 32)

    def at(self, across: Floats | float, down: Floats | float) -> Floats:
        """The points (…, 2) at ``across`` (-1 left edge .. 1 right) and ``down`` (0 crest .. 1 foot)."""
        u, v = np.broadcast_arrays(np.asarray(across, np.float32), np.asarray(down, np.float32))
        v = np.maximum(v, 0)
        p, q, r = self.bent
        sway = (
            np.sin(5 * v + 1.2 * u + p) * 0.09
            + np.sin(13 * v - 2.1 * u + q) * 0.035
            + np.sin(31 * v + 4 * u + r) * 0.012
        )
        heave = np.sin(3.3 * u + q) * 0.035 + np.sin(7.7 * u + r + 4 * v) * 0.02
        x = self.x + self.lean * v + (u * v**self.power + sway * np.sqrt(v)) * self.half
        y = self.top + (v + heave * np.sqrt(v) * (1 - v)) * self.height
        return np.stack([x, y], axis=-1).astype(np.float32)


def paint(canvas: Canvas, lobe: Lobe, silk: Colour) -> None:
    """The lobe: its wash over whatever is behind, then ink."""
    seen = lobe.half * canvas.scale
    if seen < 4:
        return
    rng = np.random.default_rng(lobe.seed)
    fine = 1 if lobe.half > 130 else 2
    creases = paper.noise(rng, (192 // fine, 64 // fine), (16, 27), 4 - fine)
    left_edge, right_edge = _roughness(rng), _roughness(rng)
    shape = _silhouette(lobe, left_edge, right_edge)
    _wash(canvas, rng, Layers(lobe, creases, shape), silk)
    if lobe.haze < 0.75 and seen > 7:
        _ink(canvas, rng, Layers(lobe, creases, shape))


@dataclass(frozen=True)
class Layers:
    """A lobe with what its wash and its ink share: the field of its creases and its outline."""

    lobe: Lobe
    creases: Floats
    shape: Floats

    def crease(self, across: Floats, down: Floats) -> Floats:
        """How deep the rock is cleft there, 0..1."""
        high, wide = self.creases.shape
        rows = np.clip(down * (high - 1), 0, high - 1).astype(int)
        columns = np.clip((across * 0.5 + 0.5) * (wide - 1), 0, wide - 1).astype(int)
        return np.asarray(self.creases[rows, columns], np.float32)


@dataclass(frozen=True)
class Site:
    """Where a mountain rises: about ``x``, from ``foot`` to ``crest``, ``width`` wide, ``haze`` 0..1 away."""

    x: float
    crest: float
    foot: float
    width: float
    haze: float = 0.0


def massif(rng: Rng, site: Site) -> Iterator[Lobe]:
    """A mountain: a chain of lobes winds from the summit down to the foot, smaller ones at its sides."""
    x, crest, foot, width, haze = site.x, site.crest, site.foot, site.width, site.haze
    rise = foot - crest
    count = int(rng.integers(8, 11))
    phase = rng.uniform(0, 6.3)
    lobes = []
    for step in range(count):
        t = step / (count - 1)
        sway = width * 0.26 * np.sin(phase + t * 5.5) * t**0.7
        half = width * (0.17 + 0.2 * t) * rng.uniform(0.75, 1.15)
        top = crest + rise * 0.8 * t**1.15
        lobes.append(
            _rock(rng, x + sway, top, (half, min(rise * rng.uniform(0.5, 0.7), foot - top + 60)), haze)
        )
        for side in (-1, 1):
            if step and rng.random() < 0.85:
                away = side * width * (0.2 + 0.34 * t) * rng.uniform(0.7, 1.3)
                down = top + rise * rng.uniform(0.02, 0.16)
                size = (half * rng.uniform(0.5, 0.8), min(rise * rng.uniform(0.3, 0.5), foot - down + 60))
                lobes.append(_rock(rng, x + sway + away, down, size, haze))
    for lobe in sorted(lobes, key=lambda lobe: lobe.top + lobe.height * 0.35):
        yield lobe
        if haze < 0.6:
            yield from heads(rng, lobe)


def heads(rng: Rng, parent: Lobe) -> Iterator[Lobe]:
    """Smaller rocks that stand out of a lobe's crest and flanks ("alum heads"), from its crest down."""
    downs = np.sort(rng.random(int(rng.integers(3, 6))) ** 1.4 * 0.5 + 0.02)
    for down in downs:
        across = rng.uniform(-0.75, 0.75)
        ((x, top),) = parent.at(across, down)[None].tolist()
        # It may not reach past the flank of the rock that carries it.
        room = parent.half * down**parent.power * (1 - abs(across)) * 1.4
        half = min(parent.half * (0.16 + 0.3 * down) * rng.uniform(0.7, 1.3), room)
        height = min(parent.height * rng.uniform(0.22, 0.42), half * rng.uniform(1.6, 3.2))
        if half < SMALLEST:
            continue
        # Its foot is as coloured as the rock it stands on there, so that it grows out of it.
        ground = paper.mix(
            parent.pigments.flank, parent.pigments.foot, float(np.clip(down * 1.4 - 0.2, 0, 1))
        )
        pigments = replace(parent.pigments, foot=tuple(ground.astype(int).tolist()))
        seed = int(rng.integers(1 << 31))
        child = Lobe(x, top - height * 0.12, height, half, pigments, seed, haze=parent.haze)
        yield replace(child, power=float(rng.uniform(0.42, 0.8)), lean=float(rng.normal(0, half * 0.3)))


def _rock(rng: Rng, x: float, top: float, size: tuple[float, float], haze: float) -> Lobe:
    pigments = (AZURITE, MALACHITE, MALACHITE, SHADOW, OCHRE)[rng.choice(5, p=[0.32, 0.25, 0.2, 0.1, 0.13])]
    lean = float(rng.normal(0, size[0] * 0.18))
    lobe = Lobe(x, top, max(size[1], 120), size[0], pigments, int(rng.integers(1 << 31)), lean=lean)
    return replace(lobe, power=float(rng.uniform(0.5, 0.95)), haze=haze)


def _roughness(rng: Rng) -> Floats:
    """Bulges along one flank from crest to foot (160 values): round outward, sharp in the clefts between."""
    total = np.zeros(160, np.float32)
    for cells, strength in ((5, 0.12), (13, 0.05), (40, 0.018)):
        knots = rng.uniform(-1, 1, cells + 2)
        wave = np.interp(np.linspace(0, cells, 160), np.arange(cells + 2), knots)
        total += (strength * (np.abs(wave) - 0.4)).astype(np.float32)
    return total


def _silhouette(lobe: Lobe, left: Floats, right: Floats) -> Floats:
    down = np.linspace(0, 1, 160, dtype=np.float32) ** 1.6
    flanks = [lobe.at(-1 - left * (0.4 + down), down)[::-1], lobe.at(1 + right * (0.4 + down), down)]
    return np.concatenate(flanks)


def _wash(canvas: Canvas, rng: Rng, layers: Layers, silk: Colour) -> None:
    lobe = layers.lobe
    body = Drawing(lobe.box, canvas.scale, "L")
    body.fill(layers.shape, 255)
    left, top, wide, high = lobe.box
    columns = np.arange(left, left + wide + CELL, CELL, dtype=np.float32)[None]
    rows = np.arange(top, top + high + CELL, CELL, dtype=np.float32)[:, None]
    down = (rows - lobe.top) / lobe.height
    reach = lobe.half * np.maximum(down, 0.004) ** lobe.power
    across = np.clip((columns - lobe.x - lobe.lean * down) / reach, -1.2, 1.2)
    down = np.broadcast_to(np.clip(down, 0, 1), across.shape)
    colours = paper.to_image(_mixed(layers, across, down, silk)).resize(body.size, Image.Resampling.BILINEAR)
    fade = paper.to_image(255 * (1 - paper.smoothstep(down, 0.55, 1.0))).resize(
        body.size, Image.Resampling.BILINEAR
    )
    mask = soaked(rng, ImageChops.multiply(body.image(), fade), 0.16)
    canvas.wash(colours, mask, body.place)


def _mixed(layers: Layers, across: Floats, down: Floats, silk: Colour) -> Floats:
    pigments, haze = layers.lobe.pigments, layers.lobe.haze
    cleft = layers.crease(across, down)
    depth = down + (cleft - 0.5) * 0.35
    colour = paper.mix(pigments.crest, pigments.flank, paper.smoothstep(depth, 0.04, 0.34))
    colour = paper.mix(colour, pigments.foot, paper.smoothstep(depth, 0.3, 0.74))
    dark = (
        paper.smoothstep(cleft, 0.42, 0.72) * (1 - down) * 0.42 + paper.smoothstep(-across, 0.1, 1.1) * 0.16
    )
    rim = paper.smoothstep(np.abs(across), 0.82, 1.0) * 0.14 * (1 - down)
    return paper.mix(colour * (1 - dark - rim)[..., None], silk, haze)


def _ink(canvas: Canvas, rng: Rng, layers: Layers) -> None:
    lobe = layers.lobe
    ink = Drawing(lobe.box, canvas.scale, "L")
    strength = 1 - lobe.haze
    area = lobe.half * lobe.height
    _hemp(ink, rng, layers, int(area / 420 * min(canvas.scale * 1.5, 1)))
    _clefts(ink, rng, layers)
    _contour(ink, rng, layers)
    _moss(ink, rng, layers, int(lobe.half / 5))
    mask = soaked(rng, ink.image(), 0.45, strength)
    canvas.stain(mask, ink.place, INK)


def _hemp(ink: Drawing, rng: Rng, layers: Layers, count: int) -> None:
    """Strokes like hemp fibres ("pi ma cun"): they run down the slope and gather in the clefts."""
    across = rng.uniform(-0.97, 0.97, count).astype(np.float32)
    down = (rng.random(count) ** 1.5 * 0.74 + 0.015).astype(np.float32)
    cleft = layers.crease(across, down)
    kept = rng.random(count) < paper.smoothstep(cleft, 0.34, 0.7) * 0.9 + 0.08
    across, down, cleft = across[kept, None], down[kept, None], cleft[kept]
    n, k = len(across), 7
    run = np.linspace(0, 1, k, dtype=np.float32)[None] * rng.uniform(0.035, 0.13, (n, 1)).astype(np.float32)
    drift = rng.normal(0, 0.5, (n, 1)).astype(np.float32) * run + rng.normal(
        0, 1.1 / layers.lobe.half, (n, k)
    ).astype(np.float32)
    widths = taper(k, 0.5, 0.1) * rng.uniform(1.3, 3.6, (n, 1))
    tones = np.clip((70 + 150 * cleft) * (1 - down[:, 0] * 0.75) * rng.uniform(0.6, 1.1, n), 20, 210).astype(
        int
    )
    order = np.argsort(tones)
    ink.strokes(layers.lobe.at(across + drift, down + run)[order], widths[order], tones[order].tolist())


def _clefts(ink: Drawing, rng: Rng, layers: Layers) -> None:
    """A few long strokes down the deepest creases, as the brush would first set the rock's bones."""
    start = np.linspace(-0.9, 0.9, 60, dtype=np.float32)
    depth = layers.crease(start, np.full_like(start, 0.25))
    deepest = (depth[1:-1] > depth[:-2]) & (depth[1:-1] > depth[2:]) & (depth[1:-1] > 0.5)
    across = start[1:-1][deepest][:, None]
    n, k = len(across), 18
    run = np.linspace(0, 1, k, dtype=np.float32)[None] * rng.uniform(0.25, 0.6, (n, 1))
    wander = np.cumsum(rng.normal(0, 0.009, (n, k)), axis=1)
    widths = taper(k, 0.9, 0.05, 0.15) * rng.uniform(3, 6.5, (n, 1))
    ink.strokes(layers.lobe.at(across + wander, 0.05 + run), widths, [190] * n)


def _contour(ink: Drawing, rng: Rng, layers: Layers) -> None:
    """The outline, pressed and lifted, broken here and there, lost towards the foot."""
    shape = layers.shape[24:-24]
    pressure = np.interp(np.linspace(0, 1, len(shape)), np.linspace(0, 1, 24), rng.uniform(1.2, 6.4, 24))
    height = 1 - np.clip((shape[:, 1] - layers.lobe.top) / layers.lobe.height, 0, 1)
    widths = pressure * (0.25 + 0.75 * height)
    step, reach = 30, 31
    starts = np.arange(0, len(shape) - reach, step) + rng.integers(0, 3)
    runs = np.minimum(starts[:, None] + np.arange(reach + 1)[None], len(shape) - 1)
    tones = (230 * height[runs].mean(axis=1) ** 0.7).astype(int).tolist()
    ink.strokes(shape[runs], widths[runs], tones)


def _moss(ink: Drawing, rng: Rng, layers: Layers, count: int) -> None:
    """Dots of moss in clusters along the crest and the clefts."""
    clusters = max(count // 7, 2)
    across = np.clip(
        np.repeat(rng.uniform(-1, 1, clusters), 7) + rng.normal(0, 0.06, clusters * 7), -0.95, 0.95
    )
    down = np.abs(np.repeat(rng.random(clusters) ** 2 * 0.4, 7) + rng.normal(0, 0.02, clusters * 7))
    sizes = np.repeat(rng.uniform(2.0, 4.6, clusters), 7) * rng.uniform(0.7, 1.3, clusters * 7)
    ink.dots(layers.lobe.at(across, down), sizes, rng.integers(110, 235, clusters * 7).tolist())
