"""How Lucene weighs a term in a document: BM25 of k1 1.2, b 0.75, and lengths that are kept in a byte."""

import math
from functools import lru_cache

_K1, _B = 1.2, 0.75
_EXACT = 40
"""Lengths up to here are kept as they are, longer ones by their four highest bits."""


def weight(frequency: int, length: int, *, average: float, rarity: float) -> float:
    """The weight of what stands ``frequency`` times in a field of ``length`` terms."""
    norm = _K1 * (1 - _B + _B * kept_length(length) / average)
    return rarity * (_K1 + 1) * frequency / (frequency + norm)


def rarity(documents: int, holding: int) -> float:
    """What a term weighs that stands in ``holding`` of so many documents."""
    return math.log(1 + (documents - holding + 0.5) / (holding + 0.5))


@lru_cache(maxsize=1024)
def kept_length(length: int) -> int:
    """The length as it is found again: rounded down, so that it takes a byte."""
    if length < _EXACT:
        return length
    above = length - 24
    cut = max(above.bit_length() - 4, 0)
    return 24 + (above >> cut << cut)
