"""The ranges of a record, from the outline that its sheet gives."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from archive.errors import Invalid
from archive.models import Canvas, Range, RangeCanvas, Record
from archive.services import records
from archive.services.drafts import RangeDraft
from archive.services.views import RangeView


def save(session: Session, record: Record, drafts: Sequence[RangeDraft]) -> None:
    """Give the record the chapters of ``drafts``, and leave them alone where they are these.

    A chapter that keeps its label keeps its identifier. Raises ``Invalid`` for a page that is not there.
    """
    old = records.load(session, record).ranges
    if _outline(old) == tuple(drafts):
        return
    names = {str(one.label): one.identifier for one in records.flat(old)}
    session.execute(delete(Range).where(Range.record_id == record.id))
    _grow(session, record, drafts, names=names, parent_id=None)


def part_identifier(record: Record) -> str:
    """An identifier for a new part of the record, a canvas or a range.

    It is numbered by the record's own count, never by position: a page that moves keeps its own.
    """
    record.parts_made += 1
    return f"{record.identifier}-{record.parts_made}"


def _outline(ranges: Sequence[RangeView]) -> tuple[RangeDraft, ...]:
    return tuple(
        RangeDraft(one.label, tuple(canvas.position for canvas in one.canvases), _outline(one.ranges))
        for one in ranges
    )


def _grow(
    session: Session,
    record: Record,
    drafts: Sequence[RangeDraft],
    *,
    names: dict[str, str],
    parent_id: int | None,
    before: int = 0,
) -> None:
    for position, draft in enumerate(drafts, before + 1):
        row = Range(
            identifier=names.pop(str(draft.label), None) or part_identifier(record),
            record_id=record.id,
            parent_id=parent_id,
            position=position,
            label=draft.label,
        )
        session.add(row)
        session.flush()
        canvases = [_page(record, draft, number) for number in draft.pages]
        session.add_all(
            RangeCanvas(range_id=row.id, canvas_id=canvas.id, position=place)
            for place, canvas in enumerate(canvases, 1)
        )
        _grow(session, record, draft.ranges, names=names, parent_id=row.id, before=len(canvases))


def _page(record: Record, draft: RangeDraft, number: int) -> Canvas:
    if not 1 <= number <= len(record.canvases):
        label = next(iter(draft.label.values()), [""])[0]
        raise Invalid(
            f'range "{label}": there is no page {number}, the record has {len(record.canvases)}: '
            "correct the number"
        )
    return record.canvases[number - 1]
