"""Who asks: the bearer of a token, or anyone. Source: RFC 6750."""

from flask import Blueprint, Response, g, request

from archive import http
from archive.errors import Forbidden, Unauthenticated
from archive.services import access, tokens
from archive.services.access import Reader


def reader() -> Reader:
    """Who asks, once ``identify`` was called for the request."""
    found: Reader = g.reader
    return found


def identify(*, writing: bool) -> None:
    """Find out who asks. Raises ``Unauthenticated``, and ``Forbidden`` for a token that only reads."""
    g.reader = _writer() if writing else _bearer() or access.ANYONE


def private(answer: Response) -> Response:
    """Keep from caches what a token lets its bearer see."""
    answer.vary.add("Authorization")
    if _is_borne():
        answer.headers["Cache-Control"] = "private, no-store"
    return answer


def admit(blueprint: Blueprint, *, varies: bool = True) -> None:
    """Let the views of a blueprint be read with a token too: their ``reader`` may see what is not public yet.

    What all see ``varies`` by who asks, or is one copy that a cache may give to anyone.
    """
    blueprint.before_request(lambda: identify(writing=False))
    blueprint.after_request(lambda answer: private(answer) if varies or _is_borne() else answer)


def _writer() -> Reader:
    found = _bearer()
    if found is None:
        raise Unauthenticated("writing needs a token: send Authorization: Bearer and its secret")
    if not found.writes:
        raise Forbidden(f'the token "{found.name}" only reads: use one that was made with --write')
    return found


def _is_borne() -> bool:
    return bool(g.get("reader", access.ANYONE) != access.ANYONE)


def _bearer() -> Reader | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    # Another scheme may be that of a proxy in front, and says nothing to us.
    if scheme.lower() != "bearer":
        return None
    with http.context().sessions() as session:
        found = tokens.find(session, secret.strip())
    if found is None:
        raise Unauthenticated("the token is not known here, or it is expired or revoked: ask for another")
    return found
