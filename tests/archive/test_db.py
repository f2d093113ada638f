"""What goes into the database comes back the same from each; writers wait for one another."""

import datetime as dt
import json
import threading
import uuid
from pathlib import Path

import postgresql
import pytest
from sqlalchemy import func, make_url, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from archive import db
from archive.config import Settings
from archive.context import Context, initialise, open_context
from archive.errors import Invalid, Unavailable
from archive.models import Activity, Record

_PARIS = dt.timezone(dt.timedelta(hours=2))


def test_a_records_values_come_back_as_they_went_in(context: Context) -> None:
    pair = ({"en": ["Credit"]}, {"none": ["Mogao “caves”"]})
    written = _record(
        label={"zh-Hant": ["千里江山圖"], "en": ["A", "B"]},
        required_statement=pair,
        metadata_pairs=(pair, pair),
        behavior=("paged", "no-repeat"),
        first_year=-499,
        embargo_until=dt.date(2030, 1, 31),
        created=dt.datetime(2024, 6, 1, 12, 30, 15, 123456, tzinfo=_PARIS),
    )
    with context.sessions.begin() as session:
        session.add(written)
    with context.sessions() as session:
        read = session.scalars(select(Record)).one()
    assert read.label == {"zh-Hant": ["千里江山圖"], "en": ["A", "B"]}
    assert (read.required_statement, read.metadata_pairs) == (pair, (pair, pair))
    assert read.behavior == ("paged", "no-repeat")
    assert (read.first_year, read.embargo_until) == (-499, dt.date(2030, 1, 31))
    assert read.created == dt.datetime(2024, 6, 1, 10, 30, 15, 123456, tzinfo=dt.UTC)
    assert read.created.utcoffset() == dt.timedelta(0)


def test_what_is_left_out_comes_back_empty(context: Context) -> None:
    with context.sessions.begin() as session:
        session.add(_record())
    with context.sessions() as session:
        read = session.scalars(select(Record)).one()
        stored = session.execute(text("SELECT required_statement FROM record")).scalar_one()
    assert (read.required_statement, read.metadata_pairs, read.behavior, read.maker) == (None, (), (), {})
    assert stored is None


def test_json_is_legible_in_the_database(context: Context) -> None:
    with context.sessions.begin() as session:
        session.add(_record(label={"zh": ["千里江山圖"]}))
    with context.sessions() as session:
        stored = session.execute(text("SELECT CAST(label AS VARCHAR) FROM record")).scalar_one()
    assert stored == '{"zh":["千里江山圖"]}'


def test_a_time_without_a_zone_is_refused(context: Context) -> None:
    naive = dt.datetime(2024, 1, 1)  # noqa: DTZ001  # That is what is tried.
    with pytest.raises(StatementError, match="without a zone"), context.sessions.begin() as session:
        session.add(_record(created=naive))


def test_an_exception_takes_the_whole_transaction_back(context: Context) -> None:
    def write_the_same_twice() -> None:
        with context.sessions.begin() as session:
            session.add(_record())
            session.flush()
            session.add(_record())

    with pytest.raises(IntegrityError):
        write_the_same_twice()
    with context.sessions() as session:
        assert session.scalars(select(Record)).all() == []


def test_writers_wait_for_one_another(context: Context) -> None:
    faults: list[BaseException] = []

    def write(times: int) -> None:
        opened = open_context(context.settings)
        try:
            for _ in range(times):
                with opened.sessions.begin() as session:
                    # Reading first is what lets a transaction fail at once when another wrote meanwhile.
                    known = session.scalar(select(func.count()).select_from(Activity)) or 0
                    session.add(_activity(known))
        except BaseException as error:  # noqa: BLE001  # Told by the test, whatever it is.
            faults.append(error)
        finally:
            opened.close()

    threads = [threading.Thread(target=write, args=(25,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with context.sessions() as session:
        assert session.scalar(select(func.count()).where(Activity.object_type == "Test")) == 100


def test_a_reader_is_not_held_up_by_a_writer(context: Context) -> None:
    with context.sessions.begin() as writing:
        writing.add(_record())
        writing.flush()
        with context.sessions() as reading:
            assert reading.scalars(select(Record)).all() == []


def test_sqlite_keeps_a_write_ahead_log_and_its_foreign_keys(tmp_path: Path) -> None:
    with db.open_engine(f"sqlite:///{tmp_path / 'catalogue.sqlite'}").connect() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "foreign_keys")
        ]
    assert settings == ["wal", 1]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("not a url", "is no database URL"),
        ("mysql://host/name", "use sqlite or postgresql"),
    ],
)
def test_a_wrong_database_url_is_named(url: str, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        db.open_engine(url)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no database at all, but a text of some length" * 20, "its file is no database"),
        (b"SQLite format 3\0" + bytes(4096), "its file is"),
    ],
)
def test_a_file_that_is_no_catalogue_is_told_in_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "catalogue.sqlite").write_bytes(content)
    opened = open_context(Settings(data_dir=tmp_path))
    with pytest.raises(Unavailable, match=reason) as caught:
        initialise(opened)
    opened.close()
    assert str(tmp_path) not in str(caught.value)


