"""What the JSON APIs and the pages share: errors as answers, conditional requests, public addresses, CORS."""

import functools
import hashlib
import json
import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from importlib import metadata
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, current_app, g, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from archive import db, errors
from archive.context import Context
from iiif.errors import InvalidDocument, InvalidRequest, InvalidSource, NotExpressible, NotImplementedFeature
from iiif.uris import Uris

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STATUS: dict[type[Exception], HTTPStatus] = {
    errors.Gone: HTTPStatus.GONE,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Refused: HTTPStatus.BAD_REQUEST,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.Invalid: HTTPStatus.BAD_REQUEST,
    errors.Misplaced: HTTPStatus.CONFLICT,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Outdated: HTTPStatus.PRECONDITION_FAILED,
    errors.Unconditional: HTTPStatus.PRECONDITION_REQUIRED,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.Full: HTTPStatus.INSUFFICIENT_STORAGE,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    NotImplementedFeature: HTTPStatus.NOT_IMPLEMENTED,
    InvalidRequest: HTTPStatus.BAD_REQUEST,
    InvalidSource: HTTPStatus.BAD_REQUEST,
    InvalidDocument: HTTPStatus.BAD_REQUEST,
    NotExpressible: HTTPStatus.NOT_ACCEPTABLE,
}
"""The one table from error to status; a subclass stands before its parent."""

_EXPOSED = (
    "Accept-Post",
    "Accept-Ranges",
    "Allow",
    "Content-Disposition",
    "Content-Location",
    "Content-Range",
    "ETag",
    "Idempotency-Replayed",
    "Link",
    "Location",
    "Retry-After",
    "Tus-Resumable",
    "Upload-Expires",
    "Upload-Length",
    "Upload-Offset",
    "X-Request-ID",
)
"""The headers that scripts of other origins may read, beside those that any script may."""

_TAKEN = (
    "Accept", "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Prefer",
    "Range", "Slug",
)  # fmt: skip
"""The headers that scripts of other origins may send."""

ANY_ORIGIN = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", ", ".join(_EXPOSED)),
)
"""Lets scripts of any origin read an answer."""

PUBLIC = "public, max-age=60, stale-while-revalidate=240"
"""What caches may do with an image: use it for a minute, and for four more while they ask about it."""

_AS_IT_IS = "identity"

LINKED_JSON, PLAIN_JSON = "application/ld+json", "application/json"

REQUEST_ID = "X-Request-ID"

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_log = logging.getLogger("mogao.http")


def context() -> Context:
    """The opened things of this process."""
    return cast(Context, current_app.extensions["mogao"])


def uris() -> Uris:
    """The public URIs for this request.

    ``PUBLIC_URL`` decides; without it the address that trusted proxies forward, and never a bare
    ``Host`` header, which anyone may write.
    """
    settings = context().settings
    if settings.proxy_hops and not settings.public_url:
        return Uris(request.url_root.rstrip("/"))
    return context().uris


@functools.cache
def release() -> str:
    """The version of this program."""
    return metadata.version("mogao")


def etag(*parts: object) -> str:
    """The strong ETag of a representation that ``parts``, the settings and this release determine."""
    fixed = (release(), uris().base, context().publisher)
    return hashlib.sha256(repr((parts, fixed)).encode()).hexdigest()[:32]


def unchanged(tag: str) -> Response | None:
    """The 304 that answers a client that already has the representation with that ETag, compressed or not."""
    if request.method not in {"GET", "HEAD"}:
        return None
    for known in tags(tag):
        if request.if_none_match.contains_weak(known):
            return _to_be_asked_about(empty(HTTPStatus.NOT_MODIFIED), known)
    return None


def tags(tag: str) -> tuple[str, ...]:
    """The tags under which a representation is known: what was compressed bears its compression's name."""
    return (tag, *(f"{tag}:{name}" for name in current_app.config["COMPRESS_ALGORITHM"]))


def redirect(uri: str, status: HTTPStatus) -> Response:
    """The way to where it is found, for a client that follows by itself."""
    answer = empty(status)
    answer.location = uri
    return answer


