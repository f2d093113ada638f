"""What was written, judged as it will be published: within the transaction, which a refusal takes back."""

import dataclasses

from archive.services.views import CanvasView, RangeView, RecordView
from iiif.presentation import canvas, gate, manifest
from iiif.presentation import range as ranges
from iiif.presentation.publisher import Publisher
from iiif.uris import Uris


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
    gate.check(manifest.manifest(head, uris, publisher))


def check_canvas(view: CanvasView, record: RecordView, uris: Uris, publisher: Publisher) -> None:
    """Let a canvas pass, with what it shows and what is said of it. Raises ``InvalidDocument``."""
    gate.check(canvas.canvas_document(view, record, uris, publisher))


def check_range(chapter: RangeView, record: RecordView, uris: Uris) -> None:
    """Let a chapter pass, with those below it. Raises ``InvalidDocument``."""
    gate.check(ranges.range_document(chapter, record, uris))
