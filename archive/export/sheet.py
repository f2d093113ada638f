"""The catalogue as a sheet that ``mogao ingest`` reads: one row a record.

What such a sheet can't say comes back a little different: several texts of one language where a column
gives one (they are joined by ``|``); a ``|``, ``;`` or line end within one of several values (it becomes
a comma); labels of metadata in more languages than one, or that are a field's name; labels of required
statements; chapters whose pages are no run, and labels of chapters, pages, layers and notes that lack a
translation; notes that are more than plain text on a page or a box of it. A record that was taken from a
manifest is a manifest's to say: of what its canvases paint, a sheet has the files alone.
"""

import csv
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from archive.context import Context
from archive.export import page_cells
from archive.ingest import columns
from archive.models import Alias, AnnotationPage, Range, Record
from archive.services import identifiers, reading, records
from archive.services.views import RangeView, RecordView
from iiif.language import NONE, LanguageMap
from iiif.presentation.text import CAPTIONS

_BATCH = 500
_TEXTS = ("label", "summary", "maker", "type", "subject", "place", "language", "date")
_PARTING = re.compile(r"\s*[|;\n]\s*")
_Row = dict[str, str]


def write(context: Context, target: Path) -> int:
    """Write every record that was not withdrawn into the CSV ``target``; how many they are.

    The columns are those that any record fills: first the fields, then the metadata in the records' order.
    """
    fields: dict[str, None] = {}
    pairs: dict[str, set[str]] = {}
    count = 0
    # Which columns there are is known last: the rows pass through a file.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as rows, context.sessions() as session:
        for described, metadata in _Records(session):
            fields |= dict.fromkeys(described)
            pairs |= {name: pairs.get(name, set()) for name in metadata}
            for before, name in pairwise(metadata):
                pairs[name].add(before)
            rows.write(json.dumps(described | metadata) + "\n")
            count += 1
        rows.seek(0)
        # The BOM lets Excel read it as UTF-8.
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, [*sorted(fields, key=_place), *_ordered(pairs)])
            writer.writeheader()
            writer.writerows(map(json.loads, rows))
    return count


class _Records:
    """The rows of all records, each as its fields and its metadata apart."""

    def __init__(self, session: Session) -> None:
        self._session = session
        # Most records have nothing but canvases, which are read for many at once.
        parts = union(select(Range.record_id), select(AnnotationPage.record_id))
        self._complex = set(session.scalars(parts))
        # A record may have other names too; the one that was given is the one its identifier was made of.
        names = session.execute(
            select(Record.identifier, Alias.name).join(Alias, Alias.record_id == Record.id)
        ).tuples()
        self._given = {made: name for made, name in names if identifiers.mint(name) == made}

    def __iter__(self) -> Iterator[tuple[_Row, _Row]]:
        last = 0
        while batch := reading.heads(
            self._session,
            reading.select_heads()
            .where(Record.withdrawn.is_(None), Record.id > last)
            .order_by(Record.id)
            .limit(_BATCH),
        ):
            last = batch[-1].id
            plain = [record for record in batch if record.id not in self._complex]
            reading.with_collections(self._session, reading.with_faces(self._session, plain))
            for record in batch:
                if record.id in self._complex:
                    reading.fill(self._session, record)
                yield _filled(self._fields(record)), _filled(_metadata(record))

    def _fields(self, record: RecordView) -> _Row:
        row = {"identifier": self._given.get(record.identifier, record.identifier)}
        for name in _TEXTS:
            row |= _columns(name, getattr(record, name))
        if record.required_statement:
            row |= _columns("required statement", record.required_statement[1])
        return row | {
            "accession number": record.accession_number or "",
            "rights": record.rights or "",
            "visibility": record.visibility,
            "embargo until": record.embargo_until.isoformat() if record.embargo_until else "",
            "behavior": "|".join(record.behavior),
            "viewing direction": record.viewing_direction or "",
            "collection": _joined(one.path for one in record.collections),
            "order": str(next((one.position for one in record.collections if one.position), "")),
            **_files(record),
            "nav date": record.nav_date or "",
            "properties": json.dumps(record.properties, ensure_ascii=False) if record.properties else "",
            **(_said_of_pages(record) if all(one.asset for one in record.canvases) else {}),
        }


