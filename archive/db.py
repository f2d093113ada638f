"""How the catalogue speaks to its database: base class, column types, sessions, SQLite's settings."""

import datetime as dt
import functools
import json
import math
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import JSON, Column, DateTime, Dialect, Engine, MetaData, Table, create_engine, event
from sqlalchemy.engine import Connection, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DisconnectionError, InternalError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from archive.errors import Full, Invalid, Unavailable
from archive.generation import Generation
from iiif.language import LanguageMap

# What drivers say, in lower case, and what it means for those who run the archive.
_REASONS = {
    "readonly": "it is read-only; make the data folder writable",
    "read-only": "it is read-only; make the data folder writable",
    "unable to open": "its file can't be opened; see that the data folder is there and writable",
    "disk is full": "the disk is full; free some space and run again",
    "disk i/o": "the disk can't be written; check its space and health",
    "locked": "another process keeps it locked; try again",
    "no such table": "it has not been made yet; run mogao init",
    "no space left": "its disk is full; free some space and run again",
    "not a database": "its file is no database; put back a backup of the data folder",
    "malformed": "its file is damaged; put back a backup of the data folder",
}

_USED = "mogao.used"
_IDLE = 1.0
"""Seconds after which a connection may have been broken without anyone having noticed."""

JsonObject = dict[str, Any]  # Any: values of JSON.
JsonValue = JsonObject | list[Any] | str | None  # Any: values of JSON.

Pair = tuple[LanguageMap, LanguageMap]
"""A label and its value, as in ``metadata`` and ``requiredStatement``."""


class UTCDateTime(TypeDecorator[dt.datetime]):
    """An aware time, kept and given in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse a naive time: its hour would be anyone's guess."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone was given to the catalogue")
        return value.astimezone(dt.UTC) if value is not None else None

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Put back the zone that SQLite does not keep."""
        return value.replace(tzinfo=dt.UTC) if value is not None and value.tzinfo is None else value


class PairType(TypeDecorator[Pair]):
    """One pair of language maps as JSON."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Pair | None:  # Any: parsed JSON.
        """JSON has lists where we have pairs."""
        return None if value is None else (value[0], value[1])


class PairsType(TypeDecorator[tuple[Pair, ...]]):
    """Pairs of language maps as JSON, in order."""

    impl = JSON
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Pair, ...]:  # Any: parsed JSON.
        """JSON has lists where we have pairs."""
        return tuple((label, text) for label, text in value or ())


class TagsType(TypeDecorator[tuple[str, ...]]):
    """A short sequence of words as JSON."""

    impl = JSON
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:  # Any: parsed JSON.
        """JSON has a list where we have a tuple."""
        return tuple(value or ())


class Base(DeclarativeBase):
    """What every table's class derives from."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        dt.datetime: UTCDateTime,
        dict[str, list[str]]: JSON,
        JsonObject: JSON,
        tuple[str, ...]: TagsType,
    }


class Sessions:
    """Opens sessions on the catalogue: ``sessions()`` to read, ``sessions.begin()`` to write.

    Whatever is asked of them raises ``Unavailable`` when the database can't be read or written now.
    A reader sees one state of the catalogue, on every database: the parts of a record fit each other.
    A writer on SQLite takes the write lock at once: a transaction that reads first and writes later
    would fail without waiting when another process wrote between.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.generation = Generation(engine)
        one_state = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._readers = sessionmaker(engine.execution_options(**one_state), expire_on_commit=False)
        self._writing = engine.execution_options(writes=True)
        self._writers = sessionmaker(self._writing, expire_on_commit=False)

    def __call__(self) -> Session:
        """A session that reads; close it, or use it in a ``with``."""
        return self._readers()

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session that writes: commits at the end, rolls back at an exception."""
        with self._writers.begin() as session:
            yield session
        self.generation.ask_again()

    @contextmanager
    def writer(self) -> Iterator[Session]:
        """A session that keeps its connection for many transactions: begin each with ``session.begin()``."""
        with self._writing.connect() as connection, Session(connection, expire_on_commit=False) as session:
            yield session
        self.generation.ask_again()

    def close(self) -> None:
        """Give back every connection."""
        self.generation.close()
        self.engine.dispose()


