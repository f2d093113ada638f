"""The command ``mogao``: each of its commands in a module, which is loaded when the command runs.

A command starts in a third of the time for it, and the workers of ``mogao serve`` hold nothing that only
other commands need.
"""

import importlib
from pathlib import Path
from typing import cast

import click

from archive.errors import MogaoError

_COMMANDS = {
    "demo": "ingest.make_demo",
    "doctor": "doctor.doctor",
    "export": "export.export_group",
    "ingest": "ingest.ingest",
    "init": "catalogue.init",
    "ocr": "ocr.ocr",
    "reindex": "search.reindex",
    "restore": "export.restore",
    "serve": "serve.serve",
    "token": "tokens.token",
    "withdraw": "catalogue.withdraw",
    "work": "work.do_work",
}
"""The commands by their names: the module here, and the name in it."""


class _Commands(click.Group):
    """A group whose faults end in one line, never in a trace."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(".")
        return cast(click.Command, getattr(importlib.import_module(f"archive.cli.{module}"), name))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except MogaoError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            # A file that the user named: its name may be shown, its folder need not.
            name = Path(str(error.filename or "a file")).name
            raise click.ClickException(f'"{name}": {(error.strerror or "unknown fault").lower()}') from error


@click.group(cls=_Commands)
@click.version_option(package_name="mogao")
def main() -> None:
    """Mogao, a IIIF digital archive: a folder and a spreadsheet in, manifests out."""
