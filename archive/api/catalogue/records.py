"""Records: listed, read as they are or were, made, described, withdrawn."""

import dataclasses
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from archive import http
from archive.api import guard
from archive.api.catalogue import bodies, parts, replies
from archive.api.catalogue.binding import Operation, operation
from archive.api.catalogue.schemas import (
    RecordBatchSchema,
    RecordQuery,
    RecordSchema,
    RecordsQuery,
    RecordsSchema,
    RevisionSchema,
    RevisionsSchema,
)
from archive.errors import Refused
from archive.models import Record
from archive.services import curating, editing, gating, history, listing, reading, records
from archive.services.views import RecordView

blueprint = Blueprint("records", __name__, url_prefix="/api/records")

_SHELVED = ("collections", "order", "identifier")
"""What a body says of a record that is no column of it."""


@operation(blueprint, "", Operation("GET", query=RecordsQuery(), gives=RecordsSchema()))
def list_records(session: Session, query: dict[str, Any]) -> Response:  # Any: each has its own type.
    """List records."""
    names = {one.name for one in dataclasses.fields(listing.Asked)}
    asked = listing.Asked(words=query["q"], **{name: query[name] for name in names - {"words"}})
    reader = guard.reader()
    schema = _schema(query["fields_"], without=("images",))
    page = listing.page(session, asked, reader, cursor=query["cursor"], limit=query["limit"])
    answer: dict[str, object] = {"records": schema.dump(page.records, many=True)}
    if page.cursor:
        answer["next"] = replies.next_page(page.cursor)
    if query["total"]:
        answer["total"] = listing.count(session, asked, reader)
    return replies.linked(replies.document(answer), answer)


@operation(
    blueprint,
    "",
    Operation("POST", body=RecordSchema(), gives=RecordSchema(), status=HTTPStatus.CREATED),
)
def create_record(session: Session, body: dict[str, Any]) -> Response:  # Any: each has its own type.
    """Make a record."""
    view = _made(session, body)
    return replies.created(
        RecordSchema().dump(view), http.uris().record_json(view.identifier), tag=tag_of(view)
    )


@operation(
    blueprint,
    "/batch",
    Operation("POST", body=RecordBatchSchema(), gives=RecordBatchSchema(), status=HTTPStatus.CREATED),
)
def create_records(session: Session, body: dict[str, Any]) -> Response:  # Any: each has its own type.
    """Make several records: all of them, or none."""
    views = []
    for number, one in enumerate(body["records"]):
        with bodies.within(f"/records/{number}"):
            views.append(_made(session, one))
    told = {"records": RecordSchema().dump(views, many=True)}
    return replies.created(told, http.uris().catalogue("records"))


@operation(blueprint, "/<identifier>", Operation("GET", query=RecordQuery(), gives=RecordSchema()))
def show_record(session: Session, identifier: str, query: dict[str, Any]) -> Response:  # Any: as above.
    """Show a record as it is, or as it was at a revision."""
    reader = guard.reader()
    head = records.head(session, identifier, reader)
    number, only = query["revision"], query["fields_"]
    schema = _schema(only)
    tag = tag_of(head, number, only)
    if known := http.unchanged(tag):
        return known
    whole = reading.fill(session, head) if number is None else history.at(session, head, number, reader)
    return replies.document(schema.dump(whole), tag=tag)


@operation(blueprint, "/<identifier>", Operation("PUT", body=RecordSchema(), gives=RecordSchema()))
def replace_record(session: Session, identifier: str, body: dict[str, Any]) -> Response:  # Any: as above.
    """Describe a record anew: what the body does not say, the record says no more."""
    record, before = _begin(session, identifier)
    return _describe(session, record, before, body)


@operation(blueprint, "/<identifier>", Operation("PATCH", body=RecordSchema(), gives=RecordSchema()))
def change_record(session: Session, identifier: str, body: dict[str, Any]) -> Response:  # Any: as above.
    """Change what a merge patch names, and leave the rest."""
    record, before = _begin(session, identifier)
    schema = RecordSchema()
    return _describe(session, record, before, bodies.patched(schema, schema.dump(before), body))


@operation(blueprint, "/<identifier>", Operation("DELETE", status=HTTPStatus.NO_CONTENT))
def withdraw_record(session: Session, identifier: str) -> Response:
    """Withdraw a record: it answers 410 from now on, and its identifier is never given again."""
    _begin(session, identifier)
    records.withdraw(session, identifier)
    return replies.done()


@operation(blueprint, "/<identifier>/revisions", Operation("GET", gives=RevisionsSchema()))
def list_revisions(session: Session, identifier: str) -> Response:
    """List the states that a record has had; each is seen by whom it could be seen by then."""
    head = records.head(session, identifier, guard.reader())
    address = http.uris().record_json(identifier)
    told = [
        {"number": number, "modified": modified, "record": f"{address}?revision={number}"}
        for number, modified in history.numbers(session, head)
    ]
    return replies.document({"revisions": RevisionSchema(many=True).dump(told)})


def tag_of(record: RecordView, number: int | None = None, only: str | None = None) -> str:
    """The tag of a record's JSON, at a revision that it has or had, with only some of its members."""
    whole = ("record", record.identifier, number or record.revision)
    return http.etag(*whole, only) if only else http.etag(*whole)


def _made(session: Session, body: Mapping[str, Any]) -> RecordView:  # Any: as above.
    """A record that is made, and has passed the gate."""
    shelves = curating.shelves_for(session, body["collections"], guard.reader())
    record = curating.create(
        session, body.get("identifier"), _columns(body), shelves=shelves, position=body["order"]
    )
    session.flush()
    view = records.load(session, record)
    _judge(view)
    return view


def _begin(session: Session, identifier: str) -> tuple[Record, RecordView]:
    """The record, locked, and as it is before the edit, which the client has seen."""
    record, before = parts.opened(session, identifier)
    replies.require_match(tag_of(before))
    return record, before


def _describe(
    session: Session,
    record: Record,
    before: RecordView,
    body: Mapping[str, Any],  # Any: as above.
) -> Response:
    if body.get("identifier", record.identifier) != record.identifier:
        raise Refused([("/identifier", f'is "{record.identifier}" and stays so: leave it out')])
    kept = [one.collection for one in record.memberships]
    shelves = curating.shelves_for(session, body["collections"], guard.reader(), kept=kept)
    curating.describe(session, record, _columns(body), shelves=shelves, position=body["order"])
    after = editing.close(session, record, before)
    if after is not None:
        _judge(after)
    return replies.document(RecordSchema().dump(after or before), tag=tag_of(after or before))


def _judge(record: RecordView) -> None:
    with bodies.judged():
        gating.check_record(record, http.uris(), http.context().publisher)


def _columns(body: Mapping[str, Any]) -> dict[str, Any]:  # Any: as above.
    return {name: value for name, value in body.items() if name not in _SHELVED}


def _schema(only: str | None, without: tuple[str, ...] = ()) -> RecordSchema:
    """The schema with the members named in ``only``, or all but ``without``."""
    if only is None:
        return RecordSchema(exclude=without)
    names = {field.data_key: name for name, field in RecordSchema(exclude=without).fields.items()}
    wanted = [name.strip() for name in only.split(",")]
    if unknown := [name for name in wanted if name not in names]:
        raise Refused([("/fields", f'"{name}" is no member of a record: see /api/docs') for name in unknown])
    return RecordSchema(only=["identifier", *(names[name] for name in wanted)])
