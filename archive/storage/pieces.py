"""A file on its way in: pieces in the store, each whole, which are read as one.

A piece bears its place and length in its name. What was received is what joins on from byte 0, so that
nothing else need be kept, and a process that is killed loses the piece in its hands alone.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.errors import Invalid, Misplaced
from archive.storage import disk
from archive.storage.store import Store

PIECE = 16 << 20
"""Bytes of the largest piece, on disk; a 2,000th of the largest file by default."""
_MOST_PIECES = 20_000
_CHUNK = 1 << 20
_FOLDER = "uploads"


@dataclass(frozen=True)
class _Piece:
    key: str
    offset: int
    length: int


def extent(store: Store, name: str) -> int:
    """How many bytes of the file ``name`` have been received, from its beginning and without a gap."""
    return sum(piece.length for piece in _chain(store, name))


def append(store: Store, name: str, offset: int, read: Callable[[int], bytes], *, most: int) -> int:
    """Keep up to ``most`` bytes that ``read`` gives behind the ``offset`` that are here; how many are then.

    What was received is kept where ``read`` ends early or the store fails. Raises ``Misplaced`` where the
    file goes on elsewhere, as when another sends it too, and ``Invalid`` for too many small pieces.
    """
    end = offset + most
    while offset < end:
        with store.scratch() as path:
            length = _receive(path, read, min(PIECE, end - offset))
            if length:
                _place(store, path, _Piece(_key(name, offset, length), offset, length), name)
        offset += length
        if length == 0:
            break
    return offset


def cut(store: Store, name: str, offset: int) -> None:
    """Forget what begins at ``offset`` or behind it."""
    for piece in _pieces(store, name):
        if piece.offset >= offset:
            store.delete(piece.key)


def digest(store: Store, name: str) -> str:
    """The SHA-256 of what has been received, in hexadecimal."""
    total = hashlib.sha256()
    for chunk in _read(store, name):
        total.update(chunk)
    return total.hexdigest()


@contextmanager
def joined(store: Store, name: str) -> Iterator[Path]:
    """A file of this machine with all that has been received, to read within the ``with``."""
    with store.scratch() as path:
        with disk.translated(), path.open("xb") as whole:
            for chunk in _read(store, name):
                whole.write(chunk)
        yield path


def names(store: Store) -> set[str]:
    """Every file of which there are pieces."""
    return {key.split("/")[1] for key in store.keys(_FOLDER)}


def _place(store: Store, path: Path, piece: _Piece, name: str) -> None:
    chain = _chain(store, name)
    begun = sum(one.length for one in chain)
    # Whoever was slow must not put an old piece over what another has sent since.
    if begun != piece.offset:
        raise Misplaced(begun)
    if len(chain) >= _MOST_PIECES:
        raise Invalid(f"it came in more than {_MOST_PIECES:,} pieces: send it again in larger ones")
    store.place(piece.key, path)


def _receive(path: Path, read: Callable[[int], bytes], most: int) -> int:
    length = 0
    with disk.translated(), path.open("xb") as file:
        while length < most and (chunk := read(min(_CHUNK, most - length))):
            file.write(chunk)
            length += len(chunk)
    return length


def _read(store: Store, name: str) -> Iterator[bytes]:
    for piece in _chain(store, name):
        with store.open(piece.key) as content:
            yield from disk.chunks(content)


def _chain(store: Store, name: str) -> list[_Piece]:
    """The pieces that join on from byte 0; of several at one place the longest."""
    found = defaultdict(list)
    for piece in _pieces(store, name):
        found[piece.offset].append(piece)
    chain: list[_Piece] = []
    offset = 0
    while offset in found:
        chain.append(max(found[offset], key=lambda piece: piece.length))
        offset += chain[-1].length
    return chain


def _pieces(store: Store, name: str) -> list[_Piece]:
    return [_parsed(key) for key in store.keys(f"{_FOLDER}/{name}")]


def _parsed(key: str) -> _Piece:
    offset, _, length = key.rpartition("/")[2].partition("-")
    return _Piece(key, int(offset), int(length))


def _key(name: str, offset: int, length: int) -> str:
    return f"{_FOLDER}/{name}/{offset:015d}-{length}"
