"""A file in pieces is received without a gap, whoever is killed or slow, and read as one."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.config import Settings
from archive.errors import Invalid, Misplaced
from archive.storage import open_store, pieces
from archive.storage.store import Store

_CONTENT = bytes(range(256)) * 100


@pytest.fixture(params=["local", pytest.param("s3", marks=pytest.mark.s3)])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An empty store of each kind, whose pieces have 10,000 bytes at most."""
    monkeypatch.setattr(pieces, "PIECE", 10_000)
    if request.param == "local":
        return open_store(Settings(data_dir=tmp_path / "data"))
    return open_store(request.getfixturevalue("s3_settings"))


def test_pieces_are_read_as_one_file(store: Store) -> None:
    assert _append(store, 0, _CONTENT[:25_000]) == 25_000
    assert _append(store, 25_000, _CONTENT[25_000:]) == len(_CONTENT)
    assert pieces.extent(store, "a") == len(_CONTENT)
    assert pieces.digest(store, "a") == hashlib.sha256(_CONTENT).hexdigest()
    with pieces.joined(store, "a") as path:
        assert path.read_bytes() == _CONTENT
    assert not path.exists()
    assert len(list(store.keys("uploads/a"))) == 4


def test_files_do_not_know_each_other(store: Store) -> None:
    _append(store, 0, b"one", name="a")
    assert pieces.extent(store, "ab") == 0
    assert _append(store, 0, b"other", name="ab") == 5
    assert pieces.names(store) == {"a", "ab"}
    pieces.cut(store, "a", 0)
    assert (pieces.names(store), pieces.extent(store, "ab")) == ({"ab"}, 5)


def test_what_came_before_a_cut_off_is_kept(store: Store) -> None:
    assert pieces.append(store, "a", 0, io.BytesIO(_CONTENT[:12_345]).read, most=20_000) == 12_345
    assert pieces.extent(store, "a") == 12_345
    assert _append(store, 12_345, _CONTENT[12_345:]) == len(_CONTENT)
    assert pieces.digest(store, "a") == hashlib.sha256(_CONTENT).hexdigest()


def test_no_more_is_read_than_was_announced(store: Store) -> None:
    content = io.BytesIO(_CONTENT)
    assert pieces.append(store, "a", 0, content.read, most=11_000) == 11_000
    assert content.tell() == 11_000


def test_what_does_not_join_on_is_refused_with_the_place(store: Store) -> None:
    _append(store, 0, b"0123456789")
    for offset in (0, 5, 11):
        with pytest.raises(Misplaced, match="at byte 10") as caught:
            _append(store, offset, b"more")
        assert caught.value.offset == 10
    assert pieces.extent(store, "a") == 10


def test_who_was_overtaken_puts_nothing_over_what_another_sent(store: Store) -> None:
    def slow(size: int) -> bytes:
        # While this sender's piece is under way, another sends the same and more.
        if pieces.extent(store, "a") == 0:
            _append(store, 0, _CONTENT[:15_000])
            return _CONTENT[:500]
        return b""

    with pytest.raises(Misplaced, match="at byte 15000"):
        pieces.append(store, "a", 0, slow, most=20_000)
    assert _append(store, 15_000, _CONTENT[15_000:]) == len(_CONTENT)
    assert pieces.digest(store, "a") == hashlib.sha256(_CONTENT).hexdigest()


def test_of_two_pieces_at_one_place_the_longer_counts(store: Store) -> None:
    for length in (4_000, 9_000, 2_000):
        with store.scratch() as path:
            path.write_bytes(_CONTENT[:length])
            store.place(f"uploads/a/{0:015d}-{length}", path)
    assert pieces.extent(store, "a") == 9_000
    with pieces.joined(store, "a") as path:
        assert path.read_bytes() == _CONTENT[:9_000]


def test_a_piece_behind_a_gap_does_not_count(store: Store) -> None:
    _append(store, 0, _CONTENT[:25_000])
    (first,) = [key for key in store.keys("uploads/a") if f"/{10_000:015d}-" in key]
    store.delete(first)
    assert pieces.extent(store, "a") == 10_000


def test_a_file_is_cut_at_a_piece(store: Store) -> None:
    _append(store, 0, _CONTENT[:10_000])
    _append(store, 10_000, _CONTENT[10_000:])
    pieces.cut(store, "a", 10_000)
    assert pieces.extent(store, "a") == 10_000


def test_a_file_of_too_many_pieces_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_MOST_PIECES", 2)
    _append(store, 0, b"a")
    _append(store, 1, b"b")
    with pytest.raises(Invalid, match="more than 2 pieces: send it again in larger ones"):
        _append(store, 2, b"c")
    assert pieces.extent(store, "a") == 2


def _append(store: Store, offset: int, content: bytes, name: str = "a") -> int:
    read: Callable[[int], bytes] = io.BytesIO(content).read
    return pieces.append(store, name, offset, read, most=len(content))
