"""What became of each row: for the terminal, as CSV, as JSON."""

import csv
import dataclasses
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.errors import Invalid
from archive.ingest.faults import Fault

REFUSED, GONE = "refused", "gone"
"""Outcomes beside those of ``archive.services.saving``: a row not taken in; a record whose row is no more."""


@dataclass(frozen=True)
class Outcome:
    """What became of one row (or folder): ``row`` as a person sees it in the sheet, ``None`` of a folder."""

    row: int | None
    key: str
    identifier: str | None
    outcome: str
    faults: tuple[Fault, ...] = ()


@dataclass
class Report:
    """The outcomes of one run, the faults that belong to no row, and why it stopped early, if it did."""

    source: str
    dry_run: bool = False
    outcomes: list[Outcome] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    stopped: str | None = None
    by_hand: bool = False

    def counts(self) -> Counter[str]:
        """How many rows had each outcome."""
        return Counter(one.outcome for one in self.outcomes)

    def all_faults(self) -> list[Fault]:
        """Every fault, those of rows first."""
        return [fault for one in self.outcomes for fault in one.faults] + self.faults

    @property
    def is_clean(self) -> bool:
        """Whether nothing was refused, missing or cut short."""
        serious = any(fault.level == "error" for fault in self.all_faults())
        return not (self.stopped or serious or self.counts()[REFUSED])


def told(report: Report, most: int) -> dict[str, object]:
    """What the API tells of a report: up to ``most`` rows with faults, and how many are left out."""
    rows = [one for one in report.outcomes if one.faults]
    faults = report.faults[: max(0, most - len(rows))]
    return {
        "source": report.source,
        "counts": dict(report.counts()),
        "rows": [dataclasses.asdict(one) for one in rows[:most]],
        "faults": [dataclasses.asdict(one) for one in faults],
        "left_out": max(0, len(rows) - most) + len(report.faults) - len(faults),
    }


def write(report: Report, path: Path) -> None:
    """Write the report as CSV or JSON, as the file's ending says. Raises ``Invalid`` for another ending."""
    check_ending(path)
    if path.suffix.lower() == ".json":
        path.write_text(json.dumps(_document(report), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return
    # The BOM lets Excel read it as UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "key", "identifier", "outcome", "column", "message"])
        writer.writerows(_lines(report))


def check_ending(path: Path) -> None:
    """Raise ``Invalid`` for a file that is neither CSV nor JSON by its ending."""
    if path.suffix.lower() not in {".csv", ".json"}:
        raise Invalid(f'report "{path.name}": end its name with .csv or .json')


def _document(report: Report) -> dict[str, object]:
    return {
        "source": report.source,
        "dry_run": report.dry_run,
        "stopped": report.stopped,
        "counts": dict(report.counts()),
        "rows": [dataclasses.asdict(one) for one in report.outcomes],
        "faults": [dataclasses.asdict(fault) for fault in report.faults],
    }


def _lines(report: Report) -> Iterator[tuple[object, ...]]:
    for one in report.outcomes:
        start = (one.row, one.key, one.identifier, one.outcome)
        for fault in one.faults or [None]:
            yield (*start, fault and fault.column, fault and fault.message)
    for fault in report.faults:
        yield (fault.row, None, None, fault.level, fault.column, fault.message)
