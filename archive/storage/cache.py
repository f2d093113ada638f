"""Renditions kept on disk, in a bounded folder that the processes of a server share."""

import errno
import logging
import os
import re
import threading
import time
import uuid
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_log = logging.getLogger(__name__)

_FOLDER = re.compile("[0-9a-f]{2}")
_NAME = re.compile(r"[0-9a-f]+\.rendition(\.[0-9a-f]{32})?")
_CHECKSUM_BYTES = 4
_MOST_PENDING_BYTES = 32 << 20
_HOUR = 60 * 60
_PARTING_SECONDS = 2.0


class Cache:
    """Keeps renditions by key, ``limit`` bytes of them at most, until unused for ``days`` (0: for ever).

    Reading is opening one file. The rest is done by one thread, begun at the first ``put``: no request
    waits for it, and what it can't keep up with is not kept. A file has its name only when it is whole,
    whatever is killed when; one torn by a power cut fails its checksum and is no hit.

    The folder is looked through at the start, after every 32nd part of ``limit`` written, and every hour;
    what was unused for longest leaves until a 16th is free. So one process stays below ``limit``; each
    further one may exceed it by a 16th until it looks again. Only files with names of its own are removed,
    no link is followed, and nothing is written into a folder that holds anything else.
    """

    def __init__(self, folder: Path, *, limit: int, days: int) -> None:
        self._folder = str(folder.absolute())
        self._limit = limit
        self._share = limit // 32
        self._age = days * 24 * _HOUR or float("inf")
        self._changed = threading.Condition()
        self._pending: dict[str, bytes] = {}
        self._room = min(_MOST_PENDING_BYTES, self._share)
        self._writer: threading.Thread | None = None
        self._rests_until = 0.0
        self._closed = False

    def get(self, key: str) -> bytes | None:
        """The rendition under ``key``, a digest in hexadecimal; ``None`` where none is whole."""
        if (body := self._pending.get(key)) is not None:
            return body
        with suppress(OSError), open(self._path(key), "rb", buffering=0) as file:  # noqa: PTH123  # A Path takes 13 µs more.
            stat = os.fstat(file.fileno())
            checksum = file.read(_CHECKSUM_BYTES)
            body = file.read(stat.st_size)
            if checksum != _checksum(key, body):
                return None
            # Use is noted once an hour: to write at every hit would cost more than it tells.
            if time.time() - stat.st_mtime > _HOUR:
                with suppress(OSError):
                    os.utime(file.fileno())
            return body
        return None

    def put(self, key: str, body: bytes) -> None:
        """Have the rendition written soon; where too much waits already or the disk fails, it is let go."""
        with self._changed:
            unwanted = self._closed or key in self._pending or len(body) > self._room
            if unwanted or time.monotonic() < self._rests_until:
                return
            self._pending[key] = body
            self._room -= len(body)
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="cache", daemon=True)
                self._writer.start()
            self._changed.notify()

    def close(self) -> None:
        """Take no more, and give what is still to be written two seconds."""
        with self._changed:
            self._closed = True
            writer = self._writer
            self._changed.notify()
        if writer:
            writer.join(_PARTING_SECONDS)

    def _path(self, key: str) -> str:
        return f"{self._folder}/{key[:2]}/{key}.rendition"

    def _write(self) -> None:
        try:
            self._sweep()
            while self._write_share():
                self._sweep()
        except OSError as error:
            _log.warning("renditions are not cached: %s", (error.strerror or "unknown fault").lower())
            self._rest()

    def _write_share(self) -> bool:
        """Write what comes until it is time to look through the folder; false once closed and done."""
        written, until = 0, time.monotonic() + _HOUR
        while written < self._share and (left := until - time.monotonic()) > 0:
            with self._changed:
                self._changed.wait_for(lambda: self._pending or self._closed, left)
                if not self._pending:
                    return not self._closed
                key, body = next(iter(self._pending.items()))
            self._place(key, body)
            with self._changed:
                del self._pending[key]
                self._room += len(body)
            written += len(body)
        return True

    def _place(self, key: str, body: bytes) -> None:
        path = Path(self._path(key))
        part = Path(f"{path}.{uuid.uuid4().hex}")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            # Not synced to the disk: what is lost by that is drawn again.
            part.write_bytes(_checksum(key, body) + body)
            part.replace(path)
        except OSError:
            with suppress(OSError):
                part.unlink()
            raise

    def _rest(self) -> None:
        """Step aside for an hour: on a full disk, trying on would take the last bytes from others."""
        with self._changed:
            self._room += sum(map(len, self._pending.values()))
            self._pending.clear()
            self._rests_until = time.monotonic() + _HOUR
            self._writer = None

    def _sweep(self) -> None:
        """Remove what is too old and, where too much is left, what was unused for longest."""
        sizes: Counter[int] = Counter()
        for file in self._files():
            if file.is_aged(self._age):
                file.remove()
            else:
                sizes[file.minute] += file.size
        excess = sizes.total() - self._limit + 2 * self._share
        if excess > 0:
            self._shed(excess, sizes)

    def _shed(self, excess: int, sizes: Counter[int]) -> None:
        # Counted by the minute, and walked twice: a list of a million files would take 200 MB.
        minutes = iter(sorted(sizes))
        while excess > sizes[last := next(minutes)]:
            excess -= sizes[last]
        for file in self._files():
            if file.minute < last or (file.minute == last and excess > 0):
                file.remove()
                excess -= file.size if file.minute == last else 0

    def _files(self) -> Iterator["_File"]:
        """Our files, also those in the making. Raises ``OSError`` where the folder holds anything else."""
        folders = _entries(self._folder)
        for folder in folders:
            if not (_FOLDER.fullmatch(folder.name) and folder.is_dir(follow_symlinks=False)):
                raise OSError(errno.ENOTEMPTY, f'its folder holds "{folder.name}": move that elsewhere')
        for folder in folders:
            for entry in _entries(folder.path):
                if _NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    # Another process may have removed it.
                    with suppress(FileNotFoundError):
                        stat = entry.stat(follow_symlinks=False)
                        yield _File(entry.path, stat.st_size, stat.st_mtime)


@dataclass(frozen=True, slots=True)
class _File:
    """A file of ours: its size in bytes, and when it was last used, to the hour."""

    path: str
    size: int
    used: float

    @property
    def minute(self) -> int:
        return int(self.used) // 60

    def is_aged(self, age: float) -> bool:
        # One in the making for an hour was left by a process that was killed.
        made = self.path.endswith(".rendition")
        return time.time() - self.used > (age if made else _HOUR)

    def remove(self) -> None:
        Path(self.path).unlink(missing_ok=True)


def _checksum(key: str, body: bytes) -> bytes:
    """Of body and key, so that a file under another's name is no hit either."""
    return zlib.crc32(body, zlib.crc32(key.encode())).to_bytes(_CHECKSUM_BYTES, "big")


def _entries(folder: str) -> list[os.DirEntry[str]]:
    # A keeper may remove the folder at any time; it is made again with the next file.
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        return list(entries)
    return []
