"""Leases: what one process of an installation does for all."""

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base


class Lease(Base):
    """The right to do what is called ``name``: it is ``owner``'s ``until`` then, if it is not renewed."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    until: Mapped[dt.datetime]
