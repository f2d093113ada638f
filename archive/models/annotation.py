"""Annotations, in the pages that canvases and records have of them."""

import datetime as dt
import enum

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Base, JsonObject, JsonValue


class Placing(enum.StrEnum):
    """How a document has a page: whole, by reference, or by reference to a page that is not ours."""

    EMBEDDED = "embedded"
    REFERENCED = "referenced"
    EXTERNAL = "external"


class AnnotationPage(Base):
    """Annotations in their order: of the canvas, or of the record as a whole where ``canvas_id`` is empty.

    ``holder`` and ``name`` make its address; ``paints`` tells what a canvas shows from what is said of it.
    An external page has its own address in ``source_id``.
    """

    __tablename__ = "annotation_page"
    __table_args__ = (UniqueConstraint("holder", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), index=True)
    canvas_id: Mapped[int | None] = mapped_column(ForeignKey("canvas.id", ondelete="CASCADE"), index=True)
    holder: Mapped[str]
    name: Mapped[str]
    paints: Mapped[bool]
    placing: Mapped[str] = mapped_column(default=Placing.EMBEDDED)
    position: Mapped[int]
    properties: Mapped[JsonObject] = mapped_column(default=dict)
    source_id: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1)


class Annotation(Base):
    """One annotation; ``body`` and ``target`` as in its document, ``target`` empty for its whole canvas."""

    __tablename__ = "annotation"
    __table_args__ = (Index("ix_annotation_page_id_position", "page_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(unique=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("annotation_page.id", ondelete="CASCADE"))
    position: Mapped[int]
    motivation: Mapped[tuple[str, ...]] = mapped_column(default=())
    body: Mapped[JsonValue] = mapped_column(JSON(none_as_null=True))
    target: Mapped[JsonValue] = mapped_column(JSON(none_as_null=True))
    properties: Mapped[JsonObject] = mapped_column(default=dict)
    source_id: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1)
    created: Mapped[dt.datetime]
    modified: Mapped[dt.datetime]


class AnnotationAsset(Base):
    """An asset that an annotation's body names."""

    __tablename__ = "annotation_asset"

    annotation_id: Mapped[int] = mapped_column(
        ForeignKey("annotation.id", ondelete="CASCADE"), primary_key=True
    )
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True, index=True)