def test_a_catalogue_that_cannot_be_opened_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "catalogue.sqlite").mkdir()
    opened = open_context(Settings(data_dir=tmp_path))
    with pytest.raises(Unavailable, match="its file can't be opened"):
        initialise(opened)
    opened.close()


def test_a_server_that_does_not_answer_is_told_in_one_line(tmp_path: Path) -> None:
    url = f"postgresql://nobody@/none?host={tmp_path}&connect_timeout=1"
    opened = open_context(Settings(data_dir=tmp_path, database_url=url))
    with (
        pytest.raises(Unavailable, match="its server does not answer; try again"),
        opened.sessions() as session,
    ):
        session.scalars(select(Record)).all()
    opened.close()


def test_a_catalogue_that_was_not_made_says_how_to_make_it(tmp_path: Path) -> None:
    opened = open_context(Settings(data_dir=tmp_path))
    with pytest.raises(Unavailable, match="run mogao init"), opened.sessions() as session:
        session.scalars(select(Record)).all()
    opened.close()


def _record(**values: object) -> Record:
    kept = {"source": "s", "source_key": "k", "fingerprint": "", "created": db.now(), "modified": db.now()}
    return Record(**{"identifier": "a", **kept, **values})


def _activity(number: int) -> Activity:
    return Activity(type="Update", object_type="Test", object_identifier=str(number), time=db.now())


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"en": ["Blick über Köln – 遠景", 'a "quote" \\ \n\t\x7f\u2028</script>']}, id="text"),
        pytest.param([1, -1, 2**53 + 1, 2**64 - 1, 0.1, 1.5, -0.25, True, None, [], {}], id="numbers"),
        pytest.param({"many": 2**64 + 1, "more": [10**30]}, id="more than 64 bits"),
        pytest.param({"ark": "1234567890123456789012"}, id="digits in text"),
        pytest.param(json.loads("[" * 400 + "]" * 400), id="deep"),
    ],
)
def test_json_is_written_and_read_as_the_standard_library_does(value: object) -> None:
    standard = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert db.to_json(value) == standard.encode()
    assert db.from_json(standard) == db.from_json(standard.encode()) == value


def test_half_a_character_is_read_as_it_was_written() -> None:
    assert db.from_json('"\\ud83d"') == "\ud83d"


@pytest.mark.postgresql
def test_a_connection_that_broke_while_it_lay_idle_is_replaced(
    postgresql_template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgresql.create(postgresql_template, f"test_{uuid.uuid4().hex}", like=_name(postgresql_template))
    sessions, others = (db.Sessions(db.open_engine(url)) for _ in range(2))
    backend = text("SELECT pg_backend_pid()")
    with sessions() as session:
        first = session.scalar(backend)
    with sessions() as session:
        assert session.scalar(backend) == first
    with others.begin() as session:
        assert session.scalar(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})
    # What was used a moment ago is not tried, and says that it is broken; then none is used that is as old.
    with pytest.raises(Unavailable), sessions() as session:
        session.scalar(backend)
    monkeypatch.setattr(db, "_IDLE", 0)
    with sessions() as session:
        second = session.scalar(backend)
    with others.begin() as session:
        assert session.scalar(text("SELECT pg_terminate_backend(:pid)"), {"pid": second})
    with sessions() as session:
        assert session.scalar(backend) not in {first, second}
    for one in (sessions, others):
        one.close()
    postgresql.drop(url)


def _name(url: str) -> str | None:
    return make_url(url).database
