"""The catalogue's generation: facts of images are kept as long as it stands, and no longer."""

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

import postgresql
import pytest
from museum import make_pyramid
from sqlalchemy import event, make_url, select, update
from sqlalchemy.engine import Connection

from archive import db
from archive.config import Settings
from archive.context import Context, open_context
from archive.db import Sessions
from archive.errors import Gone, NotFound, Unavailable
from archive.generation import Generation
from archive.models import Record
from archive.services import records


class Clock:
    """A clock that goes on only when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """The seconds that it shows."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("archive.generation.time", clock)
    return clock


@pytest.fixture
def here(own_settings: Settings) -> Iterator[Context]:
    """A process that answers."""
    with opened(own_settings) as context:
        yield context


@pytest.fixture
def elsewhere(own_settings: Settings) -> Iterator[Context]:
    """Another process, such as a curator's command, on the same catalogue."""
    with opened(own_settings) as context:
        yield context


@contextmanager
def opened(settings: Settings) -> Iterator[Context]:
    context = open_context(settings)
    try:
        yield context
    finally:
        context.close()


def test_what_is_withdrawn_elsewhere_is_gone_within_a_second(
    here: Context, elsewhere: Context, clock: Clock
) -> None:
    here.images.find("view")
    withdraw(elsewhere)
    clock.now += 1
    with pytest.raises(Gone, match='image "view" was withdrawn'):
        here.images.find("view")


def test_less_than_a_second_is_waited_for(here: Context, elsewhere: Context, clock: Clock) -> None:
    shown = here.images.find("view")
    withdraw(elsewhere)
    clock.now += 0.99
    assert here.images.find("view") == shown


def test_a_second_counts_from_the_last_question_not_the_last_request(
    here: Context, elsewhere: Context, clock: Clock
) -> None:
    here.images.find("view")
    withdraw(elsewhere)
    for _ in range(4):
        here.images.find("view")
        clock.now += 0.25
    with pytest.raises(Gone):
        here.images.find("view")


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"visibility": "draft"}, id="hidden"),
        pytest.param({"visibility": "restricted"}, id="restricted"),
    ],
)
def test_what_is_hidden_elsewhere_is_not_there(
    here: Context, elsewhere: Context, clock: Clock, values: dict[str, str]
) -> None:
    here.images.find("view")
    with elsewhere.sessions.begin() as session:
        session.execute(update(Record).where(Record.identifier == "photograph").values(values))
    clock.now += 1
    with pytest.raises(NotFound):
        here.images.find("view")


def test_a_write_of_a_session_that_is_kept_is_seen_too(
    here: Context, elsewhere: Context, clock: Clock
) -> None:
    here.images.find("view")
    with elsewhere.sessions.writer() as session, session.begin():
        records.withdraw(session, "photograph")
    clock.now += 1
    with pytest.raises(Gone):
        here.images.find("view")


@pytest.mark.usefixtures("clock")
def test_a_write_of_this_process_is_seen_at_once(here: Context) -> None:
    here.images.find("view")
    withdraw(here)
    with pytest.raises(Gone):
        here.images.find("view")


@pytest.mark.usefixtures("clock")
def test_what_is_not_there_yet_is_not_kept(here: Context) -> None:
    with pytest.raises(Unavailable):
        here.images.find("waiting")
    make_pyramid(here, "waiting")
    assert here.images.find("waiting").identifier == "waiting"


@pytest.mark.usefixtures("clock")
def test_an_image_that_is_asked_for_again_costs_no_query(here: Context) -> None:
    first = here.images.find("view")
    with statements(here) as seen:
        assert all(here.images.find("view") == first for _ in range(10))
    assert seen == []


def test_at_once_it_tells_of_what_was_written_elsewhere(here: Context, elsewhere: Context) -> None:
    before = here.sessions.generation.at_once()
    assert here.sessions.generation.at_once() == before
    withdraw(elsewhere)
    assert here.sessions.generation.at_once() != before


