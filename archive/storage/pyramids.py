"""Pyramids kept open: their tile indexes, read once, most recently used first."""

import dataclasses
import threading
from collections import OrderedDict
from concurrent.futures import Future

from archive.storage.store import Store
from iiif.image.tiff import Pyramid, Reader

_WINDOW = 256 << 10
"""Bytes of one read while an index is read: as many as that of an image of a gigapixel has."""


class Pyramids:
    """Opens pyramids of the store by key, at most ``most`` at once.

    A pyramid's key holds its source's digest: what it names never changes, so nothing goes stale.
    """

    def __init__(self, store: Store, *, most: int = 256) -> None:
        self._store = store
        self._most = most
        self._open: OrderedDict[str, Pyramid] = OrderedDict()
        self._opening: dict[str, Future[Pyramid]] = {}
        self._lock = threading.Lock()

    def open(self, key: str, *, width: int, height: int) -> Pyramid:
        """The pyramid under ``key`` of a picture of ``width`` by ``height``.

        However many ask for it at once, it is opened once. Raises ``NotFound``, ``Unavailable``, and
        ``InvalidSource`` for a damaged one.
        """
        with self._lock:
            if key in self._open:
                self._open.move_to_end(key)
                return self._open[key]
            others = self._opening.get(key)
            if others is None:
                mine = self._opening[key] = Future[Pyramid]()
        if others is not None:
            return others.result()
        try:
            pyramid = _read_index(self._store.reader(key), width, height)
        except BaseException as error:
            self._settle(key)
            mine.set_exception(error)
            raise
        self._settle(key, pyramid)
        mine.set_result(pyramid)
        return pyramid

    def close(self) -> None:
        """Forget them all."""
        with self._lock:
            self._open.clear()

    def _settle(self, key: str, pyramid: Pyramid | None = None) -> None:
        with self._lock:
            del self._opening[key]
            if pyramid is not None:
                self._open[key] = pyramid
            if len(self._open) > self._most:
                self._open.popitem(last=False)


class _ReadAhead:
    """Reads in windows that are kept: an index is dozens of small reads, and each may cross a network."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._windows: list[tuple[int, bytes]] = []

    def read_range(self, offset: int, length: int) -> bytes:
        for start, window in self._windows:
            if start <= offset and offset + length <= start + len(window):
                return window[offset - start : offset - start + length]
        # On both sides: what a directory points to may stand before it as well as behind.
        start = max(0, offset - _WINDOW // 2)
        window = self._reader.read_range(start, max(_WINDOW, offset + length - start))
        self._windows.append((start, window))
        return window[offset - start : offset - start + length]


def _read_index(reader: Reader, width: int, height: int) -> Pyramid:
    # The windows go with the index: a tile is read as it stands, and on a disk by one call.
    return dataclasses.replace(Pyramid.open(_ReadAhead(reader), width, height), reader=reader)
