"""Texts as they are compared, in small letters without marks; and where in the original each letter is."""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from search.analysis import letters, scripts


class _Table(dict[int, str]):
    """What each character becomes in a text, filled as they are met."""

    def __init__(self, become: Callable[[str], str]) -> None:
        self._become = become

    def __missing__(self, code: int) -> str:
        became = self[code] = self._become(chr(code))
        return became


def fold(text: str) -> str:
    """A text as it is compared: words and runs, parted by blanks."""
    return unicodedata.normalize("NFKC", text).translate(_FOLDED)


def aligned(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """A text as ``fold`` gives it; where in the original each of its characters begins, and where it ends."""
    if text.isascii():
        return fold(text), range(len(text)), range(1, len(text) + 1)
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _stretches().finditer(text):
        for char in _stretch(match[0]):
            chars.append(char)
            starts.append(match.start())
            ends.append(match.end())
    return "".join(chars), starts, ends


def stretches(text: str) -> Iterator[tuple[int, int]]:
    """Where each letter of a text, with all that belongs to it, begins and ends."""
    return (match.span() for match in _stretches().finditer(text))


def spelled(text: str) -> str:
    """A text as stemming wants it: small letters with their marks; no scripts that have no stems."""
    return unicodedata.normalize("NFKC", text).translate(_SPELLED)


_stretch = functools.lru_cache(1 << 14)(fold)


def _folded(char: str) -> str:
    if letters.is_dropped(char):
        return ""
    return letters.folded(char) if letters.is_written(char) else " "


def _spelled(char: str) -> str:
    if letters.is_dropped(char):
        return ""
    if scripts.is_unparted(char) or not letters.is_written(char):
        return " "
    return "ا" if char == "ٱ" else char.casefold()


_FOLDED, _SPELLED = _Table(_folded), _Table(_spelled)


@functools.cache
def _stretches() -> re.Pattern[str]:
    """Characters that are one to the reader, or become one: their NFKC is the same alone and in a text."""
    # Han and what is private, which nothing follows, take long to look through.
    codes = chain(
        range(0x300, 0x3400), range(0xA000, 0xAC00), range(0xD7B0, 0x20000), range(0xE0000, 0xE01F0)
    )
    following = "".join(re.escape(char) for char in map(chr, codes) if _follows(char))
    return re.compile(f".[{following}]*", re.DOTALL)


def _follows(char: str) -> bool:
    """Whether a character is, or becomes, a mark, a later part of a syllable of Hangul, or a joiner."""
    first = unicodedata.normalize("NFKD", char)[0] if unicodedata.decomposition(char) else char
    is_later = "\u1160" <= first <= "\u11ff" or "\ud7b0" <= first <= "\ud7ff"
    return is_later or unicodedata.category(first)[0] == "M" or char in "\u200c\u200d"
