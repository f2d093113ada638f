"""The text of records recognised: canvas after canvas, each kept at once, to go on where it was stopped."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from archive.context import Context
from archive.errors import Invalid, MogaoError, NotFound
from archive.ingest.texts import languages, taking
from archive.models import Maker, PyramidState
from archive.recognition.engine import Engine
from archive.services import records, texts
from archive.services.access import KEEPER
from archive.services.texts import Written
from archive.services.views import CanvasView, RecordView
from iiif.errors import InvalidSource
from iiif.image import render, whole

Kind = Literal["recognised", "empty", "given", "known", "failed"]
"""What became of a canvas; ``given``: people gave its text; ``known``: it was recognised before."""


@dataclass(frozen=True)
class Options:
    """In which language all is written, if one is told; whether what a machine made is made anew."""

    language: str | None = None
    again: bool = False
    progress: Callable[[int, int], None] = lambda done, total: None


@dataclass(frozen=True)
class Outcome:
    """What became of a canvas, or of a whole record, and for which reason."""

    name: str
    kind: Kind
    reason: str = ""


@dataclass(frozen=True)
class _Task:
    """A canvas to be read, in which language."""

    view: CanvasView
    language: str | None
    in_columns: bool


def recognise(
    context: Context, identifiers: Sequence[str], engine: Engine, options: Options
) -> Iterator[Outcome]:
    """Read the canvases of records, each in a transaction of its own; what became of each, one by one.

    A text that people gave is never touched. Raises ``NotFound`` and ``Gone`` for a record.
    """
    tasks: list[_Task] = []
    for identifier in identifiers:
        with context.sessions() as session:
            record = records.find(session, identifier, KEEPER)
        language = options.language or _language(record)
        try:
            engine.require(language)
        except Invalid as error:
            yield Outcome(identifier, "failed", str(error))
            continue
        in_columns = record.viewing_direction == "right-to-left"
        tasks += (_Task(view, language, in_columns) for view in record.canvases)
    for done, task in enumerate(tasks):
        options.progress(done, len(tasks))
        yield _outcome(context, engine, task, options)
    options.progress(len(tasks), len(tasks))


def _outcome(context: Context, engine: Engine, task: _Task, options: Options) -> Outcome:
    name, known = task.view.identifier, task.view.text
    if known is not None and not known.is_by_machine:
        return Outcome(name, "given")
    if known is not None and not options.again:
        return Outcome(name, "known")
    try:
        file = engine.recognise(
            _picture(context, task.view, engine.longest), task.language, in_columns=task.in_columns
        )
        size = task.view.width or 1, task.view.height or 1
        found = taking.fit(file, first=0, sizes=[size]).texts[0]
        return Outcome(name, _keep(context, name, found, engine))
    except (MogaoError, InvalidSource) as error:
        return Outcome(name, "failed", str(error))


def _keep(context: Context, canvas: str, found: Written | None, engine: Engine) -> Kind:
    """Write what was found, unless somebody gave a text meanwhile."""
    with context.sessions.begin() as session:
        texts.lock(session, canvas, KEEPER)
        row = texts.row_of(session, canvas)
        if row is not None and row.made_by == Maker.GIVEN:
            return "given"
        if found is None:
            texts.remove(session, canvas, reader=KEEPER)
            return "empty"
        # Its form is that of no file that anyone could ask for.
        made = dataclasses.replace(found, made_by=Maker.MACHINE, engine=engine.name, profile=None)
        texts.put(session, canvas, made, reader=KEEPER)
        return "recognised"


def _picture(context: Context, view: CanvasView, longest: int) -> bytes:
    asset = view.asset
    if asset is None or asset.pyramid_state == PyramidState.NONE:
        raise NotFound("shows no picture")
    if asset.pyramid_state != PyramidState.READY:
        raise NotFound("its picture is not made: mogao work --once makes it, or says why it can't")
    pyramid = context.pyramids.open(asset.pyramid_key, width=asset.size[0], height=asset.size[1])
    plan = whole.plan(pyramid.image, longest)
    return render.render(plan, pyramid, quality=context.settings.jpeg_quality)


def _language(record: RecordView) -> str | None:
    """The first language of a record that is known by a name or a code."""
    written = (value for values in record.language.values() for value in values)
    return next((tag for value in written if (tag := languages.tag(value))), None)
