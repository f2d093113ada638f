"""The promises of every store, in a folder or on S3: whole or not at all, once and for ever."""

import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive.config import Settings
from archive.errors import NotFound
from archive.storage import open_store
from archive.storage.store import Store, Stored, digest
from iiif.errors import InvalidSource

_CONTENT = b"a source\n" * 1000
_DIGEST = hashlib.sha256(_CONTENT).hexdigest()
_KEY = f"sources/{_DIGEST[:2]}/{_DIGEST}"
_PYRAMID = "pyramids/aa/p.tif"


@pytest.fixture(params=["local", pytest.param("s3", marks=pytest.mark.s3)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store of each kind."""
    if request.param == "local":
        return open_store(Settings(data_dir=tmp_path / "data"))
    return open_store(request.getfixturevalue("s3_settings"))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file to keep."""
    path = tmp_path / "source.bin"
    path.write_bytes(_CONTENT)
    return path


@pytest.fixture
def full(store: Store, source: Path) -> Store:
    """A store that keeps the source and a derivative."""
    store.add(source)
    with store.scratch() as path:
        path.write_bytes(b"pyramid")
        store.place(_PYRAMID, path)
    return store


def test_a_source_is_kept_under_its_digest(store: Store, source: Path) -> None:
    assert store.add(source) == Stored(_DIGEST, len(_CONTENT)) == digest(source)
    assert Stored(_DIGEST, len(_CONTENT)).key == _KEY
    assert store.size(_KEY) == len(_CONTENT)
    with store.open(_KEY) as kept, store.file(_KEY) as path:
        assert kept.read() == path.read_bytes() == _CONTENT


def test_an_empty_source_is_kept_too(store: Store, source: Path) -> None:
    source.write_bytes(b"")
    key = store.add(source).key
    assert store.size(key) == 0
    with store.open(key) as kept, store.file(key) as path:
        assert kept.read() == path.read_bytes() == store.read_range(key, 0, 1) == b""


def test_the_same_source_again_is_kept_once(store: Store, source: Path) -> None:
    assert store.add(source) == store.add(source)
    assert list(store.keys("")) == [_KEY]


def test_one_source_added_by_many_at_once_is_kept_once(store: Store, source: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(store.add, [source] * 16))
    assert found == {Stored(_DIGEST, len(_CONTENT))}
    assert list(store.keys("")) == [_KEY]


def test_a_source_is_kept_apart_from_the_file_it_came_from(store: Store, source: Path) -> None:
    store.add(source)
    source.write_bytes(b"edited")
    with store.open(_KEY) as kept:
        assert kept.read() == _CONTENT


def test_a_source_is_never_deleted(full: Store) -> None:
    with pytest.raises(ValueError, match="never deleted"):
        full.delete(_KEY)
    assert full.size(_KEY) == len(_CONTENT)


def test_a_derivative_is_placed_in_one_step_and_may_be_deleted(store: Store) -> None:
    with store.scratch() as path:
        path.write_bytes(b"pyramid")
        assert store.size(_PYRAMID) is None
        store.place(_PYRAMID, path)
    assert list(store.keys("pyramids")) == [_PYRAMID]
    store.delete(_PYRAMID)
    store.delete(_PYRAMID)
    assert list(store.keys("pyramids")) == []


def test_a_derivative_is_replaced_as_a_whole(full: Store) -> None:
    with full.scratch() as path:
        path.write_bytes(b"new")
        full.place(_PYRAMID, path)
    assert full.read_range(_PYRAMID, 0, 100) == b"new"


def test_what_is_left_in_scratch_is_removed(store: Store) -> None:
    with store.scratch() as path:
        path.write_bytes(b"half")
    assert not path.exists()
    assert list(store.keys("")) == []


def test_a_file_can_be_read_only_while_it_is_asked_for(full: Store) -> None:
    with full.file(_PYRAMID) as path:
        assert path.read_bytes() == b"pyramid"
    assert full.size(_PYRAMID) == len(b"pyramid")
    assert full.sweep() == 0


@pytest.mark.parametrize("key", ["sources/aa/none", "pyramids/aa/none.tif"])
def test_a_key_that_is_not_there_is_not_found(store: Store, key: str) -> None:
    assert store.size(key) is None
    with pytest.raises(NotFound, match=f"{key} is not in the store"), store.file(key):
        pass
    with pytest.raises(NotFound):
        store.open(key)
    with pytest.raises(NotFound):
        store.read_range(key, 0, 1)
    with pytest.raises(NotFound):
        store.reader(key).read_range(0, 1)


@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [
        (0, 8, _CONTENT[:8]),
        (4321, 1000, _CONTENT[4321:5321]),
        (8990, 10, _CONTENT[-10:]),
        (8990, 11, _CONTENT[-10:]),
        (0, 1 << 20, _CONTENT),
        (9000, 1, b""),
        (1 << 40, 10, b""),
        (5, 0, b""),
    ],
)
def test_a_range_is_shorter_only_at_the_end(full: Store, offset: int, length: int, expected: bytes) -> None:
    assert full.read_range(_KEY, offset, length) == expected
    assert full.reader(_KEY).read_range(offset, length) == expected


def test_a_reader_serves_many_threads_at_once(full: Store) -> None:
    reader = full.reader(_KEY)
    offsets = [n * 97 % len(_CONTENT) for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda offset: reader.read_range(offset, 50), offsets))
    assert found == [_CONTENT[offset : offset + 50] for offset in offsets]


def test_a_stream_is_read_from_any_place(full: Store) -> None:
    with full.open(_KEY) as kept:
        assert kept.seek(0, io.SEEK_END) == len(_CONTENT)
        assert (kept.read(1), kept.seek(-9, io.SEEK_CUR)) == (b"", len(_CONTENT) - 9)
        assert (kept.read(), kept.seek(100), kept.read(5)) == (b"a source\n", 100, _CONTENT[100:105])
        assert kept.tell() == 105


def test_keys_are_those_of_a_folder_alone(full: Store) -> None:
    assert list(full.keys("sources")) == [_KEY]
    assert list(full.keys("pyramids")) == [_PYRAMID]
    assert sorted(full.keys("")) == [_PYRAMID, _KEY]
    assert list(full.keys("pyr")) == []


def test_a_missing_source_is_the_rows_fault_not_the_stores(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store.add(tmp_path / "none")


def test_a_source_that_its_disk_gives_in_part_is_refused(store: Store) -> None:
    # The first page of a process' memory is mapped to nothing: reading it fails as a bad disk does.
    with pytest.raises(InvalidSource, match="in part"):
        store.add(Path("/proc/self/mem"))
    assert list(store.keys("")) == []


def test_scratch_is_swept_when_its_maker_is_gone(store: Store) -> None:
    with store.scratch() as path:
        # No process bears that number: it is above the highest that Linux gives.
        dead = path.with_name(path.name.replace(str(os.getpid()), str(1 << 23), 1))
        dead.write_bytes(b"half")
        assert store.sweep() == 1
        assert (path.parent.exists(), dead.exists()) == (True, False)
