"""Places in the texts and annotations of a record, or of all records of a collection."""

import dataclasses
import datetime as dt
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from archive.models import Canvas, Record, Text
from archive.services import access, collections, page_indexing, records
from archive.services.access import Reader
from archive.services.finding import answering, seen
from archive.services.page_indexing import TURN
from archive.services.records import Said
from archive.services.tongues import Tongues
from archive.services.views import AnnotationView, AssetView
from iiif.language import LanguageMap
from search import analysis, flowing, highlight, packing
from search import query as writing
from search.engine import WORDS, Clause, Engine, Phrase, Query, Range
from search.flowing import Flow
from search.page_text import Box, PageText

SIZE = 10
"""Texts and annotations of one page of results: each is read, and gone through, for its matches."""

DEEPEST = 10_000
"""Texts and annotations that can be paged through."""

_MOST_TERMS = 10

Dates = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Sought:
    """What is sought, and of which annotations: any of the motivations, users and spans of time will do."""

    words: str = ""
    motivations: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    dates: tuple[Dates, ...] = ()


@dataclass(frozen=True)
class Scope:
    """A record, or a collection with all below it."""

    is_record: bool
    identifier: str


class Piece(NamedTuple):
    """A part of a match: its text, and where it is on its canvas, nothing of which means all over it."""

    canvas: str
    start: int
    text: str
    box: Box | None
    seconds: tuple[float, float] | None


@dataclass(frozen=True)
class Passage:
    """A match in the text of a canvas: its parts by lines, and what stands before and after it."""

    record: str
    label: LanguageMap
    language: str | None
    created: dt.datetime
    text: str
    pieces: tuple[Piece, ...]
    before: str
    after: str


@dataclass(frozen=True)
class Note:
    """An annotation that matches; ``quotes`` are what stands before its matches, these, and what after."""

    record: str
    label: LanguageMap
    annotation: AnnotationView
    canvas: str | None
    assets: Mapping[str, AssetView]
    quotes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Results:
    """One page of what was found, in the order of the pages; ``texts`` is how many were found in all."""

    found: Sequence[Passage | Note]
    texts: int


class Passages:
    """Finds passages by an engine; ``languages`` are those of the archive's pages."""

    def __init__(self, engine: Engine, languages: Sequence[str]) -> None:
        self._index = engine.index(page_indexing.PAGES)
        self._tongues = Tongues(self._index, languages)

    def find(self, session: Session, scope: Scope, sought: Sought, reader: Reader, *, page: int) -> Results:
        """The page ``page``, from 1, of what is found; nothing for no words.

        Raises ``NotFound`` and ``Gone`` for what is not there to be searched, ``Unavailable`` where the
        index can't be asked.
        """
        narrowed = _narrowed(session, scope, sought, reader)
        with answering():
            query = self._query(sought, narrowed)
            if not query.groups or page * SIZE > DEEPEST:
                return Results((), 0)
            found = self._index.search(query, limit=page * SIZE, sort="place")
        hits = [page_indexing.source(hit.identifier) for hit in found.hits[(page - 1) * SIZE :]]
        texts = _passages(session, [hit.identifier for hit in hits if hit.is_text], query, reader)
        notes = _notes(session, [hit.identifier for hit in hits if not hit.is_text], query, reader)
        every = [one for hit in hits for one in (texts if hit.is_text else notes).get(hit.identifier, ())]
        return Results(every, found.total)

    def complete(self, session: Session, scope: Scope, sought: Sought, reader: Reader) -> list[str]:
        """Terms that begin as the words do, in the order of the alphabet; each is found in the scope."""
        narrowed = _narrowed(session, scope, sought, reader)
        tokens = analysis.tokens(sought.words[: writing.LONGEST])
        if not tokens:
            return []
        last = tokens[-1]
        head = sought.words[: last.start + (len(last.term) - 1 if last.kind == "pair" else 0)]
        prefix = last.term[-1] if last.kind == "pair" else last.term
        with answering():
            listed = self._index.terms(prefix, limit=_MOST_TERMS, within=narrowed)
            terms = [f"{head}{term}" for term, _ in listed]
            return sorted(term for term in terms if len(tokens) == 1 or self._is_found(term, narrowed))

    def _is_found(self, words: str, narrowed: Query) -> bool:
        query = self._query(Sought(words), narrowed)
        return self._index.search(query, limit=0).total > 0

    def _query(self, sought: Sought, narrowed: Query) -> Query:
        """What was written, where phrases may go over the end of a page."""
        parsed = writing.contiguous(writing.parse(sought.words, languages=self._tongues.all()))
        return dataclasses.replace(
            narrowed, groups=tuple(_over_pages(parsed.groups)), excluded=parsed.excluded
        )


