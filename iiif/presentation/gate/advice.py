"""What a viewer stumbles over in a document: what the gate refuses, and what it lets pass and should not be.

Nothing is fetched here. Advice bears any JSON, so that a document with faults gets the rest of it, too.
Spec: Presentation 3.0 §3 (SHOULD); what is more than that stands with its reason at each rule.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from iiif.presentation.gate.paths import Json, at, is_number, members

Severity = Literal["error", "warning", "note"]

_PATH = re.compile(r"[^\s:]*")
_FILES = {"Image", "Sound", "Video", "Text", "Dataset", "Model"}
_LINKS = {"seeAlso", "rendering", "homepage"}
"""What is opened by a click, and so is no part of the page that shows the document."""

_IMAGE_API = re.compile(r"ImageService(\d)|iiif\.io/api/image/(\d)|image-api/(?:compliance|(\d))")
_MOST_SKEW = 1.1
"""How much a picture's proportions may differ from its canvas: less is not seen as stretched."""


@dataclass(frozen=True)
class Finding:
    """One thing found: ``error`` is forbidden, at a ``warning`` viewers stumble, a ``note`` is to be known.

    ``path`` leads to it in the document, empty for the document itself; ``remedy`` may be empty where
    ``what`` says it.
    """

    severity: Severity
    path: str
    what: str
    remedy: str


@dataclass(frozen=True)
class ImageService:
    """An image service of a document: its place, address, and version (``None`` where none is declared)."""

    path: str
    id: str
    version: int | None


def refused(fault: str) -> Finding:
    """The finding that a line of ``InvalidDocument.faults`` is: ``path: what: remedy``."""
    path, _, text = fault.partition(": ")
    if not text or not _PATH.fullmatch(path):
        path, text = "", fault
    what, _, remedy = text.rpartition(": ")
    return Finding("error", path, what or remedy, remedy if what else "")


def advise(document: Json, *, address: str | None = None) -> Iterator[Finding]:
    """Warnings and notes on a document of 3.0, read from ``address`` (else its id is taken for that)."""
    if document.get("type") in ("Manifest", "Collection"):
        yield from _described(document)
    if document.get("type") == "Manifest":
        canvases = members(document, "items")
        for place, canvas in canvases:
            yield from _canvas(canvas, at("items", place), is_alone=len(canvases) == 1)
        yield from _ranges(document)
    if str(address or document.get("id")).lower().startswith("https:"):
        yield from _mixed(document)


def advise_2(document: Json) -> Iterator[Finding]:
    """Warnings on a manifest of 2.1 as it was given: of what its 3.0 form leaves out."""
    known = {
        canvas.get("@id")
        for _, sequence in members(document, "sequences")
        for _, canvas in members(sequence, "canvases")
    }
    for place, chapter in members(document, "structures"):
        canvases = chapter.get("canvases")
        for index, canvas in enumerate(canvases if isinstance(canvases, list) else []):
            if isinstance(canvas, str) and canvas.partition("#")[0] not in known:
                yield _warning(
                    at("structures", place, "canvases", index),
                    "is no canvas of this manifest, so that the entry leads nowhere",
                    "name a canvas that is there, or remove it",
                )


def image_services(document: Json) -> list[ImageService]:
    """The image services of a document in their order, each address once."""
    found: dict[str, ImageService] = {}
    for path, key, resource in _resources(document):
        id_ = _id(resource)
        if key == "service" and id_ and _is_image_service(resource):
            found.setdefault(id_, ImageService(path, id_, image_version(resource)))
    return list(found.values())


def image_version(described: Json) -> int | None:
    """The version of the Image API that a service, or its info.json, says it is of."""
    told = (described.get(key) for key in ("type", "@type", "@context", "profile"))
    for value in told:
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and (match := _IMAGE_API.search(text)):
                return int(match[1] or match[2] or match[3] or 1)
    return None


def _described(document: Json) -> Iterator[Finding]:
    if not document.get("thumbnail"):
        # A collection is shown by its members, which have their own.
        yield Finding(
            "note" if document["type"] == "Collection" else "warning",
            "thumbnail",
            "is missing: lists show a blank in its place",
            "add a small picture, with its service",
        )
    if not document.get("rights") and not document.get("requiredStatement"):
        yield Finding(
            "note",
            "rights",
            "nothing says what may be done with it",
            "add rights, or a requiredStatement",
        )


