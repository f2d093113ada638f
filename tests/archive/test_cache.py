"""Renditions are kept within bounds, whole or not at all, and nothing else is touched."""

import hashlib
import logging
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import limited_disk
import pytest

from archive.storage.cache import Cache

_DAY = 24 * 60 * 60
_FILL = """
import hashlib, itertools, pathlib, sys, time
from archive.storage.cache import Cache
folder, limit, first, most = sys.argv[1:]
cache = Cache(pathlib.Path(folder), limit=int(limit), days=30)
print("begun", flush=True)
for number in itertools.islice(itertools.count(int(first)), int(most) or None):
    key = hashlib.sha256(str(number).encode()).hexdigest()
    cache.put(key, key.encode() * (1 + number % 50))
    while key in cache._pending:
        time.sleep(0.0005)
    assert cache.get(key) in (None, key.encode() * (1 + number % 50))
cache.close()
"""
_ON_A_BAD_DISK = """
import os, pathlib, threading
from archive.storage.cache import Cache
cache = Cache(pathlib.Path(os.environ["CACHE"]), limit=1 << 30, days=30)
cache.put("aa", bytes(200_000))
[thread.join(5) for thread in threading.enumerate() if thread.name == "cache"]
cache.put("bb", bytes(200_000))
assert cache.get("aa") is cache.get("bb") is None
cache.close()
"""


