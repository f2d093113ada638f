"""The loop that takes a source in: one transaction a record, an outcome a row; it may stop at any moment."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from archive.context import Context
from archive.errors import Conflict, Forbidden, Invalid, Unavailable
from archive.ingest.faults import Entry, Fault, Survey
from archive.ingest.pictures import PictureReader
from archive.ingest.report import GONE, REFUSED, Outcome, Report
from archive.models import Asset, Record
from archive.services import access, curating, identifiers, saving
from archive.services.access import Reader
from archive.services.collections import Shelves
from archive.services.creating import Origin, Picture
from archive.services.drafts import Draft, FileDraft
from archive.services.saving import Known, Place
from iiif.errors import InvalidDocument
from iiif.presentation import gate, manifest

_BATCH = 500


class Source(Protocol):
    """A folder or a sheet: what a record is made of, row by row, as often as it is asked."""

    @property
    def name(self) -> str:
        """By which its records are known when it is taken in again."""
        ...

    @property
    def is_whole(self) -> bool:
        """Whether it is all that its records come from: what it names no more is told of."""
        ...

    def shelve(self, session: Session | None, reader: Reader) -> list[Outcome]:
        """Make the collections that it describes itself, without a session none; what became of each."""
        ...

    def entries(self) -> Iterator[Entry]:
        """The rows in their order."""
        ...

    def survey(self) -> Survey:
        """Its rows counted and its files named, before any row is taken in."""
        ...

    def leftovers(self) -> Iterable[Fault]:
        """Faults that belong to no row, such as files that none names; asked after the rows."""
        ...


@dataclass(frozen=True)
class Options:
    """How a source is taken in: ``dry_run`` writes nothing, ``progress`` gets (rows done, rows in all).

    ``progress`` may raise ``Stopped``. What the ``reader`` may not write is refused; records that name no
    collection stand in the reader's.
    """

    dry_run: bool = False
    reader: Reader = access.KEEPER
    progress: Callable[[int, int], None] = lambda done, total: None


class Stopped(Exception):
    """Whoever asked for it wants no more of it."""


def load(context: Context, source: Source, options: Options | None = None) -> Report:
    """Take in ``source``; what was taken in before and has not changed is passed over.

    A row that can't be taken in stops no other. Ctrl-C, a full disk or a lost catalogue ends the run
    with a report of what was done till then; running again goes on from there.
    """
    options = options or Options()
    report = Report(source.name, options.dry_run)
    done = 0
    try:
        if not options.dry_run:
            context.store.sweep()
        report.outcomes += _shelve(context, source, options)
        loader = _Loader(context, source, options)
        for outcome in loader.run():
            report.outcomes.append(outcome)
            done += 1
            options.progress(done, loader.total)
        if source.is_whole:
            report.outcomes += _gone(context, source.name, loader.keys, options.reader)
        report.faults += loader.faults()
    except (KeyboardInterrupt, Stopped):
        report.stopped, report.by_hand = "stopped by hand: run it again to go on", True
    except Unavailable as error:
        report.stopped = str(error)
    return report


class _Loader:
    """One run: what its first pass over the source learnt, and the loop."""

    def __init__(self, context: Context, source: Source, options: Options) -> None:
        self._context = context
        self._source = source
        self._dry_run = options.dry_run
        self._reader = options.reader
        survey = source.survey()
        self.total = survey.count
        self.keys: set[str] = set()
        self._seen: dict[str, str] = {}
        names, taken = _name_assets(context, survey)
        self._pictures = PictureReader(context, names, taken, dry_run=options.dry_run)
        self._shelves = Shelves()
        self._session: Session

    def run(self) -> Iterator[Outcome]:
        sessions = self._context.sessions
        with sessions() if self._dry_run else sessions.writer() as self._session:
            for batch in _batched(self._source.entries(), _BATCH):
                with self._session.begin():
                    drafts = [entry.draft for entry in batch if entry.draft]
                    places = saving.places(self._session, self._source.name, drafts)
                for entry in batch:
                    yield self._take(entry, places)

    def faults(self) -> list[Fault]:
        return [*self._pictures.duplicates, *self._source.leftovers()]

    def _take(self, entry: Entry, places: dict[str, Place]) -> Outcome:
        self.keys.add(entry.key)
        draft = entry.draft
        if draft is None:
            return Outcome(entry.row, entry.key, None, REFUSED, entry.faults)
        place = places[draft.key]
        try:
            self._check_repeated(entry, draft)
            return self._save(entry, draft, place)
        except InvalidDocument as error:
            reasons: Sequence[str] = error.faults
        except (Invalid, Conflict, Forbidden) as error:
            reasons = [str(error)]
        faults = (*entry.faults, *(Fault(entry.row, None, reason) for reason in reasons))
        return Outcome(entry.row, draft.key, place.identifier, REFUSED, faults)

    def _check_repeated(self, entry: Entry, draft: Draft) -> None:
        place = f"row {entry.row}" if entry.row else f'"{entry.key}"'
        for name in {draft.key, _wanted(draft)}:
            first = self._seen.setdefault(name, place)
            if first != place:
                remedy = "give each its own identifier" if entry.row else "rename one of them"
                raise Invalid(f'"{draft.called}" would be the same record as {first}: {remedy}')

    def _save(self, entry: Entry, draft: Draft, place: Place) -> Outcome:
        fingerprint = _fingerprint(self._source.name, draft)
        known = place.known
        if known:
            self._require_mine(known)
        if known and known.withdrawn:
            return Outcome(entry.row, draft.key, known.identifier, saving.WITHDRAWN, entry.faults)
        if known and known.fingerprint == fingerprint:
            return Outcome(entry.row, draft.key, known.identifier, saving.UNCHANGED, entry.faults)
        pictures, unreadable = self._pictures.read(draft, row=entry.row)
        faults = (*entry.faults, *unreadable)
        is_whole = all(fault.level == "note" for fault in unreadable)
        if reason := self._reason_to_refuse(draft, known, pictures, faults):
            refusal = Fault(entry.row, "files", reason)
            return Outcome(entry.row, draft.key, place.identifier, REFUSED, (*faults, refusal))
        if self._dry_run:
            expected = saving.UPDATED if known else saving.CREATED
            return Outcome(entry.row, draft.key, place.identifier, expected, faults)
        # A row with a file that could not be read is looked at again at the next run.
        origin = Origin(self._source.name, fingerprint if is_whole else "")
        outcome = self._write(draft, pictures, place=place, origin=origin)
        return Outcome(entry.row, draft.key, place.identifier, outcome, faults)

    def _require_mine(self, known: Known) -> None:
        if not self._reader.sees_all:
            with self._session.begin():
                curating.require_covered(self._session, known, self._reader)

    def _reason_to_refuse(
        self, draft: Draft, known: Known | None, pictures: Sequence[Picture], faults: Sequence[Fault]
    ) -> str | None:
        """Why a row some of whose files are missing must wait for them; ``None`` when it need not."""
        if not any(fault.level == "error" for fault in faults):
            return None
        if draft.ranges:
            return "ranges can't be counted while files are missing: mend these first"
        if known:
            with self._session.begin():
                shown = saving.count_pictures(self._session, known.id)
            # A drive that is not there must not empty the records that were on it.
            if len(pictures) < shown:
                return f"{shown - len(pictures)} of the record's {shown} pages would go: mend its files first"
        return None

    def _write(self, draft: Draft, pictures: Sequence[Picture], *, place: Place, origin: Origin) -> str:
        session, context = self._session, self._context
        try:
            with session.begin():
                shelves = self._shelves.find(session, draft.collections or (self._reader.path or "",))
                if not self._reader.sees_all:
                    curating.require_places(session, place.known, shelves, self._reader)
                saved = saving.save(session, draft, pictures, place=place, origin=origin, shelves=shelves)
                if saved.outcome != saving.UNCHANGED:
                    gate.check(manifest.manifest(saved.record, context.uris, context.publisher))
        except BaseException as error:
            # A collection that was made for this record went back with it.
            self._shelves.forget()
            if isinstance(error, IntegrityError):
                raise Conflict("another run took in the same record meanwhile: run it again") from error
            if isinstance(error, DBAPIError):
                raise Invalid("a name in it is too long for the catalogue: shorten it") from error
            raise
        finally:
            session.expunge_all()
        return saved.outcome


def _shelve(context: Context, source: Source, options: Options) -> list[Outcome]:
    if options.dry_run:
        return source.shelve(None, options.reader)
    with context.sessions.begin() as session:
        return source.shelve(session, options.reader)


def _wanted(draft: Draft) -> str:
    return identifiers.mint(draft.called)


def _fingerprint(source: str, draft: Draft) -> str:
    stamps = [(file.name, _stamp(file)) for page in draft.pages for file in page.files()]
    pages = [(page.label, page.captions, page.layers, page.notes, page.properties) for page in draft.pages]
    described = repr((source, stamps, vars(draft) | {"pages": pages}))
    return hashlib.sha256(described.encode()).hexdigest()


def _stamp(file: FileDraft) -> tuple[int, int]:
    # Size and time tell whether a file is worth digesting again; a missing one is told of later.
    try:
        status = file.path.stat()
    except OSError:
        return (0, 0)
    return (status.st_size, status.st_mtime_ns)


def _name_assets(context: Context, survey: Survey) -> tuple[dict[tuple[str, str], str], set[str]]:
    """Each file's identifier, which must not hang on the order of the files; and all that are taken then."""
    if not survey.files:
        return {}, set()
    with context.sessions() as session:
        taken = _taken(session, set(survey.files))
    names = dict(zip(survey.files, identifiers.assign(survey.files, taken), strict=True))
    return names, taken | set(names.values())


def _taken(session: Session, files: set[tuple[str, str]]) -> set[str]:
    # An identifier is never given again: not even that of a file which its record shows no more.
    rows = session.execute(
        select(Asset.identifier, Record.identifier, Asset.name).join(Record, Record.id == Asset.record_id)
    ).tuples()
    return {identifier for identifier, record, name in rows if (record, name) not in files}


def _gone(context: Context, source: str, keys: set[str], reader: Reader) -> list[Outcome]:
    statement = select(Record.source_key, Record.identifier).where(
        Record.source == source, Record.withdrawn.is_(None), access.covered(reader)
    )
    with context.sessions() as session:
        rows = session.execute(statement.order_by(Record.id)).tuples().all()
    remedy = "no row names it any more: withdraw it with mogao withdraw, or put its row back"
    return [
        Outcome(None, key, identifier, GONE, (Fault(None, None, remedy),))
        for key, identifier in rows
        if key not in keys
    ]


def _batched(entries: Iterable[Entry], size: int) -> Iterator[list[Entry]]:
    iterator = iter(entries)
    while batch := list(islice(iterator, size)):
        yield batch
