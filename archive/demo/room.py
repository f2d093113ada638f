"""The room: a painted cave seen all around, cast ray by ray on to an equirectangular picture."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyvips

from archive.demo import chamber, murals
from archive.demo.chamber import CAISSON, FLOOR, UNIT, WALL_TOP, Panel
from archive.demo.paper import Floats

SIZE = (6144, 3072)
SUMMIT = 1.14
"""How high the flat of the ceiling is: half the room's width is 1, the eye is at 0."""
RISE = (SUMMIT - WALL_TOP) / (1 - CAISSON)
"""How steeply the four slopes of the ceiling lean inward, like an upturned dipper."""
STRIP = 192


def view(scale: float = 1.0) -> pyvips.Image:
    """The whole room, 6144 by 3072 pixels at ``scale`` 1: longitude across, latitude down."""
    width, height = round(SIZE[0] * scale), round(SIZE[1] * scale)
    atlas = murals.atlas(scale)
    source = pyvips.Image.new_from_array(np.asarray(atlas))
    light = _lighting((width, height))
    tops = range(0, height, STRIP)
    strips = [_strip(source, (width, height), (top, min(STRIP, height - top))) for top in tops]
    return (pyvips.Image.arrayjoin(strips, across=1) * light).cast("uchar").copy(interpretation="srgb")


@dataclass(frozen=True)
class Rays:
    """Directions from the eye, each array of shape (h, w): x to the right, y ahead, z up."""

    x: Floats
    y: Floats
    z: Floats


@dataclass(frozen=True)
class Hits:
    """Where rays meet the room: points, and the panel of the atlas each falls on."""

    x: Floats
    y: Floats
    z: Floats
    panel: npt.NDArray[np.int8]


def rays(size: tuple[int, int], rows: tuple[int, int]) -> Rays:
    """The rays of ``rows`` (top, count) of an equirectangular picture of ``size`` (w, h)."""
    longitude = ((np.arange(size[0], dtype=np.float32) + 0.5) / size[0] - 0.5)[None] * np.float32(2 * np.pi)
    lines = np.arange(rows[0], rows[0] + rows[1], dtype=np.float32) + 0.5
    latitude = (0.5 - lines / size[1])[:, None] * np.float32(np.pi)
    level = np.cos(latitude)
    up = np.broadcast_to(np.sin(latitude), (rows[1], size[0]))
    return Rays(level * np.sin(longitude), level * np.cos(longitude), up)


def cast(ray: Rays) -> Hits:
    """Where the rays meet floor, walls, slopes or the flat of the ceiling."""
    reach = np.maximum(np.maximum(np.abs(ray.x), np.abs(ray.y)), 1e-6)
    far = 1 / reach
    floor, above = far * ray.z < FLOOR, far * ray.z > WALL_TOP
    far = np.where(floor, FLOOR / np.minimum(ray.z, -1e-6), far)
    sloped = (WALL_TOP + RISE) / np.maximum(ray.z + RISE * reach, 1e-6)
    flat = above & (sloped * reach < CAISSON)
    far = np.where(above, sloped, far)
    far = np.where(flat, SUMMIT / np.maximum(ray.z, 1e-6), far)
    side = np.where(np.abs(ray.y) >= np.abs(ray.x), np.where(ray.y > 0, 0, 2), np.where(ray.x > 0, 1, 3))
    panel = np.where(
        floor, Panel.FLOOR, np.where(flat, Panel.CAISSON, np.where(above, side + Panel.SLOPES, side))
    )
    return Hits(ray.x * far, ray.y * far, ray.z * far, panel.astype(np.int8))


def _strip(atlas: pyvips.Image, size: tuple[int, int], rows: tuple[int, int]) -> pyvips.Image:
    across, down = _on_atlas(cast(rays(size, rows)), atlas.width / chamber.WIDTH)
    index = pyvips.Image.new_from_array(np.stack([across, down], -1).astype(np.float32))
    return atlas.mapim(index, interpolate=pyvips.Interpolate.new("bilinear"), extend="copy").copy_memory()


def _on_atlas(hits: Hits, scale: float) -> tuple[Floats, Floats]:
    """Pixels of the atlas: walls and slopes run along their side, floor and caisson lie flat."""
    panel = hits.panel
    turn = np.array([(1, 0), (0, -1), (-1, 0), (0, 1)] * 2 + [(1, 0)] * 2, np.float32)
    across = hits.x * turn[panel, 0] + hits.y * turn[panel, 1]
    depth = np.maximum(np.abs(hits.x), np.abs(hits.y))
    high = np.where(panel >= Panel.SLOPES, np.hypot(1 - depth, hits.z - WALL_TOP), hits.z)
    high = np.where(panel >= Panel.FLOOR, hits.y, high)
    origins = np.asarray(chamber.ORIGINS, np.float32)
    return (across * UNIT + origins[panel, 0]) * scale, (origins[panel, 1] - high * UNIT) * scale


def _lighting(size: tuple[int, int]) -> pyvips.Image:
    """Light over the whole view, reckoned at an eighth of its size: no hard shadow falls here."""
    small = (max(size[0] // 8, 1), max(size[1] // 8, 1))
    light = pyvips.Image.new_from_array(
        np.ascontiguousarray(_light(cast(rays(small, (0, small[1])))), np.float32)
    )
    grown = light.resize(size[0] / small[0], vscale=size[1] / small[1], kernel="linear")
    return grown.embed(0, 0, *size, extend="copy")


def _light(hits: Hits) -> Floats:
    """Light (h, w, 3): warm lamps before the niche, cool daylight from the door, dusk in the corners."""
    lamp = 1.25 / (0.75 + (hits.x * 0.8) ** 2 + (hits.y - 0.55) ** 2 + (hits.z + 0.25) ** 2)
    day = 0.62 / (0.5 + hits.x**2 + (hits.y + 1.0) ** 2 + (hits.z + 0.15) ** 2)
    edge = np.minimum(1 - np.minimum(np.abs(hits.x), np.abs(hits.y)), hits.z - FLOOR + 0.02)
    edge = np.minimum(edge, np.where(hits.z < WALL_TOP, 1.0, 0.35 + np.abs(hits.z - WALL_TOP)))
    dusk = 0.62 + 0.38 * np.clip(edge / 0.22, 0, 1) ** 0.6
    warm, cool = np.array([1.0, 0.86, 0.66], np.float32), np.array([0.82, 0.93, 1.0], np.float32)
    light = (0.2 + lamp[..., None] * 0.78 * warm + day[..., None] * 0.85 * cool) * dusk[..., None]
    door = (hits.panel == Panel.BEHIND) & (np.abs(hits.x) < chamber.DOOR[0]) & (hits.z < chamber.DOOR[1])
    return np.where(door[..., None], 1.0, np.clip(light, 0, 1.25)).astype(np.float32)
