"""Where a text has what was sought: places in the original, and passages around them; data, never markup."""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

from search import analysis, scripts
from search.analysis import Token, folding, stemming
from search.analysis.sounds import SOUNDS
from search.engine import CHARACTERS, STEMS, Phrase, Prefix, Query, Term

_BLANKS = re.compile(r"\s+")
# No letter has more characters, but in a text that is none.
_LETTER = 30
# More places are not looked at for the best passage, nor more for one.
_MOST, _NEAR = 500, 50
# Of words longer than this, a passage may have a part.
_LONG = 40


class Span(NamedTuple):
    """A place in a text: ``text[start:end]``."""

    start: int
    end: int


class Passage(NamedTuple):
    """A piece of a text, cut at its matches: those are every second part, from the second on."""

    parts: tuple[str, ...]
    start: int
    end: int


def spans(text: str, query: Query, language: str | None = None) -> list[Span]:
    """Where ``text`` has what ``query`` seeks, in order; places that touch are one.

    Words of a text whose language is not known may have a stem in any.
    """
    return Seeker(query, language).spans(text)


class Seeker:
    """Looks for what a query seeks in texts of a language, as ``spans`` does.

    What it has found between two blanks it remembers: most of that comes again, on every page of a book.
    """

    def __init__(self, query: Query, language: str | None = None) -> None:
        self._sought = _sought(query, language)
        self._known: set[str] = set()
        self._having: dict[str, list[Span]] = {}

    def spans(self, text: str) -> list[Span]:
        """Where ``text`` has what is sought, in order; places that touch are one."""
        pieces = set(text.split())
        self._learn(pieces - self._known)
        found = []
        if here := pieces & self._having.keys():
            # They are found in the text by the one loop that Python has not to go through itself.
            for match in re.finditer(f"(?<!\\S)(?:{'|'.join(map(re.escape, here))})(?!\\S)", text):
                at = match.start()
                found += [Span(at + start, at + end) for start, end in self._having[match[0]]]
        if self._sought.phrases:
            found = sorted([*found, *_phrases(analysis.tokens(text), self._sought.phrases)])
        return _merged(found)

    def _learn(self, pieces: set[str]) -> None:
        """Look for what is sought in pieces that were not seen before."""
        self._known |= pieces
        for piece in self._sought.candidates(pieces):
            if found := self._look(piece):
                self._having[piece] = found

    def _look(self, piece: str) -> list[Span]:
        sought = self._sought
        found = [Span(token.start, token.end) for token in analysis.tokens(piece) if sought.has(token, piece)]
        if sought.characters:
            units = (unit for unit in analysis.characters(piece) if unit.term in sought.characters)
            found = sorted([*found, *(Span(unit.start, unit.end) for unit in units)])
        return found


def passage(text: str, found: Sequence[Span], *, length: int = 200) -> Passage:
    """The piece of ``text`` that has most of the places that were found, the first such, or its beginning.

    It is at most ``length`` long, and begins and ends where words do.
    """
    best = _densest(text, found, length)
    start, end = _fitted(text, _widened(best, length, len(text)), best)
    inside = [
        Span(max(span.start, start), min(span.end, end))
        for span in found
        if span.start < end and span.end > start
    ]
    cuts = [start, *(place for span in inside for place in span), end]
    return Passage(tuple(text[one:other] for one, other in pairwise(cuts)), start, end)


def around(text: str, span: Span, *, length: int = 80) -> tuple[str, str, str]:
    """What stands before a place, at it, and after; ``length`` on either side at most, cut between words."""
    start = _word_from(text, max(span.start - length, 0), span.start)
    end = _word_until(text, span.end + length, span.end)
    return text[start : span.start], text[span.start : span.end], text[span.end : end]


def _word_from(text: str, at: int, most: int) -> int:
    """The first place from ``at`` to ``most`` where a word begins, or a letter where no blanks part words."""
    if at == 0 or text[at - 1].isspace():
        return at
    if scripts.has_no_blanks(text[at]):
        back = max(at - _LETTER, 0)
        return next(
            (back + start for start, _ in folding.stretches(text[back:most]) if back + start >= at), most
        )
    blank = _BLANKS.search(text, at, most)
    return blank.end() if blank else most


def _word_until(text: str, at: int, least: int) -> int:
    """The last place from ``least`` to ``at`` where a word ends, or a letter where no blanks part words."""
    if at >= len(text) or text[at].isspace():
        return min(at, len(text))
    if scripts.has_no_blanks(text[at - 1]):
        back = max(at - _LETTER, least)
        ends = (back + end for _, end in folding.stretches(text[back : at + _LETTER]))
        return max((end for end in ends if end <= at), default=least)
    blanks = list(_BLANKS.finditer(text, least, at))
    return blanks[-1].start() if blanks else least


