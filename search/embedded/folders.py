"""Which folder holds an index, how a new one takes its place, and how far each has come."""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from search.engine import Layout
from search.errors import IndexOutdated, WriterBusy

META = "meta.json"
"""The file that tantivy replaces at each commit."""

_STATE = "mogao.json"


class Folders:
    """The folders ``NAME-1``, ``NAME-2``, … of one index; a file ``NAME.current`` says which one holds."""

    def __init__(self, root: Path, name: str) -> None:
        self._root, self._name = root, name
        self._current = root / f"{name}.current"

    def current(self) -> Path:
        """The folder that holds; raises ``IndexOutdated`` where there is none."""
        try:
            held = self._current.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise IndexOutdated(f"index {self._name} is missing: reindex") from error
        if self._number(held) is None:
            raise IndexOutdated(f"index {self._name} is damaged: reindex")
        return self._root / held

    def make(self) -> Path:
        """A new folder, in the place of all that were left unfinished. The caller holds ``lock``."""
        highest = max((self._number(path.name) or 0 for path in self._root.iterdir()), default=0)
        self._sweep()
        folder = self._root / f"{self._name}-{highest + 1}"
        folder.mkdir()
        return folder

    def swap(self, folder: Path) -> None:
        """Let ``folder`` hold, and remove the others. The caller holds ``lock``."""
        _replace(self._current, folder.name)
        self._sweep()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Raises ``WriterBusy`` where another makes a new folder."""
        self._root.mkdir(parents=True, exist_ok=True)
        with (self._root / f"{self._name}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise WriterBusy(f"index {self._name} is being rebuilt by another process") from error
            yield

    def _sweep(self) -> None:
        try:
            kept = self.current()
        except IndexOutdated:
            kept = None
        for path in self._root.iterdir():
            if self._number(path.name) is not None and path != kept:
                shutil.rmtree(path, ignore_errors=True)

    def _number(self, name: str) -> int | None:
        match = re.fullmatch(rf"{re.escape(self._name)}-([0-9]{{1,15}})", name)
        return int(match[1]) if match else None


@dataclass(frozen=True, slots=True)
class State:
    """What a folder is of, and how far it has come.

    It is written before each commit. Once tantivy's own count of operations has gone beyond ``beyond``,
    the commit is done, and ``cursor`` holds; until then ``before`` does. So the cursor changes with the
    documents, at one moment, and stands in no document that would count as one.
    """

    layout: dict[str, Any]  # Any: values of JSON.
    beyond: int = 0
    cursor: str | None = None
    before: str | None = None

    @classmethod
    def new(cls, layout: Layout) -> "State":
        """The state of an index that holds nothing."""
        return cls(json.loads(json.dumps(asdict(layout))))

    @classmethod
    def read(cls, folder: Path) -> "State":
        """What was written last."""
        return cls(**json.loads((folder / _STATE).read_text(encoding="utf-8")))

    def write(self, folder: Path) -> None:
        """Keep it, whatever happens to the machine."""
        _replace(folder / _STATE, json.dumps(asdict(self)))

    def reached(self, folder: Path) -> str | None:
        """The cursor of what is committed."""
        # Asked after the state was read: what is committed since then only makes the answer an older one.
        return self.cursor if operations(folder) > self.beyond else self.before


def operations(folder: Path) -> int:
    """Tantivy's count of operations at the last commit."""
    return int(json.loads((folder / META).read_text(encoding="utf-8"))["opstamp"])


def signature(path: Path) -> tuple[int, int, int]:
    """What changes when the file is replaced."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _replace(path: Path, content: str) -> None:
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    with new.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
