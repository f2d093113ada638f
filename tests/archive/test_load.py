"""A folder or a sheet becomes records; run again, the archive follows what changed and nothing else."""

from pathlib import Path

import pytest
from factories import jpeg, photograph
from intake import assets, canvases, log, outcomes, take_in, write_sheet
from sqlalchemy import func, select

from archive.context import Context
from archive.models import ROOT, Asset, Collection, Job, Record
from archive.services import records
from archive.storage.store import digest


def test_a_folder_becomes_a_record_a_file_and_a_record_a_subfolder(context: Context, scans: Path) -> None:
    outcome = take_in(context, scans)
    assert outcomes(outcome) == {"Diary": "created", "vase.jpg": "created"}
    assert canvases(context, "vase") == [("vase-1", "vase", 60, 40)]
    assert canvases(context, "Diary") == [
        ("Diary-1", "page-1", 41, 60),
        ("Diary-2", "page-2", 42, 60),
        ("Diary-3", "page-10", 50, 60),
    ]
    assert outcome.is_clean


def test_sources_are_kept_as_they_are_and_a_pyramid_is_asked_for_each(context: Context, scans: Path) -> None:
    take_in(context, scans)
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
    take_in(context, scans)
    before = log(context)
    assert set(outcomes(take_in(context, scans)).values()) == {"unchanged"}
    assert log(context) == before


def test_an_edited_row_updates_its_record_alone(context: Context, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "sheet.csv", ["identifier", "label"], ["a", "One"], ["b", "Two"])
    take_in(context, sheet)
    write_sheet(sheet, ["identifier", "label"], ["a", "One"], ["b", "Second"])
    assert outcomes(take_in(context, sheet)) == {"a": "unchanged", "b": "updated"}
    assert log(context)[-1] == ("Update", "b")
    assert _record(context, "b").label == {"none": ["Second"]}


def test_a_replaced_file_keeps_its_asset_and_gets_a_new_pyramid(context: Context, scans: Path) -> None:
    take_in(context, scans)
    _finish_jobs(context)
    old = digest(scans / "vase.jpg")
    jpeg(scans / "vase.jpg", photograph(80, 50))
    assert outcomes(take_in(context, scans)) == {"Diary": "unchanged", "vase.jpg": "updated"}
    assert canvases(context, "vase") == [("vase-1", "vase", 80, 50)]
    with context.sessions() as session:
        asset = session.scalars(select(Asset).where(Asset.identifier == "vase")).one()
        assert asset.digest == digest(scans / "vase.jpg").digest
        queued = session.scalars(select(Job.asset_id).where(Job.state == "queued")).all()
    assert queued == [asset.id]
    assert f"sources/{old.digest[:2]}/{old.digest}" in set(context.store.keys("sources"))


def test_a_removed_page_leaves_the_others_their_identifiers(context: Context, scans: Path) -> None:
    take_in(context, scans)
    (scans / "Diary" / "page 1.jpg").unlink()
    assert outcomes(take_in(context, scans))["Diary"] == "updated"
    assert [one[:2] for one in canvases(context, "Diary")] == [("Diary-2", "page-2"), ("Diary-3", "page-10")]


def test_a_page_that_comes_back_is_the_asset_it_was(context: Context, scans: Path) -> None:
    take_in(context, scans)
    page = scans / "Diary" / "page 1.jpg"
    content = page.read_bytes()
    page.unlink()
    take_in(context, scans)
    page.write_bytes(content)
    take_in(context, scans)
    assert [one[:2] for one in canvases(context, "Diary")] == [
        ("Diary-4", "page-1"),
        ("Diary-2", "page-2"),
        ("Diary-3", "page-10"),
    ]


def test_a_row_that_is_gone_is_told_and_its_record_stays(context: Context, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "sheet.csv", ["identifier", "label"], ["a", "One"], ["b", "Two"])
    take_in(context, sheet)
    write_sheet(sheet, ["identifier", "label"], ["a", "One"])
    outcome = take_in(context, sheet)
    assert outcomes(outcome) == {"a": "unchanged", "b": "gone"}
    assert "withdraw" in outcome.outcomes[1].faults[0].message
    assert _record(context, "b").withdrawn is None


def test_a_row_with_an_error_is_not_called_gone(context: Context, tmp_path: Path) -> None:
    columns = ["identifier", "label", "visibility"]
    sheet = write_sheet(tmp_path / "sheet.csv", columns, ["a", "One", ""], ["b", "Two", ""])
    take_in(context, sheet)
    write_sheet(sheet, columns, ["a", "One", "secret"], ["b", "Two", ""])
    assert outcomes(take_in(context, sheet)) == {"a": "refused", "b": "unchanged"}


def test_a_bad_row_stops_no_other(context: Context, tmp_path: Path) -> None:
    columns = ["identifier", "label", "visibility"]
    rows = [["a", "One", ""], ["b", "Two", "secret"], ["a", "Again", ""], ["c", "Three", "draft"]]
    outcome = take_in(context, write_sheet(tmp_path / "sheet.csv", columns, *rows))
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
    outcome = take_in(context, tmp_path / "churches")
    assert sorted(outcomes(outcome).values()) == ["created", "refused"]
    assert [fault.message for fault in outcome.all_faults() if fault.level == "error"] == [
        '"Saint-Sulpice" would be the same record as "Saint Sulpice": rename one of them'
    ]


