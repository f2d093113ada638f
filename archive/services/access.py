"""The one policy: who may see what. Every exit asks here."""

import datetime as dt
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, or_

from archive import db
from archive.errors import Gone, NotFound
from archive.models import Record, Visibility
from iiif.presentation import rights


class Guarded(Protocol):
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


def public(today: dt.date | None = None) -> ColumnElement[bool]:
    """The same decision as a condition on ``Record`` for a query."""
    lapsed = and_(Record.visibility == Visibility.EMBARGO, Record.embargo_until <= (today or db.now().date()))
    return and_(Record.withdrawn.is_(None), or_(Record.visibility == Visibility.PUBLIC, lapsed))


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
    if record is not None and record.withdrawn:
        raise Gone(f"{asked_for} was withdrawn on {record.withdrawn:%Y-%m-%d}")
    if record is None or not is_public(record):
        raise absent(asked_for)
    return record


def absent(asked_for: str) -> NotFound:
    """The error of what is not there, or must seem so."""
    return NotFound(f"{asked_for} is not in this archive: check its identifier")
