"""Presentation 3.0: manifests, collections, and their parts."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from archive import db, http
from archive.errors import NotFound
from archive.models import Canvas, Range, Record
from archive.services import collections, records
from iiif.presentation import annotation, canvas, collection, manifest, negotiation
from iiif.presentation import range as ranges
from iiif.presentation.document import Resource
from iiif.uris import Uris

_Part = TypeVar("_Part", Canvas, Range)

blueprint = Blueprint("presentation", __name__, url_prefix="/iiif")


@blueprint.get("/manifest/<path:identifier>")
def show_manifest(identifier: str) -> Response:
    """The manifest of a record; a name that it had before, or that no URL can show, redirects."""
    context = http.context()
    with context.sessions() as session:
        if current := records.renamed(session, identifier):
            return http.redirect(http.uris().manifest(current), HTTPStatus.MOVED_PERMANENTLY)
        revision = records.revision(session, identifier)
        return _answer(
            ("manifest", identifier, revision),
            lambda: manifest.manifest(records.find(session, identifier), http.uris(), context.publisher),
        )


@blueprint.get("/collection/<identifier>")
def show_collection(identifier: str) -> Response:
    """A collection with its collections and records."""
    context = http.context()
    with context.sessions() as session:
        revision = collections.revision(session, identifier)
        return _answer(
            # An embargo ends with a day, and no edit tells of it.
            ("collection", identifier, revision, db.now().date()),
            lambda: collection.collection(
                collections.listing(session, identifier), http.uris(), context.publisher
            ),
        )


@blueprint.get("/canvas/<identifier>")
def show_canvas(identifier: str) -> Response:
    """A canvas on its own."""
    return _part(
        records.canvas,
        identifier,
        lambda record, view, uris: canvas.canvas_document(view, record, uris, http.context().publisher),
    )


@blueprint.get("/annotations/<identifier>/painting")
def show_painting_page(identifier: str) -> Response:
    """The annotation page of what is painted on a canvas."""
    return _part(
        records.canvas,
        identifier,
        lambda _, view, uris: annotation.page_document(view, uris, http.context().publisher.limits),
    )


@blueprint.get("/annotation/<identifier>")
def show_annotation(identifier: str) -> Response:
    """The annotation that paints a canvas."""
    return _part(records.canvas, identifier, _draw_painting)


@blueprint.get("/range/<identifier>")
def show_range(identifier: str) -> Response:
    """A range on its own; a record's table of contents bears the record's identifier and a mark."""
    if identifier.endswith(ranges.CONTENTS):
        return _contents(identifier.removesuffix(ranges.CONTENTS))
    return _part(
        records.range_, identifier, lambda record, chapter, uris: ranges.range_document(chapter, record, uris)
    )


def _contents(identifier: str) -> Response:
    with http.context().sessions() as session:
        record = records.find(session, identifier)
        if not record.ranges:
            raise NotFound(f'record "{identifier}" has no table of contents: see its manifest')
        return _answer(
            ("contents", identifier, record.revision), lambda: ranges.contents_document(record, http.uris())
        )


def _draw_painting(_: Record, view: Canvas, uris: Uris) -> Resource:
    if view.asset is None:
        raise NotFound(f'canvas "{view.identifier}" has nothing painted on it: see its manifest')
    return annotation.painting_document(view, view.asset, uris, http.context().publisher.limits)


def _part(
    find: Callable[[Session, str], tuple[Record, _Part]],
    identifier: str,
    draw: Callable[[Record, _Part, Uris], Resource],
) -> Response:
    with http.context().sessions() as session:
        record, part = find(session, identifier)
        return _answer(
            (draw.__qualname__, identifier, record.revision), lambda: draw(record, part, http.uris())
        )


def _answer(version: tuple[object, ...], draw: Callable[[], Resource]) -> Response:
    """The document in the form the client asks for; 304 by its version before it is drawn."""
    media_type = negotiation.choose(request.headers.get("Accept"), (3,)).media_type
    tag = http.etag(*version, media_type)
    response = http.unchanged(tag) or http.json_response(draw(), tag=tag, media_type=media_type)
    response.vary.add("Accept")
    return response
