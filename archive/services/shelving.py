"""The records of a collection laid on pages, so that no document of a large one grows without bound.

The pages are the leaves of a tree: a full one is split, the others stay as they are, and with them the
addresses and the bytes that harvesters know. A page begins with a separator, the position and the key of
a record, and ends before the next page's; the separator stays when that record leaves.
"""

from functools import cache

from sqlalchemy import (
    ColumnElement,
    Select,
    Tuple,
    Update,
    bindparam,
    delete,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from archive.models import Collection, CollectionPage, CollectionRecord

MOST_RECORDS = 1000
"""What a page holds: a document of about 200 kB."""


def add(session: Session, collection_id: int, record_id: int, position: int) -> None:
    """Count the record, whose place is written already, to its page. The collection's row must be locked.

    It is, once ``collections.touch`` was called in the transaction: two writers can't split one page.
    """
    key = {"collection": collection_id, "position": position, "record": record_id}
    row = session.connection().execute(_counted(), key).one_or_none()
    counted = (row[0], row[1]) if row else _begin_earlier(session, collection_id, record_id, position)
    if counted is not None and counted[1] > MOST_RECORDS:
        _split(session, collection_id, *counted)


def remove(session: Session, collection_id: int, record_id: int, position: int) -> None:
    """Count the record no more; a page that is empty then is none. The collection's row must be locked."""
    before = (
        select(CollectionPage.id)
        .where(CollectionPage.collection_id == collection_id, _start() <= _key((position, record_id)))
        .order_by(CollectionPage.first_position.desc(), CollectionPage.first_record_id.desc())
        .limit(1)
    )
    page_id = session.scalar(before) or session.scalar(_first(collection_id))
    session.execute(
        update(CollectionPage).where(CollectionPage.id == page_id).values(count=CollectionPage.count - 1)
    )
    session.execute(delete(CollectionPage).where(CollectionPage.id == page_id, CollectionPage.count <= 0))


def pages(session: Session, collection_id: int) -> list[CollectionPage]:
    """The pages of a collection in their order."""
    statement = select(CollectionPage).where(CollectionPage.collection_id == collection_id)
    return list(
        session.scalars(statement.order_by(CollectionPage.first_position, CollectionPage.first_record_id))
    )


def on_page(listed: list[CollectionPage], place: int) -> ColumnElement[bool]:
    """The condition that a ``CollectionRecord`` stands on the page at index ``place`` of a collection's."""
    key = tuple_(CollectionRecord.position, CollectionRecord.record_id)
    condition = CollectionRecord.collection_id == listed[place].collection_id
    if place > 0:
        condition &= key >= _key(_separator(listed[place]))
    if place + 1 < len(listed):
        condition &= key < _key(_separator(listed[place + 1]))
    return condition


def _separator(page: CollectionPage) -> tuple[int, int]:
    return page.first_position, page.first_record_id


def _key(values: tuple[int, int]) -> Tuple:
    return tuple_(literal(values[0]), literal(values[1]))


def _start() -> Tuple:
    return tuple_(CollectionPage.first_position, CollectionPage.first_record_id)


def _first(collection_id: int) -> Select[tuple[int]]:
    return (
        select(CollectionPage.id)
        .where(CollectionPage.collection_id == collection_id)
        .order_by(CollectionPage.first_position, CollectionPage.first_record_id)
        .limit(1)
    )


@cache
def _counted() -> Update:
    # Made once, and one statement: it is run for every record that is taken in.
    page = (
        select(CollectionPage.id)
        .where(
            CollectionPage.collection_id == bindparam("collection"),
            _start() <= tuple_(bindparam("position"), bindparam("record")),
        )
        .order_by(CollectionPage.first_position.desc(), CollectionPage.first_record_id.desc())
        .limit(1)
    )
    return (
        update(CollectionPage)
        .where(CollectionPage.id == page.scalar_subquery())
        .values(count=CollectionPage.count + 1)
        .returning(CollectionPage.id, CollectionPage.count)
    )


def _begin_earlier(
    session: Session, collection_id: int, record_id: int, position: int
) -> tuple[int, int] | None:
    """Put a record that comes before all others on the first page, made where there is none."""
    first = session.scalar(_first(collection_id))
    if first is None:
        _make(session, collection_id, (position, record_id), count=1)
        return None
    page = session.get_one(CollectionPage, first, populate_existing=True)
    page.first_position, page.first_record_id, page.count = position, record_id, page.count + 1
    session.flush()
    return page.id, page.count


def _split(session: Session, collection_id: int, page_id: int, count: int) -> None:
    listed = pages(session, collection_id)
    place = next(index for index, page in enumerate(listed) if page.id == page_id)
    # Records come mostly in order: a page that is full at the end is left full.
    is_last = place == len(listed) - 1
    kept = count - 1 if is_last else count // 2
    key = (
        select(CollectionRecord.position, CollectionRecord.record_id)
        .where(on_page(listed, place))
        .order_by(CollectionRecord.position, CollectionRecord.record_id)
        .offset(kept)
        .limit(1)
    )
    separator = session.execute(key).tuples().one()
    session.execute(update(CollectionPage).where(CollectionPage.id == page_id).values(count=kept))
    _make(session, collection_id, separator, count=count - kept)


def _make(session: Session, collection_id: int, separator: tuple[int, int], *, count: int) -> None:
    # Numbers are never given again: an address that was a page's is no other's later.
    number = session.execute(
        update(Collection)
        .where(Collection.id == collection_id)
        .values(pages_made=Collection.pages_made + 1)
        .returning(Collection.pages_made)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    row = CollectionPage(
        collection_id=collection_id,
        number=number,
        first_position=separator[0],
        first_record_id=separator[1],
        count=count,
    )
    session.add(row)
    session.flush()
