"""Stems: what the forms of a word have in common, each after its language and ``_``."""

import functools
import unicodedata
from bisect import bisect
from collections.abc import Iterable, Mapping
from itertools import chain

import Stemmer

from search.analysis import folding, scripts, sounds
from search.analysis.kept import Kept


def _named(text: str) -> dict[str, str]:
    """``"de german, en english"`` as a dictionary."""
    return {key: value for key, _, value in (pair.strip().partition(" ") for pair in text.split(","))}


_ALGORITHMS: Mapping[str, str] = _named(
    "ar arabic, ca catalan, cs czech, da danish, de german, el greek, en english, eo esperanto, es spanish, "
    "et estonian, eu basque, fa persian, fi finnish, fr french, ga irish, hi hindi, hu hungarian, "
    "hy armenian, id indonesian, it italian, lt lithuanian, ne nepali, nl dutch, no norwegian, pl polish, "
    "pt portuguese, ro romanian, ru russian, sr serbian, st sesotho, sv swedish, ta tamil, tr turkish, "
    "yi yiddish"
)
_SAME: Mapping[str, str] = _named(
    "nb no, nn no, ms id, in id, ji yi, mo ro, prs fa, arb ar, hr sr, bs sr, cnr sr, sh sr"
)
# Of these the stemmer of a language near to them does well.
_NEAR: Mapping[str, str] = _named("sk czech, gl spanish, lb german, gd irish, gv irish")
# Of these there is no stemmer: the first letters join half to three quarters of the forms of a word, where a
# stemmer joins as many, and some more words that have nothing to do with one another.
_CUT = frozenset(["be", "bg", "fo", "is", "ka", "la", "lv", "mk", "se", "sl", "sq", "uk"])
_CUT_AT = 5

# Where alphabets begin among the folded characters.
_ALPHABETS = ("Latn", "Grek", "Cyrl", "Armn", "Hebr", "Arab", "", "Deva", "", "Taml", "", "Geor", "")
_BEGIN = (0x370, 0x400, 0x530, 0x590, 0x600, 0x700, 0x900, 0x980, 0xB80, 0xC00, 0x10A0, 0x1100)
# Those that languages are written in, if not in Latin.
_WRITTEN: Mapping[str, str] = _named(
    "ar Arab, be Cyrl, bg Cyrl, el Grek, fa Arab, hi Deva, hy Armn, ka Geor, mk Cyrl, ne Deva, ru Cyrl, "
    "sr Cyrl Latn, ta Taml, uk Cyrl, yi Hebr"
)
# What is written in Latin letters in these languages is found by its sound.
_INDIAN = frozenset(
    (
        "as",
        "awa",
        "bho",
        "bn",
        "bra",
        "gu",
        "hi",
        "kn",
        "kok",
        "mai",
        "ml",
        "mr",
        "ne",
        "or",
        "pa",
        "pi",
        "sa",
        "te",
    )
)

# Room for the language within the longest term.
_LONGEST = 110

LANGUAGES = (*_ALGORITHMS, *_NEAR, *sorted(_CUT))
"""Languages whose words have stems."""

_STEMMED = frozenset(LANGUAGES)


@functools.lru_cache(1 << 10)
def primary(language: str | None) -> str:
    """The language of a BCP 47 tag without region and script, in the form that stems are tagged with."""
    tag = (language or "").partition("-")[0].lower()
    return _SAME.get(tag, tag)


def stems(text: str, language: str | None) -> tuple[str, ...]:
    """The stems of a text's words in its language; the sounds of those in Indian scripts, in any language."""
    tag = primary(language)
    is_indian = tag in _INDIAN
    has_indic = not text.isascii() and scripts.has_indic(text)
    if not (tag in _STEMMED or is_indian or has_indic):
        return ()
    pieces = unicodedata.normalize("NFKC", text).split()
    found = map(_kept(tag).__getitem__, pieces) if tag in _STEMMED else ()
    sounding = pieces if is_indian else filter(scripts.has_indic, pieces if has_indic else ())
    return tuple(chain.from_iterable(chain(found, map(_SOUNDS.__getitem__, sounding))))


def asked(text: str, languages: Iterable[str]) -> tuple[str, ...]:
    """The stems that documents in any of the languages may have of a reader's words, and their sounds."""
    tags = [tag for tag in map(primary, languages) if tag in _STEMMED]
    found = [_stem(word, tag) for tag in tags for word in _words(text, tag)]
    # What is in an Indian script is exact: more words sound alike than are alike.
    folded = folding.fold(text).split()
    found += [_sounds(word)[0] if scripts.has_indic(word) else _sound(word) for word in folded]
    return tuple(dict.fromkeys(filter(None, found)))


def written(word: str) -> tuple[str, ...]:
    """A folded word, and what it is in Latin letters if it is in an Indian script."""
    return (word, folding.fold(sounds.romanized(word))) if scripts.has_indic(word) else (word,)


@functools.cache
def _kept(language: str) -> Kept:
    """The stems of what stands between two blanks."""
    return Kept(
        lambda piece: tuple(filter(None, (_stem(word, language) for word in _words(piece, language))))
    )


def _sounding(piece: str) -> tuple[str, ...]:
    """The sounds of what stands between two blanks."""
    found: list[str | None] = []
    for word in folding.fold(piece).split():
        found += _sounds(word) if scripts.has_indic(word) else [_sound(word)]
    return tuple(filter(None, found))


_SOUNDS = Kept(_sounding)


def _sounds(word: str) -> list[str | None]:
    """What a word in an Indian script is found by: from another one, and by what is in Latin letters."""
    latin = sounds.romanized(word[:_LONGEST])
    return [_tagged(latin), _sound(folding.fold(latin))]


def _sound(word: str) -> str | None:
    return _tagged(sounds.sound(word[:_LONGEST]))


def _tagged(sound: str | None) -> str | None:
    return f"{sounds.SOUNDS}_{sound[:_LONGEST]}" if sound else None


def _words(text: str, language: str) -> list[str]:
    if language == "tr":
        # The small letter of I has no dot there.
        text = text.replace("İ", "i").replace("I", "ı")
    return folding.spelled(text).split()


@functools.lru_cache(1 << 18)
def _stem(word: str, language: str) -> str | None:
    """Snowball wants the marks: they are dropped after. Of Greek ones it knows only the modern."""
    folded = folding.fold(word)
    if _ALPHABETS[bisect(_BEGIN, ord(folded[0]))] not in _WRITTEN.get(language, "Latn").split():
        return None
    if language in _CUT:
        return f"{language}_{folded[:_CUT_AT]}"
    if language == "el":
        word = folded
    stem = folding.fold(_stemmer(language).stemWord(word[:_LONGEST])).replace(" ", "")
    return f"{language}_{stem}" if stem else None


@functools.cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(_ALGORITHMS.get(language) or _NEAR[language], 0)
