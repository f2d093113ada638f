"""API tokens: minted, found by their secret, revoked."""

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive import db
from archive.errors import Conflict, Forbidden, Invalid, NotFound
from archive.models import Collection, Scope, Token
from archive.services import collections
from archive.services.access import Reader

_MARK = "mogao_"
"""What every secret begins with, so that scanners of code and logs know one when it leaks."""


@dataclass(frozen=True)
class Listed:
    """A token as its keeper sees it; ``collection`` is the identifier of the one it holds for."""

    name: str
    scope: str
    collection: str | None
    expires: dt.datetime | None
    revoked: dt.datetime | None

    def state(self, now: dt.datetime) -> str:
        """Whether it holds, in words."""
        if self.revoked:
            return f"revoked {self.revoked:%Y-%m-%d}"
        if self.expires is None:
            return "never expires"
        return f"{'expired' if self.expires <= now else 'expires'} {self.expires:%Y-%m-%d}"


def mint(
    session: Session,
    name: str,
    scope: Scope,
    *,
    collection: str | None = None,
    expires: dt.datetime | None = None,
) -> str:
    """The secret of a new token, which nobody can show again. Raises ``Conflict`` for a taken name."""
    if not name.strip():
        raise Invalid("the token has no name: give one that tells whose it is")
    if session.scalar(select(Token.id).where(Token.name == name)) is not None:
        raise Conflict(f'a token is called "{name}" already: choose another name')
    held = None if collection is None else collections.find(session, collection).id
    secret = _MARK + secrets.token_urlsafe(32)
    row = Token(
        name=name,
        digest=_digest(secret),
        scope=scope,
        collection_id=held,
        created=db.now(),
        expires=expires,
        revoked=None,
    )
    session.add(row)
    session.flush()
    return secret


def find(session: Session, secret: str) -> Reader | None:
    """Who bears ``secret``: ``None`` where no token has it, or it is expired or revoked."""
    digest = _digest(secret)
    row = session.execute(_tokens().where(Token.digest == digest)).one_or_none()
    if row is None:
        return None
    token, path = row
    # How long a look-up of a digest takes tells nothing of the secret; how long a comparison takes could.
    if not hmac.compare_digest(token.digest, digest):
        return None
    return _reader(token, path)


def bearer(session: Session, token_id: int) -> Reader:
    """Who bears the token, for work that was asked for with it. Raises ``Forbidden`` where it has ended."""
    row = session.execute(_tokens().where(Token.id == token_id)).one()
    reader = _reader(*row)
    if reader is None:
        raise Forbidden(f'the token "{row[0].name}" is revoked or expired: ask for it again with another')
    return reader


def listed(session: Session) -> list[Listed]:
    """Every token that was ever made, by name."""
    columns = (Token.name, Token.scope, Collection.identifier, Token.expires, Token.revoked)
    statement = select(*columns).outerjoin(Collection, Collection.id == Token.collection_id)
    return [Listed(*row) for row in session.execute(statement.order_by(Token.name))]


def revoke(session: Session, name: str) -> None:
    """End the token now. Raises ``NotFound``; one that was revoked before stays as it is."""
    token = session.scalar(select(Token).where(Token.name == name))
    if token is None:
        raise NotFound(f'no token is called "{name}": see mogao token list')
    token.revoked = token.revoked or db.now()


def _tokens() -> Select[tuple[Token, str]]:
    return select(Token, Collection.path).outerjoin(Collection, Collection.id == Token.collection_id)


def _reader(token: Token, path: str | None) -> Reader | None:
    ended = token.revoked or (token.expires and token.expires <= db.now())
    return None if ended else Reader(token.id, token.name, token.scope == Scope.WRITE, path or "")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
