"""Collections made, described, moved and removed by hand; no two arrange the tree of them at once."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, literal, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from archive.errors import Conflict, Refused
from archive.models import ROOT, Collection, CollectionRecord, Record
from archive.services import access, activities, collections, curating, identifiers
from archive.services.access import Reader

Values = Mapping[str, Any]  # Any: each column has its own type.


def create(
    session: Session, identifier: str | None, values: Values, *, parent: str | None, reader: Reader
) -> Collection:
    """A new collection of ``values`` by column in ``parent``, or in that of the reader's token.

    Raises ``Refused`` for an identifier that no URL can show and for a parent that is not there,
    ``Conflict`` for an identifier that is taken or was, ``Forbidden``.
    """
    _lock_tree(session)
    above = _parent(session, curating.home(session, reader) if parent is None else parent, reader)
    if identifier is not None:
        _check_free(session, identifier)
    try:
        made = collections.make(session, values["label"], above, identifier=identifier)
    except IntegrityError as error:
        raise Conflict("a collection of that name is being made by another: send it again") from error
    collections.fill(made, values)
    session.flush()
    return made


def lock(session: Session, identifier: str, reader: Reader) -> Collection:
    """A collection that the reader may describe, for no other to change meanwhile.

    Raises ``NotFound``, ``Gone``, ``Forbidden``.
    """
    _lock_tree(session)
    row = session.scalar(
        select(Collection)
        .where(Collection.identifier == identifier)
        .with_for_update()
        .options(selectinload(Collection.parent))
    )
    if row is None:
        raise collections.absent(session, identifier)
    curating.require_held(row, reader)
    return row


def describe(
    session: Session, collection: Collection, values: Values, *, parent: str | None, reader: Reader
) -> bool:
    """Give a collection what ``values`` says by column, and put it, with all below it, into ``parent``.

    It stays where it is for no parent. Whether that changed anything. The reader must hold both the one that
    it leaves and the one that it enters. Raises ``Refused`` for a parent that is not there, or stands in the
    collection itself; ``Forbidden``.
    """
    moved = _move(session, collection, parent, reader)
    described = collections.fill(collection, values)
    if moved or described:
        collections.log_update(session, collection)
    return moved or described


def remove(session: Session, collection: Collection, reader: Reader) -> None:
    """Take away a collection in which nothing stands; its identifier is never given again.

    Raises ``Conflict`` for one in which something stands, and for the top; ``Forbidden``.
    """
    above = collection.parent
    if above is None:
        raise Conflict(f'collection "{ROOT}" is the top: it can\'t be removed')
    curating.require_held(above, reader)
    below = select(func.count()).where(Collection.parent_id == collection.id)
    # What was withdrawn stands nowhere any more.
    members = (
        select(func.count())
        .select_from(CollectionRecord)
        .join(Record, Record.id == CollectionRecord.record_id)
        .where(CollectionRecord.collection_id == collection.id, Record.withdrawn.is_(None))
    )
    counts = (session.scalar(below) or 0, "collections"), (session.scalar(members) or 0, "records")
    if held := " and ".join(f"{count} {kind}" for count, kind in counts if count):
        raise Conflict(f'collection "{collection.identifier}" holds {held}: move them elsewhere first')
    session.execute(delete(Collection).where(Collection.id == collection.id))
    collections.touch(session, above.id)
    activities.log(
        session, activities.DELETE, object_type=activities.COLLECTION, identifier=collection.identifier
    )


def _lock_tree(session: Session) -> None:
    """Let no two arrange the tree at once: two moves could close a circle. Records go on to come and go."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE collection IN SHARE UPDATE EXCLUSIVE MODE"))


def _move(session: Session, collection: Collection, parent: str | None, reader: Reader) -> bool:
    left = collection.parent
    if parent is None or (left is not None and parent == left.identifier):
        return False
    above = _parent(session, parent, reader)
    if left is None:
        raise Refused([("/parent", f'"{ROOT}" is the top, and stands in no other')])
    curating.require_held(left, reader)
    if f"{above.path}/".startswith(f"{collection.path}/"):
        raise Refused([("/parent", f'"{parent}" stands in this collection itself: choose another')])
    before = collection.path
    path = collections.free_path(session, above, before.rpartition("/")[2])
    session.execute(
        update(Collection)
        .where(access.below(before))
        .values(path=literal(path) + func.substr(Collection.path, len(before) + 1))
        .execution_options(synchronize_session=False)
    )
    session.refresh(collection, ["path"])
    collection.parent_id = above.id
    session.flush()
    session.expire(collection, ["parent"])
    collections.touch(session, left.id)
    return True


def _parent(session: Session, identifier: str, reader: Reader) -> Collection:
    found = session.scalar(select(Collection).where(Collection.identifier == identifier))
    if found is None:
        raise Refused([("/parent", f'"{identifier}" is not in this archive: check it')])
    curating.require_held(found, reader)
    return found


def _check_free(session: Session, identifier: str) -> None:
    if not identifiers.is_fit(identifier):
        raise Refused([("/identifier", curating.FIT)])
    if collections.is_taken(session, identifier):
        raise Conflict(f'collection "{identifier}" is here already, or was: choose another identifier')
