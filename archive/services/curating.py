"""Records made and described by hand, one value a column, by whoever bears a token."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive.errors import Conflict, Forbidden, Refused
from archive.models import Alias, Collection, CollectionRecord, Record
from archive.services import access, collections, creating, identifiers, saving
from archive.services.access import Reader
from archive.services.creating import Origin
from archive.services.drafts import Dates, Draft
from archive.services.saving import Known

SOURCE = "api"
"""Where the records come from that are made here."""

FIT = "must be letters, digits and -._~ only, at most 200, and begin with a letter or a digit"
"""What an identifier must be."""

Values = Mapping[str, Any]  # Any: each column has its own type.

_OWN = ("date", "first_year", "last_year", "wraps_ranges")
"""The columns that a draft has in another form, or not at all."""


def create(
    session: Session, identifier: str | None, values: Values, *, shelves: Sequence[Collection], position: int
) -> Record:
    """A new record of ``values`` by column, with one canvas without content until it is given others.

    Raises ``Refused`` for an identifier that no URL can show, ``Conflict`` for one that is taken.
    """
    name = _minted(session, values) if identifier is None else _free(session, identifier)
    described = {key: value for key, value in values.items() if key not in _OWN}
    dates = Dates(values["date"], values["first_year"], values["last_year"])
    draft = Draft(key=name, identifier=name, order=position, dates=dates, **described)
    origin = Origin(SOURCE, "")
    try:
        made = creating.create(session, draft, [], identifier=name, origin=origin, shelves=shelves)
    except IntegrityError as error:
        raise Conflict(f'record "{name}" is being made by another: choose another identifier') from error
    record = session.get_one(Record, made.id)
    record.wraps_ranges = values["wraps_ranges"]
    return record


def describe(
    session: Session, record: Record, values: Values, *, shelves: Sequence[Collection], position: int
) -> None:
    """Give a record, which is locked, what ``values`` says by column, and its place in collections."""
    for name, value in values.items():
        if getattr(record, name) != value:
            setattr(record, name, value)
    saving.shelve(session, record, position, shelves)


def shelves_for(
    session: Session, names: Sequence[str] | None, reader: Reader, *, kept: Sequence[Collection] = ()
) -> list[Collection]:
    """The collections called ``names``; for none, the top one, or that of the reader's token.

    Raises ``Refused`` for one that is not there, ``Forbidden`` where a record that stood in ``kept`` would
    enter or leave a collection that is not the reader's.
    """
    wanted = list(dict.fromkeys(names or ())) or [home(session, reader)]
    found = {one.identifier: one for one in _find(session, wanted)}
    if missing := [place for place, name in enumerate(wanted) if name not in found]:
        raise Refused([(f"/collections/{place}", "is not in this archive: check it") for place in missing])
    require_moves(list(found.values()), kept, reader)
    return [found[name] for name in wanted]


def require_moves(wanted: Sequence[Collection], kept: Sequence[Collection], reader: Reader) -> None:
    """Raise ``Forbidden`` where a record would enter or leave a collection that is not the reader's."""
    staying = {one.id for one in wanted} & {one.id for one in kept}
    for one in (*wanted, *kept):
        if one.id not in staying:
            require_held(one, reader)


def require_held(collection: Collection, reader: Reader) -> None:
    """Raise ``Forbidden`` where the reader may not write what is in the collection."""
    if not is_held(collection, reader):
        raise Forbidden(f'collection "{collection.identifier}" is not in that of the token "{reader.name}"')


def require_covered(session: Session, record: Known, reader: Reader) -> None:
    """Raise ``Forbidden`` where a record is not the reader's."""
    if not access.covers(session, record, reader):
        raise Forbidden(f'record "{record.identifier}" is not in the collection of the token "{reader.name}"')


def require_places(
    session: Session, record: Known | None, wanted: Sequence[Collection], reader: Reader
) -> None:
    """As ``require_moves``, for a record that is known by its key, or is none yet."""
    held = select(Collection).join(CollectionRecord, CollectionRecord.collection_id == Collection.id)
    mine = held.where(CollectionRecord.record_id == record.id) if record else None
    require_moves(wanted, [] if mine is None else session.scalars(mine).all(), reader)


def is_held(collection: Collection, reader: Reader) -> bool:
    """Whether the reader may write what is in the collection."""
    path = reader.path
    return path is not None and (not path or f"{collection.path}/".startswith(f"{path}/"))


def home(session: Session, reader: Reader) -> str:
    """The identifier of the collection of the reader's token, or of the top one."""
    found = session.scalar(select(Collection.identifier).where(Collection.path == (reader.path or "")))
    return found or collections.root(session).identifier


def _find(session: Session, names: Sequence[str]) -> Sequence[Collection]:
    # None of them may be removed before the record stands in it.
    held = (
        select(Collection).where(Collection.identifier.in_(names)).with_for_update(read=True, key_share=True)
    )
    return session.scalars(held).all()


def _free(session: Session, identifier: str) -> str:
    if not identifiers.is_fit(identifier):
        raise Refused([("/identifier", FIT)])
    if _is_taken(session, identifier):
        raise Conflict(f'record "{identifier}" is here already, or was: choose another identifier')
    return identifier


def _minted(session: Session, values: Values) -> str:
    said = (text for texts in values["label"].values() for text in texts if text)
    wanted = identifiers.mint(values["accession_number"] or next(said, None) or uuid.uuid4().hex)
    while _is_taken(session, wanted):
        wanted = identifiers.mint(f"{wanted[:180]}-{uuid.uuid4().hex[:8]}")
    return wanted


def _is_taken(session: Session, identifier: str) -> bool:
    record = select(Record.id).where(Record.identifier == identifier)
    alias = select(Alias.record_id).where(Alias.name == identifier)
    return session.scalar(record) is not None or session.scalar(alias) is not None
