"""Annotations that are written here: by people with a token, into the containers of canvases and records.

They stand on a page of their own, which documents only name: such a page grows by ten thousand notes without
the manifest growing, and a note is no edit of the record it is about. What the record's history keeps is what
its curators say of it. An annotation that came with a sheet or a manifest is part of that, and is edited so.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from archive import db
from archive.errors import Conflict, Refused
from archive.models import Annotation, AnnotationAsset, AnnotationPage, Asset, Canvas, Placing, Record
from archive.services import access, assets, editing, identifiers, reading, records, structure
from archive.services.access import Guarded, Reader
from archive.services.pages import PATHS
from archive.services.views import AnnotationView, CanvasView, RecordView
from iiif.presentation import container, parsing, received
from iiif.uris import whole

PAGE = "contributed"
"""The name of the page that holds what was written into a container."""

_WHOLE = whole("")
_SERVERS = ("created", "modified")
_FIXED = ("canonical", "via")
_LONGEST_NAME = 100


@dataclass(frozen=True)
class Holder:
    """What annotations are about: a canvas of the record, or the record as a whole, without one."""

    name: str
    record: RecordView
    canvas_id: int | None

    @property
    def path(self) -> str:
        """The path of the canvas or manifest that its annotations are about."""
        return PATHS.manifest(self.record.identifier) if self.canvas_id is None else PATHS.canvas(self.name)


@dataclass(frozen=True)
class Contents:
    """What is in a container: ``state`` is another after each change."""

    total: int
    modified: dt.datetime | None
    state: tuple[int, int, int]


@dataclass(frozen=True)
class Opened:
    """An annotation that may be changed, its record being locked.

    ``before`` is the record where the page is embedded: then it is edited with it.
    """

    record: Record
    page: AnnotationPage
    row: Annotation
    head: RecordView
    canvas: CanvasView | None
    view: AnnotationView
    before: RecordView | None


def holder(session: Session, name: str, reader: Reader) -> Holder:
    """The canvas or record whose container is called ``name``, if the reader may see it.

    Raises ``NotFound`` and ``Gone``.
    """
    record_id, canvas_id = _find(session, name)
    found = None if record_id is None else reading.head_by_id(session, record_id)
    return Holder(name, access.require_visible(session, found, _container(name), reader), canvas_id)


def contents(session: Session, of: Holder) -> Contents:
    """How many annotations a container has, and in which state it is."""
    said = select(func.count(Annotation.id), func.max(Annotation.modified)).join(
        AnnotationPage, AnnotationPage.id == Annotation.page_id
    )
    total, modified = session.execute(said.where(_said(of))).one()
    pages = select(func.count(AnnotationPage.id), func.sum(AnnotationPage.revision)).where(_said(of))
    count, revisions = session.execute(pages).one()
    return Contents(total, modified, (of.record.revision, count, revisions or 0))


def names(session: Session, of: Holder, *, offset: int, limit: int) -> list[str]:
    """The identifiers of annotations in a container."""
    statement = (
        select(Annotation.identifier)
        .join(AnnotationPage, AnnotationPage.id == Annotation.page_id)
        .where(_said(of))
        .order_by(AnnotationPage.position, AnnotationPage.id, Annotation.position, Annotation.id)
    )
    return list(session.scalars(statement.offset(offset).limit(limit)))


def descriptions(session: Session, of: Holder, *, offset: int, limit: int) -> list[AnnotationView]:
    """Annotations in a container; its record gets the assets that they name."""
    return reading.annotations(session, of.record, _said(of), offset=offset, limit=limit)


def create(
    session: Session, name: str, said: parsing.Annotation, *, slug: str | None, reader: Reader
) -> tuple[Holder, AnnotationView]:
    """Write a new annotation into the container called ``name``; ``slug`` is what its author would call it.

    Raises ``NotFound``, ``Gone``, ``Forbidden``; ``Refused`` where it is about something else.
    """
    record_id, canvas_id = _find(session, name)
    record = records.lock_where(session, Record.id == record_id, _container(name), reader)
    of = Holder(name, reading.head_by_id(session, record.id), canvas_id)
    said = _about(session, of, said)
    page = _page(session, record, of)
    now = db.now()
    row = Annotation(
        identifier=f"{name}/{_free_name(session, record, name, slug)}",
        page_id=page.id,
        position=1 + (session.scalar(_last(page)) or 0),
        motivation=said.motivation,
        body=said.body,
        target=said.target,
        properties={"created": container.time(now), **_with_source(said)},
        created=now,
        modified=now,
    )
    session.add(row)
    page.revision += 1
    session.flush()
    _note_assets(session, row, record)
    # The page is new, and the record with it.
    head = reading.head_by_id(session, record.id)
    return Holder(name, head, canvas_id), reading.annotations(session, head, Annotation.id == row.id)[0]


def open_(session: Session, identifier: str, reader: Reader) -> Opened:
    """An annotation for a change of it; raises as ``records.lock`` does.

    Raises ``Conflict`` for what a canvas shows.
    """
    asked_for = f'annotation "{identifier}"'
    place = select(AnnotationPage.record_id).join(Annotation, Annotation.page_id == AnnotationPage.id)
    record_id = session.scalar(place.where(Annotation.identifier == identifier))
    if record_id is None:
        record_id = session.scalar(select(Canvas.record_id).where(Canvas.identifier == identifier))
    record = records.lock_where(session, Record.id == record_id, asked_for, reader)
    found = session.execute(
        select(Annotation, AnnotationPage)
        .join(AnnotationPage, AnnotationPage.id == Annotation.page_id)
        .where(Annotation.identifier == identifier)
    ).one_or_none()
    if found is None or found[1].paints:
        raise Conflict(f"{asked_for} is what its canvas shows: change the canvas instead")
    row, page = found
    head = reading.head_by_id(session, record.id)
    canvas = None if page.canvas_id is None else reading.face(session, page.canvas_id)
    view = reading.annotations(session, head, Annotation.id == row.id)[0]
    before = records.load(session, record) if page.placing == Placing.EMBEDDED else None
    return Opened(record, page, row, head, canvas, view, before)


def replace(
    session: Session, opened: Opened, said: parsing.Annotation, known: parsing.Annotation
) -> tuple[RecordView, AnnotationView]:
    """Let an annotation say what ``said`` says; ``known`` is what it says now, read in the same way.

    Raises ``Conflict`` where a source that it names would be another, and as ``create``.
    """
    of = Holder(opened.page.holder, opened.head, opened.page.canvas_id)
    said, known = _about(session, of, said), _about(session, of, known)
    row = opened.row
    changed = {
        name: getattr(said, name)
        for name in ("motivation", "body", "target")
        if getattr(said, name) != getattr(known, name)
    }
    if _without_times(said.properties, known) != _without_times(known.properties, known):
        changed["properties"] = {**_without_times(said.properties, known), **_times(row)}
    if not changed:
        return opened.head, opened.view
    row.modified = db.now()
    changed["properties"] = {
        **changed.get("properties", row.properties),
        "modified": container.time(row.modified),
    }
    for name, value in changed.items():
        setattr(row, name, value)
    row.revision += 1
    session.flush()
    _note_assets(session, row, opened.record)
    _close(session, opened)
    head = reading.head_by_id(session, opened.record.id)
    return head, reading.annotations(session, head, Annotation.id == row.id)[0]


def remove(session: Session, opened: Opened) -> None:
    """Take an annotation away, and its page with the last one: documents name no empty page."""
    session.delete(opened.row)
    session.flush()
    is_last = session.scalar(_last(opened.page)) is None
    if is_last and opened.before is None:
        editing.announce(session, opened.record)
    _close(session, opened)
    if is_last:
        session.delete(opened.page)


def _find(session: Session, name: str) -> tuple[int | None, int | None]:
    """The keys of the record and canvas whose container is called ``name``."""
    row = session.execute(select(Canvas.record_id, Canvas.id).where(Canvas.identifier == name)).one_or_none()
    if row is not None:
        return row[0], row[1]
    if not name.endswith(_WHOLE):
        return None, None
    record = select(Record.id).where(Record.identifier == name.removesuffix(_WHOLE))
    return session.scalar(record), None


def _container(name: str) -> str:
    return f'annotation container "{name}"'


def _said(of: Holder) -> ColumnElement[bool]:
    """The condition on an ``AnnotationPage`` that it is of the holder, and here."""
    mine = (
        (AnnotationPage.record_id == of.record.id) & AnnotationPage.canvas_id.is_(None)
        if of.canvas_id is None
        else AnnotationPage.canvas_id == of.canvas_id
    )
    return mine & ~AnnotationPage.paints & (AnnotationPage.placing != Placing.EXTERNAL)


def _page(session: Session, record: Record, of: Holder) -> AnnotationPage:
    """The page of what is written into the holder's container; a new one is news of the record."""
    found = session.scalar(
        select(AnnotationPage).where(AnnotationPage.holder == of.name, AnnotationPage.name == PAGE)
    )
    if found is not None:
        return found
    last = session.scalar(select(func.max(AnnotationPage.position)).where(AnnotationPage.holder == of.name))
    row = AnnotationPage(
        record_id=record.id,
        canvas_id=of.canvas_id,
        holder=of.name,
        name=PAGE,
        paints=False,
        placing=Placing.REFERENCED,
        position=1 + (last or 0),
        revision=0,
    )
    session.add(row)
    editing.announce(session, record)
    session.flush()
    return row


