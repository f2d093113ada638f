"""A draft becomes a record, or changes one: what differs is written, what does not is left alone."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from archive.models import Asset, Canvas, Collection, CollectionRecord, PyramidState, Record
from archive.services import (
    additions,
    collections,
    creating,
    documents,
    editing,
    identifiers,
    jobs,
    reading,
    records,
    shelving,
    structure,
    texts,
)
from archive.services.creating import Origin, Picture
from archive.services.drafts import Draft
from archive.services.views import RecordView

CREATED, UPDATED, UNCHANGED, WITHDRAWN = "created", "updated", "unchanged", "withdrawn"


@dataclass(frozen=True)
class Known:
    """What the catalogue has of a draft's record."""

    id: int
    identifier: str
    fingerprint: str
    withdrawn: dt.datetime | None


@dataclass(frozen=True)
class Place:
    """Where a draft goes: the identifier that its record has or will have, and the record, if it is there."""

    identifier: str
    known: Known | None


@dataclass(frozen=True)
class Saved:
    """The record as it is read now, and whether it was created, updated or left unchanged."""

    record: RecordView
    outcome: str


def places(session: Session, source: str, drafts: Iterable[Draft]) -> dict[str, Place]:
    """Where the drafts of ``source`` go, by their keys.

    A draft's record is the one that came from the same key of the same source, or that bears the
    identifier which the draft was given. An identifier that is minted gives way to one that is taken.
    """
    wanted = {draft.key: identifiers.mint(draft.called) for draft in drafts}
    given = {draft.key for draft in drafts if draft.identifier}
    rows = session.execute(
        select(
            Record.source,
            Record.source_key,
            Record.id,
            Record.identifier,
            Record.fingerprint,
            Record.withdrawn,
        ).where(
            or_(
                (Record.source == source) & Record.source_key.in_(wanted),
                Record.identifier.in_(set(wanted.values())),
            )
        )
    ).tuples()
    by_key: dict[str, Known] = {}
    by_name: dict[str, Known] = {}
    for its_source, its_key, id_, identifier, fingerprint, withdrawn in rows:
        known = Known(id_, identifier, fingerprint, withdrawn)
        by_name[known.identifier] = known
        if its_source == source:
            by_key[its_key] = known
    return {
        key: _place(source, name, by_key.get(key), by_name.get(name), key in given)
        for key, name in wanted.items()
    }


def save(
    session: Session,
    draft: Draft,
    pictures: Sequence[Picture],
    *,
    place: Place,
    origin: Origin,
    shelves: Sequence[Collection],
) -> Saved:
    """Write the draft and its pictures: a new record, or what changed of the one it describes.

    A record that is new, or differs, moves its revision and enters the change log. Raises ``Invalid``
    for a range of pages that are not there.
    """
    if place.known is None:
        made = creating.create(
            session, draft, pictures, identifier=place.identifier, origin=origin, shelves=shelves
        )
        is_plain = all(picture.is_plain for picture in pictures)
        if draft.document:
            documents.write(session, _load(session, made.id), draft.document)
        elif not is_plain:
            _add(session, _load(session, made.id), pictures)
        # Read from the database only where that can't be helped: the rows are at hand.
        is_at_hand = not draft.ranges and draft.document is None and is_plain
        return Saved(reading.of_row(made) if is_at_hand else records.load(session, made), CREATED)
    record = _load(session, place.known.id)
    before, former = records.load(session, record), _digests(record)
    _describe(record, draft)
    if draft.document:
        documents.write(session, record, draft.document)
    else:
        _paint(session, record, pictures)
        _add(session, record, pictures)
        structure.save(session, record, draft.ranges)
    shelve(session, record, draft.order or 0, shelves)
    record.source, record.source_key, record.fingerprint = origin.source, draft.key, origin.fingerprint
    after = editing.close(session, record, before)
    if after is None and any(former.get(one.name) != one.digest for one in creating.companions(pictures)):
        # No document names them, and yet it is another model now.
        editing.announce(session, record)
        return Saved(before, UPDATED)
    return Saved(after or before, UPDATED if after else UNCHANGED)


