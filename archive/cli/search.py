"""The command ``mogao reindex``."""

import click

from archive import follower
from archive.cli import terminal


@click.command()
def reindex() -> None:
    """Build the search indexes anew; readers have the old ones until the new ones take their places."""
    with terminal.opened() as opened:
        for kept in opened.kept:
            with terminal.progress(f"Indexing {kept.name}") as advance:
                written = follower.rebuild(opened, kept, advance)
            click.echo(f"{written:,} {kept.name} are indexed.")
        follower.catch_up(opened)
