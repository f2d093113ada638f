"""The text on a page: one row a canvas, however many words it has."""

import datetime as dt
import enum

from sqlalchemy import ForeignKey
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base


class Maker(enum.StrEnum):
    """Whether people gave a text, or a program recognised it here."""

    GIVEN = "given"
    MACHINE = "machine"


class Text(Base):
    """The text of a canvas, and the boxes of its words as ``search.packing`` packs them.

    ``asset_id`` is the file that it came from, in the format whose URI is ``profile``; ``words`` is how many
    boxes of words it has. Where the file tells, or where it was recognised here, ``engine`` is the program
    and ``confidence`` its own, from 0 to 1. What is large comes last: what manifests need is read without it.
    """

    __tablename__ = "text"

    canvas_id: Mapped[int] = mapped_column(ForeignKey("canvas.id", ondelete="CASCADE"), primary_key=True)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    revision: Mapped[int] = mapped_column(default=1)
    language: Mapped[str | None]
    profile: Mapped[str | None]
    words: Mapped[int]
    made_by: Mapped[str] = mapped_column(default=Maker.GIVEN)
    engine: Mapped[str | None]
    confidence: Mapped[float | None]
    modified: Mapped[dt.datetime]
    text: Mapped[str] = mapped_column(LongText)
    boxes: Mapped[bytes]
