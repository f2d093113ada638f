"""Collections that were taken from documents: written, and again when they come again."""

from collections.abc import Collection as Container

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import db
from archive.models import Collection
from archive.services import collections, curating
from archive.services.access import Reader
from archive.services.pages import PATHS
from archive.services.saving import CREATED, UNCHANGED, UPDATED
from iiif.presentation import document, parsing

_COLUMNS = (
    "label", "summary", "metadata_pairs", "required_statement", "rights", "behavior", "viewing_direction",
    "nav_date",
)  # fmt: skip


def save(
    session: Session, taken: parsing.Collection, *, above: str | None, ours: Container[str], reader: Reader
) -> tuple[str, str]:
    """Let the archive have the collection; its identifier, and what became of it.

    ``above`` is the id of the collection that lists it, if one does that is taken in; else it stands below
    the reader's. What it lists and is not among ``ours``, the ids of documents that are taken in, it names at
    its own address. Raises ``Forbidden`` for one that is not the reader's.
    """
    row = session.scalar(select(Collection).where(Collection.source_id == taken.id))
    is_new = row is None
    if row is None:
        parent = collections.at(session, above or reader.path or "")
        curating.require_held(parent, reader)
        row = collections.make(session, taken.label, parent, source_id=taken.id)
    curating.require_held(row, reader)
    values = {name: getattr(taken, name) for name in _COLUMNS}
    values["properties"] = _properties(taken, row, ours)
    changed = collections.fill(row, values)
    if is_new or not changed:
        return row.identifier, CREATED if is_new else UNCHANGED
    collections.log_update(session, row)
    return row.identifier, UPDATED


def _properties(taken: parsing.Collection, row: Collection, ours: Container[str]) -> db.JsonObject:
    names = {taken.id: PATHS.collection(row.identifier)}
    others = [one for one in taken.members if one["id"] not in ours]
    said = taken.properties | ({"items": others} if others else {})
    stored: db.JsonObject = document.stored(said, names, "")
    return stored
