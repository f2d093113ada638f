"""What records, canvases and ranges are written with alike: the record, locked, and closed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import http
from archive.api import guard
from archive.api.catalogue import bodies
from archive.models import Canvas, Range, Record
from archive.services import editing, gating, records
from archive.services.views import RecordView


def opened(session: Session, identifier: str) -> tuple[Record, RecordView]:
    """A record, locked, and as it is before the edit; raises as ``records.lock`` does."""
    row = records.lock(session, identifier, guard.reader())
    return row, records.load(session, row)


def begin(session: Session, kind: type[Canvas] | type[Range], identifier: str) -> tuple[Record, RecordView]:
    """The record of a part, locked, and as it is before the edit; raises as ``records.lock`` does."""
    owner = select(kind.record_id).where(kind.identifier == identifier).scalar_subquery()
    asked_for = f'{kind.__tablename__} "{identifier}"'
    row = records.lock_where(session, Record.id == owner, asked_for, guard.reader())
    return row, records.load(session, row)


def close(session: Session, record: Record, before: RecordView, *, whole: bool = False) -> RecordView:
    """The record after the edit; ``whole`` judges its own description too, which may name the part."""
    after = editing.close(session, record, before)
    if after is not None and whole:
        with bodies.judged():
            gating.check_record(after, http.uris(), http.context().publisher)
    return after or before
