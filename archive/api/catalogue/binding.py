"""Views bound to what they take and give: the same words read a request and describe it in OpenAPI."""

import functools
import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request
from marshmallow import Schema
from sqlalchemy.orm import Session

from archive import http
from archive.api import guard
from archive.api.catalogue import bodies
from archive.errors import Invalid, Unconditional
from archive.services import answering

View = Callable[..., Response]

CONDITIONAL = ("PUT", "PATCH", "DELETE")
"""The methods that need ``If-Match``."""


@dataclass(frozen=True)
class Operation:
    """What a view takes and gives.

    ``body`` is a schema, or the media types of bytes that the view reads for itself; a PATCH is given its
    merge patch as it came. ``headers`` are read as ``query`` is. ``opened``: whether the view is given a
    session, one that writes where it does; without one it takes no ``Idempotency-Key``.
    ``refusals`` are statuses beside those that every such operation may answer; ``creates`` says that it may
    answer 201 too. ``form`` is the media type of
    what it takes and gives, ``longest`` how many bytes of it.
    """

    method: str
    body: Schema | tuple[str, ...] | None = None
    query: Schema | None = None
    headers: Schema | None = None
    gives: Schema | None = None
    status: HTTPStatus = HTTPStatus.OK
    refusals: tuple[HTTPStatus, ...] = ()
    opened: bool = True
    conditional: bool = True
    creates: bool = False
    form: str = bodies.JSON
    longest: int = bodies.LONGEST

    @property
    def writes(self) -> bool:
        """Whether it needs a token that writes."""
        return self.method != "GET"

    @property
    def needs_match(self) -> bool:
        """Whether it needs ``If-Match``."""
        return self.conditional and self.method in CONDITIONAL

    @property
    def takes_key(self) -> bool:
        """Whether it may bear an ``Idempotency-Key``."""
        return self.method == "POST" and self.opened and isinstance(self.body, Schema)

    @property
    def media_types(self) -> tuple[str, ...]:
        """What its body may be."""
        if isinstance(self.body, tuple):
            return self.body
        if self.body is None:
            return ()
        return tuple(
            dict.fromkeys((bodies.MERGE_PATCH if self.method == "PATCH" else self.form, bodies.JSON))
        )


def operation(blueprint: Blueprint, rule: str, bound: Operation, *rules: str) -> Callable[[View], View]:
    """Put a view at an address, or at several. It is called as ``view(session, **path, query=…, body=…)``.

    Before it, the token, the conditions, the body and the parameters are read, and what is wrong refused.
    """

    def bind(view: View) -> View:
        @functools.wraps(view)
        def answer(**path: Any) -> Response:  # Any: parts of the address.
            guard.identify(writing=bound.writes)
            return guard.private(_answer(bound, view, path))

        answer.operation = bound  # type: ignore[attr-defined]  # Read by openapi.
        for one in (rule, *rules):
            blueprint.add_url_rule(one, view_func=answer, methods=[bound.method])
        return view

    return bind


def _answer(bound: Operation, view: View, path: dict[str, Any]) -> Response:  # Any: as above.
    if bound.needs_match and "If-Match" not in request.headers:
        raise Unconditional("send If-Match with the ETag of what you have seen: another may have changed it")
    given = dict(path)
    if bound.query is not None:
        given["query"] = bodies.parameters(bound.query)
    if bound.headers is not None:
        given["headers"] = bodies.headers(bound.headers)
    if isinstance(bound.body, Schema):
        document = bodies.read(*bound.media_types, longest=bound.longest)
        given["body"] = document if bound.method == "PATCH" else bodies.load(bound.body, document)
        key = request.headers.get("Idempotency-Key") if bound.takes_key else None
        if key is not None:
            return _once(bound, view, given, key, document)
    if not bound.opened:
        return view(**given)
    with _session(bound) as session:
        return view(session, **given)


def _session(bound: Operation) -> AbstractContextManager[Session]:
    sessions = http.context().sessions
    return sessions.begin() if bound.writes else sessions()


def _once(
    bound: Operation, view: View, given: dict[str, Any], key: str, document: bodies.Document
) -> Response:  # Any: as above.
    """Answer a request that bears a key; where it came before, as it was answered then."""
    if not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise Invalid("Idempotency-Key: give 1 to 255 printable characters of ASCII")
    asked = repr((request.method, request.full_path, document))
    fingerprint = hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()
    with http.context().sessions.begin() as session:
        kept = answering.begin(session, guard.reader().token_id or 0, key, fingerprint=fingerprint)
        if kept.status:
            again = Response(kept.body, status=kept.status, content_type=bound.form)
            return _again(again, location=kept.location, etag=kept.etag)
        answer = view(session, **given)
        kept.status, kept.body = answer.status_code, answer.get_data()
        kept.location, kept.etag = answer.headers.get("Location"), answer.get_etag()[0]
        return answer


def _again(answer: Response, *, location: str | None, etag: str | None) -> Response:
    if location is not None:
        answer.location = location
    if etag is not None:
        answer.set_etag(etag)
    answer.headers["Idempotency-Replayed"] = "true"
    return answer
