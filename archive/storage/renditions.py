"""Renditions: looked up, or drawn once for all who ask, within what the machine can bear."""

import math
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue

from archive.errors import Unavailable
from archive.storage.cache import Cache

_MOST_ASKING = 48
"""Requests that may wait for a drawing: of the server's 64 threads, the rest are for what is stored."""

_NICENESS = 10
"""How much drawing gives way. A stored tile beside eight who ask for large images had its p99 at 18 ms with
each drawn at once, at 5 ms in two lanes, at 2.7 ms in two lanes of this niceness. 19 gave 1.7 ms, but then
making pyramids beside the server would leave drawing next to nothing."""


@dataclass(eq=False)
class _Drawing:
    """A rendition that is asked for, and how many wait for it."""

    key: str
    cost: int
    draw: Callable[[], bytes]
    outcome: Future[bytes] = field(default_factory=Future)
    askers: int = 0


class Renditions:
    """Gives renditions by key: kept ones at once, others drawn in ``lanes`` threads of low priority.

    At once at most ``lanes`` are drawn, of at most ``budget_pixels`` together; one that costs more is drawn
    alone. They begin in the order in which they were asked for: a small one waits behind a large one until
    that fits, and no longer. The threads begin at the first use, and end with the process.
    """

    def __init__(self, cache: Cache | None, *, budget_pixels: int, lanes: int, patience: float) -> None:
        self._cache = cache
        self._budget = budget_pixels
        self._lanes = lanes
        self._patience = patience
        self._lock = threading.Lock()
        self._under_way: dict[str, _Drawing] = {}
        self._waiting: deque[_Drawing] = deque()
        self._admitted: SimpleQueue[_Drawing | None] = SimpleQueue()
        self._asking = 0
        self._drawing = 0
        self._pixels = 0
        self._begun = False
        self._closed = False

    def get(self, key: str, cost: int, draw: Callable[[], bytes]) -> bytes:
        """The rendition under ``key``: kept, or made by ``draw``, which decodes and writes ``cost`` pixels.

        Who asks while it is drawn gets the same bytes, or the same error. Raises ``Unavailable`` when too
        many wait already, or when the drawing has not begun within ``patience`` seconds; others wait on.
        """
        if (body := self._kept(key)) is not None:
            return body
        drawing = self._ask(key, cost, draw)
        try:
            with suppress(TimeoutError):
                return drawing.outcome.result(self._patience)
            self._require_begun(drawing)
            return drawing.outcome.result()
        finally:
            self._leave(drawing)

    def close(self) -> None:
        """Draw no more: who still waits for a beginning gets ``Unavailable``. Closes the cache too."""
        with self._lock:
            self._closed = True
            refused = list(self._waiting)
            self._waiting.clear()
        for drawing in refused:
            drawing.outcome.set_exception(self._refusal())
        for _ in range(self._lanes):
            self._admitted.put(None)
        if self._cache:
            self._cache.close()

    def _kept(self, key: str) -> bytes | None:
        return self._cache.get(key) if self._cache else None

    def _ask(self, key: str, cost: int, draw: Callable[[], bytes]) -> _Drawing:
        with self._lock:
            if self._closed or self._asking >= _MOST_ASKING:
                raise self._refusal()
            drawing = self._under_way.get(key)
            if drawing is None:
                drawing = self._under_way[key] = _Drawing(key, cost, draw)
                self._waiting.append(drawing)
                self._begin()
                self._admit()
            drawing.askers += 1
            self._asking += 1
        return drawing

    def _require_begun(self, drawing: _Drawing) -> None:
        with self._lock:
            if drawing in self._waiting:
                raise self._refusal()

    def _leave(self, drawing: _Drawing) -> None:
        with self._lock:
            self._asking -= 1
            drawing.askers -= 1
            if not drawing.askers and drawing in self._waiting:
                self._waiting.remove(drawing)
                del self._under_way[drawing.key]
                # It may have been the one that held the others back.
                self._admit()

    def _refusal(self) -> Unavailable:
        return Unavailable(
            "too many images are being drawn: ask again in a few seconds",
            retry_after=max(1, math.ceil(self._patience)),
        )

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            for _ in range(self._lanes):
                threading.Thread(target=self._work, name="drawing", daemon=True).start()

    def _admit(self) -> None:
        """Let begin what fits, first come, first served; whoever calls this holds the lock."""
        while self._waiting and self._drawing < self._lanes and self._fits(self._waiting[0]):
            drawing = self._waiting.popleft()
            self._drawing += 1
            self._pixels += drawing.cost
            self._admitted.put(drawing)

    def _fits(self, drawing: _Drawing) -> bool:
        return not self._drawing or self._pixels + drawing.cost <= self._budget

    def _work(self) -> None:
        _give_way()
        while drawing := self._admitted.get():
            self._draw(drawing)
            # Nothing of it is held on to while waiting for the next.
            del drawing

    def _draw(self, drawing: _Drawing) -> None:
        try:
            drawing.outcome.set_result(self._drawn(drawing))
        except BaseException as fault:  # noqa: BLE001  # Whoever asked for it raises it.
            drawing.outcome.set_exception(fault)

    def _drawn(self, drawing: _Drawing) -> bytes:
        try:
            # While it waited, another process may have drawn it, or this one for who asked just before.
            if (kept := self._kept(drawing.key)) is not None:
                return kept
            body = drawing.draw()
            if self._cache:
                self._cache.put(drawing.key, body)
            return body
        finally:
            with self._lock:
                self._drawing -= 1
                self._pixels -= drawing.cost
                del self._under_way[drawing.key]
                self._admit()


def _give_way() -> None:
    """Let the threads of requests go first: a stored tile is not to wait for the processor."""
    # Only Linux has a priority for each thread; elsewhere it would be that of the whole process.
    if sys.platform == "linux":
        with suppress(OSError):
            os.nice(_NICENESS)