def _last(page: AnnotationPage) -> Any:  # Any: a statement whose type has no short name.
    return select(func.max(Annotation.position)).where(Annotation.page_id == page.id)


def _free_name(session: Session, record: Record, holder_name: str, slug: str | None) -> str:
    """The name that its author wishes, or the next number of the record. Spec: Annotation Protocol §5.2."""
    wanted = identifiers.slug(unquote(slug or "").strip('" '))[:_LONGEST_NAME]
    # Numbers are given here, each but once.
    if not wanted or wanted.isdigit() or _is_taken(session, f"{holder_name}/{wanted}"):
        return structure.part_identifier(record).rpartition("-")[2]
    return wanted


def _is_taken(session: Session, identifier: str) -> bool:
    return session.scalar(select(Annotation.id).where(Annotation.identifier == identifier)) is not None


def _with_source(said: parsing.Annotation) -> dict[str, Any]:  # Any: values of JSON, here and below.
    """What the annotation says beside body and target, its former IRI as where it came from.

    Spec: Annotation Protocol §5.1.
    """
    if said.id is None or ":" not in said.id:
        return said.properties
    via = said.properties.get("via", [])
    before = via if isinstance(via, list) else [via]
    return said.properties if said.id in before else {**said.properties, "via": [*before, said.id]}


