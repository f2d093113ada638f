"""Ingests that are asked for over the API: jobs, run by the workers, stopped, told of and forgotten."""

import datetime as dt
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive import db
from archive.db import JsonObject, Sessions
from archive.errors import Conflict, NotFound
from archive.models import Job, State
from archive.services import access, jobs
from archive.services.access import Reader
from archive.services.jobs import Owner

INGEST = "ingest"
KEPT = dt.timedelta(days=30)
"""How long an ingest that has ended is told of."""

ENDED = (State.DONE, State.FAILED, State.STOPPED)
"""The states in which nothing more becomes of it."""


@dataclass(frozen=True)
class Asked:
    """What to take in: an upload or the address of a document; and how, as ``mogao ingest`` is told it.

    ``map`` is the upload of a mapping file.
    """

    upload: str | None = None
    address: str | None = None
    collection: str | None = None
    map: str | None = None
    dry_run: bool = False

    @classmethod
    def of(cls, job: Job) -> "Asked":
        """What was asked for."""
        return cls(**{name: value for name, value in arguments(job).items() if name != "token"})


def arguments(job: Job) -> JsonObject:
    """What an ingest was asked with, its token among it."""
    return job.arguments or {}


def ask(session: Session, asked: Asked, reader: Reader) -> Job:
    """Have the workers take something in."""
    job = Job(
        kind=INGEST,
        identifier=uuid.uuid4().hex,
        arguments={"token": reader.token_id, **asdict(asked)},
        created=db.now(),
        modified=db.now(),
    )
    session.add(job)
    session.flush()
    return job


def find(session: Session, identifier: str, reader: Reader) -> Job:
    """An ingest that the reader asked for. Raises ``NotFound``."""
    mine = select(Job).where(Job.kind == INGEST, Job.identifier == identifier, access.asked(reader))
    job = session.scalar(mine.with_for_update())
    if job is None:
        raise NotFound(f'ingest "{identifier}" is not here, or no more: see those that you asked for')
    return job


def listed(session: Session, reader: Reader, *, behind: int, limit: int) -> Sequence[Job]:
    """Up to ``limit`` ingests that the reader asked for, the newest first, from before the key ``behind``."""
    mine = select(Job).where(Job.kind == INGEST, access.asked(reader))
    if behind:
        mine = mine.where(Job.id < behind)
    return session.scalars(mine.order_by(Job.id.desc()).limit(limit)).all()


def claim(session: Session, owner: Owner) -> int | None:
    """The key of the ingest that has waited longest, now leased to ``owner``; ``None`` where none waits."""
    jobs.free_abandoned(session)
    waiting = select(Job).where(Job.kind == INGEST, Job.state == State.QUEUED).order_by(Job.id).limit(1)
    job = session.scalar(waiting.with_for_update(skip_locked=True))
    if job is None:
        return None
    jobs.lease(job, owner)
    return job.id


def advance(session: Session, key: int, done: int, total: int) -> bool:
    """Tell how many rows of all are done; whether to go on."""
    job = session.get(Job, key)
    if job is None:
        return False
    job.done, job.total, job.modified = done, total, db.now()
    return job.state == State.RUNNING


def settle(
    session: Session, key: int, state: State, *, reason: str | None, report: JsonObject | None
) -> None:
    """Write down what became of it."""
    job = session.get(Job, key)
    if job is not None:
        job.state, job.reason, job.report = state, reason, report
        job.owner, job.leased_until, job.modified = None, None, db.now()


def put_back(session: Session, key: int, reason: str) -> None:
    """It broke off: let it be begun again, which goes on where it was, or fail the third time."""
    job = session.get(Job, key, with_for_update=True)
    if job is None:
        return
    job.attempts += 1
    if job.state == State.RUNNING and job.attempts >= jobs.MOST_ATTEMPTS:
        settle(session, key, State.FAILED, reason=reason, report=job.report)
    else:
        job.reason = reason
        jobs.release(session, key)


def stop(session: Session, job: Job) -> None:
    """Let it come to an end: what was taken in stays. One that has ended stays as it is."""
    if job.state == State.QUEUED:
        job.state, job.modified = State.STOPPED, db.now()
    elif job.state == State.RUNNING:
        job.state, job.modified = State.STOPPING, db.now()
    session.flush()


def forget(session: Session, job: Job) -> None:
    """Tell of it no more. Raises ``Conflict`` for one that has not ended."""
    if job.state not in ENDED:
        raise Conflict(f'ingest "{job.identifier}" has not ended: stop it first')
    session.delete(job)


def folder(data_dir: Path, identifier: str) -> Path:
    """Where what was sent for an ingest is unpacked while it is under way."""
    return data_dir / "ingests" / identifier


def sweep(sessions: Sessions, data_dir: Path) -> None:
    """Forget those that ended long ago, and what was unpacked for those that are under way no more."""
    with sessions.begin() as session:
        old = delete(Job).where(Job.kind == INGEST, Job.state.in_(ENDED), Job.modified < db.now() - KEPT)
        session.execute(old)
        going = set(
            session.scalars(select(Job.identifier).where(Job.kind == INGEST, Job.state.not_in(ENDED)))
        )
    for unpacked in folder(data_dir, "").glob("*"):
        if unpacked.name not in going:
            shutil.rmtree(unpacked, ignore_errors=True)
