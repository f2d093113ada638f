"""The command ``mogao doctor``: what a viewer will stumble over, in plain language."""

import dataclasses
import json
import sys
from pathlib import Path
from typing import NoReturn, get_args

import click
from rich.console import Console
from rich.markup import escape

from archive import config
from archive.cli import terminal
from archive.errors import Invalid, Unavailable
from archive.services import doctor as services
from archive.services.doctor import Examination
from iiif.errors import InvalidDocument
from iiif.presentation.gate.advice import Severity

_UNREADABLE = 2
_COLOURS = {"error": "red", "warning": "yellow", "note": "blue"}


@click.command()
@click.argument("place", type=terminal.Place())
@click.option("--json", "as_json", is_flag=True, help="Write the findings as JSON.")
@click.option("--private", is_flag=True, help="Go to this machine and private networks, too.")
def doctor(place: Path | str, *, as_json: bool, private: bool) -> None:
    """Say what viewers will stumble over in a manifest or collection: a file, or its address.

    Ends with 0 where there is no error, with 1 where there is, with 2 where it can't be read.
    """
    settings = config.read()
    try:
        found = services.examine(
            place,
            byte_limit=settings.fetch_max_bytes,
            allow_private=private or bool(settings.fetch_private),
        )
    except (Invalid, Unavailable, InvalidDocument) as error:
        _end(place, str(error), as_json=as_json)
    except OSError as error:
        _end(place, (error.strerror or "unknown fault").lower(), as_json=as_json)
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(found), indent=2))
    else:
        _show(found)
    sys.exit(1 if found.count("error") else 0)


def _end(place: Path | str, reason: str, *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"place": str(place), "unreadable": reason}, indent=2))
    else:
        terminal.console().print(
            f"[red]Can't be read[/red]: {_plain(str(place))}: {_plain(reason)}", soft_wrap=True
        )
    sys.exit(_UNREADABLE)


def _show(found: Examination) -> None:
    """Print the findings, what is alike once, then how many there are."""
    console = Console(highlight=False)
    alike: dict[tuple[Severity, str, str], list[str]] = {}
    for one in found.findings:
        alike.setdefault((one.severity, one.what, one.remedy), []).append(one.path)
    for severity in get_args(Severity):
        for (of, what, remedy), paths in alike.items():
            if of != severity:
                continue
            text = f"{what}: {remedy}" if remedy else what
            where = f"{paths[0] or 'document'}{f' and {len(paths) - 1:,} more' if len(paths) > 1 else ''}"
            colour = _COLOURS[severity]
            console.print(f"[{colour}]{severity}[/{colour}] {_plain(where)}: {_plain(text)}", soft_wrap=True)
    counts = ", ".join(_counted(found.count(severity), severity) for severity in get_args(Severity))
    title = f"{found.place}: {found.type}, Presentation {found.version}"
    console.print(f"{_plain(title)}: {counts}", soft_wrap=True)


def _counted(count: int, name: str) -> str:
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def _plain(text: str) -> str:
    """Text of a stranger's document for the terminal, which its control characters must not steer."""
    return escape("".join(one if one.isprintable() else "\ufffd" for one in text))
