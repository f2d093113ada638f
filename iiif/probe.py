"""A program of its own, which asks libmediainfo about the file it is given as its input.

Apart, because libmediainfo is C++ that reads what strangers wrote: a sound that claims 32,768 channels holds
it for minutes. Here it can be ended, and a crash ends nothing else.
"""

import resource
import sys
from typing import BinaryIO

from pymediainfo import MediaInfo

_GENERAL = "General;G|%Format%|%Format_Profile%|%Duration%|%IsTruncated%\\n"
_FILM = "Video;V|%Width%|%Height%|%PixelAspectRatio%|%Rotation%\\n"
# A template of our own: what a hostile file writes into its titles never comes into the answer.
_TEMPLATE = f"{_GENERAL}\n{_FILM}\nAudio;A\\n"
_MOST_MEMORY = 1 << 30


def main() -> None:
    """Writes a line of values for the file, and one for each of its tracks; ``iiif.media`` reads them."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    told = _told(sys.stdin.buffer, 0.5)
    if told.startswith("G|ADTS|||"):
        # Nothing in such a sound tells how long it is, but its end: all of it must be gone through.
        told = _told(sys.stdin.buffer, 1)
    sys.stdout.buffer.write(told.encode(errors="replace"))


def _told(file: BinaryIO, speed: float) -> str:
    """What libmediainfo tells; at ``speed`` 1 it reads the whole file, at its usual 0.5 a part."""
    file.seek(0)
    # The bytes are handed over, never a path: libmediainfo would follow references to other files.
    return str(MediaInfo.parse(_Bounded(file), parse_speed=speed, output=_TEMPLATE))


class _Bounded:
    """A file as libmediainfo reads it, which ends early for one who would read it for ever."""

    mode = "rb"

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        # Ordinary files have their start, their end and samples between read: about a hundred calls.
        self._calls = 20_000

    def read(self, length: int) -> bytes:
        self._calls -= 1
        return self._file.read(length) if self._calls > 0 else b""

    def seek(self, offset: int, whence: int = 0) -> int:
        # An offset beyond what the system can count is one beyond the end.
        return self._file.seek(min(offset, 2**62), whence)

    def tell(self) -> int:
        return self._file.tell()


if __name__ == "__main__":
    main()
