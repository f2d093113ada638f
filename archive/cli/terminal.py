"""What commands show while they run and how they open the archive."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from archive import config, context
from archive.context import Context

STOPPED_BY_HAND = 130
"""The status with which a command ends that was stopped by Ctrl-C."""


class Place(click.ParamType[Path | str]):
    """A file or folder, or an address on the web."""

    name = "source"

    def convert(self, value: Path | str, param: object, ctx: object) -> Path | str:
        """The address as it is; anything else as a path."""
        is_address = isinstance(value, str) and value.lower().startswith(("http://", "https://"))
        return value if is_address else Path(value)


def console() -> Console:
    """Where messages go that are no result."""
    return Console(stderr=True, highlight=False)


def opened() -> AbstractContextManager[Context]:
    """The archive of the environment's settings, its catalogue of this version's form."""
    return context.opened(config.read())


@contextmanager
def progress(text: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with rate and time left; it gets (done, in all)."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    shown = console()
    with Progress(*columns, console=shown, transient=True, disable=not shown.is_terminal) as bar:
        task = bar.add_task(text, total=None, rate="")

        def advance(done: int, total: int) -> None:
            speed = bar.tasks[task].speed
            bar.update(task, completed=done, total=total, rate=f"{speed:,.1f}/s" if speed else "")

        yield advance
