"""Records found by the search engine: what was asked, what is found, how it may be asked better."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from archive import db
from archive.errors import Invalid, Unavailable
from archive.models import Record
from archive.services import access, collections, indexing, reading
from archive.services.access import Reader
from archive.services.tongues import Tongues
from archive.services.views import RecordView
from iiif import language
from iiif.language import NONE, LanguageMap
from search import analysis, highlight
from search import query as writing
from search.engine import WORDS, Clause, Engine, Hit, Phrase, Prefix, Query, Range, Term
from search.errors import EngineUnavailable, IndexOutdated, InvalidPlace
from search.highlight import Passage, Seeker

SORTS: Mapping[str, str | None] = {
    "relevance": None,
    "date": "first_year",
    "-date": "-last_year",
    "modified": "modified",
    "-modified": "-modified",
    "added": "key",
    "-added": "-key",
}
"""The orders of what is found; ``-`` is from the end. Without words there is no relevance, but ``added``."""

DEEPEST = 10_000
"""How many hits a page that is asked for by its number may stand behind: a cursor goes on without end."""

_LABEL = 0.5
"""How much more a word weighs in a label."""

_RELAXED = "~"
"""What the cursor of a list begins with whose records lack some of the words."""

_MOST_SUGGESTED = 8

_EXCERPT = 180
"""The characters of an excerpt."""

_FEW = 10
"""Where fewer records have all the words, others are given: some forms of words have no stem in common."""


@dataclass(frozen=True)
class Wanted:
    """What is sought: words as a reader types them, in the reader's ``languages``, best first, among others.

    ``facets`` are values of which any will do; ``first`` and ``last`` are years, astronomical, in which a
    record's date must have a part.
    """

    words: str = ""
    languages: tuple[str, ...] = ()
    collection: str | None = None
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    first: int | None = None
    last: int | None = None
    sort: str = "relevance"

    @property
    def is_narrow(self) -> bool:
        """Whether not every record will do."""
        return bool(
            self.words.strip()
            or self.facets
            or self.collection
            or self.first is not None
            or self.last is not None
        )


@dataclass(frozen=True)
class Found:
    """Records without their parts, how many there are in all, and the cursor of those behind them.

    ``facets`` have values with the number of records that have each. Where no record has all of the words,
    those are given that have some, and ``is_relaxed`` says so; where few have, ``others`` have some.
    ``suggestion`` is what may have been meant.
    """

    records: Sequence[RecordView]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]
    query: Query
    cursor: str | None = None
    is_relaxed: bool = False
    others: Sequence[RecordView] = ()
    suggestion: str | None = None


@dataclass(frozen=True)
class Excerpt:
    """A passage of one of a record's texts, with its language, ``"none"`` where that is not known."""

    name: str
    language: str
    passage: Passage


class Finder:
    """Finds by an engine; ``languages`` are those of the archive's pages."""

    def __init__(self, engine: Engine, languages: Sequence[str]) -> None:
        self._index = engine.index(indexing.RECORDS)
        self._tongues = Tongues(self._index, languages)

    def find(
        self,
        session: Session,
        wanted: Wanted,
        reader: Reader,
        *,
        limit: int,
        cursor: str | None = None,
        offset: int = 0,
        facets: Sequence[str] = (),
    ) -> Found:
        """At most ``limit`` records that the reader may see, after a cursor, or after ``offset`` others.

        Raises ``Invalid`` for a cursor that belongs to another list and for an offset that is too deep,
        ``NotFound`` for a collection, ``Unavailable`` where the index can't be asked.
        """
        if offset + limit > DEEPEST:
            raise Invalid(f"{DEEPEST} records is as deep as pages go: narrow the search")
        query = self._query(session, wanted, reader)
        place = cursor
        if cursor is not None and cursor.startswith(_RELAXED):
            query, place = writing.relaxed(query), cursor.removeprefix(_RELAXED)
        sort = _sort(wanted, query)
        ask = functools.partial(
            self._index.search, limit=offset + limit, after=place, sort=sort, facets=facets
        )
        with answering():
            found = ask(query)
            others: Sequence[Hit] = ()
            if cursor is None and not offset and limit and query.groups and found.total < _FEW:
                if found.total:
                    others = ask(writing.relaxed(query), facets=()).hits
                else:
                    query = writing.relaxed(query)
                    found = ask(query)
            is_short = query.match == "any" or not found.total
            suggestion = self._suggestion(wanted, reader) if is_short and cursor is None else None
        hits = found.hits[offset:]
        is_more = bool(hits) and len(found.hits) == offset + limit
        mark = _RELAXED if query.match == "any" else ""
        return Found(
            _records(session, [hit.identifier for hit in hits], reader),
            found.total,
            found.facets,
            query,
            f"{mark}{hits[-1].place}" if is_more else None,
            is_relaxed=bool(mark) and found.total > 0,
            others=_records(session, _further(found.hits, others), reader),
            suggestion=suggestion,
        )

    def complete(self, session: Session, begun: str, reader: Reader) -> tuple[list[str], list[RecordView]]:
        """What may come of a query that is begun: words in the place of its last, and records by labels."""
        head, _, last = begun.rpartition(" ")
        tokens = analysis.tokens(last)
        public = Query(ranges=seen(reader, None))
        with answering():
            words = []
            if len(tokens) == 1 and tokens[0].kind == "word":
                listed = self._index.terms(tokens[0].term, limit=_MOST_SUGGESTED, within=public)
                words = [f"{head} {word}".strip() for word, _ in listed]
            groups = _begun(begun)
            hits = (
                self._index.search(replace(public, groups=groups), limit=_MOST_SUGGESTED).hits
                if groups
                else ()
            )
        return words, _records(session, [hit.identifier for hit in hits], reader)

    def _query(self, session: Session, wanted: Wanted, reader: Reader) -> Query:
        with answering():
            languages = self._tongues.all()
        parsed = writing.parse(wanted.words, fields=indexing.NAMED, languages=languages, own=wanted.languages)
        parsed = writing.neighbouring(parsed, wanted.words, fields=indexing.NAMED)
        facets = dict(wanted.facets)
        path = None
        if wanted.collection:
            found = collections.find(session, wanted.collection)
            facets["collection"], path = (found.identifier,), found.path
        ranges = [
            Range("first_year", None, wanted.last) if wanted.last is not None else None,
            Range("last_year", wanted.first, None) if wanted.first is not None else None,
        ]
        return replace(
            parsed,
            boosts=(*parsed.boosts, *_in_labels(parsed)),
            facets=facets,
            ranges=(*seen(reader, path), *filter(None, ranges)),
        )

    def _suggestion(self, wanted: Wanted, reader: Reader) -> str | None:
        """The words with those that no record has replaced by others that are spelled much alike."""
        public = Query(ranges=seen(reader, None))

        def is_there(term: str) -> bool:
            return self._index.search(replace(public, groups=((Term(WORDS, term),),)), limit=0).total > 0

        text, better = wanted.words, wanted.words
        for token in reversed(analysis.tokens(text[: writing.LONGEST])):
            if token.kind == "word" and len(token.term) > 2 and not is_there(token.term):
                near = next((term for term, _ in self._index.similar(token.term) if is_there(term)), None)
                if near is not None:
                    better = better[: token.start] + near + better[token.end :]
        return better if better != text else None