def _about(session: Session, of: Holder, said: parsing.Annotation) -> parsing.Annotation:
    """What is said of the holder, its target left out where that is all of it; of anything else, refused.

    What is said of a record may be about a canvas of it.
    """
    if said.target is None or said.target == of.path:
        return dataclasses.replace(said, target=None)
    strange = {path for path in received.targets(said.target) if path != of.path}
    if of.canvas_id is None:
        strange -= set(_canvas_paths(session, of.record.id, strange))
    if strange:
        what = "the manifest, or a canvas of it" if of.canvas_id is None else "the canvas"
        raise Refused([("/target", f"must be {what}, or a part of it: the container is of {of.path}")])
    return said


def _canvas_paths(session: Session, record_id: int, paths: set[str | None]) -> Iterator[str]:
    front = PATHS.canvas("")
    wanted = [path.removeprefix(front) for path in paths if path and path.startswith(front)]
    mine = select(Canvas.identifier).where(Canvas.record_id == record_id, Canvas.identifier.in_(wanted))
    return (PATHS.canvas(name) for name in session.scalars(mine))


def _without_times(said: dict[str, Any], known: parsing.Annotation) -> dict[str, Any]:
    """What is said without what only the server says; what names a source once goes on naming it."""
    fixed = {name: known.properties[name] for name in _FIXED if name in known.properties}
    for name, value in fixed.items():
        if said.get(name, value) != value:
            raise Conflict(f"{name} says where the annotation comes from, and stays so: leave it out")
    return {**fixed, **{name: value for name, value in said.items() if name not in _SERVERS}}


def _times(row: Annotation) -> dict[str, Any]:
    return {name: row.properties[name] for name in _SERVERS if name in row.properties}


def _note_assets(session: Session, row: Annotation, record: Guarded) -> None:
    """Note which assets of the record the annotation's body names: only what is shown is given out."""
    session.execute(delete(AnnotationAsset).where(AnnotationAsset.annotation_id == row.id))
    mine = select(Asset.id).where(
        Asset.record_id == record.id, Asset.identifier.in_(assets.named_in(row.body))
    )
    session.add_all(AnnotationAsset(annotation_id=row.id, asset_id=key) for key in session.scalars(mine))
    session.flush()


def _close(session: Session, opened: Opened) -> None:
    if opened.before is None:
        opened.page.revision += 1
        session.flush()
    else:
        editing.close(session, opened.record, opened.before)
