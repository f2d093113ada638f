"""TIFF by ranged reads: the directories of any file, and the tile index of a pyramid."""

import os
import struct
import weakref
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from iiif.errors import InvalidSource
from iiif.image import blocks
from iiif.image.levels import TILE_SIZE, TiledImage

WIDTH, HEIGHT, BITS_PER_SAMPLE, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
DESCRIPTION, ORIENTATION, SAMPLES_PER_PIXEL, EXTRA_SAMPLES = 270, 274, 277, 338
SUBFILE_TYPE, ICC_PROFILE, DNG_VERSION = 254, 34675, 50706
TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_BYTE_COUNTS = 322, 323, 324, 325
JPEG_TABLES, YCBCR_SUBSAMPLING = 347, 530
JPEG, MIN_IS_BLACK, YCBCR = 7, 1, 6

# Bytes a value and struct's letter for it, by TIFF field type; what holds no integers is read as bytes.
_INTEGERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_LENGTHS = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}

# A file may claim anything: no ring of directories, no field of gigabytes is followed.
_MOST_DIRECTORIES = 20_000
_MOST_FIELD_BYTES = 64 << 20
_END_OF_FILES = 1 << 62

GRAY = b"gray\0"
"""The description of a pyramid without color: its tiles have the channels of one with color, but empty."""

# More than comes before a stored tile's blocks.
_TILE_HEADER = 128


class Reader(Protocol):
    """Bytes at an offset: of a local file or of an object in a store; safe from several threads at once."""

    def read_range(self, offset: int, length: int) -> bytes:
        """Up to ``length`` bytes from ``offset`` on; fewer only at the end."""
        ...


class FileReader:
    """Reads ranges of a local file, which stays open for as long as the reader is in use."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        # Not a close(): a cache may drop the reader while another thread still reads a tile.
        weakref.finalize(self, os.close, self._descriptor)

    def read_range(self, offset: int, length: int) -> bytes:
        """Up to ``length`` bytes from ``offset`` on; fewer only at the end."""
        return os.pread(self._descriptor, length, offset)


@dataclass(frozen=True)
class _Layout:
    """How a file writes its numbers: ``word`` is struct's letter of an offset, ``count`` of a field count."""

    order: str
    word: str
    count: str

    @property
    def word_length(self) -> int:
        return struct.calcsize(self.word)

    @property
    def count_length(self) -> int:
        return struct.calcsize(self.count)

    @property
    def field_length(self) -> int:
        return 4 + 2 * self.word_length

    def number(self, letter: str, raw: bytes) -> int:
        (number,) = struct.unpack(self.order + letter, raw[: struct.calcsize(letter)])
        return int(number)


@dataclass(frozen=True)
class Directory:
    """The fields of one image in a TIFF file, by tag; values are read when they are asked for."""

    reader: Reader
    layout: _Layout
    fields: Mapping[int, tuple[int, int, bytes]]

    def integers(self, tag: int) -> tuple[int, ...]:
        """All values of a field of integers; empty where the file has none."""
        type_, count, raw = self._value(tag)
        letter = _INTEGERS.get(type_)
        return struct.unpack(f"{self.layout.order}{count}{letter}", raw) if letter else ()

    def integer(self, tag: int, default: int = 0) -> int:
        """The first value of a field of integers."""
        return next(iter(self.integers(tag)), default)

    def octets(self, tag: int) -> bytes:
        """A field's bytes as they are; empty where the file has none."""
        return self._value(tag)[2]

    def _value(self, tag: int) -> tuple[int, int, bytes]:
        type_, count, inline = self.fields.get(tag, (0, 0, b""))
        length = _LENGTHS.get(type_, 0) * count
        if length <= len(inline):
            return type_, count, inline[:length]
        if length > _MOST_FIELD_BYTES:
            raise _damaged("a field is larger than any that is needed")
        return type_, count, _exactly(self.reader, self.layout.number(self.layout.word, inline), length)


def directories(reader: Reader) -> Iterator[Directory]:
    """The directories of a TIFF or BigTIFF file in their order.

    Raises ``InvalidSource`` where the chain is broken, turns back on itself or has no end.
    """
    layout, offset = _header(reader)
    seen: set[int] = set()
    while offset:
        if offset in seen or len(seen) == _MOST_DIRECTORIES:
            raise _damaged("its list of pages has no end")
        seen.add(offset)
        directory, offset = _directory(reader, layout, offset)
        yield directory


@dataclass(frozen=True)
class Level:
    """One picture of the pyramid, cut into tiles: ``size`` (w, h) as shown, ``tile`` (w, h) as stored."""

    size: tuple[int, int]
    tile: tuple[int, int]
    columns: int
    rows: int
    tables: bytes
    offsets: "array[int]"
    byte_counts: "array[int]"


