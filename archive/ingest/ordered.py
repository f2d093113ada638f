"""An ingest that was asked for over the API: its files unpacked, taken in, and told of."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from archive.context import Context
from archive.errors import MogaoError, Unavailable
from archive.ingest import load, report, sources, unpacking
from archive.ingest.load import Options, Source
from archive.ingest.manifests import Place
from archive.models import Job, State, Upload
from archive.services import ingests, tokens, uploads
from archive.services.access import Reader
from archive.services.ingests import Asked
from archive.storage import disk
from iiif.errors import InvalidSource

_MOST_TOLD = 1000
_BETWEEN = 1.0
_LITTER = "__MACOSX"


def run(context: Context, key: int) -> None:
    """Take in what the job asks for, till its end or until it is stopped; it is settled then.

    Raises ``Unavailable`` where it can't be gone on with now.
    """
    try:
        with context.sessions() as session:
            job = session.get_one(Job, key)
            asked, reader = Asked.of(job), tokens.bearer(session, ingests.arguments(job)["token"])
            given = _uploads(session, asked, reader)
        with _folder(context, job) as folder:
            source = _open(context, folder, asked, given, reader)
            options = Options(dry_run=asked.dry_run, reader=reader, progress=_Progress(context, key))
            found = load.load(context, source, options)
    except Unavailable:
        raise
    except (MogaoError, InvalidSource) as error:
        with context.sessions.begin() as session:
            ingests.settle(session, key, State.FAILED, reason=str(error), report=None)
        return
    if found.stopped and not found.by_hand:
        raise Unavailable(found.stopped)
    state = State.STOPPED if found.stopped else State.DONE
    with context.sessions.begin() as session:
        if not found.stopped:
            ingests.advance(session, key, len(found.outcomes), len(found.outcomes))
        ingests.settle(session, key, state, reason=None, report=report.told(found, _MOST_TOLD))


class _Progress:
    """Tells the job how far it is, once a second at most."""

    def __init__(self, context: Context, key: int) -> None:
        self._context = context
        self._key = key
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._told < _BETWEEN:
            return
        self._told = time.monotonic()
        with self._context.sessions.begin() as session:
            is_wanted = ingests.advance(session, self._key, done, total)
        if not is_wanted:
            raise load.Stopped


def _uploads(session: Session, asked: Asked, reader: Reader) -> list[Upload]:
    """The source's upload, if it is one, and that of the mapping."""
    return [uploads.find(session, name, reader) for name in (asked.upload, asked.map) if name]


@contextmanager
def _folder(context: Context, job: Job) -> Iterator[Path]:
    """A folder for the job, which is empty even if it was begun before."""
    folder = ingests.folder(context.settings.data_dir, str(job.identifier))
    shutil.rmtree(folder, ignore_errors=True)
    with disk.translated():
        folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _open(context: Context, folder: Path, asked: Asked, given: list[Upload], reader: Reader) -> Source:
    settings = context.settings
    mapping = _copied(context, given.pop(), folder / "mapping") if asked.map else None
    place: Place = asked.address or _unpacked(context, given[0], folder / "source")
    return sources.open_source(
        [place],
        byte_limit=settings.sheet_max_bytes,
        mapping_file=mapping,
        collection=asked.collection,
        holder=reader.path,
        fetch=sources.fetcher(settings),
    )


def _unpacked(context: Context, upload: Upload, folder: Path) -> Path:
    """The sheet or document that was sent, or the folder that a ZIP holds."""
    with uploads.file(context.store, upload, uploads.finish(context.store, upload)) as path:
        if not unpacking.is_folder(path):
            return _placed(path, folder / upload.name)
        root = folder / (Path(upload.name).stem or upload.name)
        limit = context.settings.upload_max_bytes
        unpacking.unpack(path, root, called=upload.name, byte_limit=limit)
    inner = [one for one in root.iterdir() if not one.name.startswith(".") and one.name != _LITTER]
    # A folder that was packed with its own name is known by that.
    return inner[0] if len(inner) == 1 and inner[0].is_dir() else root


def _copied(context: Context, upload: Upload, folder: Path) -> Path:
    with uploads.file(context.store, upload, uploads.finish(context.store, upload)) as path:
        return _placed(path, folder / upload.name)


def _placed(path: Path, target: Path) -> Path:
    with disk.translated():
        target.parent.mkdir()
        shutil.copyfile(path, target)
    return target
