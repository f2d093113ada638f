"""The pages of a record as a PDF that can be searched, sent while it is written."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from flask import Blueprint, Response, request

from archive import http
from archive.api import guard, image
from archive.context import Context
from archive.models import PyramidState
from archive.services import books, reading, records, texts
from archive.services.access import Reader
from archive.services.views import AssetView, CanvasView
from iiif.image import render, whole
from iiif.pdf import book
from iiif.pdf.book import Page

blueprint = Blueprint("pdf", __name__, url_prefix="/iiif/pdf")
guard.admit(blueprint)

_LONGEST = 2200
"""Pixels of the longest side of a page's picture: what is larger has a level of half of that or more."""


@blueprint.get("/<identifier>")
def show_pdf(identifier: str) -> Response:
    """The pictures of a record's canvases with their text, all or ``?canvas=FIRST,LAST``."""
    context, reader, part = http.context(), guard.reader(), request.args.get("canvas", "")
    with context.sessions() as session:
        record = records.head(session, identifier, reader)
        tag = http.etag("pdf", identifier, part, record.revision, context.settings.jpeg_quality)
        if same := http.unchanged(tag):
            return same
        canvases = books.pages(reading.fill(session, record), part)
        written = book.write(
            _pages(context, canvases, reader), books.about(record, context.settings.languages)
        )
    # With its first page made, what the store has lost is told instead of an answer.
    begun = chain([] if request.method == "HEAD" else list(islice(written, 2)), written)
    answer = http.never_compressed(http.response(begun, tag=tag, media_type="application/pdf"))
    answer.headers.set("Content-Disposition", "inline", filename=f"{identifier}.pdf")
    return answer


def _pages(context: Context, canvases: Sequence[CanvasView], reader: Reader) -> Iterator[Page]:
    for view in canvases:
        size = view.width or 1, view.height or 1
        with context.sessions() as session:
            text = texts.of(session, view.identifier) if view.text else None
        runs = books.runs(text, size) if text else ()
        yield Page(size, _picture(context, view.asset, reader) if view.asset else None, tuple(runs))


def _picture(context: Context, asset: AssetView, reader: Reader) -> bytes | None:
    """The picture as it is shown, none where it could not be made."""
    if asset.pyramid_state != PyramidState.READY:
        return None
    shown = context.images.find(asset.identifier, reader)
    with image.opened(context, shown) as pyramid:
        plan = whole.plan(pyramid.image, _LONGEST, context.publisher.limits)
        # A level is joined of stored blocks, which takes no time to speak of: it needs no lane.
        return render.render(plan, pyramid, quality=context.settings.jpeg_quality)
