"""The ranges of records: read as a tree and set as one, made, changed, moved, removed."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from archive import http
from archive.api import guard
from archive.api.catalogue import bodies, parts, replies
from archive.api.catalogue.binding import Operation, operation
from archive.api.catalogue.part_schemas import RangeSchema, RangesQuery, RangesSchema
from archive.errors import Refused
from archive.models import Range, Record
from archive.services import gating, ranges, reading, records
from archive.services.pages import PATHS
from archive.services.views import PartView, RangeView, RecordView
from iiif.errors import InvalidDocument
from iiif.presentation import document, parsing
from iiif.presentation import range as drawing

blueprint = Blueprint("ranges", __name__, url_prefix="/api")

Values = dict[str, Any]  # Any: each has its own type.

_NEW_NAME = "~"
"""Begins the names of ranges until they are minted: no identifier begins so."""

_NEW = PATHS.range(_NEW_NAME)


@operation(
    blueprint, "/records/<identifier>/ranges", Operation("GET", query=RangesQuery(), gives=RangesSchema())
)
def list_ranges(session: Session, identifier: str, query: Values) -> Response:
    """Show the ranges of a record as a tree."""
    record = records.head(session, identifier, guard.reader())
    record.ranges = reading.outline(session, record)
    return replies.document(_tree(record, query["depth"]))


@operation(
    blueprint, "/records/<identifier>/ranges", Operation("PUT", body=RangesSchema(), gives=RangesSchema())
)
def replace_ranges(session: Session, identifier: str, body: Values) -> Response:
    """Let a record have these ranges and no others, in one revision."""
    record, before = parts.opened(session, identifier)
    told = _tree(before)
    replies.require_match(replies.tag_of(told))
    if body == told:
        return replies.document(told)
    ranges.replace(session, record, before, _taken(body, before))
    return replies.document(_tree(parts.close(session, record, before)))


@operation(
    blueprint,
    "/records/<identifier>/ranges",
    Operation("POST", body=RangeSchema(), gives=RangeSchema(), status=HTTPStatus.CREATED),
)
def create_range(session: Session, identifier: str, body: Values) -> Response:
    """Add a range to a record."""
    record, before = parts.opened(session, identifier)
    name = ranges.add(
        session,
        record,
        before,
        _described(body, _NEW_NAME, before),
        parent=body.get("parent"),
        position=body["position"],
    )
    after = parts.close(session, record, before)
    return replies.created(_told(after, name), http.uris().catalogue("ranges", name))


@operation(blueprint, "/ranges/<identifier>", Operation("GET", gives=RangeSchema()))
def show_range(session: Session, identifier: str) -> Response:
    """Show a range, with those right below it by reference."""
    record, _ = records.range_(session, identifier, guard.reader())
    return replies.document(_told(record, identifier))


@operation(blueprint, "/ranges/<identifier>", Operation("PUT", body=RangeSchema(), gives=RangeSchema()))
def replace_range(session: Session, identifier: str, body: Values) -> Response:
    """Describe a range anew, and move it where it is given another parent or position."""
    record, before, told = _begin(session, identifier)
    return _describe(session, record, before, told, {"parent": told["parent"]} | body)


@operation(blueprint, "/ranges/<identifier>", Operation("PATCH", body=RangeSchema(), gives=RangeSchema()))
def change_range(session: Session, identifier: str, body: Values) -> Response:
    """Change what a merge patch names, and leave the rest."""
    record, before, told = _begin(session, identifier)
    if body.get("parent", told["parent"]) != told["parent"]:
        # Its place among others says nothing of where it goes.
        body = {"position": None} | body
    values = {"parent": None} | bodies.patched(RangeSchema(), told, body)
    return _describe(session, record, before, told, values)


@operation(blueprint, "/ranges/<identifier>", Operation("DELETE", status=HTTPStatus.NO_CONTENT))
def remove_range(session: Session, identifier: str) -> Response:
    """Take a range from its record, with those below it."""
    record, before, _ = _begin(session, identifier)
    ranges.remove(session, identifier)
    parts.close(session, record, before)
    return replies.done()


def _begin(session: Session, identifier: str) -> tuple[Record, RecordView, Values]:
    record, before = parts.begin(session, Range, identifier)
    told = _told(before, identifier)
    replies.require_match(replies.tag_of(told))
    return record, before, told


def _describe(session: Session, record: Record, before: RecordView, told: Values, values: Values) -> Response:
    name = told["identifier"]
    ranges.describe(
        session,
        record,
        before,
        _described(values, name, before),
        identifier=name,
        parent=values["parent"],
        position=values["position"],
    )
    return replies.document(_told(parts.close(session, record, before), name))


def _told(record: RecordView, identifier: str) -> Values:
    place = ranges.places(record)[identifier]
    uris = http.uris()
    said = {
        "identifier": identifier,
        "label": place.view.label,
        "properties": place.view.properties,
        "items": [_item(one, 0) for one in ranges.members(place.view)],
        "parent": place.parent,
        "position": place.position,
        "record": record.identifier,
        "range": uris.range(identifier),
    }
    return dict(RangeSchema().dump(said))


def _tree(record: RecordView, depth: int | None = None) -> Values:
    return {"ranges": [_item(one, depth) for one in record.ranges]}


def _item(one: PartView | RangeView, depth: int | None) -> document.Resource:
    """What stands in a range: of ranges ``depth`` levels whole, or all, and the next by reference."""
    uris = http.uris()
    if isinstance(one, PartView):
        return drawing.part(one, uris)
    drawn = document.reference(uris.range(one.identifier), "Range")
    if depth == 0:
        return drawn
    if one.label:
        drawn["label"] = one.label
    drawn |= document.located(one.properties, uris.base)
    below = None if depth is None else depth - 1
    return drawn | {"items": [_item(member, below) for member in ranges.members(one)]}


def _described(values: Values, name: str, record: RecordView) -> parsing.Range:
    """A range as it is to be, once it has passed the gate."""
    for number, item in enumerate(values["items"]):
        if _is_range(item) and "items" in item:
            remedy = "a range stands by reference here: leave its items out, or set the whole tree"
            raise Refused([(f"/items/{number}/items", remedy)])
    sent = {"id": PATHS.range(name), "type": "Range", **values["properties"], "items": values["items"]}
    if values["label"]:
        sent["label"] = values["label"]
    stored: Values = document.stored(sent, {}, http.uris().base)
    with bodies.judged():
        gating.check_range(stored, record, http.uris())
    return parsing.range_(stored)


def _taken(body: Values, record: RecordView) -> list[parsing.Range]:
    """The ranges of a record as they are to be, once they have passed the gate."""
    tree = _named(body["ranges"], record)
    try:
        gating.check_ranges(tree, record, http.uris())
    except InvalidDocument as error:
        faults = bodies.refused(error).faults
        raise Refused(
            [(path.replace("/structures", "/ranges", 1), fault) for path, fault in faults]
        ) from error
    return [parsing.range_(one) for one in tree]


def _named(sent: list[Any], record: RecordView) -> list[Any]:  # Any: values of JSON.
    """A tree as it was sent, its references to us as paths, with an id for each range that has none.

    Raises ``Refused`` for what is no range, an id of ours that is not the record's, a range without items.
    """
    tree: list[Any] = document.stored(sent, {}, http.uris().base)
    if strange := [number for number, one in enumerate(tree) if not _is_range(one)]:
        raise Refused([(f"/ranges/{number}", "must be an object of type Range") for number in strange])
    known = {PATHS.range(name) for name in ranges.places(record)}
    waiting = [(one, f"/ranges/{number}") for number, one in enumerate(tree)]
    made = 0
    while waiting:
        one, path = waiting.pop()
        if not _is_range(one):
            continue
        made += 1
        name = one.setdefault("id", f"{_NEW}{made}")
        ours = isinstance(name, str) and name.startswith(PATHS.range("")) and not name.startswith(_NEW)
        if ours and name not in known:
            raise Refused([(f"{path}/id", "is no range of this record: leave it out for a new one")])
        if "items" not in one:
            raise Refused([(f"{path}/items", "is missing: add it, [] where nothing stands in it yet")])
        if isinstance(one["items"], list):
            waiting += [(item, f"{path}/items/{number}") for number, item in enumerate(one["items"])]
    return tree


def _is_range(one: object) -> bool:
    return isinstance(one, dict) and one.get("type") == "Range"