def _key(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def _open(folder: Path, *, limit: int = 1 << 20, days: int = 30) -> Cache:
    return Cache(folder / "cache", limit=limit, days=days)


def _keep(folder: Path, *numbers: int, size: int = 1000, limit: int = 1 << 26, days: int = 30) -> None:
    """Look through the folder and write these renditions, as a process that begins and ends."""
    cache = _open(folder, limit=limit, days=days)
    for number in numbers:
        cache.put(_key(number), _body(number, size))
    cache.close()


def _body(number: int, size: int = 1000) -> bytes:
    return str(number).encode().ljust(size, b".")


def _file(folder: Path, number: int) -> Path:
    key = _key(number)
    return folder / "cache" / key[:2] / f"{key}.rendition"


def _leave_unused(path: Path, days: float) -> None:
    then = time.time() - days * _DAY
    os.utime(path, (then, then))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_rendition_is_there_at_once_and_after_a_restart(tmp_path: Path) -> None:
    cache = _open(tmp_path)
    cache.put(_key(1), b"picture")
    assert (cache.get(_key(1)), cache.get(_key(2))) == (b"picture", None)
    cache.close()
    assert _open(tmp_path).get(_key(1)) == b"picture"


def test_nothing_is_begun_before_the_first_rendition(tmp_path: Path) -> None:
    cache = _open(tmp_path)
    assert cache.get(_key(1)) is None
    cache.close()
    assert list(tmp_path.iterdir()) == []


def test_what_comes_after_the_end_is_not_kept(tmp_path: Path) -> None:
    cache = _open(tmp_path)
    cache.close()
    cache.put(_key(1), b"picture")
    assert (cache.get(_key(1)), _files(tmp_path)) == (None, [])


@pytest.mark.parametrize("left", [0, 3, 4, 500, 1003], ids=lambda left: f"{left} bytes")
def test_a_torn_file_is_no_hit_and_is_written_anew(tmp_path: Path, left: int) -> None:
    _keep(tmp_path, 1)
    os.truncate(_file(tmp_path, 1), left)
    assert _open(tmp_path).get(_key(1)) is None
    _keep(tmp_path, 1)
    assert _open(tmp_path).get(_key(1)) == _body(1)


def test_a_file_of_zeros_is_no_hit(tmp_path: Path) -> None:
    _keep(tmp_path, 1)
    _file(tmp_path, 1).write_bytes(bytes(1004))
    assert _open(tmp_path).get(_key(1)) is None


def test_a_file_under_anothers_name_is_no_hit(tmp_path: Path) -> None:
    _keep(tmp_path, 1, 2)
    _file(tmp_path, 1).replace(_file(tmp_path, 2))
    assert _open(tmp_path).get(_key(2)) is None


def test_the_bound_is_kept_and_what_was_unused_for_longest_leaves_first(tmp_path: Path) -> None:
    _keep(tmp_path, *range(20))
    for number in range(20):
        _leave_unused(_file(tmp_path, number), days=number / 10)
    _keep(tmp_path, 99, limit=10_000 + 640, size=100)
    kept = [number for number in range(20) if _file(tmp_path, number).exists()]
    assert kept == list(range(9))


def test_of_one_minute_no_more_leave_than_must(tmp_path: Path) -> None:
    _keep(tmp_path, *range(40))
    for number in range(40):
        _leave_unused(_file(tmp_path, number), days=1)
    _keep(tmp_path, 99, limit=32_000 + 160)
    assert sum(path.stat().st_size for path in _files(tmp_path)) == 30 * 1004 + 1004


def test_a_long_run_stays_within_the_bound(tmp_path: Path) -> None:
    limit = 200_000
    cache = _open(tmp_path, limit=limit)
    for number in range(1500):
        cache.put(_key(number), _body(number))
    cache.close()
    assert 0 < sum(path.stat().st_size for path in _files(tmp_path)) <= limit


def test_one_that_would_take_too_large_a_share_is_not_kept(tmp_path: Path) -> None:
    _keep(tmp_path, 1, size=4000, limit=64_000)
    assert _files(tmp_path) == []


@pytest.mark.parametrize(("days", "left"), [(30, [2]), (0, [1, 2])], ids=["30 days", "no bound"])
def test_aged_renditions_leave(tmp_path: Path, days: int, left: list[int]) -> None:
    _keep(tmp_path, 1, 2)
    _leave_unused(_file(tmp_path, 1), days=31)
    _leave_unused(_file(tmp_path, 2), days=29)
    _keep(tmp_path, 3, days=days)
    assert [number for number in (1, 2) if _file(tmp_path, number).exists()] == left


def test_a_hit_makes_a_rendition_young_again(tmp_path: Path) -> None:
    _keep(tmp_path, 1)
    _leave_unused(_file(tmp_path, 1), days=29)
    assert _open(tmp_path).get(_key(1)) == _body(1)
    assert time.time() - _file(tmp_path, 1).stat().st_mtime < _DAY


def test_use_is_noted_at_most_once_an_hour(tmp_path: Path) -> None:
    _keep(tmp_path, 1)
    _leave_unused(_file(tmp_path, 1), days=0.5 / 24)
    before = _file(tmp_path, 1).stat().st_mtime_ns
    assert _open(tmp_path).get(_key(1)) == _body(1)
    assert _file(tmp_path, 1).stat().st_mtime_ns == before


def test_what_a_killed_process_left_in_the_making_leaves_after_an_hour(tmp_path: Path) -> None:
    _keep(tmp_path, 1)
    old, new = (_file(tmp_path, 1).with_suffix(f".rendition.{letter * 32}") for letter in "ab")
    for path in (old, new):
        path.write_bytes(b"half")
    _leave_unused(old, days=2 / 24)
    _keep(tmp_path, 2)
    assert (old.exists(), new.exists()) == (False, True)


def test_files_of_others_survive_beside_ours(tmp_path: Path) -> None:
    _keep(tmp_path, 1)
    folder = _file(tmp_path, 1).parent
    outside = tmp_path / "outside.rendition"
    outside.write_bytes(bytes(5000))
    (folder / "notes.txt").write_bytes(bytes(5000))
    (folder / f"{_key(5)}.rendition").symlink_to(outside)
    for path in (folder / "notes.txt", outside, _file(tmp_path, 1)):
        _leave_unused(path, days=400)
    _keep(tmp_path, 2)
    assert sorted(path.name for path in folder.iterdir()) == sorted([f"{_key(5)}.rendition", "notes.txt"])
    assert outside.exists()


@pytest.mark.parametrize("foreign", ["letters/diary.txt", "ab", "abc/x"])
def test_a_folder_that_holds_other_things_is_left_alone(
    tmp_path: Path, foreign: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "cache" / foreign
    path.parent.mkdir(parents=True)
    path.write_text("dear diary")
    _keep(tmp_path, 1)
    assert _files(tmp_path) == [path]
    name = foreign.partition("/")[0]
    assert caplog.messages == [f'renditions are not cached: its folder holds "{name}": move that elsewhere']


def test_a_folder_of_ours_that_is_a_link_is_not_followed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / _key(1)[:2]).symlink_to(tmp_path / "elsewhere")
    _keep(tmp_path, 1)
    assert (_files(tmp_path), len(caplog.messages)) == ([], 1)


def test_a_folder_that_is_removed_is_made_again(tmp_path: Path) -> None:
    _keep(tmp_path, 1)
    for path in [*_files(tmp_path / "cache")]:
        path.unlink()
        path.parent.rmdir()
    (tmp_path / "cache").rmdir()
    assert _open(tmp_path).get(_key(1)) is None
    _keep(tmp_path, 1)
    assert _open(tmp_path).get(_key(1)) == _body(1)


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ('small_disk "$CACHE" 64k', "no space left on device"),
        ('read_only "$CACHE"', "read-only file system"),
    ],
    ids=["full", "read-only"],
)
def test_on_a_bad_disk_it_steps_aside_and_says_so_once(tmp_path: Path, limit: str, reason: str) -> None:
    (tmp_path / "cache").mkdir()
    script = f'{limit}\n"$PYTHON" -c "$PUT"; find "$CACHE" -type f'
    done = limited_disk.run(script, {"CACHE": str(tmp_path / "cache"), "PUT": _ON_A_BAD_DISK})
    assert (done.stdout, done.stderr) == ("", f"renditions are not cached: {reason}\n")


