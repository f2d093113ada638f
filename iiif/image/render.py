"""The bytes of a rendition: blocks as they are stored where the plan asks for no others, otherwise drawn."""

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyvips
import simplejpeg
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Resampling, Transform
from pyvips.voperation import cache_set_max, concurrency_set

from iiif.errors import InvalidSource
from iiif.image import blocks, encoding
from iiif.image.levels import TILE_SIZE, TiledImage, scaled
from iiif.image.request import LONGEST_SIDES, Plan
from iiif.image.tiff import Level, Pyramid

Pixels = NDArray[np.uint8]
"""Height, width and channels, 1 or 3."""

_MOST_AT_ONCE = 16_000_000
"""Decoded pixels that are held in memory; libvips' rows hold fewer, but take longer."""

_MOST_BY_PILLOW = 300_000
_KERNEL = "cubic"
# More pixels than any JPEG has: none is left out.
_WHOLE = 1 << 17, 1 << 17

_RIGHT_ANGLES: Mapping[float, str] = {90: "d90", 180: "d180", 270: "d270"}


@dataclass(frozen=True)
class _Cut:
    """What to read: a box ``(left, top, right, bottom)`` in pixels of a level, fractions included.

    ``size`` (w, h) is how large it is to become.
    """

    level: Level
    box: tuple[float, float, float, float]
    size: tuple[int, int]

    @property
    def is_whole(self) -> bool:
        """Whether the box has no fractions."""
        left, top, right, bottom = self.box
        return left % 1 == top % 1 == right % 1 == bottom % 1 == 0

    @property
    def pixels(self) -> tuple[int, int, int, int]:
        """The box in whole pixels, at most half of one off; if they are resized, a quarter at the middle."""
        left, top, right, bottom = self.box
        if self.is_whole:
            return int(left), int(top), int(right), int(bottom)
        columns = _centred((left, right), self.level.size[0], self.size[0])
        rows = _centred((top, bottom), self.level.size[1], self.size[1])
        return columns.start, rows.start, columns.stop, rows.stop


def stored(plan: Plan, pyramid: Pyramid) -> bytes | None:
    """The rendition, if it is one tile as it is stored, whole or cut at its right and lower edge; else None.

    Raises ``InvalidSource`` when the pyramid is damaged.
    """
    if plan.size[0] > TILE_SIZE or plan.size[1] > TILE_SIZE or not _is_plain(plan):
        return None
    cut = _cut(plan, pyramid)
    left, top, right, bottom = cut.pixels
    column, row = left // cut.level.tile[0], top // cut.level.tile[1]
    starts = (left, top) == (column * cut.level.tile[0], row * cut.level.tile[1])
    if not (starts and _is_stored(plan, cut, pyramid)):
        return None
    if (right - left, bottom - top) == cut.level.tile:
        return pyramid.tiles(cut.level, row, range(column, column + 1))[0]
    return _joined(pyramid, cut.level, (left, top, right, bottom))


def render(plan: Plan, pyramid: Pyramid, *, quality: int = 85) -> bytes:
    """The rendition that a plan asks of a pyramid, in the plan's format.

    Blocks that are stored as they are asked for are joined undecoded. Anything else decodes only the blocks
    under its region, at the smallest level that has pixels enough: memory grows with the output, not with
    the image. ``quality`` (1 to 100) is that of lossy formats. libvips is told to use no threads and no cache
    of its own, in the whole process. Raises ``InvalidSource`` when the pyramid is damaged.
    """
    cut = _cut(plan, pyramid)
    try:
        if _is_plain(plan) and _is_stored(plan, cut, pyramid):
            return _joined(pyramid, cut.level, cut.pixels)
        return _drawn(plan, pyramid, cut, quality)
    except pyvips.Error as error:
        raise InvalidSource("the pyramid is damaged: a tile is no JPEG; make it anew") from error


def cost(plan: Plan, image: TiledImage) -> int:
    """About how many pixels rendering decodes and writes: what it takes of memory and time."""
    reduction = min(plan.region[2] / plan.size[0], plan.region[3] / plan.size[1])
    factor = max((factor for factor in image.scale_factors if factor <= reduction), default=1)
    width, height = plan.rotated_size
    return plan.region[2] * plan.region[3] // factor**2 + width * height


