"""Sheets in text: CSV and its kin, whatever the delimiter."""

import csv
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import Invalid
from archive.ingest import charset

if TYPE_CHECKING:
    import _csv

# Excel's own first line that says what stands between cells; Excel does not show or count it.
_ANNOUNCED = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_DELIMITERS = ",;\t"
_SAMPLE_LINES = 200
# Fed to the parser after the last line: an open quotation mark swallows it.
_END = "\x1aend of sheet"


@dataclass(frozen=True)
class Dialect:
    """How a sheet is written: its encoding as Python's codec, and the character between cells."""

    charset: str
    delimiter: str


def dialect(path: Path) -> Dialect:
    """How ``path`` is written. Raises ``Invalid`` when it is no text, or a line of it is broken."""
    codec = charset.detect(path)
    try:
        sample = list(itertools.islice(charset.text_lines(path, codec), _SAMPLE_LINES))
    except UnicodeDecodeError as error:
        raise charset.broken_line(path, codec) from error
    announced = _ANNOUNCED.fullmatch(sample[0]) if sample else None
    return Dialect(codec, announced[1] if announced else _likely_delimiter(sample))


def rows(path: Path, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Each row's number, as Excel counts, and its cells as they stand.

    Raises ``Invalid`` where the file can't be read on: at a broken line or an open quotation mark.
    """
    lines = _without_announcement(charset.text_lines(path, dialect.charset))
    reader = _reader(itertools.chain(lines, [_END]), dialect.delimiter)
    try:
        for number, cells in enumerate(reader, 1):
            if cells and cells[-1].endswith(_END):
                _check_end(cells, number, path.name)
                return
            yield number, cells
    except UnicodeDecodeError as error:
        raise charset.broken_line(path, dialect.charset) from error
    except csv.Error as error:
        raise Invalid(
            f'sheet "{path.name}", line {reader.line_num}: a cell has more than {csv.field_size_limit():,} '
            "characters: look above it for a quotation mark that is never closed"
        ) from error


def _likely_delimiter(sample: Sequence[str]) -> str:
    """The delimiter by which most rows have as many cells as the header; a comma of a single column."""
    return max(_DELIMITERS, key=lambda delimiter: _agreement(sample, delimiter))


def _agreement(sample: Sequence[str], delimiter: str) -> tuple[int, int]:
    try:
        lengths = [len(cells) for cells in _reader(sample, delimiter) if any(cells)]
    except csv.Error:
        return 0, 0
    if not lengths or lengths[0] == 1:
        return 0, 0
    return lengths.count(lengths[0]), lengths[0]


def _reader(lines: Iterable[str], delimiter: str) -> "_csv.Reader":
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != "\t")


def _without_announcement(lines: Iterator[str]) -> Iterator[str]:
    first = next(lines, "")
    if not _ANNOUNCED.fullmatch(first):
        yield first
    yield from lines


def _check_end(cells: Sequence[str], number: int, name: str) -> None:
    if list(cells) != [_END]:
        raise Invalid(
            f'sheet "{name}", row {number}: a quotation mark is opened and never closed, so that all below '
            "would be one cell: close it, or double it if it belongs to the text"
        )
