"""The commands ``mogao token …``: what partners and scripts write to the archive with."""

import datetime as dt

import click

from archive import config, context, db
from archive.models import Scope
from archive.services import tokens


@click.group()
def token() -> None:
    """Make, list and revoke API tokens."""


@token.command()
@click.argument("name")
@click.option("--write", is_flag=True, help="Let its bearer write too, not only read.")
@click.option("--collection", help="Identifier of the collection that it holds for, with all below it.")
@click.option("--days", type=click.IntRange(min=1), help="Days after which it expires; never without it.")
def create(name: str, *, write: bool, collection: str | None, days: int | None) -> None:
    """Make a token and show its secret: once, for only its digest is kept."""
    scope = Scope.WRITE if write else Scope.READ
    expires = db.now() + dt.timedelta(days=days) if days else None
    with context.opened(config.read()) as opened, opened.sessions.begin() as session:
        secret = tokens.mint(session, name, scope, collection=collection, expires=expires)
    click.echo(secret)


@token.command("list")
def list_tokens() -> None:
    """Show every token: its name, what it allows, and until when."""
    with context.opened(config.read()) as opened, opened.sessions() as session:
        for one in tokens.listed(session):
            click.echo("\t".join((one.name, one.scope, one.collection or "everything", one.state(db.now()))))


@token.command()
@click.argument("name")
def revoke(name: str) -> None:
    """End a token at once."""
    with context.opened(config.read()) as opened, opened.sessions.begin() as session:
        tokens.revoke(session, name)
    click.echo(f"{name} is revoked.")
