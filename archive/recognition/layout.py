"""The order in which lines are read that were found anywhere on a page: white corridors part them.

Engines that give boxes alone give them from the top down, across columns.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from statistics import median

from archive.ingest.texts.found import Area, Block, Line
from search import scripts

_CORRIDOR = 1.0
"""How wide white between columns is at least, in lines' heights: wider than between words."""

_PARTING = 0.8
"""How high white between blocks is at least, in lines' heights."""

_MORE = 1.6
"""How many times as high as between most lines it is: there are books with wide columns, and typescripts."""

_Placed = tuple[Area, Line]
_Cut = tuple[Sequence[_Placed], Sequence[_Placed]]


def blocks(lines: Sequence[Line]) -> list[Block]:
    """The lines as blocks in their order: what lies and what stands apart, and that first which says more."""
    tall = [line for line in lines if _is_tall(line)]
    flat = [line for line in lines if not _is_tall(line)]
    kinds = [_flat(flat), _columns(tall)]
    if sum(map(_length, tall)) > sum(map(_length, flat)):
        kinds.reverse()
    found = [block for kind in kinds for block in kind]
    for number, block in enumerate(found, 1):
        block.name = f"b{number}"
    return found


def _flat(lines: Sequence[Line]) -> list[Block]:
    return [
        Block(part, is_ordered=True) for part in _parted([(line.area, line) for line in lines if line.area])
    ]


def _columns(lines: Sequence[Line]) -> list[Block]:
    # Turned a quarter, columns that go on to the left are lines that go on downwards.
    turned = [
        ((area[1], -area[0] - area[2], area[3], area[2]), line) for line in lines if (area := line.area)
    ]
    return [Block(part, direction="ttb", is_ordered=True) for part in _parted(turned)]


def _parted(placed: Sequence[_Placed]) -> list[list[Line]]:
    """The lines in their order, column by column, and parted where blocks are."""
    size = median(area[3] for area, _ in placed) if placed else 0
    waiting = [placed] if placed else []
    found: list[list[Line]] = []
    while waiting:
        part = waiting.pop()
        cut = _cut(part, _across, _CORRIDOR * size) or _uncovered(part, size)
        if cut is None:
            found += _blocks(_in_rows(part), size)
        else:
            waiting += reversed(cut)
    return found


def _in_rows(placed: Sequence[_Placed]) -> list[_Placed]:
    """The lines from the top down; pieces of one line from the left."""
    rows: list[list[_Placed]] = []
    for one in sorted(placed, key=_middle):
        if rows and _are_beside(rows[-1][0], one):
            rows[-1].append(one)
        else:
            rows.append([one])
    return [one for row in rows for one in sorted(row, key=lambda placed: placed[0][0])]


def _uncovered(placed: Sequence[_Placed], size: float) -> _Cut | None:
    """The lines above and below the place at which to part them so that columns are not covered any more.

    Without one they are parted at the widest white, as long as any stand beside each other.
    """
    ordered = sorted(placed, key=_middle)
    if not any(_are_beside(one, two) for one, two in pairwise(ordered)):
        return None
    cuts = [(ordered[:at], ordered[at:]) for at in range(1, len(ordered))]
    # As a heading covers the columns below it, and notes those above.
    best = max(cuts, key=lambda cut: max(_in_columns(part, size) for part in cut))
    if any(_in_columns(part, size) > 1 for part in best):
        return best
    return _cut(placed, _down, _PARTING * size)


def _in_columns(placed: Sequence[_Placed], size: float) -> int:
    """How many lines these are, if a corridor parts them."""
    return len(placed) if _cut(placed, _across, _CORRIDOR * size) else 0


def _cut(placed: Sequence[_Placed], span: Callable[[Area], tuple[float, float]], least: float) -> _Cut | None:
    """The lines before and behind the widest white of ``least`` or more."""
    ordered = sorted(placed, key=lambda one: span(one[0]))
    widest, at = max(((gap, at) for at, gap in enumerate(_gaps(ordered, span), 1)), default=(0.0, 0))
    return (ordered[:at], ordered[at:]) if at and widest >= least else None


def _gaps(ordered: Sequence[_Placed], span: Callable[[Area], tuple[float, float]]) -> list[float]:
    """The white behind each line but the last, before the next begins."""
    ends = accumulate((span(area)[1] for area, _ in ordered), max)
    return [span(other[0])[0] - end for end, (_, other) in zip(ends, pairwise(ordered), strict=False)]


def _blocks(ordered: Sequence[_Placed], size: float) -> Iterator[list[Line]]:
    """The lines of a column, parted where more white is between two than mostly is."""
    gaps = _gaps(ordered, _down)
    least = max(_PARTING * size, _MORE * median(gaps)) if gaps else 0
    block: list[Line] = []
    for (_, line), gap in zip(ordered, [*gaps, 0], strict=True):
        block.append(line)
        if gap > least:
            yield block
            block = []
    yield block


def _across(area: Area) -> tuple[float, float]:
    return area[0], area[0] + area[2]


def _down(area: Area) -> tuple[float, float]:
    return area[1], area[1] + area[3]


def _are_beside(one: _Placed, other: _Placed) -> bool:
    """Whether the other, whose middle is lower, begins in the upper half of one."""
    return other[0][1] < one[0][1] + one[0][3] / 2


def _middle(placed: _Placed) -> float:
    return placed[0][1] + placed[0][3] / 2


def _length(line: Line) -> int:
    return sum(len(word.text) for word in line.words)


def _is_tall(line: Line) -> bool:
    """Whether a line of several characters, which may stand one below the other, is higher than wide."""
    if line.area is None or _length(line) == 1:
        return False
    return line.area[3] > line.area[2] and scripts.has_no_blanks(line.words[0].text[0])
