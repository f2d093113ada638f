"""What becomes of every file of a folder, malformed ones above all: taken in or refused, never a crash."""

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import psutil

from archive.config import Settings
from archive.ingest import derive
from iiif.errors import InvalidSource
from iiif.image import pyramid, source

TAKEN, REFUSED, CRASH, HANG, OVER = "taken in", "refused", "CRASH", "HANG", "OVER MEMORY"
_MOST_SECONDS, _MOST_BYTES = 30.0, 1 << 30
_MOST_PAGES = 3
# Long before a runaway is measured it must not take the machine with it.
_BACKSTOP = 16 << 30
_processes = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Outcome:
    """What became of one file: one of the words above, the reason, wall seconds and peak bytes."""

    path: Path
    word: str
    reason: str
    seconds: float
    peak: int


def main() -> None:
    """Run every file, print a table, and exit with 1 after a crash, a hang or too much memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folders", nargs="+", type=Path, help="folders of files, looked through to the bottom"
    )
    parser.add_argument("--processes", type=int, default=2, help="files at once")
    parser.add_argument("--verbose", action="store_true", help="a line for every file")
    options = parser.parse_args()
    _processes.set_forkserver_preload(["__main__", "archive.ingest.derive"])
    with ThreadPoolExecutor(options.processes) as pool:
        outcomes = []
        for outcome in pool.map(run, sorted(_files(options.folders))):
            outcomes.append(outcome)
            if options.verbose or outcome.word in {CRASH, HANG, OVER}:
                print(_line(outcome), flush=True)
    _print_table(outcomes)
    sys.exit(any(outcome.word in {CRASH, HANG, OVER} for outcome in outcomes))


def run(path: Path) -> Outcome:
    """Read one file's facts and make the pyramids of its first pages, in a process that may die of it."""
    reading, writing = _processes.Pipe(duplex=False)
    started = time.monotonic()
    with reading, tempfile.TemporaryDirectory() as folder:
        process = _processes.Process(target=_take_in, args=(path, Path(folder), writing), daemon=True)
        process.start()
        writing.close()
        word, reason, peak = _watch(process, reading, started)
        process.kill()
        process.join()
    return Outcome(path, word, reason, time.monotonic() - started, peak)


def _watch(process: BaseProcess, reading: Connection, started: float) -> tuple[str, str, int]:
    """The outcome's word, reason and peak; what is too slow or too large may be running still."""
    peak = 0
    while not reading.poll(0.02):
        peak = max(peak, _resident(process))
        if peak > _MOST_BYTES:
            return OVER, f"more than {_MOST_BYTES >> 20} MiB", peak
        if time.monotonic() - started > _MOST_SECONDS:
            return HANG, f"more than {_MOST_SECONDS:.0f} s", peak
    try:
        word, reason, peak = reading.recv()
    except EOFError:
        process.join()
        return CRASH, f"died with exit code {process.exitcode}", peak
    return (OVER, f"{peak >> 20} MiB", peak) if peak > _MOST_BYTES else (word, reason, peak)


def _take_in(path: Path, folder: Path, writing: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_BACKSTOP, _BACKSTOP))
    # What C libraries print about damaged files says nothing that is not in the outcome.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    word, reason = TAKEN, ""
    try:
        allowed = derive.limits(Settings())
        facts = source.read(path, allowed)
        for page in range(min(facts.pages, _MOST_PAGES)):
            pyramid.make(path, folder / f"{page}.tif", limits=allowed, page=page)
    except InvalidSource as error:
        word, reason = REFUSED, str(error)
    except Exception as error:  # noqa: BLE001 - whatever else is raised is what the run looks for
        word, reason = CRASH, f"{type(error).__name__}: {error}"
    # Linux counts in kilobytes.
    writing.send((word, reason, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10))


def _resident(process: BaseProcess) -> int:
    try:
        return int(psutil.Process(process.pid).memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _files(folders: list[Path]) -> Iterator[Path]:
    return (path for folder in folders for path in folder.rglob("*") if path.is_file())


def _line(outcome: Outcome) -> str:
    figures = f"{outcome.seconds:5.1f} s {outcome.peak >> 20:5} MiB"
    return f"{outcome.word:<11} {figures}  {outcome.path}: {outcome.reason}"


def _print_table(outcomes: list[Outcome]) -> None:
    reasons = Counter((outcome.word, outcome.reason) for outcome in outcomes)
    print(f"\n{len(outcomes):6} files")
    for word, count in Counter(outcome.word for outcome in outcomes).most_common():
        print(f"{count:6} {word}")
        for (_, reason), times in Counter({k: n for k, n in reasons.items() if k[0] == word}).most_common():
            if reason:
                print(f"{times:14} {reason}")
    largest = max(outcomes, key=lambda outcome: outcome.peak, default=None)
    if largest:
        print(f"largest: {_line(largest)}\nslowest: {_line(max(outcomes, key=lambda o: o.seconds))}")


if __name__ == "__main__":
    main()
