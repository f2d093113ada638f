"""The bytes of a rendition: a stored tile where the plan is one, otherwise drawn from the tiles it needs."""

import io
import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image
from PIL.Image import Quantize, Resampling, Transform, Transpose
from PIL.JpegImagePlugin import JpegImageFile

from iiif.errors import InvalidSource
from iiif.image.levels import TILE_SIZE, TiledImage, scaled
from iiif.image.request import Plan
from iiif.image.tiff import Pyramid

_RIGHT_ANGLES: Mapping[float, Transpose] = {
    90: Transpose.ROTATE_270,
    180: Transpose.ROTATE_180,
    270: Transpose.ROTATE_90,
}
_BLACK_OR_WHITE = [0] * 128 + [255] * 128


@dataclass(frozen=True)
class _Cut:
    """What to read: a box ``(left, top, right, bottom)`` in pixels of a level, fractions included."""

    level: int
    box: tuple[float, float, float, float]


def render(plan: Plan, pyramid: Pyramid, *, quality: int = 85) -> bytes:
    """The rendition that a plan asks of a pyramid, in the plan's format.

    A whole stored tile is passed through undecoded. Anything else decodes only the tiles under its region, at
    the smallest level that has pixels enough: memory grows with the output, not with the image. ``quality``
    (1 to 100) is that of JPEG and WebP drawn so. Raises ``InvalidSource`` when the pyramid is damaged.
    """
    if tile := stored_tile(plan, pyramid):
        return tile
    mode = "L" if pyramid.image.gray or plan.quality in {"gray", "bitonal"} else "RGB"
    picture = _resized(_drawn(_cut(plan, pyramid.image), pyramid, mode), plan.size)
    picture = _rotated(picture.transpose(Transpose.FLIP_LEFT_RIGHT) if plan.mirror else picture, plan)
    if plan.quality == "bitonal":
        picture = picture.point(_BLACK_OR_WHITE * len(picture.getbands()))
    return _encoded(picture, plan, quality)


