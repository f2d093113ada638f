"""Text analysis: the terms of a text in any language, for an index and for a query alike.

Words are folded (small letters, no marks, one form for variants); where blanks part no words, each two
characters that follow one another are a term, and each character one of its own. Inflected words have stems.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, chain
from typing import Literal, NamedTuple, TypeAlias

from search.analysis import folding, scripts, stemming
from search.analysis.kept import Kept
from search.engine import Terms

VERSION = 2
"""Which analysis this is. An index that another one has made must be made anew."""

LONGEST = 120
"""The characters at which a term is cut: engines drop or split what is too long."""

_PIECES = re.compile(r"\S+")

Kind: TypeAlias = Literal["word", "pair", "character"]


class Token(NamedTuple):
    """A term, and where it comes from in the original: ``text[start:end]``.

    The pairs of an unbroken run have the same ``run``; a word is one itself, as is a character that
    stands alone.
    """

    term: str
    start: int
    end: int
    kind: Kind
    run: int


def terms(text: str, language: str | None = None) -> Terms:
    """The terms of a text; its stems too where its language (a BCP 47 tag) is known to have them."""
    text = unicodedata.normalize("NFKC", text)
    words, units = _words(text)
    return Terms(tuple(words), tuple(units), stemming.stems(text, language))


def joined(texts: Mapping[str, Sequence[str]]) -> Terms:
    """The terms of a language map, each of its texts by its own language."""
    return _concatenated([terms(text, language) for language, several in texts.items() for text in several])


def tokens(text: str) -> list[Token]:
    """The ``words`` of a text in their order, with their places."""
    return _moved(text, _tokens)


def characters(text: str) -> list[Token]:
    """The ``characters`` of a text in their order, with their places."""
    return _moved(text, _characters)


def _concatenated(each: list[Terms]) -> Terms:
    return Terms(
        tuple(chain.from_iterable([terms.words for terms in each])),
        tuple(chain.from_iterable([terms.characters for terms in each])),
        tuple(chain.from_iterable([terms.stems for terms in each])),
    )


def _words(text: str) -> tuple[Iterable[str], Sequence[str]]:
    """The words and the units of a text in NFKC."""
    if text.isascii() or not scripts.has_unparted(text):
        return chain.from_iterable(map(_PARTED.__getitem__, text.split())), ()
    words: list[str] = []
    units: list[str] = []
    for _, word, several in scripts.pieces(folding.fold(text)):
        if several:
            words += scripts.pairs(several)
            units += several
        else:
            words.append(word[:LONGEST])
    return words, units


# The words of what stands between two blanks, where blanks part all.
_PARTED = Kept(lambda piece: tuple(word[:LONGEST] for word in folding.fold(piece).split()))


def _moved(text: str, tokens: Callable[[str], list[Token]]) -> list[Token]:
    """The tokens of all that stands between blanks, at their places in the whole."""
    found: list[Token] = []
    runs = 0
    for match in _PIECES.finditer(text):
        begin, several = match.start(), tokens(match[0])
        found += [
            Token(term, start + begin, end + begin, kind, run + runs)
            for term, start, end, kind, run in several
        ]
        runs += several[-1].run + 1 if several else 0
    return found


@functools.lru_cache(1 << 16)
def _tokens(piece: str) -> list[Token]:
    folded, starts, ends = folding.aligned(piece)
    found = []
    for run, (start, word, units) in enumerate(scripts.pieces(folded)):
        bounds = list(accumulate(map(len, units or [word]), initial=start))
        kind: Kind = "pair" if len(units) > 1 else "character" if units else "word"
        for term, first, end in zip(
            scripts.pairs(units) or [word], bounds, bounds[2:] or bounds[1:], strict=False
        ):
            found.append(Token(term[:LONGEST], starts[first], ends[end - 1], kind, run))
    return found


@functools.lru_cache(1 << 16)
def _characters(piece: str) -> list[Token]:
    folded, starts, ends = folding.aligned(piece)
    found = []
    for run, (start, _, units) in enumerate(scripts.pieces(folded)):
        for unit, first in zip(units, accumulate(map(len, units), initial=start), strict=False):
            found.append(Token(unit, starts[first], ends[first + len(unit) - 1], "character", run))
    return found
