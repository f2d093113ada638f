"""The pyramid of a source: a tiled multi-resolution TIFF that image requests are answered from."""

import io
import shutil
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyvips
from PIL import Image
from PIL.Image import Resampling
from pyvips.voperation import cache_set_max, concurrency_set

from iiif.errors import InvalidSource
from iiif.image import adoption, blocks, pixels, source, tiff
from iiif.image.bigtiff import Picture, Writer
from iiif.image.levels import TILE_SIZE, TiledImage
from iiif.image.source import SourceLimits
from iiif.image.tiff import Pyramid

QUALITIES = range(1, 101)
"""The JPEG qualities that tiles can be stored with."""

_GRAY = 128, 128, 128
_Bytes = bytes | bytearray | memoryview
_TABLES_ONLY, _WITHOUT_TABLES = 1, 2
# Twice the longest side of a ready size, so that a level between the two always exists.
_LONGEST_KEPT = 2048


def make(
    path: Path, target: Path, *, limits: SourceLimits, page: int = 0, quality: int = 85, threads: int = 1
) -> TiledImage:
    """Write the pyramid of one page of a source to ``target``, and give its facts.

    A BigTIFF of 512-pixel JPEG tiles of independent blocks, 4:2:0, in sRGB: the levels, then the ready sizes.
    The source is read once, in strips, and memory does not grow with its height; but progressive JPEG,
    interlaced PNG, and all other formats but TIFF are decoded whole. A source that is such a pyramid already
    is copied as it is. libvips' worker ``threads`` and its cache are set for the whole process: make pyramids
    in a process of their own.

    Raises ``InvalidSource`` when the source is refused, damaged or cut short, and ``OSError`` when the
    target cannot be written; then no file is left.
    """
    if quality not in QUALITIES:
        raise ValueError(f"tile quality {quality}: use {QUALITIES[0]} to {QUALITIES[-1]}")
    facts = source.read(path, limits)
    if page not in range(facts.pages):
        raise InvalidSource(f"it has no page {page + 1}, only {facts.pages}")
    if adoption.is_pyramid(path, facts):
        shutil.copyfile(path, target)
        return Pyramid.open(target, facts.width, facts.height).image
    concurrency_set(threads)
    cache_set_max(0)
    image = pixels.load(path, facts, page)
    try:
        _write(image, target, quality=quality, threads=threads)
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, pyvips.Error):
            raise InvalidSource(
                "it is damaged or cut short: not all of its pixels can be read; copy or scan it again"
            ) from error
        raise
    return _facts(image)


def _facts(image: pyvips.Image) -> TiledImage:
    return TiledImage(image.width, image.height, gray=image.bands == 1)


def _write(image: pyvips.Image, target: Path, *, quality: int, threads: int) -> None:
    facts = _facts(image)
    with target.open("wb") as file, ThreadPoolExecutor(threads) as pool:
        writer = Writer(file, _tables(quality), tiff.GRAY if facts.gray else b"\0")
        drawing = _Drawing(facts, writer, pool, quality)
        _pour(image, drawing.add)
        drawing.finish()


class _Drawing:
    """The pictures of a pyramid, drawn while the strips of the largest come from above."""

    def __init__(self, facts: TiledImage, writer: Writer, pool: Executor, quality: int) -> None:
        self._facts = facts
        self._writer = writer
        self._pool = pool
        self._quality = quality
        self._levels = [_Level(size) for size in facts.level_sizes]
        # What the ready sizes are made of: at least as large as any of them, and small enough to be kept.
        self._kept = next(level for level in self._levels if max(level.size) <= _LONGEST_KEPT)
        self._whole = Image.new("L" if facts.gray else "RGB", self._kept.size)

    def add(self, strip: Image.Image, depth: int = 0) -> None:
        """Draw the next strip of a level, and what it gives of the levels below."""
        level = self._levels[depth]
        if level is self._kept:
            self._whole.paste(strip, (0, level.strips * TILE_SIZE))
        # Begun first, and while the tiles are coded: no processor is to wait for another.
        half = None if level is self._levels[-1] else self._pool.submit(strip.reduce, 2)
        self._draw(level.picture, strip, row=level.strips)
        level.strips += 1
        if half is None:
            return
        below = self._levels[depth + 1].collected(half.result())
        if below is not None:
            self.add(below, depth + 1)

    def finish(self) -> None:
        """Draw the ready sizes, and close the file."""
        pictures = [level.picture for level in self._levels]
        for size in self._facts.ready_sizes:
            whole = self._whole.resize(size, Resampling.LANCZOS, reducing_gap=3)
            picture = Picture(size, (_tile_side(size[0]), _tile_side(size[1])))
            for row, top in enumerate(range(0, size[1], picture.tile[1])):
                strip = whole.crop((0, top, size[0], min(top + picture.tile[1], size[1])))
                self._draw(picture, strip, row=row)
            pictures.append(picture)
        self._writer.finish(pictures)

    def _draw(self, picture: Picture, strip: Image.Image, *, row: int) -> None:
        def coded(left: int) -> bytes:
            tile = strip.crop((left, 0, min(left + picture.tile[0], strip.width), strip.height))
            return _encoded(_padded(tile, picture.tile), self._quality)

        streams = self._pool.map(coded, range(0, strip.width, picture.tile[0]))
        for column, stream in enumerate(streams):
            self._writer.add(picture, stream, column=column, row=row)


