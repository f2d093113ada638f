"""Answers kept for a day, so that a request which comes twice is done once."""

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive import db
from archive.errors import Conflict
from archive.models import Answer

KEPT = dt.timedelta(hours=24)


def begin(session: Session, token_id: int, key: str, *, fingerprint: str) -> Answer:
    """The answer that was given to the request, or a new one, whose ``status`` is 0 until it is written.

    Raises ``Conflict`` where the key came with another request, or comes again while the first is answered.
    """
    session.execute(delete(Answer).where(Answer.created < db.now() - KEPT))
    known = session.scalar(select(Answer).where(Answer.token_id == token_id, Answer.key == key))
    if known is not None:
        if known.fingerprint != fingerprint:
            raise Conflict(f'Idempotency-Key "{key}" came with another request: choose a new one')
        return known
    row = Answer(token_id=token_id, key=key, fingerprint=fingerprint, status=0, body=b"", created=db.now())
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(
            f'the request with Idempotency-Key "{key}" is being answered: send it again'
        ) from error
    return row
