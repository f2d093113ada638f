"""The tree of collections."""

import functools
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, bindparam, func, select, update
from sqlalchemy.orm import Session, joinedload

from archive import db
from archive.db import JsonObject, Pair
from archive.errors import Gone, NotFound
from archive.models import ROOT, Activity, Collection, CollectionPage, CollectionRecord, Record
from archive.services import access, activities, faces, identifiers, shelving
from archive.services.access import ANYONE, Reader
from archive.services.faces import Face
from archive.services.views import AssetView
from iiif.language import LanguageMap, untagged

_LISTED = (
    "identifier", "label", "summary", "rights", "required_statement", "metadata_pairs", "behavior",
    "viewing_direction", "nav_date", "properties",
)  # fmt: skip

_FIRST = 20
"""Records among which the picture of a collection is looked for whose pages list them."""


@dataclass(frozen=True)
class Name:
    """A collection as a list has it."""

    identifier: str
    label: LanguageMap


@dataclass(slots=True)
class Listing:
    """A collection, or a page of it, with what a reader may see. Satisfies ``iiif.protocols.Collection``.

    ``page`` numbers the page, ``None`` for the collection itself; ``pages`` are the numbers of all pages
    in their order, none where the collection lists its records itself.
    """

    identifier: str
    label: LanguageMap
    summary: LanguageMap
    rights: str | None
    required_statement: Pair | None
    metadata_pairs: tuple[Pair, ...]
    behavior: tuple[str, ...]
    viewing_direction: str | None
    nav_date: str | None
    properties: JsonObject
    parent: Name | None = None
    page: int | None = None
    pages: tuple[int, ...] = ()
    collections: list[Name] = field(default_factory=list)
    records: list[Face] = field(default_factory=list)
    picture: AssetView | None = None


@dataclass(frozen=True)
class Shelf:
    """A collection as a page offers it: its public records counted, those below it included."""

    identifier: str
    label: LanguageMap
    record_count: int


class Shelves:
    """The collections of a long run, each looked for once; forget them where one turns out to be gone."""

    def __init__(self) -> None:
        self._found: dict[str, Collection] = {}

    def find(self, session: Session, paths: Sequence[str]) -> list[Collection]:
        """The collections at ``paths``, made where they are missing; the top one for none."""
        return [self._at(session, path) for path in dict.fromkeys(paths or ("",))]

    def forget(self) -> None:
        """Look for each anew: one that was made in a transaction may have gone back with it."""
        self._found.clear()

    def _at(self, session: Session, path: str) -> Collection:
        if path not in self._found:
            self._found[path] = at(session, path)
        return self._found[path]


def root(session: Session) -> Collection:
    """The top collection, made where it is missing."""
    found = session.scalar(select(Collection).where(Collection.identifier == ROOT))
    return found or _make(session, ROOT, path="", label={"en": ["All collections"]}, parent=None)


def at(session: Session, path: str) -> Collection:
    """The collection at ``path``, labels from the top with ``/`` between; made where it is missing.

    The identifier of an existing collection is taken as its path too, and the URI that it was taken from.
    The path of the top one is ``""``.
    """
    if not path:
        return root(session)
    known = session.scalar(
        select(Collection)
        .where((Collection.path == path) | (Collection.identifier == path) | (Collection.source_id == path))
        .order_by(Collection.path != path)
        .limit(1)
    )
    if known is not None:
        return known
    above, _, name = path.rpartition("/")
    parent = at(session, above)
    # What stands above may have been called by its identifier.
    whole = _below_path(parent, name)
    if whole != path:
        return at(session, whole)
    return _make(session, free_identifier(session, path), path=path, label=untagged(name), parent=parent)


