"""What the index of pages holds: the text of each canvas, and the annotations that say something."""

import datetime as dt
import html
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

import nh3
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Annotation, AnnotationPage, Canvas, Placing, Record, Text
from archive.services import access, indexing, reading
from archive.services.views import RecordView
from iiif.presentation import markup
from search import analysis, flowing, packing
from search.analysis import stemming
from search.engine import Document, Index, Layout, Query

PAGES = "pages"
"""The name of the index of pages."""

SUPPLEMENTING = "supplementing"
"""The motivation of the text of a canvas."""

TURN = "turn"
"""The named field of what stands around the end of a page: its last words, and the first of the next."""

FACETS = ("record", "collection", "motivation", "user", indexing.SPOKEN)
NUMBERS = ("place", "public_from", "created")
"""``place`` puts pages into their order: by the keys of their records, then by the positions of canvases."""

LAYOUT = Layout(f"{analysis.VERSION}.3", FACETS, NUMBERS)

AROUND = 200
"""Characters on either side of a page's end, in which a phrase may go over it."""

_TEXT, _ANNOTATION = "t:", "a:"
_POSITIONS = 1 << 20
_HTML = ("text/html", "application/xhtml+xml")
_LISTED = 1000


class Source(NamedTuple):
    """Where a document comes from: the text of a canvas, or an annotation, by its identifier."""

    is_text: bool
    identifier: str


def source(document: str) -> Source:
    """The source of a document, by the document's identifier."""
    return Source(document.startswith(_TEXT), document[len(_TEXT) :])


class Turn(NamedTuple):
    """The end of a page and the beginning of the next, which begins at ``border``.

    The end stands from ``first`` to ``end`` in the text of its page, the beginning from ``lead`` on in the
    next.
    """

    text: str
    border: int
    first: int
    end: int
    lead: int


def place(record: int, position: int | None) -> int:
    """Where a canvas stands among all; what is said of a record as a whole stands before its canvases."""
    return record * _POSITIONS + min(-1 if position is None else position, _POSITIONS - 2) + 1


def documents(session: Session, records: Sequence[RecordView]) -> Iterator[Document]:
    """The documents of records that were read with their collections, each record's in their order."""
    shelves = indexing.shelves(session, records)
    for record in records:
        common = _Common(record, indexing.shelved(record, shelves))
        yield from _texts(session, common)
        yield from _annotations(session, common)


def of(session: Session, identifiers: Sequence[str]) -> list[RecordView]:
    """The records among these that are not withdrawn, with their collections."""
    found = reading.heads(session, indexing.heads().where(Record.identifier.in_(identifiers)))
    reading.with_collections(session, found)
    return found


def behind(session: Session, key: int, *, limit: int) -> tuple[list[RecordView], int]:
    """At most ``limit`` records after a key, with their collections; and the last key."""
    found = reading.heads(session, indexing.heads().where(Record.id > key).order_by(Record.id).limit(limit))
    reading.with_collections(session, found)
    return found, max((record.id for record in found), default=key)


def known(index: Index, record: str) -> set[str]:
    """The documents that the index has of a record."""
    found: set[str] = set()
    after = None
    while True:
        query = Query(facets={"record": (record,)})
        hits = index.search(query, limit=_LISTED, after=after, sort="place").hits
        found |= {hit.identifier for hit in hits}
        if len(hits) < _LISTED:
            return found
        after = hits[-1].place


def said(body: Any) -> str:  # Any: values of JSON.
    """The text that an annotation's body says, without HTML; nothing where it shows something."""
    return "\n".join(_plain(one) for one in _texts_in(body))


def written(body: Any) -> str:  # Any: values of JSON.
    """The same, to the letter."""
    return "\n".join(one["value"] for one in _texts_in(body))


def language_of(body: Any) -> str | None:  # Any: values of JSON.
    """The language of the first text that a body says."""
    tags = (one.get("language") for one in _texts_in(body))
    return next((tag for tag in tags if isinstance(tag, str)), None)


def users(properties: dict[str, Any]) -> tuple[str, ...]:  # Any: values of JSON.
    """The URIs of all who made an annotation, where it tells."""
    creators = properties.get("creator")
    several = creators if isinstance(creators, list) else [creators]
    found = (one.get("id") if isinstance(one, dict) else one for one in several)
    return tuple(uri for uri in found if isinstance(uri, str))


