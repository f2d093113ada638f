"""Records read whole, in at most eight queries however many pages they have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from archive.models import (
    Annotation,
    AnnotationAsset,
    AnnotationPage,
    Asset,
    Canvas,
    Collection,
    CollectionRecord,
    Placing,
    Range,
    RangeCanvas,
    Record,
    Text,
)
from archive.services.views import (
    ASSET,
    AnnotationView,
    AssetView,
    CanvasView,
    GroupView,
    PageView,
    PartView,
    RangeView,
    RecordView,
    TextView,
)

_Result = CursorResult[Any]  # Any: each column has its own type.

_RECORD = (
    "id", "identifier", "label", "summary", "rights", "required_statement", "metadata_pairs", "maker", "type",
    "subject", "place", "language", "date", "first_year", "last_year", "accession_number", "visibility",
    "embargo_until", "behavior", "viewing_direction", "nav_date", "wraps_ranges", "properties",
    "revision", "created", "modified", "withdrawn",
)  # fmt: skip
_CANVAS = (
    "identifier", "position", "label", "width", "height", "duration", "substitute", "properties", "source_id",
)  # fmt: skip
_PAGE = ("holder", "name", "paints", "placing", "properties", "source_id", "revision")
_ANNOTATION = (
    "identifier", "motivation", "body", "target", "properties", "source_id", "revision", "created",
    "modified",
)  # fmt: skip
_OF_TEXT = len(fields(TextView))
_RANGE = ("identifier", "position", "label", "properties", "source_id")

_SOURCE = aliased(Asset)
"""The file of a canvas' text."""

_KEY: ColumnElement[Any] = bindparam("key")
"""By which statements that were built before select: the key of a record or a canvas, or an identifier."""


def head(session: Session, identifier: str) -> RecordView | None:
    """The record without its parts: one query."""
    row = _run(session, _head(), identifier).first()
    if row is None:
        return None
    *fields, has_ranges, has_pages = row
    record = RecordView(*fields)
    record.lacks_ranges, record.lacks_pages = not has_ranges, not has_pages
    return record


def head_by_id(session: Session, record_id: int) -> RecordView:
    """The record without its parts, by its key."""
    return RecordView(*session.execute(_of_record().where(Record.id == record_id)).one())


def heads(session: Session, statement: Select[Any]) -> list[RecordView]:
    """The records of a statement that ``select_heads`` began, without their parts."""
    return [RecordView(*row) for row in session.execute(statement)]


def select_heads() -> Select[Any]:
    """The beginning of a statement for ``heads``."""
    return _of_record()


def fill(session: Session, record: RecordView) -> RecordView:
    """Give a record its parts: at most seven queries."""
    key = record.id
    canvases, assets = _read(session, record, _parts_of_record(), key)
    _place_canvases(record, canvases)
    record.assets = assets
    if not record.lacks_ranges:
        record.ranges = _ranges(session, key, {id_: view for id_, (view, _) in canvases.items()})
    record.collections = _collections(session, key)
    return record


def fill_canvas(session: Session, record: RecordView, canvas_id: int) -> CanvasView:
    """One canvas of a record with all that stands on it, and nothing else of the record."""
    canvases, assets = _read(session, record, _parts_of_canvas(), canvas_id)
    view = canvases.pop(canvas_id)[0]
    view.substitutes = {one.substitute: one for one, _ in canvases.values() if one.substitute}
    record.assets = assets
    return view


def canvases_behind(session: Session, record: RecordView, position: int, *, limit: int) -> list[CanvasView]:
    """Canvases of a record with their assets, at most ``limit``, after those up to ``position``."""
    mine = (Canvas.record_id == record.id) & Canvas.substitute.is_(None) & (Canvas.position > position)
    return [_canvas(row) for row in session.execute(_of_canvas().where(mine).limit(limit))]


def face(session: Session, canvas_id: int) -> CanvasView:
    """One canvas with its asset, and nothing else that stands on it."""
    return _canvas(session.execute(_of_canvas().where(Canvas.id == canvas_id)).one())


def page(session: Session, page_id: int) -> PageView:
    """A page of annotations without them."""
    statement = select(*(getattr(AnnotationPage, name) for name in _PAGE))
    return PageView(*session.execute(statement.where(AnnotationPage.id == page_id)).one())


def fill_page(session: Session, record: RecordView, page: PageView) -> PageView:
    """Give a page its annotations, however documents have it; the record gets the assets that they name."""
    mine = (AnnotationPage.holder == page.holder) & (AnnotationPage.name == page.name)
    page.annotations = annotations(session, record, mine)
    return page


