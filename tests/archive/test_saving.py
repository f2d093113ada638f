"""A draft becomes a record; saving it again changes what differs, and nothing else."""

import dataclasses

import pytest
from catalogue import picture, save
from sqlalchemy import select

from archive.context import Context
from archive.errors import Invalid
from archive.models import Activity, Asset, Canvas, Job, Record
from archive.services import records
from archive.services.drafts import Draft, PageDraft, RangeDraft
from archive.services.saving import CREATED, UNCHANGED, UPDATED

_DRAFT = Draft(key="1", identifier="scroll", label={"en": ["A scroll"]}, collections=("Paintings/Scrolls",))


def test_new_draft_becomes_a_record_with_a_blank_canvas(context: Context) -> None:
    assert save(context, _DRAFT) == CREATED
    with context.sessions() as session:
        record = records.find(session, "scroll")
        assert record.label == {"en": ["A scroll"]}
        assert [(view.identifier, view.asset) for view in record.canvases] == [("scroll-1", None)]
        assert [one.path for one in record.collections] == ["Paintings/Scrolls"]


def test_the_same_draft_again_publishes_nothing(context: Context) -> None:
    draft = dataclasses.replace(_DRAFT, ranges=(RangeDraft({"en": ["All"]}, (1, 2)),))
    pages = [picture("a"), picture("b")]
    save(context, draft, *pages)
    before = _log(context)
    assert save(context, draft, *pages) == UNCHANGED
    assert _log(context) == before


def test_an_edit_moves_the_revision_and_enters_the_log(context: Context) -> None:
    save(context, _DRAFT)
    assert save(context, dataclasses.replace(_DRAFT, label={"en": ["Another"]})) == UPDATED
    with context.sessions() as session:
        assert records.find(session, "scroll").revision == 2
    assert _log(context)[-1] == ("Update", "scroll")


def test_a_page_that_moves_keeps_its_identifier(context: Context) -> None:
    first, second, new = picture("a"), picture("b"), picture("c")
    save(context, _DRAFT, first, second)
    assert save(context, _DRAFT, new, second, first) == UPDATED
    with context.sessions() as session:
        canvases = records.find(session, "scroll").canvases
        assert [(view.identifier, view.asset and view.asset.identifier) for view in canvases] == [
            ("scroll-3", "c"),
            ("scroll-2", "b"),
            ("scroll-1", "a"),
        ]


def test_a_new_version_of_a_file_keeps_the_asset_and_asks_for_its_pyramid(context: Context) -> None:
    save(context, _DRAFT, picture("a"))
    _finish_jobs(context)
    newer = dataclasses.replace(picture("a"), digest="f" * 64, width=50)
    assert save(context, _DRAFT, newer) == UPDATED
    with context.sessions() as session:
        asset = session.scalars(select(Asset)).one()
        assert (asset.identifier, asset.digest, asset.pyramid_state) == ("a", "f" * 64, "pending")
        assert session.scalars(select(Job)).one().state == "queued"
        assert session.scalars(select(Canvas)).one().width == 50


def test_a_sound_in_the_place_of_a_picture_asks_for_no_pyramid(context: Context) -> None:
    save(context, _DRAFT, picture("a"))
    _finish_jobs(context)
    sound = dataclasses.replace(
        picture("a"), digest="f" * 64, media_type="audio/mpeg", width=None, height=None, duration=2.5
    )
    assert save(context, _DRAFT, sound) == UPDATED
    with context.sessions() as session:
        assert session.scalars(select(Asset)).one().pyramid_state == "none"
        assert session.scalars(select(Job)).all() == []


def test_a_chapter_keeps_its_identifier_when_others_come(context: Context) -> None:
    pages = [picture("a"), picture("b")]
    end = RangeDraft({"en": ["End"]}, (2,))
    save(context, dataclasses.replace(_DRAFT, ranges=(end,)), *pages)
    start = RangeDraft({"en": ["Start"]}, (1,))
    assert save(context, dataclasses.replace(_DRAFT, ranges=(start, end)), *pages) == UPDATED
    with context.sessions() as session:
        ranges = records.find(session, "scroll").ranges
        assert [one.identifier for one in ranges] == ["scroll-4", "scroll-3"]


def test_a_range_beyond_the_pages_is_refused_and_nothing_is_left(context: Context) -> None:
    draft = dataclasses.replace(_DRAFT, ranges=(RangeDraft({"en": ["End"]}, (3,)),))
    with pytest.raises(Invalid, match='range "End": there is no page 3, the record has 1'):
        save(context, draft, picture("a"))
    with context.sessions() as session:
        assert session.scalars(select(Record)).all() == []


def test_hiding_a_record_logs_a_delete(context: Context) -> None:
    save(context, _DRAFT)
    save(context, dataclasses.replace(_DRAFT, visibility="draft"))
    assert _log(context)[-1] == ("Delete", "scroll")


def test_a_given_name_that_no_url_shows_is_kept_as_an_alias(context: Context) -> None:
    save(context, dataclasses.replace(_DRAFT, identifier="Or.8210/S.1"))
    with context.sessions() as session:
        assert records.renamed(session, "Or.8210/S.1") == "Or.8210-S.1"


def test_a_minted_identifier_gives_way_to_one_that_is_taken(context: Context) -> None:
    save(context, _DRAFT)
    other = Draft(key="scroll", pages=(PageDraft(path=None, name="scroll"),))  # type: ignore[arg-type]  # Not opened.
    save(context, other, source="other")
    with context.sessions() as session:
        found = session.scalars(select(Record.identifier).order_by(Record.id)).all()
    assert found[0] == "scroll"
    assert found[1].startswith("scroll-")


def _log(context: Context) -> list[tuple[str, str]]:
    with context.sessions() as session:
        rows = session.execute(select(Activity.type, Activity.object_identifier).order_by(Activity.id))
        return [(type_, identifier) for type_, identifier in rows]


def _finish_jobs(context: Context) -> None:
    with context.sessions.begin() as session:
        for job in session.scalars(select(Job)):
            job.state = "done"
