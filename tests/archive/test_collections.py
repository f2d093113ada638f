"""Collections are a tree, made as records ask for them; what a reader may not see is not counted in them."""

import dataclasses

import pytest
from catalogue import save
from sqlalchemy import select

from archive.context import Context
from archive.errors import NotFound
from archive.models import ROOT, Activity, Collection
from archive.services import collections
from archive.services.collections import Shelf, Shelves
from archive.services.drafts import Draft

_VASE = Draft(key="1", identifier="vase", label={"en": ["A vase"]})


def test_a_path_makes_each_level_once(context: Context) -> None:
    for number, path in enumerate(("Paintings/Song", "Paintings/Song", "Paintings/Yuan")):
        save(
            context, dataclasses.replace(_VASE, key=str(number), identifier=str(number), collections=(path,))
        )
    with context.sessions() as session:
        made = session.execute(select(Collection.identifier, Collection.path).order_by(Collection.path)).all()
    assert [tuple(row) for row in made] == [
        (ROOT, ""),
        ("Paintings", "Paintings"),
        ("Paintings-Song", "Paintings/Song"),
        ("Paintings-Yuan", "Paintings/Yuan"),
    ]
    assert _log(context) == [
        ("Create", name) for name in (ROOT, "Paintings", "Paintings-Song", "Paintings-Yuan")
    ]


def test_a_record_without_a_collection_stands_at_the_top(context: Context) -> None:
    save(context, _VASE)
    assert [record.identifier for record in _listing(context, ROOT).records] == ["vase"]


def test_a_collection_is_asked_for_by_its_identifier_too_but_its_path_comes_first(context: Context) -> None:
    with context.sessions.begin() as session:
        deep = collections.at(session, "Paintings/Song")
        assert collections.at(session, "Paintings-Song") is deep
        shadow = Collection(
            identifier="other", path="Paintings-Song", label={}, created=deep.created, modified=deep.created
        )
        session.add(shadow)
        session.flush()
        assert collections.at(session, "Paintings-Song") is shadow


def test_a_path_that_begins_with_an_identifier_leads_below_that_collection(context: Context) -> None:
    with context.sessions.begin() as session:
        collections.at(session, "Paintings/Song")
        below = [collections.at(session, f"{above}/Fans") for above in ("Paintings-Song", "Paintings/Song")]
        assert [one.path for one in below] == ["Paintings/Song/Fans"] * 2


def test_collections_with_the_same_slug_get_identifiers_of_their_own(context: Context) -> None:
    with context.sessions.begin() as session:
        names = {collections.at(session, path).identifier for path in ("A/B", "A-B/C", "A B")}
    assert len(names) == 3


def test_a_listing_holds_what_a_reader_may_see_in_the_order_given(context: Context) -> None:
    orders = {"last": 9, "first": -1, "hidden": 0, "second": 0, "third": 0}
    for name, order in orders.items():
        draft = dataclasses.replace(
            _VASE,
            key=name,
            identifier=name,
            order=order,
            visibility="draft" if name == "hidden" else "public",
            collections=("Vases",),
        )
        save(context, draft)
    listing = _listing(context, "Vases")
    assert [record.identifier for record in listing.records] == ["first", "second", "third", "last"]
    assert listing.parent
    assert (listing.label, listing.parent.identifier, listing.collections) == ({"none": ["Vases"]}, ROOT, [])


def test_the_shelves_of_a_page_count_public_records_below_them_once(context: Context) -> None:
    both = dataclasses.replace(_VASE, collections=("Prints", "Prints/Woodcuts"))
    save(context, both)
    save(
        context,
        dataclasses.replace(_VASE, key="2", identifier="b", visibility="draft", collections=("Empty",)),
    )
    with context.sessions() as session:
        assert collections.tree(session) == [Shelf("Prints", {"none": ["Prints"]}, 1)]


def test_names_that_look_like_patterns_hold_only_their_own(context: Context) -> None:
    save(context, dataclasses.replace(_VASE, collections=("100%/x",)))
    save(context, dataclasses.replace(_VASE, key="2", identifier="b", collections=("100x/x",)))
    with context.sessions() as session:
        assert [shelf.record_count for shelf in collections.tree(session)] == [1, 1]


def test_a_new_label_moves_the_collection_and_what_lists_it(context: Context) -> None:
    save(context, dataclasses.replace(_VASE, collections=("Vases",)))
    before = _revisions(context)
    for label, changed in (({"en": ["Vessels"]}, True), ({"en": ["Vessels"]}, False)):
        with context.sessions.begin() as session:
            vases = collections.at(session, "Vases")
            assert collections.fill(vases, {"label": label}) is changed
            if changed:
                collections.log_update(session, vases)
    after = _revisions(context)
    assert {name: after[name] - before[name] for name in before} == {"Vases": 1, ROOT: 1}
    assert _log(context)[-1] == ("Update", "Vases")
    assert _listing(context, "Vases").label == {"en": ["Vessels"]}


def test_shelves_that_were_forgotten_are_looked_for_again(context: Context) -> None:
    shelves = Shelves()
    with context.sessions() as session:
        lost = shelves.find(session, ("New",))[0].id
        session.rollback()
        shelves.forget()
        assert shelves.find(session, ("New", "New"))[0].path == "New"
    assert lost


def test_a_collection_that_is_not_there_is_not_found(context: Context) -> None:
    missing = pytest.raises(NotFound, match='collection "none" is not in this archive')
    with context.sessions() as session, missing:
        collections.find(session, "none")


def _listing(context: Context, identifier: str) -> collections.Listing:
    with context.sessions() as session:
        return collections.listing(session, collections.find(session, identifier))


def _log(context: Context) -> list[tuple[str, str]]:
    rows = select(Activity.type, Activity.object_identifier).where(Activity.object_type == "Collection")
    with context.sessions() as session:
        return [(type_, name) for type_, name in session.execute(rows.order_by(Activity.id))]


def _revisions(context: Context) -> dict[str, int]:
    with context.sessions() as session:
        return dict(session.execute(select(Collection.identifier, Collection.revision)).tuples().all())
