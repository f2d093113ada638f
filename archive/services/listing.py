"""Lists of records page by page, each begun where the last ended: what is written meanwhile shifts none."""

import base64
import binascii
import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, literal_column, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from archive.errors import Invalid
from archive.models import Collection, CollectionPage, CollectionRecord, Record, Visibility
from archive.services import access, collections, reading, records
from archive.services.access import Reader
from archive.services.views import RecordView

SORTS = ("identifier", "-identifier", "modified", "-modified")
"""The orders that an index gives; ``-`` is from the end."""

_SMALL = 5_000
"""Records of a collection that are found faster by the collection than by walking all in their order."""


@dataclass(frozen=True)
class Asked:
    """Which records, in which order."""

    collection: str | None = None
    visibility: str | None = None
    modified_since: dt.datetime | None = None
    modified_until: dt.datetime | None = None
    words: str = ""
    sort: str = "identifier"


@dataclass(frozen=True)
class Page:
    """Records without their parts, and the cursor of those after them, if there are any."""

    records: list[RecordView]
    cursor: str | None


def page(session: Session, asked: Asked, reader: Reader, *, cursor: str | None, limit: int) -> Page:
    """Records that the reader may see, at most ``limit``, after those that ``cursor`` has passed.

    Raises ``Invalid`` for a cursor that belongs to another list, ``NotFound`` for a collection.
    """
    statement = _matching(session, asked, reader, reading.select_heads())
    keys = _keys(asked.sort)
    if cursor is not None:
        passed = tuple_(*(literal(value) for value in _passed(cursor, asked)))
        beyond = tuple_(*keys) < passed if asked.sort.startswith("-") else tuple_(*keys) > passed
        statement = statement.where(beyond)
    order = [key.desc() if asked.sort.startswith("-") else key.asc() for key in keys]
    found = reading.heads(session, statement.order_by(*order).limit(limit + 1))
    shown = found[:limit]
    reading.with_collections(session, shown)
    return Page(shown, _cursor(asked, shown[-1]) if len(found) > limit else None)


def count(session: Session, asked: Asked, reader: Reader) -> int:
    """How many records there are in all: a walk through them."""
    matching = _matching(session, asked, reader, select(Record.id))
    return session.scalar(select(func.count()).select_from(matching.subquery())) or 0


def _matching(session: Session, asked: Asked, reader: Reader, statement: Select[Any]) -> Select[Any]:
    statement = statement.where(access.visible(reader), *records.matching(asked.words))
    if asked.visibility is not None:
        statement = statement.where(Record.visibility == asked.visibility)
        if asked.visibility != Visibility.PUBLIC:
            # Written out, for the index of what is not public to be used.
            statement = statement.where(literal_column("record.visibility != 'public'"))
    if asked.modified_since is not None:
        statement = statement.where(Record.modified >= asked.modified_since)
    if asked.modified_until is not None:
        statement = statement.where(Record.modified < asked.modified_until)
    if asked.collection is not None:
        statement = statement.where(_in_collection(session, asked.collection))
    return statement


def _in_collection(session: Session, identifier: str) -> ColumnElement[bool]:
    path = session.scalar(select(Collection.path).where(Collection.identifier == identifier))
    if path is None:
        raise collections.absent(session, identifier)
    size = session.scalar(
        select(func.sum(CollectionPage.count))
        .join(Collection, Collection.id == CollectionPage.collection_id)
        .where(access.below(path))
    )
    members = (
        select(CollectionRecord.record_id)
        .join(Collection, Collection.id == CollectionRecord.collection_id)
        .where(access.below(path))
    )
    if (size or 0) <= _SMALL:
        return Record.id.in_(members)
    return members.where(CollectionRecord.record_id == Record.id).exists()


def _keys(sort: str) -> tuple[InstrumentedAttribute[Any], ...]:  # Any: each column has its own type.
    if sort.endswith("modified"):
        return Record.modified, Record.id
    return (Record.identifier,)


def _cursor(asked: Asked, last: RecordView) -> str:
    key = [last.modified.isoformat(), last.id] if asked.sort.endswith("modified") else [last.identifier]
    text = json.dumps([_digest(asked), *key], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _passed(cursor: str, asked: Asked) -> tuple[Any, ...]:  # Any: as the columns' types.
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        digest, *key = json.loads(text)
        if asked.sort.endswith("modified"):
            time, id_ = key
            passed: tuple[Any, ...] = (_aware(time), _key(id_))
        else:
            (name,) = key
            passed = (_name(name),)
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise Invalid("cursor: is none of this archive: begin the list anew") from error
    if digest != _digest(asked):
        raise Invalid("cursor: belongs to a list that was asked for in another way: begin the list anew")
    return passed


def _aware(text: str) -> dt.datetime:
    time = dt.datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time without a zone")
    return time


def _key(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value < 2**31:
        raise ValueError("no key")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or "\0" in value or not value.isascii():
        raise ValueError("no identifier")
    return value


def _digest(asked: Asked) -> str:
    return hashlib.sha256(repr(asked).encode("utf-8", "surrogatepass")).hexdigest()[:12]
