"""One cell to one value; every function raises ``ValueError`` with the remedy."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from archive.ingest.files import SEPARATOR
from iiif.errors import InvalidDocument
from iiif.presentation import gate
from iiif.presentation.rights import rights_uri

_DIRECTIONS = {
    "left-to-right": ("ltr", "left to right"),
    "right-to-left": ("rtl", "right to left"),
    "top-to-bottom": ("ttb", "top to bottom"),
    "bottom-to-top": ("btt", "bottom to top"),
}
_LARGEST_PROPERTIES = 1 << 20
_VISIBILITIES = ("draft", "public", "restricted", "embargo")
# Those that a manifest may have, each group's members shutting out one another. Spec: Presentation 3.0 §3.2.
_BEHAVIORS = (
    ("unordered", "individuals", "continuous", "paged"),
    ("auto-advance", "no-auto-advance"),
    ("repeat", "no-repeat"),
)


def several(text: str, separator: str | None = None) -> list[str]:
    """The values of a cell, each once: parted by ``separator``, else by ``|``, ``;`` or a new line."""
    parts = text.split(separator) if separator else SEPARATOR.split(text)
    if len(parts) == 1:
        return [text]
    return list(dict.fromkeys(part for written in parts if (part := written.strip())))


@lru_cache(maxsize=1024)
def rights(text: str) -> str:
    """The URI of the licence or statement that ``text`` names."""
    return rights_uri(text)


def viewing_direction(text: str) -> str:
    """The direction in the specification's word. Spec: Presentation 3.0 §3.2."""
    word = " ".join(text.casefold().replace("_", " ").split())
    for direction, others in _DIRECTIONS.items():
        if word == direction or word.replace("-", " ") in others:
            return direction
    raise ValueError(f'viewing direction "{text}": write one of {_listed(list(_DIRECTIONS))}')


def visibility(text: str) -> str:
    """Who may see the record: ``draft``, ``public``, ``restricted`` or ``embargo``."""
    word = text.casefold()
    if word == "embargoed":
        return "embargo"
    if word not in _VISIBILITIES:
        raise ValueError(f'visibility "{text}": write one of {_listed(_VISIBILITIES)}')
    return word


def day(text: str) -> dt.date:
    """A day, written as ISO 8601 does: other ways are read differently here and there."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f'day "{text}": write it as year-month-day, such as 2030-01-31') from error


def nav_date(text: str) -> str:
    """The moment of a year, a day or a time, in UTC where no zone is given. Spec: Presentation 3.0 §3.1."""
    written = f"{text}-01-01" if re.fullmatch(r"\d{4}", text) else text
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError as error:
        raise ValueError(f'nav date "{text}": write a year, or as in 1856-03-01T00:00:00Z') from error
    moment = moment.replace(tzinfo=moment.tzinfo or dt.UTC)
    return moment.isoformat().replace("+00:00", "Z")


def properties(text: str) -> dict[str, Any]:  # Any: values of JSON.
    """Properties in Presentation's own spelling, as a JSON object."""
    try:
        return gate.read(text.encode("utf-8", "surrogatepass"), byte_limit=_LARGEST_PROPERTIES)
    except InvalidDocument as error:
        raise ValueError(f"properties: {'; '.join(error.faults)}: write a JSON object") from error


def page_properties(text: str) -> dict[int, dict[str, Any]]:  # Any: values of JSON.
    """Properties of pages by their numbers: ``{"1": {"navDate": …}}``."""
    return _by_number(text, "page")


def range_properties(text: str) -> dict[int, dict[str, Any]]:  # Any: values of JSON.
    """The same of ranges, numbered from 1 as the column ``ranges`` names them."""
    return _by_number(text, "range")


def _by_number(text: str, kind: str) -> dict[int, dict[str, Any]]:
    found = properties(text)
    for number, one in found.items():
        if not re.fullmatch(r"[1-9]\d{0,5}", number) or not isinstance(one, dict):
            raise ValueError(
                f'{kind} properties "{number}": write {{"1": {{…}}}}, the {kind}\'s number before each'
            )
    return {int(number): one for number, one in found.items()}


def order(text: str) -> int:
    """A place among the records of a collection."""
    if not re.fullmatch(r"[+-]?\d{1,9}", text):
        raise ValueError(f'order "{text}": write a whole number, such as 12')
    return int(text)


def behavior(text: str) -> tuple[str, ...]:
    """The behaviors of a manifest, none shutting out another."""
    words = [word.casefold() for word in several(text)]
    known = [word for group in _BEHAVIORS for word in group]
    for word in words:
        if word not in known:
            raise ValueError(f'behavior "{word}": write one of {_listed(known)}')
    for group in _BEHAVIORS:
        if len(both := [word for word in words if word in group]) > 1:
            raise ValueError(f"behavior: {_listed(both)} shut out one another: keep one")
    return tuple(words)


def collections(text: str) -> tuple[str, ...]:
    """Paths of collections, ``/`` between levels, blanks around levels dropped."""
    paths = ("/".join(level for part in path.split("/") if (level := part.strip())) for path in several(text))
    return tuple(path for path in paths if path)


def check(field: str, text: str) -> None:
    """Raise ``ValueError`` when ``text`` can't stand in ``field``; any text may stand in most."""
    parse = _PARSERS.get(field)
    if parse:
        parse(text)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)


_PARSERS: dict[str, Callable[[str], object]] = {
    "rights": rights,
    "viewing direction": viewing_direction,
    "visibility": visibility,
    "embargo until": day,
    "order": order,
    "behavior": behavior,
}
