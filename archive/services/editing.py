"""An edit of a record, closed: its revision, its history, its collections and the change log.

Whoever edits reads the record first, writes rows, and closes::

    before = records.load(session, record)
    …
    after = editing.close(session, record, before)
"""

from sqlalchemy.orm import Session

from archive import db
from archive.models import Record
from archive.services import access, activities, collections, history, reading
from archive.services.views import RecordView


def announce(session: Session, record: Record) -> None:
    """A new revision of what the record's manifest says, where nothing that its history keeps has changed.

    No state is written down: the one that goes into the history next was that of this revision too.
    """
    record.revision += 1
    record.modified = db.now()
    activities.log(session, activities.UPDATE, object_type=activities.MANIFEST, identifier=record.identifier)


def close(session: Session, record: Record, before: RecordView) -> RecordView | None:
    """The record as it is after the edit, or ``None`` where the edit changed nothing.

    What changed is a new revision: the state before it goes into the history, and the change log has it.
    """
    session.flush()
    after = reading.fill(session, reading.head_by_id(session, record.id))
    if after == before:
        return None
    history.keep(session, before)
    record.revision = after.revision = before.revision + 1
    record.modified = after.modified = db.now()
    session.flush()
    # A collection shows its members' labels, and only those that are public.
    for identifier in {group.identifier: None for group in (*before.collections, *after.collections)}:
        collections.touch_named(session, identifier)
    hidden = access.is_public(before) and not access.is_public(after)
    type_ = activities.DELETE if hidden else activities.UPDATE
    activities.log(session, type_, object_type=activities.MANIFEST, identifier=record.identifier)
    return after
