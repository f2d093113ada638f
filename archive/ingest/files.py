"""The files that a sheet names, found in its folder however they are written."""

import difflib
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from archive.ingest.endings import is_picture, natural
from archive.ingest.faults import Fault, note
from archive.ingest.folder import Folder, Pages, surplus
from archive.ingest.texts.naming import is_text
from archive.services import identifiers
from archive.services.drafts import FileDraft, PageDraft, TextDraft

SEPARATOR = re.compile(r"[|;\n]")
"""What may stand between several values of one cell; a comma never does."""

_WILD = re.compile(r"[*?\[]")
_OUTSIDE = re.compile(r"/|[A-Za-z]:/|(?:.*/)?\.\.(?:/|$)")
_NEIGHBOURS = 12


@dataclass(frozen=True)
class Found:
    """The pages that the files make, in order, and what was wrong in asking for them."""

    pages: tuple[PageDraft, ...] = ()
    faults: tuple[Fault, ...] = ()


class Holdings:
    """The files of a folder under all the names that sheets give them; each is found by a few look-ups."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self._books = folder.books()
        self._pictures = dict.fromkeys(name for names in self._books.values() for name in names)
        self._sorted = sorted((name.casefold(), name) for name in folder.files)
        # A cell has no blanks around it, a file's name may.
        self._by_name = _grouped((name.casefold().strip(), name) for name in folder.files)
        self._by_folder = _grouped((book.casefold(), book) for book in self._books if book)
        self._by_stem = _grouped((_stem(name).casefold(), name) for name in self._pictures)
        self._by_record = _grouped((_record_key(_stem(_last(name))), name) for name in self._pictures)
        self._books_by_record = _grouped((_record_key(_last(book)), book) for book in self._books if book)

    def find(self, cell: str, *, row: int, column: str) -> Found:
        """The files of ``cell``: names, names without ending, folders, patterns, with ``SEPARATOR`` between.

        Letters' case and Unicode form don't matter where one file only can be meant.
        """
        names: dict[str, None] = {}
        faults = []
        for asked in self._asked(cell):
            try:
                found = self._resolve(asked)
            except LookupError as error:
                faults.append(Fault(row, column, f'"{asked}" {error.args[0]}'))
                continue
            faults += [
                note(f'"{name}" is named twice', row=row, column=column) for name in found if name in names
            ]
            names |= dict.fromkeys(found)
        pages, orphans = self._pages(names, row)
        return Found(pages, (*faults, *orphans))

    def file(self, name: str) -> FileDraft:
        """The one file that ``name`` means. Raises ``LookupError`` with the reason."""
        found = self._resolve(unicodedata.normalize("NFC", name))
        if len(found) != 1:
            raise LookupError("is several files: name one")
        return FileDraft(self.folder.path(found[0]), found[0])

    def texts(self, cell: str, count: int) -> list[TextDraft | None]:
        """The files of text that a cell names, one for each of ``count`` pages, ``None`` at an empty place.

        One file may have the text of all. Raises ``LookupError`` with the reason.
        """
        asked = [part.strip() for part in SEPARATOR.split(unicodedata.normalize("NFC", cell).rstrip("|; \n"))]
        if len(asked) == 1 and _WILD.search(asked[0]):
            asked = list(self._matching(asked[0], {name for name in self.folder.files if is_text(name)}))
        found = [self.file(one) if one else None for one in asked]
        if len(found) == 1 < count and found[0]:
            return [TextDraft(found[0].path, found[0].name, number) for number in range(count)]
        if len(found) > count:
            raise LookupError(
                f"names {len(found)} files of text for {count} pages: name fewer, or more files"
            )
        drafts = [TextDraft(one.path, one.name) if one else None for one in found]
        return drafts + [None] * (count - len(drafts))

    def find_for(self, record: Iterable[str], *, row: int) -> Found:
        """The file or the folder's files that bear the name of a record, ``record`` being its identifiers."""
        keys = {_record_key(identifier) for identifier in record}
        files = [name for key in keys for name in self._by_record.get(key, ())]
        books = [book for key in keys for book in self._books_by_record.get(key, ())]
        if len(files) + len(books) > 1 and (books or not _is_one_recording(files)):
            named = _listed(sorted([*files, *books], key=natural))
            message = f"{named} all bear this record's name: say in a column files which are its pages"
            return Found(faults=(Fault(row, "files", message),))
        if not files and not books and keys and self._by_record:
            return Found(faults=(note("no file bears the record's name", row=row, column="files"),))
        names = files or [name for book in books for name in self._books[book]]
        return Found(*self._pages(names, row))

    def surplus(self, used: Collection[str]) -> list[Fault]:
        """A note on each file that is not ``used``, in natural order, and what the scan could not take."""
        others = sorted((name for name in self.folder.files if name not in used), key=natural)
        return [*self.folder.faults, *(surplus(name, "is named by no row") for name in others)]

    def _asked(self, cell: str) -> list[str]:
        whole = unicodedata.normalize("NFC", cell)
        if whole in self.folder.files:
            return [whole]
        return [part for text in SEPARATOR.split(whole) if (part := text.strip())]

    def _resolve(self, asked: str) -> Sequence[str]:
        """The files that one name means; raises ``LookupError`` with the reason when there are none."""
        if asked in self.folder.files:
            return [asked]
        name = asked.strip('"').replace("\\", "/").removeprefix("./")
        if _OUTSIDE.match(name):
            raise LookupError("leads out of the folder: write its name relative to the folder")
        if _WILD.search(name):
            return self._matching(name, self._pictures)
        if found := _only(self._by_name, name):
            return [found]
        if found := _only(self._by_folder, name.rstrip("/")):
            return self._books[found]
        if _is_one_recording(recording := self._by_stem.get(name.casefold(), [])):
            return recording
        if only := _only(self._by_stem, name):
            return [only]
        raise LookupError(f"is not in the folder: {self._remedy(name)}")

    def _pages(self, names: Iterable[str], row: int) -> Pages:
        """The pages of files, with the further files of their recordings."""
        whole = dict.fromkeys(names)
        for name in list(whole):
            if not is_picture(name):
                whole |= dict.fromkeys(self._beside(name))
        pages, faults = self.folder.pages(whole, row=row)
        return pages, (*faults, *self.folder.lacking(pages, row=row))

    def _beside(self, name: str) -> Iterator[str]:
        """What bears the stem of a recording: its formats, its captions, its poster."""
        stem = f"{_stem(name)}.".casefold()
        place = bisect_left(self._sorted, (stem, ""))
        for folded, other in self._sorted[place:]:
            if not folded.startswith(stem):
                return
            is_poster = folded.removeprefix(stem).startswith("poster.")
            if other in self._pictures and (is_poster or not is_picture(other)):
                yield other

    def _matching(self, pattern: str, among: Collection[str]) -> Sequence[str]:
        """The files of a pattern, in natural order; ``*`` and ``?`` stay within one folder."""
        parts = pattern.casefold().split("/")
        start = _WILD.split(pattern.casefold(), maxsplit=1)[0]
        # All that begins like the pattern stands together, so that not every file need be tried.
        first, last = (bisect_left(self._sorted, (edge, "")) for edge in (start, f"{start}\U0010ffff"))
        near = self._sorted[first:last]
        found = [name for folded, name in near if name in among and _matches(folded.split("/"), parts)]
        if not found:
            kind = "picture" if among is self._pictures else "file of text"
            raise LookupError(f"matches no {kind} in the folder: check the pattern")
        return sorted(found, key=natural)

    def _remedy(self, name: str) -> str:
        elsewhere = self._by_record.get(_record_key(_stem(_last(name))), [])
        place = bisect_left(self._sorted, (name.casefold(), ""))
        neighbours = self._sorted[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS]
        near = elsewhere[:1] or difflib.get_close_matches(name, [known for _, known in neighbours], n=1)
        return f'did you mean "{near[0]}"?' if near else "check its name"


