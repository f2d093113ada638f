"""A folder of pictures: what it holds, and the records it makes when there is no sheet."""

import os
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import ClassVar

from archive.errors import Invalid
from archive.ingest import companions, scenes
from archive.ingest.endings import is_picture, is_shown, natural
from archive.ingest.faults import Entry, Fault, Survey, note
from archive.ingest.report import Outcome
from archive.ingest.texts import naming
from archive.services.drafts import Draft, FileDraft, PageDraft, TextDraft
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

    @cached_property
    def named(self) -> dict[str, tuple[str, ...]]:
        """Each model with the files that it names, by their names in the folder, there or not."""
        return {name: scenes.beside(name, self.path(name)) for name in self.files if scenes.is_model(name)}

    @cached_property
    def parts(self) -> frozenset[str]:
        """The files that models name, which are no pages; a model that another one names stays a model."""
        return _parts(self.named, self.named) & self.files.keys()

    def pages(self, names: Iterable[str], *, row: int | None = None) -> Pages:
        """The files called ``names`` as pages without labels, and those that belong to none.

        What a model among them names comes with that model, and is no page.
        """
        given = list(names)
        parts = _parts(self.named, given)
        found, faults = companions.pages((name for name in given if name not in parts), self.path, row=row)
        return tuple(self._with_text(self._with_parts(page)) for page in found), faults

    def lacking(self, pages: Iterable[PageDraft], *, row: int | None = None) -> tuple[Fault, ...]:
        """A fault of each file that is not there and that a model of these pages names."""
        asked = (
            (one.name, name) for page in pages for one in (page, *page.formats) for name in self._of(one)
        )
        missing = {name: model for model, name in asked if name not in self.files}
        return tuple(scenes.missing(name, model, row) for name, model in missing.items())

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The files of text that pages may have by their names, by the stems of these."""
        return naming.by_stem(self.files)

    def text(self, name: str) -> str | None:
        """The file of text that a picture called ``name`` has by its name."""
        return self.texts.get(naming.stem(name)) if is_picture(name) else None

    def books(self) -> dict[str, list[str]]:
        """What can be shown directly in each folder, in natural order; ``""`` is ``root`` itself.

        A PDF beside the pictures of a book is the same book once more, and no page of it; in ``root``, where
        each file stands for itself, so is one that bears the name of a picture.
        """
        books = defaultdict(list)
        for name in sorted(filter(is_shown, self.files.keys() - self.parts), key=natural):
            books[name.rpartition("/")[0]].append(name)
        return {place: _of_a_book(names) if place else _each_once(names) for place, names in books.items()}

    def _of(self, file: FileDraft) -> tuple[str, ...]:
        return self.named.get(file.name, ())

    def _with_text(self, page: PageDraft) -> PageDraft:
        text = self.text(page.name)
        return replace(page, text=TextDraft(self.path(text), text)) if text else page

    def _with_parts(self, page: PageDraft) -> PageDraft:
        names = dict.fromkeys(name for one in (page, *page.formats) for name in self._of(one))
        parts = tuple(FileDraft(self.path(name), name) for name in names if name in self.files)
        return replace(page, companions=parts) if parts else page


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
            yield Entry(None, key, self._draft(key, pages, name), (*faults, *self.folder.lacking(pages)))

    def shelve(self, session: object, reader: object) -> list[Outcome]:
        """Nothing: its rows name collections, and describe none."""
        return []

    def survey(self) -> Survey:
        """Its records counted, its pictures named."""
        return Survey.of(self.entries())

    def leftovers(self) -> list[Fault]:
        """What is in the folder and no picture, and what could not be taken."""
        books = self.folder.books()
        taken = self.folder.parts.union(*books.values())
        taken |= {text for name in taken if (text := self.folder.text(name))}
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


def _parts(named: Mapping[str, tuple[str, ...]], models: Iterable[str]) -> frozenset[str]:
    """What models name and is none itself."""
    return frozenset(name for model in models for name in named.get(model, ())) - named.keys()


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
