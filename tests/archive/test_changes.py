"""The change log is followed without a loss, in whatever order its writers commit."""

import pytest

from archive.context import Context
from archive.services import activities, changes
from archive.services.changes import Gap, Mark


def log(context: Context, *names: str) -> None:
    with context.sessions.begin() as session:
        for name in names:
            activities.log(session, activities.UPDATE, object_type=activities.MANIFEST, identifier=name)


def read(context: Context, mark: Mark, limit: int = 100) -> tuple[list[str], Mark]:
    with context.sessions() as session:
        entries, after = changes.read(session, mark, limit=limit)
    return [entry.identifier for entry in entries], after


def present(context: Context) -> Mark:
    with context.sessions() as session:
        return changes.present(session)


def test_entries_are_read_once_each(context: Context) -> None:
    start = present(context)
    log(context, "a", "b", "c")
    some, mark = read(context, start, limit=2)
    rest, mark = read(context, mark)
    log(context, "d")
    new, mark = read(context, mark)
    assert (some, rest, new, read(context, mark)[0]) == (["a", "b"], ["c"], ["d"], [])


def test_a_mark_is_kept_as_text() -> None:
    mark = Mark(9, (Gap(3, 4, 77), Gap(6, 6)))
    assert Mark.decoded(mark.encoded()) == mark


def test_a_mark_of_a_fuller_log_is_not_known(context: Context) -> None:
    with context.sessions() as session:
        here = changes.present(session)
        assert changes.is_known(session, here)
        assert not changes.is_known(session, Mark(here.key + 1))


@pytest.mark.parametrize(
    "settings", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
class TestWritersThatCommitOutOfOrder:
    """On PostgreSQL, where many write at once."""

    def test_what_is_committed_late_is_read_late(self, context: Context) -> None:
        mark = present(context)
        with context.sessions.begin() as slow:
            activities.log(slow, activities.UPDATE, object_type=activities.MANIFEST, identifier="slow")
            log(context, "fast")
            seen = []
            for _ in range(4):
                names, mark = read(context, mark)
                seen += names
        late, mark = read(context, mark)
        assert (seen, late, read(context, mark)[0]) == (["fast"], ["slow"], [])

    def test_what_was_under_way_is_not_in_the_present(self, context: Context) -> None:
        with context.sessions.begin() as slow:
            activities.log(slow, activities.UPDATE, object_type=activities.MANIFEST, identifier="slow")
            log(context, "fast")
            mark = present(context)
        assert read(context, mark)[0] == ["slow"]

    def test_keys_that_were_given_back_are_forgotten(self, context: Context) -> None:
        mark = present(context)
        with context.sessions() as session:
            activities.log(session, activities.UPDATE, object_type=activities.MANIFEST, identifier="undone")
            session.rollback()
        log(context, "done")
        gaps = []
        for _ in range(3):
            _, mark = read(context, mark)
            gaps.append(len(mark.gaps))
        assert gaps == [1, 1, 0]

    def test_more_gaps_than_are_watched_delay_and_lose_nothing(self, context: Context) -> None:
        mark = present(context)
        for number in range(changes._MOST_GAPS + 20):
            with context.sessions() as session:
                activities.log(
                    session, activities.UPDATE, object_type=activities.MANIFEST, identifier="undone"
                )
                session.rollback()
            log(context, str(number))
        seen: set[str] = set()
        for _ in range(8):
            names, mark = read(context, mark, limit=1000)
            seen |= set(names)
        assert seen == set(map(str, range(changes._MOST_GAPS + 20)))
        assert mark.gaps == ()
