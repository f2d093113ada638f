"""Words of Indian scripts as they sound, in Latin letters: dharmakṣetre, Dharmakshetre are धर्मक्षेत्रे."""

import functools
import re
from collections.abc import Mapping

from search.analysis import scripts

SOUNDS = "sa"
"""The language that sounds are tagged with among the stems."""

# The scripts from Devanagari to Malayalam have their letters at the same places of their blocks.
_BLOCK = 0x80


def _letters(text: str, *, first: int) -> dict[int, str]:
    return dict(enumerate(text.split(), first))


_CONSONANTS: Mapping[int, str] = _letters(
    "k kh g gh ṅ c ch j jh ñ ṭ ṭh ḍ ḍh ṇ t th d dh n n p ph b bh m y r r l ḷ ḷ v ś ṣ s h", first=0x15
)
_VOWELS: Mapping[int, str] = {
    **_letters("ṃ ṃ ḥ", first=0x01),
    **_letters("a ā i ī u ū ṛ ḷ e e e ai o o o au", first=0x05),
    0x50: "om",
    0x60: "ṛ",
    0x61: "ḷ",
    0x70: "ṃ",
}
_SIGNS: Mapping[int, str] = {
    **_letters("ā i ī u ū ṛ ṛ e e e ai o o o au", first=0x3E),
    0x4D: "",
    0x62: "ḷ",
    0x63: "ḷ",
}
# What is written in more than one way in Latin letters.
_ALIKE = (
    *(
        ("chh", "c"),
        ("ch", "c"),
        ("sh", "s"),
        ("aa", "a"),
        ("ee", "i"),
        ("ii", "i"),
        ("oo", "u"),
        ("uu", "u"),
    ),
    *(("w", "v"), ("x", "ks"), ("ri", "r")),
)
# A nasal before a consonant is written as it sounds there, or as m.
_NASAL = re.compile("n(?=[^aeiou])")
_NASAL_SIGN = re.compile("[ṅñṇnm](?=[kgcjṭḍtdpb])")


@functools.lru_cache(1 << 16)
def romanized(word: str) -> str:
    """A folded word of an Indian script in its scholarly transliteration: ``dharmakṣetre``."""
    written = []
    inherent = ""
    for place in (ord(char) % _BLOCK if scripts.has_indic(char) else -1 for char in word):
        if place in _SIGNS:
            written.append(_SIGNS[place])
            inherent = ""
            continue
        written.append(inherent)
        inherent = "a" if place in _CONSONANTS else ""
        written.append(_CONSONANTS.get(place) or _VOWELS.get(place, ""))
    return _NASAL_SIGN.sub("ṃ", "".join([*written, inherent]))


@functools.lru_cache(1 << 16)
def sound(latin: str) -> str | None:
    """How a folded word in Latin letters sounds, whichever way it is spelled; ``None`` if it is short."""
    if not latin.isascii() or not latin.isalpha():
        return None
    for one, other in _ALIKE:
        latin = latin.replace(one, other)
    # Hindi does not speak the last a, and Sanskrit's visarga comes and goes.
    latin = _NASAL.sub("m", latin).removesuffix("h").removesuffix("a")
    return latin if len(latin) > 1 else None