@dataclass(frozen=True)
class _Sought:
    words: frozenset[str]
    characters: frozenset[str]
    stems: frozenset[str]
    languages: tuple[str | None, ...]
    prefixes: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]

    @functools.cached_property
    def every(self) -> frozenset[str]:
        """All terms that are sought, of whatever kind."""
        return self.words | self.characters | self.stems

    def candidates(self, pieces: set[str]) -> set[str]:
        """The pieces that have a term that is sought: of most it is known that they have none."""
        every, prefixes = self.every, self.prefixes
        found = {
            piece
            for language in self.languages
            for piece in pieces
            if not every.isdisjoint(_terms(piece, language))
        }
        if prefixes:
            language = self.languages[0]
            found |= {
                piece
                for piece in pieces
                if any(term.startswith(prefixes) for term in _terms(piece, language))
            }
        return found

    def has(self, token: Token, text: str) -> bool:
        """Whether a word, in any of its forms, is sought."""
        if token.term in self.words or token.term.startswith(self.prefixes):
            return True
        if token.kind != "word" or not self.stems:
            return False
        word = text[token.start : token.end]
        return any(not self.stems.isdisjoint(stemming.stems(word, language)) for language in self.languages)


@functools.lru_cache(1 << 15)
def _terms(piece: str, language: str | None) -> frozenset[str]:
    """All terms of what stands between two blanks: a text, and a book, have the same again and again."""
    found = analysis.terms(piece, language)
    return frozenset(chain(found.words, found.characters, found.stems))


def _sought(query: Query, language: str | None) -> _Sought:
    clauses = [clause for group in query.groups for clause in group]
    terms = [clause for clause in clauses if isinstance(clause, Term)]
    stems = frozenset(term.term for term in terms if term.field == STEMS)
    tags = {stem.partition("_")[0] for stem in stems} - {SOUNDS}
    return _Sought(
        words=frozenset(term.term for term in terms if term.field not in {STEMS, CHARACTERS}),
        characters=frozenset(term.term for term in terms if term.field == CHARACTERS),
        stems=stems,
        languages=(language,) if language else (None, *tags),
        prefixes=tuple(clause.prefix for clause in clauses if isinstance(clause, Prefix)),
        phrases=tuple(clause.terms for clause in clauses if isinstance(clause, Phrase)),
    )


def _phrases(tokens: Sequence[Token], phrases: Sequence[tuple[str, ...]]) -> Iterator[Span]:
    terms = [token.term for token in tokens]
    for phrase in phrases:
        for at, term in enumerate(terms):
            if term == phrase[0] and tuple(terms[at : at + len(phrase)]) == phrase:
                yield Span(tokens[at].start, tokens[at + len(phrase) - 1].end)


def _merged(found: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in found:
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _densest(text: str, found: Sequence[Span], length: int) -> Span:
    """The places within ``length`` that differ most, then are most; or where one that is longer begins."""
    places = [(span, folding.fold(text[span.start : span.end])) for span in found[:_MOST]]
    best, most = Span(0, 0), (-1, 0)
    for at, (first, _) in enumerate(places):
        within = [place for place in places[at : at + _NEAR] if place[0].end - first.start <= length]
        score = (len({folded for _, folded in within}), len(within))
        if score > most:
            best, most = Span(first.start, within[-1][0].end if within else first.start), score
    return best


def _widened(span: Span, length: int, most: int) -> Span:
    """As much of a text on both sides as there is room for."""
    start = max(min(span.start - (length - (span.end - span.start)) // 2, most - length), 0)
    return Span(start, min(start + length, most))


def _fitted(text: str, wide: Span, kept: Span) -> Span:
    """The largest piece within ``wide`` that begins where a word does, and ends where one does."""
    borders = [*_borders(text), kept]
    start = min((place.start for place in borders if place.start >= wide.start), default=wide.start)
    end = max((place.end for place in borders if place.end <= wide.end), default=wide.end)
    if wide.start == 0:
        start = 0
    return Span(start, len(text) if wide.end == len(text) else max(start, end))


def _borders(text: str) -> Iterator[Span]:
    """Words and characters that are whole; where a word has no end, what is one letter to a reader."""
    for token in (*analysis.characters(text), *analysis.tokens(text)):
        if token.kind == "word" and token.end - token.start > _LONG:
            letters = folding.stretches(text[token.start : token.end])
            yield from (Span(token.start + start, token.start + end) for start, end in letters)
        elif token.kind != "pair":
            yield Span(token.start, token.end)
