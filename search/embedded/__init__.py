"""The engine in our own process and folder: tantivy."""

from contextlib import ExitStack
from pathlib import Path

from search.embedded.folders import Folders, State
from search.embedded.index import EmbeddedIndex
from search.embedded.schema import Fields
from search.engine import Layout


class EmbeddedEngine:
    """Indexes in folders below ``root``."""

    def __init__(self, root: Path, layout: Layout) -> None:
        self._root, self._fields = root, Fields(layout)
        self._indexes: dict[str, EmbeddedIndex] = {}

    def index(self, name: str) -> EmbeddedIndex:
        """The index of that name: one, so that its files are opened once."""
        if name not in self._indexes:
            self._indexes[name] = EmbeddedIndex(self._fields, Folders(self._root, name))
        return self._indexes[name]

    def rebuild(self, name: str) -> "NewEmbeddedIndex":
        """A new index in a folder of its own."""
        return NewEmbeddedIndex(self._fields, Folders(self._root, name))

    def close(self) -> None:
        """Close all indexes."""
        for index in self._indexes.values():
            index.close()
        self._indexes.clear()


class NewEmbeddedIndex(EmbeddedIndex):
    """An index in a folder that no reader knows yet."""

    def __init__(self, fields: Fields, folders: Folders) -> None:
        with ExitStack() as stack:
            stack.enter_context(folders.lock())
            self._path = folders.make()
            super().__init__(fields, folders, self._path)
            State.new(fields.layout).write(self._path)
            fields.open(str(self._path))
            self._held = stack.pop_all()

    def swap(self) -> None:
        """Take the place of the index of this name."""
        with self._held:
            self.close()
            self._folders.swap(self._path)

    def discard(self) -> None:
        """Give it up; its folder is swept by the next one."""
        with self._held:
            self.close()
