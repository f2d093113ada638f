"""Documents that we draw, and how to spoil them: for the tests of the gate."""

import contextlib
import copy
import json
from collections.abc import Callable
from typing import Any

import iiif_prezi3
from presentation_records import BARE, BOOK, NOBODY, PAINTINGS, RECORDS, SCROLL, URIS, Institution
from pydantic import ValidationError

from iiif.errors import InvalidDocument
from iiif.presentation import annotation, canvas, gate
from iiif.presentation import range as ranges
from iiif.presentation.collection import collection
from iiif.presentation.gate import schema
from iiif.presentation.manifest import manifest
from iiif.presentation.publisher import Publisher

Json = dict[str, Any]  # Documents are changed at will here, at any depth.
Change = Callable[[Json], object]
Fault = tuple[str, Change, str]
"""The name of a document, what spoils it, and what the gate says then."""

MUSEUM = Publisher(Institution(logo="https://m.example/logo.svg"), statement="Town Museum")
DRAWN: dict[str, Json] = {
    **{record.identifier: manifest(record, URIS, MUSEUM) for record in RECORDS},
    "paintings": collection(PAINTINGS, URIS, MUSEUM),
    "canvas": canvas.canvas_document(SCROLL.canvases[0], SCROLL, URIS, NOBODY),
    "canvas without content": canvas.canvas_document(BARE.canvases[0], BARE, URIS, NOBODY),
    "range": ranges.range_document(BOOK.ranges[1], BOOK, URIS),
    "contents": ranges.contents_document(BOOK, URIS),
    "annotation page": annotation.painting_page_document(SCROLL.canvases[0], URIS, NOBODY.limits),
    "empty annotation page": annotation.painting_page_document(BARE.canvases[0], URIS, NOBODY.limits),
    "annotation": annotation.painting_document(BOOK.canvases[0], BOOK.canvases[0].asset, URIS, NOBODY.limits),  # type: ignore[arg-type]  # It has one.
}

PAINTING = ("items", 0, "items", 0, "items", 0)
PREZI = "http://iiif.io/api/presentation/3/context.json"
MISSING_TITLE = 'is missing: add it, such as {"en": ["Title"]}'
IS_MISSING = "is missing: add it"
FIRST = "https://example.org/iiif/canvas/book-1"


def at(document: Json, *keys: str | int) -> Any:
    """The value at a path."""
    for key in keys:
        document = document[key]  # type: ignore[index]  # Lists as well as objects.
    return document


def put(*path_and_value: Any) -> Change:
    """Puts the last argument at the path before it."""
    *keys, last, value = path_and_value
    return lambda document: at(document, *keys).__setitem__(last, value)


def drop(*path: str | int) -> Change:
    """Takes away what is at the path."""
    *keys, last = path
    return lambda document: at(document, *keys).pop(last)


def faults_of(document: object) -> list[str]:
    """What the gate says of a document, nothing where it passes."""
    try:
        gate.check(document)
    except InvalidDocument as error:
        return error.faults
    return []


def faults_after(name: str, change: Change) -> list[str]:
    """What the gate says of one of our documents once it was changed."""
    document = copy.deepcopy(DRAWN[name])
    change(document)
    return faults_of(document)


def check_against_prezi3(name: str, change: Change) -> None:
    """What iiif-prezi3's own models refuse is refused here: by what we took of them, or by our own rules."""
    # The one thing that prezi3 wrongly refuses is a language tag with digits.
    document = json.loads(json.dumps(DRAWN[name]).replace("es-419", "es"))
    model = getattr(iiif_prezi3, document["type"])
    change(document)

    with contextlib.suppress(ValidationError):
        model(**document)
        return

    assert schema.faults(document, model.__name__) or faults_of(document)
