"""Language maps: human text as a dictionary from language tag to values.

Source: Presentation 3.0 §4, "Language of Property Values".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

LanguageMap = dict[str, list[str]]
"""Text by BCP 47 tag; the tag of text in no known language is ``"none"``."""

NONE = "none"

# The well-formed tags of RFC 5646 §2.1: language, script, region, variants, extensions, private use; then
# private use alone, and the grandfathered tags that have another form.
_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:-[a-wyz\d](?:-[a-z\d]{2,8})+)*(?:-x(?:-[a-z\d]{1,8})+)?"
    r"|x(?:-[a-z\d]{1,8})+"
    r"|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)"
    r"|en-gb-oed|sgn-(?:be-fr|be-nl|ch-de)|zh-min",
    re.IGNORECASE | re.ASCII,
)


@lru_cache(maxsize=256)
def is_tag(text: str) -> bool:
    """Whether ``text`` is a well-formed language tag, ``es-419`` or ``zh-Hant-TW``, or ``none``.

    Source: BCP 47 (RFC 5646 §2.1); whether its parts are registered is not asked.
    """
    return _TAG.fullmatch(text) is not None


def untagged(*values: str) -> LanguageMap:
    """The language map of ``values`` in no known language."""
    return {NONE: list(values)}


def merge(maps: Iterable[Mapping[str, Sequence[str]]]) -> LanguageMap:
    """One map with the values of all ``maps``, in their order, each value once a language."""
    merged: LanguageMap = {}
    for one in maps:
        for tag, values in one.items():
            known = merged.setdefault(tag, [])
            known.extend(value for value in values if value not in known)
    return merged


def pick(text: Mapping[str, Sequence[str]], wanted: Sequence[str]) -> list[str]:
    """The values a reader of the ``wanted`` languages (best first) should see; ``[]`` of an empty map."""
    tag = pick_tag(text, wanted)
    return list(text[tag]) if tag is not None else []


def pick_tag(text: Mapping[str, Sequence[str]], wanted: Sequence[str]) -> str | None:
    """The tag that ``pick`` takes its values from, ``None`` of an empty map.

    A tag matches when it is equal, then when it is a narrower or wider form of the wanted one
    (``zh-Hant`` for ``zh``, ``fr`` for ``fr-CA``); after the wanted languages come text without a
    language, English, and whatever stands first.
    """
    filled = [tag for tag, values in text.items() if any(values)]
    for want in wanted:
        for tag in filled:
            if tag.lower() == want.lower():
                return tag
        for tag in filled:
            if primary(tag) == primary(want):
                return tag
    for fallback in (NONE, "en"):
        if fallback in filled:
            return fallback
    return filled[0] if filled else None


def primary(tag: str) -> str:
    """The language of a tag without script and region, in small letters."""
    return tag.lower().partition("-")[0]
