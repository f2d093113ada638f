"""The catalogue as it begins: collections, records and their parts, assets, jobs, the change log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    _create_activity()
    _create_collection()
    _create_record()
    _create_alias()
    _create_asset()
    _create_collection_record()
    _create_range()
    _create_canvas()
    _create_job()
    _create_range_canvas()


def downgrade() -> None:
    """Drop every table, the dependent ones first."""
    for table in (
        "range_canvas",
        "job",
        "canvas",
        "range",
        "collection_record",
        "asset",
        "alias",
        "record",
        "collection",
        "activity",
    ):
        op.drop_table(table)


def _create_activity() -> None:
    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("object_type", sa.String(), nullable=False),
        sa.Column("object_identifier", sa.String(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    op.create_index(op.f("ix_activity_object_identifier"), "activity", ["object_identifier"], unique=False)


def _create_collection() -> None:
    op.create_table(
        "collection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["collection.id"], name=op.f("fk_collection_parent_id_collection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
        sa.UniqueConstraint("identifier", name=op.f("uq_collection_identifier")),
        sa.UniqueConstraint("path", name=op.f("uq_collection_path")),
    )
    op.create_index(op.f("ix_collection_parent_id"), "collection", ["parent_id"], unique=False)


def _create_record() -> None:
    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("rights", sa.String(), nullable=True),
        sa.Column("required_statement", sa.JSON(), nullable=True),
        sa.Column("metadata_pairs", sa.JSON(), nullable=False),
        sa.Column("maker", sa.JSON(), nullable=False),
        sa.Column("type", sa.JSON(), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("place", sa.JSON(), nullable=False),
        sa.Column("language", sa.JSON(), nullable=False),
        sa.Column("date", sa.JSON(), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=True),
        sa.Column("last_year", sa.Integer(), nullable=True),
        sa.Column("accession_number", sa.String(), nullable=True),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("embargo_until", sa.Date(), nullable=True),
        sa.Column("behavior", sa.JSON(), nullable=False),
        sa.Column("viewing_direction", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("parts_made", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("identifier", name=op.f("uq_record_identifier")),
        sa.UniqueConstraint("source", "source_key", name=op.f("uq_record_source_source_key")),
    )
    op.create_index(op.f("ix_record_accession_number"), "record", ["accession_number"], unique=False)
    op.create_index(op.f("ix_record_first_year"), "record", ["first_year"], unique=False)
    op.create_index(op.f("ix_record_last_year"), "record", ["last_year"], unique=False)


def _create_alias() -> None:
    op.create_table(
        "alias",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_alias_record_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_alias")),
    )
    op.create_index(op.f("ix_alias_record_id"), "alias", ["record_id"], unique=False)


def _create_asset() -> None:
    op.create_table(
        "asset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("pyramid_state", sa.String(), nullable=False),
        sa.Column("pyramid_reason", sa.String(), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_asset_record_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("identifier", name=op.f("uq_asset_identifier")),
        sa.UniqueConstraint("record_id", "name", "page", name=op.f("uq_asset_record_id_name_page")),
    )
    op.create_index(op.f("ix_asset_digest"), "asset", ["digest"], unique=False)


def _create_collection_record() -> None:
    op.create_table(
        "collection_record",
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collection.id"],
            name=op.f("fk_collection_record_collection_id_collection"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["record.id"],
            name=op.f("fk_collection_record_record_id_record"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("collection_id", "record_id", name=op.f("pk_collection_record")),
    )
    op.create_index(
        "ix_collection_record_order",
        "collection_record",
        ["collection_id", "position", "record_id"],
        unique=False,
    )
    op.create_index(op.f("ix_collection_record_record_id"), "collection_record", ["record_id"], unique=False)


def _create_range() -> None:
    op.create_table(
        "range",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["range.id"], name=op.f("fk_range_parent_id_range"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_range_record_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_range")),
        sa.UniqueConstraint("identifier", name=op.f("uq_range_identifier")),
    )
    op.create_index(op.f("ix_range_parent_id"), "range", ["parent_id"], unique=False)
    op.create_index(op.f("ix_range_record_id"), "range", ["record_id"], unique=False)


def _create_canvas() -> None:
    op.create_table(
        "canvas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_canvas_asset_id_asset")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_canvas_record_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canvas")),
        sa.UniqueConstraint("identifier", name=op.f("uq_canvas_identifier")),
    )
    op.create_index(op.f("ix_canvas_asset_id"), "canvas", ["asset_id"], unique=False)
    op.create_index("ix_canvas_record_id_position", "canvas", ["record_id", "position"], unique=False)


def _create_job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_job_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("kind", "asset_id", name=op.f("uq_job_kind_asset_id")),
    )
    op.create_index("ix_job_state_id", "job", ["state", "id"], unique=False)


def _create_range_canvas() -> None:
    op.create_table(
        "range_canvas",
        sa.Column("range_id", sa.Integer(), nullable=False),
        sa.Column("canvas_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["canvas_id"], ["canvas.id"], name=op.f("fk_range_canvas_canvas_id_canvas"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["range_id"], ["range.id"], name=op.f("fk_range_canvas_range_id_range"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("range_id", "canvas_id", name=op.f("pk_range_canvas")),
    )
    op.create_index(op.f("ix_range_canvas_canvas_id"), "range_canvas", ["canvas_id"], unique=False)