def _filled(row: _Row) -> _Row:
    return {name: text for name, text in row.items() if text}


def _columns(name: str, text: LanguageMap) -> _Row:
    return {
        _column(name, tag): _joined(values) if values[1:] or name in columns.LISTS else "".join(values)
        for tag, values in text.items()
    }


def _column(name: str, tag: str) -> str:
    return name if tag == NONE and "@" not in name else f"{name}@{tag}"


def _joined(values: Iterable[str]) -> str:
    return "|".join(_PARTING.sub(", ", value) for value in values)


def _metadata(record: RecordView) -> _Row:
    row: _Row = {}
    for label, value in record.metadata_pairs:
        name = next(iter(label.values()), [""])[0]
        # A column of that name would be read as the field.
        name = f"{name} (metadata)" if not name or columns.field_named(name) else name
        for column, text in _columns(name, value).items():
            row[column] = f"{row[column]}|{text}" if column in row else text
    return row


def _files(record: RecordView) -> _Row:
    """The files of a record, and its pages' labels: one a file, for a file gives all its pages one."""
    first = {canvas.asset.name: canvas for canvas in reversed(record.canvases) if canvas.asset}
    names = list(dict.fromkeys(canvas.asset.name for canvas in record.canvases if canvas.asset))
    labels = [first[name].label for name in names]
    # Captions are found by their names, as all that belongs to a recording.
    said = [first[name].text for name in names]
    texts = [one.name or "" if one and one.media_type != CAPTIONS else "" for one in said]
    # One file for all pages is named once, as it is read.
    is_shared = len(texts) > 1 and len(set(texts)) == 1
    return {
        "files": "|".join(names),
        "texts": texts[0] if is_shared else "|".join(texts).rstrip("|"),
        **{
            _column("pages", tag): "|".join(
                _PARTING.sub(", ", ", ".join(label.get(tag, ()))) for label in labels
            )
            for tag in _tags(labels)
        },
    }


def _said_of_pages(record: RecordView) -> _Row:
    """What counts the pages: only where each is a file's."""
    return {
        **{
            _column("ranges", tag): "\n".join(_entries(record.ranges, tag))
            for tag in _tags(one.label for one in records.flat(record.ranges))
        },
        **_lines("layers", list(page_cells.layers(record))),
        **_lines("annotations", list(page_cells.notes(record))),
        "page properties": page_cells.properties(record),
        "range properties": page_cells.range_properties(record),
    }


def _lines(name: str, entries: Sequence[page_cells.Entry]) -> _Row:
    return {
        _column(name, tag): "\n".join(entry.line(tag) for entry in entries)
        for tag in page_cells.tags(entries)
    }


def _entries(ranges: Sequence[RangeView], tag: str, depth: int = 0) -> Iterator[str]:
    for one in ranges:
        pages = [canvas.position for canvas in one.canvases]
        label = _PARTING.sub(", ", " ".join(one.label.get(tag) or next(iter(one.label.values()), ["…"])))
        yield " ".join(part for part in (">" * depth, _span(pages), label) if part)
        yield from _entries(one.ranges, tag, depth + 1)


def _span(pages: list[int]) -> str:
    if not pages:
        return ""
    return str(pages[0]) if len(pages) == 1 else f"{min(pages)}-{max(pages)}"


def _tags(labels: Iterable[LanguageMap]) -> list[str]:
    return list(dict.fromkeys(tag for label in labels for tag in label))


def _place(column: str) -> int:
    return list(columns.FIELDS).index(column.partition("@")[0])


def _ordered(before: dict[str, set[str]]) -> list[str]:
    """The columns so that each stands behind those before it in any record, as long as they agree."""
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError:
        return list(before)
