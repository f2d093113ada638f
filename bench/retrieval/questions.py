"""What readers might type who know a passage: its words, without their marks, in another script or form.

The generator has rules of its own, and shares none with the analysis that it tests.
"""

import random
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import opencc

from retrieval.corpora import Text

KINDS = ("words", "diacritics", "script", "inflections")
_LEMMATIZER = "simplemma is missing: pip install --target {} simplemma"
# Characters of scripts that set no blanks between words, and how many of them are about three words.
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\ua000-\ua4cf]")
_CLUSTERED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_MOST_WITH_IT = 5
_BARE = str.maketrans("đĐłŁøØıŁħðƙɗɓŋ", "dDlLoOiLhdkdbn")
_MARKED = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW")


class Question(NamedTuple):
    """What is typed, and the passage that is meant."""

    kind: str
    language: str
    typed: str
    meant: Text

    def is_answered_by(self, text: Text) -> bool:
        """Whether it is the passage, or says the same; in another script, what has the very words will do."""
        if text.text == self.meant.text:
            return True
        return self.kind == "script" and self.typed.casefold() in text.text.casefold()


class Generator:
    """Questions of all kinds about passages; the same ones for the same seed."""

    def __init__(self, texts: Sequence[Text], seed: int, work: Path) -> None:
        self._chance = random.Random(seed)
        self._works: defaultdict[str, list[Text]] = defaultdict(list)
        for text in texts:
            self._works[text.work].append(text)
        self._work = work

    def questions(self, each: int) -> Iterator[Question]:
        """At most so many of each kind about each work."""
        for held in self._works.values():
            for kind in KINDS:
                yield from self._of(kind, held, each)

    def _of(self, kind: str, held: list[Text], most: int) -> Iterator[Question]:
        language = held[0].language
        change = _Change(kind, language, held, self._work, self._chance)
        found = 0
        for text in self._chance.sample(held, min(len(held), 6 * most)):
            span = self._span(text.text)
            typed = span and change.of(span)
            if not span or not typed or not _is_telling(change.pattern(span), held):
                continue
            yield Question(kind, language, typed, text)
            found += 1
            if found == most:
                return

    def _span(self, text: str) -> str | None:
        """Two to four words of a text that follow one another, or what is about as long."""
        dense = _CLUSTERED.search(text) or _DENSE.search(text)
        if dense:
            least = 9 if _CLUSTERED.match(dense[0]) else 5
            runs = [run for run in re.findall(r"[\w\u0e31-\u0e4e]+", _joined(text)) if len(run) >= least]
            if not runs:
                return None
            run = self._chance.choice(runs)
            start = self._chance.randint(0, len(run) - least)
            return _whole(run, start, start + least)
        words = text.split()
        count = self._chance.randint(2, 4)
        if len(words) < count:
            return None
        start = self._chance.randint(0, len(words) - count)
        span = " ".join(words[start : start + count])
        return span if sum(map(str.isalpha, span)) >= 8 else None


def _joined(text: str) -> str:
    """Marks of the scripts without blanks belong to the letters before them."""
    return "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in text)


def _whole(run: str, start: int, end: int) -> str:
    """A piece of a run that begins and ends where something does that is written as one."""
    while start > 0 and unicodedata.category(run[start])[0] == "M":
        start -= 1
    while end < len(run) and unicodedata.category(run[end])[0] == "M":
        end += 1
    return run[start:end]


def _is_telling(sought: re.Pattern[str], held: Sequence[Text]) -> bool:
    """Whether few passages have it: of many, no order could show the one that is meant."""
    return sum(sought.search(text.text) is not None for text in held) <= _MOST_WITH_IT


class _Change:
    """What becomes of a span; ``None`` where it stays as it is."""

    def __init__(
        self, kind: str, language: str, held: Sequence[Text], work: Path, chance: random.Random
    ) -> None:
        self._kind, self._language = kind, language
        self._forms: Callable[[str], Sequence[str]] | None = None
        self._chance = chance
        if kind == "inflections":
            self._forms = _forms(language, held, work)

    def of(self, span: str) -> str | None:
        """What is typed."""
        if self._kind == "words":
            return span
        if self._kind == "inflections":
            return self._inflected(span)
        changed = _bare(span) if self._kind == "diacritics" else _other_script(span, self._language)
        return changed if changed != span else None

    def pattern(self, span: str) -> re.Pattern[str]:
        """The span, with any form of the word that is inflected."""
        word = _longest(span)
        forms = [word, *self._forms(word)] if self._forms else [word]
        one = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
        before, _, after = span.partition(word)
        return re.compile(f"{re.escape(before)}(?:{one}){re.escape(after)}", re.IGNORECASE)

    def _inflected(self, span: str) -> str | None:
        """The span with the longest of its words, which says most, in another form."""
        word = _longest(span)
        others = self._forms(word) if self._forms else ()
        return span.replace(word, self._chance.choice(others), 1) if others else None


