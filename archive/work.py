"""The job table's workers: a pool of processes that makes pyramids, and goes on where it stopped."""

import logging
import math
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from typing import Self

from archive import logs
from archive.config import Settings
from archive.context import Context, open_context
from archive.errors import MogaoError, Unavailable
from archive.ingest import derive
from archive.services import ingests, jobs, uploads
from iiif.errors import InvalidSource

_RENEWAL = jobs.LEASE.total_seconds() / 4
_PAUSE = 0.5
_BETWEEN_SWEEPS = 3600.0
_DEATHS = f"its worker process died {jobs.MOST_ATTEMPTS} times: is there enough memory?"
_INGEST_DEATHS = f"its process died {jobs.MOST_ATTEMPTS} times: see the log for what it could not read"
_log = logging.getLogger("mogao.work")


def drain(context: Context, progress: Callable[[int], None] = lambda done: None) -> None:
    """Work until no job waits and none runs, here or elsewhere; ``progress`` gets how many are settled."""
    with _Crew(context) as crew:
        while crew.step():
            progress(crew.settled)
        progress(crew.settled)


def follow(context: Context, stop: threading.Event) -> None:
    """Work on whatever is queued, until ``stop``; an unreachable catalogue is waited for."""
    with _Crew(context) as crew:
        while not stop.is_set():
            try:
                if not crew.step():
                    stop.wait(_PAUSE)
            except Unavailable as error:
                _log.warning("waiting: %s", error)
                stop.wait(_PAUSE * 10)


