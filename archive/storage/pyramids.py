"""Pyramids kept open: their tile indexes, read once, most recently used first."""

import threading
from collections import OrderedDict

from archive.storage.store import Store
from iiif.image.tiff import Pyramid


class Pyramids:
    """Opens pyramids of the store by key, at most ``most`` at once.

    A pyramid's key holds its source's digest: what it names never changes, so nothing goes stale.
    """

    def __init__(self, store: Store, *, most: int = 256) -> None:
        self._store = store
        self._most = most
        self._open: OrderedDict[str, Pyramid] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, key: str, *, width: int, height: int) -> Pyramid:
        """The pyramid under ``key`` of a picture of ``width`` by ``height``. Raises ``NotFound``."""
        with self._lock:
            if key in self._open:
                self._open.move_to_end(key)
                return self._open[key]
        with self._store.file(key) as path:
            pyramid = Pyramid.open(path, width, height)
        with self._lock:
            self._open[key] = pyramid
            if len(self._open) > self._most:
                self._open.popitem(last=False)
        return pyramid

    def close(self) -> None:
        """Forget them all."""
        with self._lock:
            self._open.clear()
