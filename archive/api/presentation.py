"""Presentation 3.0 and 2.1: manifests, collections, and their parts.

Every view stands at two addresses: at one the client's ``Accept`` chooses the version, the other pins it.
All of them draw 3.0; 2.1 is made of what they have drawn.
"""

import re
from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Flask, Response, request
from sqlalchemy.orm import Session

from archive import db, http
from archive.api import guard
from archive.errors import Invalid, NotFound
from archive.services import collections, history, reading, records, texts
from archive.services.access import Reader
from archive.services.views import AnnotationView, CanvasView, RecordView
from iiif.errors import NotExpressible
from iiif.presentation import annotation, canvas, collection, manifest, negotiation, text, v2
from iiif.presentation import range as ranges
from iiif.presentation.document import Resource
from iiif.uris import whole

blueprint = Blueprint("presentation", __name__, url_prefix="/iiif")
guard.admit(blueprint)

VERSION = "mogao.version"
"""Where a request's environment has the version of the document that was answered."""

ANNOTATION_RULES = ("/<identifier>", "/<identifier>/<name>")
"""Where annotations stand: those that were written into a container are named below their holder.

At the address that pins no version they are written too, and so stand in a blueprint of the catalogue's.
"""

_SERVICE = "http://www.w3.org/ns/oa#annotationService"

_PINNED = {"presentation_2": 2}
"""The version by the name under which the views are registered once more, below it."""


def pin(app: Flask) -> None:
    """Let every document stand once more below each version that an address can pin."""
    for name, version in _PINNED.items():
        app.register_blueprint(blueprint, name=name, url_prefix=f"/iiif/{version}")
        for rule in ANNOTATION_RULES:
            app.add_url_rule(f"/iiif/{version}/annotation{rule}", f"{name}.show_annotation", show_annotation)


@blueprint.get("/manifest/<path:identifier>")
def show_manifest(identifier: str) -> Response:
    """The manifest of a record as it is, or as it was at a revision.

    A name that the record had before, or that no URL can show, redirects.
    """
    context, uris = http.context(), http.uris()
    with context.sessions() as session:
        try:
            record = records.head(session, identifier, guard.reader())
        except NotFound:
            if current := records.renamed(session, identifier, guard.reader()):
                return http.redirect(_address(uris.manifest(current)), HTTPStatus.MOVED_PERMANENTLY)
            raise
        if "revision" in request.args:
            return _past(session, record, request.args["revision"])
        answer = _answer(
            ("manifest", identifier, record.revision),
            lambda: manifest.manifest(reading.fill(session, record), uris, context.publisher),
        )
        return _with_container(answer, whole(identifier))


def _past(session: Session, record: RecordView, asked_for: str) -> Response:
    """The manifest at a revision: an ``id`` of its own, and the way to the present one.

    Source: RFC 5829 §3.2.
    """
    if not re.fullmatch(r"[1-9][0-9]{0,8}", asked_for):
        raise Invalid(f'revision "{asked_for[:20]}" is none: give a number from 1 to {record.revision}')
    number, uris = int(asked_for), http.uris()
    present = uris.manifest(record.identifier)

    def draw() -> Resource:
        past = history.at(session, record, number, guard.reader())
        drawn = manifest.manifest(past, uris, http.context().publisher)
        return {**drawn, "id": f"{present}?revision={number}"}

    answer = _answer(("past", record.identifier, record.revision, number), draw)
    answer.headers["Link"] = f'<{_address(present)}>; rel="latest-version"'
    return answer


@blueprint.get("/collection/<identifier>")
@blueprint.get("/collection/<identifier>/<int:page>")
def show_collection(identifier: str, page: int | None = None) -> Response:
    """A collection with its collections and records, or a page of the records of a large one."""
    context = http.context()
    with context.sessions() as session:
        found = collections.find(session, identifier)
        return _answer(
            # An embargo ends with a day, and no edit tells of it.
            ("collection", identifier, page, found.revision, db.now().date(), *_seen_by(guard.reader())),
            lambda: collection.collection(
                collections.listing(session, found, page, guard.reader()), http.uris(), context.publisher
            ),
        )