def excerpts(records: Iterable[RecordView], query: Query, wanted: Sequence[str]) -> dict[str, Excerpt]:
    """Of each record, by its identifier, the passage that shows best why it was found, if any does.

    Labels are shown anyway.
    """
    seeker = functools.cache(functools.partial(highlight.Seeker, query))
    found = ((record.identifier, _excerpt(record, seeker, wanted)) for record in records)
    return {identifier: one for identifier, one in found if one is not None}


def _excerpt(
    record: RecordView, seeker: Callable[[str | None], Seeker], wanted: Sequence[str]
) -> Excerpt | None:
    best: tuple[int, Excerpt] | None = None
    for name, tag, value in _passages(record, wanted):
        found = seeker(None if tag == NONE else tag).spans(value)
        if found and (best is None or len(found) > best[0]):
            best = len(found), Excerpt(name, tag, highlight.passage(value, found, length=_EXCERPT))
    return best[1] if best else None


def _sort(wanted: Wanted, query: Query) -> str | None:
    return SORTS[wanted.sort] or (None if query.groups else "key")


def _further(found: Sequence[Hit], others: Sequence[Hit]) -> list[str]:
    """Those of the others that were not found, for both to be a few."""
    known = {hit.identifier for hit in found}
    further = [hit.identifier for hit in others if hit.identifier not in known]
    return further[: max(_FEW - len(known), 0)]


def seen(reader: Reader, path: str | None) -> tuple[Range, ...]:
    """What narrows a search, in the collection at ``path`` if in one, to what the reader may see.

    Who may see more than all may see it where it is sought: in the collection of the token, or below it.
    """
    if access.sees_all_below(reader, path):
        return ()
    return (Range("public_from", None, db.now().date().toordinal()),)


def _in_labels(query: Query) -> Iterator[Clause]:
    """The same words in labels, where they count for more."""
    clauses = [clause for group in query.groups for clause in group] + list(query.boosts)
    for clause in clauses:
        if clause.field == WORDS and isinstance(clause, Term):
            yield Term("label", clause.term, _LABEL)
        elif clause.field == WORDS and isinstance(clause, Phrase):
            yield Phrase("label", clause.terms, clause.boost * _LABEL)


def _begun(text: str) -> tuple[tuple[Clause, ...], ...]:
    """The words of a label that is begun: the last one may go on."""
    tokens = analysis.tokens(text[: writing.LONGEST])
    groups: list[tuple[Clause, ...]] = [(Term("label", token.term),) for token in tokens[:-1]]
    groups += [(Prefix("label", token.term),) for token in tokens[-1:]]
    return tuple(groups)


def _records(session: Session, identifiers: Sequence[str], reader: Reader) -> list[RecordView]:
    """The records in that order; what was withdrawn or hidden a moment ago is left out."""
    if not identifiers:
        return []
    mine = Record.identifier.in_(identifiers)
    found = reading.heads(session, reading.select_heads().where(mine, access.visible(reader)))
    by_identifier = {record.identifier: record for record in found}
    return [by_identifier[one] for one in identifiers if one in by_identifier]


def _passages(record: RecordView, wanted: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """The texts of a record that an excerpt may be of: name, language, text; the reader's languages first."""
    texts: list[tuple[str, LanguageMap]] = [
        (name, getattr(record, name))
        for name in ("summary", "maker", "subject", "place", "type", "date", "language")
    ]
    texts += [("metadata", value) for _, value in record.metadata_pairs]
    known = {language.primary(tag) for tag in wanted}
    for name, text in texts:
        plain = indexing.plain(text)
        for tag in sorted(plain, key=lambda tag: language.primary(tag) not in known):
            for value in plain[tag]:
                yield name, tag, value


@contextmanager
def answering() -> Iterator[None]:
    """Give what an index can't do the archive's own names."""
    try:
        yield
    except InvalidPlace as error:
        raise Invalid(f"cursor: {error}; begin the list anew") from error
    except IndexOutdated as error:
        # Work that is pending is no fault to be logged.
        raise Unavailable(f"the search index is being made: {error}") from None
    except EngineUnavailable as error:
        raise Unavailable(f"the search engine does not answer: {error}") from error
