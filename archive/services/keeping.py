"""The indexes that the archive keeps true: what each holds of records, and how it is changed."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

from archive.services import indexing, page_indexing
from search.engine import Document, Index, Layout


class Change(NamedTuple):
    """Documents that an index gets, and those that it loses."""

    documents: Sequence[Document]
    removed: Sequence[str]


class Kept(Protocol):
    """One kind of index."""

    @property
    def name(self) -> str:
        """Its name in the engine."""
        ...

    @property
    def layout(self) -> Layout:
        """What its documents may have."""
        ...

    def changes(self, session: Session, index: Index, identifiers: Sequence[str]) -> Iterator[Change]:
        """What has become of records, in parts of bounded size."""
        ...

    def behind(self, session: Session, key: int) -> tuple[Iterator[Sequence[Document]], int | None]:
        """The documents of the next records after a key, in parts; and the last key, ``None`` at the end."""
        ...


class Records:
    """The index of records: a document each. ``rights`` are those of a record that states none."""

    name, layout = indexing.RECORDS, indexing.LAYOUT
    _MOST = 5000

    def __init__(self, rights: str | None) -> None:
        self._rights = rights

    def changes(self, session: Session, index: Index, identifiers: Sequence[str]) -> Iterator[Change]:
        """One part: there are no more records than entries in a batch."""
        if identifiers:
            yield Change(*indexing.changes(session, identifiers, self._rights))

    def behind(self, session: Session, key: int) -> tuple[Iterator[Sequence[Document]], int | None]:
        """One part of five thousand records."""
        documents, last = indexing.behind(session, key, self._rights, limit=self._MOST)
        return iter([documents]), last if documents else None


class Pages:
    """The index of pages: a document for each text and each annotation of a record."""

    name, layout = page_indexing.PAGES, page_indexing.LAYOUT
    _MOST = 200
    _PART = 500

    def changes(self, session: Session, index: Index, identifiers: Sequence[str]) -> Iterator[Change]:
        """A part for each five hundred pages; what is gone of a record is taken out with its last ones."""
        found = {record.identifier: record for record in page_indexing.of(session, identifiers)}
        for identifier in identifiers:
            gone = page_indexing.known(index, identifier)
            records = [found[identifier]] if identifier in found else []
            for documents in _parts(page_indexing.documents(session, records), self._PART):
                gone -= {document.identifier for document in documents}
                yield Change(documents, ())
            if gone:
                yield Change((), sorted(gone))

    def behind(self, session: Session, key: int) -> tuple[Iterator[Sequence[Document]], int | None]:
        """The pages of two hundred records, in parts."""
        records, last = page_indexing.behind(session, key, limit=self._MOST)
        return _parts(page_indexing.documents(session, records), self._PART), last if records else None


def _parts(documents: Iterator[Document], size: int) -> Iterator[list[Document]]:
    part: list[Document] = []
    for document in documents:
        part.append(document)
        if len(part) >= size:
            yield part
            part = []
    if part:
        yield part