@blueprint.get("/canvas/<identifier>")
def show_canvas(identifier: str) -> Response:
    """A canvas on its own."""
    context = http.context()
    with context.sessions() as session:
        record, view = records.canvas(session, identifier, guard.reader())
        answer = _answer(
            ("canvas", identifier, record.revision),
            lambda: canvas.canvas_document(view, record, http.uris(), context.publisher),
        )
        return _with_container(answer, identifier)


@blueprint.get(f"/annotations/<identifier>/<any({','.join(text.NAMES)}):name>")
def show_text_page(identifier: str, name: str) -> Response:
    """The lines or the words of a canvas' text, each where it stands."""
    with http.context().sessions() as session:
        record, view = records.canvas(session, identifier, guard.reader())

        def draw() -> Resource:
            page = texts.require(session, identifier)
            pieces = texts.pieces(page, name)
            return text.page_document(view, name, pieces, page.language, http.uris())

        return _answer(("text", identifier, name, record.revision), draw)


@blueprint.get("/annotations/<holder>/<name>")
def show_page(holder: str, name: str) -> Response:
    """A page of annotations: of what a canvas shows, or of what is said of it or of a record."""
    uris, limits = http.uris(), http.context().publisher.limits
    with http.context().sessions() as session:
        record, view, page = records.page(session, holder, name, guard.reader())
        version = ("page", holder, name, record.revision, page and page.revision)
        if page is None and view is not None:
            return _answer(version, lambda: annotation.painting_page_document(view, uris, limits))
        if page is None or page.is_external:
            raise NotFound(f'annotation page "{holder}/{name}" stands elsewhere: see its manifest')
        target = target_of(record, view)

        def draw() -> Resource:
            whole_page = reading.fill_page(session, record, page)
            return annotation.page_document(whole_page, target, record.assets, uris, limits)

        return _answer(version, draw)


def show_annotation(identifier: str, name: str | None = None) -> Response:
    """An annotation on its own; the one that paints a canvas' asset bears the canvas' identifier."""
    identifier = identifier if name is None else f"{identifier}/{name}"
    uris, limits = http.uris(), http.context().publisher.limits
    with http.context().sessions() as session:
        record, view, found = records.annotation_of(session, identifier, guard.reader())
        version = _annotation_version(record, identifier, found)
        if found is None and view is not None and (asset := annotation.painted(view)):
            return _answer(version, lambda: annotation.painting_document(view, asset, uris, limits))
        if found is None:
            raise NotFound(f'canvas "{identifier}" has nothing painted on it: see its manifest')
        target = target_of(record, view)
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
        record, chapter = records.range_(session, identifier, guard.reader())
        return _answer(
            ("range", identifier, record.revision),
            lambda: _held(ranges.range_document(chapter, record, uris), f'range "{identifier}"'),
        )


def _contents(identifier: str) -> Response:
    with http.context().sessions() as session:
        record = records.find(session, identifier, guard.reader())
        return _answer(
            ("contents", identifier, record.revision),
            lambda: _held(
                ranges.contents_document(record, http.uris()), f'the table of contents of "{identifier}"'
            ),
        )


def _seen_by(reader: Reader) -> tuple[str, ...]:
    """What tells apart how many records of a collection a reader sees; nothing for anyone."""
    return () if reader.path is None else (reader.path,)


def _held(drawn: Resource, asked_for: str) -> Resource:
    """A range in which something stands. Raises ``NotFound`` for one that no manifest names."""
    if not drawn["items"]:
        raise NotFound(f"{asked_for} holds nothing: see its manifest")
    return drawn


def target_of(record: RecordView, view: CanvasView | None) -> str:
    """What the annotations of a page are about unless they say otherwise."""
    uris = http.uris()
    return uris.manifest(record.identifier) if view is None else uris.canvas(view.identifier)


def annotation_tags(record: RecordView, found: AnnotationView) -> list[str]:
    """The tags of an annotation in each form in which ``show_annotation`` may have given it."""
    version = _annotation_version(record, found.identifier, found)
    return [http.etag(*version, choice, None) for choice in negotiation.choices()]


def _annotation_version(
    record: RecordView, identifier: str, found: AnnotationView | None
) -> tuple[object, ...]:
    return "annotation", identifier, record.revision, found and found.revision


def _with_container(answer: Response, holder: str) -> Response:
    """Name the container in which annotations of the resource are written. Spec: Annotation Protocol §4.4."""
    answer.headers["Link"] = f'<{http.uris().container(holder)}>; rel="{_SERVICE}"'
    return answer


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
