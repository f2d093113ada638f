"""Ranges: the chapters of a record. Spec: Presentation 3.0 §5.4."""

from collections.abc import Iterator, Sequence

from iiif import protocols
from iiif.presentation import document, labels
from iiif.presentation.document import Resource
from iiif.uris import Uris

CONTENTS = "-contents"
"""What the identifier of a record's table of contents adds to the record's; a chapter's ends in a number."""


def structures(record: protocols.Record, uris: Uris) -> list[Resource]:
    """The chapters of a record, ``[]`` where it has none.

    Each member of ``structures`` is an alternative to the others, so several chapters of one order stand in
    one table of contents, named after the record; a sequence, which is another order of the canvases, stands
    beside it. Spec: Presentation 3.0 §3.1, behavior; §3.4.
    """
    chapters = _chapters(record)
    if not record.wraps_ranges or len(chapters) < 2:
        return _ranges(record.ranges, uris)
    sequences = [one for one in record.ranges if _is_sequence(one)]
    return [*_filled([contents(record, uris)]), *_ranges(sequences, uris)]


def contents(record: protocols.Record, uris: Uris) -> Resource:
    """The table of contents that holds the chapters of ``record``."""
    return {
        "id": uris.range(record.identifier + CONTENTS),
        "type": "Range",
        "label": labels.CONTENTS,
        "items": _ranges(_chapters(record), uris),
    }


def range_(chapter: protocols.Range, uris: Uris) -> Resource:
    """A chapter with what stands in it, in its order; chapters below it that are empty are left out."""
    drawn: Resource = {"id": uris.range(chapter.identifier), "type": "Range"}
    if chapter.label:
        drawn["label"] = chapter.label
    if chapter.properties:
        document.with_properties(drawn, chapter.properties, uris.base)
    placed = [(one.position, part(one, uris)) for one in chapter.parts]
    below = [(one.position, range_(one, uris)) for one in chapter.ranges]
    placed += [(position, range_) for position, range_ in below if range_["items"]]
    if below:
        placed.sort(key=lambda one: one[0])
    drawn["items"] = [one for _, one in placed]
    return drawn


def part(one: protocols.CanvasPart, uris: Uris) -> Resource:
    """A canvas by reference: whole, by a fragment of its URI, or as a specific resource."""
    address = uris.canvas(one.canvas.identifier)
    if one.part is None:
        return {"id": address, "type": "Canvas"}
    if isinstance(one.part, str):
        return {"id": f"{address}#{one.part}", "type": "Canvas"}
    return document.located(dict(one.part), uris.base)


def range_document(chapter: protocols.Range, record: protocols.Record, uris: Uris) -> Resource:
    """The chapter, dereferenced."""
    return document.document(range_(chapter, uris), _manifest(record, uris), contexts([chapter]))


def contents_document(record: protocols.Record, uris: Uris) -> Resource:
    """The table of contents, dereferenced."""
    return document.document(contents(record, uris), _manifest(record, uris), contexts(record.ranges))


def contexts(chapters: Sequence[protocols.Range]) -> list[str]:
    """The contexts of the extensions that chapters and those below them use."""
    return document.contexts(_properties(chapters))


def _properties(chapters: Sequence[protocols.Range]) -> Iterator[protocols.Properties]:
    for chapter in chapters:
        if chapter.properties:
            yield chapter.properties
        if chapter.ranges:
            yield from _properties(chapter.ranges)


def _chapters(record: protocols.Record) -> list[protocols.Range]:
    """The ranges at the top that may stand in a table of contents."""
    return [one for one in record.ranges if not _is_sequence(one)]


def _is_sequence(chapter: protocols.Range) -> bool:
    return "sequence" in chapter.properties.get("behavior", ())


def _ranges(chapters: Sequence[protocols.Range], uris: Uris) -> list[Resource]:
    return _filled([range_(chapter, uris) for chapter in chapters])


def _filled(ranges: list[Resource]) -> list[Resource]:
    # A range must hold something, so a chapter whose pages are all gone is not drawn.
    return [drawn for drawn in ranges if drawn["items"]]


def _manifest(record: protocols.Record, uris: Uris) -> Resource:
    return document.reference(uris.manifest(record.identifier), "Manifest")
