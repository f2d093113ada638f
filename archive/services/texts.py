"""The text of canvases: kept, read, removed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive import db
from archive.errors import NotFound
from archive.models import Canvas, Maker, Placing, Record, Text
from archive.services import editing, records
from archive.services.access import Reader
from archive.services.pages import PATHS
from archive.services.views import AnnotationView, PageView, RecordView
from iiif.presentation import text as drawing
from iiif.presentation.text import Piece
from search import packing
from search.page_text import PageText

_BATCH = 900  # SQLite takes so many parameters in any build.
_COLUMNS = ("asset_id", "language", "profile", "words", "made_by", "engine", "confidence", "text", "boxes")


@dataclass(frozen=True)
class Written:
    """The text of a canvas as its row has it; ``boxes`` are packed."""

    text: str
    boxes: bytes
    words: int
    language: str | None = None
    profile: str | None = None
    made_by: Maker = Maker.GIVEN
    engine: str | None = None
    confidence: float | None = None


def written(
    page: PageText,
    *,
    profile: str | None = None,
    made_by: Maker = Maker.GIVEN,
    engine: str | None = None,
    confidence: float | None = None,
) -> Written:
    """A page's text on its way into the catalogue, with who made it."""
    boxes = packing.pack(page)
    return Written(page.text, boxes, len(page.words), page.language, profile, made_by, engine, confidence)


def of(session: Session, canvas: str) -> PageText | None:
    """The text of the canvas with that identifier; whoever may see it."""
    columns = select(Text.boxes, Text.text, Text.language).join(Canvas, Canvas.id == Text.canvas_id)
    row = session.execute(columns.where(Canvas.identifier == canvas)).tuples().first()
    return packing.unpack(*row) if row else None


def require(session: Session, canvas: str) -> PageText:
    """As ``of``. Raises ``NotFound`` where the canvas has no text."""
    if page := of(session, canvas):
        return page
    raise NotFound(f'canvas "{canvas}" has no text: see its manifest')


def pieces(page: PageText, name: str) -> list[Piece]:
    """The lines or words of a page, as annotations say them; the whole where nothing tells where they are."""
    if name == drawing.WORDS:
        return [Piece(page.text[start:end], "word", box) for start, end, box in page.words]
    lines = [Piece(page.text[start:end].strip(), "line", box) for start, end, box in page.lines]
    said = [Piece(page.text[one.start : one.end], "line", None, (one.begin, one.until)) for one in page.cues]
    return lines or said or [Piece(page.text, "page")]


def embed(session: Session, record: RecordView) -> None:
    """Give a record that was filled the lines of its texts as annotations in its own document."""
    for view in record.canvases:
        if view.text is None:
            continue
        page = require(session, view.identifier)
        said = PageView(view.identifier, drawing.LINES, False, Placing.EMBEDDED, {}, None, view.text.revision)
        said.annotations = [
            _annotation(record, view.identifier, number, piece, page.language)
            for number, piece in enumerate(pieces(page, drawing.LINES), 1)
        ]
        view.pages.append(said)
        view.text = None


def row_of(session: Session, canvas: str) -> Text | None:
    """The row of a canvas' text, for whoever may see it, with who made it and how sure of it."""
    mine = select(Text).join(Canvas, Canvas.id == Text.canvas_id).where(Canvas.identifier == canvas)
    return session.scalar(mine.execution_options(populate_existing=True))


def lock(session: Session, canvas: str, reader: Reader) -> tuple[Record, Canvas]:
    """The record of a canvas, for no other to change meanwhile, and the canvas' row.

    Raises ``NotFound``, ``Gone``, ``Forbidden``.
    """
    asked_for = f'canvas "{canvas}"'
    owner = select(Canvas.record_id).where(Canvas.identifier == canvas).scalar_subquery()
    record = records.lock_where(session, Record.id == owner, asked_for, reader)
    return record, session.scalars(select(Canvas).where(Canvas.identifier == canvas)).one()


def put(session: Session, canvas: str, text: Written, *, reader: Reader, asset_id: int | None = None) -> bool:
    """Let a canvas have this text instead of any other; whether that changed the record.

    ``asset_id`` is the record's file that it came from. Raises ``NotFound``, ``Gone``, ``Forbidden``.
    """
    record, row = lock(session, canvas, reader)
    before = records.load(session, record)
    place(session, {row.id: (text, asset_id)})
    return editing.close(session, record, before) is not None


def remove(session: Session, canvas: str, *, reader: Reader) -> bool:
    """Take the text of a canvas away; whether it had one. Raises as ``put``."""
    record, row = lock(session, canvas, reader)
    before = records.load(session, record)
    session.execute(delete(Text).where(Text.canvas_id == row.id))
    return editing.close(session, record, before) is not None


def place(session: Session, texts: Mapping[int, tuple[Written, int | None]]) -> None:
    """Write texts, with the keys of their assets, by the keys of their canvases, within an edit.

    What is the same already is left alone.
    """
    known = _rows(session, texts)
    for canvas_id, (text, asset_id) in texts.items():
        said = {**vars(text), "asset_id": asset_id}
        row = known.get(canvas_id)
        if row is None:
            session.add(Text(canvas_id=canvas_id, modified=db.now(), **said))
        elif any(getattr(row, name) != said[name] for name in _COLUMNS):
            _fill(row, said)
    session.flush()


def drop_given(session: Session, canvas_ids: Iterable[int]) -> None:
    """Take away, within an edit, the texts that came with files; what was recognised here stays."""
    for row in _rows(session, canvas_ids).values():
        if row.made_by == Maker.GIVEN and row.asset_id is not None:
            session.delete(row)
    session.flush()


def _annotation(
    record: RecordView, canvas: str, number: int, piece: Piece, language: str | None
) -> AnnotationView:
    body = {"type": "TextualBody", "value": piece.value, "format": drawing.PLAIN}
    return AnnotationView(
        f"{canvas}/{drawing.LINES}-{number}",
        ("supplementing",),
        body | ({"language": language} if language else {}),
        PATHS.canvas(canvas) + piece.fragment,
        {"textGranularity": piece.granularity},
        None,
        1,
        record.modified,
        record.modified,
    )


def _fill(row: Text, said: Mapping[str, Any]) -> None:  # Any: each column has its own type.
    for name in _COLUMNS:
        setattr(row, name, said[name])
    row.revision += 1
    row.modified = db.now()


def _rows(session: Session, canvas_ids: Iterable[int]) -> dict[int, Text]:
    keys = list(canvas_ids)
    rows = (
        row
        for start in range(0, len(keys), _BATCH)
        for row in session.scalars(select(Text).where(Text.canvas_id.in_(keys[start : start + _BATCH])))
    )
    return {row.canvas_id: row for row in rows}
