"""The commands ``mogao init`` and ``mogao withdraw``."""

import click

from archive.cli import terminal
from archive.services import records


@click.command()
def init() -> None:
    """Make the catalogue, or bring it to this version's form."""
    with terminal.opened():
        click.echo("The catalogue is ready.")


@click.command()
@click.argument("identifier", nargs=-1, required=True)
def withdraw(identifier: tuple[str, ...]) -> None:
    """Take records from the world; their sources are kept."""
    with terminal.opened() as opened:
        for one in identifier:
            with opened.sessions.begin() as session:
                records.withdraw(session, one)
            click.echo(f"{one} is withdrawn.")
