"""Catalogues of any number of records, written in bulk: a million take a minute or two.

Each record has two canvases with a picture each, and stands in one of many shelves of 500; every tenth
stands in one large collection too. Beside them are two books, of 500 pages and of 10,000 with as many
ranges. The pictures have no files.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from archive import context
from archive.config import Settings
from archive.services import collections, shelving

LARGE, SMALL, BOOKS = "large", "small", "books"
MIDDLE_BOOK, LARGE_BOOK = "book-middle", "book-large"
_TIME = "2026-01-01 00:00:00.000000"
_SHELF = 500
_CHAPTER = 100
_BATCH = 20_000
_PLACES = ("Dunhuang", "Turfan", "Kucha", "Khotan", "Samarkand", "Tyre", "Venice")

_COLUMNS = {
    "record": (
        "id", "identifier", "label", "summary", "rights", "metadata_pairs", "maker", "type", "subject",
        "place", "language", "date", "first_year", "last_year", "accession_number", "visibility", "behavior",
        "viewing_direction", "properties", "source", "source_key", "fingerprint", "revision", "parts_made",
        "created", "modified",
    ),
    "asset": (
        "id", "identifier", "record_id", "name", "page", "digest", "bytes", "media_type", "width", "height",
        "pyramid_state", "created", "modified",
    ),
    "canvas": (
        "id", "identifier", "record_id", "position", "label", "width", "height", "asset_id", "properties",
    ),
    "range": ("id", "identifier", "record_id", "parent_id", "position", "label", "properties"),
    "range_canvas": ("range_id", "canvas_id", "position"),
    "collection": (
        "id", "identifier", "parent_id", "path", "label", "summary", "metadata_pairs", "behavior",
        "properties", "revision", "created", "modified",
    ),
    "collection_record": ("collection_id", "record_id", "position"),
}  # fmt: skip

# The pages as ``shelving`` makes them of records that come in order: each is full when the next begins.
_MOST = shelving.MOST_RECORDS
_PAGES = f"""
    INSERT INTO collection_page (collection_id, number, first_position, first_record_id, count)
    SELECT collection_id, 1 + (place - 1) / {_MOST}, position, record_id,
        CASE WHEN total - place >= {_MOST} THEN {_MOST} ELSE total - place + 1 END
    FROM (
        SELECT collection_id, position, record_id,
            row_number() OVER (PARTITION BY collection_id ORDER BY position, record_id) AS place,
            count(*) OVER (PARTITION BY collection_id) AS total
        FROM collection_record
    ) AS placed
    WHERE (place - 1) % {_MOST} = 0
"""
_COUNTED = """
    UPDATE collection SET pages_made =
        (SELECT count(*) FROM collection_page WHERE collection_page.collection_id = collection.id)
