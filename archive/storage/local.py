"""A store in a folder of this machine."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.errors import NotFound
from archive.storage import disk
from archive.storage.store import Stored, require_derivative
from iiif.image.tiff import FileReader


class LocalStore:
    """Keeps each key as a file below ``folder``, and what is in the making beside them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._scratch = disk.Scratch(self._folder / "scratch")

    def add(self, path: Path) -> Stored:
        """See ``Store.add``: copied and digested in one pass, made durable, then renamed."""
        with self.scratch() as copy:
            stored = _copy(path, copy)
            if self.size(stored.key) != stored.bytes:
                with disk.translated():
                    copy.chmod(0o444)
                self.place(stored.key, copy)
        return stored

    def scratch(self) -> AbstractContextManager[Path]:
        """See ``Store.scratch``."""
        return self._scratch.file()

    def place(self, key: str, path: Path) -> None:
        """See ``Store.place``."""
        target = self._folder / key
        with disk.translated():
            target.parent.mkdir(parents=True, exist_ok=True)
            _sync(path)
            path.replace(target)
            _sync(target.parent)

    @contextmanager
    def file(self, key: str) -> Iterator[Path]:
        """See ``Store.file``: the file itself, which nobody may write to."""
        path = self._folder / key
        if not path.is_file():
            raise _not_found(key)
        yield path

    def open(self, key: str) -> BinaryIO:
        """See ``Store.open``."""
        try:
            return (self._folder / key).open("rb")
        except FileNotFoundError as error:
            raise _not_found(key) from error

    def reader(self, key: str) -> FileReader:
        """See ``Store.reader``: an open file, of which a range is one call of the system."""
        try:
            return FileReader(self._folder / key)
        except FileNotFoundError as error:
            raise _not_found(key) from error

    def read_range(self, key: str, offset: int, length: int) -> bytes:
        """See ``Store.read_range``."""
        return self.reader(key).read_range(offset, length)

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
        require_derivative(key)
        with disk.translated():
            (self._folder / key).unlink(missing_ok=True)

    def sweep(self) -> int:
        """See ``Store.sweep``."""
        return self._scratch.sweep()


def _copy(path: Path, target: Path) -> Stored:
    total = hashlib.sha256()
    size = 0
    with path.open("rb") as source, disk.translated(), target.open("xb") as copy:
        for chunk in disk.chunks(source):
            total.update(chunk)
            size += len(chunk)
            copy.write(chunk)
    return Stored(total.hexdigest(), size)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_found(key: str) -> NotFound:
    return NotFound(f"{key} is not in the store")