def _longest(span: str) -> str:
    return max(re.findall(r"[^\W\d_]+", span), key=len, default=span)


def _bare(span: str) -> str:
    """As typed without marks, where marks are no letters of their own."""
    if not all(unicodedata.name(char, "").startswith(_MARKED) for char in span if char.isalpha()):
        return span
    decomposed = unicodedata.normalize("NFD", span.translate(_BARE))
    return "".join(char for char in decomposed if unicodedata.category(char) != "Mn")


def _other_script(span: str, language: str) -> str:
    if language.startswith("zh"):
        name = "s2t" if _converted(span, "t2s") == span else "t2s"
        return _converted(span, name)
    if language.startswith("ja"):
        return _other_kana(span)
    if language.startswith("sa"):
        return _transliterated(span)
    if language.startswith(("sr", "bs")):
        return _other_serbian(span)
    return span


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


def _converted(span: str, name: str) -> str:
    return str(_converter(name).convert(span))


def _other_kana(span: str) -> str:
    def other(char: str) -> str:
        if "ぁ" <= char <= "ゖ":
            return chr(ord(char) + 0x60)
        return chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char

    return "".join(map(other, span))


def _letters(text: str) -> dict[str, str]:
    """``"कk खkh"`` as a dictionary."""
    return {pair[0]: pair[1:] for pair in text.split()}


_VOWELS = _letters("अa आā इi ईī उu ऊū ऋṛ एe ऐai ओo औau")
_SIGNS = _letters("ाā िi ीī ुu ूū ृṛ ेe ैai ोo ौau")
_OTHER_SIGNS = _letters("ंṃ ःḥ ऽ' ्")
_CONSONANTS = _letters(
    "कk खkh गg घgh ङṅ चc छch जj झjh ञñ टṭ ठṭh डḍ ढḍh णṇ तt थth दd धdh नn पp फph बb भbh मm "
    "यy रr लl वv शś षṣ सs हh"
)


def _transliterated(span: str) -> str:
    """Devanagari by IAST."""
    marks = _SIGNS | _OTHER_SIGNS
    made = ""
    for char, following in zip(span, f"{span[1:]} ", strict=True):
        if char in _CONSONANTS:
            made += _CONSONANTS[char] + ("" if following in _SIGNS or following == "्" else "a")
        else:
            made += _VOWELS.get(char, marks.get(char, char))
    return made


_SERBIAN = _letters(
    "аa бb вv гg дd ђđ еe жž зz иi јj кk лl љlj мm нn њnj оo пp рr сs тt ћć уu фf хh цc чč џdž шš"
)


def _other_serbian(span: str) -> str:
    small = span.lower()
    if re.search("[а-ш]", small):
        return "".join(_SERBIAN.get(char, char) for char in small)
    for cyrillic, latin in sorted(_SERBIAN.items(), key=lambda pair: -len(pair[1])):
        small = small.replace(latin, cyrillic)
    return small


def _forms(language: str, held: Sequence[Text], work: Path) -> Callable[[str], Sequence[str]]:
    """The other words of a work that have the lemma of a word."""
    sys.path.append(str(work / "python"))
    try:
        import simplemma  # noqa: PLC0415  # It may be in the folder of work alone.
        from simplemma.strategies.dictionaries import dictionary_factory  # noqa: PLC0415
    except ImportError:
        raise SystemExit(_LEMMATIZER.format("WORK/python")) from None
    finally:
        sys.path.pop()
    known = {"sr-Latn": "hbs", "bs-Latn": "hbs", "hr": "hbs"}.get(language, language.partition("-")[0])
    # What it has for these joins little, or other words.
    if known not in dictionary_factory.SUPPORTED_LANGUAGES or known in {"sr", "bs"}:
        return lambda _: ()
    words = {word for text in held for word in re.findall(r"[^\W\d_]{4,}", text.text)}
    lemmas = {word: simplemma.lemmatize(word.lower(), lang=known).casefold() for word in sorted(words)}
    by_lemma: defaultdict[str, list[str]] = defaultdict(list)
    for word, lemma in lemmas.items():
        by_lemma[lemma].append(word)

    def forms(word: str) -> Sequence[str]:
        others = by_lemma.get(lemmas.get(word, ""), ())
        return [other for other in others if other.casefold() != word.casefold()]

    return forms
