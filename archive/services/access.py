"""The one policy: who may see what. Every exit asks here."""

import datetime as dt

from sqlalchemy import ColumnElement, and_, or_

from archive import db
from archive.errors import Gone, NotFound
from archive.models import Record, Visibility
from iiif.presentation import rights


def is_public(record: Record, today: dt.date | None = None) -> bool:
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


def may_download(record: Record, default_rights: str | None) -> bool:
    """Whether anyone may have the record's source files: it is public, and under an open licence or none."""
    return is_public(record) and rights.is_open(record.rights or default_rights)


def require_public(record: Record | None, asked_for: str) -> Record:
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
