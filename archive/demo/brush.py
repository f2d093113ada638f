"""Brushes: strokes that swell and taper, drawn twice as large as wanted and brought down smooth."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageDraw

from archive.demo.paper import Colour, Floats, Rng, speckle

Ink = int | tuple[int, int, int] | tuple[int, int, int, int]
Points = npt.ArrayLike
Box = tuple[int, int, int, int]

GRAIN = (2.3, 1.9)
"""The grain of the ground (across, down), in pixels."""

OVER = 2
"""Every drawing is made at this many times its size: the cheapest antialiasing that looks like a brush."""


class Drawing:
    """A transparent sheet over ``box`` (x, y, w, h, in units of the picture) that strokes are drawn on.

    Mode ``L`` is one ink in many tones (255 is densest), quick over wide areas; ``RGBA`` is a small
    picture in many colours. ``scale`` is pixels per unit.
    """

    def __init__(
        self, box: tuple[float, float, float, float], scale: float = 1.0, mode: str = "RGBA"
    ) -> None:
        left, top = int(np.floor(box[0] * scale)), int(np.floor(box[1] * scale))
        size = (max(int(np.ceil(box[2] * scale)) + 1, 1), max(int(np.ceil(box[3] * scale)) + 1, 1))
        self.place = (left, top)
        self.size = size
        self._zoom = scale * OVER
        self._image = Image.new(mode, (size[0] * OVER, size[1] * OVER), 0)
        self._pen = ImageDraw.Draw(self._image)

    def fill(self, points: Points, ink: Ink) -> None:
        """The polygon of ``points`` (n, 2) filled with ``ink``."""
        self._pen.polygon(self._device(points).ravel().tolist(), fill=ink)

    def dot(self, centre: tuple[float, float], radius: tuple[float, float], ink: Ink) -> None:
        """An ellipse about ``centre`` (x, y) with the radii (across, down)."""
        ((x, y),) = self._device([centre]).tolist()
        rx, ry = max(radius[0] * self._zoom, 0.5), max(radius[1] * self._zoom, 0.5)
        self._pen.ellipse((x - rx, y - ry, x + rx, y + ry), fill=ink)

    def dots(self, centres: Floats, radii: Floats, inks: Sequence[Ink]) -> None:
        """Many small, slightly flat ellipses: ``centres`` (n, 2), ``radii`` (n) across, one ink each."""
        reach = np.maximum(np.stack([radii, np.asarray(radii) * 0.75], -1) * self._zoom, 0.5)
        middle = self._device(centres)
        boxes = np.concatenate([middle - reach, middle + reach], axis=1).tolist()
        for box, ink in zip(boxes, inks, strict=True):
            self._pen.ellipse(box, fill=ink)

    def line(self, points: Points, width: float, ink: Ink) -> None:
        """A line of even ``width`` through ``points`` (n, 2)."""
        thick = max(round(width * self._zoom), 1)
        joint = (
            "curve" if thick > 5 else None
        )  # Round joints cost five times the line, and hide in a thin one.
        self._pen.line(self._device(points).ravel().tolist(), fill=ink, width=thick, joint=joint)

    def stroke(self, points: Points, widths: Points, ink: Ink) -> None:
        """A stroke along ``points`` (n, 2) as wide as ``widths`` (n) says at each."""
        spine = np.asarray(points, np.float32)[None]
        self.strokes(spine, np.broadcast_to(np.asarray(widths, np.float32), spine.shape[:2]), [ink])

    def strokes(self, spines: Floats, widths: Floats, inks: Sequence[Ink]) -> None:
        """Many strokes at once: ``spines`` (n, k, 2), ``widths`` (n, k), one ink each."""
        outlines = self._device(outline(spines, widths)).reshape(len(spines), 4 * spines.shape[1]).tolist()
        polygon = self._pen.polygon
        for points, ink in zip(outlines, inks, strict=True):
            polygon(points, fill=ink)

    def bristles(self, rng: Rng, points: Points, widths: Points, touch: "Touch") -> None:
        """A broad stroke laid hair by hair: it has streaks, an edge darker than its middle, and runs dry."""
        spine = np.asarray(points, np.float32)
        breadth = np.broadcast_to(np.asarray(widths, np.float32), spine.shape[:1])
        side = normals(spine[None])[0] * breadth[:, None] / 2
        hairs = touch.hairs
        for offset, tones in zip(np.linspace(-1, 1, hairs), _tones(rng, len(spine), touch), strict=True):
            run = spine + side * offset
            thick = side * (1.5 / hairs)
            quads = np.stack(
                [run[:-1] - thick[:-1], run[1:] - thick[1:], run[1:] + thick[1:], run[:-1] + thick[:-1]], 1
            )
            for quad, tone in zip(self._device(quads).reshape(len(quads), -1).tolist(), tones, strict=False):
                if tone > 0:
                    self._pen.polygon(quad, fill=touch.laid(tone))

    def image(self) -> Image.Image:
        """The drawing at its true size."""
        return self._image.reduce(OVER)

    def _device(self, points: Points) -> Floats:
        scaled = np.asarray(points, np.float32) * np.float32(self._zoom)
        return scaled - np.asarray(self.place, np.float32) * OVER


@dataclass(frozen=True)
class Touch:
    """How a broad stroke is laid: colour, ink (0..255), hairs, edge (0 even, 1 dark rims), dryness 0..1."""

    colour: Colour
    ink: int = 220
    hairs: int = 14
    edge: float = 0.4
    dry: float = 0.25
    over: Colour | None = None
    """The colour it is laid over in the same drawing, where a stroke replaces what it covers."""

    def laid(self, tone: int) -> tuple[int, int, int, int]:
        """The ink of ``tone`` (0..255): thin over what is behind the drawing, or mixed with ``over``."""
        if self.over is None:
            return (*self.colour, tone)
        red, green, blue = (c * tone + o * (255 - tone) for c, o in zip(self.colour, self.over, strict=True))
        return (red // 255, green // 255, blue // 255, 255)


def outline(spines: Floats, widths: Floats) -> Floats:
    """The outlines (n, 2k, 2) of strokes along ``spines`` (n, k, 2) with ``widths`` (n, k)."""
    side = normals(spines) * (np.asarray(widths, np.float32)[..., None] / 2)
    return np.concatenate([spines + side, (spines - side)[:, ::-1]], axis=1)


def normals(spines: Floats) -> Floats:
    """Unit vectors across each of ``spines`` (n, k, 2)."""
    along = np.empty_like(spines, dtype=np.float32)
    along[:, 1:-1] = spines[:, 2:] - spines[:, :-2]
    along[:, 0] = spines[:, 1] - spines[:, 0]
    along[:, -1] = spines[:, -1] - spines[:, -2]
    across = along[..., ::-1] * np.array([-1, 1], np.float32)
    return np.asarray(across / np.maximum(np.sqrt((along**2).sum(-1, keepdims=True)), 1e-6), np.float32)


def curve(points: Points, count: int = 24) -> Floats:
    """A smooth line (count, 2) through ``points`` (Catmull-Rom)."""
    knots = np.asarray(points, np.float32)
    ends = np.concatenate([[2 * knots[0] - knots[1]], knots, [2 * knots[-1] - knots[-2]]])
    at = np.linspace(0, len(knots) - 1.0001, count, dtype=np.float32)
    start = at.astype(int)
    t = (at - start)[:, None]
    a, b, c, d = (ends[start + shift] for shift in range(4))
    return np.asarray(
        b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))), np.float32
    )


def taper(count: int, head: float = 0.25, tail: float = 0.0, belly: float = 0.35) -> Floats:
    """Widths (count) of a stroke: ``head`` where it starts, 1 at ``belly``, ``tail`` where it leaves."""
    return np.interp(np.linspace(0, 1, count), [0, belly, 1], [head, 1, tail]).astype(np.float32)


def soaked(rng: Rng, mask: Image.Image, strength: float = 0.5, ink: float = 1.0) -> Image.Image:
    """``mask`` (L) as ink takes to a rough ground: weaker where the grain is; ``ink`` thins all of it."""
    whole = _grain()
    room = (whole.width - mask.width, whole.height - mask.height)
    if min(room) > 0:
        left, top = int(rng.integers(room[0])), int(rng.integers(room[1]))
        grain = whole.crop((left, top, left + mask.width, top + mask.height))
    else:
        grain = speckle(rng, mask.size, GRAIN)
    return ImageChops.multiply(mask, grain.point(_ramp(round(ink * 255 * (1 - strength)), round(ink * 255))))


@lru_cache
def _grain() -> Image.Image:
    """A wide sheet of grain to cut pieces from: making it for every rock took a fifth of the time."""
    return speckle(np.random.default_rng(7), (4096, 3072), GRAIN)


@lru_cache
def _ramp(low: int, high: int) -> list[int]:
    return [round(low + (high - low) * value / 255) for value in range(256)]


def _tones(rng: Rng, count: int, touch: Touch) -> list[list[int]]:
    across = np.linspace(-1, 1, touch.hairs)[:, None]
    rim = 1 - touch.edge * (1 - across**2)
    hair = rng.normal(1, 0.18, (touch.hairs, 1))
    along = np.linspace(0, 1, count)[None]
    gaps = rng.random((touch.hairs, count)) < touch.dry * along**1.5 * rng.random((touch.hairs, 1)) * 2
    tones = touch.ink * rim * hair * (1 - 0.35 * along * touch.dry)
    laid: list[list[int]] = np.where(gaps, 0, np.clip(tones, 0, 255)).astype(int).tolist()
    return laid
