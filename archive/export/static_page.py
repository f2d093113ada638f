"""The page of a static copy: the record and its images, shown without anything beyond the tree."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

import archive
from iiif import language
from iiif.language import LanguageMap
from iiif.presentation import markup
from iiif.presentation.document import Resource

_BUNDLE = Path(archive.__file__).parent / "web" / "static" / "dist"
_VIEWER = ("viewer.js", "viewer.licences.txt")
_ELEMENTS = {"Sound": "audio", "Video": "video"}
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}

NAMES = frozenset({"index.html", *_VIEWER})
"""The files that a page may consist of."""


def files(manifest: Resource, base: str, languages: Sequence[str]) -> dict[str, bytes]:
    """The page of a manifest and what it loads, by their names; without the viewer where that is not built.

    ``base`` is the address of the tree, which stands before all of its addresses in the manifest; the page
    follows them from where it is itself, but for the viewer. Texts are in the first of ``languages`` that
    they have.
    """
    viewer = {name: (_BUNDLE / name).read_bytes() for name in _VIEWER if (_BUNDLE / name).exists()}
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["pick"] = lambda text: _picked(text, languages)
    environment.filters |= {"painted": _painted, "recordings": _recordings}
    environment.filters["relative"] = lambda uri: uri.removeprefix(f"{base}/")
    spoken = languages[0]
    page = environment.get_template("static.html").render(
        manifest=manifest,
        # The bundle knows Chinese by its script.
        language="zh-Hans" if spoken == "zh" else spoken,
        direction="rtl" if spoken.partition("-")[0] in _RIGHT_TO_LEFT else "ltr",
        has_viewer=len(viewer) == len(_VIEWER),
    )
    return {"index.html": page.encode(), **viewer}


def _recordings(canvas: Any) -> list[dict[str, Any]]:  # Any: values of JSON, here and below.
    """The sounds and films of a canvas: an HTML ``element``, its ``files`` and its ``captions``."""
    said = [page.get("items", ()) for page in canvas.get("annotations", ())]
    texts = [one for page in said for annotation in page for one in _files(annotation.get("body"))]
    captions = [one for one in texts if one.get("format") == "text/vtt"]
    return [
        {"element": _ELEMENTS[files[0]["type"]], "files": files, "captions": captions}
        for files in _painted(canvas)
        if files[0].get("type") in _ELEMENTS
    ]


def _painted(canvas: Any) -> list[list[Any]]:
    """What a canvas shows, each as the resources that one may choose from, the usual one first."""
    bodies = (_files(one["body"]) for page in canvas["items"] for one in page["items"])
    return [files for files in bodies if files]


def _files(body: Any) -> list[Any]:
    """What a body names: one resource, or those that it lets one choose from."""
    if not isinstance(body, dict):
        return []
    return list(body["items"]) if body.get("type") == "Choice" else [body]


def _picked(text: LanguageMap, languages: Sequence[str]) -> list[str]:
    return [_plain(value) for value in language.pick(text, languages)]


def _plain(value: str) -> str:
    if not markup.is_html(value):
        return value
    return Markup(value).striptags()  # noqa: S704  # It is plain text afterwards, and escaped as such.
