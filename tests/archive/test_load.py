"""A folder or a sheet becomes records; run again, the archive follows what changed and nothing else."""

import csv
import json
import unicodedata
from pathlib import Path

import pytest
from factories import bomb, book, jpeg, photograph, truncated
from sqlalchemy import func, select

from archive.context import Context
from archive.ingest import load, report, sources
from archive.ingest.load import Options
from archive.ingest.report import Report
from archive.models import ROOT, Activity, Asset, Collection, Job, Record
from archive.services import records
from archive.storage.local import digest


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A folder: a scan, and a book of three pages that sort as people count."""
    folder = tmp_path / "scans"
    (folder / "Diary").mkdir(parents=True)
    jpeg(folder / "vase.jpg", photograph(60, 40))
    for number in (1, 2, 10):
        jpeg(folder / "Diary" / f"page {number}.jpg", photograph(40 + number, 60))
    return folder


def test_a_folder_becomes_a_record_a_file_and_a_record_a_subfolder(context: Context, scans: Path) -> None:
    outcome = _take_in(context, scans)
    assert _outcomes(outcome) == {"Diary": "created", "vase.jpg": "created"}
    assert _canvases(context, "vase") == [("vase-1", "vase", 60, 40)]
    assert _canvases(context, "Diary") == [
        ("Diary-1", "page-1", 41, 60),
        ("Diary-2", "page-2", 42, 60),
        ("Diary-3", "page-10", 50, 60),
    ]
    assert outcome.is_clean


def test_sources_are_kept_as_they_are_and_a_pyramid_is_asked_for_each(context: Context, scans: Path) -> None:
    _take_in(context, scans)
    with context.sessions() as session:
        assets = session.scalars(select(Asset)).all()
        assert session.scalar(select(func.count()).select_from(Job)) == len(assets) == 4
        for asset in assets:
            path = scans / asset.name
            assert (asset.digest, asset.bytes) == (digest(path).digest, path.stat().st_size)
            with context.store.open(asset.source_key) as source:
                assert source.read() == path.read_bytes()
    assert set(context.store.keys("sources")) == {asset.source_key for asset in assets}


def test_taken_in_again_all_is_unchanged_and_nothing_is_published(context: Context, scans: Path) -> None:
    _take_in(context, scans)
    before = _log(context)
    assert set(_outcomes(_take_in(context, scans)).values()) == {"unchanged"}
    assert _log(context) == before


def test_an_assets_identifier_does_not_hang_on_the_order_of_rows(context: Context, tmp_path: Path) -> None:
    rows = [["a", "x/scan.jpg"], ["b", "y/scan.jpg"], ["c", "z/other.jpg"]]
    for width, name in enumerate(("x/scan.jpg", "y/scan.jpg", "z/other.jpg"), 20):
        (tmp_path / "files" / name).parent.mkdir(parents=True)
        jpeg(tmp_path / "files" / name, photograph(width, 20))
    backwards = _sheet(tmp_path / "sheet.csv", ["identifier", "files"], *reversed(rows))
    _take_in(context, backwards, tmp_path / "files")
    assert _assets(context) == {"x/scan.jpg": "a-scan", "y/scan.jpg": "b-scan", "z/other.jpg": "other"}


def test_an_edited_row_updates_its_record_alone(context: Context, tmp_path: Path) -> None:
    sheet = _sheet(tmp_path / "sheet.csv", ["identifier", "label"], ["a", "One"], ["b", "Two"])
    _take_in(context, sheet)
    _sheet(sheet, ["identifier", "label"], ["a", "One"], ["b", "Second"])
    assert _outcomes(_take_in(context, sheet)) == {"a": "unchanged", "b": "updated"}
    assert _log(context)[-1] == ("Update", "b")
    assert _record(context, "b").label == {"none": ["Second"]}


def test_a_replaced_file_keeps_its_asset_and_gets_a_new_pyramid(context: Context, scans: Path) -> None:
    _take_in(context, scans)
    _finish_jobs(context)
    old = digest(scans / "vase.jpg")
    jpeg(scans / "vase.jpg", photograph(80, 50))
    assert _outcomes(_take_in(context, scans)) == {"Diary": "unchanged", "vase.jpg": "updated"}
    assert _canvases(context, "vase") == [("vase-1", "vase", 80, 50)]
    with context.sessions() as session:
        asset = session.scalars(select(Asset).where(Asset.identifier == "vase")).one()
        assert asset.digest == digest(scans / "vase.jpg").digest
        queued = session.scalars(select(Job.asset_id).where(Job.state == "queued")).all()
    assert queued == [asset.id]
    assert f"sources/{old.digest[:2]}/{old.digest}" in set(context.store.keys("sources"))


def test_a_removed_page_leaves_the_others_their_identifiers(context: Context, scans: Path) -> None:
    _take_in(context, scans)
    (scans / "Diary" / "page 1.jpg").unlink()
    assert _outcomes(_take_in(context, scans))["Diary"] == "updated"
    assert [one[:2] for one in _canvases(context, "Diary")] == [("Diary-2", "page-2"), ("Diary-3", "page-10")]


def test_a_page_that_comes_back_is_the_asset_it_was(context: Context, scans: Path) -> None:
    _take_in(context, scans)
    page = scans / "Diary" / "page 1.jpg"
    content = page.read_bytes()
    page.unlink()
    _take_in(context, scans)
    page.write_bytes(content)
    _take_in(context, scans)
    assert [one[:2] for one in _canvases(context, "Diary")] == [
        ("Diary-4", "page-1"),
        ("Diary-2", "page-2"),
        ("Diary-3", "page-10"),
    ]


def test_a_row_that_is_gone_is_told_and_its_record_stays(context: Context, tmp_path: Path) -> None:
    sheet = _sheet(tmp_path / "sheet.csv", ["identifier", "label"], ["a", "One"], ["b", "Two"])
    _take_in(context, sheet)
    _sheet(sheet, ["identifier", "label"], ["a", "One"])
    outcome = _take_in(context, sheet)
    assert _outcomes(outcome) == {"a": "unchanged", "b": "gone"}
    assert "withdraw" in outcome.outcomes[1].faults[0].message
    assert _record(context, "b").withdrawn is None


def test_a_row_with_an_error_is_not_called_gone(context: Context, tmp_path: Path) -> None:
    columns = ["identifier", "label", "visibility"]
    sheet = _sheet(tmp_path / "sheet.csv", columns, ["a", "One", ""], ["b", "Two", ""])
    _take_in(context, sheet)
    _sheet(sheet, columns, ["a", "One", "secret"], ["b", "Two", ""])
    assert _outcomes(_take_in(context, sheet)) == {"a": "refused", "b": "unchanged"}


def test_a_bad_row_stops_no_other(context: Context, tmp_path: Path) -> None:
    columns = ["identifier", "label", "visibility"]
    rows = [["a", "One", ""], ["b", "Two", "secret"], ["a", "Again", ""], ["c", "Three", "draft"]]
    outcome = _take_in(context, _sheet(tmp_path / "sheet.csv", columns, *rows))
    assert [(one.row, one.key, one.outcome) for one in outcome.outcomes] == [
        (2, "a", "created"),
        (3, "b", "refused"),
        (4, "a", "refused"),
        (5, "c", "created"),
    ]
    assert [fault.message for fault in outcome.all_faults()] == [
        'visibility "secret": write one of draft, public, restricted, embargo',
        '"a" would be the same record as row 2: give each its own identifier',
    ]
    assert not outcome.is_clean


def test_folders_that_would_be_one_record_are_told_apart(context: Context, tmp_path: Path) -> None:
    for name in ("Saint Sulpice", "Saint-Sulpice"):
        (tmp_path / "churches" / name).mkdir(parents=True)
        jpeg(tmp_path / "churches" / name / "nave.jpg", photograph(20 + len(name), 20))
    outcome = _take_in(context, tmp_path / "churches")
    assert sorted(_outcomes(outcome).values()) == ["created", "refused"]
    assert [fault.message for fault in outcome.all_faults() if fault.level == "error"] == [
        '"Saint-Sulpice" would be the same record as "Saint Sulpice": rename one of them'
    ]


def test_missing_surplus_and_duplicate_files_are_named(context: Context, tmp_path: Path, scans: Path) -> None:
    (scans / "copy.jpg").write_bytes((scans / "vase.jpg").read_bytes())
    rows = [["a", "vase.jpg"], ["b", "copy.jpg|qqq.png"]]
    outcome = _take_in(context, _sheet(tmp_path / "sheet.csv", ["identifier", "files"], *rows), scans)
    told = [
        (fault.row, fault.level, fault.message) for fault in outcome.all_faults() if fault.column == "files"
    ]
    assert told == [
        (3, "error", '"qqq.png" is not in the folder: check its name'),
        (3, "note", '"copy.jpg" has the same content as "vase.jpg"'),
        (None, "note", '"Diary/page 1.jpg" is named by no row: it is left where it is'),
        (None, "note", '"Diary/page 2.jpg" is named by no row: it is left where it is'),
        (None, "note", '"Diary/page 10.jpg" is named by no row: it is left where it is'),
    ]


def test_one_source_that_two_assets_share_is_stored_once(context: Context, scans: Path) -> None:
    (scans / "copy.jpg").write_bytes((scans / "vase.jpg").read_bytes())
    _take_in(context, scans)
    assert len(_assets(context)) == 5
    assert len(list(context.store.keys("sources"))) == 4


def test_an_unreadable_file_is_named_until_it_is_mended(context: Context, scans: Path) -> None:
    page = scans / "Diary" / "page 2.jpg"
    whole = page.read_bytes()
    page.write_bytes(b"GIF89a?")
    reason = '"Diary/page 2.jpg" can\'t be read: it begins as image/gif, but its header is damaged'
    for expected in ("created", "unchanged"):
        outcome = _take_in(context, scans)
        assert _outcomes(outcome)["Diary"] == expected
        assert [fault.message.partition(":")[0] for fault in outcome.all_faults()] == [
            reason.partition(":")[0]
        ]
    page.write_bytes(whole)
    outcome = _take_in(context, scans)
    assert (_outcomes(outcome)["Diary"], outcome.is_clean) == ("updated", True)
    assert [one[1] for one in _canvases(context, "Diary")] == ["page-1", "page-2", "page-10"]


@pytest.mark.parametrize("broken", ["bomb", "empty", "text", "folder link"])
def test_what_is_no_picture_is_told_and_the_rest_taken_in(
    context: Context, tmp_path: Path, broken: str
) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    jpeg(folder / "good.jpg")
    match broken:
        case "bomb":
            bomb(folder / "bad.png", 100_000, 100_000)
        case "empty":
            (folder / "bad.png").touch()
        case "text":
            (folder / "bad.png").write_text("a list of scans")
        case _:
            (folder / "bad.png").symlink_to(tmp_path, target_is_directory=True)
    outcome = _take_in(context, folder)
    assert _outcomes(outcome)["good.jpg"] == "created"
    assert [fault for fault in outcome.all_faults() if "bad.png" in fault.message]
    assert str(tmp_path) not in " ".join(fault.message for fault in outcome.all_faults())


def test_a_cut_off_picture_is_taken_in_for_its_pyramid_to_tell(context: Context, tmp_path: Path) -> None:
    # Only the header is read here; that pixels are missing comes to light with the pyramid.
    folder = tmp_path / "scans"
    folder.mkdir()
    truncated(jpeg(folder / "cut.jpg", photograph(200, 200)))
    assert _outcomes(_take_in(context, folder)) == {"cut.jpg": "created"}


def test_a_dry_run_writes_nothing_at_all(context: Context, scans: Path) -> None:
    before = _log(context)
    outcome = _take_in(context, scans, dry_run=True)
    assert _outcomes(outcome) == {"Diary": "created", "vase.jpg": "created"}
    assert (_log(context), _assets(context)) == (before, {})
    assert not context.settings.store_path.exists()


def test_a_dry_run_tells_what_would_change(context: Context, tmp_path: Path) -> None:
    columns = ["identifier", "label"]
    sheet = _sheet(tmp_path / "sheet.csv", columns, ["a", "One"], ["b", "Two"], ["c", "Three"])
    _take_in(context, sheet)
    _sheet(sheet, columns, ["a", "One"], ["b", "Second"], ["d", "Four"])
    before = _log(context)
    assert _outcomes(_take_in(context, sheet, dry_run=True)) == {
        "a": "unchanged",
        "b": "updated",
        "c": "gone",
        "d": "created",
    }
    assert _log(context) == before


def test_what_was_withdrawn_stays_withdrawn(context: Context, tmp_path: Path) -> None:
    sheet = _sheet(tmp_path / "sheet.csv", ["identifier", "label"], ["a", "One"])
    _take_in(context, sheet)
    with context.sessions.begin() as session:
        records.withdraw(session, "a")
    before = _log(context)
    _sheet(sheet, ["identifier", "label"], ["a", "Changed"])
    assert _outcomes(_take_in(context, sheet)) == {"a": "withdrawn"}
    assert _log(context) == before


def test_sources_with_the_same_minted_names_stay_apart(context: Context, tmp_path: Path) -> None:
    first = _sheet(tmp_path / "first.csv", ["label"], ["Untitled"])
    second = _sheet(tmp_path / "second.csv", ["label", "summary"], ["Untitled", "Another"])
    _take_in(context, first)
    _take_in(context, second)
    with context.sessions() as session:
        found = session.execute(select(Record.identifier, Record.source).order_by(Record.id)).all()
    assert [source for _, source in found] == ["first.csv", "second.csv"]
    assert found[0][0] == "Untitled"
    assert found[1][0].startswith("Untitled-")
    assert (
        _outcomes(_take_in(context, first))
        == _outcomes(_take_in(context, second))
        == {"Untitled": "unchanged"}
    )


def test_a_given_identifier_moves_to_the_source_that_names_it_last(context: Context, tmp_path: Path) -> None:
    old = _sheet(tmp_path / "2023.csv", ["identifier", "label"], ["a", "One"])
    new = _sheet(tmp_path / "2024.csv", ["identifier", "label"], ["a", "One"])
    _take_in(context, old)
    assert _outcomes(_take_in(context, new)) == {"a": "unchanged"}
    assert _record(context, "a").source == "2024.csv"
    _sheet(new, ["identifier", "label"], ["b", "Two"])
    assert _outcomes(_take_in(context, new)) == {"a": "gone", "b": "created"}


def test_each_page_of_a_tiff_is_a_canvas(context: Context, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    book(folder / "letter.tif", [photograph(30, 40), photograph(50, 60), photograph(30, 40)])
    jpeg(folder / "letter-page-2.jpg", photograph(20, 20))
    _take_in(context, folder)
    pages = [one[1:] for one in _canvases(context, "letter")]
    assert pages[0] == ("letter", 30, 40)
    assert pages[1][0].startswith("letter-page-2-")
    assert pages[1][1:] == (50, 60)
    assert pages[2] == ("letter-page-3", 30, 40)
    assert _assets(context)["letter-page-2.jpg"] == "letter-page-2"


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_a_run_that_was_stopped_by_hand_goes_on_where_it_was(
    context: Context, tmp_path: Path, stop: int
) -> None:
    rows = [[name, f"Record {name}"] for name in "abc"]
    sheet = _sheet(tmp_path / "sheet.csv", ["identifier", "label"], *rows)

    def press_ctrl_c(done: int, total: int) -> None:
        assert total == 3
        if done == stop:
            raise KeyboardInterrupt

    outcome = _take_in(context, sheet, progress=press_ctrl_c)
    assert (outcome.stopped, outcome.by_hand) == ("stopped by hand: run it again to go on", True)
    assert len(outcome.outcomes) == stop
    again = _outcomes(_take_in(context, sheet))
    assert list(again.values()) == ["unchanged"] * stop + ["created"] * (3 - stop)
    assert [entry for entry in _log(context) if entry[0] == "Create"] == [("Create", name) for name in "abc"]


def test_a_record_that_joins_a_new_collection_keeps_the_old_one(context: Context, tmp_path: Path) -> None:
    columns = ["identifier", "label", "collection"]
    sheet = _sheet(tmp_path / "sheet.csv", columns, ["a", "One", "Prints"], ["b", "Two", ""])
    _take_in(context, sheet)
    _sheet(sheet, columns, ["a", "Prime", "Prints"], ["b", "Two", "Prints;Prints/Woodcuts"])
    assert _outcomes(_take_in(context, sheet)) == {"a": "updated", "b": "updated"}
    with context.sessions() as session:
        record = records.find(session, "b")
        assert sorted(one.path for one in record.collections) == ["Prints", "Prints/Woodcuts"]


def test_a_record_refused_at_the_gate_leaves_no_collection_behind(context: Context, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    columns = ["identifier", "label", "collection", "ranges"]
    rows = [["a", "One", "New", "1-3 All"], ["b", "Two", "New", ""]]
    outcome = _take_in(context, _sheet(tmp_path / "sheet.csv", columns, *rows), folder)
    assert _outcomes(outcome) == {"a": "refused", "b": "created"}
    with context.sessions() as session:
        paths = session.scalars(select(Collection.path).where(Collection.identifier != ROOT)).all()
        assert [one.path for one in records.find(session, "b").collections] == list(paths) == ["New"]


def test_a_link_out_of_the_folder_is_not_followed(context: Context, tmp_path: Path, scans: Path) -> None:
    jpeg(tmp_path / "private.jpg")
    (scans / "link.jpg").symlink_to(tmp_path / "private.jpg")
    outcome = _take_in(context, scans)
    assert [fault.message for fault in outcome.all_faults()] == [
        '"link.jpg" is a link that leads out of the folder: it is left where it is'
    ]
    assert "link.jpg" not in _assets(context)


@pytest.mark.parametrize("name", ["../private.jpg", "x/../../private.jpg", "..\\private.jpg", "/etc/passwd"])
def test_a_sheet_reaches_no_file_outside_its_folder(
    context: Context, tmp_path: Path, scans: Path, name: str
) -> None:
    jpeg(tmp_path / "private.jpg")
    outcome = _take_in(context, _sheet(tmp_path / "sheet.csv", ["identifier", "files"], ["a", name]), scans)
    assert [fault.message for fault in outcome.outcomes[0].faults if fault.level == "error"] == [
        f'"{name}" leads out of the folder: write its name relative to the folder'
    ]
    assert _assets(context) == {}


@pytest.mark.parametrize(
    ("on_disk", "in_sheet"),
    [
        (unicodedata.normalize("NFD", "Été.jpg"), unicodedata.normalize("NFC", "Été.jpg")),
        (unicodedata.normalize("NFC", "Été.jpg"), unicodedata.normalize("NFD", "Été.jpg")),
        ('the "good" scan.jpg', 'the "good" scan.jpg'),
        ("  blank  .jpg", "  blank  .jpg"),
        ("it's; really|one.jpg", "it's; really|one.jpg"),
        ("千里江山圖.jpg", "千里江山圖"),
        ("scan[1].jpg", "scan[1].jpg"),
        ("%2e%2e.jpg", "%2e%2e.jpg"),
    ],
)
def test_names_are_found_however_they_are_written(
    context: Context, tmp_path: Path, on_disk: str, in_sheet: str
) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    jpeg(folder / on_disk)
    sheet = _sheet(tmp_path / "sheet.csv", ["identifier", "files"], ["a", in_sheet])
    outcome = _take_in(context, sheet, folder)
    assert [fault.message for fault in outcome.all_faults() if fault.level == "error"] == []
    assert list(_assets(context)) == [unicodedata.normalize("NFC", on_disk)]
    assert set(_outcomes(_take_in(context, sheet, folder)).values()) == {"unchanged"}


def test_a_very_long_cell_of_files_still_names_its_row(context: Context, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    names = [f"a rather long name of a scanned page {number:03}.jpg" for number in range(120)]
    jpeg(folder / names[0])
    for name in names[1:]:
        (folder / name).hardlink_to(folder / names[0])
    sheet = _sheet(tmp_path / "sheet.csv", ["label", "files"], ["Diary", "|".join(names)])
    assert list(_outcomes(_take_in(context, sheet, folder)).values()) == ["created"]
    assert list(_outcomes(_take_in(context, sheet, folder)).values()) == ["unchanged"]


def test_the_report_as_json_holds_every_row_and_fault(context: Context, tmp_path: Path) -> None:
    report.write(_reported(context, tmp_path), tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8")) == {
        "source": "sheet.csv",
        "dry_run": False,
        "stopped": None,
        "counts": {"created": 1, "refused": 1},
        "rows": [
            {"row": 2, "key": "a", "identifier": "a", "outcome": "created", "faults": []},
            {
                "row": 3,
                "key": "b",
                "identifier": None,
                "outcome": "refused",
                "faults": [
                    {
                        "row": 3,
                        "column": "order",
                        "message": 'order "first": write a whole number, such as 12',
                        "level": "error",
                    }
                ],
            },
        ],
        "faults": [],
    }


def test_the_report_as_csv_has_a_line_a_fault(context: Context, tmp_path: Path) -> None:
    report.write(_reported(context, tmp_path), tmp_path / "report.csv")
    assert (tmp_path / "report.csv").read_bytes().decode("utf-8-sig").splitlines() == [
        "row,key,identifier,outcome,column,message",
        "2,a,a,created,,",
        '3,b,,refused,order,"order ""first"": write a whole number, such as 12"',
    ]


def _reported(context: Context, folder: Path) -> Report:
    rows = [["a", "One", "1"], ["b", "Two", "first"]]
    return _take_in(context, _sheet(folder / "sheet.csv", ["identifier", "label", "order"], *rows))


def _take_in(context: Context, *paths: Path, **options: object) -> Report:
    source = sources.open_source(list(paths), byte_limit=1 << 20)
    return load.load(context, source, Options(**options))  # type: ignore[arg-type]  # As the tests name them.


def _sheet(path: Path, columns: list[str], *rows: list[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def _outcomes(outcome: Report) -> dict[str, str]:
    return {one.key: one.outcome for one in outcome.outcomes}


def _record(context: Context, identifier: str) -> Record:
    with context.sessions() as session:
        return session.scalars(select(Record).where(Record.identifier == identifier)).one()


def _canvases(context: Context, identifier: str) -> list[tuple[str, str, int, int]]:
    with context.sessions() as session:
        return [
            (view.identifier, view.asset.identifier if view.asset else "", view.width, view.height)
            for view in records.find(session, identifier).canvases
        ]


def _assets(context: Context) -> dict[str, str]:
    with context.sessions() as session:
        return dict(session.execute(select(Asset.name, Asset.identifier)).tuples().all())


def _log(context: Context) -> list[tuple[str, str]]:
    statement = select(Activity.type, Activity.object_identifier).where(Activity.object_type == "Manifest")
    with context.sessions() as session:
        return [(type_, name) for type_, name in session.execute(statement.order_by(Activity.id))]


def _finish_jobs(context: Context) -> None:
    with context.sessions.begin() as session:
        for job in session.scalars(select(Job)):
            job.state = "done"
