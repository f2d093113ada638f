"""Ingests: asked for, told of while they run and afterwards, stopped, forgotten."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response
from marshmallow import Schema
from sqlalchemy.orm import Session

from archive import http
from archive.api import guard
from archive.api.catalogue import replies
from archive.api.catalogue.binding import Operation, operation
from archive.api.catalogue.ingest_schemas import (
    IngestSchema,
    IngestsQuery,
    IngestsSchema,
    ListedIngestSchema,
    NewIngestSchema,
)
from archive.models import Job
from archive.services import ingests, uploads
from archive.services.ingests import Asked

blueprint = Blueprint("ingests", __name__, url_prefix="/api/ingests")

Values = dict[str, Any]  # Any: each has its own type.


@operation(blueprint, "", Operation("GET", query=IngestsQuery(), gives=IngestsSchema()))
def list_ingests(session: Session, query: Values) -> Response:
    """List the ingests that the token asked for, the newest first."""
    limit = query["limit"]
    found = ingests.listed(session, guard.reader(), behind=query["cursor"], limit=limit + 1)
    answer: dict[str, object] = {"ingests": [_told(one, ListedIngestSchema()) for one in found[:limit]]}
    if len(found) > limit:
        answer["next"] = replies.next_page(str(found[limit - 1].id))
    return replies.linked(replies.document(answer), answer)


@operation(
    blueprint,
    "",
    Operation(
        "POST",
        body=NewIngestSchema(),
        gives=IngestSchema(),
        status=HTTPStatus.ACCEPTED,
        refusals=(HTTPStatus.NOT_FOUND,),
    ),
)
def ask_for_ingest(session: Session, body: Values) -> Response:
    """Have a file that was sent, or what is at an address, taken in by the workers."""
    context, reader = http.context(), guard.reader()
    for name in (body["upload"], body["map"]):
        if name is not None:
            uploads.require_whole(context.store, row := uploads.find(session, name, reader))
            uploads.keep(session, row)
    job = ingests.ask(session, Asked(**body), reader)
    location = http.uris().catalogue("ingests", str(job.identifier))
    return replies.document(_told(job), status=HTTPStatus.ACCEPTED, location=location)


@operation(blueprint, "/<identifier>", Operation("GET", gives=IngestSchema()))
def show_ingest(session: Session, identifier: str) -> Response:
    """Show how far an ingest is, or its report."""
    return replies.document(_told(ingests.find(session, identifier, guard.reader())))


@operation(blueprint, "/<identifier>/stop", Operation("POST", gives=IngestSchema()))
def stop_ingest(session: Session, identifier: str) -> Response:
    """Stop an ingest: what was taken in stays, and the same source goes on from there."""
    job = ingests.find(session, identifier, guard.reader())
    ingests.stop(session, job)
    return replies.document(_told(job))


@operation(
    blueprint,
    "/<identifier>",
    Operation("DELETE", status=HTTPStatus.NO_CONTENT, conditional=False),
)
def forget_ingest(session: Session, identifier: str) -> Response:
    """Forget an ingest that has ended, with its report."""
    ingests.forget(session, ingests.find(session, identifier, guard.reader()))
    return replies.done()


def _told(job: Job, schema: Schema | None = None) -> Values:
    told: Values = (schema or IngestSchema()).dump(vars(job) | ingests.arguments(job))
    return told
