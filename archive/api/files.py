"""Source files, whole or by byte ranges, where rights allow."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from urllib.parse import quote

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import PreconditionFailed

from archive import http
from archive.api import guard, ranges
from archive.api.ranges import Multipart, Span
from archive.errors import Forbidden, NotFound, Unavailable
from archive.models import Asset, PyramidState
from archive.services import access, images, scenes
from archive.storage.store import Store
from iiif import media
from iiif.image.tiff import Reader

blueprint = Blueprint("files", __name__, url_prefix="/file")
guard.admit(blueprint, varies=False)

_SHOWN = {"application/pdf", "text/plain", *media.KINDS}
"""What a browser shows or plays, beside pictures; whatever else there is, SVG and HTML too, it is to keep."""


@blueprint.get("/<identifier>")
@blueprint.get("/<identifier>/<path:name>")
def show_file(identifier: str, name: str = "") -> Response:
    """The source of an asset, as it was given; beside that of a model, the files that it names."""
    context = http.context()
    with context.sessions() as session:
        shown = images.describe(session, identifier, guard.reader())
        is_own = name in {"", shown.file_name}
        asset = shown if is_own else _beside(session, context.store, shown, name)
        is_picture = shown.pyramid_state != PyramidState.NONE
        is_given = access.may_play(shown.record, is_picture, context.publisher.rights)
        if not (is_given or access.covers(session, shown.record, guard.reader())):
            raise Forbidden(f'the source of "{identifier}" is not given out: its rights do not allow it')
    with _kept(asset.identifier):
        return http.never_compressed(_answer(context.store, asset))


def _beside(session: Session, store: Store, asset: Asset, path: str) -> Asset:
    with _kept(asset.identifier):
        found = scenes.companion(session, store, asset, path)
    if found is None:
        raise NotFound(f'"{asset.identifier}" has no file "{path}": it is called "{asset.file_name}"')
    return found


@contextmanager
def _kept(identifier: str) -> Iterator[None]:
    try:
        yield
    except NotFound as error:
        raise Unavailable(
            f'the source of "{identifier}" is lost from the store: its keeper must bring it back',
            retry_after=3600,
        ) from error


def _answer(store: Store, asset: Asset) -> Response:
    # Preconditions come before ranges. Source: RFC 9110 §13.2.2.
    if "If-Match" in request.headers and not request.if_match.contains(asset.digest):
        raise PreconditionFailed(f'the source of "{asset.identifier}" is another than before: get it anew')
    if same := http.unchanged(asset.digest):
        return same
    spans = _asked(asset)
    if len(spans) > 1:
        answer = _several(store, asset, Multipart.of(spans, asset.bytes, _content_type(asset)))
    else:
        answer = _one(store, asset, spans[0] if spans else Span(0, asset.bytes))
    if len(spans) == 1:
        answer.headers["Content-Range"] = spans[0].told(asset.bytes)
    answer.status_code = 206 if spans else 200
    answer.accept_ranges = "bytes"
    _present(answer, asset)
    return answer


def _asked(asset: Asset) -> tuple[Span, ...]:
    """The ranges that are asked for of this very file; none for the whole."""
    # Ranges are defined for GET alone. A weak tag or a date never proves that the bytes are the same ones.
    if request.method != "GET" or request.headers.get("If-Range", f'"{asset.digest}"') != f'"{asset.digest}"':
        return ()
    return ranges.parse(request.headers.get("Range", ""), asset.bytes)


def _one(store: Store, asset: Asset, span: Span) -> Response:
    body = _begun(store, asset, lambda reader: ranges.pieces(reader, span))
    answer = http.response(body, tag=asset.digest, media_type=_content_type(asset))
    answer.content_length = span.length
    return answer


def _several(store: Store, asset: Asset, multipart: Multipart) -> Response:
    body = _begun(store, asset, multipart.pieces)
    answer = http.response(body, tag=asset.digest, media_type=multipart.content_type)
    answer.content_length = multipart.length
    return answer


def _begun(store: Store, asset: Asset, read: Callable[[Reader], Iterator[bytes]]) -> Iterator[bytes]:
    """The bytes of the answer, their beginning read: what the store has lost is told instead of an answer."""
    if request.method == "HEAD":
        if store.size(asset.source_key) is None:
            raise NotFound(f"{asset.source_key} is not in the store")
        return iter(())
    body = read(store.reader(asset.source_key))
    # In several parts, the first piece is only the head of the first one.
    return chain(list(islice(body, 2)), body)


def _content_type(asset: Asset) -> str:
    # WebVTT is always UTF-8; of any other text nobody has said how it is written.
    return f"{asset.media_type}; charset=utf-8" if asset.media_type == "text/vtt" else asset.media_type


def _present(answer: Response, asset: Asset) -> None:
    """Say how a browser is to take it: shown, or kept as a file where it might act in our name."""
    is_picture = asset.media_type.startswith("image/") and asset.media_type != "image/svg+xml"
    is_shown = is_picture or asset.media_type in _SHOWN
    if not is_shown:
        answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers.set(
        "Content-Disposition", "inline" if is_shown else "attachment", **_named(asset.file_name)
    )


def _named(name: str) -> dict[str, str]:
    # Some clients know only the first form, and no client agrees with another on what else it may hold.
    if name.isascii() and name.isprintable():
        return {"filename": name}
    return {"filename*": f"UTF-8''{quote(name, safe='')}"}
