"""Sheets of Excel: XLSX and XLSM, the values of cells without their formulas."""

import datetime as dt
import itertools
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from archive.errors import Invalid
from archive.ingest.faults import Unreadable

BYTE_LIMIT = 1 << 28
"""Bytes that a workbook may have when it is unpacked, unless the caller says otherwise."""

_T = TypeVar("_T")

# Worksheets of repeated rows were measured at 23 to 1; what is made to burst is near deflate's 1000 to 1.
_LARGEST_RATIO = 200
_SMALL = 1 << 20
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_ONLY_ZEROS = re.compile("0{2,}")
_BATCH = 500
# What openpyxl and the parsers below it were seen to raise on truncated and forged files.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException, LookupError, ValueError, TypeError,
    AttributeError, ArithmeticError, OSError, EOFError, NotImplementedError, RuntimeError,
)  # fmt: skip


class _Cell(Protocol):
    """What is read of openpyxl's several kinds of cells, of which the stubs know one."""

    @property
    def value(self) -> object: ...
    @property
    def data_type(self) -> str: ...
    @property
    def number_format(self) -> str | None: ...


@dataclass(frozen=True)
class Contents:
    """The worksheet to read: its title, the rows it announces (``None`` of many a writer), its formulas."""

    title: str
    announced_rows: int | None
    has_formulas: bool


def contents(path: Path, byte_limit: int = BYTE_LIMIT) -> Contents:
    """The first visible worksheet of ``path`` with any text.

    Raises ``Invalid`` when it is no workbook, holds nothing, or unpacks to more than ``byte_limit`` bytes.
    """
    has_formulas = _careful(lambda: _check(path, byte_limit), path.name)
    with closing(_open(path, data_only=True)) as book:
        for sheet in book.worksheets:
            announced = sheet.max_row
            if sheet.sheet_state == "visible" and _has_text(sheet, path.name):
                return Contents(sheet.title, announced, has_formulas)
    raise Invalid(f'sheet "{path.name}": no visible worksheet holds anything: fill or unhide one')


def rows(path: Path, contents: Contents) -> Iterator[tuple[int, list[str | Unreadable]]]:
    """Each row's number, as Excel counts, and its cells as text; raises ``Invalid`` where the file is broken.

    Dates become ISO 8601, whole numbers lose their ``.0``. A formula gives the value stored with it.
    """
    with closing(_open(path, data_only=True)) as book:
        found = _rows(book, contents.title, path.name)
        if not contents.has_formulas:
            yield from ((number, [_text(cell) for cell in row]) for number, row in enumerate(found, 1))
            return
        with closing(_open(path, data_only=False)) as formulas:
            both = zip(found, _rows(formulas, contents.title, path.name), strict=True)
            for number, (row, sources) in enumerate(both, 1):
                yield number, [_computed(cell, source) for cell, source in zip(row, sources, strict=True)]


def _check(path: Path, byte_limit: int) -> bool:
    """Whether any worksheet has formulas; raises ``Invalid`` before anything is unpacked."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _check_kind({member.filename for member in members}, path.name)
        unpacked = sum(member.file_size for member in members)
        if unpacked > byte_limit or any(_is_bomb(member) for member in members):
            raise Invalid(
                f'sheet "{path.name}": unpacks to {unpacked:,} bytes, more than a sheet should: '
                "delete what is not needed, or save it as CSV UTF-8"
            )
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(_has_formula(archive, name) for name in sheets)


def _check_kind(names: set[str], file_name: str) -> None:
    if "[Content_Types].xml" in names and not any(name.endswith("workbook.bin") for name in names):
        return
    raise Invalid(f'sheet "{file_name}": is no Excel workbook: save it as XLSX or CSV UTF-8')


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > max(_SMALL, member.compress_size * _LARGEST_RATIO)


def _has_formula(archive: zipfile.ZipFile, name: str) -> bool:
    with archive.open(name) as file:
        end = b""
        while chunk := file.read(_SMALL):
            if _FORMULA.search(end + chunk):
                return True
            end = chunk[-100:]
    return False


def _open(path: Path, *, data_only: bool) -> Workbook:
    return _careful(
        lambda: openpyxl.load_workbook(path, read_only=True, data_only=data_only, keep_links=False), path.name
    )


def _careful(step: Callable[[], _T], name: str) -> _T:
    """What ``step`` gives; what the libraries below say of a broken file becomes ``Invalid``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return step()
    except _BROKEN as error:
        raise Invalid(
            f'sheet "{name}": is broken as a workbook: open it in Excel and save it anew'
        ) from error


def _rows(book: Workbook, title: str, name: str) -> Iterator[Sequence[_Cell]]:
    sheet = book[title]
    # Many a writer announces a smaller worksheet than it writes, and openpyxl would believe it.
    sheet.reset_dimensions()
    found = sheet.iter_rows()
    while batch := _careful(lambda: list(itertools.islice(found, _BATCH)), name):
        yield from batch


def _has_text(sheet: ReadOnlyWorksheet, name: str) -> bool:
    rows = _rows(sheet.parent, sheet.title, name)
    return any(cell.value is not None for row in rows for cell in row)


def _computed(cell: _Cell, source: _Cell) -> str | Unreadable:
    # A formula that gave an empty text keeps the type of its value, one that was never computed has none.
    if cell.value is None and source.data_type == "f" and cell.data_type != "str":
        return Unreadable(
            "is a formula without a stored value: open and save the sheet in Excel, or paste its values"
        )
    return _text(cell)


def _text(cell: _Cell) -> str | Unreadable:
    value = cell.value
    if isinstance(value, str):
        if cell.data_type == "e":
            return Unreadable(f"shows {value}: mend its formula, or type the value")
        return unescape(value) if "_x" in value else value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    return "" if value is None else _time(value)


def _number(value: float, number_format: str) -> str:
    """The number as Excel shows it: 15 digits, and the leading zeros of a format such as ``00000``."""
    if value != int(value):
        return f"{value:.15g}"
    return str(int(value)).zfill(len(number_format) if _ONLY_ZEROS.fullmatch(number_format) else 0)


def _time(value: object) -> str:
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
