"""The languages that an index has documents in: stems are sought in these."""

import time
from collections.abc import Sequence

from archive.services import indexing
from search.engine import Index, Query

_REMEMBERED = 60.0
"""Seconds for which they are known."""


class Tongues:
    """The languages of an index, and those that the archive's pages speak anyway."""

    def __init__(self, index: Index, spoken: Sequence[str]) -> None:
        self._index, self._spoken = index, tuple(spoken)
        self._known: tuple[float, tuple[str, ...]] = (0.0, ())

    def all(self) -> tuple[str, ...]:
        """Their tags. Raises what the index raises."""
        until, known = self._known
        if time.monotonic() > until:
            counted = self._index.search(Query(), limit=0, facets=[indexing.SPOKEN]).facets[indexing.SPOKEN]
            known = tuple(tag for tag, _ in counted)
            self._known = time.monotonic() + _REMEMBERED, known
        return (*self._spoken, *known)
