"""What the archive asks of a place that keeps bytes."""

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from archive.storage import disk
from iiif.image.tiff import Reader


@dataclass(frozen=True)
class Stored:
    """A source in the store: its SHA-256 in hexadecimal, its size in bytes."""

    digest: str
    bytes: int

    @property
    def key(self) -> str:
        """Where it stands in the store."""
        return f"sources/{self.digest[:2]}/{self.digest}"


class Store(Protocol):
    """Keeps bytes under keys such as ``sources/ab/abcd…``; whole or not at all, whatever is killed when.

    Every method raises ``Unavailable`` when the place is full, read-only or out of reach, and
    ``NotFound`` for a key that is not there. Safe from several threads at once.
    """

    def add(self, path: Path) -> Stored:
        """Keep the file as a source under its digest; one that is already here is kept as it is.

        Raises ``InvalidSource`` for a file that can't be read to its end.
        """
        ...

    def scratch(self) -> AbstractContextManager[Path]:
        """A path for a file in the making; what is left there at the end is removed."""
        ...

    def place(self, key: str, path: Path) -> None:
        """Give ``key`` a finished file from ``scratch``, in one step; the file may be gone afterwards."""
        ...

    def file(self, key: str) -> AbstractContextManager[Path]:
        """A file of this machine with the bytes of ``key``, to read within the ``with``."""
        ...

    def open(self, key: str) -> BinaryIO:
        """The bytes of ``key`` as a seekable stream."""
        ...

    def reader(self, key: str) -> Reader:
        """The bytes of ``key`` by ranges, for many reads: what opening costs is paid once.

        May tell only when it is read that the key is not there.
        """
        ...

    def read_range(self, key: str, offset: int, length: int) -> bytes:
        """Up to ``length`` bytes of ``key`` from ``offset`` on; fewer only at the end."""
        ...

    def size(self, key: str) -> int | None:
        """How many bytes ``key`` has; ``None`` when it is not there."""
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key that begins with the folder ``prefix``."""
        ...

    def delete(self, key: str) -> None:
        """Remove a derivative; a source is refused."""
        ...

    def sweep(self) -> int:
        """Remove files in the making whose maker is gone; how many there were."""
        ...


def digest(path: Path) -> Stored:
    """What ``Store.add`` would give for the file, without keeping it; raises as it does."""
    total = hashlib.sha256()
    size = 0
    with path.open("rb") as source:
        for chunk in disk.chunks(source):
            total.update(chunk)
            size += len(chunk)
    return Stored(total.hexdigest(), size)


def require_derivative(key: str) -> None:
    """Raise ``ValueError`` for the key of a source: no store deletes one."""
    if key.startswith("sources/"):
        raise ValueError("a source is never deleted")