def open_engine(url: str) -> Engine:
    """The SQLAlchemy engine of ``url`` (SQLite or PostgreSQL), with the archive's settings."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Invalid("MOGAO_DATABASE_URL is no database URL: see docs/settings.md") from error
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise Invalid("MOGAO_DATABASE_URL names no database that is known here: use sqlite or postgresql")
    try:
        engine = create_engine(parsed, json_serializer=_json, json_deserializer=from_json)
    except ModuleNotFoundError as error:
        raise Invalid("PostgreSQL needs its driver: pip install -e .[postgresql]") from error
    event.listen(engine, "handle_error", _translate)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _settle_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", functools.partial(_try, engine.dialect))
    return engine


def insert(connection: Connection, table_name: str, row: Mapping[str, object]) -> int | None:
    """Write one row, and give the key that the database gave it, ``None`` where a table has no such key.

    ``row`` may hold more than the columns; a column that it lacks gets its default, or is left empty.
    The statement is compiled once and given to the driver as it is: by SQLAlchemy's own way a record
    takes a third longer (1.27 ms against 0.93 ms).
    """
    return _insertion(table_name, connection.dialect).write(connection, row)


def to_json(value: object) -> bytes:
    """``value`` as compact JSON in UTF-8, its text legible: a tenth of the time that ``json`` takes."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        # Numbers of more than 64 bits, and what is nested more than 254 deep.
        return _json(value).encode()


def from_json(text: str | bytes) -> Any:  # Any: values of JSON.
    """The value of JSON that ``to_json`` or ``json`` has written, read as ``json`` reads it."""
    if _LONG_NUMBER.search(text if isinstance(text, str) else text.decode()):
        return json.loads(text)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def now() -> dt.datetime:
    """The present, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def _translate(context: ExceptionContext) -> None:
    """Turn what a driver says of a database that is out of reach, full or damaged into ``Unavailable``."""
    error = context.original_exception
    kind = type(context.sqlalchemy_exception)
    if kind not in {OperationalError, InternalError, DatabaseError}:
        return
    text = str(error).lower()
    reason = next((reason for mark, reason in _REASONS.items() if mark in text), None)
    # SQLite has no server: what else it calls operational is a fault of our own.
    if reason is None and kind is OperationalError and context.dialect.name != "sqlite":
        reason = "its server does not answer; try again"
    if reason:
        kind_of_fault = Full if "full" in reason else Unavailable
        raise kind_of_fault(f"the catalogue can't be used: {reason}") from error


class _Insertion:
    """The statement that writes a row of one table, and how its values are given to the driver."""

    def __init__(self, table: Table, dialect: Dialect) -> None:
        self._keyed = "id" in table.c
        self._returns = self._keyed and dialect.name != "sqlite"
        columns = {column.name: column for column in table.c if column.name != "id"}
        statement = table.insert().returning(table.c.id) if self._returns else table.insert()
        compiled = statement.compile(dialect=dialect, column_keys=list(columns))
        self._text = str(compiled)
        self._positional = compiled.positional
        self._values = [
            (name, columns[name].type.dialect_impl(dialect).bind_processor(dialect), _default(columns[name]))
            for name in compiled.positiontup or columns
        ]

    def write(self, connection: Connection, row: Mapping[str, object]) -> int | None:
        values = {}
        for name, bind, default in self._values:
            value = row[name] if name in row else default()
            values[name] = bind(value) if bind else value
        result = connection.exec_driver_sql(
            self._text, tuple(values.values()) if self._positional else values
        )
        if self._returns:
            return int(result.scalar_one())
        return result.lastrowid if self._keyed else None


def _default(column: Column[Any]) -> Callable[[], object]:  # Any: whatever a column holds.
    if column.default is None:
        return lambda: None
    made = getattr(column.default, "arg")  # noqa: B009  # Defaults made by the database have none, and we none such.
    return (lambda: made(None)) if callable(made) else lambda: made


@functools.lru_cache(maxsize=64)
def _insertion(table_name: str, dialect: Dialect) -> _Insertion:
    return _Insertion(Base.metadata.tables[table_name], dialect)


# A number of more than 64 bits would be read as a float.
_LONG_NUMBER = re.compile(r"\d{19}")

# Text stays legible in the database, and a simple search can match it.
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_USED] = time.monotonic()


def _try(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Try a connection that has lain idle, for another to take its place where it is broken.

    Tried at each use, as SQLAlchemy's ``pool_pre_ping`` does, it costs three of a manifest's ten exchanges.
    """
    if time.monotonic() - record.info.get(_USED, math.inf) > _IDLE:
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error


def _settle_sqlite(connection: Any, _record: object) -> None:  # Any: the driver's own connection.
    # The driver begins no transactions of its own: _begin_sqlite does.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.execute("PRAGMA journal_mode = WAL")
    # 32 MB of log before it is folded in: a long ingest writes the same index pages again and again.
    cursor.execute("PRAGMA wal_autocheckpoint = 8000")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