def test_a_dry_run_writes_nothing_at_all(context: Context, scans: Path) -> None:
    before = log(context)
    outcome = take_in(context, scans, dry_run=True)
    assert outcomes(outcome) == {"Diary": "created", "vase.jpg": "created"}
    assert (log(context), assets(context)) == (before, {})
    assert not context.settings.store_path.exists()


def test_a_dry_run_tells_what_would_change(context: Context, tmp_path: Path) -> None:
    columns = ["identifier", "label"]
    sheet = write_sheet(tmp_path / "sheet.csv", columns, ["a", "One"], ["b", "Two"], ["c", "Three"])
    take_in(context, sheet)
    write_sheet(sheet, columns, ["a", "One"], ["b", "Second"], ["d", "Four"])
    before = log(context)
    assert outcomes(take_in(context, sheet, dry_run=True)) == {
        "a": "unchanged",
        "b": "updated",
        "c": "gone",
        "d": "created",
    }
    assert log(context) == before


def test_what_was_withdrawn_stays_withdrawn(context: Context, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "sheet.csv", ["identifier", "label"], ["a", "One"])
    take_in(context, sheet)
    with context.sessions.begin() as session:
        records.withdraw(session, "a")
    before = log(context)
    write_sheet(sheet, ["identifier", "label"], ["a", "Changed"])
    assert outcomes(take_in(context, sheet)) == {"a": "withdrawn"}
    assert log(context) == before


def test_sources_with_the_same_minted_names_stay_apart(context: Context, tmp_path: Path) -> None:
    first = write_sheet(tmp_path / "first.csv", ["label"], ["Untitled"])
    second = write_sheet(tmp_path / "second.csv", ["label", "summary"], ["Untitled", "Another"])
    take_in(context, first)
    take_in(context, second)
    with context.sessions() as session:
        found = session.execute(select(Record.identifier, Record.source).order_by(Record.id)).all()
    assert [source for _, source in found] == ["first.csv", "second.csv"]
    assert found[0][0] == "Untitled"
    assert found[1][0].startswith("Untitled-")
    assert (
        outcomes(take_in(context, first)) == outcomes(take_in(context, second)) == {"Untitled": "unchanged"}
    )


def test_a_given_identifier_moves_to_the_source_that_names_it_last(context: Context, tmp_path: Path) -> None:
    old = write_sheet(tmp_path / "2023.csv", ["identifier", "label"], ["a", "One"])
    new = write_sheet(tmp_path / "2024.csv", ["identifier", "label"], ["a", "One"])
    take_in(context, old)
    assert outcomes(take_in(context, new)) == {"a": "unchanged"}
    assert _record(context, "a").source == "2024.csv"
    write_sheet(new, ["identifier", "label"], ["b", "Two"])
    assert outcomes(take_in(context, new)) == {"a": "gone", "b": "created"}


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_a_run_that_was_stopped_by_hand_goes_on_where_it_was(
    context: Context, tmp_path: Path, stop: int
) -> None:
    rows = [[name, f"Record {name}"] for name in "abc"]
    sheet = write_sheet(tmp_path / "sheet.csv", ["identifier", "label"], *rows)

    def press_ctrl_c(done: int, total: int) -> None:
        assert total == 3
        if done == stop:
            raise KeyboardInterrupt

    outcome = take_in(context, sheet, progress=press_ctrl_c)
    assert (outcome.stopped, outcome.by_hand) == ("stopped by hand: run it again to go on", True)
    assert len(outcome.outcomes) == stop
    again = outcomes(take_in(context, sheet))
    assert list(again.values()) == ["unchanged"] * stop + ["created"] * (3 - stop)
    assert [entry for entry in log(context) if entry[0] == "Create"] == [("Create", name) for name in "abc"]


def test_a_record_that_joins_a_new_collection_keeps_the_old_one(context: Context, tmp_path: Path) -> None:
    columns = ["identifier", "label", "collection"]
    sheet = write_sheet(tmp_path / "sheet.csv", columns, ["a", "One", "Prints"], ["b", "Two", ""])
    take_in(context, sheet)
    write_sheet(sheet, columns, ["a", "Prime", "Prints"], ["b", "Two", "Prints;Prints/Woodcuts"])
    assert outcomes(take_in(context, sheet)) == {"a": "updated", "b": "updated"}
    with context.sessions() as session:
        record = records.find(session, "b")
        assert sorted(one.path for one in record.collections) == ["Prints", "Prints/Woodcuts"]


def test_a_record_refused_at_the_gate_leaves_no_collection_behind(context: Context, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    columns = ["identifier", "label", "collection", "ranges"]
    rows = [["a", "One", "New", "1-3 All"], ["b", "Two", "New", ""]]
    outcome = take_in(context, write_sheet(tmp_path / "sheet.csv", columns, *rows), folder)
    assert outcomes(outcome) == {"a": "refused", "b": "created"}
    with context.sessions() as session:
        paths = session.scalars(select(Collection.path).where(Collection.identifier != ROOT)).all()
        assert [one.path for one in records.find(session, "b").collections] == list(paths) == ["New"]


def _record(context: Context, identifier: str) -> Record:
    with context.sessions() as session:
        return session.scalars(select(Record).where(Record.identifier == identifier)).one()


def _finish_jobs(context: Context) -> None:
    with context.sessions.begin() as session:
        for job in session.scalars(select(Job)):
            job.state = "done"
