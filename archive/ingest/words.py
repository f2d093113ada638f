"""The words and numbers of a written date, whatever its language and script."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from archive.ingest import periods

NUMBER, PERIOD, REIGN, DASH, COMMA = "number", "period", "reign", "-", ","
"""Signs of tokens beside the keys of ``periods.WORDS``."""


@dataclass(frozen=True)
class Token:
    """A word or number that says something: a number's ``value``, a period's ``years``."""

    sign: str
    value: int = 0
    years: tuple[int, int] = (0, 0)
    digits: int = 0
    is_roman: bool = False


_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_LOOKS = str.maketrans(
    dict.fromkeys("–—‒−‐‑―〜~", "-") | dict.fromkeys("()、،؛", ",") | dict.fromkeys("'’‘`´[]ـ", "")
)
_SIGNS = dict.fromkeys("-/&+", DASH) | dict.fromkeys(",;|・", COMMA)
_SILENT = frozenset('.?!:*"“”«»<>=·')

_EDTF = re.compile(r"[-\dXYTZ?~%./,\[\]{}:]+")
_ISO_INTERVAL = re.compile(r"-\d{4}\S*|\d{4}-\d\d(?:-\d\d)?/\S+")
# "B.C." is one word, but "c. A.D." are two.
_INITIALS = re.compile(r"(?<!\w)(?!c\.\s?[ab]\.)([^\W\d_])\.\s?(?=[^\W\d_](?!\w))")
_CENTURY = re.compile(r"(\d{1,2}(?:st|nd|rd|th))\s+c(?!\w)\.?")
# What says more than the year, or says it in another form, is brought to the plain form.
_PLAINER = [
    (re.compile(r"(?<!\d)(\d{4})[-/.](?:0?[1-9]|1[0-2])[-/.]\d{1,2}(?!\d)(?:[t ]\d\d:\d\d\S*)?"), r"\1"),
    (re.compile(r"(?<!\d)\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(\d{4})(?!\d)"), r"\1"),
    (re.compile(r"(?<![\d/.-])(?:0?[1-9]|1[0-2])[/.](\d{4})(?!\d)"), r"\1"),
    (re.compile(r"(\d{1,3}),(\d{3})(?=\s*b\.?\s?c)"), r"\1\2"),
    (re.compile(r"(\d{3,4})(?:s|er)(?!\w)"), r"\1 decade"),
    (re.compile(r"(?<!\w)c([12]\d)(?:th|st)?(?!\w)"), r"\1 century"),
    (re.compile(r"(?<!\w)j\.?\s?-?\s?c(?!\w)"), "jc"),
]
_LEXEME = re.compile(r"(\d+)(?:(?:st|nd|rd|th|e|er|re|eme|ere|nde|ste|de|o|a)(?![^\W_]))?|([^\W\d_]+)|(\S)")
_ROMAN = re.compile(r"(?P<tens>x{0,2})(?:(?P<nine>ix)|(?P<four>iv)|(?P<five>v?)(?P<ones>i{0,3}))(?:e|eme|o)?")

_FIRST_IDEOGRAPH = "\u2e80"
_NUMERALS = "〇零一二三四五六七八九"
_TEN = {"十": 10, "百": 100, "千": 1000}
_CYCLIC = "[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]"
_DECADE_OF_CENTURY = re.compile(r"(\d{1,2})\s*(?:世紀|世纪)\s*(\d0)\s*年代")
_MONTH_AND_DAY = re.compile(r"\d{1,2}\s*[月월](?:\s*\d{1,2}\s*[日号號일])?")


def tokens(text: str) -> list[Token] | None:
    """What ``text`` says of years, in its order, ``None`` when it holds a word that is not known.

    Words that change no year are left out, and so are days and months.
    """
    written = _INITIALS.sub(r"\1", _CENTURY.sub(r"\1 century", _folded(text)))
    if any(letter >= _FIRST_IDEOGRAPH for letter in written):
        written = _spaced(written)
    for pattern, plain in _PLAINER:
        written = pattern.sub(plain, written)
    found = _LEXEME.findall(_without_months(written))
    return _understood([lexeme for groups in found if (lexeme := "".join(groups)) not in _SILENT])


def says_unknown(text: str) -> bool:
    """Whether ``text`` is empty, or says that no date is known."""
    return _letters(text) in _not_known()


def may_be_edtf(text: str) -> bool:
    """Whether ``text`` has no other characters than the Extended Date/Time Format has."""
    return _EDTF.fullmatch(text.strip()) is not None


def is_iso_interval(text: str) -> bool:
    """Whether ``text`` is a negative year or an interval of days, which would else be read as a range."""
    return _ISO_INTERVAL.fullmatch(text.strip()) is not None


def _folded(text: str) -> str:
    """``text`` without case, marks and variants of dashes, digits and brackets."""
    if text.isascii():
        return text.lower().translate(_LOOKS)
    letters = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return unicodedata.normalize("NFKC", bare).translate(_DIGITS).translate(_LOOKS)


def _letters(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", _INITIALS.sub(r"\1", _folded(text))))


def _understood(lexemes: list[str]) -> list[Token] | None:
    """The tokens of the lexemes, the longest phrase first."""
    lexicon, found, place = _lexicon(), [], 0
    longest = _longest_phrases()
    while place < len(lexemes):
        for length in range(longest.get(lexemes[place], 1), 0, -1):
            phrase = " ".join(lexemes[place : place + length])
            token = lexicon.get(phrase) or (_token(phrase) if length == 1 else None)
            if token:
                break
        if token is None:
            return None
        if token.sign:
            found.append(token)
        place += length
    return found


def _token(lexeme: str) -> Token | None:
    if lexeme.isdecimal():
        return Token(NUMBER, int(lexeme[:9]), digits=len(lexeme))
    if lexeme in _SIGNS:
        return Token(_SIGNS[lexeme])
    roman = _ROMAN.fullmatch(lexeme)
    if roman is None:
        return None
    units = 9 if roman["nine"] else 4 if roman["four"] else 5 * len(roman["five"]) + len(roman["ones"])
    return Token(NUMBER, 10 * len(roman["tens"]) + units, digits=2, is_roman=True)


def _without_months(written: str) -> str:
    # Most dates have no month, and the pattern is long.
    if not any(word in _months() for word in re.findall("[a-z]{3,}", written)):
        return written
    return _month_pattern().sub(" ", written)


def _spaced(written: str) -> str:
    """``written`` with blanks between the words of scripts that have none, its numerals as digits."""
    apart = _ideographs().sub(_apart, written)
    apart = _DECADE_OF_CENTURY.sub(lambda found: f"{(int(found[1]) - 1) * 100 + int(found[2])} 年代", apart)
    return _MONTH_AND_DAY.sub(" ", apart)


def _apart(found: re.Match[str]) -> str:
    if found["numeral"]:
        return str(_number(found["numeral"]))
    return f" {found['word']} " if found["word"] else "1" if found["first"] else " "


def _number(numeral: str) -> int:
    """A number in ideographs: positional (``一八八九``), or with tens and hundreds (``三十``)."""
    if not any(letter in _TEN for letter in numeral):
        return int("".join(str(max(_NUMERALS.index(letter) - 1, 0)) for letter in numeral))
    total, ones = 0, 0
    for letter in numeral:
        if letter in _TEN:
            total, ones = total + max(ones, 1) * _TEN[letter], 0
        else:
            ones = max(_NUMERALS.index(letter) - 1, 0)
    return total + ones


def _phrases(table: str) -> list[str]:
    return [" ".join(_folded(phrase).split()) for phrase in table.replace("\n", " ").split("|")]


@cache
def _not_known() -> frozenset[str]:
    return frozenset({"", *map(_letters, periods.NOT_KNOWN.replace("\n", "").split("|"))})


@cache
def _lexicon() -> dict[str, Token]:
    """Every known phrase, its words with one blank between, and what it says."""
    lexicon = {phrase: Token(sign) for sign, table in periods.WORDS.items() for phrase in _phrases(table)}
    for language in periods.ORDINALS.strip().splitlines():
        for value, phrase in enumerate(_phrases(language), 1):
            lexicon[phrase] = Token(NUMBER, value, digits=len(str(value)))
    for sign, table in ((PERIOD, periods.PERIODS), (REIGN, periods.REIGNS)):
        for line in table.strip().splitlines():
            names, first, last = line.rsplit(" ", 2)
            lexicon |= dict.fromkeys(_phrases(names), Token(sign, years=(int(first), int(last))))
    return lexicon


@cache
def _longest_phrases() -> dict[str, int]:
    """By its first word, the number of words of the longest phrase."""
    longest: dict[str, int] = {}
    for words in sorted((phrase.split() for phrase in _lexicon()), key=len):
        if words:
            longest[words[0]] = len(words)
    return longest


@cache
def _ideographs() -> re.Pattern[str]:
    words = sorted((phrase for phrase in _lexicon() if phrase >= _FIRST_IDEOGRAPH), key=len, reverse=True)
    numerals = _NUMERALS + "".join(_TEN)
    return re.compile(
        f"(?P<first>元(?=年))|(?P<word>{'|'.join(words)})|(?P<numeral>[{numerals}]+)|(?P<cyclic>{_CYCLIC})"
    )


@cache
def _months() -> frozenset[str]:
    return frozenset(periods.MONTHS.split())


@cache
def _month_pattern() -> re.Pattern[str]:
    """A month with the days around it, or several with dashes between."""
    month = rf"(?:{'|'.join(sorted(_months(), key=len, reverse=True))})(?!\w)\.?"
    day = r"\d{1,2}(?:st|nd|rd|th|er)?(?!\d)\.?"
    days = rf"(?:{day}\s*(?:-|/|and|et|und|y|e)?\s*(?:de\s+)?)*"
    dated = rf"{days}(?<!\w){month}(?:\s+{day})?"
    return re.compile(rf"(?<!\w){dated}(?:\s*-\s*{dated})*\s*,?")
