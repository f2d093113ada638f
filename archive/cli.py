"""The command ``mogao``."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from archive import cli_tokens, config, context, demo, logs, serving, work
from archive.context import Context
from archive.errors import MogaoError
from archive.export import backup, sheet, static
from archive.ingest import load, report, sources
from archive.ingest.report import Report
from archive.services import jobs, records

_STOPPED_BY_HAND = 130
_MOST_FAULTS = 50


class _Command(click.Group):
    """A group whose faults end in one line, never in a trace."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except MogaoError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            # A file that the user named: its name may be shown, its folder need not.
            name = Path(str(error.filename or "a file")).name
            raise click.ClickException(f'"{name}": {(error.strerror or "unknown fault").lower()}') from error


class _Place(click.ParamType[Path | str]):
    """A file or folder, or an address on the web."""

    name = "source"

    def convert(self, value: Path | str, param: object, ctx: object) -> Path | str:
        is_address = isinstance(value, str) and value.lower().startswith(("http://", "https://"))
        return value if is_address else Path(value)


@click.group(cls=_Command)
@click.version_option(package_name="mogao")
def main() -> None:
    """Mogao, a IIIF digital archive: a folder and a spreadsheet in, manifests out."""


@main.command()
def init() -> None:
    """Make the catalogue, or bring it to this version's form."""
    with _opened():
        click.echo("The catalogue is ready.")


@main.command("demo")
def make_demo() -> None:
    """Paint the demonstration collection and take it in."""
    with _opened() as opened:
        folder = opened.settings.data_dir / "demonstration"
        with _progress("Painting") as advance:
            painted = demo.paint(folder, lambda _, share: advance(round(share * 100), 100))
        _take_in(opened, sources.open_source([painted], byte_limit=opened.settings.sheet_max_bytes))


