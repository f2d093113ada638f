"""The report of an ingest, as other programs read it."""

import json
from pathlib import Path

from intake import take_in, write_sheet

from archive.context import Context
from archive.ingest import report
from archive.ingest.report import Report


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
    return take_in(context, write_sheet(folder / "sheet.csv", ["identifier", "label", "order"], *rows))