def make(
    session: Session,
    label: LanguageMap,
    parent: Collection,
    *,
    identifier: str | None = None,
    source_id: str | None = None,
) -> Collection:
    """A new collection; its path ends in its label's first text, with a number where that is taken.

    Its ``identifier`` is the one given, which must be free, or minted from its path.
    """
    text = next((texts[0] for texts in label.values() if texts), "").replace("/", "∕").strip() or "untitled"
    path = free_path(session, parent, text)
    name = identifier or free_identifier(session, path)
    made = _make(session, name, path=path, label=label, parent=parent)
    made.source_id = source_id
    session.flush()
    return made


def free_path(session: Session, parent: Collection, name: str) -> str:
    """The path of ``name`` in ``parent``, with a number where a collection has that path."""
    numbered = (f"{name} ({number})" for number in itertools.count(2))
    paths = (_below_path(parent, one) for one in itertools.chain([name], numbered))
    return next(
        path for path in paths if session.scalar(select(Collection.id).where(Collection.path == path)) is None
    )


def free_identifier(session: Session, path: str) -> str:
    """The identifier that is minted for a collection at ``path``, which no other has or ever had."""
    wanted = identifiers.mint(path)
    hashed = f"{wanted}-{identifiers.short_hash(path)}"
    numbered = (f"{hashed}-{number}" for number in itertools.count(2))
    return next(one for one in itertools.chain([wanted, hashed], numbered) if not is_taken(session, one))


def is_taken(session: Session, identifier: str) -> bool:
    """Whether a collection has the identifier, or had it and was removed."""
    known = session.scalar(select(Collection.id).where(Collection.identifier == identifier))
    return known is not None or _was_removed(session, identifier)


def touch(session: Session, collection_id: int) -> None:
    """Move a collection's revision: what its document says has changed."""
    session.connection().execute(_touched(), {"key": collection_id, "time": db.now()})


def touch_named(session: Session, identifier: str) -> None:
    """As ``touch``, for who knows the collection by its identifier."""
    key = session.scalar(select(Collection.id).where(Collection.identifier == identifier))
    if key is not None:
        touch(session, key)


def fill(collection: Collection, values: Mapping[str, Any]) -> bool:  # Any: each column has its own type.
    """Give the collection what ``values`` says by column; whether that changed anything."""
    changed = {name: value for name, value in values.items() if getattr(collection, name) != value}
    for name, value in changed.items():
        setattr(collection, name, value)
    return bool(changed)


def log_update(session: Session, collection: Collection) -> None:
    """Let the world know that the collection has changed, and with it what lists it."""
    session.flush()
    touch(session, collection.id)
    if collection.parent_id is not None:
        touch(session, collection.parent_id)
    activities.log(
        session, activities.UPDATE, object_type=activities.COLLECTION, identifier=collection.identifier
    )


def find(session: Session, identifier: str) -> Collection:
    """The collection, with the one above it. Raises ``NotFound``; ``Gone`` for one that was removed."""
    found = session.scalar(
        select(Collection).where(Collection.identifier == identifier).options(joinedload(Collection.parent))
    )
    if found is None:
        raise absent(session, identifier)
    return found


def absent(session: Session, identifier: str) -> NotFound:
    """The error of a collection that is not there: it was removed, or never was."""
    if _was_removed(session, identifier):
        return Gone(f'collection "{identifier}" was removed')
    return NotFound(f'collection "{identifier}" is not in this archive: check its identifier')


def page(session: Session, *, parent: Collection | None, behind: str, limit: int) -> Sequence[Collection]:
    """Collections, or those right below one, by identifier, at most ``limit``, after ``behind``."""
    statement = select(Collection).where(Collection.identifier > behind).order_by(Collection.identifier)
    if parent is not None:
        statement = statement.where(Collection.parent_id == parent.id)
    return session.scalars(statement.limit(limit).options(joinedload(Collection.parent))).all()


def revision(session: Session, identifier: str) -> int | None:
    """The revision of a collection, ``None`` where there is none."""
    return session.scalar(_revision(), {"identifier": identifier})


