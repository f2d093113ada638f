"""Pyramids have independent blocks from now on, under other keys: all are made anew from their sources."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ASSET = sa.table("asset", sa.column("pyramid_state", sa.String))
_JOB = sa.table(
    "job", sa.column("kind", sa.String), sa.column("state", sa.String), sa.column("attempts", sa.Integer)
)


def upgrade() -> None:
    """Queue every pyramid that was made."""
    op.execute(_ASSET.update().where(_ASSET.c.pyramid_state == "ready").values(pyramid_state="pending"))
    op.execute(
        _JOB.update()
        .where(_JOB.c.kind == "pyramid", _JOB.c.state == "done")
        .values(state="queued", attempts=0)
    )


def downgrade() -> None:
    """Queue them again: the version before looks for them under the keys that it knows."""
    upgrade()
