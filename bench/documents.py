"""How fast the catalogue answers: manifests, collections and lists, of a thousand records and of a million.

Served as ``mogao serve`` does, on SQLite and on PostgreSQL; README.md beside this file says what is measured.
"""

import argparse
import dataclasses
import datetime as dt
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cataloguing import filling, measures
from cataloguing.filling import Extent
from cataloguing.measures import Catalogue, Effort, Measured
from delivery import load, report
from delivery.report import Row

from archive.config import Settings

_ROOT = Path(__file__).parent.parent
_RESULTS = Path(__file__).parent / "results"
_FOLDER = _ROOT / "build" / "bench"
_DATABASES = ("sqlite", "postgresql")


def main() -> None:
    """Make the catalogues, measure, print the table and write the results."""
    options = _options()
    # Told to end, it leaves as after Ctrl-C: the servers end first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    load.require_wrk()
    few, many = Extent(options.few), Extent(options.records)
    if options.quick:
        few, many = Extent(20, 5, 20), Extent(60, 5, 20)
    folder: Path = options.folder.resolve()
    effort = measures.QUICK if options.quick else measures.FULL
    found = {name: list(_measured(name, few, many, folder, effort)) for name in options.databases}
    rows = list(_rows(found))
    print("", report.head(options.databases), *(row.line(options.databases) for row in rows), sep="\n")
    target = (
        folder / "documents-quick.json"
        if options.quick
        else _RESULTS / f"documents-{dt.datetime.now(dt.UTC):%F}.json"
    )
    report.write(target, rows, [], {**dataclasses.asdict(effort), "records": [few.records, many.records]})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000, help="of the large catalogue (1,000,000)")
    parser.add_argument("--few", type=int, default=1_000, help="of the small one (1,000)")
    parser.add_argument(
        "--databases", nargs="+", choices=_DATABASES, default=list(_DATABASES), help="which of the two (both)"
    )
    parser.add_argument("--quick", action="store_true", help="a few records, each asked a few times: a trial")
    parser.add_argument(
        "--folder", type=Path, default=_FOLDER, help="where catalogues are made (build/bench)"
    )
    return parser.parse_args()


def _measured(name: str, few: Extent, many: Extent, folder: Path, effort: Effort) -> Iterator[Measured]:
    with (
        _catalogue(name, few, folder / "catalogue-few") as small,
        _catalogue(name, many, folder / "catalogue-many") as large,
    ):
        for one in measures.of(small, large, effort):
            print(f"{name}: {one.title}: {one.cell}", flush=True)
            yield one


@contextmanager
def _catalogue(database: str, extent: Extent, folder: Path) -> Iterator[Catalogue]:
    """A catalogue on a database of its own, which is gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        with _database(database) as url:
            settings = Settings(data_dir=folder / "data", database_url=url)
            began = time.perf_counter()
            filling.fill(settings, extent)
            seconds = time.perf_counter() - began
            print(f"{database}: {extent.records:,} records written in {seconds:.0f} s", flush=True)
            yield Catalogue(settings, extent, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(name: str) -> Iterator[str]:
    if name == "sqlite":
        yield ""
        return
    # The tests know how a server is started.
    sys.path.append(str(_ROOT / "tests"))
    import postgresql  # noqa: PLC0415  # Not to be found before.

    with postgresql.server() as server:
        url = postgresql.create(server, "catalogue")
        yield url
        postgresql.drop(url)


def _rows(found: dict[str, list[Measured]]) -> Iterator[Row]:
    """The rows of the table; the worst of the databases is held against the goal."""
    by_title: dict[str, dict[str, Measured]] = {}
    for database, measured in found.items():
        for one in measured:
            by_title.setdefault(one.title, {})[database] = one
    for title, cells in by_title.items():
        goal = next(iter(cells.values())).goal
        yield Row(
            title,
            {database: one.cell for database, one in cells.items()},
            _worst([one.value for one in cells.values() if one.value is not None], goal),
            goal,
            figures={database: one.figures for database, one in cells.items()},
        )


def _worst(values: Sequence[float], goal: report.Goal | None) -> float | None:
    if goal is None or not values:
        return None
    return min(values) if goal.is_least else max(values)


if __name__ == "__main__":
    main()