def _canvas(canvas: Json, path: str, *, is_alone: bool) -> Iterator[Finding]:
    if not canvas.get("label"):
        # The only canvas is told from no other: viewers show the manifest's label.
        severity: Severity = "note" if is_alone else "warning"
        yield Finding(severity, at(path, "label"), "is missing: viewers show a number, or nothing", "add it")
    for place, page in members(canvas, "items"):
        for index, annotation in members(page, "items"):
            where = at(path, "items", place, "items", index, "body")
            is_whole = annotation.get("target") == canvas.get("id")
            for found, picture in _painted(annotation.get("body"), where):
                yield from _picture(picture, found, canvas if is_whole else None)


def _painted(body: object, path: str) -> Iterator[tuple[str, Json]]:
    """The pictures, sounds and films that a body is or offers; a part of one is none of them."""
    if isinstance(body, list):
        for place, one in enumerate(body):
            yield from _painted(one, at(path, place))
    elif isinstance(body, dict) and body.get("type") == "Choice":
        yield from _painted(body.get("items"), at(path, "items"))
    elif isinstance(body, dict):
        yield path, body


def _picture(picture: Json, path: str, canvas: Json | None) -> Iterator[Finding]:
    if picture.get("type") != "Image":
        return
    if not any(_is_image_service(service) for _, service in members(picture, "service")):
        yield _warning(
            at(path, "service"),
            "is missing: viewers load the whole picture at once, which is slow",
            "add the picture's image service",
        )
    if canvas is None:
        return
    sides = [one.get(side) for one in (picture, canvas) for side in ("width", "height")]
    wide, high, canvas_wide, canvas_high = (side if is_number(side) and side > 0 else 0 for side in sides)
    if wide and high and canvas_wide and canvas_high:
        skew = (wide * canvas_high) / (high * canvas_wide)
        if not 1 / _MOST_SKEW <= skew <= _MOST_SKEW:
            yield _warning(
                path,
                f"is {wide} × {high} on a canvas of {canvas_wide} × {canvas_high}: viewers stretch or cut it",
                "give the canvas the picture's proportions, or the picture a place on it (#xywh=)",
            )


def _ranges(manifest: Json) -> Iterator[Finding]:
    """Ranges that are named and not there: the gate judges their canvases, and lets references pass."""
    named: list[tuple[str, object]] = []
    known: set[object] = set()
    for place, top in members(manifest, "structures"):
        for path, _, resource in _resources(top, at("structures", place)):
            if resource.get("type") == "Range" and "items" not in resource:
                named.append((path, resource.get("id")))
            elif resource.get("type") == "Range":
                known.add(str(resource.get("id")))
    for path, id_ in named:
        if str(id_) not in known:
            yield _warning(
                path, "names a range that is not in this manifest", "put the range there, or remove the name"
            )


def _mixed(document: Json) -> Iterator[Finding]:
    """What a page at https can't load, for browsers keep http out of it. Source: W3C Mixed Content §4."""
    for path, key, resource in _resources(document):
        id_ = _id(resource)
        if id_ and id_.lower().startswith("http:") and _is_loaded(resource, key):
            yield _warning(
                at(path, "id" if "id" in resource else "@id"),
                "is http in a document at https: browsers block it",
                "give its https address",
            )


def _is_loaded(resource: Json, key: str) -> bool:
    if key in _LINKS or key == "partOf":
        return False
    if key == "service":
        return _is_image_service(resource)
    type_ = resource.get("type")
    if type_ in ("AnnotationPage", "Manifest", "Collection"):
        return bool(key) and "items" not in resource
    return isinstance(type_, str) and type_ in _FILES


def _is_image_service(service: Json) -> bool:
    return image_version(service) is not None


def _id(resource: Json) -> str | None:
    id_ = resource.get("id", resource.get("@id"))
    return id_ if isinstance(id_, str) else None


def _resources(document: Json, path: str = "") -> Iterator[tuple[str, str, Json]]:
    """All objects in a document, in its order: path, the property each stands in, and it; own stack."""
    waiting: list[tuple[str, str, object]] = [(path, "", document)]
    while waiting:
        path, key, value = waiting.pop()
        if isinstance(value, dict):
            yield path, key, value
            waiting += [(at(path, inner), inner, one) for inner, one in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(at(path, place), key, one) for place, one in reversed(list(enumerate(value)))]


def _warning(path: str, what: str, remedy: str) -> Finding:
    return Finding("warning", path, what, remedy)
