"""Lines that were found anywhere on a page are put into the order in which they are read."""

import pytest

from archive.ingest.texts.found import Area, Line, Word
from archive.recognition import layout


def line(text: str, area: Area) -> Line:
    return Line([Word(text, area)], area)


def flat(text: str, x: int, y: int, width: int = 300) -> Line:
    return line(text, (x, y, width, 30))


def column(text: str, x: int, y: int = 100, height: int = 500) -> Line:
    return line(text, (x, y, 40, height))


def sides(y: int, rows: int) -> list[Line]:
    """Two columns of lines, row by row as engines give them."""
    return [
        flat(f"{side}{row}", x, y + 40 * row) for row in range(rows) for side, x in (("l", 0), ("r", 400))
    ]


TITLE = flat("title", 0, 0, 700)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([flat("b", 0, 45), flat("a", 2, 0)], ["a b"], id="one block"),
        pytest.param([flat("a", 0, 0), flat("b", 0, 45), flat("c", 0, 200)], ["a b", "c"], id="paragraphs"),
        pytest.param(
            [TITLE, flat("a", 0, 100), flat("c", 400, 101), flat("b", 0, 140), flat("d", 400, 141)],
            ["title", "a b", "c d"],
            id="two columns below a title",
        ),
        pytest.param(
            [TITLE, *sides(40, 4)],
            ["title", "l0 l1 l2 l3", "r0 r1 r2 r3"],
            id="a title as near as the lines",
        ),
        pytest.param(
            [
                *sides(0, 3),
                flat("note", 0, 125, 700),
            ],
            ["l0 l1 l2", "r0 r1 r2", "note"],
            id="a note below two columns",
        ),
        pytest.param(
            [
                TITLE, flat("note", 0, 400, 700),
                *sides(100, 3),
            ],
            ["title", "l0 l1 l2", "r0 r1 r2", "note"],
            id="two columns between a title and a note",
        ),
        pytest.param(
            [flat(str(row), 0, 100 * row) for row in range(5)],
            ["0 1 2 3 4"],
            id="lines that stand wide apart",
        ),
        pytest.param([flat("b", 400, 5), flat("a", 0, 0)], ["a", "b"], id="two beside each other"),
        pytest.param([flat("b", 310, 0), flat("a", 0, 5)], ["a b"], id="two pieces of a line"),
        pytest.param(
            [column("三四", 100), column("一二", 160), column("五六", 40)],
            ["一二 三四 五六"],
            id="columns of Chinese",
        ),
        pytest.param(
            [
                column("三四", 100), column("一二", 160), column("七八", 100, 800), column("五六", 160, 800),
                flat("12", 80, 1500, 60),
            ],
            ["一二 三四", "五六 七八", "12"],
            id="columns in two tiers and the number of the page",
        ),
        pytest.param(
            [flat("one two three", 0, 0), column("一二", 500), flat("four five six", 0, 45)],
            ["one two three four five six", "一二"],
            id="a seal beside lines",
        ),
    ],
)  # fmt: skip
def test_lines_are_read_in_their_order(lines: list[Line], expected: list[str]) -> None:
    found = layout.blocks(lines)

    assert [" ".join(one.words[0].text for one in block.lines) for block in found] == expected


def test_columns_are_said_to_run_downwards() -> None:
    found = layout.blocks([column("一二三", 160), flat("12", 80, 1500, 60)])

    assert [block.direction for block in found] == ["ttb", None]
