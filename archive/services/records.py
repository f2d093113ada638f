"""Records: found, listed, withdrawn."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.base import ExecutableOption

from archive import db
from archive.errors import NotFound
from archive.models import Alias, Canvas, Collection, CollectionRecord, Range, RangeCanvas, Record
from archive.services import access, activities, collections

_SEARCHED = (
    Record.label, Record.summary, Record.maker, Record.type, Record.subject, Record.place, Record.date,
    Record.metadata_pairs,
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """One page of records, and how many there are in all."""

    records: Sequence[Record]
    total: int


def revision(session: Session, identifier: str) -> int:
    """The revision of a public record, for its ETag; raises as ``find`` does."""
    return _public(session, identifier).revision


def find(session: Session, identifier: str) -> Record:
    """The public record with all that its manifest says, in a fixed number of queries.

    Raises ``NotFound``; ``Gone`` for one that was withdrawn.
    """
    return load(session, _public(session, identifier))


def load(session: Session, record: Record) -> Record:
    """The record with its canvases, ranges and collections at hand."""
    whole = session.scalars(
        select(Record)
        .where(Record.id == record.id)
        .options(*_whole())
        .execution_options(populate_existing=True)
    ).one()
    set_committed_value(whole, "ranges", ranges(session, whole))
    return whole


def ranges(session: Session, record: Record) -> list[Range]:
    """The record's ranges as a tree, its canvases given: two queries, however deep the tree is."""
    rows = session.scalars(select(Range).where(Range.record_id == record.id).order_by(Range.position)).all()
    by_id = {canvas.id: canvas for canvas in record.canvases}
    places = session.execute(
        select(RangeCanvas.range_id, RangeCanvas.canvas_id)
        .join(Range, Range.id == RangeCanvas.range_id)
        .where(Range.record_id == record.id)
        .order_by(RangeCanvas.position)
    ).tuples()
    canvases: dict[int, list[Canvas]] = defaultdict(list)
    for range_id, canvas_id in places if rows else ():
        canvases[range_id].append(by_id[canvas_id])
    children: dict[int | None, list[Range]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row)
    for row in rows:
        set_committed_value(row, "canvases", canvases[row.id])
        set_committed_value(row, "ranges", children[row.id])
    return children[None]


def flat(tree: Sequence[Range]) -> list[Range]:
    """Every range of the tree, each before those below it."""
    return [found for one in tree for found in (one, *flat(one.ranges))]


def canvas(session: Session, identifier: str) -> tuple[Record, Canvas]:
    """A canvas of a public record, with its record. Raises ``NotFound`` and ``Gone``."""
    statement = (
        select(Record, Canvas)
        .join(Canvas, Canvas.record_id == Record.id)
        .where(Canvas.identifier == identifier)
        .options(joinedload(Canvas.asset))
    )
    row = session.execute(statement).tuples().first()
    if row is None:
        raise access.absent(f'canvas "{identifier}"')
    return access.require_public(row[0], f'canvas "{identifier}"'), row[1]


def range_(session: Session, identifier: str) -> tuple[Record, Range]:
    """A range of a public record, with what stands below it. Raises ``NotFound`` and ``Gone``."""
    owner = session.scalar(
        select(Record).join(Range, Range.record_id == Record.id).where(Range.identifier == identifier)
    )
    record = load(session, access.require_public(owner, f'range "{identifier}"'))
    return record, next(one for one in flat(record.ranges) if one.identifier == identifier)


def renamed(session: Session, name: str) -> str | None:
    """The identifier of the record that is also known as ``name``, if there is one."""
    return session.scalar(
        select(Record.identifier).join(Alias, Alias.record_id == Record.id).where(Alias.name == name)
    )


def search(session: Session, words: str, *, collection: str | None, page: int, size: int) -> Found:
    """Public records in which every one of ``words`` stands somewhere, page ``page`` (from 1) of ``size``.

    Raises ``NotFound`` for a collection that is not there.
    """
    matching = select(Record.id).where(access.public(), *(_has(word) for word in words.split()[:20]))
    if collection:
        shelf = session.scalar(select(Collection).where(Collection.identifier == collection))
        if shelf is None:
            raise NotFound(f'collection "{collection}" is not in this archive: check its identifier')
        members = select(CollectionRecord.record_id).join(Collection).where(collections.within(shelf))
        matching = matching.where(Record.id.in_(members))
    total = session.scalar(select(func.count()).select_from(matching.subquery())) or 0
    ids = matching.order_by(Record.id).limit(size).offset((page - 1) * size)
    records = session.scalars(
        select(Record)
        .where(Record.id.in_(ids.subquery().select()))
        .order_by(Record.id)
        .options(selectinload(Record.canvases).joinedload(Canvas.asset))
    )
    return Found(records.all(), total)


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


def _public(session: Session, identifier: str) -> Record:
    record = session.scalar(select(Record).where(Record.identifier == identifier))
    return access.require_public(record, f'record "{identifier}"')


def _whole() -> tuple[ExecutableOption, ...]:
    return (
        selectinload(Record.canvases).joinedload(Canvas.asset),
        selectinload(Record.memberships).joinedload(CollectionRecord.collection),
    )


def _has(word: str) -> ColumnElement[bool]:
    texts = (cast(column, String) for column in _SEARCHED)
    plain = (Record.identifier, Record.accession_number)
    return or_(*(text.icontains(word, autoescape=True) for text in (*texts, *plain)))
