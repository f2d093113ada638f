"""The state of the catalogue as a word, by which what is kept in memory is known to be of now."""

import math
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import cast

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from archive.errors import Unavailable


class Generation:
    """The state of the catalogue as a word: another one after every commit, whoever made it.

    The database itself keeps count; it is asked at most once a second, and after this process has written.
    """

    _QUESTIONS: Mapping[str, str] = {
        "sqlite": "PRAGMA data_version",
        # What is visible now: which transactions were begun, and which of them are still under way.
        "postgresql": "SELECT pg_current_snapshot()::text",
    }

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._question = self._QUESTIONS[engine.dialect.name]
        self._lock = threading.Lock()
        self._kept: Connection | None = None
        self._asked = -math.inf
        self._word: object = None
        self._begun = self._heard = 0
        self._present: object = None

    def current(self) -> object:
        """The word, a second old at most. Raises ``Unavailable`` when the database does not answer."""
        with self._lock:
            now = time.monotonic()
            if now - self._asked >= 1:
                self._word = self._ask()
                # From before the question on: what was written while it was answered counts as new.
                self._asked = now
            return self._word

    def at_once(self) -> object:
        """The word as it is now: asking takes less than any query (SQLite 5 µs, PostgreSQL 50 µs).

        Raises ``Unavailable`` when the database does not answer.
        """
        # Who waited while others asked is told what they heard, if they had not begun before.
        enough = self._begun + 1
        with self._lock:
            if self._heard >= enough:
                return self._present
            self._begun = number = self._begun + 1
            self._present = self._ask_driver()
            self._heard = number
            return self._present

    def ask_again(self) -> None:
        """Ask the database at the next call: this process has just written."""
        # Not while it is asked: the answer from before the writing would count as one from after it.
        with self._lock:
            self._asked = -math.inf

    def close(self) -> None:
        """Give back the connection that is kept."""
        with self._lock:
            if self._kept is not None:
                self._kept.close()
            self._kept = None

    def _ask_driver(self) -> object:
        # The driver's own cursor: SQLAlchemy's way takes ten times as long.
        with self._connection() as connection:
            try:
                with closing(connection.connection.cursor()) as cursor:
                    return cast(object, cursor.execute(self._question).fetchone()[0])
            except self._engine.dialect.loaded_dbapi.Error as error:
                raise Unavailable("the catalogue can't be used: it does not answer; try again") from error

    def _ask(self) -> object:
        with self._connection() as connection:
            try:
                return connection.exec_driver_sql(self._question).scalar_one()
            finally:
                connection.rollback()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """The connection that asks: one alone, as SQLite counts what others wrote. Broken, it is replaced."""
        # Outside of transactions each question gets the state of its own moment.
        alone = {} if self._engine.dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT"}
        self._kept = self._kept or self._engine.connect().execution_options(**alone)
        try:
            yield self._kept
        except BaseException:
            self._kept.invalidate()
            self._kept.close()
            self._kept = None
            raise