@dataclass(frozen=True)
class Pyramid:
    """A stored pyramid: its tiles are read as they are, and nothing is decoded.

    ``levels`` are those of ``image``; ``ready`` are whole pictures of other sizes beside them. Whether the
    ``blocks_are_independent`` (see ``blocks.py``) depends on who made it. It never changes once opened, and
    so may serve any number of threads.
    """

    image: TiledImage
    reader: Reader
    levels: tuple[Level, ...]
    ready: tuple[Level, ...]
    blocks_are_independent: bool

    @classmethod
    def open(cls, source: Path | Reader, width: int, height: int) -> "Pyramid":
        """The pyramid of an image of ``width`` × ``height`` pixels.

        Raises ``InvalidSource`` when the file is damaged, or not the pyramid of such an image.
        """
        reader = FileReader(source) if isinstance(source, Path) else source
        found = list(directories(reader))
        image = TiledImage(width, height, gray=bool(found) and _is_gray(found[0]))
        sizes = image.level_sizes
        levels = tuple(map(_level, found[: len(sizes)]))
        if tuple(level.size for level in levels) != sizes:
            raise _damaged("it has not the levels of this image")
        if any(level.tile != (TILE_SIZE, TILE_SIZE) for level in levels):
            raise _damaged(f"its tiles are not of {TILE_SIZE} pixels")
        ready = tuple(map(_level, found[len(sizes) :]))
        start = _exactly(reader, levels[0].offsets[0], min(levels[0].byte_counts[0], _TILE_HEADER))
        return cls(image, reader, levels, ready, blocks.are_independent(start))

    def tile(self, level: int, column: int, row: int) -> bytes:
        """A stored tile as a complete JPEG of 512 × 512; beyond the level's size its pixels mean nothing.

        Raises ``IndexError`` for a tile that the level has not, ``InvalidSource`` if the file ends before it.
        """
        stored = self.levels[level]
        if not (0 <= column < stored.columns and 0 <= row < stored.rows):
            raise IndexError(
                f"level {level} has {stored.columns} × {stored.rows} tiles, not ({column}, {row})"
            )
        return self.tiles(stored, row, range(column, column + 1))[0]

    def tiles(self, level: Level, row: int, columns: range) -> list[bytes]:
        """Tiles beside each other as complete JPEGs, by one read where they are stored so."""
        first = row * level.columns + columns.start
        offsets = level.offsets[first : first + len(columns)]
        byte_counts = level.byte_counts[first : first + len(columns)]
        length = offsets[-1] + byte_counts[-1] - offsets[0]
        prefix = blocks.JFIF + level.tables
        # The stored stream begins with an SOI of its own, in whose place the prefix stands.
        if length != sum(byte_counts):
            return [
                prefix + _exactly(self.reader, *place)[2:] for place in zip(offsets, byte_counts, strict=True)
            ]
        stored = _exactly(self.reader, offsets[0], length)
        starts = [offset - offsets[0] for offset in offsets]
        return [
            prefix + stored[start + 2 : start + count]
            for start, count in zip(starts, byte_counts, strict=True)
        ]


def _header(reader: Reader) -> tuple[_Layout, int]:
    start = _exactly(reader, 0, 8)
    order = {b"II": "<", b"MM": ">"}.get(start[:2])
    if order is None:
        raise _damaged("it does not begin as a TIFF file does")
    classic = _Layout(order, "I", "H")
    if classic.number("H", start[2:]) == 42:
        return classic, classic.number("I", start[4:])
    big = _Layout(order, "Q", "Q")
    if big.number("H", start[2:]) == 43 and big.number("H", start[4:]) == 8:
        return big, big.number("Q", _exactly(reader, 8, 8))
    raise _damaged("it does not begin as a TIFF file does")


def _directory(reader: Reader, layout: _Layout, offset: int) -> tuple[Directory, int]:
    count = layout.number(layout.count, _exactly(reader, offset, layout.count_length))
    length = count * layout.field_length
    if length > _MOST_FIELD_BYTES:
        raise _damaged("a list of fields is larger than any that is needed")
    raw = _exactly(reader, offset + layout.count_length, length + layout.word_length)
    fields = {}
    for start in range(0, length, layout.field_length):
        field = raw[start : start + layout.field_length]
        type_, values = layout.number("H", field[2:]), layout.number(layout.word, field[4:])
        fields[layout.number("H", field)] = type_, values, field[4 + layout.word_length :]
    return Directory(reader, layout, fields), layout.number(layout.word, raw[length:])


def _level(directory: Directory) -> Level:
    color = directory.integer(PHOTOMETRIC)
    if directory.integer(COMPRESSION) != JPEG or color not in {MIN_IS_BLACK, YCBCR}:
        raise _damaged("its tiles are no plain JPEG")
    tile = directory.integer(TILE_WIDTH), directory.integer(TILE_HEIGHT)
    if 0 in tile:
        raise _damaged("it has no tiles")
    size = directory.integer(WIDTH), directory.integer(HEIGHT)
    columns, rows = -(-size[0] // tile[0]), -(-size[1] // tile[1])
    offsets, byte_counts = directory.integers(TILE_OFFSETS), directory.integers(TILE_BYTE_COUNTS)
    if not columns * rows == len(offsets) == len(byte_counts):
        raise _damaged("its list of tiles is not complete")
    # Of the tables, only what stands between their own SOI and EOI.
    tables = directory.octets(JPEG_TABLES)[2:-2]
    return Level(size, tile, columns, rows, tables, array("Q", offsets), array("Q", byte_counts))


def _is_gray(directory: Directory) -> bool:
    return directory.integer(PHOTOMETRIC) == MIN_IS_BLACK or directory.octets(DESCRIPTION) == GRAY


def _exactly(reader: Reader, offset: int, length: int) -> bytes:
    if offset >= _END_OF_FILES:
        raise _damaged("it points to bytes that it has not")
    found = reader.read_range(offset, length)
    if len(found) < length:
        raise _damaged("it ends too early")
    return found


def _damaged(reason: str) -> InvalidSource:
    return InvalidSource(f"the TIFF file is damaged: {reason}; copy it again or make it anew")
