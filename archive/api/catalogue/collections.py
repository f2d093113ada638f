"""Collections: listed, made, described, moved, removed."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from archive import http
from archive.api import guard
from archive.api.catalogue import bodies, replies
from archive.api.catalogue.binding import Operation, operation
from archive.api.catalogue.collection_schemas import CollectionSchema, CollectionsQuery, CollectionsSchema
from archive.errors import Refused
from archive.models import Collection
from archive.services import arranging, collections, gating

blueprint = Blueprint("collections", __name__, url_prefix="/api/collections")

Values = dict[str, Any]  # Any: each has its own type.

_NO_COLUMNS = ("identifier", "parent")


@operation(blueprint, "", Operation("GET", query=CollectionsQuery(), gives=CollectionsSchema()))
def list_collections(session: Session, query: Values) -> Response:
    """List collections by their identifiers, or those right below one."""
    parent = None if query["parent"] is None else collections.find(session, query["parent"])
    found = collections.page(session, parent=parent, behind=query["cursor"], limit=query["limit"] + 1)
    shown = found[: query["limit"]]
    answer: Values = {"collections": [_told(one) for one in shown]}
    if len(found) > len(shown):
        answer["next"] = replies.next_page(shown[-1].identifier)
    return replies.linked(replies.document(answer), answer)


@operation(
    blueprint,
    "",
    Operation("POST", body=CollectionSchema(), gives=CollectionSchema(), status=HTTPStatus.CREATED),
)
def create_collection(session: Session, body: Values) -> Response:
    """Make a collection."""
    made = arranging.create(
        session, body.get("identifier"), _columns(body), parent=body.get("parent"), reader=guard.reader()
    )
    _judge(made)
    return replies.created(_told(made), http.uris().catalogue("collections", made.identifier))


@operation(blueprint, "/<identifier>", Operation("GET", gives=CollectionSchema()))
def show_collection(session: Session, identifier: str) -> Response:
    """Show a collection; its records are listed by /api/records?collection=."""
    return replies.document(_told(collections.find(session, identifier)))


@operation(blueprint, "/<identifier>", Operation("PUT", body=CollectionSchema(), gives=CollectionSchema()))
def replace_collection(session: Session, identifier: str, body: Values) -> Response:
    """Describe a collection anew, and move it where it is given another parent."""
    return _describe(session, _begin(session, identifier), body)


@operation(blueprint, "/<identifier>", Operation("PATCH", body=CollectionSchema(), gives=CollectionSchema()))
def change_collection(session: Session, identifier: str, body: Values) -> Response:
    """Change what a merge patch names, and leave the rest."""
    row = _begin(session, identifier)
    return _describe(session, row, bodies.patched(CollectionSchema(), _told(row), body))


@operation(blueprint, "/<identifier>", Operation("DELETE", status=HTTPStatus.NO_CONTENT))
def remove_collection(session: Session, identifier: str) -> Response:
    """Remove a collection in which nothing stands: it answers 410 from now on."""
    arranging.remove(session, _begin(session, identifier), guard.reader())
    return replies.done()


def _begin(session: Session, identifier: str) -> Collection:
    row = arranging.lock(session, identifier, guard.reader())
    replies.require_match(replies.tag_of(_told(row)))
    return row


def _describe(session: Session, row: Collection, body: Values) -> Response:
    if body.get("identifier", row.identifier) != row.identifier:
        raise Refused([("/identifier", f'is "{row.identifier}" and stays so: leave it out')])
    changed = arranging.describe(
        session, row, _columns(body), parent=body.get("parent"), reader=guard.reader()
    )
    row = collections.find(session, row.identifier)
    if changed:
        _judge(row)
    return replies.document(_told(row))


def _judge(row: Collection) -> None:
    with bodies.judged():
        gating.check_collection(collections.described(row), http.uris(), http.context().publisher)


def _told(row: Collection) -> Values:
    return dict(CollectionSchema().dump(row))


def _columns(body: Values) -> Values:
    return {name: value for name, value in body.items() if name not in _NO_COLUMNS}
