"""The sheet of the demonstration collection: a CSV such as a museum would write, beside its pictures."""

import csv
import os
import tomllib
from pathlib import Path

NAME = "demonstration.csv"
_DESCRIPTIONS = Path(__file__).with_name("descriptions.toml")


def rows() -> list[dict[str, str]]:
    """The records as rows, cell by column name, as ``mogao ingest`` reads them; empty cells are left out."""
    records = tomllib.loads(_DESCRIPTIONS.read_text("utf-8"))["record"]
    return [_row(record) for record in records]


def columns() -> list[str]:
    """The columns of the sheet: those without a language, then each field in all its languages."""
    names = dict.fromkeys(name for row in rows() for name in row)
    plain = [name for name in names if "@" not in name]
    fields = dict.fromkeys(name.partition("@")[0] for name in names if "@" in name)
    return plain + [name for field in fields for name in names if name.startswith(f"{field}@")]


def write(folder: Path) -> Path:
    """Writes the sheet into ``folder`` (UTF-8, commas) and gives its path; a reader never sees half of it."""
    target = folder / NAME
    unfinished = folder / f"unfinished-{os.getpid()}-{NAME}"
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns(), restval="")
        writer.writeheader()
        writer.writerows(rows())
    return unfinished.replace(target)


def _row(record: dict[str, str | dict[str, str]]) -> dict[str, str]:
    row: dict[str, str] = {}
    for field, value in record.items():
        row |= (
            {field: value}
            if isinstance(value, str)
            else {f"{field}@{tag}": text for tag, text in value.items()}
        )
    return row
