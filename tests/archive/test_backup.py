"""A backup holds the whole archive, and goes back into an empty one on any database, or not at all."""

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from catalogue import save
from factories import jpeg, photograph
from sqlalchemy import func, select

from archive import work
from archive.config import Settings
from archive.context import Context, initialise, open_context
from archive.db import Base
from archive.errors import Conflict, Invalid, NotFound
from archive.export import backup
from archive.ingest import load, sources
from archive.models import Asset, Job, Record
from archive.services import records
from archive.services.drafts import Dates, Draft

_RESTORED = {
    "state",
    "owner",
    "leased_until",
    "attempts",
    "reason",
    "modified",
    "pyramid_state",
    "pyramid_reason",
}
"""What a restore sets anew in jobs and assets: every pyramid is to be made again."""


@pytest.fixture
def full(context: Context, tmp_path: Path) -> Context:
    """An archive with a bit of everything."""
    scans = tmp_path / "scans"
    (scans / "Diary").mkdir(parents=True)
    jpeg(scans / "vase.jpg", photograph(300, 200))
    jpeg(scans / "Diary" / "1.jpg", photograph(60, 40))
    (scans / "sheet.csv").write_text(
        "identifier,label@en,label@zh,files,collection,ranges,embargo until,date,Technique\n"
        "vase/1,A vase,花瓶,vase.jpg,Ceramics/Vases,,2030-01-31,500 BCE,clay\n"
        'diary,A diary,,Diary,,1 First,,,"ink, and paper"\n'
        "gone,Gone,,,,,,,\n",
        encoding="utf-8",
    )
    load.load(context, sources.open_source([scans], byte_limit=1 << 20))
    with context.sessions.begin() as session:
        records.withdraw(session, "gone")
    return context


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Context]:
    """Another archive with nothing in it, on SQLite."""
    opened = open_context(Settings(data_dir=tmp_path / "another"))
    initialise(opened)
    yield opened
    opened.close()


def test_a_restored_archive_has_the_same_rows_and_sources(
    full: Context, empty: Context, tmp_path: Path
) -> None:
    backup.write(full, tmp_path / "backup.tar")
    backup.restore(empty, tmp_path / "backup.tar")
    assert _rows(empty) == _rows(full)
    for key in full.store.keys("sources"):
        with full.store.open(key) as before, empty.store.open(key) as after:
            assert before.read() == after.read()
    assert set(empty.store.keys("sources")) == set(full.store.keys("sources"))


def test_a_backup_goes_from_sqlite_to_the_database_of_a_server(
    context: Context, empty: Context, tmp_path: Path
) -> None:
    save(
        empty, Draft(key="1", identifier="a", label={"zh": ["文"]}, dates=Dates({"en": ["-500"]}, -500, -500))
    )
    backup.write(empty, tmp_path / "backup.tar")
    backup.restore(context, tmp_path / "backup.tar")
    assert _rows(context) == _rows(empty)
    # The database's own counters go on after the highest keys.
    assert (
        save(context, Draft(key="2", identifier="b", label={"zh": ["書"]}, collections=("New",))) == "created"
    )


def test_a_restored_archive_makes_its_pyramids_and_goes_on(
    full: Context, empty: Context, tmp_path: Path
) -> None:
    backup.write(full, tmp_path / "backup.tar")
    backup.restore(empty, tmp_path / "backup.tar")
    work.drain(empty)
    with empty.sessions() as session:
        assert session.scalars(select(Job.state).distinct()).all() == ["done"]
        assert session.scalars(select(Asset.pyramid_state).distinct()).all() == ["ready"]
    report = load.load(empty, sources.open_source([tmp_path / "scans"], byte_limit=1 << 20))
    assert report.counts() == {"unchanged": 2, "withdrawn": 1}


