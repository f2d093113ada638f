"""The command ``mogao serve``."""

import click

from archive import serving
from archive.cli import terminal


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes that answer requests.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the archive, and make pyramids as they are asked for."""
    with terminal.opened() as opened:
        settings = opened.settings
    serving.serve(settings, host=host, port=port, workers=workers)
