"""Manifests and collections that were answered before, answered again ahead of Flask while they hold."""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive import db, http
from archive.api import presentation
from archive.context import Context
from archive.services import collections, records

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ADDRESS = re.compile(r"/iiif/(?:\d/)?(manifest|collection)/([A-Za-z0-9._~-]+)(?:/(\d{1,9}))?")
_SAID = ("HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH")
_VARYING = frozenset({"accept", "accept-encoding", "authorization"})
"""An answer is kept only if it says that it depends on nothing but these; what bears a token is not kept."""

_LONGEST_ASKED = 2000
_LARGEST = 1 << 20
_OVERHEAD = 2000
"""About what a kept answer takes beside its body and what it was asked by."""

_Key = tuple[str | None, ...]
_Version = tuple[object, ...]


@dataclass(slots=True)
class Answer:
    """What Flask answered of a document in that ``version``: ``headers`` without the name of the request.

    ``state`` is that of the catalogue, and the day, at which the version was last seen to be the present one.
    """

    version: _Version
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    state: object = None


class Answers:
    """The answers that were asked for last, by what was asked: as many as have room in ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._lock = threading.Lock()
        self._answers: OrderedDict[_Key, Answer] = OrderedDict()

    def get(self, key: _Key) -> Answer | None:
        """The answer to ``key``, which then goes last."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def keep(self, key: _Key, answer: Answer) -> None:
        """Keep the answer instead of any before it; what was not asked for longest goes."""
        if _size(key, answer) > min(_LARGEST, self._limit):
            return
        with self._lock:
            if before := self._answers.pop(key, None):
                self._held -= _size(key, before)
            self._answers[key] = answer
            self._held += _size(key, answer)
            while self._held > self._limit:
                self._held -= _size(*self._answers.popitem(last=False))


class Documents:
    """WSGI: what Flask has answered before, and what has not changed since, is answered here to the letter.

    Each request asks the catalogue for the revision of what it is about, in one small query, and whether
    anyone may see it; or only whether anything was written since that was asked, which the database tells
    in less: an edit shows at the next request. All else goes down to the application.
    """

    def __init__(self, app: "WSGIApplication", context: Context, *, limit: int = 32 << 20) -> None:
        self._app = app
        self._context = context
        self._answers = Answers(limit)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request. Source: PEP 3333."""
        began = time.perf_counter()
        key = _asked(environ)
        if key is None:
            return self._app(environ, start_response)
        answer = self._answers.get(key)
        if answer is None or not self._holds(answer, environ["PATH_INFO"]):
            return self._ask(key, environ, start_response)
        identifier = http.request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        start_response(answer.status, [*answer.headers, (http.REQUEST_ID, identifier)])
        http.log_request(environ, int(answer.status[:3]), identifier, began)
        return [answer.body]

    def _holds(self, answer: Answer, path: str) -> bool:
        """Whether the answer is still the one that Flask would give."""
        try:
            # Asked before the version is: what is written between the two is seen the next time.
            word = self._context.sessions.generation.at_once()
            state = word, db.now().date()
            if state == answer.state:
                return True
            if answer.version != self._version(path):
                return False
        except Exception:  # noqa: BLE001  # Flask meets it again below: there it is answered, and logged.
            return False
        answer.state = state
        return True

    def _version(self, path: str) -> _Version:
        """The version of a document as ``presentation`` has it, without revision where none is to be seen."""
        kind, identifier, page = _named(path)
        with self._context.sessions() as session:
            if kind == "manifest":
                return kind, identifier, records.revision(session, identifier)
            revision = collections.revision(session, identifier)
            return kind, identifier, page, revision, db.now().date()

    def _ask(self, key: _Key, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: "OptExcInfo | None" = None
        ) -> "object":
            told.append((status, headers))
            return start_response(status, headers, exc_info)

        parts = self._app(environ, start)  # type: ignore[arg-type]  # It gives what start_response gives.
        status, headers = told[-1]
        version = environ.get(presentation.VERSION)
        if version is None or not status.startswith(("200 ", "304 ")) or not _is_for_all(headers):
            return parts
        try:
            body = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        lasting = tuple((name, value) for name, value in headers if name != http.REQUEST_ID)
        self._answers.keep(key, Answer(version, status, lasting, body))
        return [body]


def _asked(environ: "WSGIEnvironment") -> _Key | None:
    """All that an answer depends on but the version; ``None`` for what is not answered here."""
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    if method not in {"GET", "HEAD"} or "HTTP_AUTHORIZATION" in environ or not _ADDRESS.fullmatch(path):
        return None
    if environ.get("QUERY_STRING"):
        return None
    said = [environ.get(name) for name in _SAID]
    return None if sum(len(one or "") for one in said) > _LONGEST_ASKED else (method, path, *said)


def _named(path: str) -> tuple[str, str, int | None]:
    """The kind of a document, its identifier and its page."""
    found = _ADDRESS.fullmatch(path)
    kind, identifier, page = found.groups() if found else ("", "", None)
    return kind, identifier, None if page is None else int(page)


def _is_for_all(headers: list[tuple[str, str]]) -> bool:
    named = {name.lower(): value.lower() for name, value in headers}
    varying = {name.strip() for name in named.get("vary", "").split(",")}
    return varying <= _VARYING and "set-cookie" not in named


def _size(key: _Key, answer: Answer) -> int:
    return len(answer.body) + sum(len(part or "") for part in key) + _OVERHEAD
