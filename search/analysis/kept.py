"""What has been made of the pieces of texts, kept: most come again."""

from collections.abc import Callable

_MOST = 1 << 17
# Longer than this, what stands between two blanks seldom comes again.
_OFTEN = 24


class Kept(dict[str, tuple[str, ...]]):
    """What ``make`` makes of a piece: looked up several times as fast as by ``lru_cache``."""

    def __init__(self, make: Callable[[str], tuple[str, ...]]) -> None:
        self._make = make

    def __missing__(self, piece: str) -> tuple[str, ...]:
        made = self._make(piece)
        if len(piece) <= _OFTEN:
            if len(self) >= _MOST:
                self.clear()
            self[piece] = made
        return made
