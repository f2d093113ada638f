"""Ranges: the chapters of a record. Spec: Presentation 3.0 §5.4."""

from collections.abc import Sequence

from iiif import protocols
from iiif.presentation import document, labels
from iiif.presentation.document import Resource
from iiif.uris import Uris

CONTENTS = "-contents"
"""What the identifier of a record's table of contents adds to the record's; a chapter's ends in a number."""


def structures(record: protocols.Record, uris: Uris) -> list[Resource]:
    """The one hierarchy of a record's chapters, ``[]`` where it has none.

    Each member of ``structures`` is an alternative to the others, so several chapters at the top stand
    in one table of contents, named after the record. Spec: Presentation 3.0 §3.4.
    """
    if len(record.ranges) > 1:
        return _filled([contents(record, uris)])
    return _ranges(record.ranges, uris)


def contents(record: protocols.Record, uris: Uris) -> Resource:
    """The table of contents that holds the chapters of ``record``."""
    return {
        "id": uris.range(record.identifier + CONTENTS),
        "type": "Range",
        "label": labels.CONTENTS,
        "items": _ranges(record.ranges, uris),
    }


def range_(chapter: protocols.Range, uris: Uris) -> Resource:
    """A chapter with its canvases and the chapters below it, of which empty ones are left out."""
    drawn: Resource = {"id": uris.range(chapter.identifier), "type": "Range"}
    if chapter.label:
        drawn["label"] = chapter.label
    canvases = [document.reference(uris.canvas(view.identifier), "Canvas") for view in chapter.canvases]
    return drawn | {"items": canvases + _ranges(chapter.ranges, uris)}


def range_document(chapter: protocols.Range, record: protocols.Record, uris: Uris) -> Resource:
    """The chapter, dereferenced."""
    return document.document(range_(chapter, uris), _manifest(record, uris))


def contents_document(record: protocols.Record, uris: Uris) -> Resource:
    """The table of contents, dereferenced."""
    return document.document(contents(record, uris), _manifest(record, uris))


def _ranges(chapters: Sequence[protocols.Range], uris: Uris) -> list[Resource]:
    return _filled([range_(chapter, uris) for chapter in chapters])


def _filled(ranges: list[Resource]) -> list[Resource]:
    # A range must hold something, so a chapter whose pages are all gone is not drawn.
    return [drawn for drawn in ranges if drawn["items"]]


def _manifest(record: protocols.Record, uris: Uris) -> Resource:
    return document.reference(uris.manifest(record.identifier), "Manifest")