def _is_plain(plan: Plan) -> bool:
    return plan.format == "jpg" and plan.quality == "default" and not plan.mirror and plan.rotation == 0


def _is_stored(plan: Plan, cut: _Cut, pyramid: Pyramid) -> bool:
    """Whether a plain plan asks for a level's own pixels from where a block begins."""
    left, top, right, bottom = cut.pixels
    return (
        pyramid.blocks_are_independent
        and cut.is_whole
        and plan.size == (right - left, bottom - top)
        and left % blocks.SIZE == top % blocks.SIZE == 0
    )


def _cut(plan: Plan, pyramid: Pyramid) -> _Cut:
    x, y, w, h = plan.region
    image = pyramid.image
    if (w, h) == (image.width, image.height):
        for ready in sorted(pyramid.ready, key=lambda level: level.size):
            if _is_nearest(ready, plan, pyramid):
                return _Cut(ready, (0, 0, *ready.size), plan.size)
    reduction = min(w / plan.size[0], h / plan.size[1])
    for level, factor in zip(reversed(pyramid.levels), reversed(image.scale_factors), strict=True):
        if _is_of_level(plan, image, factor):
            left, top = x // factor, y // factor
            return _Cut(level, (left, top, left + plan.size[0], top + plan.size[1]), plan.size)
        if factor <= reduction:
            return _Cut(level, (x / factor, y / factor, (x + w) / factor, (y + h) / factor), plan.size)
    return _Cut(pyramid.levels[0], (x, y, x + w, y + h), plan.size)


def _is_nearest(ready: Level, plan: Plan, pyramid: Pyramid) -> bool:
    """Whether a ready size has pixels enough for all of the image, and no level has as few."""
    enough = ready.size[0] >= plan.size[0] and ready.size[1] >= plan.size[1]
    return enough and not any(plan.size[0] <= level.size[0] < ready.size[0] for level in pyramid.levels)


def _is_of_level(plan: Plan, image: TiledImage, factor: int) -> bool:
    """Whether the plan wants a level's own pixels: a tile, a listed size, or any region of whole pixels.

    The last pixel of a level may stand for less than ``factor`` pixels of the image; it counts as whole.
    """
    x, y, w, h = plan.region
    starts = x % factor == 0 and y % factor == 0
    ends = (w % factor == 0 or x + w == image.width) and (h % factor == 0 or y + h == image.height)
    return starts and ends and plan.size == scaled(w, h, factor)


def _joined(pyramid: Pyramid, level: Level, box: tuple[int, int, int, int]) -> bytes:
    """The stored blocks under a box ``(left, top, right, bottom)`` that begins with a block, as one JPEG."""
    left, top, right, bottom = box
    return blocks.joined(level.tables, (right - left, bottom - top), _strips(pyramid, level, box))


