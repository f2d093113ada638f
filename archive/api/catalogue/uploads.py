"""Files sent in pieces, by the protocol tus 1.0 with the digests of RFC 9530."""

import hashlib
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import (
    BadRequest,
    ClientDisconnected,
    LengthRequired,
    PreconditionFailed,
    UnsupportedMediaType,
)
from werkzeug.http import http_date

from archive import http
from archive.api import guard
from archive.api.catalogue import replies
from archive.api.catalogue.binding import Operation, operation
from archive.api.catalogue.upload_schemas import BeginningSchema, PieceSchema, UploadSchema
from archive.models import Upload
from archive.services import uploads
from archive.services.uploads import Announced
from archive.storage import pieces

blueprint = Blueprint("uploads", __name__, url_prefix="/api/uploads")

Values = dict[str, Any]  # Any: each has its own type.

_VERSION = "1.0.0"
_PIECE = "application/offset+octet-stream"
_VERSIONED = (HTTPStatus.PRECONDITION_FAILED,)


@blueprint.before_request
def check_version() -> None:
    """Refuse a client of another version; one that names none, such as curl, may be served."""
    asked = request.headers.get("Tus-Resumable", _VERSION)
    if asked != _VERSION and request.method != "OPTIONS":
        raise PreconditionFailed(f'Tus-Resumable "{asked[:20]}" is not spoken here: use {_VERSION}')


@blueprint.after_request
def tell_version(answer: Response) -> Response:
    """Say which version is spoken."""
    answer.headers["Tus-Resumable"] = answer.headers["Tus-Version"] = _VERSION
    return answer


@blueprint.route("", methods=["OPTIONS"])
def show_protocol() -> Response:
    """What a client of tus may do here."""
    answer = http.empty(HTTPStatus.NO_CONTENT)
    answer.headers["Tus-Extension"] = "creation,expiration,termination"
    answer.headers["Tus-Max-Size"] = str(http.context().settings.upload_max_bytes)
    return answer


@operation(
    blueprint,
    "",
    Operation(
        "POST",
        headers=BeginningSchema(),
        gives=UploadSchema(),
        status=HTTPStatus.CREATED,
        refusals=(*_VERSIONED, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    ),
)
def begin_upload(session: Session, headers: Values) -> Response:
    """Announce a file: its name, its length, and its digest where that is known."""
    most = http.context().settings.upload_max_bytes
    row = uploads.begin(session, Announced(**headers), guard.reader(), most=most)
    answer = replies.created(_told(row, 0), http.uris().catalogue("uploads", row.identifier))
    return _placed(answer, row, 0)


@operation(blueprint, "/<identifier>", Operation("GET", gives=UploadSchema(), refusals=_VERSIONED))
def show_upload(session: Session, identifier: str) -> Response:
    """Show how much of a file is here; HEAD tells it by headers alone."""
    row = uploads.find(session, identifier, guard.reader())
    known = uploads.offset(http.context().store, row)
    return _placed(replies.document(_told(row, known)), row, known)


@operation(
    blueprint,
    "/<identifier>",
    Operation(
        "PATCH",
        body=(_PIECE,),
        headers=PieceSchema(),
        status=HTTPStatus.NO_CONTENT,
        refusals=(*_VERSIONED, HTTPStatus.LENGTH_REQUIRED),
        opened=False,
        conditional=False,
    ),
)
def append_piece(identifier: str, headers: Values) -> Response:
    """Send more of a file, from the byte on up to which it is here; what arrives is kept."""
    if request.mimetype != _PIECE:
        raise UnsupportedMediaType(f"the body must be {_PIECE}: say so in Content-Type")
    if "Transfer-Encoding" in request.headers:
        raise LengthRequired("send Content-Length, so that it is seen whether all arrived")
    context = http.context()
    with context.sessions.begin() as session:
        row = uploads.find(session, identifier, guard.reader())
        uploads.keep(session, row)
    known = _receive(row, **headers)
    if known == row.bytes and row.digest is None:
        digest = uploads.finish(context.store, row)
        with context.sessions.begin() as session:
            uploads.keep(session, row, digest)
    with context.sessions() as session:
        row = uploads.find(session, identifier, guard.reader())
    return _placed(replies.done(), row, known)


@operation(
    blueprint,
    "/<identifier>",
    Operation("DELETE", status=HTTPStatus.NO_CONTENT, refusals=_VERSIONED, opened=False, conditional=False),
)
def forget_upload(identifier: str) -> Response:
    """Give up a file that was not sent to its end, or is not needed any more."""
    context = http.context()
    with context.sessions.begin() as session:
        row = uploads.find(session, identifier, guard.reader())
        uploads.forget(session, row)
    pieces.cut(context.store, row.identifier, 0)
    return replies.done()


def _receive(row: Upload, offset: int, digest: str | None) -> int:
    """Keep the body of the request; how many bytes of the file are here then."""
    store, body = http.context().store, _Body()
    announced = request.content_length or 0
    known = uploads.receive(store, row, body.read, begin=offset, announced=announced)
    if known - offset < announced:
        raise BadRequest(f"the piece was cut off: {known:,} bytes of the file are here, go on from there")
    if digest not in {None, body.digest.hexdigest()}:
        pieces.cut(store, row.identifier, offset)
        raise BadRequest("the piece does not have its Content-Digest, and was forgotten: send it again")
    return known


class _Body:
    """The body of the request, which ends where its sender is lost."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        try:
            chunk = request.stream.read(size)
        except ClientDisconnected:
            return b""
        self.digest.update(chunk)
        return chunk


def _told(row: Upload, offset: int) -> Values:
    told: Values = UploadSchema().dump({**vars(row), "offset": offset})
    return told


def _placed(answer: Response, row: Upload, offset: int) -> Response:
    answer.headers["Upload-Offset"], answer.headers["Upload-Length"] = str(offset), str(row.bytes)
    answer.headers["Upload-Expires"] = http_date(row.expires)
    return answer
