"""An edit keeps what was before it; an edit that changes nothing leaves no trace."""

import dataclasses

import pytest
from catalogue import picture, save
from sqlalchemy import func, select

from archive.context import Context
from archive.errors import NotFound
from archive.models import Activity, Revision
from archive.services import history, records
from archive.services.drafts import Dates, Draft, RangeDraft
from archive.services.views import RecordView

_DRAFT = Draft(
    key="1",
    identifier="scroll",
    label={"en": ["A scroll"], "zh": ["卷"]},
    metadata_pairs=(({"en": ["Support"]}, {"en": ["Silk"]}),),
    required_statement=({"en": ["Credit"]}, {"en": ["The town"]}),
    dates=Dates({"none": ["868"]}, 868, 868),
    behavior=("continuous",),
    collections=("Scrolls",),
    ranges=(RangeDraft({"en": ["All"]}, (1, 2), (RangeDraft({"en": ["End"]}, (2,)),)),),
    properties={"navPlace": {"id": "https://example.org/place", "type": "FeatureCollection"}},
)


def test_a_record_is_read_back_as_it_was(context: Context) -> None:
    save(context, _DRAFT, picture("a"), picture("b"))
    before = _find(context)
    assert history.decode(history.encode(before)) == before


def test_a_past_revision_is_the_record_as_it_was_then(context: Context) -> None:
    save(context, _DRAFT, picture("a"), picture("b"))
    first = _find(context)
    save(context, dataclasses.replace(_DRAFT, label={"en": ["Renamed"]}, ranges=()), picture("b"))
    second = _find(context)
    save(context, dataclasses.replace(_DRAFT, label={"en": ["Renamed again"]}, ranges=()), picture("b"))
    third = _find(context)
    with context.sessions() as session:
        assert [history.at(session, third, number) for number in (1, 2, 3)] == [first, second, third]
        assert [number for number, _ in history.numbers(session, third)] == [1, 2, 3]
        with pytest.raises(NotFound, match='revision 4 of record "scroll" is not kept'):
            history.at(session, third, 4)


def test_an_edit_that_changes_nothing_leaves_no_trace(context: Context) -> None:
    save(context, _DRAFT, picture("a"), picture("b"))
    before = _find(context), _counts(context)
    save(context, _DRAFT, picture("a"), picture("b"))
    assert (_find(context), _counts(context)) == before


def test_what_was_hidden_stays_hidden(context: Context) -> None:
    save(context, dataclasses.replace(_DRAFT, visibility="draft"), picture("a"), picture("b"))
    save(context, _DRAFT, picture("a"), picture("b"))
    with (
        context.sessions() as session,
        pytest.raises(NotFound, match='revision 1 of record "scroll" is not in'),
    ):
        history.at(session, _find(context), 1)


def _find(context: Context) -> RecordView:
    with context.sessions() as session:
        return records.find(session, "scroll")


def _counts(context: Context) -> tuple[int, ...]:
    with context.sessions() as session:
        tables = (Revision, Activity)
        return tuple(session.scalars(select(func.count()).select_from(table)).one() for table in tables)
