"""Taking in, as the tests do it, and what they ask of the catalogue afterwards."""

import csv
from pathlib import Path

import pytest
from factories import jpeg, photograph
from sqlalchemy import select

from archive.context import Context
from archive.ingest import load, sources
from archive.ingest.load import Options
from archive.ingest.report import Report
from archive.models import Activity, Asset
from archive.services import records


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A folder: a scan, and a book of three pages that sort as people count."""
    folder = tmp_path / "scans"
    (folder / "Diary").mkdir(parents=True)
    jpeg(folder / "vase.jpg", photograph(60, 40))
    for number in (1, 2, 10):
        jpeg(folder / "Diary" / f"page {number}.jpg", photograph(40 + number, 60))
    return folder


def take_in(context: Context, *paths: Path, **options: object) -> Report:
    """The report of taking in a folder, or a sheet and its folder."""
    source = sources.open_source(list(paths), byte_limit=1 << 20)
    return load.load(context, source, Options(**options))  # type: ignore[arg-type]  # As the tests name them.


def write_sheet(path: Path, columns: list[str], *rows: list[str]) -> Path:
    """A CSV of these columns and rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def outcomes(outcome: Report) -> dict[str, str]:
    """What became of each row or folder, by its key."""
    return {one.key: one.outcome for one in outcome.outcomes}


def assets(context: Context) -> dict[str, str]:
    """Each asset's identifier, by its file's name."""
    with context.sessions() as session:
        return dict(session.execute(select(Asset.name, Asset.identifier)).tuples().all())


def canvases(context: Context, identifier: str) -> list[tuple[str, str, int, int]]:
    """Each canvas of a record: its identifier, its asset's, its width and height."""
    with context.sessions() as session:
        return [
            (view.identifier, view.asset.identifier if view.asset else "", view.width or 0, view.height or 0)
            for view in records.find(session, identifier).canvases
        ]


def log(context: Context) -> list[tuple[str, str]]:
    """The change log of records: types and identifiers, in order."""
    statement = select(Activity.type, Activity.object_identifier).where(Activity.object_type == "Manifest")
    with context.sessions() as session:
        return [(type_, name) for type_, name in session.execute(statement.order_by(Activity.id))]
