"""The levels of a pyramid: how many, how large, at which scale factors."""

from dataclasses import dataclass

TILE_SIZE = 512


@dataclass(frozen=True)
class TiledImage:
    """The facts of a stored image that a request and its ``info.json`` are computed from.

    ``width`` and ``height`` are pixels of the image as shown; each level halves the one before it,
    rounding up, until a level fits in one tile. ``gray`` says that it holds no color.
    """

    width: int
    height: int
    gray: bool = False

    @property
    def scale_factors(self) -> tuple[int, ...]:
        """By what each level divides the full size: 1, 2, 4, … (Spec: Image 3.0 §5.4)."""
        longest_side = max(self.width, self.height)
        halvings = (_divided(longest_side, TILE_SIZE) - 1).bit_length()
        return tuple(1 << level for level in range(halvings + 1))

    @property
    def level_sizes(self) -> tuple[tuple[int, int], ...]:
        """The size ``(w, h)`` of each level, full size first."""
        return tuple(scaled(self.width, self.height, factor) for factor in self.scale_factors)

    @property
    def padded_size(self) -> tuple[int, int]:
        """The size ``(w, h)`` that every level can be cut from: with a margin, and without rounding down.

        Each level ends with a whole JPEG block (8 pixels, twice for 4:2:0), a pixel or more beyond the image
        or else where a tile ends: decoders spread color from block to block, and what libvips fills the rest
        of a tile with must not reach the image.
        """
        smallest = self.scale_factors[-1]
        return _padded(self.width, smallest), _padded(self.height, smallest)


def scaled(width: int, height: int, factor: int) -> tuple[int, int]:
    """The size ``(w, h)`` divided by a scale factor and rounded up, as viewers compute it.

    Spec: Image 3.0 Implementation Notes §3.
    """
    return _divided(width, factor), _divided(height, factor)


def _padded(side: int, factor: int) -> int:
    return min(_divided(side + factor, 16 * factor) * 16, TILE_SIZE) * factor


def _divided(length: int, divisor: int) -> int:
    return -(-length // divisor)
