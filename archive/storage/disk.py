"""This machine's disk: files in the making, sources read to their end, and refusals in words for people."""

import errno
import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import psutil

from archive.errors import Full, Unavailable
from iiif.errors import InvalidSource

_CHUNK = 1 << 20
_ABANDONED = 24 * 60 * 60


class Scratch:
    """A folder of files in the making; each bears its maker's number and machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    @contextmanager
    def file(self) -> Iterator[Path]:
        """A path that nobody else has; what is left there at the end is removed."""
        with translated():
            self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{os.getpid()}-{uuid.uuid4().hex}-{socket.gethostname()}"
        try:
            yield path
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove the files whose maker is gone; how many there were."""
        left = [path for path in self._folder.glob("*-*-*") if _is_abandoned(path)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def chunks(source: BinaryIO) -> Iterator[bytes]:
    """All bytes of a source, piece by piece. Raises ``InvalidSource`` when it can't be read to its end."""
    # What the source's own disk can't read is the fault of one row, what ours can't take stops them all.
    try:
        while chunk := source.read(_CHUNK):
            yield chunk
    except OSError as error:
        raise InvalidSource("its disk gives it only in part: copy it anew from another place") from error


@contextmanager
def translated() -> Iterator[None]:
    """Make ``Unavailable`` of what this machine's disk refuses, and ``Full`` where it has no room."""
    try:
        yield
    except OSError as error:
        reasons = {
            errno.ENOSPC: "the disk is full; free some space and run again",
            errno.EDQUOT: "the disk quota is used up; free some space and run again",
            errno.EROFS: "it is read-only; make it writable",
            errno.EACCES: "it may not be written; check the rights of its folder",
            errno.EPERM: "it may not be written; check the rights of its folder",
        }
        reason = reasons.get(error.errno or 0, os.strerror(error.errno or 0).lower())
        kind = Full if error.errno in {errno.ENOSPC, errno.EDQUOT} else Unavailable
        raise kind(f"the store can't be written: {reason}") from error


def _is_abandoned(path: Path) -> bool:
    maker, _, machine = path.name.split("-", 2)
    if machine == socket.gethostname():
        return not psutil.pid_exists(int(maker))
    # Of another machine's processes, or another container's, only the time can be seen.
    with suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime > _ABANDONED
    return False
