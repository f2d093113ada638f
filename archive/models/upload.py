"""What is on its way in over the API: files in pieces, and answers kept for requests that come twice."""

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base


class Upload(Base):
    """A file that is sent in pieces: ``bytes`` in all; ``digest`` (SHA-256) once it is whole and stored.

    ``expected`` is the digest that its sender announced.
    """

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("token.id", ondelete="CASCADE"))
    name: Mapped[str]
    bytes: Mapped[int] = mapped_column(BigInteger)
    expected: Mapped[str | None]
    digest: Mapped[str | None]
    created: Mapped[dt.datetime]
    expires: Mapped[dt.datetime] = mapped_column(index=True)


class Answer(Base):
    """What a request with an idempotency key was answered, to be answered again when it comes again."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("token_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("token.id", ondelete="CASCADE"))
    key: Mapped[str]
    fingerprint: Mapped[str]
    status: Mapped[int]
    location: Mapped[str | None]
    etag: Mapped[str | None]
    body: Mapped[bytes]
    created: Mapped[dt.datetime] = mapped_column(index=True)