def _is_one_recording(names: Sequence[str]) -> bool:
    """Whether these are the files of one sound, film or model."""
    return bool(names) and not any(map(is_picture, names)) and len({_stem(name) for name in names}) == 1


def _only(table: Mapping[str, Sequence[str]], name: str) -> str | None:
    """The one name that ``name`` means, its case as written before any other; ``LookupError`` of several."""
    folded = table.get(name.casefold(), ())
    meant = [known for known in folded if known.startswith(name)] or folded
    if len(meant) > 1:
        raise LookupError(f"may be {_listed(meant)}: write the whole name")
    return meant[0] if meant else None


def _matches(names: Sequence[str], patterns: Sequence[str]) -> bool:
    return len(names) == len(patterns) and all(map(fnmatchcase, names, patterns))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups = defaultdict(list)
    for key, name in pairs:
        groups[key].append(name)
    return dict(groups)


def _listed(names: Sequence[str]) -> str:
    shown = [f'"{name}"' for name in names[:5]]
    return " and ".join(
        [", ".join(shown[:-1]), shown[-1]] if len(names) <= 5 else [", ".join(shown), "others"]
    )


def _record_key(name: str) -> str:
    return identifiers.mint(name).casefold()


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _stem(name: str) -> str:
    folder, slash, last = name.rpartition("/")
    return folder + slash + (last.rpartition(".")[0] or last)
