"""Records and pages that nobody wrote, as catalogues have them: in many languages, most words seldom."""

import bisect
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval import corpora
from search import analysis
from search.engine import Document, Layout

LAYOUT = Layout(str(analysis.VERSION), facets=("maker", "place", "type"), numbers=("year",))
# As a museum with holdings from many lands has them.
_SHARES: Mapping[str, float] = {
    "en": 0.3,
    "zh": 0.2,
    "fr": 0.1,
    "de": 0.1,
    "ru": 0.08,
    "ar": 0.07,
    "ja": 0.07,
    "hi": 0.04,
    "th": 0.04,
}
_VOCABULARY = 40_000
_LETTERS: Mapping[str, tuple[str, int, int]] = {
    # The letters of a word that is made up, and how few and how many it has.
    "zh": ("".join(chr(code) for code in range(0x4E00, 0x5B80)), 1, 3),
    "ja": ("".join(chr(code) for code in (*range(0x3042, 0x3094), *range(0x5B80, 0x6500))), 1, 4),
    "th": ("กขคงจชซญดตถทธนบปผพฟมยรลวศสหอ", 3, 7),
    "ru": ("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф", 3, 10),
    "ar": ("اليمونترفعدسحبقكةجهشصطضخغثذز", 3, 8),
    "hi": ("कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह", 2, 6),
}
_LATIN = ("etaoinsrlhdcumfpgvbyqxzjkw", 3, 11)
_UNPARTED = frozenset({"zh", "ja", "th"})


@dataclass(frozen=True)
class Language:
    """A language's words, the most frequent first, and how far each brings the sum of all frequencies."""

    tag: str
    words: Sequence[str]
    sums: Sequence[float]

    def text(self, chance: random.Random, count: int) -> str:
        """So many words as they come."""
        drawn = (self.words[self._rank(chance)] for _ in range(count))
        return ("" if self.tag in _UNPARTED else " ").join(drawn)

    def _rank(self, chance: random.Random) -> int:
        return bisect.bisect_left(self.sums, chance.random() * self.sums[-1])


@dataclass(frozen=True, slots=True)
class Record:
    """A record before its analysis."""

    identifier: str
    language: str
    title: str
    summary: str
    maker: str
    place: str
    kind: str
    year: int | None

    def document(self) -> Document:
        """What is indexed of it."""
        terms = analysis.joined({self.language: [self.title, self.summary], "none": [self.maker, self.place]})
        named = {
            "label": analysis.terms(self.title, self.language).words,
            "maker": analysis.terms(self.maker).words,
        }
        facets = {"maker": (self.maker,), "place": (self.place,), "type": (self.kind,)}
        numbers = {} if self.year is None else {"year": self.year}
        return Document(self.identifier, terms, named, facets, numbers)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a book before its analysis."""

    identifier: str
    language: str
    text: str

    def document(self) -> Document:
        """What is indexed of it."""
        return Document(self.identifier, analysis.terms(self.text, self.language))


def languages(seed: int, work: Path | None) -> list[Language]:
    """The languages of the records, with the words of real texts where there are some, else made-up ones."""
    chance = random.Random(seed)
    real: dict[str, dict[str, None]] = {}
    for text in corpora.texts(work, poems=20_000) if work else ():
        tag = text.language.partition("-")[0]
        if tag not in _UNPARTED:
            real.setdefault(tag, {}).update(dict.fromkeys(text.text.split()))
    return [_language(tag, list(real.get(tag, ())), chance) for tag in _SHARES]


def records(spoken: Sequence[Language], count: int, seed: int) -> Iterator[Record]:
    """So many records, the same for the same seed."""
    chance = random.Random(seed)
    shares = list(itertools.accumulate(_SHARES[language.tag] for language in spoken))
    makers = [language.text(chance, 2) for language in spoken for _ in range(3000)]
    places = [language.text(chance, 1) for language in spoken for _ in range(100)]
    kinds = [f"kind {number}" for number in range(40)]
    for number in range(count):
        language = spoken[bisect.bisect_left(shares, chance.random() * shares[-1])]
        yield Record(
            f"record-{number}",
            language.tag,
            language.text(chance, chance.randint(2, 8)),
            language.text(chance, chance.randint(0, 30)),
            makers[int(len(makers) * chance.random() ** 3)],
            places[int(len(places) * chance.random() ** 3)],
            kinds[int(len(kinds) * chance.random() ** 2)],
            chance.randint(-1000, 2020) if chance.random() < 0.8 else None,
        )


def pages(spoken: Sequence[Language], count: int, words: int, seed: int) -> Iterator[Page]:
    """So many pages, in books of 300."""
    chance = random.Random(seed)
    for number in range(count):
        language = spoken[number // 300 % len(spoken)]
        yield Page(f"page-{number}", language.tag, language.text(chance, words))


def _language(tag: str, known: list[str], chance: random.Random) -> Language:
    letters, fewest, most = _LETTERS.get(tag, _LATIN)
    words = dict.fromkeys(known)
    while len(words) < _VOCABULARY:
        # The first letters are the most frequent.
        places = (int(len(letters) * chance.random() ** 1.6) for _ in range(chance.randint(fewest, most)))
        words["".join(letters[place] for place in places)] = None
    sums = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    return Language(tag, list(words), sums)
