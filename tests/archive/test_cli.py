"""The command: what each part of it says, and that no fault ends in more than a line."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from factories import jpeg, photograph, truncated
from sqlalchemy import text

from archive import cli
from archive.config import Settings
from archive.context import open_context
from archive.ingest import load
from archive.ingest.report import Outcome

Mogao = Callable[..., Result]


@pytest.fixture
def mogao(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mogao:
    """Runs the command in a folder of its own, where the archive is `data`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOGAO_DATA_DIR", "data")
    monkeypatch.setenv("COLUMNS", "300")
    return lambda *words: CliRunner().invoke(cli.main, [str(word) for word in words])


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A sheet of two records without files."""
    path = tmp_path / "sheet.csv"
    path.write_text("identifier,label\na,One\nb,Two\n", encoding="utf-8")
    return path


def test_init_makes_the_catalogue_and_may_be_repeated(mogao: Mogao, tmp_path: Path) -> None:
    for _ in range(2):
        done = mogao("init")
        assert (done.exit_code, done.output) == (0, "The catalogue is ready.\n")
    assert (tmp_path / "data" / "catalogue.sqlite").exists()


def test_ingest_says_how_many_rows_had_which_outcome(mogao: Mogao, sheet: Path) -> None:
    assert _last_line(mogao("ingest", sheet)) == "sheet.csv: 2 created"
    assert _last_line(mogao("ingest", sheet)) == "sheet.csv: 2 unchanged"


def test_ingest_makes_the_pyramids_and_tells_of_those_it_cannot_make(mogao: Mogao, tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    jpeg(tmp_path / "scans" / "a.jpg")
    truncated(jpeg(tmp_path / "scans" / "b.jpg", photograph(300, 200)))
    done = mogao("ingest", "scans")
    assert done.output.splitlines()[0] == "scans: 2 created"
    assert "b has no pyramid: it is damaged or cut short" in done.output
    assert "mogao work --retry --once" in done.output
    assert len(list((tmp_path / "data" / "store" / "pyramids").rglob("*.tif"))) == 1
    assert "1 failed jobs are queued again." in mogao("work", "--retry", "--once").output


def test_a_row_with_a_fault_is_told_and_the_command_fails(mogao: Mogao, sheet: Path) -> None:
    sheet.write_text("identifier,label,order\na,One,first\nb,Two,\n", encoding="utf-8")
    done = mogao("ingest", sheet)
    assert done.exit_code == 1
    assert done.output.splitlines()[-2:] == [
        'row 2, order: order "first": write a whole number, such as 12',
        "sheet.csv: 1 created, 1 refused",
    ]


def test_a_dry_run_leaves_no_records(mogao: Mogao, sheet: Path) -> None:
    assert _last_line(mogao("ingest", "--dry-run", sheet)) == "sheet.csv: 2 created (dry run)"
    assert _last_line(mogao("ingest", sheet)) == "sheet.csv: 2 created"


def test_the_report_is_written_beside_what_is_shown(mogao: Mogao, sheet: Path, tmp_path: Path) -> None:
    mogao("ingest", sheet, "--report", "report.json")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["counts"] == {"created": 2}


def test_ingest_stopped_by_hand_says_so_and_ends_as_stopped(
    mogao: Mogao, sheet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> Outcome:
        raise KeyboardInterrupt

    monkeypatch.setattr(load._Loader, "_take", stop)
    done = mogao("ingest", sheet)
    assert (done.exit_code, _last_line(done)) == (130, "Stopped: stopped by hand: run it again to go on")


def test_records_are_put_into_the_collection_that_is_named(mogao: Mogao, sheet: Path, tmp_path: Path) -> None:
    mogao("ingest", sheet, "--collection", "Prints/Woodcuts")
    mogao("export", "sheet", "out.csv")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "identifier,label,collection,visibility",
        "a,One,Prints/Woodcuts,public",
        "b,Two,Prints/Woodcuts,public",
    ]


def test_withdraw_takes_each_that_is_named(mogao: Mogao, sheet: Path) -> None:
    mogao("ingest", sheet)
    done = mogao("withdraw", "a", "b")
    assert (done.exit_code, done.output) == (0, "a is withdrawn.\nb is withdrawn.\n")
    assert _last_line(mogao("ingest", sheet)) == "sheet.csv: 2 withdrawn"


def test_a_backup_goes_out_and_back(mogao: Mogao, sheet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mogao("ingest", sheet)
    assert _last_line(mogao("export", "backup", "backup.tar")) == "The archive is in backup.tar."
    monkeypatch.setenv("MOGAO_DATA_DIR", "another")
    assert _last_line(mogao("restore", "backup.tar")) == "The archive is restored."
    assert _last_line(mogao("export", "sheet", "out.csv")) == "2 records are in out.csv."


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["ingest", "none"], '"none" is not there: check its name'),
        (
            ["ingest", "sheet.csv", "--report", "report.txt"],
            'report "report.txt": end its name with .csv or .json',
        ),
        (["ingest", "sheet.csv", "--report", "none/report.csv"], '"report.csv": no such file or directory'),
        (["ingest", "sheet.csv", "--map", "none.toml"], '"none.toml": no such file or directory'),
        (["ingest", "sheet.csv", "sheet.csv"], "give one folder, one sheet, or one sheet and one folder"),
        (["ingest", "empty.csv"], 'sheet "empty.csv": is empty'),
        (["withdraw", "none"], 'record "none" is not in this archive: check its identifier'),
        (["restore", "none.tar"], 'backup "none.tar" can\'t be read: no such file or directory'),
        (["restore", "sheet.csv"], 'backup "sheet.csv" is damaged or cut short'),
        (["export", "sheet", "none/out.csv"], '"out.csv": no such file or directory'),
        (["export", "backup", "none/out.tar"], '"out.tar.partial": no such file or directory'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_fault_ends_in_one_line(
    mogao: Mogao, sheet: Path, tmp_path: Path, words: list[str], message: str
) -> None:
    (tmp_path / "empty.csv").touch()
    done = mogao(*words)
    assert done.exit_code == 1
    assert _last_line(done).startswith(f"Error: {message}")
    assert str(tmp_path) not in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    "words", [["init"], ["ingest", "sheet.csv"], ["export", "sheet", "out.csv"], ["work", "--once"]]
)
def test_a_wrong_setting_ends_every_command_in_one_line(
    mogao: Mogao, sheet: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setenv("MOGAO_WORKERS", "many")
    done = mogao(*words)
    assert (done.exit_code, done.output) == (1, 'Error: MOGAO_WORKERS is "many": give a whole number\n')


def test_a_catalogue_of_a_newer_version_is_refused_in_one_line(
    mogao: Mogao, sheet: Path, tmp_path: Path
) -> None:
    mogao("init")
    opened = open_context(Settings(data_dir=tmp_path / "data"))
    with opened.sessions.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    opened.close()
    done = mogao("ingest", sheet)
    assert (done.exit_code, done.output) == (
        1,
        "Error: the catalogue is of a newer version (9999): upgrade Mogao, or restore an older backup\n",
    )


def test_every_command_says_what_it_does(mogao: Mogao) -> None:
    listed = re.findall(r"^  (\w+) +(\S.*)$", mogao("--help").output.partition("Commands:")[2], re.MULTILINE)
    assert len(listed) >= 8
    for name, _ in listed:
        assert mogao(name, "--help").exit_code == 0


def _last_line(result: Result) -> str:
    return result.output.splitlines()[-1]


def test_what_serves_loads_nothing_that_only_other_commands_need() -> None:
    script = "import archive.cli.serve, archive.app, sys; print(*sys.modules)"
    loaded = set(subprocess.check_output([sys.executable, "-c", script], text=True).split())
    others = {"alembic", "archive.demo", "archive.export", "archive.ingest.load", "iiif_prezi3", "openpyxl"}
    assert loaded & others == set()
