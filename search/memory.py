"""The engine that keeps everything in the process: what the others must give, by the plainest means."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from search import bm25, order, terms
from search.engine import (
    FACET_VALUES,
    WORDS,
    Clause,
    Document,
    Hit,
    Layout,
    Prefix,
    Query,
    Range,
    Results,
    Term,
)
from search.errors import IndexOutdated
from search.order import Place, Sort
from search.vocabulary import most_frequent, near


class MemoryEngine:
    """Indexes that last as long as the engine."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.contents: dict[str, _Contents] = {}
        self.lock = threading.RLock()

    def index(self, name: str) -> "MemoryIndex":
        """The index of that name."""
        return MemoryIndex(self, name, None)

    def rebuild(self, name: str) -> "MemoryIndex":
        """A new index of that name."""
        return MemoryIndex(self, name, _Contents())

    def close(self) -> None:
        """Nothing is open."""


class MemoryIndex:
    """An index in the process."""

    def __init__(self, engine: MemoryEngine, name: str, new: "_Contents | None") -> None:
        self._engine, self._name, self._new = engine, name, new

    def swap(self) -> None:
        """Take the place of the index of this name."""
        with self._engine.lock:
            self._engine.contents[self._name] = self._contents()
            self._new = None

    def discard(self) -> None:
        """Give it up."""
        self._new = None

    def write(self, documents: Iterable[Document], removed: Iterable[str], *, cursor: str) -> None:
        """Replace and remove documents."""
        written = {document.identifier: self._entry(document) for document in documents}
        with self._engine.lock:
            contents = self._contents()
            for identifier in removed:
                contents.entries.pop(identifier, None)
            contents.entries.update(written)
            contents.cursor = cursor

    def cursor(self) -> str | None:
        """The last cursor."""
        return self._contents().cursor

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
        layout = self._engine.layout
        by = Sort.of(sort, layout.numbers) if sort else None
        place = None if after is None else Place.decoded(after, sort)
        query = terms.resolved(query, layout, facets)
        with self._engine.lock:
            found = _Search(self._contents().entries).scores(query)
        keys = sorted((_sort_key(entry, score, by), entry, score) for entry, score in found)
        start = 0 if place is None else _beyond(place, by, keys)
        hits = tuple(
            Hit(entry.identifier, score, _place(entry, score, by, rank).encoded(sort))
            for rank, (_, entry, score) in enumerate(keys[start : start + limit], start + 1)
        )
        return Results(hits, len(keys), _counted([entry for entry, _ in found], facets))

    def terms(
        self, prefix: str, *, field: str = WORDS, limit: int = 10, within: Query | None = None
    ) -> list[tuple[str, int]]:
        """The terms that begin so."""
        engine_field, before = terms.place_of(field)
        begin = before + terms.clean(prefix)
        query = terms.resolved(within or Query(), self._engine.layout)
        with self._engine.lock:
            entries = [entry for entry, _ in _Search(self._contents().entries).scores(query)]
        held = chain.from_iterable(set(entry.terms[engine_field]) for entry in entries)
        counts = Counter(term.removeprefix(before) for term in held if term.startswith(begin))
        return most_frequent(counts, limit)

    def similar(self, term: str, *, limit: int = 5) -> list[tuple[str, int]]:
        """The words that are near."""
        term = terms.clean(term)
        return near(term, self.terms(term[:1], limit=1 << 30), limit) if term else []

    def _entry(self, document: Document) -> "_Entry":
        terms.check(document, self._engine.layout)
        held = {name: text.split() for name, text in terms.texts(document).items()}
        facets = {
            name: frozenset(map(terms.value, values)) - {""} for name, values in document.facets.items()
        }
        tie = order.tie(document.identifier)
        return _Entry(tie, document.identifier, held, facets, dict(document.numbers))

    def _contents(self) -> "_Contents":
        contents = self._new or self._engine.contents.get(self._name)
        if contents is None:
            raise IndexOutdated(f"index {self._name} is missing: reindex")
        return contents


@dataclass(frozen=True, slots=True, order=True)
class _Entry:
    tie: int
    identifier: str
    terms: Mapping[str, list[str]] = field(compare=False)
    facets: Mapping[str, frozenset[str]] = field(compare=False)
    numbers: Mapping[str, int] = field(compare=False)


@dataclass(slots=True)
class _Contents:
    entries: dict[str, _Entry] = field(default_factory=dict)
    cursor: str | None = None


