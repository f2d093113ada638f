"""Words that are divided at the end of a line, made whole again: each part keeps its own box."""

import unicodedata
from collections.abc import Sequence

from archive.ingest.texts.found import Block, Line, Word

# A hyphen of any age: the last four are those of blackletter, of transcribers, and the soft one.
_MARKS = ("-", "‐", "⹀", "⸗", "=", "¬", "\xad")
_CERTAIN = ("¬", "\xad")

# After a hyphen that stands for the rest of a word, as in German "Ein- und Ausgang".
_BEGINNING_ANEW = frozenset(
    {"and", "or", "und", "oder", "bzw.", "als", "et", "ou", "y", "e", "o", "u", "en", "of"}
)


def join(block: Block, following: Sequence[Block]) -> None:
    """Give the divided words of a block their letters without hyphens, and mark the lines that go on."""
    lines = [line for line in block.lines if line.words]
    for line in lines:
        _attach(line)
    after = next((line for other in following for line in other.lines if line.words), None)
    for number, line in enumerate(lines):
        is_last = number + 1 == len(lines)
        _join(line, after if is_last else lines[number + 1], is_apart=is_last)
    for line in lines:
        for word in line.words:
            word.text = word.text.replace("\xad", "")


def _attach(line: Line) -> None:
    """Let a hyphen that ends a line as a word of its own be the end of the word before."""
    if len(line.words) > 1 and line.words[-1].text in _MARKS and _is_letter(line.words[-2].text[-1]):
        line.words[-2].text += line.words.pop().text


def _join(line: Line, after: Line | None, *, is_apart: bool) -> None:
    first = line.words[-1]
    second = after.words[0] if after else None
    if first.part == 1 and first.whole:
        _join_told(line, first, second)
        return
    is_told = line.is_hyphenated or first.text.endswith(_CERTAIN)
    # What no file says goes on is not sought in another column.
    line.is_hyphenated = second is not None and (is_told or not is_apart) and _goes_on(first, second, is_told)
    if line.is_hyphenated:
        first.text = _bare(first.text)


def _join_told(line: Line, first: Word, second: Word | None) -> None:
    """A word that the file itself has whole; on the next page its second part stands for itself."""
    whole = first.whole or ""
    line.is_hyphenated = second is not None and second.part == 2
    if not line.is_hyphenated or second is None:
        first.text = whole
        return
    middle = _middle(whole, _bare(first.text), second.text)
    first.text, second.text = whole[:middle], whole[middle:]


def _middle(whole: str, first: str, second: str) -> int:
    """Where the second part begins; a word may be spelled otherwise where it is divided."""
    if whole.startswith(first):
        return len(first)
    if whole.endswith(second):
        return len(whole) - len(second)
    return len(whole) * len(first) // max(len(first) + len(second), 1)


def _goes_on(first: Word, second: Word, is_told: bool) -> bool:
    if not _bare(first.text):
        return False
    if is_told:
        return True
    return (
        first.text.endswith(_MARKS)
        and _is_letter(_bare(first.text)[-1])
        and second.text[0].islower()
        and second.text.lower() not in _BEGINNING_ANEW
    )


def _is_letter(character: str) -> bool:
    # A vowel may have its sign behind it, as blackletter's umlauts do.
    return unicodedata.category(character)[0] in "LM"


def _bare(text: str) -> str:
    return text[:-1] if text.endswith(_MARKS) else text