def annotations(
    session: Session,
    record: RecordView,
    condition: ColumnElement[bool],
    *,
    offset: int = 0,
    limit: int | None = None,
) -> list[AnnotationView]:
    """Annotations in the order of their pages; the record gets the assets that they name.

    ``condition`` is one on ``Annotation`` and ``AnnotationPage``.
    """
    fields = (getattr(Annotation, name) for name in _ANNOTATION)
    statement = (
        select(Annotation.id, *fields)
        .join(AnnotationPage, AnnotationPage.id == Annotation.page_id)
        .where(condition)
        .order_by(AnnotationPage.position, AnnotationPage.id, Annotation.position, Annotation.id)
    )
    rows = session.execute(statement.offset(offset).limit(limit)).all()
    if rows:
        keys = Annotation.id.between(min(row[0] for row in rows), max(row[0] for row in rows))
        found = session.execute(_of_annotated(condition & keys))
        record.assets = {**record.assets, **_by_identifier(found)}
    return [AnnotationView(*row[1:]) for row in rows]


def embed(session: Session, record: RecordView) -> None:
    """Give a record that was filled the annotations that its documents only name: it then has them whole."""
    owners: list[RecordView | CanvasView] = [record, *record.all_canvases()]
    for one in (one for owner in owners for one in owner.pages if one.placing == Placing.REFERENCED):
        fill_page(session, record, one).placing = Placing.EMBEDDED


def outline(session: Session, record: RecordView) -> list[RangeView]:
    """The ranges of a record, and nothing else of it."""
    canvases, _ = _canvases(_run(session, _parts_of_record().canvases, record.id))
    return _ranges(session, record.id, {id_: view for id_, (view, _) in canvases.items()})


def with_faces(session: Session, records: Sequence[RecordView]) -> Sequence[RecordView]:
    """Give records their canvases with their assets, and nothing else: one query for all."""
    by_id = {record.id: record for record in records}
    statement = _of_canvas().where(Canvas.record_id.in_(by_id), Canvas.substitute.is_(None))
    for row in session.execute(statement.add_columns(Canvas.record_id)):
        by_id[row[-1]].canvases.append(_canvas(row))
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
            asset = AssetView(*(getattr(canvas.asset, name) for name in ASSET))
            drawn.asset = asset
        view.canvases.append(drawn)
    for one in record.memberships:
        group = one.collection
        view.collections.append(GroupView(group.identifier, group.label, group.path, one.position))
    return view


@dataclass(frozen=True, eq=False, slots=True)
class _Parts:
    """The statements that read the parts of a record, or of one canvas, by a key.

    Built once: building a statement, and comparing it with those that were compiled before, takes longer
    than running it.
    """

    canvases: Select[Any]
    pages: Select[Any]
    annotations: Select[Any]
    annotated: Select[Any]


def _parts(canvases: ColumnElement[bool], pages: ColumnElement[bool]) -> _Parts:
    fields = (getattr(Annotation, name) for name in _ANNOTATION)
    page = (getattr(AnnotationPage, name) for name in _PAGE)
    return _Parts(
        _of_canvas().where(canvases),
        select(AnnotationPage.id, AnnotationPage.canvas_id, *page)
        .where(pages)
        .order_by(AnnotationPage.position, AnnotationPage.id),
        # What a page has that is only named stays unread: readers may have written ten thousand notes.
        select(Annotation.page_id, *fields)
        .join(AnnotationPage, AnnotationPage.id == Annotation.page_id)
        .where(pages, AnnotationPage.placing == Placing.EMBEDDED)
        .order_by(Annotation.position, Annotation.id),
        _of_annotated(pages),
    )


@cache
def _parts_of_record() -> _Parts:
    return _parts(Canvas.record_id == _KEY, AnnotationPage.record_id == _KEY)


@cache
def _parts_of_canvas() -> _Parts:
    mine = (Canvas.id == _KEY) | (Canvas.stands_for_id == _KEY)
    return _parts(mine, AnnotationPage.canvas_id.in_(select(Canvas.id).where(mine)))


@cache
def _head() -> Select[Any]:
    has = (select(part.id).where(part.record_id == Record.id).exists() for part in (Range, AnnotationPage))
    return _of_record().add_columns(*has).where(Record.identifier == _KEY)


@cache
def _of_record() -> Select[Any]:
    return select(*(getattr(Record, name) for name in _RECORD))


@cache
def _of_canvas() -> Select[Any]:
    columns = (getattr(Canvas, name) for name in _CANVAS)
    shown = (getattr(Asset, name) for name in ASSET)
    file = (_SOURCE.identifier, _SOURCE.name, _SOURCE.media_type)
    text = (Text.revision, Text.profile, Text.words, *file, Text.made_by)
    return (
        select(Canvas.id, Canvas.stands_for_id, *columns, *shown, *text)
        .outerjoin(Asset, Asset.id == Canvas.asset_id)
        .outerjoin(Text, Text.canvas_id == Canvas.id)
        .outerjoin(_SOURCE, _SOURCE.id == Text.asset_id)
        .order_by(Canvas.record_id, Canvas.position)
    )


