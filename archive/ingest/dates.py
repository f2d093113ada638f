"""Dates as people write them, to the years they span.

Years are astronomical: 0 is 1 BCE, -499 is 500 BCE. The span is that of the words, not of their doubt:
``c. 1850`` is 1850, ``after 1600`` is 1600, ``1845, exhibited 1850`` is 1845 to 1850.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import floor

import edtf
from edtf.parser.edtf_exceptions import EDTFParseException

from archive.ingest import periods, words
from archive.ingest.words import COMMA, DASH, NUMBER, PERIOD, REIGN, Token

Years = tuple[int, int]
"""First and last year."""

_LATEST = 2100
_LONGEST = 200
# Most dates of most sheets: a year or a day, which need no parser.
_PLAIN = re.compile(r"(1\d{3}|20\d\d)(?:-(?:0[1-9]|1[0-2])-[0-3]\d)?", re.ASCII)
_SIZES = {periods.DECADE: 10, periods.CENTURY: 100, periods.MILLENNIUM: 1000}
# Where in a century or a reign "early" and the like are: in the Nth of so many equal parts, from 0.
_PARTS = {"early": (0, 3), "mid": (1, 3), "late": (2, 3), "first half": (0, 2), "second half": (1, 2)}
_FRACTIONS = {"half": 2, "third": 3, "quarter": 4}


def read(text: str) -> Years | None:
    """The first and last year of a date, ``None`` when it says that none is known.

    Knows years, decades, centuries and their parts in the languages of ``periods``, dynasties and
    reigns, the Hijri calendar, and EDTF. Raises ``ValueError`` when it understands nothing.
    """
    years = _read(text)
    if years is None:
        raise ValueError(
            f'date "{text[:80]}" is kept as written, without years: to have it found by year, '
            "write it as 1850, c. 1850-60, 19th century or 500 BCE"
        )
    return years or None


@dataclass(frozen=True)
class _Side:
    """What stands between two dashes or commas: at most one number, and what is said of it."""

    number: Token | None = None
    unit: str | None = None
    mark: str | None = None
    periods: tuple[Years, ...] = ()
    reign: Years | None = None
    part: tuple[float, float] | None = None
    dashed: bool = False
    """Whether a dash, not a comma, joins it to the side before it."""

    @property
    def value(self) -> int:
        return self.number.value if self.number else 0

    @property
    def digits(self) -> int:
        return self.number.digits if self.number else 0

    @property
    def is_year(self) -> bool:
        return self.number is not None and self.unit is None and self.reign is None


# The dates of a sheet repeat: Tate's 1,500 artworks have 646 different ones.
@lru_cache(maxsize=1 << 14)
def _read(text: str) -> Years | tuple[()] | None:
    """The years, ``()`` when the text says that none is known, ``None`` when it is not understood."""
    if plain := _PLAIN.fullmatch(text):
        return int(plain[1]), int(plain[1])
    if len(text) > _LONGEST:
        return None
    if words.says_unknown(text):
        return ()
    if words.is_iso_interval(text):
        return _edtf(text)
    tokens = words.tokens(text)
    sides = _sides(tokens) if tokens else None
    years = _years(sides) if sides else None
    return years or (_edtf(text) if words.may_be_edtf(text) else None)


def _edtf(text: str) -> Years | None:
    try:
        date = edtf.parse_edtf(text.strip())
        bounds = [date.lower_strict(), date.upper_strict()]
    except (EDTFParseException, ValueError, TypeError, AttributeError, ArithmeticError):
        return None
    # An open end is an infinite float and no time.
    years = [bound.tm_year for bound in bounds if not isinstance(bound, float)]
    return (years[0], years[-1]) if years and years[0] <= years[-1] <= _LATEST else None


def _sides(tokens: Sequence[Token]) -> list[_Side] | None:
    """The sides of a date, ``None`` when one of them says two things at once."""
    sides = [_Side()]
    for number, token in enumerate(tokens):
        if token.sign in {DASH, COMMA}:
            # "mid-18th", "early to mid": nothing stands apart yet.
            if number == 0 or tokens[number - 1].sign not in _PARTS or token.sign == COMMA:
                sides.append(_Side(dashed=token.sign == DASH))
            continue
        side = _with(sides[-1], token, tokens[number - 1] if number else None)
        if side is None:
            return None
        sides[-1] = side
    return _joined([side for side in sides if side != _Side(dashed=side.dashed)])


def _with(side: _Side, token: Token, before: Token | None) -> _Side | None:
    """``side`` with one token more, ``None`` when there is no place for it."""
    sign = token.sign
    if sign in _PARTS:
        return _narrowed(side, *_PARTS[sign])
    if sign in _FRACTIONS:
        return _fraction(side, _FRACTIONS[sign], before)
    if sign == NUMBER:
        if before and before.sign == "last" and token.value == 3:
            return _narrowed(side, 2, 3)
        return replace(side, number=token) if side.number is None else None
    return _qualified(side, token)


def _qualified(side: _Side, token: Token) -> _Side:
    """``side`` with a word that says what its number counts."""
    if token.sign in _SIZES:
        return replace(side, unit=token.sign)
    if token.sign == PERIOD:
        return replace(side, periods=(*side.periods, token.years))
    if token.sign == REIGN:
        return replace(side, periods=(*side.periods, token.years), reign=token.years)
    return side if token.sign == "last" else replace(side, mark=token.sign)


def _narrowed(side: _Side, place: int, of: int) -> _Side:
    part = (place / of, (place + 1) / of)
    # "early to mid" runs from the start of the one to the end of the other.
    return replace(side, part=(min(side.part[0], part[0]), max(side.part[1], part[1])) if side.part else part)


def _fraction(side: _Side, of: int, before: Token | None) -> _Side | None:
    """``side`` with "third quarter" and the like, whose number was taken for the side's own."""
    if before and before.sign == "last":
        return _narrowed(side, of - 1, of)
    if before is None or before is not side.number or not 1 <= before.value <= of:
        return None
    return _narrowed(replace(side, number=None), before.value - 1, of)


