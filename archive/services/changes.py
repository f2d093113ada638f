"""The change log as a reader follows it: nothing is passed over, whoever writes meanwhile.

The keys of entries grow as they are written, but not as they are committed: on PostgreSQL an entry may come
to be seen after one with a higher key. A ``Mark`` remembers the keys that were missing, until no transaction
is left that could still fill them.
"""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, Self

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from archive import db
from archive.models import Activity

_MOST_GAPS = 100
"""Gaps that are watched at once: what lies beyond is read when some have closed."""

_DAY = dt.timedelta(days=1)
"""What was written before is committed by now, or never will be."""


class Entry(NamedTuple):
    """A change: a word of Change Discovery, and of what."""

    key: int
    type: str
    object_type: str
    identifier: str


class Gap(NamedTuple):
    """Keys from ``first`` to ``last`` that nobody was seen to have used.

    Once the transactions before ``horizon`` have ended, nobody has. It is set when the gap is seen for the
    second time: who had taken a key at the first may not have had a transaction's number then.
    """

    first: int
    last: int
    horizon: int | None = None


@dataclass(frozen=True)
class Mark:
    """How far a reader has come: all entries up to ``key`` were read, but those that may yet come in gaps."""

    key: int = 0
    gaps: tuple[Gap, ...] = ()

    def encoded(self) -> str:
        """The mark as text."""
        return json.dumps([self.key, *self.gaps])

    @classmethod
    def decoded(cls, encoded: str) -> Self:
        """The mark that ``encoded`` gave."""
        key, *gaps = json.loads(encoded)
        return cls(key, tuple(Gap(*gap) for gap in gaps))


def read(session: Session, mark: Mark, *, limit: int) -> tuple[list[Entry], Mark]:
    """At most ``limit`` entries that are new behind a mark, by their keys, and the mark behind them."""
    columns = (Activity.id, Activity.type, Activity.object_type, Activity.object_identifier)
    unread = or_(Activity.id > mark.key, *(Activity.id.between(gap.first, gap.last) for gap in mark.gaps))
    rows = session.execute(select(*columns).where(unread).order_by(Activity.id).limit(limit)).all()
    entries = [Entry(*row) for row in rows]
    window = _window(session)
    if window is None:
        return entries, Mark(entries[-1].key) if entries else mark
    after = _after(mark, [entry.key for entry in entries], window, is_whole=len(entries) < limit)
    return [entry for entry in entries if entry.key <= after.key], after


def present(session: Session) -> Mark:
    """The mark behind all that is committed: what is read of the catalogue in the session has it all."""
    last = session.scalar(select(func.max(Activity.id))) or 0
    if _window(session) is None:
        return Mark(last)
    before = func.lag(Activity.id).over(order_by=Activity.id).label("before")
    keys = select(Activity.id, before).where(Activity.time > db.now() - _DAY).subquery()
    missing = select(keys.c.before, keys.c.id).where(keys.c.id > keys.c.before + 1).order_by(keys.c.id)
    return _bounded(last, [Gap(low + 1, high - 1) for low, high in session.execute(missing).tuples()])


def is_known(session: Session, mark: Mark) -> bool:
    """Whether the mark is one of this log: another catalogue, or an older state of it, is not so far."""
    return mark.key <= (session.scalar(select(func.max(Activity.id))) or 0)


class _Window(NamedTuple):
    """The transactions of a moment: all before ``oldest`` have ended, none from ``next`` on has begun."""

    oldest: int
    next: int


def _window(session: Session) -> _Window | None:
    """What may still be committed, as this session's snapshot has it; ``None`` where one writes at a time."""
    if session.connection().dialect.name == "sqlite":
        return None
    asked = "SELECT pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text FROM pg_current_snapshot() AS s"
    return _Window(*map(int, session.execute(text(asked)).one()))


def _after(mark: Mark, keys: Sequence[int], window: _Window, *, is_whole: bool) -> Mark:
    """The mark behind the entries of ``keys``; a batch that is not whole says nothing of what follows it."""
    reached = None if is_whole else keys[-1]
    gaps: list[Gap] = []
    for gap in mark.gaps:
        inside = [key for key in keys if gap.first <= key <= gap.last]
        left = [gap._replace(first=low, last=high) for low, high in _between(inside, gap.first, gap.last)]
        if reached is not None and gap.last > reached:
            gaps += left
        elif gap.horizon is None:
            gaps += [one._replace(horizon=window.next) for one in left]
        elif gap.horizon > window.oldest:
            gaps += left
    new = [key for key in keys if key > mark.key]
    last = new[-1] if new else mark.key
    gaps += [Gap(low, high) for low, high in _between(new, mark.key + 1, last)]
    return _bounded(last, gaps)


def _between(keys: Sequence[int], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The runs from ``first`` to ``last`` in which none of the keys stands."""
    for low, high in pairwise([first - 1, *keys, last + 1]):
        if high > low + 1:
            yield low + 1, high - 1


def _bounded(key: int, gaps: list[Gap]) -> Mark:
    """The mark with as many gaps as are watched at once; those beyond are seen again from its key on."""
    if len(gaps) <= _MOST_GAPS:
        return Mark(key, tuple(gaps))
    return Mark(gaps[_MOST_GAPS].first - 1, tuple(gaps[:_MOST_GAPS]))
