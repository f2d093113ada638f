"""The pages: search, record, viewer, error."""

import re
from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from archive import http
from archive.errors import Invalid, NotFound
from archive.services import access, collections, records
from archive.web import recordings, searching
from iiif.presentation import manifest, rendering

blueprint = Blueprint("pages", __name__)

_MANIFEST_URL = re.compile(r"https?://[^/\s]+(?:/\S*)?", re.IGNORECASE)


@blueprint.get("/")
def home() -> str:
    """The search box, the collections, the facets, and what was found, ``page`` by ``page``."""
    sought = searching.asked()
    with http.context().sessions() as session:
        shown = searching.results(session, sought)
        if sought.page > max(shown.last, 1):
            raise NotFound(f"page {sought.page}: the last page is {shown.last}")
        return render_template("home.html", sought=sought, shown=shown, shelves=collections.tree(session))


@blueprint.get("/record/<path:identifier>")
def record(identifier: str) -> str | AnyResponse:
    """A record, with a viewer; one that is asked for by an earlier or longer name redirects."""
    publisher = http.context().publisher
    with http.context().sessions() as session:
        if renamed := records.renamed(session, identifier):
            return redirect(http.uris().record_page(renamed), HTTPStatus.MOVED_PERMANENTLY)
        found = records.find(session, identifier)
        return render_template(
            "record.html",
            record=found,
            recordings=recordings.recordings(found),
            fields=manifest.fields(found),
            rights=found.rights or publisher.rights,
            statement=found.required_statement or publisher.required_statement,
            downloadable=access.may_download(found, publisher.rights),
            pdf=next((one["id"] for one in rendering.pdf(found, http.uris())), None),
        )


@blueprint.get("/viewer")
def viewer() -> str:
    """A window full of Mirador, with the manifest whose URL is the content state.

    Spec: Content State 1.0 §3.1, of which the plain URL is the only form yet.
    """
    return render_template("viewer.html", manifest=_content_state())


@blueprint.get("/annotate")
def annotate() -> str:
    """Mirador with a manifest, and beside it a form that writes notes with a token."""
    return render_template("annotate.html", manifest=_content_state())


def _content_state() -> str:
    state = request.args.get("iiif-content", "").strip()
    if not _MANIFEST_URL.fullmatch(state):
        raise Invalid('iiif-content: give the URL of a manifest that begins with "http://" or "https://"')
    return state


def error_page(message: str, status: HTTPStatus) -> Response:
    """The page of an error; it needs neither the catalogue nor the search."""
    return make_response(render_template("error.html", message=message, status=status), status)
