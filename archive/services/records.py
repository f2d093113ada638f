"""Records: found, listed, withdrawn."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, String, bindparam, cast, func, or_, select
from sqlalchemy.orm import Session, selectinload

from archive import db
from archive.errors import NotFound
from archive.models import (
    Alias,
    Annotation,
    AnnotationPage,
    Canvas,
    Collection,
    CollectionRecord,
    Range,
    Record,
)
from archive.services import access, activities, collections, reading
from archive.services.access import ANYONE, Reader
from archive.services.views import AnnotationView, CanvasView, PageView, RangeView, RecordView
from iiif.presentation import annotation

_SEARCHED = (
    Record.label, Record.summary, Record.maker, Record.type, Record.subject, Record.place, Record.date,
    Record.metadata_pairs,
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """One page of records, and how many there are in all."""

    records: Sequence[RecordView]
    total: int


class Said(NamedTuple):
    """An annotation, the head of its record, and the identifier of the canvas that it is about, if any."""

    record: RecordView
    canvas: str | None
    annotation: AnnotationView


def head(session: Session, identifier: str, reader: Reader = ANYONE) -> RecordView:
    """The record without its parts, if the reader may see it; raises as ``find`` does."""
    record = reading.head(session, identifier)
    return access.require_visible(session, record, f'record "{identifier}"', reader)


def revision(session: Session, identifier: str) -> int | None:
    """The revision of a public record, ``None`` where there is none to be seen."""
    return session.scalar(_revision(db.now().date()), {"identifier": identifier})


def find(session: Session, identifier: str, reader: Reader = ANYONE) -> RecordView:
    """The record with all that its manifest says, in a fixed number of queries, if the reader may see it.

    Raises ``NotFound``; ``Gone`` for one that was withdrawn.
    """
    return reading.fill(session, head(session, identifier, reader))


def lock(session: Session, identifier: str, reader: Reader) -> Record:
    """The row of a record that the reader may change, for no other to change meanwhile.

    Raises ``NotFound``, ``Gone``, ``Forbidden``.
    """
    return lock_where(session, Record.identifier == identifier, f'record "{identifier}"', reader)


def lock_where(session: Session, condition: ColumnElement[bool], asked_for: str, reader: Reader) -> Record:
    """As ``lock``, for a record that is known by something else, such as a canvas of it."""
    places = selectinload(Record.memberships).joinedload(CollectionRecord.collection)
    # SQLite has one writer at a time anyway.
    row = session.scalar(select(Record).where(condition).with_for_update().options(places))
    return access.require_writable(session, row, asked_for, reader)


def load(session: Session, record: Record) -> RecordView:
    """The record of a row with all its parts, whoever may see it."""
    return reading.fill(session, reading.head_by_id(session, record.id))


def flat(tree: Sequence[RangeView]) -> list[RangeView]:
    """Every range of the tree, each before those below it."""
    found: list[RangeView] = []
    waiting = list(reversed(tree))
    while waiting:
        found.append(one := waiting.pop())
        waiting.extend(reversed(one.ranges))
    return found


def canvas(session: Session, identifier: str, reader: Reader = ANYONE) -> tuple[RecordView, CanvasView]:
    """A canvas of a record that the reader may see, with the record. Raises ``NotFound`` and ``Gone``."""
    row = session.execute(
        select(Canvas.id, Canvas.record_id).where(Canvas.identifier == identifier)
    ).one_or_none()
    canvas_id, record_id = row or (0, None)
    record = _owner(session, record_id, f'canvas "{identifier}"', reader)
    return record, reading.fill_canvas(session, record, canvas_id)


def range_(session: Session, identifier: str, reader: Reader = ANYONE) -> tuple[RecordView, RangeView]:
    """A range of a record that the reader may see, with all below it. Raises ``NotFound`` and ``Gone``."""
    owner = session.scalar(select(Range.record_id).where(Range.identifier == identifier))
    record = reading.fill(session, _owner(session, owner, f'range "{identifier}"', reader))
    return record, next(one for one in flat(record.ranges) if one.identifier == identifier)


def page(
    session: Session, holder: str, name: str, reader: Reader = ANYONE
) -> tuple[RecordView, CanvasView | None, PageView | None]:
    """A page of a record that the reader may see, without its annotations, and its canvas, where it has one.

    No page is given where a canvas shows its asset and has no painting page of its own.
    Raises ``NotFound`` and ``Gone``.
    """
    row = session.execute(
        select(AnnotationPage.id, AnnotationPage.record_id, AnnotationPage.canvas_id).where(
            AnnotationPage.holder == holder, AnnotationPage.name == name
        )
    ).one_or_none()
    if row is None and name == annotation.PAINTING:
        record, shown = canvas(session, holder, reader)
        return record, shown, next((one for one in shown.pages if one.paints), None)
    page_id, record_id, canvas_id = row or (0, None, None)
    record = _owner(session, record_id, f'annotation page "{holder}/{name}"', reader)
    view = None if canvas_id is None else reading.face(session, canvas_id)
    return record, view, reading.page(session, page_id)


def annotation_of(
    session: Session, identifier: str, reader: Reader = ANYONE
) -> tuple[RecordView, CanvasView | None, AnnotationView | None]:
    """An annotation with its canvas; none where it is the painting of the canvas' asset.

    Raises ``NotFound`` and ``Gone``.
    """
    row = session.execute(
        select(Annotation.id, AnnotationPage.record_id, AnnotationPage.canvas_id)
        .join(AnnotationPage, AnnotationPage.id == Annotation.page_id)
        .where(Annotation.identifier == identifier)
    ).one_or_none()
    if row is None:
        record, shown = canvas(session, identifier, reader)
        if any(one.paints for one in shown.pages):
            raise access.absent(f'annotation "{identifier}"')
        return record, shown, None
    key, record_id, canvas_id = row
    record = _owner(session, record_id, f'annotation "{identifier}"', reader)
    view = None if canvas_id is None else reading.face(session, canvas_id)
    return record, view, reading.annotations(session, record, Annotation.id == key)[0]


def annotations_of(session: Session, identifiers: Sequence[str], reader: Reader = ANYONE) -> list[Said]:
    """Those of the annotations that are there and may be seen: four exchanges for each of their records."""
    rows = session.execute(
        select(Annotation.id, Annotation.identifier, AnnotationPage.record_id, Canvas.identifier)
        .join(AnnotationPage, AnnotationPage.id == Annotation.page_id)
        .outerjoin(Canvas, Canvas.id == AnnotationPage.canvas_id)
        .where(Annotation.identifier.in_(identifiers), AnnotationPage.paints.is_(False))
    ).all()
    canvases = {name: canvas for _, name, _, canvas in rows}
    found = []
    for record_id in dict.fromkeys(row.record_id for row in rows):
        # What was hidden a moment ago is left out.
        with suppress(NotFound):
            record = _owner(session, record_id, "an annotation", reader)
            keys = Annotation.id.in_([key for key, _, owner, _ in rows if owner == record_id])
            views = reading.annotations(session, record, keys)
            found += [Said(record, canvases[one.identifier], one) for one in views]
    return found


def renamed(session: Session, name: str, reader: Reader = ANYONE) -> str | None:
    """The identifier of the record that is also known as ``name``, if it may be told that there is one."""
    told = or_(access.visible(reader), Record.withdrawn.is_not(None))
    return session.scalar(
        select(Record.identifier).join(Alias, Alias.record_id == Record.id).where(Alias.name == name, told)
    )


def search(session: Session, words: str, *, collection: str | None, page: int, size: int) -> Found:
    """Public records in which every one of ``words`` stands somewhere, page ``page`` (from 1) of ``size``.

    Raises ``NotFound`` for a collection that is not there.
    """
    having = select(Record.id).where(access.public(), *matching(words))
    if collection:
        shelf = session.scalar(select(Collection).where(Collection.identifier == collection))
        if shelf is None:
            raise NotFound(f'collection "{collection}" is not in this archive: check its identifier')
        members = select(CollectionRecord.record_id).join(Collection).where(collections.within(shelf))
        having = having.where(Record.id.in_(members))
    total = session.scalar(select(func.count()).select_from(having.subquery())) or 0
    ids = having.order_by(Record.id).limit(size).offset((page - 1) * size)
    found = reading.select_heads().where(Record.id.in_(ids.subquery().select())).order_by(Record.id)
    return Found(reading.with_faces(session, reading.heads(session, found)), total)


def matching(words: str) -> list[ColumnElement[bool]]:
    """The conditions that each of ``words``, up to twenty, stands somewhere in a ``Record``."""
    return [_has(word) for word in words.split()[:20]]


def withdraw(session: Session, identifier: str) -> Record:
    """Take a record from the world: it answers with a tombstone from now on; sources are kept.

    Raises ``NotFound``. A record that was withdrawn before stays as it is.
    """
    record = session.scalar(
        select(Record).where(Record.identifier == identifier).options(selectinload(Record.memberships))
    )
    if record is None:
        raise NotFound(f'record "{identifier}" is not in this archive: check its identifier')
    if record.withdrawn is None:
        record.withdrawn = record.modified = db.now()
        record.revision += 1
        for membership in record.memberships:
            collections.touch(session, membership.collection_id)
        activities.log(session, activities.DELETE, object_type=activities.MANIFEST, identifier=identifier)
    return record


@lru_cache(maxsize=1)
def _revision(today: dt.date) -> Select[tuple[int]]:
    return select(Record.revision).where(Record.identifier == bindparam("identifier"), access.public(today))


def _owner(session: Session, record_id: int | None, asked_for: str, reader: Reader) -> RecordView:
    record = None if record_id is None else reading.head_by_id(session, record_id)
    return access.require_visible(session, record, asked_for, reader)


def _has(word: str) -> ColumnElement[bool]:
    texts = (cast(column, String) for column in _SEARCHED)
    plain = (Record.identifier, Record.accession_number)
    return or_(*(text.icontains(word, autoescape=True) for text in (*texts, *plain)))
