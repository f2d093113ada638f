"""A BigTIFF of JPEG tiles, written while they come: of all its pictures at once, in any order."""

import struct
from dataclasses import dataclass, field
from typing import BinaryIO

from iiif.image import tiff

_HEADER = struct.pack("<2sHHHQ", b"II", 43, 8, 0, 0)
_FIRST_DIRECTORY = 8
_SHORT, _LONG, _BYTES, _TEXT, _LONG8 = 3, 4, 7, 2, 16
_CODES = {_SHORT: "H", _LONG: "I", _LONG8: "Q"}
_REDUCED = 1

Field = tuple[int, int, bytes]
"""A field's tag, its type, its values as they are written."""


@dataclass
class Picture:
    """One picture of the file: its size (w, h) in pixels, that of its tiles, and where each tile stands."""

    size: tuple[int, int]
    tile: tuple[int, int]
    places: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def columns(self) -> int:
        """How many tiles stand side by side."""
        return -(-self.size[0] // self.tile[0])


class Writer:
    """Writes tiles, 4:2:0 JPEG streams without their tables, and at the end the directories that find them.

    No library writes the tiles of several pictures as they come: one after the other they would have to be
    kept, or made twice.
    """

    def __init__(self, file: BinaryIO, tables: bytes, description: bytes) -> None:
        self._file = file
        self._tables = tables
        self._description = description
        self._length = self._append(_HEADER, at=0)

    def add(self, picture: Picture, tile: bytes, *, column: int, row: int) -> None:
        """Write one tile of a picture."""
        picture.places[row * picture.columns + column] = self._length, len(tile)
        self._length = self._append(tile, at=self._length)

    def finish(self, pictures: list[Picture]) -> None:
        """Write the directories of the pictures, all of whose tiles are there."""
        link = _FIRST_DIRECTORY
        for picture in pictures:
            entries = [
                self._entry(*values) for values in sorted(self._fields(picture, first=picture is pictures[0]))
            ]
            start = self._length
            directory = struct.pack("<Q", len(entries)) + b"".join(entries) + struct.pack("<Q", 0)
            self._length = self._append(directory, at=start)
            self._append(struct.pack("<Q", start), at=link)
            link = self._length - 8

    def _append(self, written: bytes, *, at: int) -> int:
        self._file.seek(at)
        self._file.write(written)
        return at + len(written)

    def _fields(self, picture: Picture, *, first: bool) -> list[Field]:
        places = [picture.places[index] for index in sorted(picture.places)]
        return [
            _integers(tiff.SUBFILE_TYPE, _LONG, 0 if first else _REDUCED),
            _integers(tiff.WIDTH, _LONG, picture.size[0]),
            _integers(tiff.HEIGHT, _LONG, picture.size[1]),
            _integers(tiff.BITS_PER_SAMPLE, _SHORT, 8, 8, 8),
            _integers(tiff.COMPRESSION, _SHORT, tiff.JPEG),
            _integers(tiff.PHOTOMETRIC, _SHORT, tiff.YCBCR),
            (tiff.DESCRIPTION, _TEXT, self._description),
            _integers(tiff.SAMPLES_PER_PIXEL, _SHORT, 3),
            _integers(tiff.TILE_WIDTH, _LONG, picture.tile[0]),
            _integers(tiff.TILE_HEIGHT, _LONG, picture.tile[1]),
            _integers(tiff.TILE_OFFSETS, _LONG8, *(offset for offset, _ in places)),
            _integers(tiff.TILE_BYTE_COUNTS, _LONG8, *(length for _, length in places)),
            (tiff.JPEG_TABLES, _BYTES, self._tables),
            _integers(tiff.YCBCR_SUBSAMPLING, _SHORT, 2, 2),
        ]

    def _entry(self, tag: int, type_: int, values: bytes) -> bytes:
        count = len(values) // struct.calcsize(_CODES.get(type_, "B"))
        if len(values) > 8:
            start = self._length
            self._length = self._append(values, at=start)
            values = struct.pack("<Q", start)
        return struct.pack("<HHQ8s", tag, type_, count, values)


def _integers(tag: int, type_: int, *values: int) -> Field:
    return tag, type_, struct.pack(f"<{len(values)}{_CODES[type_]}", *values)
