"""A spreadsheet as rows of text: CSV in whatever dress Windows and Excel give it, and XLSX."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from openpyxl.utils import get_column_letter

from archive.errors import Invalid
from archive.ingest import charset, delimited, workbook
from archive.ingest.faults import Fault, Unreadable, note

_Line = tuple[int, Sequence[str | Unreadable]]

# Blanks that str.strip leaves alone: zero-width ones, and what Windows puts before a copied path.
_BLANKS = " \t\n\r\v\f\xa0\u3000\u2007\u202f\u200b\u200c\u200d\u2060\ufeff\u202a\u202c"
_LINE_ENDS = re.compile("\r\n|\r|\v|\u2028")
_CONTROLS = re.compile(r"[\x00-\x08\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Row:
    """One row: its number as Excel shows it, the text of its cells by column; empty cells are left out."""

    number: int
    cells: dict[str, str]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The columns of a sheet, in order, and its rows: each iteration reads the file anew, row by row.

    ``count`` says how many rows to expect, ``None`` when only reading can tell. Iterating raises
    ``Invalid`` where a workbook turns out to be broken; a text file was read to its end before.
    """

    columns: tuple[str, ...]
    count: int | None
    faults: tuple[Fault, ...]
    _names: tuple[str, ...]
    _lines: Callable[[], Iterator[_Line]]

    def __iter__(self) -> Iterator[Row]:
        below_header = _with_text(self._lines())
        next(below_header, None)
        return (self._row(number, cells) for number, cells in below_header)

    def _row(self, number: int, cells: Sequence[str | Unreadable]) -> Row:
        texts: dict[str, str] = {}
        faults = []
        for name, cell in zip(self._names, cells, strict=False):
            if isinstance(cell, Unreadable):
                faults.append(Fault(number, name, cell.message))
            elif text := _tidy(cell):
                texts[name] = text
        if "" in texts or len(cells) > len(self._names):
            faults.extend(_nameless(number, self._names, cells))
            texts.pop("", None)
        return Row(number, texts, tuple(faults))


def read(path: Path, *, byte_limit: int = workbook.BYTE_LIMIT) -> Sheet:
    """The sheet of the CSV or XLSX file ``path``, of which ``byte_limit`` bytes may be unpacked.

    Raises ``Invalid``, with the remedy, when the file is of another kind, broken, empty, or its header
    names a column twice.
    """
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(_OLE):
        raise Invalid(
            f'sheet "{path.name}": is an old Excel workbook, or one with a password: '
            "open it in Excel and save it as XLSX without a password"
        )
    if head.startswith(_ZIP):
        return _of_workbook(path, byte_limit)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise Invalid(f'sheet "{path.name}": is HTML or XML: open it in Excel and save it as XLSX')
    return _of_text(path)


def _of_workbook(path: Path, byte_limit: int) -> Sheet:
    contents = workbook.contents(path, byte_limit)
    count = contents.announced_rows - 1 if contents.announced_rows else None
    return _sheet(path.name, partial(workbook.rows, path, contents), count, ())


def _of_text(path: Path) -> Sheet:
    dialect = delimited.dialect(path)
    # The whole file is read once before its first row is believed: a broken line must not
    # come to light when half of the sheet is in the catalogue.
    count = sum(1 for _ in _with_text(delimited.rows(path, dialect)))
    name = charset.NAMES[dialect.charset]
    faults = (
        ()
        if name.startswith("UTF")
        else (note(f'sheet "{path.name}": is read as {name}; if letters look wrong, save it as CSV UTF-8'),)
    )
    return _sheet(path.name, partial(delimited.rows, path, dialect), max(count - 1, 0), faults)


def _sheet(
    name: str, lines: Callable[[], Iterator[_Line]], count: int | None, faults: tuple[Fault, ...]
) -> Sheet:
    _, header = next(_with_text(lines()), (0, ()))
    if not header:
        raise Invalid(f'sheet "{name}": is empty: its first row must name the columns')
    names = tuple(" ".join(unicodedata.normalize("NFC", _header_text(cell)).split()) for cell in header)
    _check_header(names, name)
    return Sheet(tuple(filter(None, names)), count, faults, names, lines)


def _header_text(cell: str | Unreadable) -> str:
    return "" if isinstance(cell, Unreadable) else _tidy(cell)


def _check_header(names: Sequence[str], sheet: str) -> None:
    """Raises ``Invalid`` at a column name that stands twice."""
    seen: dict[str, int] = {}
    for index, name in enumerate(names, 1):
        if name and name in seen:
            raise Invalid(
                f'sheet "{sheet}", column "{name}": stands twice, as {get_column_letter(seen[name])} '
                f"and {get_column_letter(index)}: rename one of them"
            )
        seen[name] = index


def _with_text(lines: Iterator[_Line]) -> Iterator[_Line]:
    """The rows in which any cell holds more than blanks."""
    return (
        (number, cells)
        for number, cells in lines
        if any(isinstance(cell, Unreadable) or (cell and not cell.isspace()) for cell in cells)
    )


def _nameless(number: int, names: Sequence[str], cells: Sequence[str | Unreadable]) -> Iterator[Fault]:
    for index, cell in enumerate(cells):
        if (index >= len(names) or not names[index]) and (isinstance(cell, Unreadable) or _tidy(cell)):
            yield Fault(
                number,
                get_column_letter(index + 1),
                f'"{_shown(cell)}" stands in a column without a name: name it in the header, '
                "or look for a quotation mark or delimiter out of place",
            )


def _shown(cell: str | Unreadable) -> str:
    return "" if isinstance(cell, Unreadable) else _tidy(cell)[:40]


def _tidy(text: str) -> str:
    """``text`` without blanks around it, its lines ended as Unix does, and no control characters."""
    text = text.strip(_BLANKS)
    if text.isprintable():
        return text
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
