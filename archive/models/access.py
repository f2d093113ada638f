"""Who may see a record, and who may write: API tokens."""

import datetime as dt
import enum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base


class Visibility(enum.StrEnum):
    """A record is seen by its keepers, by all, by those with rights, or by all from a day on."""

    DRAFT = "draft"
    PUBLIC = "public"
    RESTRICTED = "restricted"
    EMBARGO = "embargo"


class Scope(enum.StrEnum):
    """What a token lets its bearer do."""

    READ = "read"
    WRITE = "write"


class Token(Base):
    """An API token: only the SHA-256 of its secret is kept, in hexadecimal.

    With a collection it holds for the records in it and below it alone.
    """

    __tablename__ = "token"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(unique=True)
    scope: Mapped[str]
    collection_id: Mapped[int | None] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"))
    created: Mapped[dt.datetime]
    expires: Mapped[dt.datetime | None]
    revoked: Mapped[dt.datetime | None]
