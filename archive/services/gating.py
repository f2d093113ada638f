"""What was written, judged as it will be published: within the transaction, which a refusal takes back.

A fault is named by its place in what was written, whatever the archive puts before it in the document.
"""

import dataclasses
import re
from collections.abc import Mapping, Sequence

from archive.db import JsonObject
from archive.services.collections import Listing
from archive.services.views import CanvasView, RecordView
from iiif.errors import InvalidDocument
from iiif.presentation import canvas, collection, document, gate, manifest
from iiif.presentation.publisher import Publisher
from iiif.uris import Uris

_FIRST_STEP = re.compile(r"(?P<name>[^.:\[\s]+)(?:\[(?P<index>\d+)\])?")
_OF_A_RANGE = {"id", "type", "label", "items"}


def check_record(record: RecordView, uris: Uris, publisher: Publisher) -> None:
    """Let a record's own description pass. Raises ``InvalidDocument``.

    Its canvases are only named: each was judged when it was written, and a book has thousands.
    """
    needed = record.canvases if "start" in record.properties else record.canvases[:1]
    named = [
        dataclasses.replace(one, label={}, asset=None, properties={}, pages=[], substitutes={})
        for one in needed
    ]
    head = dataclasses.replace(record, canvases=named, ranges=[], pages=[], substitutes={})
    _check(manifest.manifest(head, uris, publisher), record.properties, record.metadata_pairs)


def check_collection(listed: Listing, uris: Uris, publisher: Publisher) -> None:
    """Let a collection's own description pass. Raises ``InvalidDocument``."""
    _check(collection.collection(listed, uris, publisher), listed.properties, listed.metadata_pairs)


def check_canvas(view: CanvasView, record: RecordView, uris: Uris, publisher: Publisher) -> None:
    """Let a canvas pass, with what it shows and what is said of it. Raises ``InvalidDocument``."""
    _check(canvas.canvas_document(view, record, uris, publisher), view.properties)


def check_range(chapter: JsonObject, record: RecordView, uris: Uris) -> None:
    """Let a chapter of a record pass that is to be written, those below it being named.

    Raises ``InvalidDocument``. One in which nothing stands yet passes: it is not published.
    """
    somewhere = document.reference(uris.canvas(record.canvases[0].identifier), "Canvas")
    drawn = document.document(_filled(document.located(chapter, uris.base), [somewhere]))
    _check(drawn, {name: value for name, value in chapter.items() if name not in _OF_A_RANGE})


def check_ranges(chapters: Sequence[JsonObject], record: RecordView, uris: Uris) -> None:
    """As ``check_range``, for all chapters of a record, as ``structures`` would say them."""
    named = [document.reference(uris.canvas(one.identifier), "Canvas") for one in record.canvases]
    drawn: document.Resource = {
        "id": uris.manifest(record.identifier),
        "type": "Manifest",
        "label": collection.label(record),
        "items": named,
        "structures": [_filled(document.located(one, uris.base), named[:1]) for one in chapters],
    }
    gate.check(document.document(drawn))


def _check(drawn: document.Resource, properties: JsonObject, metadata: Sequence[object] = ()) -> None:
    """Let ``drawn`` pass, of which ``properties`` and ``metadata`` were written."""
    try:
        gate.check(drawn)
    except InvalidDocument as error:
        written = {"metadata": metadata, **properties}
        places = {name: _length(drawn.get(name)) - _length(value) for name, value in written.items()}
        lines = [_as_written(line, places, properties) for line in error.faults]
        raise InvalidDocument(lines) from error


def _as_written(line: str, places: Mapping[str, int], properties: JsonObject) -> str:
    """A fault by its place in what was written; ``places`` says behind how many others each list stands."""
    step = _FIRST_STEP.match(line)
    if step is None or step["name"] not in places:
        return line
    name, rest = step["name"], line[step.end() :]
    if step["index"]:
        index = int(step["index"]) - places[name]
        if index < 0:
            return line
        rest = f"[{index}]{rest}"
    return f"properties.{name}{rest}" if name in properties else name + rest


def _length(value: object) -> int:
    return len(value) if isinstance(value, list | tuple) else 0


def _filled(chapter: JsonObject, items: Sequence[document.Resource]) -> JsonObject:
    """The chapter with ``items`` in the place of none, in it and below it."""
    held = chapter.get("items")
    if not isinstance(held, list):
        return chapter
    filled = [_filled(one, items) if isinstance(one, dict) else one for one in held]
    return {**chapter, "items": filled or list(items)}