def shelve(session: Session, record: Record, position: int, shelves: Sequence[Collection]) -> None:
    """Place the record, whose memberships are at hand, in these collections and in no others."""
    wanted = {shelf.id: shelf for shelf in shelves}
    old = {one.collection_id: one for one in record.memberships}
    if {id_: one.position for id_, one in old.items()} == dict.fromkeys(wanted, position):
        return
    for id_ in sorted(old.keys() | wanted.keys()):
        collections.touch(session, id_)
    for id_, one in old.items():
        shelving.remove(session, id_, record.id, one.position)
        one.position = position
        if id_ not in wanted:
            record.memberships.remove(one)
    record.memberships += [
        creating.new_membership(record, shelf, position) for id_, shelf in wanted.items() if id_ not in old
    ]
    session.flush()
    for id_ in wanted:
        shelving.add(session, id_, record.id, position)


def count_pictures(session: Session, record_id: int) -> int:
    """How many pictures the record shows."""
    shown = select(func.count()).where(Canvas.record_id == record_id, Canvas.asset_id.is_not(None))
    return session.scalar(shown) or 0


def _place(source: str, name: str, by_key: Known | None, by_name: Known | None, given: bool) -> Place:
    known = by_key or (by_name if given else None)
    if known:
        return Place(known.identifier, known)
    return Place(f"{name}-{identifiers.short_hash(source)}" if by_name else name, None)


def _load(session: Session, record_id: int) -> Record:
    whole = (
        selectinload(Record.canvases).joinedload(Canvas.asset),
        selectinload(Record.assets),
        selectinload(Record.memberships).joinedload(CollectionRecord.collection),
    )
    return session.scalars(select(Record).where(Record.id == record_id).options(*whole)).one()


def _digests(record: Record) -> dict[str, str]:
    return {asset.name: asset.digest for asset in record.assets}


def _describe(record: Record, draft: Draft) -> None:
    for name, value in creating.description(draft).items():
        if getattr(record, name) != value:
            setattr(record, name, value)


def _paint(session: Session, record: Record, pictures: Sequence[Picture]) -> None:
    old = {canvas.asset_id: canvas for canvas in record.canvases}
    assets: list[Asset | None] = [_asset(session, record, picture) for picture in pictures]
    canvases = []
    for asset in assets or [None]:
        canvas = old.get(asset.id if asset else None)
        canvases.append(canvas or creating.new_canvas(record, asset, structure.part_identifier(record)))
    for position, canvas in enumerate(canvases, 1):
        canvas.position = position
    for canvas, picture in zip(canvases, pictures, strict=False):
        canvas.width, canvas.height, canvas.duration = creating.size_of(canvas.asset)
        canvas.label = picture.label
        if picture.properties is not None:
            canvas.properties = dict(picture.properties)
    record.canvases = canvases
    session.flush()


def _add(session: Session, record: Record, pictures: Sequence[Picture]) -> None:
    """Write what comes with the pictures."""
    for picture in creating.beside(pictures):
        _asset(session, record, picture)
    assets = {(one.name, one.page): one for one in record.assets}
    shown = list(zip(record.canvases, pictures, strict=False))
    additions.write(session, record, shown, assets)
    files = {canvas.id: picture.text for canvas, picture in shown if picture.text}
    texts.place(session, {id_: (text, assets[file.name, 0].id) for id_, (file, text) in files.items()})
    texts.drop_given(session, [canvas.id for canvas in record.canvases if canvas.id not in files])


def _asset(session: Session, record: Record, picture: Picture) -> Asset:
    same = (one for one in record.assets if (one.name, one.page) == (picture.name, picture.page))
    asset = next(same, None)
    # What was a page may have become a model's texture, and the other way round.
    is_zoomed = picture.pyramid_state != PyramidState.NONE
    if asset and asset.digest == picture.digest and (asset.pyramid_state != PyramidState.NONE) == is_zoomed:
        return asset
    if asset is None:
        asset = creating.new_asset(record, picture)
        record.assets.append(asset)
    else:
        creating.fill_asset(asset, picture)
    session.flush()
    if is_zoomed:
        jobs.queue_pyramid(session, asset)
    else:
        jobs.drop_pyramid(session, asset)
    return asset
