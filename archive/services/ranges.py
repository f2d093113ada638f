"""The ranges of a record, written one at a time or all at once; it is locked, and closed by ``editing``.

What is to be written has passed the gate and was taken apart by ``parsing``; its own references are paths.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from archive.db import JsonObject
from archive.errors import Refused
from archive.models import Canvas, Range, RangeCanvas, Record
from archive.services import structure
from archive.services.pages import PATHS
from archive.services.structure import Chapter, Placed
from archive.services.views import PartView, RangeView, RecordView
from iiif.presentation import document, parsing

DEEPEST = 24
"""Ranges that may lie in one another: the tree must be read as one document, whose nesting is limited."""


@dataclass(frozen=True)
class Place:
    """A range where it stands: in the range ``parent``, or at the top; ``position`` and ``depth`` from 1."""

    view: RangeView
    parent: str | None
    position: int
    depth: int


def places(record: RecordView) -> dict[str, Place]:
    """Every range of a record by its identifier, each before those below it."""
    found: dict[str, Place] = {}
    waiting = [Place(one, None, number, 1) for number, one in enumerate(record.ranges, 1)]
    while waiting:
        place = waiting.pop()
        found[place.view.identifier] = place
        waiting += [
            Place(item, place.view.identifier, number, place.depth + 1)
            for number, item in enumerate(members(place.view), 1)
            if isinstance(item, RangeView)
        ]
    return found


def members(chapter: RangeView) -> list[PartView | RangeView]:
    """What stands in a range, in its order."""
    return sorted((*chapter.parts, *chapter.ranges), key=lambda one: one.position)


def add(
    session: Session,
    record: Record,
    before: RecordView,
    taken: parsing.Range,
    *,
    parent: str | None,
    position: int | None,
) -> str:
    """A new range in ``parent``, or at the top, at ``position`` or behind all others; its identifier.

    The ranges among its items move into it. Raises ``Refused`` for items that can't stand in it.
    """
    row = Range(
        identifier=structure.part_identifier(record),
        record_id=record.id,
        parent_id=None,
        position=0,
        label={},
        properties={},
        source_id=None,
    )
    session.add(row)
    session.flush()
    _Edit(session, record, before, row).write(taken, parent=parent, position=position)
    return row.identifier


def describe(
    session: Session,
    record: Record,
    before: RecordView,
    taken: parsing.Range,
    *,
    identifier: str,
    parent: str | None,
    position: int | None,
) -> None:
    """Give a range its description, its items and its place; it stays where it is for no position.

    Raises as ``add`` does, and ``Refused`` where a range that stands in it is left out, or would hold itself.
    """
    row = session.scalars(select(Range).where(Range.identifier == identifier)).one()
    _Edit(session, record, before, row).write(taken, parent=parent, position=position)


def remove(session: Session, identifier: str) -> None:
    """Take a range away with all below it."""
    session.execute(delete(Range).where(Range.identifier == identifier))


def replace(session: Session, record: Record, before: RecordView, taken: Sequence[parsing.Range]) -> None:
    """Let the record have these ranges and no others. Raises ``Refused`` for what is no tree, or too deep.

    A range that bears the path of one of the record keeps its identifier; any other is a new one.
    """
    _check_tree(taken)
    known = {PATHS.range(name): place.view for name, place in places(before).items()}
    names: dict[str, str] = {}
    for one in _flat(taken):
        if one.id not in known:
            names[one.id] = PATHS.range(structure.part_identifier(record))
    canvases = _canvases(session, record)

    def chapter(one: parsing.Range) -> Chapter:
        path = names.get(one.id, one.id)
        items = [
            chapter(item)
            if isinstance(item, parsing.Range)
            else Placed(canvases[item.canvas], document.stored(item.part, names, ""))
            for item in one.items
        ]
        properties = document.stored(one.properties, names, "")
        source = known[one.id].source_id if one.id in known else None
        return Chapter(path.rpartition("/")[2], one.label, items, properties, source)

    session.execute(delete(Range).where(Range.record_id == record.id))
    structure.plant(session, record, [chapter(one) for one in taken])


class _Edit:
    """One range of a record on its way into rows."""

    def __init__(self, session: Session, record: Record, before: RecordView, row: Range) -> None:
        self._session = session
        self._record = record
        self._row = row
        self._known = places(before)
        self._place = self._known.get(row.identifier)

    def write(self, taken: parsing.Range, *, parent: str | None, position: int | None) -> None:
        below = self._below(taken)
        self._check(taken, below, parent)
        for name, value in (("label", taken.label), ("properties", taken.properties)):
            if getattr(self._row, name) != value:
                setattr(self._row, name, value)
        keys = self._keys()
        self._hold(taken, below, keys)
        self._move(None if parent is None else keys[parent], parent, position)

    def _below(self, taken: parsing.Range) -> dict[int, str]:
        """The ranges among the items, by their places."""
        found: dict[int, str] = {}
        for number, item in enumerate(taken.items):
            if isinstance(item, parsing.Range):
                name = item.id.removeprefix(PATHS.range(""))
                if item.id != PATHS.range(name) or name not in self._known:
                    raise _fault(number, "is no range of this record: check it")
                if name in found.values():
                    raise _fault(number, "stands in it twice: a range has one place")
                found[number] = name
        return found

    def _check(self, taken: parsing.Range, below: Mapping[int, str], parent: str | None) -> None:
        if parent is not None and parent not in self._known:
            raise Refused([("/parent", f'"{parent}" is no range of this record: check it')])
        above = list(self._above(parent))
        if self._row.identifier in above:
            raise Refused([("/parent", f'"{parent}" stands in this range itself: choose another')])
        for number, name in below.items():
            if name in (*above, self._row.identifier):
                raise _fault(number, "would hold itself: a range can't stand in one that it holds")
            if _is_sequence(self._known[name].view.properties):
                raise _fault(number, "is a sequence: it stands at the top of the record only")
        if parent is not None and _is_sequence(taken.properties):
            raise Refused([("/parent", "this range is a sequence: it stands at the top of the record only")])
        if self._place:
            held = {one.identifier for one in self._place.view.ranges}
            if lost := sorted(held - set(below.values())):
                remedy = "stands in it and is left out: remove it, or move it, first"
                raise Refused([("/items", f'"{name}" {remedy}') for name in lost])
        height = 1 + max((_height(self._known[name].view) for name in below.values()), default=0)
        if len(above) + height > DEEPEST:
            raise Refused([("/parent" if above else "/items", _too_deep())])

    def _above(self, parent: str | None) -> Iterator[str]:
        while parent is not None:
            yield parent
            parent = self._known[parent].parent

    def _keys(self) -> dict[str, int]:
        mine = select(Range.identifier, Range.id).where(Range.record_id == self._record.id)
        return dict(self._session.execute(mine).tuples().all())

    def _hold(self, taken: parsing.Range, below: Mapping[int, str], keys: Mapping[str, int]) -> None:
        if self._place and _said(self._place.view) == [
            item.id if isinstance(item, parsing.Range) else (item.canvas, item.part) for item in taken.items
        ]:
            return
        canvases = _canvases(self._session, self._record)
        placed = [(number, item) for number, item in enumerate(taken.items) if isinstance(item, parsing.Part)]
        if strange := [number for number, item in placed if item.canvas not in canvases]:
            remedy = "must be a canvas of this record, or a part of one"
            raise Refused([(f"/items/{number}", remedy) for number in strange])
        rows = [
            structure.placed_row(self._row.id, number + 1, Placed(canvases[item.canvas], item.part))
            for number, item in placed
        ]
        self._session.execute(delete(RangeCanvas).where(RangeCanvas.range_id == self._row.id))
        if rows:
            self._session.execute(insert(RangeCanvas), rows)
        if below:
            moved = [
                {"id": keys[name], "parent_id": self._row.id, "position": number + 1}
                for number, name in below.items()
            ]
            self._session.execute(update(Range), moved)

    def _move(self, parent_id: int | None, parent: str | None, position: int | None) -> None:
        at_home = self._place is not None and self._place.parent == parent
        if at_home and self._place and position in {None, self._place.position}:
            return
        others = self._members(parent_id)
        index = len(others) if position is None else min(position - 1, len(others))
        self._row.parent_id, self._row.position = parent_id, index + 1
        self._session.flush()
        for kind in (Range, RangeCanvas):
            shifted = [
                {"id": key, "position": number + (number > index)}
                for number, (stood, one, key) in enumerate(others, 1)
                if one is kind and stood != number + (number > index)
            ]
            if shifted:
                self._session.execute(update(kind), shifted)

    def _members(self, parent_id: int | None) -> list[tuple[int, type[Range | RangeCanvas], int]]:
        """What stands beside the range: position, kind and key, in its order."""
        ranges = select(Range.position, Range.id).where(
            Range.record_id == self._record.id, Range.parent_id == parent_id, Range.id != self._row.id
        )
        found: list[tuple[int, type[Range | RangeCanvas], int]] = []
        if parent_id is not None:
            placed = select(RangeCanvas.position, RangeCanvas.id).where(RangeCanvas.range_id == parent_id)
            found += [(place, RangeCanvas, key) for place, key in self._session.execute(placed)]
        found += [(place, Range, key) for place, key in self._session.execute(ranges)]
        return sorted(found, key=lambda one: one[0])


def _said(chapter: RangeView) -> list[object]:
    """What stands in a range, as ``parsing`` has it."""
    return [
        PATHS.range(one.identifier)
        if isinstance(one, RangeView)
        else (PATHS.canvas(one.canvas.identifier), one.part)
        for one in members(chapter)
    ]


def _canvases(session: Session, record: Record) -> dict[str, int]:
    """The keys of the canvases of a record by their paths."""
    mine = select(Canvas.identifier, Canvas.id).where(
        Canvas.record_id == record.id, Canvas.substitute.is_(None)
    )
    return {PATHS.canvas(name): key for name, key in session.execute(mine).tuples()}


def _flat(taken: Sequence[parsing.Range]) -> Iterator[parsing.Range]:
    waiting = list(reversed(taken))
    while waiting:
        yield (one := waiting.pop())
        waiting += [item for item in reversed(one.items) if isinstance(item, parsing.Range)]


def _check_tree(taken: Sequence[parsing.Range]) -> None:
    seen: set[str] = set()
    waiting = [(one, 1, f"/ranges/{number}") for number, one in enumerate(taken)]
    while waiting:
        one, depth, path = waiting.pop()
        if one.id in seen:
            raise Refused([(f"{path}/id", "stands in the tree twice: a range has one place")])
        seen.add(one.id)
        if depth > DEEPEST:
            raise Refused([(path, _too_deep())])
        waiting += [
            (item, depth + 1, f"{path}/items/{number}")
            for number, item in enumerate(one.items)
            if isinstance(item, parsing.Range)
        ]


def _height(chapter: RangeView) -> int:
    return 1 + max(map(_height, chapter.ranges), default=0)


def _is_sequence(properties: JsonObject) -> bool:
    return "sequence" in properties.get("behavior", ())


def _fault(number: int, remedy: str) -> Refused:
    return Refused([(f"/items/{number}", remedy)])


def _too_deep() -> str:
    return f"would lie deeper than {DEEPEST} ranges in one another: make the tree flatter"
