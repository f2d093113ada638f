"""The assets of records, one at a time: added from a file that was sent, listed, removed."""

import json
import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain

from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive import db
from archive.db import JsonValue
from archive.errors import Conflict, Refused
from archive.models import (
    Annotation,
    AnnotationAsset,
    AnnotationPage,
    Asset,
    Canvas,
    PyramidState,
    Range,
    Record,
    Revision,
    Text,
)
from archive.services import access, creating, images, jobs, scenes
from archive.services.access import Guarded, Reader
from archive.services.creating import Picture
from archive.storage.store import Store
from iiif.uris import Uris

_PATHS = Uris("")

# A quotation mark that is part of a text has a backslash before it.
_NAMED = re.compile(r'(?<!\\)"(?:asset":"|/file/|/iiif/image/[23]/)([A-Za-z0-9._~-]+)["/]')


class Taken:
    """The identifiers of all assets, each looked up when it is asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __contains__(self, identifier: object) -> bool:
        return self._session.scalar(select(Asset.id).where(Asset.identifier == identifier)) is not None


def called(session: Session, record_id: int, name: str) -> Sequence[Asset]:
    """The assets that the record has of a file called ``name``, in the order of its pages."""
    mine = select(Asset).where(Asset.record_id == record_id, Asset.name == name)
    return session.scalars(mine.order_by(Asset.page)).all()


def listed(session: Session, record: Guarded, reader: Reader, *, behind: int, limit: int) -> Sequence[Asset]:
    """Up to ``limit`` assets of a record behind the one with the key ``behind``, in the order of their keys.

    Who may not write the record sees those alone that it shows.
    """
    statement = select(Asset).where(Asset.record_id == record.id, Asset.id > behind)
    if not access.covers(session, record, reader):
        statement = statement.where(images.is_shown())
    return session.scalars(statement.order_by(Asset.id).limit(limit)).all()


def find(session: Session, identifier: str, reader: Reader) -> tuple[Asset, Record]:
    """An asset that the reader may see, as ``listed``, with its record. Raises ``NotFound`` and ``Gone``."""
    asked_for = f'asset "{identifier}"'
    statement = select(Asset, Record, images.is_shown()).join(Record, Record.id == Asset.record_id)
    row = session.execute(statement.where(Asset.identifier == identifier)).tuples().one_or_none()
    if row is None:
        raise access.absent(asked_for)
    asset, record, is_shown = row
    access.require_visible(session, record, asked_for, reader)
    if not (is_shown or access.covers(session, record, reader)):
        raise access.absent(asked_for)
    return asset, record


def add(session: Session, record: Record, pictures: Sequence[Picture]) -> list[Asset]:
    """The assets of the pages of a file, whose pyramids are queued; the record is locked.

    A file that is here already under the same name is left as it is. Raises ``Conflict`` for another one.
    """
    name, digest = pictures[0].name, pictures[0].digest
    if known := called(session, record.id, name):
        require_same(known, digest)
        return list(known)
    rows = [creating.new_asset(record, picture) for picture in pictures]
    session.add_all(rows)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(f'an asset like "{rows[0].identifier}" is being made by another: try again') from error
    for row in rows:
        if row.pyramid_state == PyramidState.PENDING:
            jobs.queue_pyramid(session, row)
    return rows


def require_same(known: Sequence[Asset], digest: str) -> None:
    """Raise ``Conflict`` where the assets of a name are of another file than that with the digest."""
    if known[0].digest != digest:
        raise Conflict(f'the record has another file called "{known[0].name}": choose another name')


def model(session: Session, record: Record, identifier: str) -> Asset:
    """A model of the record. Raises ``Refused`` where it has none of that identifier."""
    mine = select(Asset).where(Asset.record_id == record.id, Asset.identifier == identifier)
    found = session.scalar(mine)
    if found is None or not scenes.is_model(found):
        raise Refused([("/model", f'"{identifier}" is no model of this record: send the model first')])
    return found


def named_in(document: JsonValue) -> set[str]:
    """The identifiers of assets that a stored document names: by themselves, or by an address of theirs."""
    return set(_NAMED.findall(db.to_json(document).decode()))


def remove(session: Session, store: Store, asset: Asset) -> list[str]:
    """Take an asset away, and give the keys of derivatives that are nobody's now.

    Raises ``Conflict`` for one that its record shows or names, or did at a past revision: its identifier is
    known to the world, and never given again. Nor does one go that a model needs.
    """
    models = (f'model "{one.identifier}"' for one in scenes.needing(session, store, asset))
    if place := next(chain(_naming(session, asset), models), None):
        raise Conflict(f'asset "{asset.identifier}" is named by {place}: it stays')
    key = asset.pyramid_key
    session.delete(asset)
    session.flush()
    others = select(Asset.id).where(Asset.digest == asset.digest, Asset.page == asset.page)
    return [] if session.scalar(others.limit(1)) else [key]


def _naming(session: Session, asset: Asset) -> Iterator[str]:
    """What names an asset, in words."""
    shown = select(Canvas.identifier).where(Canvas.asset_id == asset.id)
    yield from (f'canvas "{name}"' for name in session.scalars(shown))
    read = select(Canvas.identifier).join(Text, Text.canvas_id == Canvas.id).where(Text.asset_id == asset.id)
    yield from (f'the text of canvas "{name}"' for name in session.scalars(read))
    said = select(Annotation.identifier).join(AnnotationAsset).where(AnnotationAsset.asset_id == asset.id)
    yield from (f'annotation "{name}"' for name in session.scalars(said))
    marks = _marks(asset.identifier)
    pages = select(AnnotationPage.id).where(AnnotationPage.record_id == asset.record_id)
    for kind, mine in (
        (Record, Record.id == asset.record_id),
        (Canvas, Canvas.record_id == asset.record_id),
        (Range, Range.record_id == asset.record_id),
        (AnnotationPage, AnnotationPage.record_id == asset.record_id),
        (Annotation, Annotation.page_id.in_(pages)),
    ):
        columns = (kind.properties, Annotation.body) if kind is Annotation else (kind.properties,)
        if session.scalar(select(kind.id).where(mine, _holds(columns, marks)).limit(1)) is not None:
            yield f"the properties of a {kind.__tablename__.replace('_', ' ')}"
    past = select(Revision).where(Revision.record_id == asset.record_id).order_by(Revision.number)
    for revision in session.scalars(past):
        text = zlib.decompress(revision.rows).decode()
        if f'"identifier":{json.dumps(asset.identifier)}' in text or any(mark in text for mark in marks):
            yield f"revision {revision.number} of its record"


def _holds(columns: Sequence[object], marks: Sequence[str]) -> ColumnElement[bool]:
    texts = [cast(column, String) for column in columns]
    return or_(*(text.contains(mark, autoescape=True) for text in texts for mark in marks))


def _marks(identifier: str) -> list[str]:
    """How stored documents name an asset: by itself, or by a path of its image or file."""
    paths = (_PATHS.image_service(identifier), _PATHS.image_service(identifier, 2), f"/file/{identifier}")
    return [f'"asset":"{identifier}"', *(f"{path}{end}" for path in paths for end in ('"', "/"))]
