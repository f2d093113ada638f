"""Language maps: human text as a dictionary from language tag to values.

Source: Presentation 3.0 §4, "Language of Property Values".
"""

from collections.abc import Iterable, Mapping, Sequence

LanguageMap = dict[str, list[str]]
"""Text by BCP 47 tag; the tag of text in no known language is ``"none"``."""

NONE = "none"


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
            if _primary(tag) == _primary(want):
                return tag
    for fallback in (NONE, "en"):
        if fallback in filled:
            return fallback
    return filled[0] if filled else None


def _primary(tag: str) -> str:
    return tag.lower().partition("-")[0]
