"""Presentation 3.0 and 2.1: manifests, collections, and their parts.

Every view stands at two addresses: at one the client's ``Accept`` chooses the version, the other pins it.
All of them draw 3.0; 2.1 is made of what they have drawn.
"""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Flask, request
from werkzeug.wrappers import Response

from archive import db, http
from archive.errors import NotFound
from archive.services import collections, reading, records
from archive.services.views import CanvasView, RecordView
from iiif.errors import NotExpressible
from iiif.presentation import annotation, canvas, collection, manifest, negotiation, v2
from iiif.presentation import range as ranges
from iiif.presentation.document import Resource

blueprint = Blueprint("presentation", __name__, url_prefix="/iiif")

VERSION = "mogao.version"
"""Where a request's environment has the version of the document that was answered."""

_PINNED = {"presentation_2": 2}
"""The version by the name under which the views are registered once more, below it."""


def pin(app: Flask) -> None:
    """Let every document stand once more below each version that an address can pin."""
    for name, version in _PINNED.items():
        app.register_blueprint(blueprint, name=name, url_prefix=f"/iiif/{version}")


@blueprint.get("/manifest/<path:identifier>")
def show_manifest(identifier: str) -> Response:
    """The manifest of a record; a name that it had before, or that no URL can show, redirects."""
    context, uris = http.context(), http.uris()
    with context.sessions() as session:
        try:
            record = records.head(session, identifier)
        except NotFound:
            if current := records.renamed(session, identifier):
                return http.redirect(_address(uris.manifest(current)), HTTPStatus.MOVED_PERMANENTLY)
            raise
        return _answer(
            ("manifest", identifier, record.revision),
            lambda: manifest.manifest(reading.fill(session, record), uris, context.publisher),
        )


@blueprint.get("/collection/<identifier>")
@blueprint.get("/collection/<identifier>/<int:page>")
def show_collection(identifier: str, page: int | None = None) -> Response:
    """A collection with its collections and records, or a page of the records of a large one."""
    context = http.context()
    with context.sessions() as session:
        found = collections.find(session, identifier)
        return _answer(
            # An embargo ends with a day, and no edit tells of it.
            ("collection", identifier, page, found.revision, db.now().date()),
            lambda: collection.collection(
                collections.listing(session, found, page), http.uris(), context.publisher
            ),
        )


@blueprint.get("/canvas/<identifier>")
def show_canvas(identifier: str) -> Response:
    """A canvas on its own."""
    context = http.context()
    with context.sessions() as session:
        record, view = records.canvas(session, identifier)
        return _answer(
            ("canvas", identifier, record.revision),
            lambda: canvas.canvas_document(view, record, http.uris(), context.publisher),
        )


@blueprint.get("/annotations/<holder>/<name>")
def show_page(holder: str, name: str) -> Response:
    """A page of annotations: of what a canvas shows, or of what is said of it or of a record."""
    uris, limits = http.uris(), http.context().publisher.limits
    with http.context().sessions() as session:
        record, view, page = records.page(session, holder, name)
        version = ("page", holder, name, record.revision)
        if page is None and view is not None:
            return _answer(version, lambda: annotation.painting_page_document(view, uris, limits))
        if page is None or page.is_external:
            raise NotFound(f'annotation page "{holder}/{name}" stands elsewhere: see its manifest')
        target = _target(record, view)
        return _answer(version, lambda: annotation.page_document(page, target, record.assets, uris, limits))


@blueprint.get("/annotation/<identifier>")
def show_annotation(identifier: str) -> Response:
    """An annotation on its own; the one that paints a canvas' asset bears the canvas' identifier."""
    uris, limits = http.uris(), http.context().publisher.limits
    with http.context().sessions() as session:
        record, view, found = records.annotation_of(session, identifier)
        version = ("annotation", identifier, record.revision)
        if found is None and view is not None and (asset := annotation.painted(view)):
            return _answer(version, lambda: annotation.painting_document(view, asset, uris, limits))
        if found is None:
            raise NotFound(f'canvas "{identifier}" has nothing painted on it: see its manifest')
        target = _target(record, view)
        return _answer(
            version, lambda: annotation.annotation_document(found, target, record.assets, uris, limits)
        )


@blueprint.get("/range/<identifier>")
def show_range(identifier: str) -> Response:
    """A range on its own; a record's table of contents bears the record's identifier and a mark."""
    uris = http.uris()
    if identifier.endswith(ranges.CONTENTS):
        return _contents(identifier.removesuffix(ranges.CONTENTS))
    with http.context().sessions() as session:
        record, chapter = records.range_(session, identifier)
        return _answer(
            ("range", identifier, record.revision), lambda: ranges.range_document(chapter, record, uris)
        )


def _contents(identifier: str) -> Response:
    with http.context().sessions() as session:
        record = records.find(session, identifier)
        if not record.ranges:
            raise NotFound(f'record "{identifier}" has no table of contents: see its manifest')
        return _answer(
            ("contents", identifier, record.revision), lambda: ranges.contents_document(record, http.uris())
        )


def _target(record: RecordView, view: CanvasView | None) -> str:
    """What the annotations of a page are about unless they say otherwise."""
    uris = http.uris()
    return uris.manifest(record.identifier) if view is None else uris.canvas(view.identifier)


def _answer(version: tuple[object, ...], draw: Callable[[], Resource]) -> Response:
    """The document in the form the client asks for; 304 by its version before it is drawn."""
    request.environ[VERSION] = version
    accept, pinned = request.headers.get("Accept"), _pinned()
    if pinned:
        return _say(negotiation.choose(accept, (pinned,)), version, draw)
    choice = negotiation.choose(accept)
    try:
        return _say(choice, version, draw)
    except NotExpressible:
        other = negotiation.instead(accept, choice.version)
        if other is None:
            raise
        return _say(other, version, draw)


def _say(choice: negotiation.Choice, version: tuple[object, ...], draw: Callable[[], Resource]) -> Response:
    tag = http.etag(*version, choice, _pinned())
    response = http.unchanged(tag) or http.json_response(
        _in_version(choice.version, draw()), tag=tag, media_type=choice.media_type
    )
    response.vary.add("Accept")
    return response


def _in_version(version: int, document: Resource) -> Resource:
    if version != 2:
        return document
    downgrade = v2.downgrade_pinned if _pinned() else v2.downgrade
    return downgrade(document, http.uris())


def _pinned() -> int | None:
    """The version that the address of the request pins."""
    return _PINNED.get(request.blueprint or "")


def _address(uri: str) -> str:
    """Where the document of ``uri`` stands for whoever asks by an address as this one."""
    pinned = _pinned()
    return http.uris().pinned(uri, pinned) if pinned else uri
