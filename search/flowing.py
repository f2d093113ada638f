"""A text whose lines run on where its script sets no blanks: a word there may stand on two lines."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from search import scripts

_LINE_END = re.compile(r"[^\S\n]*\n[^\S\n]*")


@dataclass(frozen=True, slots=True)
class Flow:
    """``text`` without the line ends that part no words, and where its characters stand in the original.

    ``joints`` are the places in ``text`` at which something was left out, ``left`` how many characters of the
    original were, up to each.
    """

    text: str
    joints: tuple[int, ...] = ()
    left: tuple[int, ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from ``start`` up to ``end``, which are some, stand in the original."""
        return self._place(start), self._place(end - 1) + 1

    def _place(self, at: int) -> int:
        joint = bisect_right(self.joints, at)
        return at + (self.left[joint - 1] if joint else 0)


def flow(text: str) -> Flow:
    """The text with its lines running on. Two line ends part blocks, which never run on."""
    # Nearly all texts have none of these scripts: this finds so in a tenth of the time.
    if not scripts.DENSE.search(text):
        return Flow(text)
    pieces: list[str] = []
    joints: list[int] = []
    left: list[int] = []
    begin = length = 0
    for found in _LINE_END.finditer(text):
        before, after = found.start(), found.end()
        if not (before > 0 and after < len(text) and _is_dense(text[before - 1], text[after])):
            continue
        pieces.append(text[begin:before])
        length += before - begin
        begin = after
        joints.append(length)
        left.append((left[-1] if left else 0) + after - before)
    return Flow("".join((*pieces, text[begin:])), tuple(joints), tuple(left)) if pieces else Flow(text)


def _is_dense(before: str, after: str) -> bool:
    return scripts.has_no_blanks(before) and scripts.has_no_blanks(after)
