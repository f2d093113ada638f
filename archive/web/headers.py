"""What every page says of itself outside its text: what it may load, and whom a cache may give it to."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Response, current_app, request

from archive.web import locale

_EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
"""The digest of nothing: Mirador's style engine makes empty style elements and fills them by script, which a
policy without 'unsafe-inline' allows when their text, the empty one, is named."""

_POLICY = (
    "default-src 'self'; img-src * data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'"
)
# A viewer shows what any manifest names, from any host, and may stand in any museum's page.
_VIEWER_POLICY = (
    f"default-src 'self'; style-src 'self' {_EMPTY_STYLE}; img-src * data: blob:; media-src * blob:; "
    "connect-src *; frame-src *; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors *"
)
# Where a token is typed in, no other site may lay its own page over ours.
_POLICIES = {
    "pages.record": _VIEWER_POLICY,
    "pages.viewer": _VIEWER_POLICY,
    "pages.annotate": _VIEWER_POLICY.replace("frame-ancestors *", "frame-ancestors 'self'"),
}
_YEAR = 365 * 24 * 3600


def finish(response: Response) -> Response:
    """Add the policies of a page, remember its reader's choice of language, let static files be kept."""
    if request.endpoint == "static" and "v" in request.args and response.status_code < 400:
        response.cache_control.max_age = _YEAR
        response.cache_control.immutable = True
        response.cache_control.no_cache = None
    elif response.mimetype == "text/html":
        _finish_page(response)
    return response


def fingerprint(endpoint: str, values: dict[str, Any]) -> None:  # Any: what url_for was given.
    """Name a static file's content in its address, so that a browser may keep it for ever."""
    folder, name = current_app.static_folder, values.get("filename")
    if endpoint == "static" and folder and name and (path := Path(folder) / name).is_file():
        values["v"] = _digest(path, path.stat().st_mtime_ns)


def _finish_page(response: Response) -> None:
    policy = _POLICIES.get(request.endpoint or "", _POLICY)
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    response.vary.update(["Accept-Language", "Cookie"])
    response.content_language.add(locale.tag_of(locale.spoken()))
    if tag := locale.chosen_now():
        response.set_cookie(
            locale.COOKIE, tag, max_age=_YEAR, path=request.root_path + "/", secure=request.is_secure,
            httponly=True, samesite="Lax",
        )  # fmt: skip


@lru_cache(maxsize=64)
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
