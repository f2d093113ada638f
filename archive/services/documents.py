"""The parts of a manifest that was taken in: written as rows, and again when it is taken in again.

What the document knows by a URI keeps the identifier that it had; what is no more in it goes, and what was
written here beside it, such as readers' annotations, stays.
"""

from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.errors import Invalid
from archive.models import Canvas, Range, Record
from archive.services import structure
from archive.services.pages import PATHS, Pages
from archive.services.structure import Chapter, Placed
from iiif.presentation import document, parsing

_Row = TypeVar("_Row", Canvas, Range)


def write(session: Session, record: Record, taken: parsing.Manifest) -> None:
    """Let the record hold what the manifest says. Raises ``Invalid`` for a range of canvases not in it.

    Its description is not written here, but for what has no column.
    """
    _Writer(session, record, taken).write()


class _Writer:
    """One manifest on its way into rows."""

    def __init__(self, session: Session, record: Record, taken: parsing.Manifest) -> None:
        self._session = session
        self._record = record
        self._taken = taken
        self._canvases = {row.source_id: row for row in self._rows(Canvas) if row.source_id}
        self._ranges = {row.source_id: row.identifier for row in self._rows(Range) if row.source_id}
        # The addresses, as paths, of what the document names by URIs of its own.
        self._names: dict[str, str] = {taken.id: PATHS.manifest(record.identifier)}
        self._pages = Pages(session, record, self._names)

    def write(self) -> None:
        canvases = list(parsing.canvases(self._taken))
        self._write_canvases(canvases)
        self._ranges = {
            one.id: self._ranges.get(one.id) or structure.part_identifier(self._record)
            for one in parsing.ranges(self._taken)
        }
        self._names |= {id_: PATHS.range(name) for id_, name in self._ranges.items()}
        self._place_pages()
        # Now that all is named, what names it can be written.
        self._record.wraps_ranges = False
        self._record.properties = self._stored(self._taken.properties)
        for view, _, _ in canvases:
            self._canvases[view.id].properties = self._stored(view.properties)
        self._pages.write()
        self._write_ranges()

    def _write_canvases(self, wanted: list[tuple[parsing.Canvas, str | None, parsing.Canvas | None]]) -> None:
        self._drop_canvases({view.id for view, _, _ in wanted})
        place = 0
        for view, substitute, owner in wanted:
            row = self._canvases.get(view.id) or self._new_canvas(view.id)
            place += substitute is None
            row.position = 0 if substitute else place
            row.label, row.width, row.height, row.duration = (
                view.label,
                view.width,
                view.height,
                view.duration,
            )
            row.substitute = substitute
            row.stands_for_id = self._canvases[owner.id].id if owner else None
            self._names[view.id] = PATHS.canvas(row.identifier)
        self._session.flush()

    def _new_canvas(self, id_: str) -> Canvas:
        row = Canvas(
            identifier=structure.part_identifier(self._record),
            record_id=self._record.id,
            source_id=id_,
            position=0,
            properties={},
        )
        self._session.add(row)
        # Its key is what substitutes of it need.
        self._session.flush()
        self._canvases[id_] = row
        return row

    def _drop_canvases(self, wanted: set[str]) -> None:
        gone = [self._canvases.pop(id_) for id_ in self._canvases.keys() - wanted]
        # What stands for another goes before it.
        for row in sorted(gone, key=lambda row: row.substitute is None):
            self._session.delete(row)
            self._session.flush()

    def _place_pages(self) -> None:
        for place, page in enumerate(self._taken.pages, 1):
            self._pages.place(page, None, place)
        for view, _, _ in parsing.canvases(self._taken):
            for place, page in enumerate(view.pages, 1):
                self._pages.place(page, self._canvases[view.id], place)

    def _write_ranges(self) -> None:
        self._session.execute(
            delete(Range).where(Range.record_id == self._record.id, Range.source_id.is_not(None)),
            execution_options={"synchronize_session": False},
        )
        structure.plant(self._session, self._record, [self._chapter(one) for one in self._taken.ranges])

    def _chapter(self, one: parsing.Range) -> Chapter:
        items = [
            self._chapter(item) if isinstance(item, parsing.Range) else self._placed(one, item)
            for item in one.items
        ]
        return Chapter(self._ranges[one.id], one.label, items, self._stored(one.properties), one.id)

    def _placed(self, one: parsing.Range, item: parsing.Part) -> Placed:
        canvas = self._canvases.get(item.canvas)
        if canvas is None:
            raise Invalid(
                f'range "{one.id}": canvas "{item.canvas}" is not in the manifest: '
                "name one that is, or leave it out"
            )
        return Placed(canvas.id, item.part if isinstance(item.part, str | None) else self._stored(item.part))

    def _rows(self, kind: type[_Row]) -> list[_Row]:
        return list(self._session.scalars(select(kind).where(kind.record_id == self._record.id)))

    def _stored(self, value: dict[str, Any]) -> dict[str, Any]:  # Any: values of JSON.
        stored: dict[str, Any] = document.stored(value, self._names, "")
        return stored
