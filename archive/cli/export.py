"""The commands ``mogao export …`` and ``mogao restore``."""

import sys
from pathlib import Path

import click
from rich.markup import escape

from archive.cli import terminal
from archive.cli.work import derive
from archive.export import backup, sheet, static


@click.group("export")
def export_group() -> None:
    """Write the archive out, in forms that other programs read."""


@export_group.command("sheet")
@click.argument("target", type=click.Path(path_type=Path))
def export_sheet(target: Path) -> None:
    """Write every record as a row of a CSV that ingest reads."""
    with terminal.opened() as opened:
        count = sheet.write(opened, target)
    click.echo(f"{count} records are in {target.name}.")


@export_group.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
def export_backup(target: Path) -> None:
    """Write catalogue and sources into one .tar file; pyramids are made again by restore."""
    with terminal.opened() as opened, terminal.progress("Backing up") as advance:
        backup.write(opened, target, advance)
    click.echo(f"The archive is in {target.name}.")


@export_group.command("static")
@click.argument("record")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--url", help="Address at which the folder will be served; kept for the next run.")
def export_static(record: str, folder: Path | None, url: str | None) -> None:
    """Write a public record as files that any web server serves: tiles, a manifest, a page.

    FOLDER is named after the record where none is given. Run it again after a stop or an edit: it goes on,
    and writes just what changed.
    """
    try:
        with terminal.opened() as opened, terminal.progress("Writing") as advance:
            written = static.write(opened, record, folder=folder, url=url, progress=advance)
    except KeyboardInterrupt:
        terminal.console().print("[red]Stopped[/red]: run it again, and it goes on.")
        sys.exit(terminal.STOPPED_BY_HAND)
    for image, reason in written.missing:
        terminal.console().print(f"[red]{escape(image)}[/red] is not in it: {escape(reason)}")
    click.echo(
        f"{written.identifier} is in {written.folder}, for {written.url}: "
        f"{written.written} files written, {written.kept} kept."
    )
    if written.url == static.LOCAL:
        click.echo(
            f"Look at it with python -m http.server --directory {written.folder}; "
            "for another place, run this again with --url."
        )
    if written.missing:
        sys.exit(1)


@click.command()
@click.argument("backup_file", type=click.Path(path_type=Path))
def restore(backup_file: Path) -> None:
    """Put a backup into an empty archive."""
    with terminal.opened() as opened:
        with terminal.progress("Restoring") as advance:
            backup.restore(opened, backup_file, advance)
        derive(opened)
    click.echo("The archive is restored.")
