"""What is wrong in what was given, told by row and column so that a curator can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from archive.services import identifiers
from archive.services.drafts import Draft


@dataclass(frozen=True)
class Fault:
    """One fault of a sheet, a row or a file. ``message`` names the thing and the remedy.

    ``row`` is the number that Excel shows, ``None`` when the fault is not of one row; ``column`` is
    the column's name as the sheet writes it. A ``note`` stops nothing, an ``error`` its row.
    """

    row: int | None
    column: str | None
    message: str
    level: Literal["error", "note"] = "error"


@dataclass(frozen=True)
class Entry:
    """What one row or folder gives: its draft, ``None`` when a fault stops it, and all its faults.

    ``row`` is ``None`` of a folder. ``key`` is that of the draft, or the best name of a row without one.
    """

    row: int | None
    key: str
    draft: Draft | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Survey:
    """What a source holds, seen before any of it is taken in.

    ``count`` is how many rows there are, ``files`` holds each file's record, as ``identifiers.mint``
    names it, and its own name.
    """

    count: int
    files: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Survey":
        """The survey of rows that are read for it."""
        count = 0
        files: list[tuple[str, str]] = []
        for entry in entries:
            count += 1
            if entry.draft and entry.draft.pages:
                record = identifiers.mint(entry.draft.called)
                named = (file.name for page in entry.draft.pages for file in page.files())
                files += [(record, name) for name in dict.fromkeys(named)]
        return cls(count, tuple(files))


@dataclass(frozen=True)
class Unreadable:
    """Stands in the place of a cell's text that can't be read, and says why and what helps."""

    message: str


def note(message: str, *, row: int | None = None, column: str | None = None) -> Fault:
    """A fault that stops nothing."""
    return Fault(row, column, message, "note")
