"""A folder of pictures: what it holds, and the records it makes when there is no sheet."""

import os
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import ClassVar

from archive.errors import Invalid
from archive.ingest import companions
from archive.ingest.endings import is_picture, is_shown, natural
from archive.ingest.faults import Entry, Fault, Survey, note
from archive.ingest.report import Outcome
from archive.services.drafts import Draft, PageDraft
from iiif.language import untagged

# What systems leave behind in folders, beside all that begins with a full stop.
_LITTER = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "@eadir", "$recycle.bin"})


Pages = tuple[tuple[PageDraft, ...], tuple[Fault, ...]]
"""Pages, and the faults of files that belong to none."""


@dataclass(frozen=True)
class Folder:
    """The files below ``root``: by name (relative, with ``/``, in Unicode form C) the path as it is on disk.

    ``faults`` tells of what is there and not taken.
    """

    root: Path
    files: dict[str, str]
    faults: tuple[Fault, ...] = ()

    def path(self, name: str) -> Path:
        """Where the file called ``name`` is."""
        return self.root / self.files[name]

    def pages(self, names: Iterable[str], *, row: int | None = None) -> Pages:
        """The files called ``names`` as pages without labels, and those that belong to none."""
        return companions.pages(names, self.path, row=row)

    def books(self) -> dict[str, list[str]]:
        """What can be shown directly in each folder, in natural order; ``""`` is ``root`` itself.

        A PDF beside the pictures of a book is the same book once more, and no page of it; in ``root``, where
        each file stands for itself, so is one that bears the name of a picture.
        """
        books = defaultdict(list)
        for name in sorted(filter(is_shown, self.files), key=natural):
            books[name.rpartition("/")[0]].append(name)
        return {place: _of_a_book(names) if place else _each_once(names) for place, names in books.items()}


@dataclass(frozen=True)
class FolderSource:
    """A folder without a sheet: each picture directly in it is a record, each folder of pictures another.

    A deeper folder's record stands in the collection that its parents' names make. ``name`` is that by
    which the records are known when the folder is taken in again.
    """

    name: str
    folder: Folder
    is_whole: ClassVar[bool] = True

    def entries(self) -> Iterator[Entry]:
        """The records in natural order of their files and folders."""
        books = {place: self.folder.pages(names) for place, names in self.folder.books().items()}
        singles, _ = books.pop("", ((), ()))
        stems = Counter(PurePosixPath(page.name).stem for page in singles)
        records: dict[str, Pages] = {page.name: ((page,), ()) for page in singles} | books
        for key in sorted(records, key=natural):
            stem = PurePosixPath(key).stem
            name = stem if key not in books and stems[stem] == 1 and stem not in books else None
            pages, faults = records[key]
            yield Entry(None, key, self._draft(key, pages, name), faults)

    def shelve(self, session: object) -> list[Outcome]:
        """Nothing: its rows name collections, and describe none."""
        return []

    def survey(self) -> Survey:
        """Its records counted, its pictures named."""
        return Survey.of(self.entries())

    def leftovers(self) -> list[Fault]:
        """What is in the folder and no picture, and what could not be taken."""
        books = self.folder.books()
        taken = {name for names in books.values() for name in names}
        return [
            *self.folder.faults,
            *self.folder.pages(books.get("", ()))[1],
            *(
                surplus(name, "is a PDF beside pictures" if is_picture(name) else "is no picture")
                for name in sorted(self.folder.files.keys() - taken, key=natural)
            ),
        ]

    def _draft(self, key: str, pages: tuple[PageDraft, ...], name: str | None) -> Draft:
        parents, _, last = key.rpartition("/")
        label = PurePosixPath(last).stem if [page.name for page in pages] == [key] else last
        return Draft(
            key=key,
            name=name,
            label=untagged(label),
            collections=(parents,) if parents else (),
            pages=pages,
        )


def scan(root: Path) -> Folder:
    """What is in the folder ``root`` and below it, hidden files and systems' litter left out.

    Links that lead out of it are not followed. Raises ``Invalid`` when ``root`` is no readable folder.
    """
    if not root.is_dir():
        raise Invalid(f'folder "{root.name}": is not there, or is no folder: check its name')
    walk = _Walk(root.resolve())
    pending = [""]
    while pending:
        pending += walk.enter(pending.pop())
    return Folder(root, *walk.result())


def surplus(name: str, reason: str) -> Fault:
    """The note on a file that no record takes."""
    return note(f'"{name}" {reason}: it is left where it is', column="files")


def _of_a_book(names: list[str]) -> list[str]:
    return [name for name in names if not _is_pdf(name)] or names


def _each_once(names: list[str]) -> list[str]:
    stems = {PurePosixPath(name).stem for name in names if not _is_pdf(name)}
    return [name for name in names if not (_is_pdf(name) and PurePosixPath(name).stem in stems)]


def _is_pdf(name: str) -> bool:
    return name.lower().endswith(".pdf")


class _Walk:
    """The state of one scan: names found so far, with all the paths that have the same name in form C."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._found: dict[str, list[str]] = defaultdict(list)
        self._faults: list[Fault] = []

    def enter(self, folder: str) -> list[str]:
        """Note the files directly in ``folder``, and give the folders in it."""
        folders = []
        try:
            with os.scandir(self._root / folder) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    path = f"{folder}/{entry.name}" if folder else entry.name
                    if self._sort(entry, path):
                        folders.append(path)
        except OSError as error:
            if not folder:
                raise Invalid(f'folder "{self._root.name}": can\'t be read: check its permissions') from error
            self._fault(folder, "can't be read: check its permissions")
        return folders

    def result(self) -> tuple[dict[str, str], tuple[Fault, ...]]:
        """The files by name, and the faults."""
        for name, paths in self._found.items():
            if len(paths) > 1:
                self._fault(
                    name, f"stands {len(paths)} times, its letters composed and decomposed: rename one"
                )
        files = {name: paths[0] for name, paths in self._found.items() if len(paths) == 1}
        return files, tuple(self._faults)

    def _sort(self, entry: os.DirEntry[str], path: str) -> bool:
        """Note a file or a fault; whether ``entry`` is a folder to enter."""
        if entry.name.startswith((".", "~$")) or entry.name.lower() in _LITTER:
            return False
        if not _is_unicode(entry.name):
            self._fault(path, "has a name that is not Unicode: rename it")
        elif entry.is_symlink() and (reason := _refusal(self._root, path)):
            self._faults.append(surplus(path, reason))
        elif entry.is_dir():
            return True
        elif entry.is_file():
            self._found[unicodedata.normalize("NFC", path)].append(path)
        else:
            self._faults.append(surplus(path, "is no file"))
        return False

    def _fault(self, path: str, message: str) -> None:
        shown = unicodedata.normalize("NFC", path).encode("utf-8", "replace").decode()
        self._faults.append(Fault(None, "files", f'"{shown}" {message}'))


def _is_unicode(name: str) -> bool:
    # Bytes that are not UTF-8 come as lone surrogates, which no catalogue and no terminal takes.
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def _refusal(root: Path, path: str) -> str | None:
    """Why the link at ``path`` is not followed, ``None`` of one to a file below ``root``."""
    target = Path(os.path.realpath(root / path))
    if not target.is_relative_to(root):
        return "is a link that leads out of the folder"
    if not target.is_file():
        return "is a link to a folder, or to nothing"
    return None
