"""The command ``mogao work``, and what other commands do of it at their end."""

import click
from rich.markup import escape

from archive import follower, logs, serving, work
from archive.cli import terminal
from archive.context import Context
from archive.errors import Unavailable
from archive.services import jobs


@click.command("work")
@click.option("--retry", is_flag=True, help="First queue again what failed or was lost.")
@click.option("--once", is_flag=True, help="End when nothing is left to be done.")
def do_work(*, retry: bool, once: bool) -> None:
    """Make the pyramids that wait, and keep the search index true."""
    logs.configure()
    with terminal.opened() as opened:
        if retry:
            with opened.sessions.begin() as session:
                click.echo(f"{jobs.retry(session)} failed jobs are queued again.")
                lost = jobs.retry_lost(session, set(opened.store.keys("pyramids")))
                click.echo(f"{lost} lost pyramids are queued again.")
        if once:
            derive(opened)
        else:
            serving.work_until_stopped(opened)


def derive(opened: Context) -> None:
    """Make what waits, with a bar, and let it be found; say what failed and how to try again."""
    _index(opened)
    with opened.sessions() as session:
        waiting = jobs.waiting(session)
    if not waiting:
        return
    with terminal.progress("Making pyramids") as advance:
        work.drain(opened, lambda done: advance(done, waiting))
    # Among what waited there may have been ingests.
    _index(opened)
    with opened.sessions() as session:
        failures = jobs.failures(session)
    for asset, reason in failures:
        terminal.console().print(f"[red]{escape(asset.identifier)}[/red] has no pyramid: {escape(reason)}")
    if failures:
        terminal.console().print(
            "Mend the files and take them in again, or try again with mogao work --retry --once."
        )


def _index(opened: Context) -> None:
    """Let what was written be found. That the engine does not answer stops nothing else."""
    try:
        follower.catch_up(opened)
    except Unavailable as error:
        terminal.console().print(f"What was written will be found later: {escape(str(error))}")
