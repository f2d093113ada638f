"""The job table: claimed by one, kept alive while it runs, taken over when its owner is gone."""

import datetime as dt
import os
import socket
from collections.abc import Container, Sequence
from dataclasses import dataclass

import psutil
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from archive import db
from archive.models import Asset, Job, PyramidState, State

PYRAMID = "pyramid"
LEASE = dt.timedelta(minutes=2)
MOST_ATTEMPTS = 3
_RUNNING = (State.RUNNING, State.STOPPING)


@dataclass(frozen=True)
class Owner:
    """A process that runs jobs: its machine, number and time of birth, so that a successor is told apart."""

    host: str
    pid: int
    born: float

    @classmethod
    def current(cls) -> "Owner":
        """This process."""
        return cls(socket.gethostname(), os.getpid(), psutil.Process().create_time())

    @classmethod
    def parse(cls, text: str) -> "Owner":
        """What ``str`` gave."""
        host, pid, born = text.rsplit("/", 2)
        return cls(host, int(pid), float(born))

    def __str__(self) -> str:
        return f"{self.host}/{self.pid}/{self.born}"

    def is_gone(self) -> bool:
        """Whether it is known to have ended: only of a process of this machine can that be seen."""
        if self.host != socket.gethostname():
            return False
        try:
            return abs(psutil.Process(self.pid).create_time() - self.born) > 1
        except psutil.NoSuchProcess:
            return True


def queue_pyramid(session: Session, asset: Asset) -> None:
    """Ask for the pyramid of ``asset``: anew, if there was a job for it before."""
    job = session.scalar(select(Job).where(Job.kind == PYRAMID, Job.asset_id == asset.id))
    asset.pyramid_state, asset.pyramid_reason = PyramidState.PENDING, None
    if job is None:
        session.add(Job(kind=PYRAMID, asset_id=asset.id, modified=db.now()))
    else:
        _queue_anew(job)


def drop_pyramid(session: Session, asset: Asset) -> None:
    """Ask for no pyramid of ``asset`` any more, if one was asked for."""
    session.execute(delete(Job).where(Job.kind == PYRAMID, Job.asset_id == asset.id))


def claim(session: Session, owner: Owner, *, most: int) -> list[tuple[Job, Asset]]:
    """Up to ``most`` jobs that wait, now leased to ``owner``, each with its asset; oldest first."""
    free_abandoned(session)
    waiting = (
        select(Job, Asset)
        .join(Asset, Asset.id == Job.asset_id)
        .where(Job.state == State.QUEUED)
        .order_by(Job.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=Job)
    )
    claimed = [(job, asset) for job, asset in session.execute(waiting).tuples()]
    for job, _ in claimed:
        lease(job, owner)
    return claimed


def lease(job: Job, owner: Owner) -> None:
    """Let ``owner`` have the job, for as long as it says that it works on it."""
    job.state, job.owner, job.modified = State.RUNNING, str(owner), db.now()
    job.leased_until = job.modified + LEASE


def free_abandoned(session: Session) -> None:
    """Release the jobs whose owner is gone, or has kept them longer than it said."""
    running = select(Job).where(Job.state.in_(_RUNNING)).with_for_update(skip_locked=True)
    for job in session.scalars(running):
        lapsed = job.leased_until is None or job.leased_until < db.now()
        if lapsed or (job.owner and Owner.parse(job.owner).is_gone()):
            release(session, job.id)


def renew(session: Session, ids: Sequence[int], owner: Owner) -> None:
    """Keep the lease of jobs that are still being worked on."""
    session.execute(
        update(Job).where(Job.id.in_(ids), Job.owner == str(owner)).values(leased_until=db.now() + LEASE)
    )


def finish(session: Session, job_id: int, pyramid_key: str) -> None:
    """The pyramid ``pyramid_key`` is made: the job is done and its asset can be zoomed.

    Of an asset whose file was replaced meanwhile it is the wrong one: its job waits already, and stays so.
    """
    _settle(session, job_id, pyramid_key, State.DONE, reason=None)


def fail(session: Session, job_id: int, pyramid_key: str, reason: str) -> None:
    """The pyramid can't be made, for ``reason``; the job stays, to be retried on request."""
    _settle(session, job_id, pyramid_key, State.FAILED, reason=reason)


def put_back(session: Session, job_id: int, pyramid_key: str, reason: str) -> None:
    """The work broke off, perhaps because of what it is: queue the job again, or fail it the third time."""
    job = session.get(Job, job_id)
    if job is None:
        return
    job.attempts += 1
    if job.attempts >= MOST_ATTEMPTS:
        fail(session, job_id, pyramid_key, reason)
    else:
        job.reason = reason
        release(session, job_id)


def release(session: Session, job_id: int) -> None:
    """The work was stopped from outside, which says nothing of it: queue the job again, if it is wanted."""
    job = session.get(Job, job_id, with_for_update=True)
    if job is not None and job.state == State.RUNNING:
        _queue(job)
    elif job is not None and job.state == State.STOPPING:
        job.state, job.owner, job.leased_until, job.modified = State.STOPPED, None, None, db.now()


def retry(session: Session) -> int:
    """Queue every failed job again; how many there were."""
    failed = session.execute(select(Job, Asset).join(Asset).where(Job.state == State.FAILED)).tuples().all()
    for job, asset in failed:
        _queue_anew(job)
        asset.pyramid_state, asset.pyramid_reason = PyramidState.PENDING, None
    return len(failed)


def retry_lost(session: Session, kept: Container[str]) -> int:
    """Queue again the pyramids that were made and are no more among those that are ``kept``; how many."""
    made = select(Job, Asset).join(Asset).where(Job.kind == PYRAMID, Job.state == State.DONE)
    lost = [(job, asset) for job, asset in session.execute(made).tuples() if asset.pyramid_key not in kept]
    for job, asset in lost:
        _queue_anew(job)
        asset.pyramid_state = PyramidState.PENDING
    return len(lost)


def waiting(session: Session) -> int:
    """How many jobs are not settled yet."""
    states = (State.QUEUED, *_RUNNING)
    return session.scalar(select(func.count()).select_from(Job).where(Job.state.in_(states))) or 0


def failures(session: Session) -> list[tuple[Asset, str]]:
    """The assets whose job failed, with the reasons, in the order of their identifiers."""
    rows = select(Asset, Job.reason).join(Job).where(Job.state == State.FAILED).order_by(Asset.identifier)
    return [(asset, reason or "") for asset, reason in session.execute(rows).tuples()]


def _settle(session: Session, job_id: int, pyramid_key: str, state: State, *, reason: str | None) -> None:
    job = session.get(Job, job_id)
    # Its asset may have been removed meanwhile, and the job with it.
    asset = session.get(Asset, job.asset_id) if job else None
    if job is None or asset is None or asset.pyramid_key != pyramid_key:
        return
    job.state, job.reason, job.owner, job.leased_until = state, reason, None, None
    job.modified = db.now()
    asset.pyramid_state = PyramidState.READY if state == State.DONE else PyramidState.FAILED
    asset.pyramid_reason, asset.modified = reason, db.now()


def _queue_anew(job: Job) -> None:
    _queue(job)
    job.attempts, job.reason = 0, None


def _queue(job: Job) -> None:
    job.state, job.owner, job.leased_until, job.modified = State.QUEUED, None, None, db.now()
