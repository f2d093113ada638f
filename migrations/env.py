"""How Alembic reaches the catalogue: ``archive.context`` hands it a connection, a developer's shell a URL."""

from alembic import context
from sqlalchemy import Connection

from archive import config, db, models

__all__ = ["models"]


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _migrate(given)
else:
    with db.open_engine(config.read().catalogue_url).begin() as connection:
        _migrate(connection)
