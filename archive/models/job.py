"""The job table: work that can fail, be retried, and go on after a crash."""

import datetime as dt
import enum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base


class State(enum.StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of work on an asset, such as its pyramid.

    While it runs, ``owner`` names the process that has it and ``leased_until`` the time after which
    any other may take it over; ``reason`` says why the last attempt failed.
    """

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("kind", "asset_id"), Index("ix_job_state_id", "state", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(default=State.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]
    owner: Mapped[str | None]
    leased_until: Mapped[dt.datetime | None]
    modified: Mapped[dt.datetime]
