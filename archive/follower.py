"""The follower of the change log: it keeps the search indexes true, a moment behind the catalogue.

One process of an installation follows, by a lease. How far it has come stands in each index itself, and comes
there together with the documents: what is interrupted is done again, and changes nothing.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from archive.context import Context
from archive.errors import Unavailable
from archive.services import changes, indexing, leases
from archive.services.changes import Mark
from archive.services.jobs import Owner
from archive.services.keeping import Kept
from search.engine import Index
from search.errors import EngineUnavailable, IndexOutdated, WriterBusy

Progress = Callable[[int, int], None]

_BATCH = 1000
"""Entries that are read at once."""

_PAUSE = 0.25
"""Seconds between two looks at the log: what is written is found a second later at most."""

_LEASE = "follower"
_log = logging.getLogger("mogao.follower")


class Follower:
    """Whoever follows the log for an installation, once ``hold`` says so."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._owner = Owner.current()

    def hold(self) -> bool:
        """Whether this process may write the index: no other does."""
        with self._context.sessions.begin() as session:
            return leases.take(session, _LEASE, self._owner)

    def release(self) -> None:
        """Let another follow."""
        with self._context.sessions.begin() as session:
            leases.release(session, _LEASE, self._owner)

    def step(self) -> bool:
        """Write what has changed since the last step, at most a batch an index; whether there was anything.

        An index that is missing, damaged, of another version, or of another catalogue, is built anew.
        """
        outcomes = [self._step(one) for one in self._context.kept]
        return any(outcomes)

    def _step(self, kept: Kept) -> bool:
        index = self._context.engines[kept.name].index(kept.name)
        try:
            mark = self._mark(kept, index)
            with self._context.sessions() as session:
                entries, after = changes.read(session, mark, limit=_BATCH)
            records, collections = indexing.about(entries)
            self._write(kept, index, records, mark)
            for collection in collections:
                self._write_below(kept, index, collection, mark)
            if after != mark:
                # Only now: what was interrupted before is done again.
                index.write((), (), cursor=after.encoded())
        except IndexOutdated as error:
            _log.info("%s: it is built anew", error)
            # Long work: the lease is kept meanwhile.
            rebuild(self._context, kept, lambda done, total: self._keep())
            return True
        return bool(entries)

    def _keep(self) -> None:
        self.hold()

    def _mark(self, kept: Kept, index: Index) -> Mark:
        cursor = index.cursor()
        mark = Mark.decoded(cursor) if cursor is not None else None
        with self._context.sessions() as session:
            if mark is None or not changes.is_known(session, mark):
                raise IndexOutdated(f"index {kept.name} is of another catalogue")
        return mark

    def _write(self, kept: Kept, index: Index, records: Sequence[str], mark: Mark) -> None:
        with self._context.sessions() as session:
            for documents, removed in kept.changes(session, index, records):
                index.write(documents, removed, cursor=mark.encoded())

    def _write_below(self, kept: Kept, index: Index, collection: str, mark: Mark) -> None:
        """Write the records below a collection that changed: it may stand elsewhere now."""
        key = 0
        while True:
            with self._context.sessions() as session:
                identifiers, key = indexing.below(session, collection, key, limit=_BATCH)
            if not identifiers:
                return
            self._write(kept, index, identifiers, mark)
            self._keep()


def catch_up(context: Context) -> None:
    """Bring the index up to date, if no other process follows: that one will.

    Raises ``Unavailable`` where the engine does not answer.
    """
    follower = Follower(context)
    if not follower.hold():
        return
    try:
        with answering():
            while follower.step():
                follower.hold()
    finally:
        follower.release()


def follow(context: Context, stop: threading.Event) -> None:
    """Follow until ``stop``; what does not answer, the catalogue or the engine, is waited for."""
    follower = Follower(context)
    pause = 0.0
    while not stop.wait(pause):
        try:
            with answering():
                pause = (0.0 if follower.step() else _PAUSE) if follower.hold() else 10 * _PAUSE
        except Unavailable as error:
            _log.warning("waiting: %s", error)
            pause = 20 * _PAUSE
        except Exception:  # noqa: BLE001  # The edge of the thread: a fault must not end the following.
            _log.exception("the follower met an unexpected fault")
            pause = 40 * _PAUSE
    try:
        follower.release()
    except Unavailable:
        _log.warning("the lease is left to lapse")


def rebuild(context: Context, kept: Kept, progress: Progress = lambda done, total: None) -> int:
    """Build an index anew beside the one that readers have, and put it in its place; how many documents.

    ``progress`` gets (records done, in all). Raises ``Unavailable`` where the engine does not answer, or
    another process builds.
    """
    with answering():
        new = context.engines[kept.name].rebuild(kept.name)
        try:
            with context.sessions() as session:
                mark, total = changes.present(session), indexing.last_key(session)
            new.write((), (), cursor=mark.encoded())
            written, key = 0, 0
            while True:
                with context.sessions() as session:
                    parts, last = kept.behind(session, key)
                    for documents in parts:
                        new.write(documents, (), cursor=mark.encoded())
                        written += len(documents)
                if last is None:
                    break
                key = last
                progress(min(key, total), total)
            new.swap()
        except BaseException:
            new.discard()
            raise
        return written


@contextmanager
def answering() -> Iterator[None]:
    """Give what an engine can't do the archive's own names."""
    try:
        yield
    except WriterBusy as error:
        raise Unavailable(f"the search index can't be written now: {error}; try again") from error
    except EngineUnavailable as error:
        raise Unavailable(f"the search engine can't be used: {error}; see MOGAO_SEARCH_URL") from error
