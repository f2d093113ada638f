"""The job table: work that can fail, be retried, and go on after a crash."""

import datetime as dt
import enum

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base, JsonObject


class State(enum.StrEnum):
    """Where a job stands; what runs is stopping until its process has noticed."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPING = "stopping"
    STOPPED = "stopped"


class Job(Base):
    """One piece of work: on an asset, such as its pyramid, or an ingest that was asked for over the API.

    While it runs, ``owner`` names the process that has it and ``leased_until`` the time after which
    any other may take it over; ``reason`` says why the last attempt failed. An ingest has an
    ``identifier``, the ``arguments`` it was asked with, how many rows of all are ``done``, and a report.
    """

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("kind", "asset_id"), Index("ix_job_state_id", "state", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    identifier: Mapped[str | None] = mapped_column(unique=True)
    arguments: Mapped[JsonObject | None] = mapped_column(JSON(none_as_null=True))
    done: Mapped[int | None]
    total: Mapped[int | None]
    report: Mapped[JsonObject | None] = mapped_column(JSON(none_as_null=True))
    created: Mapped[dt.datetime | None]
    state: Mapped[str] = mapped_column(default=State.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]
    owner: Mapped[str | None]
    leased_until: Mapped[dt.datetime | None]
    modified: Mapped[dt.datetime]