def _of_annotated(condition: ColumnElement[bool]) -> Select[Any]:
    named = (
        select(AnnotationAsset.asset_id)
        .join(Annotation, Annotation.id == AnnotationAsset.annotation_id)
        .join(AnnotationPage, AnnotationPage.id == Annotation.page_id)
        .where(condition)
    )
    return select(*(getattr(Asset, name) for name in ASSET)).where(Asset.id.in_(named))


@cache
def _of_ranges() -> Select[Any]:
    columns = (getattr(Range, name) for name in _RANGE)
    return select(Range.id, Range.parent_id, *columns).where(Range.record_id == _KEY).order_by(Range.position)


@cache
def _of_places() -> Select[Any]:
    return (
        select(RangeCanvas.range_id, RangeCanvas.canvas_id, RangeCanvas.position, RangeCanvas.part)
        .join(Range, Range.id == RangeCanvas.range_id)
        .where(Range.record_id == _KEY)
        .order_by(RangeCanvas.position)
    )


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


@cache
def _of_own_collections() -> Select[Any]:
    return _of_collections().where(CollectionRecord.record_id == _KEY)


def _run(session: Session, statement: Select[Any], key: int | str) -> _Result:
    # On the connection: the session's own way, made for objects, takes twice as long (125 µs against 49).
    session.flush()
    return session.connection().execute(statement, {"key": key})


def _read(
    session: Session, record: RecordView, parts: _Parts, key: int
) -> tuple[dict[int, tuple[CanvasView, int | None]], dict[str, AssetView]]:
    """What ``_canvases`` gives, with the pages on the canvases; those on the record are given to it."""
    canvases, assets = _canvases(_run(session, parts.canvases, key))
    if record.lacks_pages:
        return canvases, assets
    pages = {row[0]: (PageView(*row[2:]), row[1]) for row in _run(session, parts.pages, key)}
    if pages:
        for row in _run(session, parts.annotations, key):
            pages[row[0]][0].annotations.append(AnnotationView(*row[1:]))
        assets |= _by_identifier(_run(session, parts.annotated, key))
    for page, canvas_id in pages.values():
        (record if canvas_id is None else canvases[canvas_id][0]).pages.append(page)
    return canvases, assets


def _canvas(row: Sequence[Any]) -> CanvasView:
    split = 2 + len(_CANVAS)
    end = split + len(ASSET)
    view = CanvasView(*row[2:split])
    if row[split] is not None:
        view.asset = AssetView(*row[split:end])
    if row[end] is not None:
        view.text = TextView(*row[end : end + _OF_TEXT])
    return view


def _canvases(
    rows: Iterable[Sequence[Any]],
) -> tuple[dict[int, tuple[CanvasView, int | None]], dict[str, AssetView]]:
    """The canvases by key, each with the key of the one that it stands for; and their assets."""
    canvases: dict[int, tuple[CanvasView, int | None]] = {}
    assets: dict[str, AssetView] = {}
    for row in rows:
        view = _canvas(row)
        if view.asset is not None:
            view.asset = assets.setdefault(view.asset.identifier, view.asset)
        canvases[row[0]] = view, row[1]
    return canvases, assets


def _by_identifier(rows: Iterable[Sequence[Any]]) -> dict[str, AssetView]:
    return {row[0]: AssetView(*row) for row in rows}


def _place_canvases(record: RecordView, canvases: dict[int, tuple[CanvasView, int | None]]) -> None:
    for view, stands_for in canvases.values():
        if view.substitute is None:
            record.canvases.append(view)
        else:
            owner = record if stands_for is None else canvases[stands_for][0]
            owner.substitutes[view.substitute] = view


def _ranges(session: Session, record_id: int, canvases: dict[int, CanvasView]) -> list[RangeView]:
    rows = _run(session, _of_ranges(), record_id).all()
    if not rows:
        return []
    views = {row[0]: RangeView(*row[2:]) for row in rows}
    top: list[RangeView] = []
    for row in rows:
        (top if row[1] is None else views[row[1]].ranges).append(views[row[0]])
    for range_id, canvas_id, position, part in _run(session, _of_places(), record_id):
        views[range_id].parts.append(PartView(canvases[canvas_id], position, part))
    return top


def _collections(session: Session, record_id: int) -> list[GroupView]:
    return [GroupView(*group) for _, *group in _run(session, _of_own_collections(), record_id)]
