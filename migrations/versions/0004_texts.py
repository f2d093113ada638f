"""The text on pages: a row a canvas, with the boxes of its words packed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "text",
        sa.Column("canvas_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("profile", sa.String(), nullable=True),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("boxes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["canvas_id"], ["canvas.id"], name="fk_text_canvas_id_canvas", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name="fk_text_asset_id_asset"),
        sa.PrimaryKeyConstraint("canvas_id", name="pk_text"),
    )
    op.create_index("ix_text_asset_id", "text", ["asset_id"])


def downgrade() -> None:
    """Take the table back; the texts are gone, and the files that they came from stay."""
    op.drop_table("text")
