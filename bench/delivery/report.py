"""The report: a table to read, and the same with every single run as JSON."""

import datetime as dt
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil
import pyvips

CONTENDERS = ("iipsrv", "mogao 3.0", "mogao 2.1")
_ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Goal:
    """What is asked of a value: ``bound`` at least, or at most; better still ``aim``."""

    bound: float
    aim: float
    is_least: bool = True

    def verdict(self, value: float) -> str:
        """Whether the bound is reached, or the aim too."""
        sign = 1 if self.is_least else -1
        if sign * value >= sign * self.aim:
            return "aim"
        return "yes" if sign * value >= sign * self.bound else "**no**"

    def __str__(self) -> str:
        return f"{'≥' if self.is_least else '≤'} {self.bound:g} | {self.aim:g}"


@dataclass(frozen=True)
class Row:
    """One line of the table. ``cells`` are by contender; ``value`` is what the goal is about."""

    title: str
    cells: Mapping[str, str]
    value: float | None
    goal: Goal | None
    notes: tuple[str, ...] = ()
    figures: Mapping[str, object] = field(default_factory=dict)

    def line(self, columns: Sequence[str] = CONTENDERS) -> str:
        """As a line of the table, in Markdown."""
        cells = " | ".join(self.cells.get(column, "–") for column in columns)
        value = "–" if self.value is None else f"{self.value:.3g}"
        verdict = "–" if self.value is None or self.goal is None else self.goal.verdict(self.value)
        return f"| {self.title} | {cells} | {value} | {self.goal or '– | –'} | {verdict} |"


def head(cells: Sequence[str] = CONTENDERS) -> str:
    """The head of the table."""
    columns = ["work", *cells, "ratio or value", "bound", "aim", "reached"]
    return f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"


def write(path: Path, rows: Sequence[Row], remarks: Sequence[str], settings: Mapping[str, object]) -> None:
    """Write the results with the facts of the machine; no name of it, no path."""
    document = {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "machine": _machine(),
        "versions": _versions(),
        "settings": settings,
        "remarks": remarks,
        "rows": [asdict(row) | {"reached": _reached(row)} for row in rows],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _reached(row: Row) -> str | None:
    return None if row.value is None or row.goal is None else row.goal.verdict(row.value).strip("*")


def _machine() -> dict[str, object]:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "cpus": os.cpu_count(),
        "model": next(iter(models), platform.machine()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "load at the end": os.getloadavg()[0],
    }


def _versions() -> dict[str, str]:
    installed = (
        "granian",
        "flask",
        "pyvips",
        "numpy",
        "pillow",
        "simplejpeg",
        "opencv-python-headless",
        "sqlalchemy",
        "psycopg",
        "orjson",
    )
    packages = {name: version for name in installed if (version := _package(name))}
    debian = {name: version for name in ("iipimage-server", "nginx", "wrk") if (version := _debian(name))}
    return {
        "commit": _commit(),
        "python": platform.python_version(),
        "libvips": ".".join(str(pyvips.version(part)) for part in range(3)),
        **packages,
        **debian,
    }


def _package(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _debian(name: str) -> str | None:
    return _said("dpkg-query", "-W", "-f=${Version}", name) if shutil.which("dpkg-query") else None


def _commit() -> str:
    return _said("git", "-C", str(_ROOT), "describe", "--always", "--dirty") or "unknown"


def _said(*command: str) -> str | None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None
