"""What records were before they were edited, and how that is written down."""

import datetime as dt
import functools
import json
import zlib
from typing import Any

from cattrs import Converter
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.db import JsonValue
from archive.errors import NotFound
from archive.models import Revision
from archive.services import access, reading
from archive.services.access import Reader
from archive.services.views import CanvasView, PartView, RecordView


def keep(session: Session, record: RecordView) -> None:
    """Write the record down as it stands: it goes on to another revision."""
    row = Revision(record_id=record.id, number=record.revision, modified=record.modified, rows=encode(record))
    session.add(row)


def numbers(session: Session, record: RecordView) -> list[tuple[int, dt.datetime]]:
    """The revisions of a record, the present one last, each with the time at which it began."""
    statement = select(Revision.number, Revision.modified).where(Revision.record_id == record.id)
    past = [(number, modified) for number, modified in session.execute(statement.order_by(Revision.number))]
    return [*past, (record.revision, record.modified)]


def at(session: Session, record: RecordView, number: int, reader: Reader = access.ANYONE) -> RecordView:
    """The record as it was at revision ``number``. Raises ``NotFound`` for one that it never had.

    Who may see it is decided by what the record is today, and by what it was: what was hidden stays so.
    """
    asked_for = f'revision {number} of record "{record.identifier}"'
    if number > record.revision:
        raise NotFound(f"{asked_for} is not kept: it has revisions up to {record.revision}")
    # A revision of which nothing is kept said the same as the one after it: see ``editing.announce``.
    since = select(Revision).where(Revision.record_id == record.id, Revision.number >= number)
    kept = session.scalar(since.order_by(Revision.number).limit(1))
    if kept is None:
        return reading.fill(session, record)
    return access.require_visible(session, decode(kept.rows), asked_for, reader)


def encode(record: RecordView) -> bytes:
    """The record as compressed JSON."""
    text = json.dumps(_converter().unstructure(record), ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode())


def decode(kept: bytes) -> RecordView:
    """The record that ``encode`` made ``kept`` of."""
    record = _converter().structure(json.loads(zlib.decompress(kept)), RecordView)
    canvases = {view.identifier: view for view in record.all_canvases()}
    waiting = list(record.ranges)
    while waiting:
        chapter = waiting.pop()
        waiting += chapter.ranges
        for part in chapter.parts:
            part.canvas = canvases[part.canvas.identifier]
    for view in canvases.values():
        if view.asset is not None:
            view.asset = record.assets[view.asset.identifier]
    return record


@functools.cache
def _converter() -> Converter:
    converter = Converter()
    converter.register_unstructure_hook(dt.date, lambda day: day.isoformat())
    converter.register_unstructure_hook(dt.datetime, lambda time: time.isoformat())
    converter.register_structure_hook(dt.date, lambda text, _: dt.date.fromisoformat(text))
    converter.register_structure_hook(dt.datetime, lambda text, _: dt.datetime.fromisoformat(text))
    converter.register_structure_hook(JsonValue, lambda value, _: value)
    # A canvas stands in the record once; chapters name it.
    converter.register_unstructure_hook(PartView, _named)
    converter.register_structure_hook(PartView, _of_name)
    return converter


def _named(part: PartView) -> list[Any]:  # Any: values of JSON.
    return [part.canvas.identifier, part.position, part.part]


def _of_name(value: list[Any], _: object) -> PartView:  # Any: values of JSON.
    identifier, position, part = value
    return PartView(CanvasView(identifier, 0, {}, None, None, None, None, {}, None), position, part)
