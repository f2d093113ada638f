"""What measures runs: each row of its table, on as little as shows it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from requirements import program

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_documents_are_measured(tmp_path: Path, database: str) -> None:
    program("wrk", "wrk is missing: apt-get install wrk")
    if database == "postgresql":
        folders = [str(path) for path in Path("/usr/lib/postgresql").glob("*/bin")]
        program("initdb", "PostgreSQL's server programs are missing: apt-get install postgresql", *folders)
    command = [sys.executable, str(ROOT / "bench" / "documents.py"), "--quick", "--databases", database]
    ran = subprocess.run(
        [*command, "--folder", str(tmp_path)], check=False, capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = json.loads((tmp_path / "documents-quick.json").read_text(encoding="utf-8"))["rows"]
    reached = {row["title"]: row["reached"] for row in rows}
    # What does not hang on how fast the machine is.
    assert reached["an edit, seen by the next request"] == "aim"
    assert reached["queries of a manifest"] == "aim"


@pytest.mark.slow
def test_the_search_is_measured(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "bench" / "search_speed.py"), "--engines", "embedded"]
    few = ["--records", "2000", "--pages", "50", "--asks", "10", "--folder", str(tmp_path)]
    ran = subprocess.run([*command, *few], check=False, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    table = ran.stdout.partition("reached |")[2]
    for title in ("2,000 records indexed", "all of these queries", "autocomplete", "50 pages indexed"):
        assert f"embedded: {title}" in table
    assert not list((tmp_path / "embedded").glob("*"))
