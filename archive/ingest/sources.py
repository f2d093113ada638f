"""What ``mogao ingest`` is given: a folder, a sheet, or a sheet with its folder."""

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from archive import fetching
from archive.config import Settings
from archive.errors import Invalid
from archive.ingest import columns, folder, manifests, mapping, sheet
from archive.ingest.columns import NO_MAP, ColumnMap
from archive.ingest.faults import Entry, Fault, Survey
from archive.ingest.files import Holdings
from archive.ingest.folder import Folder, FolderSource
from archive.ingest.load import Source
from archive.ingest.manifests import Fetch, ManifestSource, Place
from archive.ingest.mets import MetsSource
from archive.ingest.report import Outcome
from archive.ingest.rows import SheetSource
from archive.services.access import Reader
from iiif.presentation.document import ACCEPT


def fetcher(settings: Settings) -> Fetch:
    """What fetches documents from other servers, within the limits of the settings."""

    def fetch(url: str) -> bytes:
        return fetching.fetch(
            url,
            byte_limit=settings.fetch_max_bytes,
            allow_private=bool(settings.fetch_private),
            accept=ACCEPT,
        ).content

    return fetch


def _stay(url: str) -> bytes:
    raise Invalid(f'"{url}" is on another server, and nothing is fetched here: give its file')


_SHEETS = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm"}


def open_source(
    places: Sequence[Place],
    *,
    byte_limit: int,
    mapping_file: Path | None = None,
    collection: str | None = None,
    holder: str | None = None,
    fetch: Fetch = _stay,
) -> Source:
    """The source that ``places`` name: a folder, a sheet, or both in any order; or manifests, wherever.

    A folder that holds one sheet is that sheet's. Without a folder, a sheet that names files has them
    beside it. ``collection`` is for records that name none; ``holder`` is the collection of whom the source
    belongs to: another's of the same name is another source. Raises ``Invalid``, with the remedy, for what is
    not there or is more than one of each.
    """
    paths = [place for place in places if isinstance(place, Path)]
    for path in paths:
        if not path.exists():
            raise Invalid(f'"{path.name}" is not there: check its name')
    if documents := _manifests(places, paths):
        manifest_source = ManifestSource(documents, byte_limit=byte_limit, fetch=fetch)
        return _shelved(manifest_source, collection, holder)
    if books := _books(places, paths):
        return _shelved(MetsSource(books), collection, holder)
    sheets, folders = [p for p in paths if p.is_file()], [p for p in paths if p.is_dir()]
    if len(sheets) > 1 or len(folders) > 1:
        raise Invalid(
            "give one folder, one sheet, or one sheet and one folder: take in more of them one by one"
        )
    if not sheets:
        sheets = _sheets_of(folders[0])
    columns_map = mapping.read(mapping_file) if mapping_file else NO_MAP
    if not sheets:
        if mapping_file:
            raise Invalid(f'folder "{folders[0].name}" has no sheet that "{mapping_file.name}" could map')
        source: Source = FolderSource(folders[0].resolve().name, folder.scan(folders[0]))
    else:
        source = _sheet_source(sheets[0], folders, columns_map, byte_limit)
    return _shelved(source, collection, holder)


def _shelved(source: Source, collection: str | None, holder: str | None) -> Source:
    return _Shelved(source, collection, holder) if collection or holder else source


def _manifests(places: Sequence[Place], paths: list[Path]) -> Sequence[Place]:
    """The addresses and JSON files given, or those in a folder that has neither a sheet nor a picture."""
    if all(path.suffix.lower() == ".json" for path in paths):
        return places
    if len(places) > len(paths):
        raise Invalid("give addresses and JSON files of manifests, and nothing else beside them")
    if len(paths) == 1 and paths[0].is_dir() and not _sheets_of(paths[0]):
        found = manifests.files_in(paths[0])
        if found and not folder.scan(paths[0]).books():
            return found
    return []


def _books(places: Sequence[Place], paths: list[Path]) -> list[Path]:
    """The METS files given, or that of a folder which has one of the usual name at its top."""
    if len(places) == len(paths) == 1 and (paths[0] / "mets.xml").is_file():
        return [paths[0] / "mets.xml"]
    if all(path.suffix.lower() == ".xml" for path in paths):
        return paths
    return []


def _sheets_of(place: Path) -> list[Path]:
    sheets = sorted(
        p
        for p in place.iterdir()
        if p.suffix.lower() in _SHEETS - {".txt"} and not p.name.startswith((".", "~"))
    )
    if len(sheets) > 1:
        names = ", ".join(p.name for p in sheets)
        raise Invalid(
            f'folder "{place.name}" holds {len(sheets)} sheets ({names}): name the one that is meant'
        )
    return sheets


def _sheet_source(path: Path, folders: list[Path], columns_map: ColumnMap, byte_limit: int) -> Source:
    rows = sheet.read(path, byte_limit=byte_limit)
    read, _ = columns.read(rows.columns, columns_map)
    if not folders and any(column.field == "files" for column in read):
        folders = [path.resolve().parent]
    holdings = Holdings(_without(path, folder.scan(folders[0]))) if folders else None
    return SheetSource(path.name, rows, columns_map=columns_map, holdings=holdings)


def _without(path: Path, scanned: Folder) -> Folder:
    """The folder without the sheet itself, which is no file that a row should name."""
    own, root = str(path.resolve()), f"{scanned.root.resolve()}/"
    files = {name: place for name, place in scanned.files.items() if root + place != own}
    return dataclasses.replace(scanned, files=files)


@dataclasses.dataclass(frozen=True)
class _Shelved:
    """A source of a ``holder``, if of one, whose records stand in ``collection`` where they name none."""

    source: Source
    collection: str | None
    holder: str | None

    @property
    def name(self) -> str:
        return f"{self.holder}: {self.source.name}" if self.holder else self.source.name

    @property
    def is_whole(self) -> bool:
        return self.source.is_whole

    def entries(self) -> Iterator[Entry]:
        for entry in self.source.entries():
            if self.collection and entry.draft and not entry.draft.collections:
                draft = dataclasses.replace(entry.draft, collections=(self.collection,))
                yield dataclasses.replace(entry, draft=draft)
            else:
                yield entry

    def shelve(self, session: Session | None, reader: Reader) -> list[Outcome]:
        return self.source.shelve(session, reader)

    def survey(self) -> Survey:
        return self.source.survey()

    def leftovers(self) -> list[Fault]:
        return list(self.source.leftovers())
