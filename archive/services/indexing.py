"""What the search index holds of a record, and which records a batch of changes is about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from archive.models import Collection, CollectionRecord, Range, Record
from archive.services import access, activities, reading
from archive.services.changes import Entry
from archive.services.views import RecordView
from iiif.language import NONE, LanguageMap, merge, untagged
from iiif.presentation import markup
from search import analysis
from search.analysis import stemming
from search.engine import Document, Layout, Terms

RECORDS = "records"
"""The name of the index of records."""

NAMED = ("label", "maker", "type", "subject", "place", "date", "language", "summary", "number")
"""What may be asked for by itself: ``maker:Durand``. ``number``: identifier, accession number."""

TEXTS = ("type", "subject", "maker", "place", "language")
"""Facets whose values are human text: the language's tag, a colon, and the text."""

SPOKEN = "spoken"
"""The facet of the languages that a record is described in, without script and region."""

FACETS = ("collection", "century", "decade", "rights", SPOKEN, *TEXTS)
"""Collections by their identifiers, those above a record's own too; centuries and decades by first years."""

NUMBERS = ("key", "first_year", "last_year", "modified", "public_from")
"""``modified`` in seconds, ``public_from`` as the day's ordinal, lacking where no day is known."""

LAYOUT = Layout(f"{analysis.VERSION}.1", FACETS, NUMBERS)

_BATCH = 500  # SQLite takes so many parameters in any build.
_MOST_SPANS = 50
"""Centuries, or decades, that a date may span: of a longer one it says nothing which they are."""


def about(entries: Iterable[Entry]) -> tuple[list[str], list[str]]:
    """The records that changes are about, and the collections that have changed, each once."""
    records: dict[str, None] = {}
    collections: dict[str, None] = {}
    for entry in entries:
        if entry.object_type == activities.MANIFEST:
            records[entry.identifier] = None
        elif entry.type == activities.UPDATE:
            # Those that are new or removed have no records: what comes into one has an entry of its own.
            collections[entry.identifier] = None
    return list(records), list(collections)


def changes(
    session: Session, identifiers: Sequence[str], default_rights: str | None
) -> tuple[list[Document], list[str]]:
    """What has become of records: as they are now, and those that the index has no more."""
    documents: list[Document] = []
    for start in range(0, len(identifiers), _BATCH):
        some = identifiers[start : start + _BATCH]
        documents += _documents(session, heads().where(Record.identifier.in_(some)), default_rights)
    known = {document.identifier for document in documents}
    return documents, [one for one in identifiers if one not in known]


def behind(
    session: Session, key: int, default_rights: str | None, *, limit: int
) -> tuple[list[Document], int]:
    """The documents of at most ``limit`` records after a key, by their keys; and the last key."""
    statement = heads().where(Record.id > key).order_by(Record.id).limit(limit)
    documents = _documents(session, statement, default_rights)
    return documents, max((document.numbers["key"] for document in documents), default=key)


def last_key(session: Session) -> int:
    """The key of the newest record: so far an index is built."""
    return session.scalar(select(func.max(Record.id))) or 0


def below(session: Session, collection: str, key: int, *, limit: int) -> tuple[list[str], int]:
    """The records in a collection or below it after a key, at most ``limit``; and the last key."""
    path = session.scalar(select(Collection.path).where(Collection.identifier == collection))
    if path is None:
        return [], key
    members = (
        select(Record.identifier, Record.id)
        .join(CollectionRecord, CollectionRecord.record_id == Record.id)
        .join(Collection, Collection.id == CollectionRecord.collection_id)
        .where(access.below(path), Record.id > key)
        .distinct()
        .order_by(Record.id)
        .limit(limit)
    )
    rows = session.execute(members).all()
    return [row[0] for row in rows], rows[-1][1] if rows else key


def century(year: int) -> int:
    """The first year of a year's century, as people count: 1901 for 1901 to 2000, -99 for 100 to 1 BCE."""
    return (year - 1) // 100 * 100 + 1


def decade(year: int) -> int:
    """The first year of a year's decade: 1890 for 1890 to 1899."""
    return year // 10 * 10


def heads() -> Select[Any]:
    """The beginning of a statement that selects the records that an index has, for ``reading.heads``."""
    return reading.select_heads().where(Record.withdrawn.is_(None))


def shelves(session: Session, records: Sequence[RecordView]) -> dict[str, str]:
    """The identifiers of the records' collections, and of all above them, by their paths."""
    paths = {path for record in records for group in record.collections for path in _above(group.path)}
    ordered = sorted(paths)
    found: dict[str, str] = {}
    for start in range(0, len(ordered), _BATCH):
        some = Collection.path.in_(ordered[start : start + _BATCH])
        rows = session.execute(select(Collection.path, Collection.identifier).where(some)).tuples()
        found |= dict(rows.all())
    return found