def listing(
    session: Session, collection: Collection, page: int | None = None, reader: Reader = ANYONE
) -> Listing:
    """The collection with the records that the reader may see, or with the pages of them; or one of these.

    Raises ``NotFound``.
    """
    pages = shelving.pages(session, collection.id)
    numbers = tuple(one.number for one in pages) if len(pages) > 1 else ()
    if page is not None and page not in numbers:
        raise NotFound(
            f'collection "{collection.identifier}" has no page {page}: see the collection for its pages'
        )
    listed = described(collection)
    listed.page, listed.pages = page, numbers
    if page is None:
        listed.collections = _below(session, collection)
    if page is not None or not numbers:
        listed.records = _on_page(session, pages, numbers.index(page) if page else 0, reader)
    first = listed.records or _on_page(session, pages, 0, reader, limit=_FIRST)
    listed.picture = next((one.picture for one in first if one.picture), None)
    return listed


def described(collection: Collection) -> Listing:
    """The collection without what stands in it."""
    listed = Listing(*(getattr(collection, name) for name in _LISTED))
    if parent := collection.parent:
        listed.parent = Name(parent.identifier, parent.label)
    return listed


def _below(session: Session, collection: Collection) -> list[Name]:
    statement = select(Collection.identifier, Collection.label).where(Collection.parent_id == collection.id)
    return [Name(*row) for row in session.execute(statement.order_by(Collection.path))]


def _on_page(
    session: Session,
    pages: list[CollectionPage],
    place: int,
    reader: Reader,
    *,
    limit: int | None = None,
) -> list[Face]:
    if not pages:
        return []
    statement = (
        select(Record)
        .join(CollectionRecord, CollectionRecord.record_id == Record.id)
        .where(shelving.on_page(pages, place), access.visible(reader))
        .order_by(CollectionRecord.position, CollectionRecord.record_id)
        .limit(limit)
    )
    return faces.read(session, statement)


def tree(session: Session) -> list[Shelf]:
    """The collections right below the top that hold anything public, in the order of their paths."""
    top = select(Collection.id).where(Collection.identifier == ROOT).scalar_subquery()
    shelves = session.scalars(select(Collection).where(Collection.parent_id == top).order_by(Collection.path))
    counted = [Shelf(shelf.identifier, shelf.label, _count(session, shelf)) for shelf in shelves]
    return [shelf for shelf in counted if shelf.record_count]


def within(collection: Collection) -> ColumnElement[bool]:
    """The condition that a ``Collection`` is this one or stands below it."""
    return access.below(collection.path)


@functools.cache
def _revision() -> Select[tuple[int]]:
    return select(Collection.revision).where(Collection.identifier == bindparam("identifier"))


@functools.cache
def _touched() -> Update:
    # Made once: it is run for every record that is taken in.
    revision = Collection.revision + 1
    return (
        update(Collection)
        .where(Collection.id == bindparam("key"))
        .values(revision=revision, modified=bindparam("time"))
    )


def _count(session: Session, collection: Collection) -> int:
    members = (
        select(func.count(CollectionRecord.record_id.distinct()))
        .join(Collection, Collection.id == CollectionRecord.collection_id)
        .join(Record, Record.id == CollectionRecord.record_id)
        .where(within(collection), access.public())
    )
    return session.scalar(members) or 0


def _make(
    session: Session, identifier: str, *, path: str, label: LanguageMap, parent: Collection | None
) -> Collection:
    made = Collection(
        identifier=identifier, path=path, label=label, parent=parent, created=db.now(), modified=db.now()
    )
    session.add(made)
    session.flush()
    if parent is not None:
        touch(session, parent.id)
    activities.log(session, activities.CREATE, object_type=activities.COLLECTION, identifier=identifier)
    return made


def _below_path(parent: Collection, name: str) -> str:
    return f"{parent.path}/{name}" if parent.path else name


def _was_removed(session: Session, identifier: str) -> bool:
    removed = select(Activity.id).where(
        Activity.object_identifier == identifier,
        Activity.object_type == activities.COLLECTION,
        Activity.type == activities.DELETE,
    )
    return session.scalar(removed.limit(1)) is not None