def _strips(pyramid: Pyramid, level: Level, box: tuple[int, int, int, int]) -> Iterator[list[bytes]]:
    """The blocks under a box, one row of tiles after the other."""
    left, top, right, bottom = box
    across, down = level.tile[0] // blocks.SIZE, level.tile[1] // blocks.SIZE
    columns = range(left // level.tile[0], -(-right // level.tile[0]))
    first, last = left // blocks.SIZE, -(-right // blocks.SIZE)
    # Which blocks of each tile's rows are under the box.
    spans = [(max(0, first - column * across), min(across, last - column * across)) for column in columns]
    for row in range(top // level.tile[1], -(-bottom // level.tile[1])):
        tiles = [blocks.split(tile, across * down) for tile in pyramid.tiles(level, row, columns)]
        start = max(0, top // blocks.SIZE - row * down)
        end = min(down, -(-bottom // blocks.SIZE) - row * down)
        yield [
            block
            for line in range(start * across, end * across, across)
            for tile, span in zip(tiles, spans, strict=True)
            for block in tile[line + span[0] : line + span[1]]
        ]


def _drawn(plan: Plan, pyramid: Pyramid, cut: _Cut, quality: int) -> bytes:
    # Requests are what runs side by side here: threads within one would only stand in each other's way.
    concurrency_set(1)
    cache_set_max(0)
    left, top, right, bottom = cut.pixels
    if _can_be_joined(pyramid, cut) and (right - left) * (bottom - top) <= _MOST_AT_ONCE:
        return _drawn_at_once(plan, pyramid, cut, quality)
    return _drawn_in_rows(plan, pyramid, cut, quality)


def _can_be_joined(pyramid: Pyramid, cut: _Cut) -> bool:
    """Whether one JPEG can hold all the blocks under a cut."""
    left, top, right, bottom = cut.pixels
    return (
        pyramid.blocks_are_independent
        and max(right - left, bottom - top) + blocks.SIZE <= LONGEST_SIDES["jpg"]
    )


def _drawn_at_once(plan: Plan, pyramid: Pyramid, cut: _Cut, quality: int) -> bytes:
    """Draw what is small: whole in memory, by the faster decoder."""
    left, top, _, _ = cut.pixels
    start, jpeg = _blocks(pyramid, cut)
    if start == (left, top):
        # All of it is wanted: the decoder may halve it, and again, as long as there are pixels enough.
        pixels = _decoded(jpeg, gray=_is_gray(plan, pyramid), least=plan.size)
    else:
        pixels = _decoded(jpeg, gray=_is_gray(plan, pyramid))
        pixels = pixels[top - start[1] :, left - start[0] :]
    pixels = _resized(pixels, plan.size)
    if plan.mirror:
        pixels = pixels[:, ::-1]
    if plan.rotation % 90 == 0:
        pixels = np.rot90(pixels, -int(plan.rotation) // 90)
    if not _is_turned_jpeg(plan):
        return _encoded(pixels, plan, quality)
    kind, subsampling = ("GRAY", "Gray") if pixels.shape[2] == 1 else ("RGB", "420")
    return bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), quality, kind, subsampling))


def _drawn_in_rows(plan: Plan, pyramid: Pyramid, cut: _Cut, quality: int) -> bytes:
    """Draw what is large, or not of independent blocks: row by row, and never whole in memory."""
    picture = _in_rows(plan, pyramid, cut)
    scales = plan.size[0] / picture.width, plan.size[1] / picture.height
    if max(scales) > 1:
        picture = _as_picture(_resized(_as_array(picture), plan.size))
    elif min(scales) < 1:
        picture = picture.resize(scales[0], vscale=scales[1], kernel=_KERNEL)
    if plan.mirror:
        picture = picture.fliphor()
    if plan.rotation in _RIGHT_ANGLES:
        picture = picture.copy_memory().rot(_RIGHT_ANGLES[plan.rotation])
    if not _is_turned_jpeg(plan):
        return _encoded(_as_array(picture), plan, quality)
    jpeg: bytes = picture.jpegsave_buffer(Q=quality, subsample_mode="on", keep=0)
    return jpeg


def _is_turned_jpeg(plan: Plan) -> bool:
    return plan.format == "jpg" and plan.quality != "bitonal" and plan.rotation % 90 == 0


def _is_gray(plan: Plan, pyramid: Pyramid) -> bool:
    return pyramid.image.gray or plan.quality in {"gray", "bitonal"}


def _encoded(pixels: Pixels, plan: Plan, quality: int) -> bytes:
    picture = _as_pillow(pixels)
    return encoding.encode(_turned(picture, plan) if plan.rotation % 90 else picture, plan, quality)


def _blocks(pyramid: Pyramid, cut: _Cut) -> tuple[tuple[int, int], bytes]:
    """The blocks under a cut as one JPEG, and the place ``(x, y)`` in the level where they begin."""
    left, top, right, bottom = cut.pixels
    start = left // blocks.SIZE * blocks.SIZE, top // blocks.SIZE * blocks.SIZE
    return start, _joined(pyramid, cut.level, (*start, right, bottom))


def _in_rows(plan: Plan, pyramid: Pyramid, cut: _Cut) -> pyvips.Image:
    """The pixels under a cut, decoded while they are asked for."""
    left, top, right, bottom = cut.pixels
    gray = _is_gray(plan, pyramid)
    if _can_be_joined(pyramid, cut):
        start, jpeg = _blocks(pyramid, cut)
        picture = _lazily_decoded(jpeg, gray=gray)
    else:
        width, height = cut.level.tile
        columns, rows = range(left // width, -(-right // width)), range(top // height, -(-bottom // height))
        tiles = itertools.chain.from_iterable(pyramid.tiles(cut.level, row, columns) for row in rows)
        decoded = [_lazily_decoded(tile, gray=gray) for tile in tiles]
        picture = pyvips.Image.arrayjoin(decoded, across=len(columns))
        start = columns.start * width, rows.start * height
    return picture.crop(left - start[0], top - start[1], right - left, bottom - top)


def _lazily_decoded(jpeg: bytes, *, gray: bool) -> pyvips.Image:
    if gray:
        return _as_picture(_decoded(jpeg, gray=True))
    return pyvips.Image.jpegload_buffer(jpeg, access="sequential", fail_on="error")


def _decoded(jpeg: bytes, *, gray: bool, least: tuple[int, int] = _WHOLE) -> Pixels:
    """The pixels (h, w, 1 or 3); gray from color is its luminance as stored, and no color is decoded.

    They may be fewer by a half, a quarter or an eighth a side, but no fewer than ``least`` (w, h).
    """
    kind = "GRAY" if gray else "RGB"
    try:
        decoded: Pixels = simplejpeg.decode_jpeg(
            jpeg, kind, min_width=least[0], min_height=least[1], min_factor=2
        )
    except ValueError as error:
        raise InvalidSource("the pyramid is damaged: a tile is no JPEG; make it anew") from error
    return decoded


def _centred(span: tuple[float, float], limit: int, wanted: int) -> range:
    """Whole pixels, of ``limit`` that there are, whose middle is next to that of a span.

    Where as many are wanted as it is long they are given as they are: resizing would only blur them.
    """
    middle, length = sum(span) / 2, max(1, math.floor(span[1] - span[0]))
    counts = {length} if length == wanted else {length, min(limit, length + 1)}
    spans = [
        range(first, first + count)
        for count in sorted(counts)
        for first in [min(max(0, round(middle - count / 2)), limit - count)]
    ]
    return min(spans, key=lambda span: abs((span.start + span.stop) / 2 - middle))


def _resized(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    height, width, channels = pixels.shape
    if (width, height) == size:
        return pixels
    enlarges = size[0] > width or size[1] > height
    if not enlarges and height * width > _MOST_BY_PILLOW:
        picture = _as_picture(pixels).resize(size[0] / width, vscale=size[1] / height, kernel=_KERNEL)
        return _as_array(picture)
    # Pillow begins at once, where libvips takes 2 ms; and libvips enlarges half a pixel off.
    return np.asarray(_as_pillow(pixels).resize(size, Resampling.BICUBIC)).reshape(size[1], size[0], channels)


def _as_pillow(pixels: Pixels) -> Image.Image:
    return Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)


def _as_picture(pixels: Pixels) -> pyvips.Image:
    height, width, bands = pixels.shape
    return pyvips.Image.new_from_memory(np.ascontiguousarray(pixels).data, width, height, bands, "uchar")


def _as_array(picture: pyvips.Image) -> Pixels:
    flat = np.frombuffer(picture.write_to_memory(), np.uint8)
    return flat.reshape(picture.height, picture.width, picture.bands)


def _turned(picture: Image.Image, plan: Plan) -> Image.Image:
    """The picture turned clockwise about its centre, transparent around it."""
    cosine, sine = math.cos(math.radians(plan.rotation)), math.sin(math.radians(plan.rotation))
    (width, height), (new_width, new_height) = picture.size, plan.rotated_size
    across = (width - cosine * new_width - sine * new_height) / 2
    down = (height + sine * new_width - cosine * new_height) / 2
    matrix = (cosine, sine, across, -sine, cosine, down)
    transparent = picture.convert("LA" if picture.mode == "L" else "RGBA")
    return transparent.transform(plan.rotated_size, Transform.AFFINE, matrix, Resampling.BICUBIC)
