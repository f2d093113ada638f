"""What only a store on S3 has to keep: large uploads in parts, and faults of a server that is far away."""

import dataclasses
import hashlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from s3 import S3Server

from archive import config
from archive.config import Settings
from archive.errors import Invalid, NotFound, Unavailable
from archive.storage import open_store, s3
from archive.storage.s3 import S3Store
from archive.storage.store import Store, Stored
from iiif.errors import InvalidSource

pytestmark = pytest.mark.s3
_SECRET = "a-secret-of-the-tests"
_PARTS = 2 * (8 << 20) + 5
"""A size of three parts."""

_ASKS: dict[str, Callable[[Store, Path], object]] = {
    "add": lambda store, source: store.add(source),
    "place": lambda store, source: store.place("pyramids/aa/p.tif", source),
    "open": lambda store, _: store.open("sources/aa/none"),
    "file": lambda store, _: store.file("sources/aa/none").__enter__(),
    "read_range": lambda store, _: store.read_range("pyramids/aa/p.tif", 0, 1),
    "size": lambda store, _: store.size("sources/aa/none"),
    "keys": lambda store, _: list(store.keys("sources")),
    "delete": lambda store, _: store.delete("pyramids/aa/p.tif"),
}


@pytest.fixture
def store(s3_settings: Settings) -> S3Store:
    """An empty bucket."""
    return S3Store(s3_settings)


@pytest.fixture
def bucket(s3_server: S3Server, s3_settings: Settings) -> Path:
    """Where the archive's objects stand on the server's disk."""
    return s3_server.buckets / s3_settings.storage_url.removeprefix("s3://")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small file to keep."""
    path = tmp_path / "source.bin"
    path.write_bytes(b"a source")
    return path


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file that is uploaded and downloaded in parts."""
    path = tmp_path / "large.bin"
    path.write_bytes(os.urandom(1 << 20) * (_PARTS >> 20) + b"5tail")
    return path


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_a_large_source_goes_up_and_down_whole(store: Store, large: Path) -> None:
    key = store.add(large).key
    with store.file(key) as path, store.open(key) as kept:
        assert hashlib.file_digest(kept, "sha256").hexdigest() == key.rpartition("/")[2]  # type: ignore[arg-type]  # Any readable file does.
        assert path.read_bytes() == large.read_bytes()


def test_keys_stand_below_the_prefix_of_the_settings(store: Store, source: Path, bucket: Path) -> None:
    assert (bucket / store.add(source).key).read_bytes() == b"a source"


def test_keys_are_all_given_however_many_pages_they_come_in(store: Store, bucket: Path) -> None:
    names = [f"pyramids/{number:04}.tif" for number in range(1010)]
    (bucket / "pyramids").mkdir(parents=True)
    for name in names:
        (bucket / name).touch()
    assert sorted(store.keys("pyramids")) == names


@pytest.mark.parametrize("size", [8, _PARTS], ids=["small", "large"])
def test_a_source_that_changes_while_it_is_read_is_not_kept(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    before = Stored(hashlib.sha256(b"before").hexdigest(), size)
    (tmp_path / "source.bin").write_bytes(bytes(size))
    monkeypatch.setattr(s3, "digest", lambda path: before)
    with pytest.raises(InvalidSource, match="it changed while it was read"):
        store.add(tmp_path / "source.bin")
    assert (store.size(before.key), list(store.keys(""))) == (None, [])


def test_a_killed_upload_leaves_nothing_to_be_seen(
    s3_settings: Settings, store: Store, large: Path, bucket: Path
) -> None:
    dying = """
import os, signal, sys
from pathlib import Path
from archive import config
from archive.storage import disk, open_store
def chunks(source, given=disk.chunks):
    for number, chunk in enumerate(given(source)):
        if number == 15:
            os.kill(os.getpid(), signal.SIGKILL)
        yield chunk
disk.chunks = chunks
open_store(config.read()).place("pyramids/aa/p.tif", Path(sys.argv[1]))
"""
    config_of = {config.variable(f.name): str(getattr(s3_settings, f.name)) for f in _storage_fields()}
    done = subprocess.run(
        [sys.executable, "-c", dying, large], env={**os.environ, **config_of}, check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL
    # What it had sent is with the server, where nobody sees it.
    assert list(bucket.parents[1].glob(".sgwtmp/multipart/*/*"))
    assert (store.size("pyramids/aa/p.tif"), list(store.keys(""))) == (None, [])
    store.place("pyramids/aa/p.tif", large)
    assert store.size("pyramids/aa/p.tif") == _PARTS


@pytest.mark.parametrize("ask", _ASKS.values(), ids=_ASKS.keys())
@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        ({"s3_secret_key": "wrong"}, "it refuses us; check MOGAO_S3_ACCESS_KEY and MOGAO_S3_SECRET_KEY"),
        ({"storage_url": "s3://no-such-bucket"}, "its bucket is not there; make it"),
        ({"s3_endpoint": "http://127.0.0.1:1"}, "check MOGAO_S3_ENDPOINT, MOGAO_S3_REGION, the network"),
    ],
    ids=["refused", "no bucket", "away"],
)
def test_a_server_that_can_not_be_used_is_told_with_the_remedy(
    s3_settings: Settings,
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
    ask: Callable[[Store, Path], object],
    changes: dict[str, str],
    remedy: str,
) -> None:
    monkeypatch.setattr(s3, "_RETRIES", 0)
    broken = dataclasses.replace(s3_settings, **changes)  # type: ignore[arg-type]  # All of them are text.
    with pytest.raises(Unavailable) as caught:
        ask(open_store(broken), source)
    message = str(caught.value)
    assert message.startswith("the store on S3 can't be used: ")
    assert remedy in message
    assert "127.0.0.1" not in message


def test_a_server_that_never_answers_is_given_up(
    s3_settings: Settings, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "_READ_TIMEOUT", s3._READ_TIMEOUT / 300)
    monkeypatch.setattr(s3, "_RETRIES", 1)
    with pytest.raises(Unavailable, match="does not answer as it should"):
        open_store(dataclasses.replace(s3_settings, s3_endpoint=silent)).size("sources/aa/none")


def test_a_key_that_is_lost_later_is_not_found(store: Store, source: Path, bucket: Path) -> None:
    key = store.add(source).key
    reader = store.reader(key)
    (bucket / key).unlink()
    with pytest.raises(NotFound, match="is not in the store"):
        reader.read_range(0, 1)


def test_keys_of_the_settings_win_over_a_session_of_the_environment(
    s3_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "another")
    assert list(open_store(s3_settings).keys("")) == []


def test_keys_of_the_environment_are_taken_where_the_settings_have_none(
    s3_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_settings.s3_access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_settings.s3_secret_key)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    assert (
        list(open_store(dataclasses.replace(s3_settings, s3_access_key="", s3_secret_key="")).keys("")) == []
    )


def test_secrets_are_not_shown(s3_settings: Settings, store: S3Store) -> None:
    shown = repr((s3_settings, store, vars(store), store.reader("a")))
    assert (_SECRET in shown, s3_settings.s3_access_key in shown) == (False, False)


def test_a_store_on_s3_without_its_library_says_what_to_install(
    s3_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "archive.storage.s3", None)
    with pytest.raises(Invalid, match=r"pip install -e '\.\[s3\]'"):
        open_store(s3_settings)


def _storage_fields() -> list["dataclasses.Field[object]"]:
    return [
        field
        for field in dataclasses.fields(Settings)
        if field.name.startswith(("s3_", "storage_url", "data_dir"))
    ]
