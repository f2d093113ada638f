"""JPEG whose every block is independent: cut and joined as bytes, without decoding.

The tiles of a pyramid carry a restart marker after each block (16 × 16 pixels: an MCU in 4:2:0). Between two
markers a block depends on no other, and so any rectangle of blocks, of one tile or of many, is a JPEG again
once its blocks stand in a row and the markers are counted anew. Source: ITU-T T.81, §E.1.4 and §F.1.1.5.
"""

import re
import struct
from collections.abc import Iterable, Iterator

from iiif.errors import InvalidSource

SIZE = 16
"""Pixels across and down a block."""

JFIF = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
"""How a JPEG begins: the start of an image, and JFIF's word that it is YCbCr or gray."""

_END = b"\xff\xd9"
_START_OF_FRAME, _START_OF_SCAN = b"\xff\xc0", b"\xff\xda"
_TABLES = b"\xff\xdb", b"\xff\xc4"
_ONE_BLOCK_EACH = b"\xff\xdd\x00\x04\x00\x01"
# Three components; the first has four samples where the others have one: 4:2:0.
_COMPONENTS = b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
_SCAN = _START_OF_SCAN + b"\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"
_MARKERS = [bytes((0xFF, 0xD0 + number)) for number in range(8)]
# Within a block 0xFF is always followed by 0, so that nothing else looks like a marker.
_MARKER = re.compile(rb"\xff[\xd0-\xd7]")


def are_independent(start: bytes) -> bool:
    """Whether a tile that starts with these bytes has 4:2:0 blocks and a restart marker after each.

    One that brings tables of its own has not: its blocks could not be joined with another's.
    """
    header, scan, _ = start.partition(_START_OF_SCAN)
    has_tables = any(table in header for table in _TABLES)
    return bool(scan) and not has_tables and _COMPONENTS in header and _ONE_BLOCK_EACH in header


def split(tile: bytes, count: int) -> list[bytes]:
    """The ``count`` blocks of a tile, row by row. Raises ``InvalidSource`` if they are not there."""
    start, end = tile.find(_START_OF_SCAN) + len(_SCAN), tile.rfind(_END)
    found = _MARKER.split(tile[start:end])
    if len(found) != count:
        raise InvalidSource("the pyramid is damaged: a tile lacks blocks; make it anew")
    return found


def joined(tables: bytes, size: tuple[int, int], strips: Iterable[list[bytes]]) -> bytes:
    """The JPEG of ``size`` (w, h) whose blocks, row by row, are those of the strips.

    ``tables`` are the segments that all the blocks were coded with. The last blocks of rows and columns may
    reach beyond the size.
    """
    width, height = size
    frame = _START_OF_FRAME + struct.pack(">HBHH", 17, 8, height, width) + _COMPONENTS
    parts = [JFIF, tables, frame, _ONE_BLOCK_EACH, _SCAN, *_marked(strips)]
    # The last block is not followed by a restart but by the end.
    parts[-1] = _END
    return b"".join(parts)


def _marked(strips: Iterable[list[bytes]]) -> Iterator[bytes]:
    count = 0
    for blocks in strips:
        first = count % len(_MARKERS)
        count += len(blocks)
        marked = [b""] * (2 * len(blocks))
        marked[::2] = blocks
        marked[1::2] = (_MARKERS * (len(blocks) // len(_MARKERS) + 2))[first : first + len(blocks)]
        last = marked.pop()
        yield b"".join(marked)
        yield last
