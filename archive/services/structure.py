"""The ranges of a record, from the outline that its sheet gives; and how any tree of them is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from archive.db import JsonObject
from archive.errors import Invalid
from archive.models import Canvas, Range, RangeCanvas, Record
from archive.services import records
from archive.services.drafts import RangeDraft
from archive.services.views import RangeView
from iiif.language import LanguageMap


@dataclass(frozen=True)
class Placed:
    """A canvas at a place of a chapter, by its key; ``part`` is a fragment or a specific resource of it."""

    canvas_id: int
    part: str | JsonObject | None = None


@dataclass(frozen=True)
class Chapter:
    """A range as it is to be, with what stands in it, in its order."""

    identifier: str
    label: LanguageMap
    items: Sequence["Placed | Chapter"]
    properties: Mapping[str, Any]  # Any: values of JSON.
    source_id: str | None = None


def save(session: Session, record: Record, drafts: Sequence[RangeDraft]) -> None:
    """Give the record the chapters of ``drafts``, and leave them alone where they are these.

    A chapter that keeps its label keeps its identifier and its properties. Raises ``Invalid`` for a page
    that is not there.
    """
    old = records.load(session, record).ranges
    if _are(old, drafts):
        return
    known = {str(one.label): one for one in records.flat(old)}
    session.execute(delete(Range).where(Range.record_id == record.id))
    plant(session, record, [_chapter(record, draft, known) for draft in drafts])


def plant(session: Session, record: Record, chapters: Sequence[Chapter]) -> None:
    """Write new ranges with all below them: a statement for each level, another for all canvases."""
    level: list[tuple[int | None, int, Chapter]] = [
        (None, place, one) for place, one in enumerate(chapters, 1)
    ]
    placed: list[dict[str, object]] = []
    while level:
        rows = [_row(record, *one) for one in level]
        keys = session.scalars(insert(Range).returning(Range.id, sort_by_parameter_order=True), rows).all()
        below: list[tuple[int | None, int, Chapter]] = []
        for key, (_, _, chapter) in zip(keys, level, strict=True):
            for place, item in enumerate(chapter.items, 1):
                if isinstance(item, Chapter):
                    below.append((key, place, item))
                else:
                    placed.append(placed_row(key, place, item))
        level = below
    if placed:
        session.execute(insert(RangeCanvas), placed)


def placed_row(range_id: int, position: int, item: Placed) -> dict[str, object]:
    """The columns of a canvas at a place of a range."""
    return {"range_id": range_id, "canvas_id": item.canvas_id, "position": position, "part": item.part}


def part_identifier(record: Record) -> str:
    """An identifier for a new part of the record, a canvas or a range.

    It is numbered by the record's own count, never by position: a page that moves keeps its own.
    """
    record.parts_made += 1
    return f"{record.identifier}-{record.parts_made}"


def _are(ranges: Sequence[RangeView], drafts: Sequence[RangeDraft]) -> bool:
    """Whether the chapters are those of the drafts."""
    return len(ranges) == len(drafts) and all(map(_is, ranges, drafts))


def _is(one: RangeView, draft: RangeDraft) -> bool:
    return (
        one.label == draft.label
        and tuple(canvas.position for canvas in one.canvases) == draft.pages
        and draft.properties in (None, one.properties)
        and _are(one.ranges, draft.ranges)
    )


def _row(record: Record, parent_id: int | None, position: int, one: Chapter) -> dict[str, object]:
    return {
        "identifier": one.identifier,
        "record_id": record.id,
        "parent_id": parent_id,
        "position": position,
        "label": one.label,
        "properties": dict(one.properties),
        "source_id": one.source_id,
    }


def _chapter(record: Record, draft: RangeDraft, known: dict[str, RangeView]) -> Chapter:
    """The chapter of a draft; one of its label that was there before goes on in it."""
    before = known.pop(str(draft.label), None)
    name = before.identifier if before else part_identifier(record)
    pages = [Placed(_page(record, draft, number).id) for number in draft.pages]
    below = [_chapter(record, one, known) for one in draft.ranges]
    said = draft.properties if draft.properties is not None else before.properties if before else {}
    return Chapter(name, draft.label, [*pages, *below], said)


def _page(record: Record, draft: RangeDraft, number: int) -> Canvas:
    if not 1 <= number <= len(record.canvases):
        label = next(iter(draft.label.values()), [""])[0]
        raise Invalid(
            f'range "{label}": there is no page {number}, the record has {len(record.canvases)}: '
            "correct the number"
        )
    return record.canvases[number - 1]
