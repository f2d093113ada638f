"""Stored tiles, answered ahead of Flask: viewers ask for hundreds, and routing takes longer than reading."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from archive import http
from archive.api import image
from archive.context import Context
from iiif.image import render

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


_ODD = {"HTTP_IF_NONE_MATCH", "HTTP_AUTHORIZATION"}


class Tiles:
    """WSGI: a GET of a stored tile is answered here, by the same rules; all else by the application below.

    Whatever is odd goes down too: a faulty request, conditions, a token, an image that is not there.
    """

    def __init__(self, app: "WSGIApplication", context: Context) -> None:
        self._app = app
        self._context = context

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request. Source: PEP 3333."""
        began = time.perf_counter()
        found = self._find(environ)
        if found is None:
            return self._app(environ, start_response)
        asked, tile = found
        identifier = http.request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        start_response("200 OK", self._headers(asked, len(tile), identifier))
        http.log_request(environ, 200, identifier, began)
        return [tile]

    def _find(self, environ: "WSGIEnvironment") -> tuple[image.Rendition, bytes] | None:
        if environ["REQUEST_METHOD"] != "GET" or not _ODD.isdisjoint(environ):
            return None
        parts = environ["PATH_INFO"].split("/")
        if len(parts) != 9 or parts[:3] != ["", "iiif", "image"] or not _is_plain(environ["PATH_INFO"]):
            return None
        _, _, _, version, identifier, region, size, rotation, quality_format = parts
        if quality_format != "default.jpg" or rotation != "0" or version not in {"2", "3"}:
            return None
        try:
            asked = image.understood(
                self._context,
                int(version),
                identifier,
                region=region,
                size=size,
                rotation=rotation,
                quality_format=quality_format,
            )
            environ[image.ASKED] = asked
            with image.opened(self._context, asked.image) as pyramid:
                tile = render.stored(asked.plan, pyramid)
        except Exception:  # noqa: BLE001  # Flask meets it again below: there it is answered, and logged.
            return None
        return (asked, tile) if tile else None

    def _headers(self, asked: image.Rendition, length: int, identifier: str) -> list[tuple[str, str]]:
        return [
            ("Content-Type", "image/jpeg"),
            ("Content-Length", str(length)),
            ("ETag", f'"{asked.tag}"'),
            ("Cache-Control", http.PUBLIC),
            ("Link", asked.links(self._context.uris)),
            ("X-Request-ID", identifier),
            ("X-Content-Type-Options", "nosniff"),
            *http.ANY_ORIGIN,
        ]


def _is_plain(path: str) -> bool:
    return path.isascii() and path.isprintable()
