"""The canvases of a record, written one at a time; the record is locked, and closed by ``editing``."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from archive.errors import Conflict, Refused
from archive.models import AnnotationPage, Asset, Canvas, RangeCanvas, Record
from archive.services import creating, structure

Values = Mapping[str, Any]  # Any: each column has its own type.

_SIZES = ("width", "height", "duration")


def add(
    session: Session, record: Record, values: Values, *, asset: str | None, position: int | None
) -> Canvas:
    """A new canvas of ``values`` by column, at ``position`` (from 1) or behind all others.

    The canvas without content that a record begins with gives way to it. Raises ``Refused`` for an asset
    that the record does not have.
    """
    _drop_blank(session, record)
    row = Canvas(identifier=structure.part_identifier(record), record_id=record.id, properties={})
    last = _count(session, record)
    row.position = last + 1 if position is None else min(position, last + 1)
    _shift(session, record, behind=row.position - 1, by=1)
    _fill(session, record, row, values, asset)
    session.add(row)
    session.flush()
    return row


def describe(
    session: Session,
    record: Record,
    row: Canvas,
    values: Values,
    *,
    asset: str | None,
    position: int | None,
) -> None:
    """Give a canvas what ``values`` says by column, and its place; raises as ``add`` does."""
    _fill(session, record, row, values, asset)
    if position is None or row.substitute is not None:
        return
    wanted = min(position, _count(session, record))
    if wanted != row.position:
        _shift(session, record, behind=row.position, by=-1)
        _shift(session, record, behind=wanted - 1, by=1)
        row.position = wanted


def remove(session: Session, record: Record, row: Canvas) -> None:
    """Take a canvas away with what is said of it. Raises ``Conflict`` for the last one of a record."""
    if row.substitute is None and _count(session, record) == 1:
        raise Conflict(f'canvas "{row.identifier}" is the only one of its record: add another first')
    for substitute in session.scalars(select(Canvas).where(Canvas.stands_for_id == row.id)):
        session.delete(substitute)
    session.flush()
    position, is_substitute = row.position, row.substitute is not None
    session.delete(row)
    session.flush()
    if not is_substitute:
        _shift(session, record, behind=position, by=-1)


def _fill(session: Session, record: Record, row: Canvas, values: Values, asset: str | None) -> None:
    shown = None if asset is None else _asset(session, record, asset)
    wanted: dict[str, Any] = {**values, "asset_id": shown.id if shown else None}  # Any: as above.
    if shown is not None and all(values[name] is None for name in _SIZES):
        wanted |= dict(zip(_SIZES, creating.size_of(shown), strict=True))
    for name, value in wanted.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _asset(session: Session, record: Record, identifier: str) -> Asset:
    found = session.scalar(select(Asset).where(Asset.identifier == identifier, Asset.record_id == record.id))
    if found is None:
        raise Refused([("/asset", f'"{identifier}" is no asset of this record: upload it to it first')])
    return found


def _count(session: Session, record: Record) -> int:
    mine = select(func.max(Canvas.position)).where(Canvas.record_id == record.id, Canvas.substitute.is_(None))
    return session.scalar(mine) or 0


def _shift(session: Session, record: Record, *, behind: int, by: int) -> None:
    session.execute(
        update(Canvas)
        .where(Canvas.record_id == record.id, Canvas.substitute.is_(None), Canvas.position > behind)
        .values(position=Canvas.position + by)
        .execution_options(synchronize_session="fetch")
    )


def _drop_blank(session: Session, record: Record) -> None:
    rows = session.scalars(select(Canvas).where(Canvas.record_id == record.id).limit(2)).all()
    if len(rows) != 1 or not _is_blank(rows[0]):
        return
    named = select(RangeCanvas.id).where(RangeCanvas.canvas_id == rows[0].id)
    said = select(AnnotationPage.id).where(AnnotationPage.canvas_id == rows[0].id)
    if session.scalar(named) is None and session.scalar(said) is None:
        session.execute(delete(Canvas).where(Canvas.id == rows[0].id))


def _is_blank(row: Canvas) -> bool:
    return (
        row.asset_id is None
        and not (row.label or row.properties or row.source_id)
        and (row.width, row.height) == creating.BLANK
    )
