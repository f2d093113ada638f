"""Water and mist: fine ripples drawn line by line, vapour that leaves the silk bare."""

import numpy as np
from PIL import Image

from archive.demo import paper
from archive.demo.brush import Drawing, soaked
from archive.demo.canvas import Canvas
from archive.demo.paper import Colour, Rng

RIPPLE: Colour = (84, 92, 82)
HORIZON, NEAR = 1330, 2520
"""Where the water begins, far off, and where it leaves the picture (in units from the top)."""


def ripples(canvas: Canvas, left: int, seed: int) -> None:
    """The water's lines over a thousand units from ``left`` on: close and faint afar, wide nearby."""
    rng = np.random.default_rng(seed)
    ink = Drawing((left - 160, HORIZON - 40, 1320, NEAR - HORIZON + 80), canvas.scale, "L")
    _deepen(canvas, ink)
    calm = paper.noise(rng, (34, 34), (9, 5), 3)
    rows, y = [], float(HORIZON)
    while y < NEAR:
        near = (y - HORIZON) / (NEAR - HORIZON)
        rows.append((y, near, 34 + 96 * near))
        y += 9 + 19 * near
    for rank, (level, near, length) in enumerate(rows):
        count = int(1000 / length)
        starts = (
            left + (np.arange(count) + 0.5 * (rank % 2)) * 1000 / count + rng.normal(0, length * 0.1, count)
        )
        still = calm[min(int(near * 33), 33), np.clip((starts - left) / 1000 * 33, 0, 33).astype(int)]
        starts = starts[(still > 0.36) & (rng.random(count) < 0.9)]
        _row(ink, rng, starts, (level, near, length))
    mask = soaked(rng, ink.image(), 0.4)
    canvas.stain(mask, ink.place, RIPPLE)


def _deepen(canvas: Canvas, ink: Drawing) -> None:
    """A thin wash of green-grey under the ripples, deeper towards us; the edges of two such washes meet."""
    columns = (round(ink.place[0] + 160 * canvas.scale), round(ink.place[0] + 1160 * canvas.scale))
    depth = paper.smoothstep(np.linspace(0, 1, ink.size[1], dtype=np.float32), 0.0, 0.9) * 46
    mask = paper.to_image(np.repeat(depth[:, None], columns[1] - columns[0], axis=1))
    canvas.stain(mask, (columns[0], ink.place[1]), (112, 132, 118))


def mist(canvas: Canvas, rng: Rng, box: tuple[float, float, float, float], colour: Colour) -> None:
    """Vapour about the middle (x, y) of ``box`` (x, y, half width, half height): soft, and torn by wind."""
    x, y, half, high = box
    size = (max(round(2 * half * canvas.scale), 4), max(round(2 * high * canvas.scale), 4))
    small = (max(size[0] // 8, 2), max(size[1] // 8, 2))
    across, down = np.linspace(-1, 1, small[0])[None], np.linspace(-1, 1, small[1])[:, None]
    torn = paper.noise(rng, small, (small[0] / 3, small[1] / 1.5), 4)
    veil = np.clip(1 - np.sqrt(across**2 + down**2), 0, 1) * (0.35 + 1.3 * torn)
    mask = paper.to_image(235 * paper.smoothstep(veil.astype(np.float32), 0.02, 0.6)).resize(
        size, Image.Resampling.BICUBIC
    )
    canvas.stain(mask, (round((x - half) * canvas.scale), round((y - high) * canvas.scale)), colour)


def _row(ink: Drawing, rng: Rng, starts: paper.Floats, wave: tuple[float, float, float]) -> None:
    level, near, length = wave
    n = len(starts)
    if not n:
        return
    t = np.linspace(0, 1, 9)[None]
    reach = length * rng.uniform(0.85, 1.2, (n, 1))
    height = (2.5 + 8 * near) * rng.uniform(0.7, 1.2, (n, 1))
    x = starts[:, None] + reach * (t - 0.5)
    y = level - height * np.sin(np.pi * t) ** 1.3 + rng.normal(0, 1.2 + 2 * near, (n, 1))
    widths = np.sin(np.pi * (0.08 + 0.84 * t)) * (1.0 + 1.3 * near)
    tones = ((60 + 95 * near) * rng.uniform(0.5, 1.1, n)).astype(int).tolist()
    ink.strokes(np.stack([x, y], -1).astype(np.float32), np.broadcast_to(widths, (n, 9)), tones)
