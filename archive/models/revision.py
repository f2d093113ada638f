"""What records were before they were edited."""

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base


class Revision(Base):
    """A record as it stood: ``rows`` are its own and those of its parts, as compressed JSON.

    It is written when the record goes on to the next revision; the present one needs no copy.
    """

    __tablename__ = "revision"

    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    modified: Mapped[dt.datetime]
    rows: Mapped[bytes]
