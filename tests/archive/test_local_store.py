"""What only a store in a folder has to keep, and what its disk may do to it."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import limited_disk
import pytest
from factories import jpeg, photograph

from archive.errors import Unavailable
from archive.storage.local import LocalStore

_CONTENT = b"a source\n" * 1000
_DIGEST = hashlib.sha256(_CONTENT).hexdigest()
_KEY = f"sources/{_DIGEST[:2]}/{_DIGEST}"
# What a process of its own does to a store, and what it says of it.
_ADD = """
import sys
from pathlib import Path
from archive.errors import Unavailable
from archive.storage.local import LocalStore
try:
    LocalStore(Path(sys.argv[1])).add(Path(sys.argv[2]))
except Unavailable as error:
    print(error)
"""


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    """An empty store."""
    return LocalStore(tmp_path / "store")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file to keep."""
    path = tmp_path / "source.bin"
    path.write_bytes(_CONTENT)
    return path


def test_the_same_source_again_leaves_the_kept_one_as_it_is(
    store: LocalStore, source: Path, tmp_path: Path
) -> None:
    store.add(source)
    before = (tmp_path / "store" / _KEY).stat()
    store.add(source)
    after = (tmp_path / "store" / _KEY).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert list(store.keys("")) == [_KEY]


def test_a_kept_source_is_write_protected(store: LocalStore, source: Path, tmp_path: Path) -> None:
    store.add(source)
    assert (tmp_path / "store" / _KEY).stat().st_mode & 0o222 == 0


def test_a_source_that_a_crash_left_in_part_is_made_whole(
    store: LocalStore, source: Path, tmp_path: Path
) -> None:
    torn = tmp_path / "store" / _KEY
    torn.parent.mkdir(parents=True)
    torn.write_bytes(_CONTENT[:100])
    store.add(source)
    assert torn.read_bytes() == _CONTENT


def test_a_killed_maker_leaves_only_scratch_which_is_swept(
    store: LocalStore, source: Path, tmp_path: Path
) -> None:
    dying = """
import os, signal, sys
from pathlib import Path
from archive.storage.local import LocalStore
with LocalStore(Path(sys.argv[1])).scratch() as path:
    path.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", dying, tmp_path / "store"], check=False, timeout=60)
    assert len(list(store.keys("scratch"))) == len(list(store.keys(""))) == 1
    with store.scratch() as path:
        path.write_bytes(b"of a living maker")
        assert store.sweep() == 1
        assert path.exists()
    assert list(store.keys("")) == []


def test_scratch_of_another_machine_is_swept_only_when_it_is_old(store: LocalStore, tmp_path: Path) -> None:
    scratch = tmp_path / "store" / "scratch"
    scratch.mkdir(parents=True)
    young, old = scratch / "1-aa-elsewhere", scratch / "1-bb-elsewhere-2"
    for path in (young, old):
        path.touch()
    os.utime(old, (0, 0))
    assert store.sweep() == 1
    assert list(store.keys("")) == ["scratch/1-aa-elsewhere"]


def test_a_store_that_is_no_folder_is_unavailable(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="not a directory"):
        LocalStore(tmp_path / "file").add(source)


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ('small_disk "$STORE" 64k', "the disk is full; free some space and run again"),
        ('read_only "$STORE"', "it is read-only; make it writable"),
    ],
    ids=["full", "read-only"],
)
def test_a_store_that_takes_nothing_is_unavailable(tmp_path: Path, limit: str, reason: str) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "source.bin").write_bytes(bytes(200_000))
    script = f'{limit}\n"$PYTHON" -c "$ADD" "$STORE" "$SOURCE"; find "$STORE" -type f'
    names = {"STORE": str(tmp_path / "store"), "SOURCE": str(tmp_path / "source.bin"), "ADD": _ADD}
    done = limited_disk.run(script, names)
    assert (done.stdout, done.stderr) == (f"the store can't be written: {reason}\n", "")


@pytest.mark.slow
def test_an_ingest_on_a_full_disk_says_so_and_goes_on_when_there_is_space(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    for number in range(6):
        jpeg(scans / f"{number}.jpg", photograph(1200, 900), comment=str(number))
    (tmp_path / "data").mkdir()
    script = """
small_disk "$MOGAO_DATA_DIR" 1500k
mogao ingest "$SCANS"; echo $?
find "$MOGAO_DATA_DIR/store/scratch" -type f
mount -o remount,size=64m "$MOGAO_DATA_DIR"
mogao ingest "$SCANS"; echo $?
find "$MOGAO_DATA_DIR/store/sources" -type f | wc -l
find "$MOGAO_DATA_DIR/store/pyramids" -type f | wc -l
"""
    done = limited_disk.run(script, {"MOGAO_DATA_DIR": str(tmp_path / "data"), "SCANS": str(scans)})
    assert done.stdout.split() == ["1", "0", "6", "6"]
    assert "the disk is full; free some space and run again" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_an_ingest_into_a_read_only_folder_says_so_and_loses_nothing(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    jpeg(scans / "a.jpg")
    (tmp_path / "data").mkdir()
    script = """
mogao init
read_only "$MOGAO_DATA_DIR"
mogao ingest "$SCANS"; echo $?
umount "$MOGAO_DATA_DIR"
mogao ingest "$SCANS"; echo $?
"""
    done = limited_disk.run(script, {"MOGAO_DATA_DIR": str(tmp_path / "data"), "SCANS": str(scans)})
    assert done.stdout.split() == ["The", "catalogue", "is", "ready.", "1", "0"]
    assert done.stderr.splitlines()[0] == (
        "Error: the catalogue can't be used: its file can't be opened; "
        "see that the data folder is there and writable"
    )