def empty(status: HTTPStatus) -> Response:
    """An answer without a body, and without the media type of one: it is no page."""
    answer = Response(status=status)
    del answer.headers["Content-Type"]
    return answer


def response(body: bytes | str | Iterable[bytes], *, tag: str, media_type: str) -> Response:
    """``body`` for a client that must ask about it before it uses its copy again."""
    return _to_be_asked_about(Response(body, content_type=media_type), tag)


def cacheable(answer: Response) -> Response:
    """Let caches keep what anyone may see: for minutes, so that what is withdrawn leaves them as soon."""
    answer.cache_control.no_cache = None
    answer.headers["Cache-Control"] = PUBLIC
    return answer


def never_compressed(answer: Response) -> Response:
    """Say that an answer is the same for all, whatever coding they accept: caches then keep one of it."""
    g.never_compressed = True
    # Flask-Compress leaves alone what has a coding already.
    answer.content_encoding = _AS_IT_IS
    return answer


def json_response(document: object, *, tag: str, media_type: str) -> Response:
    """``document`` as JSON that a client must ask about before it uses its copy again."""
    return response(db.to_json(document), tag=tag, media_type=media_type)


def json_media_type(profile: str) -> str:
    """JSON-LD with the profile of its context; plain JSON for a client that would rather have that.

    Spec: Image 3.0 §5.1; Presentation 3.0 §6.2.
    """
    return (
        PLAIN_JSON if accepted(PLAIN_JSON) > accepted(LINKED_JSON) else f'{LINKED_JSON};profile="{profile}"'
    )


def accepted(media_type: str) -> float:
    """How much the client wants ``media_type``, from 0 to 1; parameters, such as a profile, are set aside.

    Without an ``Accept`` it wants everything equally. Source: RFC 9110 §12.5.1.
    """
    wishes = {
        wish.partition(";")[0].strip().lower(): quality
        for wish, quality in reversed(request.accept_mimetypes)
    }
    family = media_type.partition("/")[0]
    matching = (wishes[name] for name in (media_type, f"{family}/*", "*/*") if name in wishes)
    return next(matching, 0.0) if wishes else 1.0


def register(app: Flask) -> None:
    """Answer errors, allow other origins, trust the proxies that are set, and log every request."""
    settings = cast(Context, app.extensions["mogao"]).settings
    # Its redirect from "//" to "/" would be built on the Host header, which anyone may write.
    app.url_map.merge_slashes = False
    for kind, status in STATUS.items():
        app.register_error_handler(kind, _answerer(status))
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unknown)
    app.before_request(_begin)
    app.after_request(_finish)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, 0, hops)  # type: ignore[method-assign]  # Flask's own way.
    prefix = "/" + settings.public_url.partition("://")[2].partition("/")[2].strip("/")
    if prefix != "/":
        app.wsgi_app = _below(prefix, app.wsgi_app)  # type: ignore[method-assign,assignment]  # Flask's own way.


def error_response(message: str, status: HTTPStatus, faults: Sequence[tuple[str, str]] = ()) -> Response:
    """An error as the client can read it: a page for people, a problem document (RFC 9457) for programs."""
    if wants_page():
        answer = cast(Callable[..., Response], current_app.extensions["error_page"])(message, status)
    else:
        problem: dict[str, object] = {
            "type": "about:blank",
            "title": status.phrase,
            "status": status.value,
            "detail": message,
        }
        if faults:
            problem["errors"] = [{"path": path, "detail": detail} for path, detail in faults]
        body = json.dumps(problem, ensure_ascii=False)
        answer = Response(body, status=status, content_type="application/problem+json")
    # What is not there today may be there tomorrow, and a cache would not ask.
    answer.cache_control.no_store = True
    return answer


def wants_page() -> bool:
    """Whether the answer is for a person: a page was asked for, and none of the machines' addresses."""
    machine = request.path.startswith(("/iiif/", "/api/", "/health/", "/file/"))
    return not machine and request.accept_mimetypes.accept_html