class _Search:
    def __init__(self, entries: Mapping[str, _Entry]) -> None:
        self._entries = list(entries.values())

    def scores(self, query: Query) -> list[tuple[_Entry, float]]:
        """The documents that match, and their scores."""
        groups = [self._sums(group) for group in query.groups]
        excluded = self._sums(query.excluded)
        boosts = self._sums(query.boosts)
        found = []
        for entry in self._entries:
            matched = [group[entry.tie] for group in groups if entry.tie in group]
            needed = len(groups) if query.match == "all" else min(1, len(groups))
            if len(matched) >= needed and entry.tie not in excluded and _fits(entry, query):
                found.append((entry, sum(matched) + boosts.get(entry.tie, 0.0)))
        return found

    def _sums(self, clauses: Iterable[Clause]) -> Mapping[int, float]:
        """The sums of the clauses' weights, of the documents that match one at least."""
        sums: defaultdict[int, float] = defaultdict(float)
        for clause in clauses:
            for tie, weight in self._weights(clause):
                sums[tie] += weight * clause.boost
        return sums

    def _weights(self, clause: Clause) -> Iterator[tuple[int, float]]:
        found = [(entry, n) for entry in self._entries if (n := _occurrences(entry, clause))]
        if isinstance(clause, Prefix):
            yield from ((entry.tie, 1.0) for entry, _ in found)
            return
        total = sum(len(entry.terms[clause.field]) for entry in self._entries)
        average = total / len(self._entries) if found else 0.0
        rarity = sum(self._rarity(clause.field, term) for term in _terms_of(clause))
        for entry, n in found:
            length = len(entry.terms[clause.field])
            yield entry.tie, bm25.weight(n, length, average=average, rarity=rarity)

    def _rarity(self, field: str, term: str) -> float:
        holding = sum(term in entry.terms[field] for entry in self._entries)
        return bm25.rarity(len(self._entries), holding)


def _terms_of(clause: Clause) -> tuple[str, ...]:
    if isinstance(clause, Prefix):
        return ()
    return (clause.term,) if isinstance(clause, Term) else clause.terms


def _occurrences(entry: _Entry, clause: Clause) -> int:
    held = entry.terms[clause.field]
    if isinstance(clause, Term):
        return held.count(clause.term)
    if isinstance(clause, Prefix):
        return sum(term.startswith(clause.prefix) for term in held)
    sought = list(clause.terms)
    return sum(held[at : at + len(sought)] == sought for at in range(len(held)))


def _fits(entry: _Entry, query: Query) -> bool:
    if any(entry.facets.get(name, frozenset()).isdisjoint(values) for name, values in query.facets.items()):
        return False
    if query.either and not any(_lies(entry, range_) for range_ in query.either):
        return False
    return all(_lies(entry, range_) for range_ in query.ranges)


def _lies(entry: _Entry, range_: Range) -> bool:
    number = entry.numbers.get(range_.number)
    if number is None or (range_.least is not None and number < range_.least):
        return False
    return range_.most is None or number <= range_.most


def _sort_key(entry: _Entry, score: float, by: Sort | None) -> tuple[float, ...]:
    if by:
        return by.key(entry.numbers.get(by.number), entry.tie)
    return -order.rounded(score), entry.tie


def _beyond(place: Place, by: Sort | None, keys: Sequence[tuple[tuple[float, ...], _Entry, float]]) -> int:
    key = _key_of(place, by)
    if by is None:
        # All scores may have moved a little since: the hit's own of now is what the others are compared with.
        key = next((moved for moved, entry, _ in keys if entry.tie == place.tie), key)
    return sum(other <= key for other, *_ in keys)


def _key_of(place: Place, by: Sort | None) -> tuple[float, ...]:
    if by:
        return by.key(None if place.key is None else int(place.key), place.tie)
    return -(place.key or 0.0), place.tie


def _place(entry: _Entry, score: float, by: Sort | None, rank: int) -> Place:
    return Place(entry.numbers.get(by.number) if by else order.rounded(score), entry.tie, rank)


def _counted(entries: Sequence[_Entry], facets: Iterable[str]) -> dict[str, list[tuple[str, int]]]:
    counted = {}
    for name in facets:
        values = chain.from_iterable(entry.facets.get(name, frozenset()) for entry in entries)
        counted[name] = most_frequent(Counter(values), FACET_VALUES)
    return counted
