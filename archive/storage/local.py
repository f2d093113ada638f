"""A store in a folder of this machine."""

import errno
import hashlib
import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import psutil

from archive.errors import NotFound, Unavailable
from archive.storage.store import Stored
from iiif.errors import InvalidSource

_CHUNK = 1 << 20
_SCRATCH = "scratch"
_ABANDONED = 24 * 60 * 60


class LocalStore:
    """Keeps each key as a file below ``folder``; one in the making bears its maker's number and machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    def add(self, path: Path) -> Stored:
        """See ``Store.add``: copied and digested in one pass, made durable, then renamed."""
        with self.scratch() as copy:
            stored = _copy(path, copy)
            key = f"sources/{stored.digest[:2]}/{stored.digest}"
            if self.size(key) != stored.bytes:
                with _translated():
                    copy.chmod(0o444)
                self.place(key, copy)
        return stored

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """See ``Store.scratch``."""
        folder = self._folder / _SCRATCH
        with _translated():
            folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{os.getpid()}-{uuid.uuid4().hex}-{socket.gethostname()}"
        try:
            yield path
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def place(self, key: str, path: Path) -> None:
        """See ``Store.place``."""
        target = self._folder / key
        with _translated():
            target.parent.mkdir(parents=True, exist_ok=True)
            _sync(path)
            path.replace(target)
            _sync(target.parent)

    @contextmanager
    def file(self, key: str) -> Iterator[Path]:
        """See ``Store.file``: the file itself, which nobody may write to."""
        path = self._folder / key
        if not path.is_file():
            raise NotFound(f"{key} is not in the store")
        yield path

    def open(self, key: str) -> BinaryIO:
        """See ``Store.open``."""
        try:
            return (self._folder / key).open("rb")
        except FileNotFoundError as error:
            raise NotFound(f"{key} is not in the store") from error

    def size(self, key: str) -> int | None:
        """See ``Store.size``."""
        try:
            return (self._folder / key).stat().st_size
        except FileNotFoundError:
            return None

    def keys(self, prefix: str) -> Iterator[str]:
        """See ``Store.keys``."""
        for folder, _, names in os.walk(self._folder / prefix):
            for name in names:
                yield (Path(folder) / name).relative_to(self._folder).as_posix()

    def delete(self, key: str) -> None:
        """See ``Store.delete``."""
        if key.startswith("sources/"):
            raise ValueError("a source is never deleted")
        with _translated():
            (self._folder / key).unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove files in the making whose maker is gone; how many there were."""
        left = [path for path in (self._folder / _SCRATCH).glob("*-*-*") if _is_abandoned(path)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def digest(path: Path) -> Stored:
    """What ``LocalStore.add`` would give for the file, without keeping it."""
    with path.open("rb") as file:
        return Stored(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def _copy(path: Path, target: Path) -> Stored:
    total = hashlib.sha256()
    size = 0
    with path.open("rb") as source, _translated(), target.open("xb") as copy:
        for chunk in _chunks(source):
            total.update(chunk)
            size += len(chunk)
            copy.write(chunk)
    return Stored(total.hexdigest(), size)


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    # What the source's own disk can't read is the fault of one row, what ours can't take stops them all.
    try:
        while chunk := source.read(_CHUNK):
            yield chunk
    except OSError as error:
        raise InvalidSource("its disk gives it only in part: copy it anew from another place") from error


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_abandoned(path: Path) -> bool:
    maker, _, machine = path.name.split("-", 2)
    if machine == socket.gethostname():
        return not psutil.pid_exists(int(maker))
    # Of another machine's processes, or another container's, only the time can be seen.
    with suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime > _ABANDONED
    return False


@contextmanager
def _translated() -> Iterator[None]:
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
        raise Unavailable(f"the store can't be written: {reason}") from error
