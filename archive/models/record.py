"""Collections, records, and what a record is made of: canvases and ranges."""

import datetime as dt

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, Pair, PairsType, PairType
from archive.models.access import Visibility
from archive.models.asset import Asset, PyramidState
from iiif.language import LanguageMap

ROOT = "root"
"""The identifier of the collection at the top."""


class CollectionRecord(Base):
    """A record's place in a collection."""

    __tablename__ = "collection_record"
    __table_args__ = (Index("ix_collection_record_order", "collection_id", "position", "record_id"),)

    collection_id: Mapped[int] = mapped_column(
        ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True
    )
    record_id: Mapped[int] = mapped_column(
        ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(default=0)

    collection: Mapped["Collection"] = relationship(lazy="raise", viewonly=True)


class Collection(Base):
    """A group of collections and records; the tree's top is ``root``.

    ``path`` joins the labels by which curators know it, from the top, with ``/``; the top's is empty.
    """

    __tablename__ = "collection"

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("collection.id"), index=True)
    path: Mapped[str] = mapped_column(unique=True)
    label: Mapped[LanguageMap] = mapped_column(JSON)
    summary: Mapped[LanguageMap] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=1)
    created: Mapped[dt.datetime]
    modified: Mapped[dt.datetime]

    parent: Mapped["Collection | None"] = relationship(remote_side=[id], lazy="raise")


class Record(Base):
    """One catalogued thing.

    ``source`` and ``source_key`` say which sheet or folder it came from and as what; ``fingerprint``
    is the digest of all that was read there, so that running again knows what has not changed.
    A withdrawn record keeps its row as a tombstone: its identifier is never given again.
    """

    __tablename__ = "record"
    __table_args__ = (UniqueConstraint("source", "source_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    label: Mapped[LanguageMap] = mapped_column(JSON, default=dict)
    summary: Mapped[LanguageMap] = mapped_column(JSON, default=dict)
    rights: Mapped[str | None]
    required_statement: Mapped[Pair | None] = mapped_column(PairType)
    metadata_pairs: Mapped[tuple[Pair, ...]] = mapped_column(PairsType, default=())
    maker: Mapped[LanguageMap] = mapped_column(JSON, default=dict)
    type: Mapped[LanguageMap] = mapped_column(JSON, default=dict)
    subject: Mapped[LanguageMap] = mapped_column(JSON, default=dict)
    place: Mapped[LanguageMap] = mapped_column(JSON, default=dict)
    language: Mapped[LanguageMap] = mapped_column(JSON, default=dict)
    date: Mapped[LanguageMap] = mapped_column(JSON, default=dict)
    first_year: Mapped[int | None] = mapped_column(index=True)
    last_year: Mapped[int | None] = mapped_column(index=True)
    accession_number: Mapped[str | None] = mapped_column(index=True)
    visibility: Mapped[str] = mapped_column(default=Visibility.PUBLIC)
    embargo_until: Mapped[dt.date | None]
    behavior: Mapped[tuple[str, ...]] = mapped_column(default=())
    viewing_direction: Mapped[str | None]
    source: Mapped[str]
    source_key: Mapped[str]
    fingerprint: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    parts_made: Mapped[int] = mapped_column(default=0)
    created: Mapped[dt.datetime]
    modified: Mapped[dt.datetime]
    withdrawn: Mapped[dt.datetime | None]

    canvases: Mapped[list["Canvas"]] = relationship(
        back_populates="record", lazy="raise", order_by="Canvas.position", cascade="all, delete-orphan"
    )
    ranges: Mapped[list["Range"]] = relationship(
        primaryjoin="and_(Range.record_id == Record.id, Range.parent_id.is_(None))",
        lazy="raise",
        order_by="Range.position",
        viewonly=True,
    )
    assets: Mapped[list[Asset]] = relationship(back_populates="record", lazy="raise")
    memberships: Mapped[list[CollectionRecord]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by=CollectionRecord.collection_id
    )

    @property
    def collections(self) -> list[Collection]:
        """The collections it stands in."""
        return [membership.collection for membership in self.memberships]

    @property
    def thumbnail_asset(self) -> Asset | None:
        """The picture that stands for the record: its first."""
        return next((canvas.asset for canvas in self.canvases if canvas.asset), None)

    @property
    def pending(self) -> bool:
        """Whether a picture of it is still being made."""
        return any(
            canvas.asset and canvas.asset.pyramid_state == PyramidState.PENDING for canvas in self.canvases
        )


class Alias(Base):
    """Another name under which a record is asked for: it redirects."""

    __tablename__ = "alias"

    name: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), index=True)


class Canvas(Base):
    """One ordered view of a record; without an asset it has no content."""

    __tablename__ = "canvas"
    __table_args__ = (Index("ix_canvas_record_id_position", "record_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    position: Mapped[int]
    label: Mapped[LanguageMap] = mapped_column(JSON, default=dict)
    width: Mapped[int]
    height: Mapped[int]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)

    record: Mapped[Record] = relationship(back_populates="canvases", lazy="raise")
    asset: Mapped[Asset | None] = relationship(lazy="raise")


class RangeCanvas(Base):
    """A canvas' place in a range."""

    __tablename__ = "range_canvas"

    range_id: Mapped[int] = mapped_column(ForeignKey("range.id", ondelete="CASCADE"), primary_key=True)
    canvas_id: Mapped[int] = mapped_column(
        ForeignKey("canvas.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]


class Range(Base):
    """A chapter: its canvases, and the chapters below it."""

    __tablename__ = "range"

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("range.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    label: Mapped[LanguageMap] = mapped_column(JSON)

    canvases: Mapped[list[Canvas]] = relationship(
        secondary="range_canvas", lazy="raise", order_by=RangeCanvas.position, viewonly=True
    )
    ranges: Mapped[list["Range"]] = relationship(lazy="raise", order_by="Range.position", viewonly=True)
