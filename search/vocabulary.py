"""Which of an index's terms are suggested: the most frequent, and those that are spelled much alike."""

from collections import Counter
from collections.abc import Iterable

from rapidfuzz.distance import OSA

from search import terms
from search.engine import FILLER


def most_frequent(counts: Counter[str], limit: int) -> list[tuple[str, int]]:
    """The most frequent, by the alphabet where they are equal."""
    pairs = (pair for pair in counts.items() if pair[0] != FILLER)
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:limit]


def near(term: str, vocabulary: Iterable[tuple[str, int]], limit: int) -> list[tuple[str, int]]:
    """Those of the vocabulary that ``Index.similar`` gives."""
    most = terms.edits(term)
    distances = (
        (OSA.distance(term, other, score_cutoff=most), other, count)
        for other, count in vocabulary
        if other not in (term, FILLER)
    )
    found = sorted((edits, -count, other) for edits, other, count in distances if edits <= most)
    return [(other, -count) for _, count, other in found[:limit]]
