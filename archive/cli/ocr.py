"""The command ``mogao ocr``: recognises the text of pictures."""

import sys
from collections import Counter

import click
from rich.markup import escape

from archive.cli import terminal
from archive.errors import Invalid
from archive.recognition import engine as engines
from archive.recognition import recognising
from archive.recognition.recognising import Options, Outcome
from iiif import language as tags

_SAID = {
    "recognised": "recognised",
    "empty": "without text",
    "given": "left as people gave them",
    "known": "recognised before",
    "failed": "failed",
}


@click.command()
@click.argument("record", nargs=-1, required=True)
@click.option(
    "--engine",
    type=click.Choice(engines.NAMES),
    default=engines.NAMES[0],
    help="rapidocr reads Chinese, Japanese and Latin letters; tesseract what it has data for.",
)
@click.option("--language", help="Language of the text by its BCP 47 tag; that of the record without it.")
@click.option("--again", is_flag=True, help="Recognise anew what a machine recognised before.")
def ocr(record: tuple[str, ...], engine: str, language: str | None, *, again: bool) -> None:
    """Recognise the text of the pictures of records.

    What people gave is never replaced. Stopped, and run again, it goes on where it was.
    """
    if language is not None and (language == tags.NONE or not tags.is_tag(language)):
        raise Invalid(f'--language "{language}" is no language: use a BCP 47 tag such as zh-Hant')
    outcomes: list[Outcome] = []
    opened_engine = engines.open_engine(engine)
    with terminal.opened() as opened, terminal.progress("Recognising") as advance:
        found = recognising.recognise(opened, record, opened_engine, Options(language, again, advance))
        try:
            outcomes.extend(found)
        except KeyboardInterrupt:
            _tell(outcomes)
            terminal.console().print("[red]Stopped[/red]: run it again, and it goes on from here.")
            sys.exit(terminal.STOPPED_BY_HAND)
    _tell(outcomes)
    if any(one.kind == "failed" for one in outcomes):
        sys.exit(1)


def _tell(outcomes: list[Outcome]) -> None:
    console = terminal.console()
    for one in outcomes:
        if one.kind == "failed":
            console.print(f"[red]{escape(one.name)}[/red]: {escape(one.reason)}")
    counts = Counter(_SAID[one.kind] for one in outcomes)
    console.print(", ".join(f"{count} {said}" for said, count in counts.items()) or "Nothing to recognise.")
