"""Leases: taken, kept and given back by the processes of an installation."""

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive import db
from archive.models import Lease
from archive.services.jobs import Owner

_TERM = dt.timedelta(seconds=15)
"""How long a lease holds that nobody renews: so long nothing is done after a machine was lost."""


def take(session: Session, name: str, owner: Owner) -> bool:
    """Whether the lease is ``owner``'s now, for another quarter of a minute.

    It is taken over where its owner is known to have ended, or has let it lapse.
    """
    held = session.scalar(select(Lease).where(Lease.name == name).with_for_update())
    until = db.now() + _TERM
    if held is None:
        return _add(session, Lease(name=name, owner=str(owner), until=until))
    if held.owner != str(owner) and held.until >= db.now() and not Owner.parse(held.owner).is_gone():
        return False
    held.owner, held.until = str(owner), until
    return True


def release(session: Session, name: str, owner: Owner) -> None:
    """Give the lease back, if it is ``owner``'s."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.owner == str(owner)))


def _add(session: Session, lease: Lease) -> bool:
    try:
        with session.begin_nested():
            session.add(lease)
    except IntegrityError:
        # Another was faster by a moment.
        return False
    return True
