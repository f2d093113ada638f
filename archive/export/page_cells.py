"""What a sheet says of single pages, as cells that ``archive.ingest.remarks`` and ``cells`` read again."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from archive.services import records
from archive.services.pages import PATHS
from archive.services.views import AnnotationView, CanvasView, RangeView, RecordView
from iiif.language import NONE, LanguageMap
from iiif.presentation.rendering import resource_type

_BOX = re.compile(r"\d{1,7}(?:,\d{1,7}){3}")
_LINE_ENDS = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class Entry:
    """One line of a cell: what comes before the text in every language, and the text."""

    before: str
    text: LanguageMap

    def line(self, tag: str) -> str:
        """The entry in one language; in another one where it is not said in that."""
        texts = self.text.get(tag) or next(iter(self.text.values()), ["…"])
        return self.before + _LINE_ENDS.sub(" ", " ".join(texts)).strip()


def tags(entries: Iterable[Entry]) -> list[str]:
    """The languages of the entries' texts, in their order."""
    return list(dict.fromkeys(tag for entry in entries for tag in entry.text))


def layers(record: RecordView) -> Iterator[Entry]:
    """The layers of its pages. Formats of a recording are none: they are found by their files' names."""
    for canvas in record.canvases:
        for item in _choice(canvas):
            asset = record.assets[item["asset"]]
            if resource_type(asset.media_type) != "Image":
                continue
            file = "" if canvas.asset and asset.identifier == canvas.asset.identifier else f" {asset.name}"
            yield Entry(f"{canvas.position}{file} = ", item["label"])


def notes(record: RecordView) -> Iterator[Entry]:
    """The notes on its pages that came from a source: readers' are none of the sheet's."""
    for canvas in record.canvases:
        for page in canvas.pages:
            if page.paints or page.source_id is None:
                continue
            for one in page.annotations:
                before = _place(canvas, one)
                if before is not None and (text := _text(one)):
                    yield Entry(f"{before} ", text)


def properties(record: RecordView) -> str:
    """What its pages say in Presentation's own spelling, by their numbers; empty where none says any."""
    return _by_number(record.canvases)


def range_properties(record: RecordView) -> str:
    """The same of its ranges, numbered as the column ``ranges`` names them."""
    return _by_number(records.flat(record.ranges))


def _by_number(parts: Iterable[CanvasView | RangeView]) -> str:
    said = {str(number): part.properties for number, part in enumerate(parts, 1) if part.properties}
    return json.dumps(said, ensure_ascii=False) if said else ""


def _choice(canvas: CanvasView) -> list[dict[str, Any]]:  # Any: values of JSON.
    painted = [one for page in canvas.pages if page.paints for one in page.annotations]
    body = painted[0].body if len(painted) == 1 else None
    items = body.get("items") if isinstance(body, dict) and body.get("type") == "Choice" else None
    if not isinstance(items, list):
        return []
    is_ours = all(isinstance(item, dict) and item.keys() == {"asset", "label"} for item in items)
    return items if is_ours else []


def _place(canvas: CanvasView, one: AnnotationView) -> str | None:
    """The page, and the box on it where there is one; ``None`` of what no such cell can say."""
    if one.motivation != ("commenting",) or one.properties:
        return None
    if one.target is None:
        return str(canvas.position)
    address, _, box = str(one.target).partition("#xywh=")
    is_box = address == PATHS.canvas(canvas.identifier) and _BOX.fullmatch(box)
    return f"{canvas.position} {box}" if is_box else None


def _text(one: AnnotationView) -> LanguageMap:
    """What the note says by language; nothing where it is more than plain text."""
    said: dict[str, list[str]] = {}
    for body in one.body if isinstance(one.body, list) else [one.body]:
        if not isinstance(body, dict) or not body.keys() <= {"type", "value", "format", "language"}:
            return {}
        if body.get("type") != "TextualBody" or body.get("format", "text/plain") != "text/plain":
            return {}
        said.setdefault(str(body.get("language", NONE)), []).append(str(body.get("value", "")))
    return {tag: texts for tag, texts in said.items() if any(texts)}