def shelved(record: RecordView, shelves: Mapping[str, str]) -> tuple[str, ...]:
    """The identifiers of a record's collections, and of all above them, of those that ``shelves`` gave."""
    paths = (path for group in record.collections for path in _above(group.path))
    return tuple({shelves[path]: None for path in paths if path in shelves})


def plain(text: Mapping[str, Sequence[str]]) -> LanguageMap:
    """Human text without the HTML that it may hold."""
    return {tag: [markup.plain(value) for value in values] for tag, values in text.items()}


def _documents(session: Session, statement: Select[Any], default_rights: str | None) -> list[Document]:
    records = reading.heads(session, statement)
    reading.with_collections(session, records)
    shelves_ = shelves(session, records)
    chapters = _chapters(session, records)
    return [_document(record, shelves_, chapters.get(record.id, ()), default_rights) for record in records]


def _document(
    record: RecordView,
    shelves: Mapping[str, str],
    chapters: Sequence[LanguageMap],
    default_rights: str | None,
) -> Document:
    texts = {name: plain(text) for name, text in _texts(record).items()}
    others = [plain(value) for pair in _pairs(record) for value in pair[1:]]
    whole = merge([*texts.values(), *others, *chapters])
    return Document(
        record.identifier,
        analysis.joined(whole),
        named={name: _words(text) for name, text in texts.items() if text},
        facets=_facets(record, shelves, default_rights) | {SPOKEN: _spoken(whole)},
        numbers=_numbers(record),
    )


def _texts(record: RecordView) -> dict[str, LanguageMap]:
    """What is asked for by its name."""
    numbers = [record.identifier, *filter(None, [record.accession_number])]
    return {
        "label": record.label,
        "maker": record.maker,
        "type": record.type,
        "subject": record.subject,
        "place": record.place,
        "date": record.date,
        "language": record.language,
        "summary": record.summary,
        "number": untagged(*numbers),
    }


def _pairs(record: RecordView) -> Iterator[tuple[LanguageMap, LanguageMap]]:
    yield from record.metadata_pairs
    if record.required_statement:
        yield record.required_statement


def _words(text: LanguageMap) -> tuple[str, ...]:
    found: Terms = analysis.joined(text)
    return found.words


def _facets(
    record: RecordView, shelves: Mapping[str, str], default_rights: str | None
) -> dict[str, tuple[str, ...]]:
    facets = {name: _values(getattr(record, name)) for name in TEXTS}
    facets["collection"] = shelved(record, shelves)
    facets["century"] = _spans(record, century, 100)
    facets["decade"] = _spans(record, decade, 10)
    rights = record.rights or default_rights
    facets["rights"] = (rights,) if rights else ()
    return facets


def _spoken(text: LanguageMap) -> tuple[str, ...]:
    return tuple({stemming.primary(tag): None for tag in text if tag != NONE})


def _values(text: LanguageMap) -> tuple[str, ...]:
    return tuple(f"{tag}:{value}" for tag, values in plain(text).items() for value in values if value)


def _spans(record: RecordView, begin: Any, length: int) -> tuple[str, ...]:  # Any: century or decade.
    if record.first_year is None or record.last_year is None:
        return ()
    years = range(begin(record.first_year), record.last_year + 1, length)
    return tuple(map(str, years)) if len(years) <= _MOST_SPANS else ()


def _numbers(record: RecordView) -> dict[str, int]:
    numbers = {
        "key": record.id,
        "first_year": record.first_year,
        "last_year": record.last_year,
        "modified": int(record.modified.timestamp()),
        "public_from": access.public_from(record),
    }
    return {name: number for name, number in numbers.items() if number is not None}


def _above(path: str) -> Iterator[str]:
    """A collection's path, those of the collections above it, and the top's."""
    yield ""
    parts = path.split("/") if path else []
    for count in range(1, len(parts) + 1):
        yield "/".join(parts[:count])


def _chapters(session: Session, records: Sequence[RecordView]) -> dict[int, list[LanguageMap]]:
    """The labels of the records' ranges."""
    mine = Range.record_id.in_([record.id for record in records])
    found: dict[int, list[LanguageMap]] = {}
    for record_id, label in session.execute(select(Range.record_id, Range.label).where(mine)).tuples():
        found.setdefault(record_id, []).append(label)
    return found
