"""The commands ``mogao ingest`` and ``mogao demo``: what they take in is reported on the terminal."""

import sys
from pathlib import Path
from typing import NoReturn

import click
from rich.markup import escape

from archive import demo
from archive.cli import terminal
from archive.cli.work import derive
from archive.context import Context
from archive.ingest import load, report, sources
from archive.ingest.report import Report

_MOST_FAULTS = 50


@click.command("demo")
def make_demo() -> None:
    """Paint the demonstration collection and take it in."""
    with terminal.opened() as opened:
        folder = opened.settings.data_dir / "demonstration"
        with terminal.progress("Painting") as advance:
            painted = demo.paint(folder, lambda _, share: advance(round(share * 100), 100))
        _take_in(opened, sources.open_source([painted], byte_limit=opened.settings.sheet_max_bytes))


@click.command()
@click.argument("source", nargs=-1, required=True, type=terminal.Place())
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
    with terminal.opened() as opened:
        opened_source = sources.open_source(
            list(source),
            byte_limit=opened.settings.sheet_max_bytes,
            mapping_file=mapping,
            collection=collection,
            fetch=sources.fetcher(opened.settings),
        )
        _take_in(opened, opened_source, dry_run=dry_run, target=target)


def _take_in(
    opened: Context, source: load.Source, *, dry_run: bool = False, target: Path | None = None
) -> None:
    with terminal.progress("Taking in") as advance:
        outcome = load.load(opened, source, load.Options(dry_run=dry_run, progress=advance))
    _show(outcome)
    if target:
        report.write(outcome, target)
    if outcome.stopped:
        _end(outcome)
    if not dry_run:
        derive(opened)
    if not outcome.is_clean:
        sys.exit(1)


def _show(outcome: Report) -> None:
    console = terminal.console()
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
    terminal.console().print(f"[red]Stopped[/red]: {escape(outcome.stopped or '')}")
    sys.exit(terminal.STOPPED_BY_HAND if outcome.by_hand else 1)
