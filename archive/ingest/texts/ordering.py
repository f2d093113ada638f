"""How a page runs: to the right, to the left, or in columns; and the columns of a page in their order."""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from archive.ingest.texts.found import Area, Block, Page, around
from search import scripts
from search.page_text import Direction

_SAMPLE = 400
_DIRECTIONS: dict[str | None, Direction] = {"ltr": "ltr", "rtl": "rtl", "ttb": "ttb", "btt": "ttb"}


def direction(block: Block) -> Direction:
    """How the characters of a block run: as the file says, or else as its script and its lines' shapes do."""
    if told := _DIRECTIONS.get(block.direction):
        return told
    text = _sample(block)
    if _is_tall(block) and (_is_dense(text) or _is_mongolian(text)):
        return "ttb"
    kinds = [unicodedata.bidirectional(character) for character in text]
    return "rtl" if kinds.count("R") + kinds.count("AL") > kinds.count("L") else "ltr"


def order(page: Page) -> Iterator[str]:
    """Put the columns of a page into the order in which they are read; what was changed, in words.

    A file's own order stands, unless all its columns run the wrong way one after the other, as they do where
    a program sorted them from the left.
    """
    columns = [block for block in page.blocks if direction(block) == "ttb"]
    for block in columns:
        if not block.is_ordered and _runs_wrong([line.area for line in block.lines], _leftwards(block)):
            block.lines.reverse()
            yield f"the columns of block {block.name} run the wrong way in the file: they are turned round"
    single = len(columns) == len(page.blocks) and all(len(block.lines) == 1 for block in columns)
    if single and not any(block.is_ordered for block in columns):
        areas = [around([line.area for line in block.lines if line.area]) for block in columns]
        if _runs_wrong(areas, all(map(_leftwards, columns))):
            page.blocks.reverse()
            yield "its columns run the wrong way in the file: they are turned round"


def _runs_wrong(areas: Sequence[Area | None], leftwards: bool) -> bool:
    middles = [area[0] + area[2] / 2 for area in areas if area]
    if len(middles) < 2 or len(middles) < len(areas):
        return False
    return all((one < other) if leftwards else (one > other) for one, other in pairwise(middles))


def _leftwards(block: Block) -> bool:
    """Whether the next column is to the left: everywhere but in Mongolian and Manchu."""
    return not _is_mongolian(_sample(block)) if block.leftwards is None else block.leftwards


def _sample(block: Block) -> str:
    text = "".join(word.text for line in block.lines for word in line.words)
    return text[:_SAMPLE]


def _is_tall(block: Block) -> bool:
    """Whether most lines of more than one character are twice as high as wide."""
    areas = [
        line.area for line in block.lines if line.area and sum(len(word.text) for word in line.words) > 1
    ]
    return len(areas) > 0 and sum(area[3] >= 2 * area[2] for area in areas) * 2 > len(areas)


def _is_dense(text: str) -> bool:
    return sum(map(scripts.has_no_blanks, text)) * 2 > len(text)


def _is_mongolian(text: str) -> bool:
    return sum("\u1800" <= character <= "\u18af" for character in text) * 2 > len(text)
