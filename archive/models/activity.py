"""The change log: one row for whatever the world may see changed."""

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base


class Activity(Base):
    """A change to a record or a collection, committed together with it.

    ``type`` is the word of Change Discovery 1.0 (Create, Update, Delete); ``object_type`` is
    Manifest or Collection.
    """

    __tablename__ = "activity"

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]
    object_type: Mapped[str]
    object_identifier: Mapped[str] = mapped_column(index=True)
    time: Mapped[dt.datetime]
