"""Assets: the source files, one row each."""

import datetime as dt
import enum
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base

if TYPE_CHECKING:
    from archive.models.record import Record


class PyramidState(enum.StrEnum):
    """Whether an asset can be zoomed; sound, video, text and models never can."""

    NONE = "none"
    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


class Asset(Base):
    """One source file; of one that holds several pictures, page ``page`` (from 0).

    ``digest`` is the SHA-256 of the source in hexadecimal; two assets may share a source, which is
    stored once. ``name`` is the path by which its curator knows the file; ``width`` and ``height``
    are those of the picture as shown, its orientation applied; ``duration`` is in seconds;
    ``projection`` is ``equirectangular`` of a picture of all directions. What it does not have is empty.
    """

    __tablename__ = "asset"
    __table_args__ = (UniqueConstraint("record_id", "name", "page"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    name: Mapped[str]
    page: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(index=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration: Mapped[float | None]
    projection: Mapped[str | None]
    pyramid_state: Mapped[str] = mapped_column(default=PyramidState.PENDING)
    pyramid_reason: Mapped[str | None]
    created: Mapped[dt.datetime]
    modified: Mapped[dt.datetime]

    record: Mapped["Record"] = relationship(back_populates="assets", lazy="raise")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels; nothing of what is no picture."""
        return self.width or 0, self.height or 0

    @property
    def file_name(self) -> str:
        """The file's own name, without its folders."""
        return file_name(self.name)

    @property
    def source_key(self) -> str:
        """Where the source stands in the store."""
        return source_key(self.digest)

    @property
    def pyramid_key(self) -> str:
        """Where the pyramid stands in the store."""
        return pyramid_key(self.digest, self.page)


def file_name(name: str) -> str:
    """The name of a file without its folders."""
    return name.rpartition("/")[2]


def source_key(digest: str) -> str:
    """Where the source with that digest stands in the store."""
    return f"sources/{digest[:2]}/{digest}"


def pyramid_key(digest: str, page: int) -> str:
    """Where the pyramid of a source's page stands in the store: shared by all assets that share the source.

    The name says that it has independent blocks: those of the first format had not.
    """
    return f"pyramids/{digest[:2]}/{digest}-{page}.blocks.tif"
