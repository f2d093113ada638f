"""The levels of a pyramid: how many, how large, at which scale factors."""

import functools
from dataclasses import dataclass

from iiif.image.request import rounded

TILE_SIZE = 512

# The longest sides, or widths, that cards, lists and search results ask for; and of a whole page in a window.
_THUMBNAILS = (200,)
_PAGE = 1024


@dataclass(frozen=True)
class TiledImage:
    """The facts of a stored image that a request and its ``info.json`` are computed from.

    ``width`` and ``height`` are pixels of the image as shown; each level halves the one before it,
    rounding up, until a level fits in one tile. ``gray`` says that it holds no color.
    """

    width: int
    height: int
    gray: bool = False

    @functools.cached_property
    def scale_factors(self) -> tuple[int, ...]:
        """By what each level divides the full size: 1, 2, 4, … (Spec: Image 3.0 §5.4)."""
        longest_side = max(self.width, self.height)
        halvings = (_divided(longest_side, TILE_SIZE) - 1).bit_length()
        return tuple(1 << level for level in range(halvings + 1))

    @functools.cached_property
    def level_sizes(self) -> tuple[tuple[int, int], ...]:
        """The size ``(w, h)`` of each level, full size first."""
        return tuple(scaled(self.width, self.height, factor) for factor in self.scale_factors)

    @property
    def ready_sizes(self) -> tuple[tuple[int, int], ...]:
        """Sizes ``(w, h)`` that many ask for and no level has: thumbnails, and a page to read."""
        sides = {*_THUMBNAILS, _PAGE}
        fitted = {self._fitted(side, max(self.width, self.height)) for side in sides}
        by_width = {self._fitted(side, self.width) for side in _THUMBNAILS}
        smaller = {
            (width, height)
            for width, height in fitted | by_width
            if width < self.width and height < self.height
        }
        return tuple(
            sorted(size for size in smaller - set(self.level_sizes) if min(size) > 0 and max(size) <= _PAGE)
        )

    def _fitted(self, side: int, longest: int) -> tuple[int, int]:
        return rounded(self.width * side, longest), rounded(self.height * side, longest)


def scaled(width: int, height: int, factor: int) -> tuple[int, int]:
    """The size ``(w, h)`` divided by a scale factor and rounded up, as viewers compute it.

    Spec: Image 3.0 Implementation Notes §3.
    """
    return _divided(width, factor), _divided(height, factor)


def _divided(length: int, divisor: int) -> int:
    return -(-length // divisor)
