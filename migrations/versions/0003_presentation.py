"""All that Presentation 3.0 says: annotations, sound and video, properties; history, tokens, uploads, pages.

What SQLite can't alter in place is made beside the old and renamed: making a table anew would drop the old
one, and take with it whatever belongs to its rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SIZES = (("canvas", "width"), ("canvas", "height"), ("asset", "width"), ("asset", "height"))
_PROPERTIES = ("collection", "record", "canvas", "range")


def upgrade() -> None:
    """Add the columns and tables, and number what stands in a chapter in one sequence."""
    for table, column in _SIZES:
        _set_nullable(table, column)
    for table in _PROPERTIES:
        op.add_column(table, sa.Column("properties", sa.JSON(), nullable=False, server_default="{}"))
    _add_columns()
    _loosen_job()
    _remake_range_canvas()
    op.execute(
        'UPDATE "range" SET position = position + COALESCE((SELECT max(range_canvas.position) '
        'FROM range_canvas WHERE range_canvas.range_id = "range".parent_id), 0) WHERE parent_id IS NOT NULL'
    )
    _create_annotations()
    _create_access()
    _create_history()
    _create_collection_page()
    _fill_collection_page()


def downgrade() -> None:
    """Take back the tables and columns; what only they could hold is gone."""
    for table in (
        "collection_page",
        "revision",
        "answer",
        "upload",
        "token",
        "annotation_asset",
        "annotation",
        "annotation_page",
    ):
        op.drop_table(table)
    op.execute("DELETE FROM range_canvas WHERE canvas_id IN (SELECT id FROM canvas WHERE width IS NULL)")
    op.execute("DELETE FROM canvas WHERE width IS NULL OR substitute IS NOT NULL")
    op.execute("DELETE FROM job WHERE asset_id IS NULL")
    op.execute("DELETE FROM asset WHERE width IS NULL")
    _restore_range_canvas()
    _restore_job()
    _drop_columns()
    for table, column in _SIZES:
        _set_not_null(table, column)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _set_nullable(table: str, column: str) -> None:
    if not _is_sqlite():
        op.alter_column(table, column, nullable=True)
        return
    op.add_column(table, sa.Column("made_anew", sa.Integer(), nullable=True))
    _replace(table, column)


def _set_not_null(table: str, column: str) -> None:
    if not _is_sqlite():
        op.alter_column(table, column, nullable=False)
        return
    op.add_column(table, sa.Column("made_anew", sa.Integer(), nullable=False, server_default="0"))
    _replace(table, column)


def _replace(table: str, column: str) -> None:
    op.execute(f'UPDATE "{table}" SET made_anew = "{column}"')  # noqa: S608  # Our own names.
    op.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
    op.execute(f'ALTER TABLE "{table}" RENAME COLUMN made_anew TO "{column}"')


def _add_columns() -> None:
    for name in ("rights", "viewing_direction", "nav_date"):
        op.add_column("collection", sa.Column(name, sa.String(), nullable=True))
    op.add_column("collection", sa.Column("required_statement", sa.JSON(), nullable=True))
    for name in ("metadata_pairs", "behavior"):
        op.add_column("collection", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("collection", sa.Column("pages_made", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("collection", sa.Column("source_id", sa.String(), nullable=True))
    op.create_index("ix_collection_source_id", "collection", ["source_id"])
    op.add_column("record", sa.Column("nav_date", sa.String(), nullable=True))
    op.add_column("record", sa.Column("wraps_ranges", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_index("ix_record_modified", "record", ["modified", "id"])
    hidden = sa.text("visibility != 'public'")
    op.create_index(
        "ix_record_hidden",
        "record",
        ["visibility", "identifier"],
        sqlite_where=hidden,
        postgresql_where=hidden,
    )
    op.add_column("asset", sa.Column("duration", sa.Float(), nullable=True))
    op.add_column("asset", sa.Column("projection", sa.String(), nullable=True))
    op.add_column("canvas", sa.Column("duration", sa.Float(), nullable=True))
    op.add_column("canvas", sa.Column("substitute", sa.String(), nullable=True))
    op.add_column("canvas", sa.Column("source_id", sa.String(), nullable=True))
    op.add_column("range", sa.Column("source_id", sa.String(), nullable=True))
    # SQLite reads back no name of a key that is added to a table.
    name = "" if _is_sqlite() else "CONSTRAINT fk_canvas_stands_for_id_canvas"
    op.execute(f"ALTER TABLE canvas ADD COLUMN stands_for_id INTEGER {name} REFERENCES canvas (id)")
    op.create_index("ix_canvas_stands_for_id", "canvas", ["stands_for_id"])


def _drop_columns() -> None:
    for index in ("ix_record_hidden", "ix_record_modified"):
        op.drop_index(index, "record")
    op.drop_index("ix_canvas_stands_for_id", "canvas")
    op.drop_index("ix_collection_source_id", "collection")
    if not _is_sqlite():
        op.drop_constraint("fk_canvas_stands_for_id_canvas", "canvas")
    op.execute("ALTER TABLE canvas DROP COLUMN stands_for_id")
    dropped = {
        "collection": (
            "rights", "viewing_direction", "nav_date", "required_statement", "metadata_pairs", "behavior",
            "pages_made", "properties", "source_id",
        ),
        "record": ("nav_date", "wraps_ranges", "properties"),
        "asset": ("duration", "projection"),
        "canvas": ("duration", "substitute", "source_id", "properties"),
        "range": ("source_id", "properties"),
    }  # fmt: skip
    for table, columns in dropped.items():
        for column in columns:
            op.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')


# Nothing refers to jobs or to the places of canvases in ranges: these two tables may be made anew.


def _loosen_job() -> None:
    with op.batch_alter_table("job") as job:
        job.alter_column("asset_id", existing_type=sa.Integer(), nullable=True)
        for column in (
            sa.Column("identifier", sa.String(), nullable=True),
            sa.Column("arguments", sa.JSON(), nullable=True),
            sa.Column("done", sa.Integer(), nullable=True),
            sa.Column("total", sa.Integer(), nullable=True),
            sa.Column("report", sa.JSON(), nullable=True),
            sa.Column("created", sa.DateTime(timezone=True), nullable=True),
        ):
            job.add_column(column)
        job.create_unique_constraint("uq_job_identifier", ["identifier"])


def _restore_job() -> None:
    with op.batch_alter_table("job") as job:
        job.drop_constraint("uq_job_identifier", type_="unique")
        for column in ("identifier", "arguments", "done", "total", "report", "created"):
            job.drop_column(column)
        job.alter_column("asset_id", existing_type=sa.Integer(), nullable=False)


def _remake_range_canvas() -> None:
    op.drop_index("ix_range_canvas_canvas_id", "range_canvas")
    if not _is_sqlite():
        op.drop_constraint("pk_range_canvas", "range_canvas")
        for column in ("range", "canvas"):
            op.drop_constraint(f"fk_range_canvas_{column}_id_{column}", "range_canvas")
    op.rename_table("range_canvas", "former_range_canvas")
    op.create_table(
        "range_canvas",
        sa.Column("id", sa.Integer(), nullable=False),
        *_range_canvas_columns(),
        sa.Column("part", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_range_canvas"),
    )
    _take_over()
    op.create_index("ix_range_canvas_range_id", "range_canvas", ["range_id"])


def _restore_range_canvas() -> None:
    op.drop_index("ix_range_canvas_canvas_id", "range_canvas")
    op.drop_index("ix_range_canvas_range_id", "range_canvas")
    # A chapter may have had two parts of one canvas: the canvas is left once.
    op.execute(
        "DELETE FROM range_canvas WHERE id NOT IN "
        "(SELECT min(id) FROM range_canvas GROUP BY range_id, canvas_id)"
    )
    if not _is_sqlite():
        op.drop_constraint("pk_range_canvas", "range_canvas")
        for column in ("range", "canvas"):
            op.drop_constraint(f"fk_range_canvas_{column}_id_{column}", "range_canvas")
    op.rename_table("range_canvas", "former_range_canvas")
    op.create_table(
        "range_canvas",
        *_range_canvas_columns(),
        sa.PrimaryKeyConstraint("range_id", "canvas_id", name="pk_range_canvas"),
    )
    _take_over()


def _range_canvas_columns() -> tuple[sa.Column[int] | sa.ForeignKeyConstraint, ...]:
    return (
        sa.Column("range_id", sa.Integer(), nullable=False),
        sa.Column("canvas_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["canvas_id"], ["canvas.id"], name="fk_range_canvas_canvas_id_canvas", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["range_id"], ["range.id"], name="fk_range_canvas_range_id_range", ondelete="CASCADE"
        ),
    )


def _take_over() -> None:
    op.execute(
        "INSERT INTO range_canvas (range_id, canvas_id, position) "
        "SELECT range_id, canvas_id, position FROM former_range_canvas ORDER BY range_id, position"
    )
    op.drop_table("former_range_canvas")
    op.create_index("ix_range_canvas_canvas_id", "range_canvas", ["canvas_id"])


def _create_annotations() -> None:
    op.create_table(
        "annotation_page",
        sa.Column("id", sa.Integer(), primary_key=True),
        _reference("record", on="annotation_page"),
        _reference("canvas", on="annotation_page", nullable=True),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("paints", sa.Boolean(), nullable=False),
        sa.Column("placing", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("properties", sa.JSON(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_annotation_page"),
        sa.UniqueConstraint("holder", "name", name="uq_annotation_page_holder_name"),
    )
    op.create_index("ix_annotation_page_record_id", "annotation_page", ["record_id"])
    op.create_index("ix_annotation_page_canvas_id", "annotation_page", ["canvas_id"])
    op.create_table(
        "annotation",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("identifier", sa.String(), nullable=False),
        _reference("annotation_page", on="annotation", column="page_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("motivation", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.Column("target", sa.JSON(), nullable=True),
        sa.Column("properties", sa.JSON(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_annotation"),
        sa.UniqueConstraint("identifier", name="uq_annotation_identifier"),
    )
    op.create_index("ix_annotation_page_id_position", "annotation", ["page_id", "position"])
    op.create_table(
        "annotation_asset",
        _reference("annotation", on="annotation_asset"),
        _reference("asset", on="annotation_asset", ondelete=None),
        sa.PrimaryKeyConstraint("annotation_id", "asset_id", name="pk_annotation_asset"),
    )
    op.create_index("ix_annotation_asset_asset_id", "annotation_asset", ["asset_id"])


def _create_access() -> None:
    op.create_table(
        "token",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        _reference("collection", on="token", nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_token"),
        sa.UniqueConstraint("name", name="uq_token_name"),
        sa.UniqueConstraint("digest", name="uq_token_digest"),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("identifier", sa.String(), nullable=False),
        _reference("token", on="upload"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("expected", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
        sa.UniqueConstraint("identifier", name="uq_upload_identifier"),
    )
    op.create_index("ix_upload_expires", "upload", ["expires"])
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), primary_key=True),
        _reference("token", on="answer"),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("location", sa.String(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
        sa.UniqueConstraint("token_id", "key", name="uq_answer_token_id_key"),
    )
    op.create_index("ix_answer_created", "answer", ["created"])


def _create_history() -> None:
    op.create_table(
        "revision",
        _reference("record", on="revision"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "number", name="pk_revision"),
    )


def _create_collection_page() -> None:
    op.create_table(
        "collection_page",
        sa.Column("id", sa.Integer(), primary_key=True),
        _reference("collection", on="collection_page"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_position", sa.Integer(), nullable=False),
        sa.Column("first_record_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_collection_page"),
        sa.UniqueConstraint("collection_id", "number", name="uq_collection_page_collection_id_number"),
    )
    op.create_index(
        "ix_collection_page_order",
        "collection_page",
        ["collection_id", "first_position", "first_record_id"],
    )


def _fill_collection_page() -> None:
    """Lay the records of every collection on pages of 1,000."""
    op.execute(
        "INSERT INTO collection_page (collection_id, number, first_position, first_record_id, count) "
        "SELECT collection_id, 1 + (place - 1) / 1000, position, record_id, "
        "  CASE WHEN total - place >= 1000 THEN 1000 ELSE total - place + 1 END "
        "FROM (SELECT collection_id, position, record_id, "
        "  row_number() OVER (PARTITION BY collection_id ORDER BY position, record_id) AS place, "
        "  count(*) OVER (PARTITION BY collection_id) AS total FROM collection_record) AS placed "
        "WHERE (place - 1) % 1000 = 0"
    )
    op.execute(
        "UPDATE collection SET pages_made = (SELECT count(*) FROM collection_page "
        "WHERE collection_page.collection_id = collection.id)"
    )


def _reference(
    table: str,
    *,
    on: str,
    column: str | None = None,
    nullable: bool = False,
    ondelete: str | None = "CASCADE",
) -> sa.Column[int]:
    name = column or f"{table}_id"
    key = sa.ForeignKey(f"{table}.id", name=f"fk_{on}_{name}_{table}", ondelete=ondelete)
    return sa.Column(name, sa.Integer(), key, nullable=nullable)