def stored_tile(plan: Plan, pyramid: Pyramid) -> bytes | None:
    """The stored tile that a plan is, or None: whole, as JPEG, in its own colors, not turned."""
    plain = plan.format == "jpg" and plan.quality == "default" and not plan.mirror and plan.rotation == 0
    if not plain or plan.size != (TILE_SIZE, TILE_SIZE):
        return None
    cut = _cut(plan, pyramid.image)
    left, top, right, bottom = cut.box
    if left % TILE_SIZE or top % TILE_SIZE or right - left != TILE_SIZE or bottom - top != TILE_SIZE:
        return None
    return pyramid.tile(cut.level, int(left) // TILE_SIZE, int(top) // TILE_SIZE)


def _cut(plan: Plan, image: TiledImage) -> _Cut:
    x, y, w, h = plan.region
    reduction = min(w / plan.size[0], h / plan.size[1])
    for level, factor in reversed(list(enumerate(image.scale_factors))):
        if _is_of_level(plan, image, factor):
            left, top = x // factor, y // factor
            return _Cut(level, (left, top, left + plan.size[0], top + plan.size[1]))
        if factor <= reduction:
            return _Cut(level, (x / factor, y / factor, (x + w) / factor, (y + h) / factor))
    return _Cut(0, (x, y, x + w, y + h))


def _is_of_level(plan: Plan, image: TiledImage, factor: int) -> bool:
    """Whether the plan wants a level's own pixels: a tile, a listed size, or any region of whole pixels.

    The last pixel of a level may stand for less than ``factor`` pixels of the image; it counts as whole.
    """
    x, y, w, h = plan.region
    starts = x % factor == 0 and y % factor == 0
    ends = (w % factor == 0 or x + w == image.width) and (h % factor == 0 or y + h == image.height)
    return starts and ends and plan.size == scaled(w, h, factor)


@dataclass(frozen=True)
class _Drawing:
    """Decoded pixels, and the box ``(left, top, right, bottom)`` in them that was asked for."""

    picture: Image.Image
    box: tuple[float, float, float, float]


def _drawn(cut: _Cut, pyramid: Pyramid, mode: str) -> _Drawing:
    """The tiles under a cut, joined."""
    left, top = math.floor(cut.box[0]), math.floor(cut.box[1])
    right, bottom = math.ceil(cut.box[2]), math.ceil(cut.box[3])
    picture = Image.new(mode, (right - left, bottom - top))
    columns = range(left // TILE_SIZE, -(-right // TILE_SIZE))
    rows = range(top // TILE_SIZE, -(-bottom // TILE_SIZE))
    for row, column in itertools.product(rows, columns):
        tile = _decoded(pyramid.tile(cut.level, column, row), mode)
        # What falls outside, the margin of the pyramid included, is cut off by pasting.
        picture.paste(tile, (column * TILE_SIZE - left, row * TILE_SIZE - top))
    return _Drawing(picture, (cut.box[0] - left, cut.box[1] - top, cut.box[2] - left, cut.box[3] - top))


def _decoded(tile: bytes, mode: str) -> Image.Image:
    try:
        picture = JpegImageFile(io.BytesIO(tile))
        # Gray from a color tile is its luminance as stored: no color is decoded.
        picture.draft(mode, None)
        return picture.convert(mode)
    except (OSError, SyntaxError) as error:
        raise InvalidSource("the pyramid is damaged: a tile is no JPEG; make it anew") from error


def _resized(drawing: _Drawing, size: tuple[int, int]) -> Image.Image:
    if drawing.box == (0.0, 0.0, float(size[0]), float(size[1])):
        return drawing.picture
    return drawing.picture.resize(size, Resampling.BICUBIC, box=drawing.box)


def _rotated(picture: Image.Image, plan: Plan) -> Image.Image:
    if plan.rotation == 0:
        return picture
    if plan.rotation in _RIGHT_ANGLES:
        return picture.transpose(_RIGHT_ANGLES[plan.rotation])
    turned = _turned(picture, plan.rotation, plan.rotated_size)
    if plan.format in {"png", "webp", "tif"}:
        return turned
    paper = Image.new(picture.mode, turned.size, "white")
    paper.paste(turned.convert(picture.mode), mask=turned.getchannel("A"))
    return paper


def _turned(picture: Image.Image, degrees: float, size: tuple[int, int]) -> Image.Image:
    """The picture turned clockwise about its centre, transparent around it."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    (width, height), (new_width, new_height) = picture.size, size
    across = (width - cosine * new_width - sine * new_height) / 2
    down = (height + sine * new_width - cosine * new_height) / 2
    matrix = (cosine, sine, across, -sine, cosine, down)
    transparent = picture.convert("LA" if picture.mode == "L" else "RGBA")
    return transparent.transform(size, Transform.AFFINE, matrix, Resampling.BICUBIC)


def _encoded(picture: Image.Image, plan: Plan, quality: int) -> bytes:
    buffer = io.BytesIO()
    # The fastest settings: slower ones save 5 % of a PNG, nothing of a WebP, for two to four times the time.
    # Black and white must stay so: compression that loses would put grays along the edges.
    bitonal = plan.quality == "bitonal"
    match plan.format:
        case "jpg":
            picture.save(buffer, "JPEG", quality=100 if bitonal else quality, subsampling="4:2:0")
        case "png":
            picture.save(buffer, "PNG", compress_level=1)
        case "webp":
            picture.save(buffer, "WEBP", quality=quality, lossless=bitonal, method=0)
        case "tif":
            picture.save(buffer, "TIFF", compression="tiff_lzw")
        case "gif":
            colors = picture.quantize(256, Quantize.MEDIANCUT) if picture.mode == "RGB" else picture
            colors.save(buffer, "GIF")
    return buffer.getvalue()