def created(properties: dict[str, Any]) -> dt.datetime | None:  # Any: values of JSON.
    """When an annotation was made, where it tells: one that came from elsewhere is older than its row."""
    try:
        found = dt.datetime.fromisoformat(properties["created"])
    except (KeyError, TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _texts_in(body: Any) -> Iterator[dict[str, Any]]:  # Any: values of JSON.
    for one in body if isinstance(body, list) else [body]:
        if isinstance(one, dict) and isinstance(one.get("value"), str):
            yield one
        elif isinstance(one, dict):
            for name in ("items", "source", "body"):
                yield from _texts_in(one.get(name))


def _plain(body: dict[str, Any]) -> str:  # Any: values of JSON.
    value = str(body["value"])
    format_ = str(body.get("format", "")).partition(";")[0].strip().lower()
    is_html = format_ in _HTML or (format_ != "text/plain" and markup.looks_like_html(value))
    return html.unescape(nh3.clean(value, tags=set())) if is_html else value


class _Common:
    """What all documents of a record share."""

    def __init__(self, record: RecordView, collections: tuple[str, ...]) -> None:
        self.record = record
        self._facets = {"record": (record.identifier,), "collection": collections}
        public = access.public_from(record)
        self._numbers = {} if public is None else {"public_from": public}

    def document(
        self, identifier: str, text: str, language: str | None, position: int | None, **more: Any
    ) -> Document:  # Any: named, facets, created.
        tag = stemming.primary(language)
        return Document(
            identifier,
            analysis.terms(text, language),
            named=more.get("named", {}),
            facets=self._facets | more["facets"] | {indexing.SPOKEN: (tag,) if tag else ()},
            numbers=self._numbers | {"place": place(self.record.id, position)} | _dated(more["created"]),
        )


def _dated(created: dt.datetime | None) -> dict[str, int]:
    return {} if created is None else {"created": int(created.timestamp())}


def _texts(session: Session, common: _Common) -> Iterator[Document]:
    columns = (Canvas.identifier, Canvas.position, Text.text, Text.language, Text.modified, Text.boxes)
    statement = (
        select(*columns)
        .join(Text, Text.canvas_id == Canvas.id)
        .where(Canvas.record_id == common.record.id, Canvas.substitute.is_(None))
        .order_by(Canvas.position)
    )
    rows = session.execute(statement).all()
    flows = [flowing.flow(row.text).text for row in rows]
    for row, text, following in zip_longest(rows, flows, flows[1:]):
        yield common.document(
            _TEXT + row.identifier,
            "\n\n".join([text, *_readings(row)]),
            row.language,
            row.position,
            named={TURN: analysis.terms(turn(text, following).text).words} if following else {},
            facets={"motivation": (SUPPLEMENTING,)},
            created=row.modified,
        )


def _readings(row: Any) -> list[str]:  # Any: a row with ``boxes``, ``text`` and ``language``.
    """What the text may also be read as: an alternative of a recogniser, the ruby beside it."""
    try:
        return [one.text for one in packing.unpack(row.boxes, row.text, row.language).readings]
    except ValueError:
        # Its words are found all the same: one damaged page must not hold up those of all other records.
        return []


def turn(text: str, following: str) -> Turn:
    """What stands around the end of a page."""
    end, begin = text[-AROUND:].rstrip(), following[:AROUND].lstrip()
    joined = flowing.flow(f"{end}\n{begin}").text
    first = max(len(text) - AROUND, 0)
    return Turn(
        joined, len(joined) - len(begin), first, first + len(end), len(following[:AROUND]) - len(begin)
    )


def _annotations(session: Session, common: _Common) -> Iterator[Document]:
    fields = (Annotation.identifier, Annotation.motivation, Annotation.body, Annotation.properties)
    statement = (
        select(*fields, Canvas.position)
        .join(AnnotationPage, AnnotationPage.id == Annotation.page_id)
        .outerjoin(Canvas, Canvas.id == AnnotationPage.canvas_id)
        .where(AnnotationPage.record_id == common.record.id, AnnotationPage.paints.is_(False))
        .where(AnnotationPage.placing != Placing.EXTERNAL)
        .order_by(Annotation.id)
    )
    for row in session.execute(statement):
        text = said(row.body)
        if text.strip():
            yield common.document(
                _ANNOTATION + row.identifier,
                text,
                language_of(row.body),
                row.position,
                facets={"motivation": tuple(row.motivation), "user": users(row.properties)},
                created=created(row.properties),
            )