def _joined(sides: Sequence[_Side]) -> list[_Side]:
    """The sides, a part that stands alone ("18th century, second half") put to the side before it."""
    joined: list[_Side] = []
    for side in sides:
        if joined and side == _Side(part=side.part, dashed=side.dashed):
            joined[-1] = replace(joined[-1], part=side.part)
        else:
            joined.append(side)
    return joined


def _years(sides: Sequence[_Side]) -> Years | None:
    """From the first to the last year of all sides, ``None`` when one is not understood.

    A period that only frames what else is said ("Tang dynasty, 8th century") does not widen it.
    """
    complete = _completed(sides)
    spans = [_span(side) for side in complete]
    known = [span for span in spans if span is not None]
    if len(known) < len(spans):
        return None
    is_range = any(side.dashed for side in complete)
    kept = [
        span
        for side, span in zip(complete, known, strict=True)
        if side.number or not any(_frames(span, other, whole=is_range) for other in known)
    ]
    return min(first for first, _ in kept), max(last for _, last in kept)


def _frames(frame: Years, span: Years, *, whole: bool = True) -> bool:
    """Whether ``span`` is shorter than ``frame`` and in it, ``whole`` or in part ("Edo, 19th century")."""
    if span[1] - span[0] >= frame[1] - frame[0]:
        return False
    within = (frame[0] <= span[0], span[1] <= frame[1])
    return all(within) if whole else span[0] <= frame[1] and frame[0] <= span[1]


def _completed(sides: Sequence[_Side]) -> list[_Side]:
    """The sides with what each leaves to its neighbours: "18th-19th century", "500-400 BC", "1771-3"."""
    whole = list(sides)
    for place in range(len(whole) - 2, -1, -1):
        whole[place] = _from_right(whole[place], whole[place + 1])
    for place in range(1, len(whole)):
        whole[place] = _from_left(whole[place], whole[place - 1])
    return whole


