"""Annotations written by other programs. Spec: Web Annotation Protocol.

An annotation is read, replaced and deleted at its ``id``, which it has in Presentation documents too.
"""

import re
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request
from marshmallow import INCLUDE, Schema, fields, validate
from sqlalchemy.orm import Session

from archive import http
from archive.api import guard, presentation
from archive.api.catalogue import bodies, replies
from archive.api.catalogue.binding import Operation, operation
from archive.errors import NotFound, Refused
from archive.services import annotations, records
from archive.services.annotations import Holder, Opened
from archive.services.views import AnnotationView, RecordView
from iiif.presentation import annotation, container, negotiation, received
from iiif.presentation.container import Listing
from iiif.presentation.document import Resource

blueprint = Blueprint("annotations", __name__, url_prefix="/iiif/annotation")

Values = dict[str, Any]  # Any: values of JSON.

LONGEST = 2**20
"""Bytes of an annotation."""

_LDP = "http://www.w3.org/ns/ldp#"
_CONTAINER = (
    f'<{_LDP}BasicContainer>; rel="type"',
    f'<http://www.w3.org/TR/annotation-protocol/>; rel="{_LDP}constrainedBy"',
)
_ANNOTATION = (f'<{_LDP}Resource>; rel="type"', '<http://www.w3.org/ns/oa#Annotation>; rel="type"')
_PREFERENCES = re.compile(r'include\s*=\s*"([^"]*)"')


class AnnotationSchema(Schema):
    """An annotation in the form of the W3C, or in that of Presentation 3.0."""

    class Meta:
        """It may say more than is named here."""

        unknown = INCLUDE

    id = fields.Raw(metadata={"type": "string", "format": "uri"})
    type = fields.Raw(metadata={"const": "Annotation"})
    motivation = fields.Raw(metadata={"example": "commenting"})
    body = fields.Raw(metadata={"example": {"type": "TextualBody", "value": "A seal.", "language": "en"}})
    target = fields.Raw(metadata={"description": "The canvas of the container, or a part of it."})


class ContainerQuery(Schema):
    """How the annotations of a container are given."""

    iris = fields.String(
        validate=validate.OneOf(["0", "1"]),
        load_default=None,
        metadata={"description": "1 for their IRIs alone; without it, as Prefer has it."},
    )
    page = fields.Integer(
        validate=validate.Range(0, 2**31 - 1), load_default=None, metadata={"description": "From 0."}
    )


class PreferenceSchema(Schema):
    """What of a container is wished for."""

    wish = fields.String(data_key="Prefer", load_default="")


class SlugSchema(Schema):
    """What an annotation is to be called."""

    slug = fields.String(data_key="Slug", load_default=None)


class ContainerSchema(Schema):
    """A container of annotations, or a page of it."""

    id = fields.String(required=True, metadata={"format": "uri"})
    type = fields.Raw(required=True)
    total = fields.Integer()
    items = fields.List(fields.Raw())


@operation(
    blueprint,
    "/<identifier>/",
    Operation(
        "GET",
        query=ContainerQuery(),
        headers=PreferenceSchema(),
        gives=ContainerSchema(),
        form=http.LINKED_JSON,
    ),
)
def show_container(session: Session, identifier: str, query: Values, headers: Values) -> Response:
    """List the annotations of a canvas, or of a record as a whole, a page at a time."""
    holder = annotations.holder(session, identifier, guard.reader())
    found = annotations.contents(session, holder)
    wished = _preferences(headers["wish"])
    names_only = query["iris"] == "1" if query["iris"] else "PreferContainedIRIs" in wished
    is_minimal = "PreferMinimalContainer" in wished
    listing = Listing(
        http.uris().container(identifier), _label(holder), found.total, found.modified, names_only
    )
    number = query["page"]
    tag = http.etag("container", identifier, found.state, names_only, is_minimal, number)
    if (known := http.unchanged(tag)) is not None:
        return known
    if number is None:
        first = None if is_minimal else _items(session, holder, listing, 0)
        answer = _linked(container.collection(listing, first), tag)
        answer.headers["Content-Location"] = listing.uri
        return answer
    if number > listing.last:
        raise NotFound(f"page {number} is not there: the last one is {listing.last}")
    return _linked(container.page(listing, number, _items(session, holder, listing, number)), tag)


@operation(
    blueprint,
    "/<identifier>/",
    Operation(
        "POST",
        body=AnnotationSchema(),
        gives=AnnotationSchema(),
        status=HTTPStatus.CREATED,
        form=http.LINKED_JSON,
        longest=LONGEST,
        headers=SlugSchema(),
    ),
)
def create_annotation(session: Session, identifier: str, body: Values, headers: Values) -> Response:
    """Write an annotation into the container of a canvas, or of a record as a whole."""
    said = _read(body)
    holder, view = annotations.create(session, identifier, said, slug=headers["slug"], reader=guard.reader())
    drawn = _drawn(holder.record, view, http.uris().base + holder.path)
    answer = _linked(drawn, replies.tag_of(drawn))
    answer.status_code = HTTPStatus.CREATED
    answer.location = http.uris().annotation(view.identifier)
    return answer


