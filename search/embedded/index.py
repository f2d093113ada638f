"""An embedded index: written by one process, read by any."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from search import terms
from search.embedded.folders import META, Folders, State, operations, signature
from search.embedded.pages import Pages
from search.embedded.schema import IDENTIFIER, TIE, Fields, facet
from search.engine import FACET_VALUES, FILLER, WORDS, Document, Hit, Query, Results
from search.errors import EngineUnavailable, IndexOutdated, WriterBusy
from search.order import Place, Sort
from search.vocabulary import near

_MEMORY = 64_000_000
"""What a writer gathers before it writes a segment."""


class EmbeddedIndex:
    """The index that the folders of a name hold, whichever it is at the time."""

    def __init__(self, fields: Fields, folders: Folders, folder: Path | None = None) -> None:
        self._fields, self._folders, self._fixed = fields, folders, folder
        self._reader: _Reader | None = None
        self._writer: _Writer | None = None
        self._lock = threading.RLock()

    def write(self, documents: Iterable[Document], removed: Iterable[str], *, cursor: str) -> None:
        """Replace and remove documents."""
        with self._lock:
            folder = self._folder()
            if self._writer is None or self._writer.folder != folder:
                self._close_writer()
                self._writer = _Writer(self._fields, folder)
            try:
                self._writer.write(documents, removed, cursor)
            except BaseException:
                self._close_writer()
                raise

    def cursor(self) -> str | None:
        """The last cursor."""
        folder = self._folder()
        with _reading(folder):
            return _state(self._fields, folder).reached(folder)

    def search(
        self,
        query: Query,
        *,
        limit: int,
        after: str | None = None,
        sort: str | None = None,
        facets: Sequence[str] = (),
    ) -> Results:
        """The hits after a place."""
        by = Sort.of(sort, self._fields.layout.numbers) if sort else None
        place = None if after is None else Place.decoded(after, sort)
        query = terms.resolved(query, self._fields.layout, facets)
        with self._reading() as searcher:
            made = self._fields.query(query)
            pages = Pages(self._fields, searcher, query)
            found = pages.by_number(by, place, limit) if by else pages.by_score(place, limit)
            hits = tuple(_hit(searcher, place, address, sort) for place, address in found)
            return Results(hits, _count(searcher, made), _counted(searcher, made, facets))

    def terms(
        self, prefix: str, *, field: str = WORDS, limit: int = 10, within: Query | None = None
    ) -> list[tuple[str, int]]:
        """The terms that begin so."""
        return self._terms(prefix, field, within)[:limit]

    def similar(self, term: str, *, limit: int = 5) -> list[tuple[str, int]]:
        """The words that are near: all of the first letter are looked at, 100,000 in 50 ms."""
        term = terms.clean(term)
        return near(term, self._terms(term[:1], WORDS, None), limit) if term else []

    def close(self) -> None:
        """Let the writer end its merges, and close all files."""
        with self._lock:
            if self._writer is not None:
                self._writer.finish()
            self._writer = self._reader = None

    def _terms(self, prefix: str, field: str, within: Query | None) -> list[tuple[str, int]]:
        engine_field, before = terms.place_of(field)
        begin = before + terms.clean(prefix)
        query = self._fields.query(terms.resolved(within, self._fields.layout)) if within else None
        with self._reading() as searcher:
            found = searcher.terms_with_prefix(engine_field, begin, query)
        return [(term.removeprefix(before), count) for term, count in found if term != FILLER]

    def _folder(self) -> Path:
        return self._fixed or self._folders.current()

    @contextmanager
    def _reading(self) -> Iterator[tantivy.Searcher]:
        folder = self._folder()
        with _reading(folder):
            yield self._searcher(folder)

    def _searcher(self, folder: Path) -> tantivy.Searcher:
        with self._lock:
            if self._reader is None or self._reader.folder != folder:
                self._reader = _Reader(self._fields, folder)
            return self._reader.searcher()

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.drop()
        self._writer = None


class _Reader:
    def __init__(self, fields: Fields, folder: Path) -> None:
        self.folder = folder
        _state(fields, folder)
        self._seen = signature(folder / META)
        self._index = fields.open(str(folder))
        self._searcher = self._index.searcher()

    def searcher(self) -> tantivy.Searcher:
        # Looking takes two microseconds: a commit is seen by the next search, in every process.
        found = signature(self.folder / META)
        if found != self._seen:
            self._index.reload()
            self._seen, self._searcher = found, self._index.searcher()
        return self._searcher


class _Writer:
    def __init__(self, fields: Fields, folder: Path) -> None:
        self.folder, self._fields = folder, fields
        with _reading(folder):
            self._state = _state(fields, folder)
            index = fields.open(str(folder))
        with _writing(folder):
            self._writer = index.writer(_MEMORY, 1)

    def write(self, documents: Iterable[Document], removed: Iterable[str], cursor: str) -> None:
        for identifier in removed:
            self._writer.delete_documents_by_term(IDENTIFIER, identifier)
        for document in documents:
            made = self._fields.document(document)
            self._writer.delete_documents_by_term(IDENTIFIER, document.identifier)
            with _writing(self.folder):
                self._writer.add_document(made)
        with _writing(self.folder):
            # One operation at least, so that the count goes up: no document has this identifier.
            self._writer.delete_documents_by_term(IDENTIFIER, "")
            reached = State.read(self.folder).reached(self.folder)
            State(self._state.layout, operations(self.folder), cursor, reached).write(self.folder)
            self._writer.commit()

    def finish(self) -> None:
        with _writing(self.folder):
            self._writer.wait_merging_threads()

    def drop(self) -> None:
        """What was not committed is gone with the writer, and its lock."""
        del self._writer


def _state(fields: Fields, folder: Path) -> State:
    state = State.read(folder)
    if state.layout != State.new(fields.layout).layout:
        raise IndexOutdated(f"index {folder.name} was made by another version: reindex")
    return state


@contextmanager
def _reading(folder: Path) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if not _is_tantivys(error):
            raise
        raise IndexOutdated(f"index {folder.name} is missing or damaged: reindex") from error


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if not _is_tantivys(error):
            raise
        if "lock" in str(error).lower():
            raise WriterBusy(f"index {folder.name} is being written by another process") from error
        raise EngineUnavailable(f"index {folder.name} can't be written") from error


def _is_tantivys(error: BaseException) -> bool:
    # Rust's panics, which a flipped bit causes, are no exceptions to Python, and have no name to import.
    return isinstance(error, OSError | ValueError | TypeError | KeyError | RuntimeError) or (
        type(error).__name__ == "PanicException"
    )


def _hit(searcher: tantivy.Searcher, place: Place, address: tantivy.DocAddress, sort: str | None) -> Hit:
    identifier = searcher.doc(address)[IDENTIFIER][0]
    score = 0.0 if sort else float(place.key or 0.0)
    return Hit(identifier, score, place.encoded(sort))


def _count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    # Counting beside the search would have every score computed: apart it is three times as fast.
    found = searcher.search(query, 1, count=True, order_by_field=TIE)
    return int(found.count)  # type: ignore[attr-defined]  # Tantivy's types lack it.


def _counted(
    searcher: tantivy.Searcher, query: tantivy.Query, facets: Sequence[str]
) -> dict[str, list[tuple[str, int]]]:
    if not facets:
        return {}
    # Many more than are given: of equal ones tantivy gives any.
    asked = {
        name: {"terms": {"field": facet(name), "size": 10 * FACET_VALUES, "segment_size": 100 * FACET_VALUES}}
        for name in facets
    }
    found = searcher.aggregate(query, asked)
    return {name: _values(found[name]["buckets"]) for name in facets}


def _values(buckets: list[dict[str, object]]) -> list[tuple[str, int]]:
    pairs = [(str(bucket["key"]), int(str(bucket["doc_count"]))) for bucket in buckets]
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:FACET_VALUES]
