"""The text of a canvas: told, given in any form that ingest reads, taken away."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import UnsupportedMediaType

from archive import http
from archive.api import guard
from archive.api.catalogue import replies
from archive.api.catalogue.binding import Operation, operation
from archive.api.catalogue.text_schemas import TextHeaders, TextSchema
from archive.errors import Conflict, NotFound, Outdated, TooLarge
from archive.ingest.texts import elements, sent
from archive.services import records, texts
from search import packing

blueprint = Blueprint("canvas_texts", __name__, url_prefix="/api/canvases")

Values = dict[str, Any]  # Any: each has its own type.

_CONDITIONS = (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED)


@operation(blueprint, "/<identifier>/text", Operation("GET", gives=TextSchema()))
def show_text(session: Session, identifier: str) -> Response:
    """Show the text of a canvas, and who made it."""
    records.canvas(session, identifier, guard.reader())
    return replies.document(_require(session, identifier))


@operation(
    blueprint,
    "/<identifier>/text",
    Operation(
        "PUT",
        body=sent.MEDIA_TYPES,
        headers=TextHeaders(),
        gives=TextSchema(),
        refusals=_CONDITIONS,
        opened=False,
        conditional=False,
        creates=True,
    ),
)
def put_text(identifier: str, headers: Values) -> Response:
    """Give a canvas its text: ALTO, PAGE XML, hOCR, plain text; captions where it has a duration."""
    content, reader, sessions = _body(), guard.reader(), http.context().sessions
    with sessions.begin() as session:
        texts.lock(session, identifier, reader)
        _, seen = records.canvas(session, identifier, reader)
    # Nobody else can write while a transaction is open, and to read a text takes its time.
    text, taken = sent.read(content, request.mimetype, canvas=seen, language=headers["language"])
    with sessions.begin() as session:
        _, row = texts.lock(session, identifier, reader)
        if (row.width, row.height) != (seen.width, seen.height):
            raise Conflict(f'canvas "{identifier}" was given another size meanwhile: send its text again')
        known = _told(session, identifier)
        _require_condition(known)
        texts.put(session, identifier, text, reader=reader)
        told = _require(session, identifier)
    answer = replies.document({**told, "remarks": list(taken.warnings)}, tag=replies.tag_of(told))
    answer.status_code = HTTPStatus.OK if known else HTTPStatus.CREATED
    return answer


@operation(blueprint, "/<identifier>/text", Operation("DELETE", status=HTTPStatus.NO_CONTENT))
def remove_text(session: Session, identifier: str) -> Response:
    """Take the text of a canvas away."""
    texts.lock(session, identifier, guard.reader())
    replies.require_match(replies.tag_of(_require(session, identifier)))
    texts.remove(session, identifier, reader=guard.reader())
    return replies.done()


def _body() -> bytes:
    """The bytes that were sent. Raises ``UnsupportedMediaType``, ``TooLarge``."""
    if request.mimetype not in sent.MEDIA_TYPES:
        raise UnsupportedMediaType(
            f"the body must be {' or '.join(sent.MEDIA_TYPES)}: say so in Content-Type"
        )
    content = b""
    if (request.content_length or 0) <= elements.LARGEST:
        content = request.stream.read(elements.LARGEST + 1)
        if len(content) <= elements.LARGEST:
            return content
    raise TooLarge(f"the text has more than {elements.LARGEST >> 20} MB: divide it by pages")


def _require_condition(known: Values | None) -> None:
    """Let nobody replace a text unseen, nor one that is to be the first. Source: RFC 9110 §13.1."""
    if known is None:
        if "If-Match" in request.headers:
            raise Outdated("the canvas has no text any more: send yours without If-Match, if it is wanted")
    elif request.headers.get("If-None-Match", "").strip() == "*":
        raise Outdated("the canvas has a text already: see it, and send If-Match with its ETag")
    else:
        replies.require_match(replies.tag_of(known))


def _require(session: Session, identifier: str) -> Values:
    if told := _told(session, identifier):
        return told
    raise NotFound(f'canvas "{identifier}" has no text: PUT one')


def _told(session: Session, identifier: str) -> Values | None:
    row = texts.row_of(session, identifier)
    if row is None:
        return None
    direction = packing.unpack(row.boxes, row.text, row.language).direction
    told: Values = TextSchema().dump({**vars(row), "canvas": identifier, "direction": direction})
    return told