def test_who_asks_while_another_is_told_is_told_of_what_was_written_since(
    here: Context, elsewhere: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = here.sessions.generation
    before, ask = generation.at_once(), generation._ask_driver
    told, go_on, asked = threading.Event(), threading.Event(), 0

    def hold_the_first() -> object:
        nonlocal asked
        asked += 1
        answer = ask()
        if not told.is_set():
            told.set()
            assert go_on.wait(20)
        return answer

    monkeypatch.setattr(generation, "_ask_driver", hold_the_first)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(generation.at_once)
        assert told.wait(20)
        withdraw(elsewhere)
        others = [pool.submit(generation.at_once) for _ in range(8)]
        wait(others, timeout=0.2)
        go_on.set()
        assert first.result() == before
        assert before not in {other.result() for other in others}
    # The others share one question, if they all waited by then.
    assert asked < 9


def test_asked_over_a_broken_connection_it_is_asked_again_over_another(here: Context) -> None:
    generation = here.sessions.generation
    before = generation.at_once()
    assert generation._kept is not None
    generation._kept.connection.dbapi_connection.close()  # type: ignore[union-attr]  # It is connected.
    with pytest.raises(Unavailable, match="does not answer"):
        generation.at_once()
    assert type(generation.at_once()) is type(before)


def test_a_reader_sees_one_state_of_the_catalogue(here: Context, elsewhere: Context) -> None:
    when = select(Record.withdrawn).where(Record.identifier == "photograph")
    with here.sessions() as session:
        assert session.scalar(when) is None
        withdraw(elsewhere)
        assert session.scalar(when) is None
    with here.sessions() as session:
        assert session.scalar(when) is not None


def test_once_a_second_the_generation_is_asked_for_and_no_more(here: Context, clock: Clock) -> None:
    here.images.find("view")
    clock.now += 1
    with statements(here) as seen:
        for _ in range(10):
            here.images.find("view")
    assert [statement for statement in seen if statement != "BEGIN"] == [_question(here)]


def test_a_word_stands_while_nobody_writes(here: Context, elsewhere: Context, clock: Clock) -> None:
    words = set()
    for _ in range(3):
        words.add(here.sessions.generation.current())
        elsewhere.images.find("gray")
        here.images.find("view")
        clock.now += 1
    assert len(words) == 1


def test_what_is_rolled_back_changes_nothing_that_is_shown(
    here: Context, elsewhere: Context, clock: Clock
) -> None:
    shown = here.images.find("view")
    with elsewhere.sessions() as session:
        records.withdraw(session, "photograph")
        session.flush()
        session.rollback()
    clock.now += 1
    assert here.images.find("view") == shown


def test_what_is_written_but_not_committed_is_seen_after_it_is(
    here: Context, elsewhere: Context, clock: Clock
) -> None:
    with elsewhere.sessions.begin() as session:
        records.withdraw(session, "photograph")
        session.flush()
        here.images.find("view")
        clock.now += 1
        here.images.find("view")
    clock.now += 1
    with pytest.raises(Gone):
        here.images.find("view")


def test_many_at_once_ask_once(here: Context, clock: Clock) -> None:
    here.images.find("view")
    clock.now += 1
    gate = threading.Barrier(32)

    def ask(_: int) -> str:
        gate.wait(timeout=20)
        return here.images.find("view").identifier

    with statements(here) as seen, ThreadPoolExecutor(32) as pool:
        assert set(pool.map(ask, range(32))) == {"view"}
    assert seen.count(_question(here)) == 1


def test_a_write_of_this_process_counts_even_while_the_database_is_asked(here: Context, clock: Clock) -> None:
    here.images.find("view")
    clock.now += 1
    answered, go_on = threading.Event(), threading.Event()

    def hold_the_answer(statement: str) -> None:
        if statement == _question(here) and not answered.is_set():
            answered.set()
            assert go_on.wait(20)

    with heard(here, "after_cursor_execute", hold_the_answer), ThreadPoolExecutor(2) as pool:
        asking = pool.submit(here.images.find, "view")
        assert answered.wait(20)
        writing = pool.submit(withdraw, here)
        # Either it is done before the answer is taken note of, or it waits for that.
        wait([writing], timeout=0.1)
        go_on.set()
        writing.result()
        asking.exception()
    with pytest.raises(Gone):
        here.images.find("view")


def test_no_more_images_are_kept_than_are_allowed(here: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.services.images._MOST_KEPT", 2)
    names = ["view", "gray", "lapsed", "view"]
    for name in names:
        assert here.images.find(name).identifier == name
        assert len(here.images._kept[1]) <= 2


@pytest.mark.postgresql
def test_a_database_that_goes_away_is_unavailable_and_comes_back(
    postgresql_template: str, clock: Clock
) -> None:
    name = f"test_{uuid.uuid4().hex}"
    url = postgresql.create(postgresql_template, name)
    sessions = Sessions(db.open_engine(url))
    before = sessions.generation.current()
    postgresql.drop(url)
    clock.now += 1
    for _ in range(2):
        with pytest.raises(Unavailable, match="its server does not answer"):
            sessions.generation.current()
    postgresql.create(postgresql_template, name)
    assert sessions.generation.current() != before
    sessions.close()
    postgresql.drop(url)


def test_a_database_that_is_none_is_unavailable(own_settings: Settings) -> None:
    if own_settings.database_url:
        url = make_url(own_settings.database_url).set(database="none_of_that_name")
        sessions = Sessions(db.open_engine(url.render_as_string(hide_password=False)))
    else:
        (own_settings.data_dir / "catalogue.sqlite").write_bytes(b"no database at all, but a text" * 99)
        sessions = Sessions(db.open_engine(own_settings.catalogue_url))
    with pytest.raises(Unavailable):
        sessions.generation.current()
    sessions.close()


def withdraw(context: Context) -> None:
    with context.sessions.begin() as session:
        records.withdraw(session, "photograph")


@contextmanager
def statements(context: Context) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    seen: list[str] = []
    with heard(context, "before_cursor_execute", seen.append):
        yield seen


@contextmanager
def heard(context: Context, when: str, tell: Callable[[str], None]) -> Iterator[None]:
    def listen(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        tell(statement)

    event.listen(context.sessions.engine, when, listen)
    yield
    event.remove(context.sessions.engine, when, listen)


def _question(context: Context) -> str:
    return Generation._QUESTIONS[context.sessions.engine.dialect.name]
