"""Records are found by words, shown to whom they may be shown, and withdrawn for good."""

import dataclasses
import datetime as dt

import pytest
from catalogue import picture, save
from sqlalchemy import event, select

from archive.context import Context
from archive.errors import Gone, NotFound
from archive.models import Activity, Collection, Record
from archive.services import access, images, records
from archive.services.drafts import Dates, Draft, RangeDraft

_TODAY = dt.datetime.now(dt.UTC).date()
_DAY = dt.timedelta(days=1)
_RIVERS = Draft(
    key="1",
    identifier="Or.8210/S.1",
    label={"zh": ["千里江山圖"], "en": ["Thousand Li of Rivers and Mountains"]},
    maker={"en": ["Wang Ximeng"]},
    dates=Dates({"en": ["1113"]}, 1113, 1113),
    accession_number="Gu 1-25",
    metadata_pairs=(({"en": ["Technique"]}, {"en": ["Ink and color on silk, 100% hand_made"]}),),
    collections=("Paintings/Handscrolls",),
)
_VASE = Draft(key="2", identifier="vase", label={"en": ["A vase"]}, collections=("Ceramics",))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ["Or.8210-S.1", "vase"]),
        ("vase", ["vase"]),
        ("VASE", ["vase"]),
        ("江山", ["Or.8210-S.1"]),
        ("ximeng rivers", ["Or.8210-S.1"]),
        ("ximeng vase", []),
        ("1113", ["Or.8210-S.1"]),
        ("Gu 1-25", ["Or.8210-S.1"]),
        ("silk", ["Or.8210-S.1"]),
        ("100%", ["Or.8210-S.1"]),
        ("d_m", ["Or.8210-S.1"]),
        ("%", ["Or.8210-S.1"]),
        ("_", ["Or.8210-S.1"]),
        ("'; DROP TABLE record; --", []),
        ("\\", []),
    ],
)
def test_search_finds_records_in_which_every_word_stands(
    context: Context, words: str, found: list[str]
) -> None:
    save(context, _RIVERS)
    save(context, _VASE)
    assert _search(context, words) == (found, len(found))


def test_search_keeps_to_a_collection_and_what_is_below_it(context: Context) -> None:
    save(context, _RIVERS)
    save(context, _VASE)
    assert _search(context, "", collection="Paintings") == (["Or.8210-S.1"], 1)
    assert _search(context, "", collection="root")[1] == 2
    with pytest.raises(NotFound, match='collection "none" is not in this archive'):
        _search(context, "", collection="none")


def test_search_gives_pages_and_counts_all(context: Context) -> None:
    for number in range(5):
        save(context, dataclasses.replace(_VASE, key=str(number), identifier=f"vase-{number}"))
    assert _search(context, "vase", page=2, size=2) == (["vase-2", "vase-3"], 5)
    assert _search(context, "vase", page=4, size=2) == ([], 5)


@pytest.mark.parametrize(
    ("visibility", "until", "shown"),
    [
        ("public", None, True),
        ("draft", None, False),
        ("restricted", None, False),
        ("embargo", _TODAY, True),
        ("embargo", _TODAY - _DAY, True),
        ("embargo", _TODAY + 2 * _DAY, False),
    ],
)
def test_one_policy_says_who_may_see_a_record(
    context: Context, visibility: str, until: dt.date | None, shown: bool
) -> None:
    save(context, dataclasses.replace(_VASE, visibility=visibility, embargo_until=until), picture("scan"))
    assert (_search(context, "vase")[1] == 1) is shown
    with context.sessions() as session:
        assert access.is_public(session.scalars(select(Record)).one()) is shown
        asked = (
            lambda: records.find(session, "vase"),
            lambda: records.canvas(session, "vase-1"),
            lambda: images.describe(session, "scan"),
        )
        for ask in asked:
            if shown:
                ask()
            else:
                with pytest.raises(NotFound, match="is not in this archive"):
                    ask()