"""

_Row = tuple[object, ...]


@dataclass(frozen=True)
class Extent:
    """How many records a catalogue has, and how many pages its two books."""

    records: int
    middle_book: int = 500
    large_book: int = 10_000

    @property
    def books(self) -> tuple[tuple[str, int, bool], ...]:
        """Of each book its identifier, its pages, and whether it has ranges."""
        return (MIDDLE_BOOK, self.middle_book, False), (LARGE_BOOK, self.large_book, True)

    @property
    def shelves(self) -> int:
        """How many shelves of 500 there are; the last may be shorter."""
        return -(-self.records // _SHELF)


def identifier(number: int) -> str:
    """The identifier of the record ``number``, from 1."""
    return f"fragment-{number:07}"


def fill(settings: Settings, extent: Extent) -> None:
    """Make the catalogue of ``settings``, which is empty."""
    opened = context.open_context(settings)
    try:
        context.initialise(opened)
        with opened.sessions.engine.execution_options(writes=True).begin() as connection:
            with Session(connection) as session:
                top = collections.root(session).id
            for table, rows in _tables(extent, top).items():
                _write(connection, table, rows)
            connection.execute(text(_PAGES))
            connection.execute(text(_COUNTED))
        with opened.sessions.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("ANALYZE"))
    finally:
        opened.close()


def _tables(extent: Extent, top: int) -> dict[str, Iterable[_Row]]:
    return {
        "collection": _collections(extent, top),
        "record": _records(extent),
        "asset": _assets(extent),
        "canvas": _canvases(extent),
        "range": _ranges(extent),
        "range_canvas": _places(extent),
        "collection_record": _members(extent, top),
    }


def _write(connection: Connection, table: str, rows: Iterable[_Row]) -> None:
    """Write rows whose values are the driver's own: by SQLAlchemy's way it takes thrice as long."""
    columns = _COLUMNS[table]
    names = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        statement = f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})'
        waiting = iter(rows)
        while batch := list(islice(waiting, _BATCH)):
            connection.exec_driver_sql(statement, batch)
        return
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError(f"PostgreSQL is reached by psycopg, not by {type(driver).__name__}")
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
    if "id" in columns:
        newest = f'(SELECT max(id) + 1 FROM "{table}")'
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), coalesce({newest}, 1), false)"
        )


def _records(extent: Extent) -> Iterator[_Row]:
    for key in range(1, extent.records + 1):
        yield _record(key, identifier(key), f"Fragment {key} of a manuscript", key, 2)
    for key, (name, pages, _) in enumerate(extent.books, extent.records + 1):
        yield _record(key, name, f"A book of {pages} pages", key, pages)


def _record(key: int, name: str, title: str, number: int, parts: int) -> _Row:
    place, year = _PLACES[number % len(_PLACES)], 600 + number % 400
    return (
        key, name, f'{{"en":["{title} found at {place}"],"zh":["寫本殘片第{number}號"]}}',
        '{"en":["Ink on paper, from a library cave; the last lines are missing."]}',
        "http://creativecommons.org/publicdomain/mark/1.0/",
        '[[{"en":["Technique"]},{"none":["Ink on paper"]}]]', '{"none":["Unknown scribe"]}',
        '{"none":["Manuscript"]}', '{"none":["manuscripts","fragments"]}', f'{{"none":["{place}"]}}',
        '{"none":["Chinese"]}', f'{{"none":["c. {year}"]}}', year, year, f"MS {number}", "public", "[]", None,
        "{}", "sheet.csv", name, "fingerprint", 1, parts, _TIME, _TIME,
    )  # fmt: skip


def _pages(extent: Extent) -> Iterator[tuple[int, int, str, int]]:
    """Key, key of the record, identifier of the record, and number of every page."""
    key = 0
    for record in range(1, extent.records + 1):
        for number in (1, 2):
            key += 1
            yield key, record, identifier(record), number
    for record, (name, pages, _) in enumerate(extent.books, extent.records + 1):
        for number in range(1, pages + 1):
            key += 1
            yield key, record, name, number


def _assets(extent: Extent) -> Iterator[_Row]:
    for key, record, name, number in _pages(extent):
        yield (
            key, f"{name}-scan-{number}", record, f"{name}/{number:05}.tif", 0, f"{key:064x}", 30_000_000,
            "image/tiff", 4000 + number % 7, 3000 + number % 5, "ready", _TIME, _TIME,
        )  # fmt: skip


def _canvases(extent: Extent) -> Iterator[_Row]:
    for key, record, name, number in _pages(extent):
        yield (
            key, f"{name}-{number}", record, number, f'{{"none":["f. {number}"]}}', 4000 + number % 7,
            3000 + number % 5, key, "{}",
        )  # fmt: skip


def _ranges(extent: Extent) -> Iterator[_Row]:
    """Chapters of a hundred ranges: the chapter's own and a section for each further page."""
    record = extent.records + 2
    for number in range(1, extent.large_book + 1):
        chapter = number - (number - 1) % _CHAPTER
        parent = None if number == chapter else chapter
        name = f"{LARGE_BOOK}-{extent.large_book + number}"
        yield number, name, record, parent, number, f'{{"en":["Section {number}"]}}', "{}"


def _places(extent: Extent) -> Iterator[_Row]:
    first = extent.records * 2 + extent.middle_book
    for number in range(1, extent.large_book + 1):
        yield number, first + number, number


def _collections(extent: Extent, top: int) -> Iterator[_Row]:
    names = [LARGE, SMALL, BOOKS, *(f"shelf-{number:05}" for number in range(1, extent.shelves + 1))]
    for key, name in enumerate(names, top + 1):
        label = f'{{"en":["Collection {name}"],"zh":["收藏 {name}"]}}'
        yield key, name, top, name, label, "{}", "[]", "[]", "{}", 1, _TIME, _TIME


def _members(extent: Extent, top: int) -> Iterator[_Row]:
    large, small, books, shelf = (top + place for place in (1, 2, 3, 4))
    everything: Sequence[tuple[int, Iterable[int]]] = (
        (large, range(10, extent.records + 1, 10)),
        (small, range(1, min(20, extent.records) + 1)),
        (books, range(extent.records + 1, extent.records + 3)),
    )
    for collection, records in everything:
        for record in records:
            yield collection, record, 0
    for record in range(1, extent.records + 1):
        yield shelf + (record - 1) // _SHELF, record, 0