def test_a_backup_replaces_an_older_one_only_when_it_is_whole(full: Context, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar"
    target.write_bytes(b"older")
    lost = next(iter(full.store.keys("sources")))
    (full.settings.store_path / lost).rename(tmp_path / "away")
    with pytest.raises(NotFound, match="is not in the store"):
        backup.write(full, target)
    assert target.read_bytes() == b"older"
    assert sorted(path.name for path in tmp_path.glob("backup*")) == ["backup.tar"]


@pytest.mark.parametrize("share", [0.0, 0.001, 0.02, 0.3, 0.7])
def test_a_backup_that_is_cut_short_restores_nothing(
    full: Context, empty: Context, tmp_path: Path, share: float
) -> None:
    backup.write(full, tmp_path / "backup.tar")
    content = (tmp_path / "backup.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(content[: int(len(content) * share)])
    _refuses(empty, tmp_path / "cut.tar")


def test_a_backup_cut_between_any_two_members_restores_nothing(
    full: Context, empty: Context, tmp_path: Path
) -> None:
    backup.write(full, tmp_path / "backup.tar")
    members = _members(tmp_path / "backup.tar")
    for count in range(len(members)):
        _pack(tmp_path / "cut.tar", members[:count])
        _refuses(empty, tmp_path / "cut.tar")


@pytest.mark.parametrize(
    ("folder", "message"),
    [("sources/", "^source .* is damaged"), ("catalogue/record", '^table "record" .*damaged')],
)
def test_a_damaged_member_restores_nothing(
    full: Context, empty: Context, tmp_path: Path, folder: str, message: str
) -> None:
    backup.write(full, tmp_path / "backup.tar")
    members = _members(tmp_path / "backup.tar")
    damaged = [
        (name, content[:-1] + b"?" if name.startswith(folder) else content) for name, content in members
    ]
    _pack(tmp_path / "damaged.tar", damaged)
    _refuses(empty, tmp_path / "damaged.tar", message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is damaged or cut short"),
        (b"not a tar at all" * 100, "is damaged or cut short"),
        ([("readme.txt", b"hello")], "is no backup of Mogao"),
        ([("mogao.json", b"[]")], "is no backup of Mogao"),
        ([("mogao.json", b"\xff{")], "is no backup of Mogao"),
        ([("mogao.json", b'{"format": 2, "catalogue": "0001", "tables": {}}')], "with its own Mogao"),
        ([("mogao.json", b'{"format": 1, "catalogue": "9999", "tables": {}}')], "catalogue version 9999"),
        ([("mogao.json", b'{"format": 1, "catalogue": "0001"}')], "is no backup of Mogao"),
    ],
)
def test_what_is_no_backup_is_refused(
    empty: Context, tmp_path: Path, content: bytes | list[tuple[str, bytes]], message: str
) -> None:
    path = tmp_path / "foreign.tar"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        _pack(path, content)
    _refuses(empty, path, message)


def test_a_backup_that_is_not_there_is_named(empty: Context, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r'^backup "none.tar" can\'t be read: no such file or directory$'):
        backup.restore(empty, tmp_path / "none.tar")


def test_an_archive_that_holds_records_is_not_overwritten(
    full: Context, empty: Context, tmp_path: Path
) -> None:
    backup.write(full, tmp_path / "backup.tar")
    save(empty, Draft(key="1", identifier="mine", label={"en": ["Mine"]}))
    before = _rows(empty)
    with pytest.raises(Conflict, match="restore into an empty data folder"):
        backup.restore(empty, tmp_path / "backup.tar")
    assert _rows(empty) == before


def test_progress_counts_to_the_end(full: Context, empty: Context, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    backup.write(full, tmp_path / "backup.tar", lambda *step: told.append(step))
    assert told == [(1, 2), (2, 2)]
    backup.restore(empty, tmp_path / "backup.tar", lambda *step: told.append(step))
    assert told[-1][0] <= told[-1][1] == (tmp_path / "backup.tar").stat().st_size


def _refuses(context: Context, path: Path, message: str = "backup") -> None:
    with pytest.raises(Invalid, match=message) as caught:
        backup.restore(context, path)
    assert str(path.parent) not in str(caught.value)
    with context.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Record)) == 0
        assert session.scalar(select(func.count()).select_from(Asset)) == 0


def _rows(context: Context) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, without what a restore sets anew."""
    with context.sessions() as session:
        return {
            table.name: [
                {name: value for name, value in row.items() if not _is_anew(table.name, name)}
                for row in session.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in Base.metadata.sorted_tables
        }


def _is_anew(table: str, column: str) -> bool:
    return table in {"job", "asset"} and column in _RESTORED and (table, column) != ("asset", "modified")


def _members(path: Path) -> list[tuple[str, bytes]]:
    with tarfile.open(path) as tar:
        return [(member.name, file.read()) for member in tar if (file := tar.extractfile(member))]


def _pack(path: Path, members: list[tuple[str, bytes]]) -> None:
    with tarfile.open(path, "w") as tar:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