def test_two_processes_share_a_folder(tmp_path: Path) -> None:
    folder, limit = tmp_path / "cache", 120_000
    runs = [_filling(folder, limit, first=first, most=120) for first in (0, 80)]
    assert [run.wait(60) for run in runs] == [0, 0]
    # Each looks at the folder only now and then: two may exceed the bound by a 16th.
    assert limit / 2 < sum(path.stat().st_size for path in _files(folder)) <= limit * 17 / 16
    _check_all(folder)


@pytest.mark.slow
def test_killed_twenty_times_it_never_gives_a_torn_rendition(tmp_path: Path) -> None:
    folder, limit = tmp_path / "cache", 200_000
    chance = random.Random(4)
    for kill in range(20):
        runs = [_filling(folder, limit, first=first, most=0) for first in (kill * 1000, kill * 1000 + 500)]
        time.sleep(chance.uniform(0, 0.3))
        assert [run.poll() for run in runs] == [None, None], "it was over before the kill"
        for run in runs:
            run.send_signal(signal.SIGKILL)
            run.wait()
        _check_all(folder)
    for part in folder.rglob("*.rendition.*"):
        _leave_unused(part, days=1)
    _keep(tmp_path, 1, limit=limit)
    assert limit / 2 < sum(path.stat().st_size for path in _files(folder)) <= limit
    assert list(folder.rglob("*.rendition.*")) == []


def _filling(folder: Path, limit: int, *, first: int, most: int) -> subprocess.Popen[str]:
    """A process that puts renditions from number ``first`` on, ``most`` of them (0: without end)."""
    command: list[str | Path] = [sys.executable, "-c", _FILL, folder, str(limit), str(first), str(most)]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert run.stdout
    with run.stdout:
        assert run.stdout.readline() == "begun\n"
    return run


def _check_all(folder: Path) -> None:
    """Every file under its own name is whole, and gives back what its key says."""
    cache = Cache(folder, limit=1 << 30, days=30)
    keys = [path.name.removesuffix(".rendition") for path in folder.rglob("*.rendition")]
    assert keys
    for key in keys:
        body = cache.get(key)
        assert body is not None
        assert set(zip(*[iter(body)] * 64, strict=True)) == {tuple(key.encode())}


def test_a_warning_names_no_path(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "cache").write_text("a file where the folder belongs")
    with caplog.at_level(logging.WARNING):
        _keep(tmp_path, 1)
    assert caplog.messages == ["renditions are not cached: not a directory"]
