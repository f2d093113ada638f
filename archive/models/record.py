"""Collections, records, and what a record is made of: canvases and ranges.

``properties`` holds what a resource says beyond its columns, in the spelling of Presentation 3.0
(``homepage``, ``navPlace``, ``service`` …). In it, as in the bodies and targets of annotations, what the
archive itself publishes is named by its path (``/iiif/canvas/book-1``) and a source by ``{"asset": …}``.
"""

import datetime as dt

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Base, JsonObject, Pair, PairsType, PairType
from archive.models.access import Visibility
from archive.models.asset import Asset
from iiif.language import LanguageMap

ROOT = "root"
"""The identifier of the collection at the top."""


_HIDDEN = text("visibility != 'public'")


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


class CollectionPage(Base):
    """A run of a collection's records, in their order: the leaf of a tree that keeps its documents small.

    It begins with the record ``first_record_id`` at ``first_position`` and ends before the next page;
    ``count`` is how many records stand in it, hidden ones too. ``number`` names it in its address.
    """

    __tablename__ = "collection_page"
    __table_args__ = (
        UniqueConstraint("collection_id", "number"),
        Index("ix_collection_page_order", "collection_id", "first_position", "first_record_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"))
    number: Mapped[int]
    first_position: Mapped[int]
    first_record_id: Mapped[int]
    count: Mapped[int]


class Collection(Base):
    """A group of collections and records; the tree's top is ``root``.

    ``path`` joins the labels by which curators know it, from the top, with ``/``; the top's is empty.
    ``source_id`` is the URI of the document that it was taken from.
    """

    __tablename__ = "collection"

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("collection.id"), index=True)
    path: Mapped[str] = mapped_column(unique=True)
    label: Mapped[LanguageMap] = mapped_column(JSON)
    summary: Mapped[LanguageMap] = mapped_column(JSON, default=dict)
    rights: Mapped[str | None]
    required_statement: Mapped[Pair | None] = mapped_column(PairType)
    metadata_pairs: Mapped[tuple[Pair, ...]] = mapped_column(PairsType, default=(), server_default="[]")
    behavior: Mapped[tuple[str, ...]] = mapped_column(default=(), server_default="[]")
    viewing_direction: Mapped[str | None]
    nav_date: Mapped[str | None]
    properties: Mapped[JsonObject] = mapped_column(default=dict, server_default="{}")
    pages_made: Mapped[int] = mapped_column(default=0, server_default="0")
    source_id: Mapped[str | None] = mapped_column(index=True)
    revision: Mapped[int] = mapped_column(default=1)
    created: Mapped[dt.datetime]
    modified: Mapped[dt.datetime]

    parent: Mapped["Collection | None"] = relationship(remote_side=[id], lazy="raise")


class Record(Base):
    """One catalogued thing.

    ``source`` and ``source_key`` say which sheet or folder it came from and as what; ``fingerprint``
    is the digest of all that was read there, so that running again knows what has not changed.
    ``nav_date`` stands in for the date's own year; ``wraps_ranges`` says that several chapters at the top
    are parts of one table of contents, and not alternatives to each other.
    A withdrawn record keeps its row as a tombstone: its identifier is never given again.
    """

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        Index("ix_record_modified", "modified", "id"),
        # Of what is hidden, which is little: most lists are of what is public, and must not pay for it.
        Index("ix_record_hidden", "visibility", "identifier", sqlite_where=_HIDDEN, postgresql_where=_HIDDEN),
    )

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
    nav_date: Mapped[str | None]
    wraps_ranges: Mapped[bool] = mapped_column(default=True, server_default=true())
    properties: Mapped[JsonObject] = mapped_column(default=dict, server_default="{}")
    source: Mapped[str]
    source_key: Mapped[str]
    fingerprint: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    parts_made: Mapped[int] = mapped_column(default=0)
    created: Mapped[dt.datetime]
    modified: Mapped[dt.datetime]
    withdrawn: Mapped[dt.datetime | None]

    canvases: Mapped[list["Canvas"]] = relationship(
        primaryjoin="and_(Canvas.record_id == Record.id, Canvas.substitute.is_(None))",
        back_populates="record",
        lazy="raise",
        order_by="Canvas.position",
        cascade="all, delete-orphan",
    )
    assets: Mapped[list[Asset]] = relationship(back_populates="record", lazy="raise")
    memberships: Mapped[list[CollectionRecord]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by=CollectionRecord.collection_id
    )


class Alias(Base):
    """Another name under which a record is asked for: it redirects."""

    __tablename__ = "alias"

    name: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), index=True)


class Canvas(Base):
    """One ordered view of a record, ``width`` and ``height`` in pixels, ``duration`` in seconds.

    It shows its asset, or, where it has painting pages, what their annotations paint; with neither it has
    no content. A canvas may also be the ``substitute`` (placeholderCanvas or accompanyingCanvas) of the
    record itself, or of its canvas ``stands_for_id``. ``source_id`` is the URI by which a document that
    was taken in knows it.
    """

    __tablename__ = "canvas"
    __table_args__ = (Index("ix_canvas_record_id_position", "record_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    position: Mapped[int]
    label: Mapped[LanguageMap] = mapped_column(JSON, default=dict)
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration: Mapped[float | None]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    substitute: Mapped[str | None]
    stands_for_id: Mapped[int | None] = mapped_column(ForeignKey("canvas.id"), index=True)
    properties: Mapped[JsonObject] = mapped_column(default=dict, server_default="{}")
    source_id: Mapped[str | None]

    record: Mapped[Record] = relationship(back_populates="canvases", lazy="raise")
    asset: Mapped[Asset | None] = relationship(lazy="raise")


class Range(Base):
    """A chapter: parts of canvases and further chapters, ``position`` being its place among them."""

    __tablename__ = "range"

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("range.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    label: Mapped[LanguageMap] = mapped_column(JSON)
    properties: Mapped[JsonObject] = mapped_column(default=dict, server_default="{}")
    source_id: Mapped[str | None]


class RangeCanvas(Base):
    """A canvas' place in a range; ``part`` says which part of it, a fragment or a specific resource."""

    __tablename__ = "range_canvas"

    id: Mapped[int] = mapped_column(primary_key=True)
    range_id: Mapped[int] = mapped_column(ForeignKey("range.id", ondelete="CASCADE"), index=True)
    canvas_id: Mapped[int] = mapped_column(ForeignKey("canvas.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    part: Mapped[str | JsonObject | None] = mapped_column(JSON(none_as_null=True))