def _from_right(side: _Side, right: _Side) -> _Side:
    if side.is_year and side.digits <= 2 and right.unit in {periods.CENTURY, periods.MILLENNIUM}:
        side = replace(side, unit=right.unit)
    # BCE runs backwards: "500-400 BC", but "30-20 BC" and "20-30 AD".
    if side.number and right.dashed and side.mark is None and right.mark:
        falling = right.mark == periods.BEFORE
        if not falling or (side.value >= right.value and side.unit == right.unit):
            return replace(side, mark=right.mark)
    return side


def _from_left(side: _Side, left: _Side) -> _Side:
    if side.number is None or side.mark or left.number is None:
        return side
    if left.reign and side.is_year and side.digits <= 2:
        return replace(side, reign=left.reign)
    if left.mark == periods.BEFORE and side.dashed and side.value < left.value:
        return replace(side, mark=left.mark, unit=side.unit or left.unit)
    if left.mark == periods.HIJRI and side.dashed and abs(side.value - _hijri(left.value)[0]) > 1:
        return replace(side, mark=left.mark)
    if left.unit is None and side.digits < left.digits >= 3:
        return _unabbreviated(side, left)
    return replace(side, mark=left.mark) if left.mark == periods.AFTER else side


def _unabbreviated(side: _Side, left: _Side) -> _Side:
    """The second year of "1771-3"; of "1889-03", which is March, the year again."""
    size = 10**side.digits
    year = left.value - left.value % size + side.value
    if year < left.value:
        year = left.value if side.digits == 2 and side.value <= 12 else 0
    return replace(side, number=Token(NUMBER, year, digits=left.digits), mark=left.mark)


def _span(side: _Side) -> Years | None:
    base = _base(side)
    if base is None or side.part is None or (side.number and side.unit is None):
        return base
    first, length = base[0], base[1] - base[0] + 1
    return first + floor(side.part[0] * length + 1e-9), first + floor(side.part[1] * length + 1e-9) - 1


def _base(side: _Side) -> Years | None:
    """The years of a side without regard to "early" and the like."""
    if side.number is None:
        return _narrowest(side.periods)
    if side.reign and side.unit is None and side.digits <= 2:
        return _reign_year(side.reign, side.value)
    if side.unit is None and (side.number.is_roman or (side.digits <= 2 and side.mark is None)):
        return None
    first, last = _counted(side.value, side.unit)
    if side.mark == periods.BEFORE:
        first, last = 1 - last, 1 - first
    elif side.mark == periods.HIJRI:
        first, last = _hijri(first)[0], _hijri(last)[1]
    return (first, last) if side.value > 0 and side.digits <= 6 and last <= _LATEST else None


def _counted(value: int, unit: str | None) -> Years:
    if unit is None:
        return value, value
    if unit == periods.DECADE:
        # "The 1800s" are a century to most who write it.
        return value, value + (99 if value % 100 == 0 else 9)
    return (value - 1) * _SIZES[unit] + 1, value * _SIZES[unit]


def _narrowest(spans: Sequence[Years]) -> Years | None:
    """The period within all others, such as the reign of a dynasty; ``None`` when they lie apart."""
    if not spans:
        return None
    narrow = min(spans, key=lambda span: span[1] - span[0])
    return narrow if all(span == narrow or _frames(span, narrow) for span in spans) else None


def _reign_year(reign: Years, number: int) -> Years | None:
    year = reign[0] + number - 1
    return (year, year) if number >= 1 and year <= reign[1] + 1 else None


def _hijri(year: int) -> Years:
    """The years of the common era in which a Hijri year begins and ends, by its mean length."""
    begins, length = 622.547, 0.970224
    return floor(begins + (year - 1) * length), floor(begins + year * length - 0.003)
