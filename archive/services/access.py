"""The one policy: who may see what. Every exit asks here."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from archive import db
from archive.errors import Forbidden, Gone, NotFound
from archive.models import Collection, CollectionRecord, Job, Record, Upload, Visibility
from iiif.presentation import rights


@dataclass(frozen=True)
class Reader:
    """Who asks: anyone, or the bearer of a token, who sees and may write what its collection holds.

    ``path`` is that collection's path, ``""`` for the whole archive, ``None`` for nothing but what is public.
    """

    token_id: int | None = None
    name: str = ""
    writes: bool = False
    path: str | None = None

    @property
    def sees_all(self) -> bool:
        """Whether nothing of the archive is hidden from the reader."""
        return self.path == ""


ANYONE = Reader()

KEEPER = Reader(writes=True, path="")
"""Whoever keeps the archive, at its own machine."""


class Keyed(Protocol):
    """What is known of a record by its key."""

    @property
    def id(self) -> int:
        """The key of the record."""
        ...


class Guarded(Keyed, Protocol):
    """What the decision is made of: a record's row, or a record as it is read."""

    @property
    def visibility(self) -> str:
        """A word of ``Visibility``."""
        ...

    @property
    def embargo_until(self) -> dt.date | None:
        """The day from which all may see it."""
        ...

    @property
    def withdrawn(self) -> dt.datetime | None:
        """When it was taken back, if it was."""
        ...

    @property
    def rights(self) -> str | None:
        """The URI of its licence or statement."""
        ...


_Guarded = TypeVar("_Guarded", bound=Guarded)


def is_public(record: Guarded, today: dt.date | None = None) -> bool:
    """Whether anyone may see the record today (UTC)."""
    if record.withdrawn:
        return False
    if record.visibility == Visibility.EMBARGO:
        return record.embargo_until is not None and record.embargo_until <= (today or db.now().date())
    return record.visibility == Visibility.PUBLIC


def public_from(record: Guarded) -> int | None:
    """The day from which anyone may see the record, as its ordinal: 0 for ever, ``None`` for never."""
    if record.visibility == Visibility.PUBLIC:
        return 0
    until = record.embargo_until if record.visibility == Visibility.EMBARGO else None
    return until.toordinal() if until else None


def public(today: dt.date | None = None) -> ColumnElement[bool]:
    """The same decision as a condition on ``Record`` for a query."""
    lapsed = and_(Record.visibility == Visibility.EMBARGO, Record.embargo_until <= (today or db.now().date()))
    return and_(Record.withdrawn.is_(None), or_(Record.visibility == Visibility.PUBLIC, lapsed))


def below(path: str) -> ColumnElement[bool]:
    """The condition that a ``Collection`` stands at ``path`` or below it; everything does below ``""``."""
    if not path:
        return true()
    return or_(Collection.path == path, Collection.path.startswith(path + "/", autoescape=True))


def covered(reader: Reader) -> ColumnElement[bool]:
    """The condition that a ``Record`` is the reader's: it is in the collection of the token, or below."""
    if reader.path is None:
        return false()
    if reader.sees_all:
        return true()
    return (
        select(CollectionRecord.record_id)
        .join(Collection, Collection.id == CollectionRecord.collection_id)
        .where(CollectionRecord.record_id == Record.id, below(reader.path))
        .exists()
    )


def visible(reader: Reader) -> ColumnElement[bool]:
    """The condition that the reader may see a ``Record``: it is public, or the reader's and not withdrawn."""
    if reader.path is None:
        return public()
    return and_(Record.withdrawn.is_(None), or_(public(), covered(reader)))


def sees_all_below(reader: Reader, path: str | None) -> bool:
    """Whether nothing in the collection at ``path`` is hidden from the reader, whose token holds it."""
    if reader.path is None or path is None:
        return reader.sees_all
    return reader.sees_all or f"{path}/".startswith(f"{reader.path}/")


def covers(session: Session, record: Keyed, reader: Reader) -> bool:
    """The decision of ``covered`` on one record."""
    if reader.path is None or reader.sees_all:
        return reader.sees_all
    return session.scalar(select(Record.id).where(Record.id == record.id, covered(reader))) is not None


def owned(reader: Reader) -> ColumnElement[bool]:
    """The condition that an ``Upload`` is the reader's own: no other sees what is not in the archive yet."""
    return false() if reader.token_id is None else Upload.token_id == reader.token_id


def asked(reader: Reader) -> ColumnElement[bool]:
    """The condition that a ``Job`` is work that the reader's token asked for."""
    return false() if reader.token_id is None else Job.arguments["token"].as_integer() == reader.token_id


def may_download(record: Guarded, default_rights: str | None) -> bool:
    """Whether anyone may have the record's source files: it is public, and under an open licence or none."""
    return is_public(record) and rights.is_open(record.rights or default_rights)


def may_play(record: Guarded, is_picture: bool, default_rights: str | None) -> bool:
    """Whether anyone may have a file of the record: sounds, films and models are shown by their files."""
    return may_download(record, default_rights) if is_picture else is_public(record)


def require_public(record: _Guarded | None, asked_for: str) -> _Guarded:
    """The record, if anyone may see it; ``asked_for`` names what was wanted of it, such as ``canvas "b-1"``.

    Raises ``NotFound`` for one that does not exist or is hidden (its existence is hidden too: the two
    are told in the same words), and ``Gone`` for one that was withdrawn.
    """
    if record is None or not (_remaining(record, asked_for) and is_public(record)):
        raise absent(asked_for)
    return record


def require_visible(
    session: Session, record: _Guarded | None, asked_for: str, reader: Reader = ANYONE
) -> _Guarded:
    """The record, if the reader may see it; raises as ``require_public`` does."""
    if record is None or not (_remaining(record, asked_for) and _sees(session, record, reader)):
        raise absent(asked_for)
    return record


def require_writable(session: Session, record: _Guarded | None, asked_for: str, reader: Reader) -> _Guarded:
    """The record, if the reader may change it; raises ``Forbidden`` where the reader may only see it."""
    found = require_visible(session, record, asked_for, reader)
    if not (reader.writes and covers(session, found, reader)):
        raise Forbidden(f'{asked_for} is not in the collection of the token "{reader.name}"')
    return found


def _remaining(record: Guarded, asked_for: str) -> bool:
    if record.withdrawn:
        raise Gone(f"{asked_for} was withdrawn on {record.withdrawn:%Y-%m-%d}")
    return True


def _sees(session: Session, record: Guarded, reader: Reader) -> bool:
    return is_public(record) or covers(session, record, reader)


def absent(asked_for: str) -> NotFound:
    """The error of what is not there, or must seem so."""
    return NotFound(f"{asked_for} is not in this archive: check its identifier")