def _answerer(status: HTTPStatus) -> Callable[[Exception], Response]:
    def answer(error: Exception) -> Response:
        response = error_response(
            str(error), status, error.faults if isinstance(error, errors.Refused) else ()
        )
        if isinstance(error, errors.Unauthenticated):
            response.headers["WWW-Authenticate"] = 'Bearer realm="mogao"'
        if isinstance(error, errors.Misplaced):
            response.headers["Upload-Offset"] = str(error.offset)
        if isinstance(error, errors.Unavailable):
            if error.__cause__:
                # Work that is pending has no cause; a part that failed has one, for the keeper to read.
                _log.error("%s", error, extra={"request_id": g.request_id}, exc_info=error)
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    return answer


def _answer_http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return cast(Response, error.get_response())
    response = error_response(error.description or "", HTTPStatus(error.code))
    for name, value in error.get_headers():
        if name.lower() in {"allow", "content-range", "location", "retry-after"}:
            response.headers[name] = value
    return response


def _answer_unknown(error: Exception) -> Response:
    # The edge of the process: whatever reaches this is a fault of ours, and its trace is for the log only.
    _log.exception("unexpected fault", extra={"request_id": g.get("request_id")}, exc_info=error)
    return error_response(
        "the archive met a fault of its own; it has been logged", HTTPStatus.INTERNAL_SERVER_ERROR
    )


def _begin() -> Response | None:
    g.request_id = request_id(request.headers.get(REQUEST_ID, ""))
    g.began = time.perf_counter()
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        return empty(HTTPStatus.NO_CONTENT)
    # No name holds it, and PostgreSQL takes no text with it.
    if "\0" in request.path or b"%00" in request.query_string:
        raise errors.Invalid("the address holds the character NUL: leave it out")
    return None


def _to_be_asked_about(answer: Response, tag: str) -> Response:
    answer.set_etag(tag)
    answer.cache_control.no_cache = True
    return answer


def _finish(response: Response) -> Response:
    headers = response.headers
    headers[REQUEST_ID] = g.request_id
    headers["X-Content-Type-Options"] = "nosniff"
    if g.get("never_compressed"):
        # Flask-Compress says it of every answer.
        response.vary.discard("Accept-Encoding")
        if response.content_encoding == _AS_IT_IS:
            del response.headers["Content-Encoding"]
    if not request.path.startswith("/api/") or request.method in {"GET", "HEAD", "OPTIONS"}:
        headers.update(ANY_ORIGIN)
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = _methods()
        headers["Access-Control-Allow-Headers"] = ", ".join(_TAKEN)
        headers["Access-Control-Max-Age"] = "86400"
    log_request(request.environ, response.status_code, g.request_id, g.began)
    return response


def _methods() -> str:
    """What scripts of other origins may do at the address: to read, and to write annotations with a token."""
    adapter = request_ctx.url_adapter
    if adapter is None or request.path.startswith("/api/"):
        return "GET, HEAD, OPTIONS"
    return ", ".join(sorted({"GET", "HEAD", "OPTIONS", *adapter.allowed_methods()}))


def request_id(given: str) -> str:
    """The name of a request in logs: the one that a proxy has given it, or a new one."""
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def log_request(environ: "WSGIEnvironment", status: int, identifier: str, began: float) -> None:
    """Write a request into the log; ``began`` is the ``perf_counter`` of its beginning."""
    _log.info(
        "request",
        extra={
            "request_id": identifier,
            "method": environ["REQUEST_METHOD"],
            "path": environ["PATH_INFO"],
            "status": status,
            "ms": round((time.perf_counter() - began) * 1000, 1),
        },
    )


def _below(prefix: str, app: "WSGIApplication") -> "WSGIApplication":
    """Serve below a path prefix, whether the proxy in front has cut it off or not."""

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> object:
        path = environ.get("PATH_INFO", "")
        if path == prefix or path.startswith(prefix + "/"):
            environ["PATH_INFO"] = path[len(prefix) :] or "/"
        environ["SCRIPT_NAME"] = prefix
        return app(environ, start_response)

    return serve  # type: ignore[return-value]  # The iterable that the application below returns.
