"""Scripts whose words no blank parts: where their runs begin and end in a folded text, and their units.

A unit is a character of Han, kana and Hangul, and what is written as one of Thai, Lao, Khmer and Burmese.
"""

import functools
import operator
import re
import unicodedata
from collections.abc import Iterator

# Han, kana, bopomofo, Yi; cuneiform, hieroglyphs, Tangut, Nüshu and Khitan, which part no words either.
_IDEOGRAPHS = (
    "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303a\u3041-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua000-\ua48c\uf900-\ufaff\U00012000-\U0001254f\U00013000-\U000143ff\U00016fe0-\U00018d8f"
    "\U0001aff0-\U0001b2ff\U00020000-\U0003ffff"
)
# Blanks part its words, but endings and compounds are written with them.
_HANGUL = "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"
# Thai, Lao; Burmese; Khmer; Tai Le, New Tai Lue, Tai Tham; Balinese; Javanese; Tai Viet.
_CLUSTERED = (
    "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u1b00-\u1b7f\ua980-\ua9ff\uaa60-\uaadf"
)
# Vowels that are written before the consonant they follow.
_PREPENDED = "\u0e40-\u0e44\u0ec0-\u0ec4\uaab5\uaab6\uaab9\uaabb\uaabc"
# Signs that put the next consonant below.
_STACKING = "\u17d2\u1039\u1a60\u1b44\ua9c0"

_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
_SCRIPTS = _IDEOGRAPHS + _HANGUL + _CLUSTERED
_UNPARTED = re.compile(f"[{_SCRIPTS}]")
_RUNS = re.compile(f"([{_IDEOGRAPHS}]+|[{_HANGUL}]+)|([{_CLUSTERED}]+)|[^ {_SCRIPTS}]+")

_INDIC = re.compile("[\u0900-\u0d7f]")


def is_ideograph(char: str) -> bool:
    """Whether a character is of a script whose every character is a unit, Hangul aside."""
    return _IDEOGRAPH.match(char) is not None


def is_unparted(text: str) -> bool:
    """Whether ``text`` begins in a script that has units."""
    return _UNPARTED.match(text) is not None


def has_unparted(text: str) -> bool:
    """Whether any of ``text`` is in a script that has units."""
    return _UNPARTED.search(text) is not None


def has_indic(text: str) -> bool:
    """Whether any of ``text`` is in one of the Indian scripts that are laid out as Devanagari is."""
    return _INDIC.search(text) is not None


def pieces(folded: str) -> Iterator[tuple[int, str, list[str]]]:
    """The words and runs of a folded text: where each begins, what it is, its units; a word has none."""
    for match in _RUNS.finditer(folded):
        piece, kind = match[0], match.lastindex
        yield (
            match.start(),
            piece,
            [] if kind is None else list(piece) if kind == 1 else _clusters().findall(piece),
        )


def pairs(units: list[str]) -> list[str]:
    """Each two units that follow one another; one alone is itself."""
    return list(map(operator.add, units, units[1:])) or units


@functools.cache
def _clusters() -> re.Pattern[str]:
    """What is written as one: a consonant with its vowels, tones and what is stacked below it.

    No unit is longer than half of the longest term.
    """
    ranges = re.findall("(.)-(.)", _CLUSTERED)
    chars = (chr(code) for first, last in ranges for code in range(ord(first), ord(last) + 1))
    marks = "".join(char for char in chars if unicodedata.category(char) in {"Mn", "Mc"})
    return re.compile(
        f"[{_PREPENDED}]{{,4}}[^{marks}](?:[{_STACKING}][^{marks}]?|[{marks}]){{,25}}|[{marks}]{{1,50}}"
    )