class _Level:
    """A level in the making: the strips that are drawn, and the half of one that waits for its other half."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.picture = Picture(size, (TILE_SIZE, TILE_SIZE))
        self.strips = 0
        self._half: Image.Image | None = None

    def collected(self, half: Image.Image) -> Image.Image | None:
        """The strip that a half completes, or ``None`` if its other half is still to come."""
        end = self.strips * TILE_SIZE + half.height
        if self._half is None and end < self.size[1]:
            self._half = half
            return None
        strip = half if self._half is None else _stacked(self._half, half)
        self._half = None
        return strip


def _tile_side(length: int) -> int:
    """The side of the tiles of a ready size: no larger than its blocks ask for."""
    return min(TILE_SIZE, -(-length // blocks.SIZE) * blocks.SIZE)


class _Strips:
    """Collects what libvips writes, whatever pieces it comes in, into strips as high as a tile.

    While one is drawn in ``pool``, the next is filled.
    """

    def __init__(self, image: pyvips.Image, draw: Callable[[Image.Image], None], pool: Executor) -> None:
        self._image = image
        self._draw = draw
        self._pool = pool
        self._drawn: Future[None] = Future()
        self._drawn.set_result(None)
        self._left = image.height
        self._begin()

    def write(self, piece: _Bytes) -> int:
        """Take the next bytes of the picture; how many were taken, or -1 after a fault of the drawing."""
        taken = 0
        while taken < len(piece):
            part = np.frombuffer(piece, np.uint8, offset=taken)[: len(self._pixels) - self._filled]
            self._pixels[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            taken += len(part)
            if self._filled == len(self._pixels):
                self._end()
        return taken

    def finish(self) -> None:
        """Wait for the last one. Raises what drawing raised."""
        self._drawn.result()

    def _begin(self) -> None:
        self._rows = min(TILE_SIZE, self._left)
        self._pixels = np.empty(self._rows * self._image.width * self._image.bands, np.uint8)
        self._filled = 0

    def _end(self) -> None:
        mode, size = "L" if self._image.bands == 1 else "RGB", (self._image.width, self._rows)
        self._drawn.result()
        self._drawn = self._pool.submit(
            self._draw, Image.frombuffer(mode, size, self._pixels, "raw", mode, 0, 1)
        )
        self._left -= self._rows
        self._begin()


def _pour(image: pyvips.Image, draw: Callable[[Image.Image], None]) -> None:
    """Give the picture to ``draw`` in strips as high as a tile, while the next one is read."""
    faults: list[BaseException] = []

    def write(piece: _Bytes) -> int:
        # libvips calls this, and can only be told that it failed.
        try:
            return strips.write(piece)
        except BaseException as fault:  # noqa: BLE001  # Raised again below.
            faults.append(fault)
            return -1

    target = pyvips.TargetCustom()
    target.on_write(write)
    with ThreadPoolExecutor(1) as pool:
        strips = _Strips(image, draw, pool)
        try:
            image.rawsave_target(target)
        finally:
            if faults:
                raise faults[0]
        strips.finish()


def _stacked(upper: Image.Image, lower: Image.Image) -> Image.Image:
    strip = Image.new(upper.mode, (upper.width, upper.height + lower.height))
    strip.paste(upper, (0, 0))
    strip.paste(lower, (0, upper.height))
    return strip


def _padded(tile: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The tile at its full size, its last column and row repeated to the end of a block, a pixel at least.

    So no block mixes the picture with what is not of it; what is further off is gray, and costs nothing.
    """
    if tile.size == size:
        return tile
    width, height = tile.size
    right, bottom = min(_with_margin(width), size[0]), min(_with_margin(height), size[1])
    padded = Image.new(tile.mode, size, _GRAY[: len(tile.getbands())])
    padded.paste(tile, (0, 0))
    if width < size[0]:
        padded.paste(tile.crop((width - 1, 0, width, height)).resize((right - width, height)), (width, 0))
    if height < size[1]:
        last = padded.crop((0, height - 1, right, height))
        padded.paste(last.resize((right, bottom - height)), (0, height))
    return padded


def _with_margin(side: int) -> int:
    return (side // blocks.SIZE + 1) * blocks.SIZE


def _encoded(tile: Image.Image, quality: int) -> bytes:
    """The tile as a JPEG stream without its tables, and without JFIF's header, which TIFF does not want."""
    stream = _saved(tile if tile.mode == "RGB" else tile.convert("YCbCr"), quality, _WITHOUT_TABLES)
    return stream[:2] + stream[len(blocks.JFIF) :]


def _tables(quality: int) -> bytes:
    return _saved(Image.new("RGB", (blocks.SIZE, blocks.SIZE)), quality, _TABLES_ONLY)


def _saved(picture: Image.Image, quality: int, streamtype: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(
        buffer, "JPEG", quality=quality, subsampling="4:2:0", restart_marker_blocks=1, streamtype=streamtype
    )
    return buffer.getvalue()