def _narrowed(session: Session, scope: Scope, sought: Sought, reader: Reader) -> Query:
    facets: dict[str, tuple[str, ...]] = {}
    ranges: tuple[Range, ...] = ()
    if scope.is_record:
        facets["record"] = (records.head(session, scope.identifier, reader).identifier,)
    else:
        found = collections.find(session, scope.identifier)
        facets["collection"] = (found.identifier,)
        ranges = seen(reader, found.path)
    if sought.motivations:
        facets["motivation"] = sought.motivations
    if sought.users:
        facets["user"] = sought.users
    spans = tuple(_created(*span) for span in sought.dates)
    return Query(facets=facets, ranges=ranges, either=spans)


def _created(begin: dt.datetime, end: dt.datetime) -> Range:
    return Range("created", int(begin.timestamp()), int(end.timestamp()))


def _over_pages(groups: Iterable[tuple[Clause, ...]]) -> Iterable[tuple[Clause, ...]]:
    for group in groups:
        phrases = [clause for clause in group if isinstance(clause, Phrase) and clause.field == WORDS]
        yield (*group, *(Phrase(TURN, phrase.terms, phrase.boost) for phrase in phrases))


class _Page(NamedTuple):
    """A canvas with its text, and the first words of the next."""

    canvas: str
    width: int | None
    height: int | None
    record: str
    label: LanguageMap
    created: dt.datetime
    text: PageText
    flow: Flow

    def passage(self, text: str, pieces: tuple[Piece, ...], before: str, after: str) -> Passage:
        """A match that begins on the canvas."""
        language = self.text.language
        return Passage(self.record, self.label, language, self.created, text, pieces, before, after)


def _passages(
    session: Session, canvases: Sequence[str], query: Query, reader: Reader
) -> dict[str, list[Passage]]:
    pages = _read(session, canvases, reader)
    seeker = functools.cache(functools.partial(highlight.Seeker, query))
    found = {name: _in_page(page, seeker(page.text.language)) for name, page in pages.items()}
    phrases = [clause for group in query.groups for clause in group if isinstance(clause, Phrase)]
    if phrases:
        names = _following(session, list(pages))
        following = _read(session, list(names.values()), reader)
        for name, next_name in names.items():
            # What was removed between two looks is left out.
            if next_name in following:
                found[name] += _over(pages[name], following[next_name], phrases)
    return found


def _read(session: Session, canvases: Sequence[str], reader: Reader) -> dict[str, _Page]:
    columns = (Canvas.identifier, Canvas.width, Canvas.height, Record.identifier, Record.label)
    statement = (
        select(*columns, Text.modified, Text.boxes, Text.text, Text.language)
        .join(Text, Text.canvas_id == Canvas.id)
        .join(Record, Record.id == Canvas.record_id)
        .where(Canvas.identifier.in_(canvases), access.visible(reader))
    )
    pages = {}
    for row in session.execute(statement).tuples():
        canvas, width, height, record, label, created, boxes, text, language = row
        page = packing.unpack(boxes, text, language)
        pages[canvas] = _Page(canvas, width, height, record, label, created, page, flowing.flow(text))
    return pages