def test_an_embargo_ends_with_its_day(context: Context) -> None:
    until = dt.date(2030, 1, 31)
    save(context, dataclasses.replace(_VASE, visibility="embargo", embargo_until=until))
    with context.sessions() as session:
        record = session.scalars(select(Record)).one()
        for day, shown in ((until - _DAY, False), (until, True)):
            assert access.is_public(record, day) is shown
            assert session.scalars(select(Record).where(access.public(day))).all() == (
                [record] if shown else []
            )


def test_a_record_is_found_by_what_it_was_called(context: Context) -> None:
    save(context, _RIVERS)
    with context.sessions() as session:
        assert records.renamed(session, "Or.8210/S.1") == "Or.8210-S.1"
        assert records.renamed(session, "Or.8210") is None


def test_a_withdrawn_record_is_gone_with_its_parts_and_stays_in_the_catalogue(context: Context) -> None:
    ranges = (RangeDraft({"en": ["All"]}, (1,)),)
    save(context, dataclasses.replace(_VASE, ranges=ranges), picture("scan"))
    _withdraw(context, "vase")
    _withdraw(context, "vase")
    with context.sessions() as session:
        for ask in (
            lambda: records.find(session, "vase"),
            lambda: records.canvas(session, "vase-1"),
            lambda: records.range_(session, "vase-2"),
            lambda: images.describe(session, "scan"),
        ):
            with pytest.raises(Gone, match="was withdrawn on"):
                ask()
        log = (
            session.execute(select(Activity.type).where(Activity.object_identifier == "vase")).scalars().all()
        )
        assert log == ["Create", "Delete"]
    assert _search(context, "vase") == ([], 0)


def test_a_withdrawal_moves_the_record_and_its_collections_on(context: Context) -> None:
    save(context, _VASE)
    before = _revisions(context)
    _withdraw(context, "vase")
    after = _revisions(context)
    assert {name: after[name] - before[name] for name in before} == {"vase": 1, "Ceramics": 1, "root": 0}


def test_what_is_not_there_cannot_be_withdrawn(context: Context) -> None:
    with pytest.raises(NotFound, match='record "none" is not in this archive: check its identifier'):
        _withdraw(context, "none")


def test_ranges_come_as_a_tree_with_their_canvases(context: Context) -> None:
    outline = (
        RangeDraft({"en": ["One"]}, (1, 2), (RangeDraft({"en": ["Within"]}, (2,)),)),
        RangeDraft({"en": ["Two"]}, (3,)),
    )
    pages = [picture(name) for name in "abc"]
    save(context, dataclasses.replace(_VASE, ranges=outline), *pages)
    with context.sessions() as session:
        record = records.find(session, "vase")
        assert [(one.label, [c.identifier for c in one.canvases]) for one in records.flat(record.ranges)] == [
            ({"en": ["One"]}, ["vase-1", "vase-2"]),
            ({"en": ["Within"]}, ["vase-2"]),
            ({"en": ["Two"]}, ["vase-3"]),
        ]
        within = record.ranges[0].ranges[0]
        assert records.range_(session, within.identifier)[1].label == {"en": ["Within"]}
        for missing in (records.canvas, records.range_):
            with pytest.raises(NotFound):
                missing(session, "none")


@pytest.mark.parametrize("pages", [1, 40])
def test_a_record_is_loaded_by_as_many_queries_whatever_its_pages(context: Context, pages: int) -> None:
    save(context, _VASE, *(picture(f"scan-{number}") for number in range(pages)))
    asked: list[str] = []
    event.listen(context.sessions.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    with context.sessions() as session:
        records.find(session, "vase")
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 3


def _search(
    context: Context, words: str, *, collection: str | None = None, page: int = 1, size: int = 10
) -> tuple[list[str], int]:
    with context.sessions() as session:
        found = records.search(session, words, collection=collection, page=page, size=size)
        return [record.identifier for record in found.records], found.total


def _withdraw(context: Context, identifier: str) -> None:
    with context.sessions.begin() as session:
        records.withdraw(session, identifier)


def _revisions(context: Context) -> dict[str, int]:
    with context.sessions() as session:
        both = (select(model.identifier, model.revision) for model in (Record, Collection))
        return {name: revision for one in both for name, revision in session.execute(one)}
