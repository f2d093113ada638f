"""The text of a canvas is kept with its boxes, and what changes it is an edit of its record."""

import dataclasses

import pytest
from catalogue import picture, save
from sqlalchemy import select

from archive import db
from archive.context import Context
from archive.errors import Forbidden, NotFound
from archive.models import Activity, Asset, Maker, Text
from archive.services import access, assets, images, records, texts
from archive.services.drafts import Draft
from search.page_text import PageText, Span

PAGE = PageText("Habe Muth", "de", lines=(Span(0, 9, (1, 2, 30, 4)),), words=(Span(0, 4, (1, 2, 9, 4)),))
TEXT = texts.written(PAGE, profile="http://www.loc.gov/standards/alto/ns-v4#")


@pytest.fixture
def canvas(context: Context) -> str:
    save(context, Draft(key="1", identifier="book", label={"de": ["Buch"]}), picture("a"))
    return "book-1"


def put(context: Context, canvas: str, text: texts.Written = TEXT, **said: int) -> bool:
    with context.sessions.begin() as session:
        return texts.put(session, canvas, text, reader=access.KEEPER, **said)


def revision(context: Context) -> int:
    with context.sessions() as session:
        return records.find(session, "book").revision


def test_text_is_kept_as_it_was_given(context: Context, canvas: str) -> None:
    assert put(context, canvas)

    with context.sessions() as session:
        assert texts.of(session, canvas) == PAGE
        assert texts.of(session, "book-2") is None
        row = session.scalars(select(Text)).one()
        assert (row.words, row.made_by, row.profile) == (1, Maker.GIVEN, TEXT.profile)


def test_new_text_is_a_revision_of_the_record_and_the_same_again_is_none(
    context: Context, canvas: str
) -> None:
    assert (put(context, canvas), put(context, canvas)) == (True, False)

    assert revision(context) == 2
    with context.sessions() as session:
        log = select(Activity.type).where(Activity.object_identifier == "book").order_by(Activity.id)
        assert session.scalars(log).all() == ["Create", "Update"]


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Habe muth"},
        {"language": "fr"},
        {"boxes": b"\1\0"},
        {"made_by": Maker.MACHINE},
        {"confidence": 0.5},
    ],
)
def test_any_difference_is_a_revision(context: Context, canvas: str, change: dict[str, object]) -> None:
    put(context, canvas)

    assert put(context, canvas, dataclasses.replace(TEXT, **change))  # type: ignore[arg-type]  # As the cases say.

    assert revision(context) == 3


def test_removed_text_is_gone_and_a_revision(context: Context, canvas: str) -> None:
    put(context, canvas)
    with context.sessions.begin() as session:
        assert texts.remove(session, canvas, reader=access.KEEPER)
        assert not texts.remove(session, canvas, reader=access.KEEPER)
        assert texts.of(session, canvas) is None

    assert revision(context) == 3


def test_only_who_may_write_the_record_writes_its_text(context: Context, canvas: str) -> None:
    with context.sessions.begin() as session:
        with pytest.raises(Forbidden):
            texts.put(session, canvas, TEXT, reader=access.ANYONE)
        with pytest.raises(NotFound):
            texts.put(session, "book-9", TEXT, reader=access.KEEPER)


def test_file_of_a_text_is_given_out_and_stays(context: Context, canvas: str) -> None:
    with context.sessions.begin() as session:
        asset = Asset(
            identifier="alto", name="a.xml", digest="0" * 64, bytes=1, media_type="application/alto+xml",
            pyramid_state="none", created=db.now(), modified=db.now(),
            record_id=records.find(session, "book").id,
        )  # fmt: skip
        session.add(asset)
        session.flush()
        key = asset.id
    put(context, canvas, asset_id=key)

    with context.sessions() as session:
        shown = images.describe(session, "alto")
        assert list(assets._naming(session, shown)) == ['the text of canvas "book-1"']
