"""The text of canvases, by itself."""

from flask import Blueprint, Response

from archive import http
from archive.api import guard
from archive.services import records, texts

blueprint = Blueprint("texts", __name__, url_prefix="/iiif/text")
guard.admit(blueprint)


@blueprint.get("/<identifier>")
def show_text(identifier: str) -> Response:
    """The text of a canvas, plain: lines in their order, an empty one between blocks."""
    with http.context().sessions() as session:
        record, _ = records.canvas(session, identifier, guard.reader())
        tag = http.etag("text", identifier, record.revision)
        if same := http.unchanged(tag):
            return same
        page = texts.require(session, identifier)
        answer = http.response(page.text.encode(), tag=tag, media_type="text/plain; charset=utf-8")
        if page.language:
            answer.headers["Content-Language"] = page.language
        return answer