def _following(session: Session, canvases: Sequence[str]) -> dict[str, str]:
    """The canvas with a text that follows each of these, where there is one."""
    here, later = aliased(Canvas), aliased(Canvas)
    nearest = (
        select(later.identifier)
        .join(Text, Text.canvas_id == later.id)
        .where(later.record_id == here.record_id, later.substitute.is_(None), later.position > here.position)
        .order_by(later.position)
        .limit(1)
        .correlate(here)
        .scalar_subquery()
    )
    rows = session.execute(select(here.identifier, nearest).where(here.identifier.in_(canvases))).tuples()
    return {name: following for name, following in rows if following is not None}


def _in_page(page: _Page, seeker: highlight.Seeker) -> list[Passage]:
    found = {page.flow.original(*span) for span in seeker.spans(page.flow.text)}
    # What may also be read there stands in the place of what is.
    found |= {(one.start, one.end) for one in page.text.readings if seeker.spans(one.text)}
    return [_passage(page, *span) for span in sorted(found)]


def _passage(page: _Page, start: int, end: int) -> Passage:
    before, _, after = highlight.around(page.text.text, highlight.Span(start, end))
    said = page.text.text[start:end]
    pieces = tuple(_pieces(page, start, end))
    return page.passage(said, pieces, before, after)


def _over(page: _Page, following: _Page, phrases: Sequence[Phrase]) -> list[Passage]:
    """The phrases that begin on a page and end on the next."""
    turn = page_indexing.turn(page.flow.text, following.flow.text)
    groups = tuple((dataclasses.replace(phrase, field=WORDS),) for phrase in phrases)
    found = []
    for start, end in highlight.spans(turn.text, Query(groups), page.text.language):
        if start < turn.border < end:
            first = page.flow.original(turn.first + start, turn.end)
            second = following.flow.original(turn.lead, turn.lead + end - turn.border)
            pieces = (*_pieces(page, *first), *_pieces(following, *second))
            before, _, _ = highlight.around(page.text.text, highlight.Span(*first))
            _, _, after = highlight.around(following.text.text, highlight.Span(*second))
            found.append(page.passage(turn.text[start:end], pieces, before, after))
    return found


def _pieces(page: _Page, start: int, end: int) -> Iterable[Piece]:
    text = page.text
    if parts := text.parts(start, end):
        for part in parts:
            said = text.text[part.start : part.end].strip()
            yield Piece(page.canvas, part.start, said, _within(part.box, page), None)
        return
    seconds = text.times(start, end)
    span = (seconds[0][0], seconds[-1][1]) if seconds else None
    yield Piece(page.canvas, start, text.text[start:end], None, span)


def _within(box: Box, page: _Page) -> Box | None:
    """The part of a box that lies on the canvas, all over it where nothing of it does."""
    x, y, width, height = box
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + width, page.width or 0), min(y + height, page.height or 0)
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def _notes(
    session: Session, identifiers: Sequence[str], query: Query, reader: Reader
) -> dict[str, list[Note]]:
    said = records.annotations_of(session, identifiers, reader)
    return {one.annotation.identifier: _note(one, query) for one in said}


def _note(said: Said, query: Query) -> list[Note]:
    record, canvas, annotation = said
    text = page_indexing.said(annotation.body)
    spans = highlight.spans(text, query, page_indexing.language_of(annotation.body))
    if not spans:
        return []
    written = page_indexing.written(annotation.body)
    quotes = tuple(filter(None, (_quoted(text, span, written) for span in spans)))
    return [Note(record.identifier, record.label, annotation, canvas, record.assets, quotes)]


def _quoted(text: str, span: highlight.Span, written: str) -> tuple[str, str, str] | None:
    """A match with what stands around it, as the body has it to the letter; less, where marks stand there."""
    before, exact, after = highlight.around(text, span)
    for quote in ((before, exact, after), (before, exact, ""), ("", exact, after), ("", exact, "")):
        if "".join(quote) in written:
            return quote
    return None
