"""The color profile of a JPEG 2000 file, which Pillow decodes but does not look for."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

_WITH_PROFILE = 2
_LARGEST_HEADER = 16 << 20


def profile(file: BinaryIO) -> bytes | None:
    """The ICC profile in the header boxes of a JP2 file; None where it names a color space or nothing.

    Spec: ISO/IEC 15444-1, annex I.5.3.
    """
    file.seek(0)
    start = file.read(_LARGEST_HEADER)
    header = next((content for name, content in _boxes(start) if name == b"jp2h"), b"")
    colors = (content for name, content in _boxes(header) if name == b"colr")
    return next((color[3:] for color in colors if color[:1] == bytes([_WITH_PROFILE])), None)


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes of a run of bytes, by name, as far as they are whole."""
    while len(content) >= 8:
        length, name = struct.unpack_from(">I4s", content)
        # Lengths 0 and 1 mean "to the end" and "64 bits": pixels are written so, and stand last.
        if length < 8 or length > len(content):
            return
        yield name, content[8:length]
        content = content[length:]
