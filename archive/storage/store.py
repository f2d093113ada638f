"""What the archive asks of a place that keeps bytes."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class Stored:
    """A source in the store: its SHA-256 in hexadecimal, its size in bytes."""

    digest: str
    bytes: int


class Store(Protocol):
    """Keeps bytes under keys such as ``sources/ab/abcd…``; whole or not at all, whatever is killed when.

    Every method raises ``Unavailable`` when the place is full, read-only or out of reach, and
    ``NotFound`` for a key that is not there.
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
        """Move a finished file from ``scratch`` to ``key``, in one step."""
        ...

    def file(self, key: str) -> AbstractContextManager[Path]:
        """A file of this machine with the bytes of ``key``, to read within the ``with``."""
        ...

    def open(self, key: str) -> BinaryIO:
        """The bytes of ``key`` as a seekable stream."""
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
