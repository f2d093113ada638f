"""Records read whole, in at most eight queries however many pages they have."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from archive.models import (
    Annotation,
    AnnotationAsset,
    AnnotationPage,
    Asset,
    Canvas,
    Collection,
    CollectionRecord,
    Range,
    RangeCanvas,
    Record,
)
from archive.services.views import (
    AnnotationView,
    AssetView,
    CanvasView,
    GroupView,
    PageView,
    PartView,
    RangeView,
    RecordView,
)

_Row = tuple[Any, ...]  # Any: each column has its own type.

_RECORD = (
    "id", "identifier", "label", "summary", "rights", "required_statement", "metadata_pairs", "maker", "type",
    "subject", "place", "language", "date", "first_year", "last_year", "accession_number", "visibility",
    "embargo_until", "behavior", "viewing_direction", "nav_date", "wraps_ranges", "properties",
    "revision", "created", "modified", "withdrawn",
)  # fmt: skip
_CANVAS = (
    "identifier", "position", "label", "width", "height", "duration", "substitute", "properties", "source_id",
)  # fmt: skip
_ASSET = (
    "identifier", "name", "page", "digest", "bytes", "media_type", "width", "height", "duration",
    "pyramid_state", "pyramid_reason",
)  # fmt: skip
_PAGE = ("holder", "name", "paints", "placing", "properties", "source_id", "revision")
_ANNOTATION = (
    "identifier", "motivation", "body", "target", "properties", "source_id", "revision", "created",
    "modified",
)  # fmt: skip
_RANGE = ("identifier", "position", "label", "properties", "source_id")


def head(session: Session, identifier: str) -> RecordView | None:
    """The record without its parts: one query."""
    row = session.execute(_of_record().where(Record.identifier == identifier)).first()
    return RecordView(*row) if row else None


def head_by_id(session: Session, record_id: int) -> RecordView:
    """The record without its parts, by its key."""
    return RecordView(*session.execute(_of_record().where(Record.id == record_id)).one())


def heads(session: Session, statement: Select[Any]) -> list[RecordView]:
    """The records of a statement that ``select_heads`` began, without their parts."""
    return [RecordView(*row) for row in session.execute(statement)]


def select_heads() -> Select[Any]:
    """The beginning of a statement that selects records for ``heads``."""
    return _of_record()


def fill(session: Session, record: RecordView) -> RecordView:
    """Give a record its parts: at most seven queries."""
    key = record.id
    canvases, assets = _canvases(session, Canvas.record_id == key)
    pages = _pages(session, AnnotationPage.record_id == key)
    if pages:
        assets |= _annotated(session, AnnotationPage.record_id == key)
    _place_pages(record, canvases, pages.values())
    _place_canvases(record, canvases)
    record.assets = assets
    record.ranges = _ranges(session, key, {id_: view for id_, (view, _) in canvases.items()})
    record.collections = _collections(session, key)
    return record


def fill_canvas(session: Session, record: RecordView, canvas_id: int) -> CanvasView:
    """One canvas of a record with all that stands on it, and nothing else of the record."""
    mine = (Canvas.id == canvas_id) | (Canvas.stands_for_id == canvas_id)
    canvases, assets = _canvases(session, mine)
    on_mine = AnnotationPage.canvas_id.in_(canvases)
    pages = _pages(session, on_mine)
    if pages:
        assets |= _annotated(session, on_mine)
    _place_pages(record, canvases, pages.values())
    view = canvases.pop(canvas_id)[0]
    view.substitutes = {one.substitute: one for one, _ in canvases.values() if one.substitute}
    record.assets = assets
    return view


def canvases_behind(session: Session, record: RecordView, position: int, *, limit: int) -> list[CanvasView]:
    """Canvases of a record with their assets, at most ``limit``, after those up to ``position``."""
    mine = (Canvas.record_id == record.id) & Canvas.substitute.is_(None) & (Canvas.position > position)
    return [_canvas(row) for row in session.execute(_of_canvas().where(mine).limit(limit))]


def with_faces(session: Session, records: Sequence[RecordView]) -> Sequence[RecordView]:
    """Give records their canvases with their assets, and nothing else: one query for all."""
    by_id = {record.id: record for record in records}
    statement = _of_canvas().where(Canvas.record_id.in_(by_id), Canvas.substitute.is_(None))
    for row in session.execute(statement.add_columns(Canvas.record_id)):
        view = _canvas(row)
        by_id[row[-1]].canvases.append(view)
    return records


def with_collections(session: Session, records: Sequence[RecordView]) -> Sequence[RecordView]:
    """Give records the collections that they stand in: one query for all."""
    by_id = {record.id: record for record in records}
    statement = _of_collections().where(CollectionRecord.record_id.in_(by_id))
    for record_id, *group in session.execute(statement):
        by_id[record_id].collections.append(GroupView(*group))
    return records


def of_row(record: Record) -> RecordView:
    """The record of a row whose canvases, assets and places in collections are at hand: no query.

    Its ranges and pages of annotations are not given.
    """
    view = RecordView(*(getattr(record, name) for name in _RECORD))
    for canvas in record.canvases:
        drawn = CanvasView(*(getattr(canvas, name) for name in _CANVAS))
        if canvas.asset is not None:
            asset = AssetView(*(getattr(canvas.asset, name) for name in _ASSET))
            drawn.asset = asset
        view.canvases.append(drawn)
    for one in record.memberships:
        group = one.collection
        view.collections.append(GroupView(group.identifier, group.label, group.path, one.position))
    return view


@cache
def _of_record() -> Select[Any]:
    return select(*(getattr(Record, name) for name in _RECORD))


@cache
def _of_canvas() -> Select[Any]:
    columns = (getattr(Canvas, name) for name in _CANVAS)
    shown = (getattr(Asset, name) for name in _ASSET)
    return (
        select(Canvas.id, Canvas.stands_for_id, *columns, *shown)
        .outerjoin(Asset, Asset.id == Canvas.asset_id)
        .order_by(Canvas.record_id, Canvas.position)
    )


def _canvas(row: Sequence[Any]) -> CanvasView:
    split = 2 + len(_CANVAS)
    view = CanvasView(*row[2:split])
    if row[split] is not None:
        view.asset = AssetView(*row[split : split + len(_ASSET)])
    return view


def _canvases(
    session: Session, condition: ColumnElement[bool]
) -> tuple[dict[int, tuple[CanvasView, int | None]], dict[str, AssetView]]:
    """The canvases by key, each with the key of the one that it stands for; and their assets."""
    canvases: dict[int, tuple[CanvasView, int | None]] = {}
    assets: dict[str, AssetView] = {}
    for row in session.execute(_of_canvas().where(condition)):
        view = _canvas(row)
        if view.asset is not None:
            view.asset = assets.setdefault(view.asset.identifier, view.asset)
        canvases[row[0]] = view, row[1]
    return canvases, assets


def _pages(session: Session, condition: ColumnElement[bool]) -> dict[int, tuple[PageView, int | None]]:
    """The pages of annotations by key, each with the key of its canvas."""
    columns = (getattr(AnnotationPage, name) for name in _PAGE)
    statement = (
        select(AnnotationPage.id, AnnotationPage.canvas_id, *columns)
        .where(condition)
        .order_by(AnnotationPage.position, AnnotationPage.id)
    )
    pages = {row[0]: (PageView(*row[2:]), row[1]) for row in session.execute(statement)}
    if pages:
        fields = (getattr(Annotation, name) for name in _ANNOTATION)
        found = session.execute(
            select(Annotation.page_id, *fields)
            .join(AnnotationPage, AnnotationPage.id == Annotation.page_id)
            .where(condition)
            .order_by(Annotation.position, Annotation.id)
        )
        for row in found:
            pages[row[0]][0].annotations.append(AnnotationView(*row[1:]))
    return pages


def _annotated(session: Session, condition: ColumnElement[bool]) -> dict[str, AssetView]:
    columns = (getattr(Asset, name) for name in _ASSET)
    named = (
        select(AnnotationAsset.asset_id)
        .join(Annotation, Annotation.id == AnnotationAsset.annotation_id)
        .join(AnnotationPage, AnnotationPage.id == Annotation.page_id)
        .where(condition)
    )
    rows = session.execute(select(*columns).where(Asset.id.in_(named)))
    return {row[0]: AssetView(*row) for row in rows}


def _place_pages(
    record: RecordView,
    canvases: dict[int, tuple[CanvasView, int | None]],
    pages: Iterable[tuple[PageView, int | None]],
) -> None:
    for page, canvas_id in pages:
        (record if canvas_id is None else canvases[canvas_id][0]).pages.append(page)


def _place_canvases(record: RecordView, canvases: dict[int, tuple[CanvasView, int | None]]) -> None:
    for view, stands_for in canvases.values():
        if view.substitute is None:
            record.canvases.append(view)
        else:
            owner = record if stands_for is None else canvases[stands_for][0]
            owner.substitutes[view.substitute] = view


def _ranges(session: Session, record_id: int, canvases: dict[int, CanvasView]) -> list[RangeView]:
    columns = (getattr(Range, name) for name in _RANGE)
    rows = session.execute(
        select(Range.id, Range.parent_id, *columns)
        .where(Range.record_id == record_id)
        .order_by(Range.position)
    ).all()
    if not rows:
        return []
    views = {row[0]: RangeView(*row[2:]) for row in rows}
    top: list[RangeView] = []
    for row in rows:
        (top if row[1] is None else views[row[1]].ranges).append(views[row[0]])
    for range_id, canvas_id, position, part in _places(session, record_id):
        views[range_id].parts.append(PartView(canvases[canvas_id], position, part))
    return top


def _places(session: Session, record_id: int) -> Iterator[_Row]:
    columns = (RangeCanvas.range_id, RangeCanvas.canvas_id, RangeCanvas.position, RangeCanvas.part)
    statement = (
        select(*columns)
        .join(Range, Range.id == RangeCanvas.range_id)
        .where(Range.record_id == record_id)
        .order_by(RangeCanvas.position)
    )
    return (tuple(row) for row in session.execute(statement))


def _collections(session: Session, record_id: int) -> list[GroupView]:
    statement = _of_collections().where(CollectionRecord.record_id == record_id)
    return [GroupView(*group) for _, *group in session.execute(statement)]


@cache
def _of_collections() -> Select[Any]:
    return (
        select(
            CollectionRecord.record_id,
            Collection.identifier,
            Collection.label,
            Collection.path,
            CollectionRecord.position,
        )
        .join(Collection, CollectionRecord.collection_id == Collection.id)
        .order_by(Collection.id)
    )