@operation(
    blueprint,
    presentation.ANNOTATION_RULES[0],
    Operation("GET", gives=AnnotationSchema(), form=http.LINKED_JSON, opened=False),
    *presentation.ANNOTATION_RULES[1:],
)
def show_annotation(identifier: str, name: str | None = None) -> Response:
    """Show an annotation, in the form of the W3C for whoever asks for its profile, or of Presentation."""
    identifier = _joined(identifier, name)
    if negotiation.prefers(request.headers.get("Accept"), received.WEB_CONTEXT):
        with http.context().sessions() as session:
            record, view, found = records.annotation_of(session, identifier, guard.reader())
            if found is not None:
                drawn = _drawn(record, found, presentation.target_of(record, view))
                tag = replies.tag_of(drawn)
                return http.unchanged(tag) or _linked(drawn, tag)
    return presentation.show_annotation(identifier)


@operation(
    blueprint,
    presentation.ANNOTATION_RULES[0],
    Operation(
        "PUT", body=AnnotationSchema(), gives=AnnotationSchema(), form=http.LINKED_JSON, longest=LONGEST
    ),
    *presentation.ANNOTATION_RULES[1:],
)
def replace_annotation(session: Session, identifier: str, body: Values, name: str | None = None) -> Response:
    """Let an annotation say something else."""
    identifier = _joined(identifier, name)
    opened, drawn = _begin(session, identifier)
    said = _read(body)
    if said.id not in {None, drawn["id"]}:
        raise Refused([("/id", f'is "{drawn["id"]}" and stays so: leave it out')])
    known = received.annotation(drawn, http.uris().base)
    record, view = annotations.replace(session, opened, said, known)
    after = _drawn(record, view, presentation.target_of(record, opened.canvas))
    return _linked(after, replies.tag_of(after))


@operation(
    blueprint,
    presentation.ANNOTATION_RULES[0],
    Operation("DELETE", status=HTTPStatus.NO_CONTENT),
    *presentation.ANNOTATION_RULES[1:],
)
def remove_annotation(session: Session, identifier: str, name: str | None = None) -> Response:
    """Take an annotation away."""
    opened, _ = _begin(session, _joined(identifier, name))
    annotations.remove(session, opened)
    return replies.done()


@blueprint.after_request
def tell(answer: Response) -> Response:
    """Say what the resource is, and what can be done with it. Spec: Annotation Protocol §3, §4.1."""
    is_container = request.url_rule is not None and request.url_rule.rule.endswith("/")
    for link in _CONTAINER if is_container else _ANNOTATION:
        answer.headers.add("Link", link)
    answer.vary.add("Accept")
    if is_container:
        answer.vary.add("Prefer")
        answer.headers["Accept-Post"] = container.MEDIA_TYPE
    answer.headers["Allow"] = f"GET, HEAD, OPTIONS, {'POST' if is_container else 'PUT, DELETE'}"
    return answer


def _preferences(wish: str) -> set[str]:
    """The words of ``Prefer``, without what they begin with. Spec: Annotation Protocol §4.2.1."""
    found = _PREFERENCES.search(wish)
    return {word.rpartition("#")[2] for word in found[1].split()} if found else set()


def _label(holder: Holder) -> str:
    texts = (text for texts in holder.record.label.values() for text in texts)
    return next(texts, holder.record.identifier)


def _items(session: Session, holder: Holder, listing: Listing, number: int) -> list[object]:
    uris, limits = http.uris(), http.context().publisher.limits
    part = {"offset": number * listing.size, "limit": listing.size}
    if listing.names_only:
        return [uris.annotation(name) for name in annotations.names(session, holder, **part)]
    found = annotations.descriptions(session, holder, **part)
    target = uris.base + holder.path
    return [annotation.annotation(one, target, holder.record.assets, uris, limits) for one in found]


def _read(body: Values) -> Any:
    base = http.uris().base
    with bodies.judged():
        received.check(body, base)
    return received.annotation(body, base)


def _begin(session: Session, identifier: str) -> tuple[Opened, Resource]:
    """The annotation, its record locked, and what it says, which the client has seen in some form."""
    opened = annotations.open_(session, identifier, guard.reader())
    drawn = _drawn(opened.head, opened.view, presentation.target_of(opened.head, opened.canvas))
    replies.require_match(replies.tag_of(drawn), *presentation.annotation_tags(opened.head, opened.view))
    return opened, drawn


def _drawn(record: RecordView, view: AnnotationView, target: str) -> Resource:
    limits = http.context().publisher.limits
    return container.web_annotation(view, target, record.assets, http.uris(), limits)


def _linked(document: Resource, tag: str) -> Response:
    media_type = http.json_media_type(received.WEB_CONTEXT)
    return http.json_response(document, tag=tag, media_type=media_type)


def _joined(identifier: str, name: str | None) -> str:
    """The identifier of an annotation; one that was written into a container is named below its holder."""
    return identifier if name is None else f"{identifier}/{name}"
