"""The Flask application: opened, wired, nothing else."""

import gc
import multiprocessing

from flask import Flask
from flask_compress import Compress

from archive import config, http, web, work
from archive.api import content_search, files, found, health, image, pdf, presentation, texts
from archive.api.catalogue import (
    annotations,
    assets,
    canvas_texts,
    canvases,
    collections,
    ingests,
    openapi,
    ranges,
    records,
    search,
    uploads,
)
from archive.api.documents import Documents
from archive.api.tiles import Tiles
from archive.config import Settings
from archive.context import open_context

_TEXT = [
    "text/html", "text/css", "text/javascript", "text/plain", "image/svg+xml",
    "application/json", "application/ld+json", "application/problem+json",
]  # fmt: skip


def create_app(settings: Settings | None = None) -> Flask:
    """The application with ``settings``, or those of the environment.

    Opens the context, registers error handlers, then blueprints. There is no second way to make one.
    """
    settings = settings or config.read()
    app = Flask("archive.web", static_folder="static", template_folder="templates")
    context = app.extensions["mogao"] = open_context(settings)
    if settings.public_url or not settings.proxy_hops:
        # Within whatever else is wrapped around the application: there its addresses are already true.
        app.wsgi_app = Tiles(Documents(app.wsgi_app, context), context)  # type: ignore[method-assign]  # Flask's own way.
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    app.config["COMPRESS_MIMETYPES"] = _TEXT
    http.register(app)
    Compress(app)
    catalogue = (
        *(records, search, canvases, canvas_texts, ranges, collections),
        *(annotations, uploads, assets, ingests, openapi),
    )
    for room in (image, presentation, found, content_search, texts, pdf, files, *catalogue, health):
        app.register_blueprint(room.blueprint)
    presentation.pin(app)
    web.register(app)
    return app


def create_served_app() -> Flask:
    """The application in a process of ``mogao serve``, which ends when the server is killed."""
    server = multiprocessing.parent_process()
    if server is not None and server.pid is not None:
        work.end_with(server.pid)
    app = create_app()
    # What stands now stays; and a book of 10,000 pages is a million objects that need not be gone through
    # again and again while they are made: it takes half the time.
    gc.freeze()
    gc.set_threshold(50_000)
    return app
