"""Grounds to paint on: noise fields, woven silk, handmade paper."""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops

Floats = npt.NDArray[np.floating]
Bytes = npt.NDArray[np.uint8]
Rng = np.random.Generator
Colour = tuple[int, int, int]
Part = tuple[int, int] | None
"""Columns of something wider: where they begin and how wide the whole is, in pixels."""


def noise(rng: Rng, size: tuple[int, int], cell: tuple[float, float], octaves: int = 3) -> Floats:
    """A smooth field of ``size`` (w, h), 0..1; ``cell`` (w, h) is its largest feature in pixels.

    Each octave is a grid of random values, half as coarse and half as strong as the one before.
    """
    total = np.zeros((size[1], size[0]), np.float32)
    strength = 0.5
    for octave in range(octaves):
        total += strength * _octave(rng, size, (cell[0] / 2**octave, cell[1] / 2**octave))
        strength /= 2
    return total / (1 - 0.5**octaves)


def speckle(rng: Rng, size: tuple[int, int], cell: tuple[float, float], part: Part = None) -> Image.Image:
    """Noise of one octave as an image (L) of ``size`` (w, h): quick enough for every pixel of a scroll.

    ``part`` makes it the columns from ``part[0]`` on of a texture ``part[1]`` wide: neighbours fit together.
    """
    left, whole = part or (0, size[0])
    grid = rng.integers(0, 256, (int(size[1] / cell[1]) + 3, int(whole / cell[0]) + 3), np.uint8)
    start = 0.5 + left / cell[0]
    box = (start, 0.5, start + size[0] / cell[0], 0.5 + size[1] / cell[1])
    return Image.fromarray(grid).resize(size, Image.Resampling.BILINEAR, box=box)


def mix(one: Floats | Colour, other: Floats | Colour, share: Floats | float) -> Floats:
    """``one`` where ``share`` is 0, ``other`` where it is 1; colours spread over the last axis."""
    weight = np.asarray(share, np.float32)
    if weight.ndim == 2:
        weight = weight[..., None]
    start = np.asarray(one, np.float32)
    return start + (np.asarray(other, np.float32) - start) * weight


def shade(colour: Colour, light: float) -> Colour:
    """``colour`` made darker (``light`` below 1) or lighter."""
    red, green, blue = (min(max(int(part * light), 0), 255) for part in colour)
    return (red, green, blue)


def smoothstep(values: Floats, low: float, high: float) -> Floats:
    """0 below ``low``, 1 above ``high``, an even S between."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def to_image(pixels: Floats) -> Image.Image:
    """Floats 0..255 of shape (h, w) or (h, w, 3) as an image of mode L or RGB."""
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def weave(
    rng: Rng, image: Image.Image, thread: float = 2.6, depth: float = 0.11, part: Part = None
) -> Image.Image:
    """``image`` as if on silk: every ``thread`` (its width in pixels) a little darker here and there."""
    weft = speckle(rng, image.size, (27 * thread, thread), part)
    warp = speckle(rng, image.size, (thread * 1.15, 17 * thread), part)
    return _shaded(image, Image.blend(weft, warp, 0.45), depth)


def fibres(rng: Rng, image: Image.Image, depth: float = 0.09) -> Image.Image:
    """``image`` as if on handmade paper: a soft grain of fibres and clouds of thicker pulp."""
    grain = speckle(rng, image.size, (2.2, 1.6))
    pulp = speckle(rng, image.size, (90, 60))
    return _shaded(image, Image.blend(grain, pulp, 0.5), depth)


def aged(
    rng: Rng, size: tuple[int, int], tone: Colour, edge: Colour, *, spread: float = 0.1, part: Part = None
) -> Image.Image:
    """A ground of ``size`` (w, h) in ``tone``, stained by time and browned to ``edge`` along its borders.

    ``part`` makes it the columns from ``part[0]`` on of a ground ``part[1]`` wide.
    """
    left, whole = part or (0, size[0])
    w, h = max(whole // 12, 2), max(size[1] // 12, 2)
    stain = noise(rng, (w, h), (w / 3, w / 3), 5)
    down = np.abs(np.linspace(-1, 1, h, dtype=np.float32))[:, None]
    across = np.abs(np.linspace(-1, 1, w, dtype=np.float32))[None, :]
    border = np.maximum(down**8, across**12) * (0.4 + 0.6 * stain) + (stain - 0.5) * 0.8
    toned = mix(tone, edge, np.clip(border, 0, 1)) * (1 + spread * (stain[..., None] - 0.5))
    box = (left * w / whole, 0, (left + size[0]) * w / whole, h)
    return to_image(toned).resize(size, Image.Resampling.BILINEAR, box=box)


def _octave(rng: Rng, size: tuple[int, int], cell: tuple[float, float]) -> Floats:
    steps = (size[0] / cell[0], size[1] / cell[1])
    grid = rng.random((int(steps[1]) + 4, int(steps[0]) + 4), np.float32)
    box = (1.0, 1.0, 1.0 + steps[0], 1.0 + steps[1])
    return np.asarray(Image.fromarray(grid).resize(size, Image.Resampling.BICUBIC, box=box), np.float32)


def _shaded(image: Image.Image, texture: Image.Image, depth: float) -> Image.Image:
    """``image`` multiplied by 1 - depth .. 1, as ``texture`` (L) runs from 0 to 255."""
    factor = texture.point([round(255 - depth * (255 - v)) for v in range(256)])
    return ImageChops.multiply(image, Image.merge(image.mode, [factor] * len(image.getbands())))
