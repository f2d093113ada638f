"""The canvases of records: listed, made, changed, moved, removed."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import http
from archive.api import guard
from archive.api.catalogue import bodies, parts, replies
from archive.api.catalogue.binding import Operation, operation
from archive.api.catalogue.part_schemas import CanvasBatchSchema, CanvasesQuery, CanvasesSchema, CanvasSchema
from archive.models import Canvas, Record
from archive.services import canvases, gating, reading, records
from archive.services.views import CanvasView, RecordView

blueprint = Blueprint("canvases", __name__, url_prefix="/api")

Values = dict[str, Any]  # Any: each has its own type.

_NO_COLUMNS = ("asset", "position")


@operation(
    blueprint,
    "/records/<identifier>/canvases",
    Operation("GET", query=CanvasesQuery(), gives=CanvasesSchema()),
)
def list_canvases(session: Session, identifier: str, query: Values) -> Response:
    """List the canvases of a record in their order."""
    head = records.head(session, identifier, guard.reader())
    found = reading.canvases_behind(session, head, query["cursor"], limit=query["limit"] + 1)
    shown = found[: query["limit"]]
    answer: dict[str, object] = {"canvases": [_told(head, one) for one in shown]}
    if len(found) > len(shown):
        answer["next"] = replies.next_page(str(shown[-1].position))
    return replies.linked(replies.document(answer), answer)


@operation(
    blueprint,
    "/records/<identifier>/canvases",
    Operation("POST", body=CanvasSchema(), gives=CanvasSchema(), status=HTTPStatus.CREATED),
)
def create_canvas(session: Session, identifier: str, body: Values) -> Response:
    """Add a canvas to a record, in place of the one without content that a record begins with."""
    record, before = parts.opened(session, identifier)
    row = canvases.add(session, record, _columns(body), asset=body["asset"], position=body["position"])
    after, view = _closed(session, record, before, row.identifier)
    return replies.created(_told(after, view), http.uris().catalogue("canvases", view.identifier))


@operation(
    blueprint,
    "/records/<identifier>/canvases/batch",
    Operation("POST", body=CanvasBatchSchema(), gives=CanvasBatchSchema(), status=HTTPStatus.CREATED),
)
def create_canvases(session: Session, identifier: str, body: Values) -> Response:
    """Add several canvases to a record, one after the other: all of them in one revision, or none."""
    record, before = parts.opened(session, identifier)
    names = []
    for number, one in enumerate(body["canvases"]):
        with bodies.within(f"/canvases/{number}"):
            row = canvases.add(session, record, _columns(one), asset=one["asset"], position=one["position"])
        names.append(row.identifier)
    after = parts.close(session, record, before)
    views = {view.identifier: view for view in after.canvases}
    for number, name in enumerate(names):
        with bodies.within(f"/canvases/{number}"):
            _judge(views[name], after)
    told = {"canvases": [_told(after, views[name]) for name in names]}
    return replies.created(told, http.uris().catalogue("records", identifier, "canvases"))


@operation(blueprint, "/canvases/<identifier>", Operation("GET", gives=CanvasSchema()))
def show_canvas(session: Session, identifier: str) -> Response:
    """Show a canvas."""
    record, view = records.canvas(session, identifier, guard.reader())
    return replies.document(_told(record, view))


@operation(blueprint, "/canvases/<identifier>", Operation("PUT", body=CanvasSchema(), gives=CanvasSchema()))
def replace_canvas(session: Session, identifier: str, body: Values) -> Response:
    """Describe a canvas anew, and move it where it is given another position."""
    record, before, _ = _begin(session, identifier)
    return _describe(session, record, before, identifier, body)


@operation(blueprint, "/canvases/<identifier>", Operation("PATCH", body=CanvasSchema(), gives=CanvasSchema()))
def change_canvas(session: Session, identifier: str, body: Values) -> Response:
    """Change what a merge patch names, and leave the rest."""
    record, before, told = _begin(session, identifier)
    if "asset" in body:
        # Another picture has its own size, unless that is said too.
        body = {"width": None, "height": None, "duration": None} | body
    return _describe(session, record, before, identifier, bodies.patched(CanvasSchema(), told, body))


@operation(blueprint, "/canvases/<identifier>", Operation("DELETE", status=HTTPStatus.NO_CONTENT))
def remove_canvas(session: Session, identifier: str) -> Response:
    """Take a canvas from its record, with all that is said of it."""
    record, before, _ = _begin(session, identifier)
    canvases.remove(session, record, _row(session, identifier))
    parts.close(session, record, before, whole=True)
    return replies.done()


def _begin(session: Session, identifier: str) -> tuple[Record, RecordView, Values]:
    record, before = parts.begin(session, Canvas, identifier)
    told = _told(before, _view(before, identifier))
    replies.require_match(replies.tag_of(told))
    return record, before, told


def _describe(
    session: Session, record: Record, before: RecordView, identifier: str, body: Values
) -> Response:
    canvases.describe(
        session,
        record,
        _row(session, identifier),
        _columns(body),
        asset=body["asset"],
        position=body["position"],
    )
    after, view = _closed(session, record, before, identifier)
    return replies.document(_told(after, view))


def _closed(
    session: Session, record: Record, before: RecordView, identifier: str
) -> tuple[RecordView, CanvasView]:
    after = parts.close(session, record, before)
    view = _view(after, identifier)
    if after is not before:
        _judge(view, after)
    return after, view


def _judge(view: CanvasView, record: RecordView) -> None:
    with bodies.judged():
        gating.check_canvas(view, record, http.uris(), http.context().publisher)


def _row(session: Session, identifier: str) -> Canvas:
    return session.scalars(select(Canvas).where(Canvas.identifier == identifier)).one()


def _view(record: RecordView, identifier: str) -> CanvasView:
    return next(one for one in record.all_canvases() if one.identifier == identifier)


def _told(record: RecordView, view: CanvasView) -> Values:
    return {**CanvasSchema().dump(view), "record": record.identifier}


def _columns(body: Values) -> Values:
    return {name: value for name, value in body.items() if name not in _NO_COLUMNS}