@main.command()
@click.argument("source", nargs=-1, required=True, type=_Place())
@click.option("--collection", help="Collection for records that name none: labels from the top, / between.")
@click.option(
    "--map", "mapping", type=click.Path(path_type=Path), help="File that says what the columns mean."
)
@click.option("--dry-run", is_flag=True, help="Report what would be done; write nothing.")
@click.option(
    "--report", "target", type=click.Path(path_type=Path), help="Write the report here: .csv or .json."
)
def ingest(
    source: tuple[Path | str, ...],
    collection: str | None,
    mapping: Path | None,
    *,
    dry_run: bool,
    target: Path | None,
) -> None:
    """Take in a folder of images; a sheet (CSV, XLSX), its files beside it or in a folder named after it; or
    IIIF manifests and collections: files, a folder of them, or their addresses.

    Run it again after a stop or an edit: it goes on, and changes just what changed.
    """
    if target:
        report.check_ending(target)
    with _opened() as opened:
        opened_source = sources.open_source(
            list(source),
            byte_limit=opened.settings.sheet_max_bytes,
            mapping_file=mapping,
            collection=collection,
            fetch=sources.fetcher(opened.settings),
        )
        _take_in(opened, opened_source, dry_run=dry_run, target=target)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes that answer requests.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the archive, and make pyramids as they are asked for."""
    with _opened() as opened:
        settings = opened.settings
    serving.serve(settings, host=host, port=port, workers=workers)


@main.command("work")
@click.option("--retry", is_flag=True, help="First queue again what failed or was lost.")
@click.option("--once", is_flag=True, help="End when nothing is left to be done.")
def do_work(*, retry: bool, once: bool) -> None:
    """Make the pyramids that wait."""
    logs.configure()
    with _opened() as opened:
        if retry:
            with opened.sessions.begin() as session:
                click.echo(f"{jobs.retry(session)} failed jobs are queued again.")
                lost = jobs.retry_lost(session, set(opened.store.keys("pyramids")))
                click.echo(f"{lost} lost pyramids are queued again.")
        if once:
            _derive(opened)
        else:
            serving.work_until_stopped(opened)


@main.command()
@click.argument("identifier", nargs=-1, required=True)
def withdraw(identifier: tuple[str, ...]) -> None:
    """Take records from the world; their sources are kept."""
    with _opened() as opened:
        for one in identifier:
            with opened.sessions.begin() as session:
                records.withdraw(session, one)
            click.echo(f"{one} is withdrawn.")


main.add_command(cli_tokens.token)


@main.group("export")
def export_group() -> None:
    """Write the archive out, in forms that other programs read."""


@export_group.command("sheet")
@click.argument("target", type=click.Path(path_type=Path))
def export_sheet(target: Path) -> None:
    """Write every record as a row of a CSV that ingest reads."""
    with _opened() as opened:
        count = sheet.write(opened, target)
    click.echo(f"{count} records are in {target.name}.")


@export_group.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
def export_backup(target: Path) -> None:
    """Write catalogue and sources into one .tar file; pyramids are made again by restore."""
    with _opened() as opened, _progress("Backing up") as advance:
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
        with _opened() as opened, _progress("Writing") as advance:
            written = static.write(opened, record, folder=folder, url=url, progress=advance)
    except KeyboardInterrupt:
        _console().print("[red]Stopped[/red]: run it again, and it goes on.")
        sys.exit(_STOPPED_BY_HAND)
    for image, reason in written.missing:
        _console().print(f"[red]{escape(image)}[/red] is not in it: {escape(reason)}")
    click.echo(
        f"{written.identifier} is in {written.folder}, for {written.url}: "
        f"{written.written} images written, {written.kept} kept."
    )
    if written.url == static.LOCAL:
        click.echo(
            f"Look at it with python -m http.server --directory {written.folder}; "
            "for another place, run this again with --url."
        )
    if written.missing:
        sys.exit(1)


@main.command()
@click.argument("backup_file", type=click.Path(path_type=Path))
def restore(backup_file: Path) -> None:
    """Put a backup into an empty archive."""
    with _opened() as opened:
        with _progress("Restoring") as advance:
            backup.restore(opened, backup_file, advance)
        _derive(opened)
    click.echo("The archive is restored.")


def _take_in(
    opened: Context, source: load.Source, *, dry_run: bool = False, target: Path | None = None
) -> None:
    with _progress("Taking in") as advance:
        outcome = load.load(opened, source, load.Options(dry_run=dry_run, progress=advance))
    _show(outcome)
    if target:
        report.write(outcome, target)
    if outcome.stopped:
        _end(outcome)
    if not dry_run:
        _derive(opened)
    if not outcome.is_clean:
        sys.exit(1)


def _derive(opened: Context) -> None:
    """Make what waits, with a bar; say what failed and how to try again."""
    with opened.sessions() as session:
        waiting = jobs.waiting(session)
    if not waiting:
        return
    with _progress("Making pyramids") as advance:
        work.drain(opened, lambda done: advance(done, waiting))
    with opened.sessions() as session:
        failures = jobs.failures(session)
    for asset, reason in failures:
        _console().print(f"[red]{escape(asset.identifier)}[/red] has no pyramid: {escape(reason)}")
    if failures:
        _console().print(
            "Mend the files and take them in again, or try again with mogao work --retry --once."
        )


def _show(outcome: Report) -> None:
    console = _console()
    for fault in outcome.all_faults()[:_MOST_FAULTS]:
        place = ", ".join(
            part for part in (f"row {fault.row}" if fault.row else "", fault.column or "") if part
        )
        colour = "red" if fault.level == "error" else "yellow"
        console.print(f"[{colour}]{escape(place or outcome.source)}[/{colour}]: {escape(fault.message)}")
    more = len(outcome.all_faults()) - _MOST_FAULTS
    if more > 0:
        console.print(f"… and {more} more: ask for them all with --report FILE.")
    counts = ", ".join(f"{count} {name}" for name, count in sorted(outcome.counts().items()))
    console.print(
        f"{escape(outcome.source)}: {counts or 'nothing to take in'}{' (dry run)' if outcome.dry_run else ''}"
    )


def _end(outcome: Report) -> NoReturn:
    _console().print(f"[red]Stopped[/red]: {escape(outcome.stopped or '')}")
    sys.exit(_STOPPED_BY_HAND if outcome.by_hand else 1)


def _console() -> Console:
    return Console(stderr=True, highlight=False)


def _opened() -> AbstractContextManager[Context]:
    return context.opened(config.read())


@contextmanager
def _progress(text: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with rate and time left; it gets (done, in all)."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    console = _console()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(text, total=None, rate="")

        def advance(done: int, total: int) -> None:
            speed = bar.tasks[task].speed
            bar.update(task, completed=done, total=total, rate=f"{speed:,.1f}/s" if speed else "")

        yield advance