def end_with(parent: int) -> None:
    """End this process when the one that feeds it is killed: it would wait for it for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@dataclass(frozen=True)
class _Hold:
    """A job that is in hand, and what a worker process was given to do."""

    job_id: int
    task: derive.Task


class _Intake:
    """The ingest that is in hand, one at a time, in a process of its own: what it reads may end it."""

    def __init__(self, context: Context, owner: jobs.Owner) -> None:
        self.key: int | None = None
        self._context = context
        self._owner = owner
        self._process: SpawnProcess | None = None

    def step(self) -> None:
        """Begin the ingest that waits, or settle the one that has ended."""
        if self._process is None:
            self._begin()
        elif not self._process.is_alive():
            ended, key, self._process, self.key = self._process, self.key, None, None
            if ended.exitcode and key is not None:
                with self._context.sessions.begin() as session:
                    ingests.put_back(session, key, _INGEST_DEATHS)

    def close(self) -> None:
        """End the ingest that is in hand, to be gone on with later."""
        if self._process is None or self.key is None:
            return
        self._process.terminate()
        self._process.join()
        with self._context.sessions.begin() as session:
            jobs.release(session, self.key)

    def _begin(self) -> None:
        with self._context.sessions.begin() as session:
            self.key = ingests.claim(session, self._owner)
        if self.key is not None:
            told = (self._context.settings, self.key, os.getpid())
            self._process = multiprocessing.get_context("spawn").Process(
                target=_take_in, args=told, daemon=True
            )
            self._process.start()


class _Crew:
    """The pool, and the jobs that it has in hand."""

    def __init__(self, context: Context) -> None:
        self.settled = 0
        self._context = context
        self._owner = jobs.Owner.current()
        self._most = context.settings.pyramid_workers
        self._pool: ProcessPoolExecutor | None = None
        self._running: dict[Future[None], _Hold] = {}
        self._intake = _Intake(context, self._owner)
        self._suspects = False
        self._renewed = time.monotonic()
        self._swept = -math.inf

    def __enter__(self) -> Self:
        self._context.store.sweep()
        return self

    def __exit__(self, *_: object) -> None:
        # What is finished while we wait here stays in the store, and is found there by the next crew.
        self._intake.close()
        self._close_pool()
        with self._context.sessions.begin() as session:
            for held in self._running.values():
                jobs.release(session, held.job_id)
        self._context.store.sweep()

    def step(self) -> bool:
        """Take what waits, settle what is ready; whether anything is still to be done, here or elsewhere."""
        self._sweep()
        self._take()
        self._intake.step()
        self._renew()
        if not self._running:
            return self._others_work()
        done, _ = wait(self._running, timeout=_PAUSE, return_when=FIRST_COMPLETED)
        if any(isinstance(future.exception(), BrokenProcessPool) for future in done):
            # One death breaks the whole pool: whose work it was can only be seen one at a time.
            done, _ = wait(self._running)
            self._close_pool()
            self._suspects = True
        for future in done:
            self._settle(future, self._running.pop(future))
        return True

    def _sweep(self) -> None:
        if time.monotonic() - self._swept > _BETWEEN_SWEEPS:
            self._swept = time.monotonic()
            uploads.sweep(self._context.sessions, self._context.store)
            ingests.sweep(self._context.sessions, self._context.settings.data_dir)

    def _take(self) -> None:
        free = (1 if self._suspects else self._most) - len(self._running)
        if free < 1:
            return
        with self._context.sessions.begin() as session:
            claimed = [
                _Hold(job.id, derive.Task.of(asset))
                for job, asset in jobs.claim(session, self._owner, most=free)
            ]
        for held in claimed:
            self._running[self._submit(held.task)] = held

    def _submit(self, task: derive.Task) -> Future[None]:
        try:
            self._pool = self._pool or self._open_pool()
            return self._pool.submit(derive.make, self._context.settings, task)
        except BrokenProcessPool:
            # A worker that had nothing to do was ended from outside.
            self._close_pool()
            return self._submit(task)

    def _open_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._most,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin_worker,
            initargs=(os.getpid(),),
            max_tasks_per_child=100,
        )

    def _settle(self, future: Future[None], held: "_Hold") -> None:
        """Write down what became of a job. Raises ``Unavailable`` where it says nothing of the job itself."""
        error = future.exception()
        with self._context.sessions.begin() as session:
            if error is None:
                jobs.finish(session, held.job_id, held.task.key)
            elif isinstance(error, BrokenProcessPool):
                jobs.put_back(session, held.job_id, held.task.key, _DEATHS)
            elif isinstance(error, Unavailable):
                jobs.release(session, held.job_id)
            else:
                jobs.fail(session, held.job_id, held.task.key, _reason(error, held.job_id))
        if isinstance(error, Unavailable):
            raise error
        if not isinstance(error, BrokenProcessPool):
            self.settled += 1
            self._suspects = False

    def _close_pool(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = None

    def _renew(self) -> None:
        keys = [held.job_id for held in self._running.values()]
        keys += [] if self._intake.key is None else [self._intake.key]
        if keys and time.monotonic() - self._renewed > _RENEWAL:
            self._renewed = time.monotonic()
            with self._context.sessions.begin() as session:
                jobs.renew(session, keys, self._owner)

    def _others_work(self) -> bool:
        with self._context.sessions() as session:
            busy = jobs.waiting(session) > 0
        if busy:
            time.sleep(_PAUSE)
        return busy


def _reason(error: BaseException, job_id: int) -> str:
    if isinstance(error, InvalidSource | MogaoError):
        return str(error)
    _log.error("job %s met an unexpected fault", job_id, exc_info=error)
    return "the archive met a fault of its own; it has been logged"


def _take_in(settings: Settings, key: int, parent: int) -> None:
    """Take in what a job asks for; what can't be gone on with now is begun again."""
    from archive.ingest import ordered  # noqa: PLC0415  # What serves has no use for readers of sheets.

    _begin_worker(parent)
    logs.configure()
    context = open_context(settings)
    try:
        ordered.run(context, key)
    except Unavailable as error:
        with context.sessions.begin() as session:
            ingests.put_back(session, key, str(error))
    except Exception:  # noqa: BLE001  # The edge of the process.
        _log.exception("ingest %s met an unexpected fault", key)
        sys.exit(1)
    finally:
        context.close()


def _begin_worker(parent: int) -> None:
    # Ctrl-C reaches the whole group of processes; the parent decides what becomes of the work in hand.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(parent)
