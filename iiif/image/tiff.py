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
from iiif.image.levels import TILE_SIZE, TiledImage

WIDTH, HEIGHT, BITS_PER_SAMPLE, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
SUBFILE_TYPE, ORIENTATION, EXTRA_SAMPLES = 254, 274, 338
DNG_VERSION = 50706
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_BYTE_COUNTS, _JPEG_TABLES = 322, 323, 324, 325, 347
_JPEG, _MIN_IS_BLACK, _YCBCR = 7, 1, 6

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

# What libjpeg needs before a stored tile: the start of an image, and JFIF's word that it is YCbCr or gray.
_JFIF = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"


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
class _Level:
    columns: int
    rows: int
    offsets: "array[int]"
    byte_counts: "array[int]"
    prefix: bytes


@dataclass(frozen=True)
class Pyramid:
    """A stored pyramid: each tile is one ranged read, and nothing is decoded.

    Never changes once opened, and so may serve any number of threads.
    """

    image: TiledImage
    reader: Reader
    levels: tuple[_Level, ...]

    @classmethod
    def open(cls, source: Path | Reader, width: int, height: int) -> "Pyramid":
        """The pyramid of an image of ``width`` × ``height`` pixels, which the file's margin hides.

        Raises ``InvalidSource`` when the file is damaged, or not the pyramid of such an image.
        """
        reader = FileReader(source) if isinstance(source, Path) else source
        found = list(directories(reader))
        image = TiledImage(width, height, gray=bool(found) and found[0].integer(PHOTOMETRIC) == _MIN_IS_BLACK)
        if len(found) != len(image.scale_factors):
            raise _damaged("it has not the levels of this image")
        padded_width, padded_height = image.padded_size
        levels = tuple(
            _level(directory, (padded_width // factor, padded_height // factor))
            for directory, factor in zip(found, image.scale_factors, strict=True)
        )
        return cls(image, reader, levels)

    def tile(self, level: int, column: int, row: int) -> bytes:
        """A stored tile as a complete JPEG of 512 × 512; beyond the level's size its pixels mean nothing.

        Raises ``IndexError`` for a tile that the level has not, ``InvalidSource`` if the file ends before it.
        """
        stored = self.levels[level]
        if not (0 <= column < stored.columns and 0 <= row < stored.rows):
            raise IndexError(
                f"level {level} has {stored.columns} × {stored.rows} tiles, not ({column}, {row})"
            )
        index = row * stored.columns + column
        # The stored stream begins with an SOI of its own, in whose place the prefix stands.
        return stored.prefix + _exactly(self.reader, stored.offsets[index], stored.byte_counts[index])[2:]


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


def _level(directory: Directory, size: tuple[int, int]) -> _Level:
    if (directory.integer(WIDTH), directory.integer(HEIGHT)) != size:
        raise _damaged("it has not the levels of this image")
    if (directory.integer(_TILE_WIDTH), directory.integer(_TILE_HEIGHT)) != (TILE_SIZE, TILE_SIZE):
        raise _damaged(f"its tiles are not of {TILE_SIZE} pixels")
    color = directory.integer(PHOTOMETRIC)
    if directory.integer(COMPRESSION) != _JPEG or color not in {_MIN_IS_BLACK, _YCBCR}:
        raise _damaged("its tiles are no plain JPEG")
    columns, rows = (-(-side // TILE_SIZE) for side in size)
    offsets, byte_counts = directory.integers(_TILE_OFFSETS), directory.integers(_TILE_BYTE_COUNTS)
    if not columns * rows == len(offsets) == len(byte_counts):
        raise _damaged("its list of tiles is not complete")
    # Of the tables, only what stands between their own SOI and EOI.
    prefix = _JFIF + directory.octets(_JPEG_TABLES)[2:-2]
    return _Level(columns, rows, array("Q", offsets), array("Q", byte_counts), prefix)


def _exactly(reader: Reader, offset: int, length: int) -> bytes:
    if offset >= _END_OF_FILES:
        raise _damaged("it points to bytes that it has not")
    found = reader.read_range(offset, length)
    if len(found) < length:
        raise _damaged("it ends too early")
    return found


def _damaged(reason: str) -> InvalidSource:
    return InvalidSource(f"the TIFF file is damaged: {reason}; copy it again or make it anew")
