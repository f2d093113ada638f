import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import packing
from search.page_text import Box, Cue, Direction, PageText, Reading, Span

# "Was ist Auf-" and "klärung?": the divided word is whole in the text.
DIVIDED = PageText(
    "Was ist Aufklärung?",
    lines=(Span(0, 11, (10, 10, 100, 20)), Span(11, 19, (10, 40, 80, 20))),
    words=(
        Span(0, 3, (10, 10, 30, 18)),
        Span(4, 7, (45, 12, 25, 18)),
        Span(8, 11, (75, 11, 35, 18)),
        Span(11, 19, (10, 41, 80, 17)),
    ),
)


@pytest.mark.parametrize(
    ("start", "end", "boxes"),
    [
        pytest.param(0, 3, [(10, 10, 30, 18)], id="a word"),
        pytest.param(1, 2, [(10, 10, 30, 18)], id="part of a word is the word"),
        pytest.param(0, 7, [(10, 10, 60, 20)], id="words of a line are one box"),
        pytest.param(8, 19, [(75, 11, 35, 18), (10, 41, 80, 17)], id="a divided word has two"),
        pytest.param(4, 12, [(45, 11, 65, 19), (10, 41, 80, 17)], id="a phrase over two lines"),
        pytest.param(3, 3, [], id="nothing"),
        pytest.param(19, 25, [], id="beyond the text"),
    ],
)
def test_boxes_are_one_a_line_around_the_words_touched(start: int, end: int, boxes: list[Box]) -> None:
    assert DIVIDED.boxes(start, end) == boxes


@pytest.mark.parametrize(
    ("direction", "box", "start", "end", "expected"),
    [
        pytest.param("ltr", (100, 10, 80, 20), 0, 2, (100, 10, 40, 20), id="to the right"),
        pytest.param("rtl", (100, 10, 80, 20), 0, 2, (140, 10, 40, 20), id="to the left"),
        pytest.param("ttb", (100, 10, 20, 80), 1, 3, (100, 30, 20, 40), id="downwards"),
        pytest.param("ttb", (100, 10, 80, 20), 0, 1, (100, 10, 20, 20), id="a title that lies"),
        pytest.param("ltr", (100, 10, 2, 20), 1, 2, (100, 10, 1, 20), id="never nothing"),
    ],
)
def test_without_words_the_box_is_the_part_of_the_line(
    direction: Direction, box: Box, start: int, end: int, expected: Box
) -> None:
    page = PageText("獨坐幽篁", None, direction, lines=(Span(0, 4, box),))

    assert page.boxes(start, end) == [expected]


def test_part_of_a_word_of_a_script_without_blanks_is_part_of_its_box() -> None:
    line = Span(0, 4, (100, 10, 20, 80))
    page = PageText("獨坐幽篁", "zh", "ttb", (line,), (line,))

    assert page.boxes(2, 4) == [(100, 50, 20, 40)]


def test_cues_have_times_in_the_place_of_boxes() -> None:
    page = PageText("one\ntwo", cues=(Cue(0, 3, 0.0, 1.5), Cue(4, 7, 1.5, 2.25)))

    assert (page.times(4, 7), page.times(0, 7), page.boxes(0, 7)) == (
        [(1.5, 2.25)],
        [(0.0, 1.5), (1.5, 2.25)],
        [],
    )


_BOXES = st.tuples(*[st.integers(0, 100_000)] * 4)
_TEXTS = st.lists(st.text("ab 山\n", min_size=1, max_size=6), max_size=12)


@st.composite
def _pages(draw: st.DrawFn) -> PageText:
    parts = draw(_TEXTS)
    ends = [sum(map(len, parts[: number + 1])) for number in range(len(parts))]
    spans = [Span(end - len(part), end, draw(_BOXES)) for part, end in zip(parts, ends, strict=True)]
    chosen = draw(st.lists(st.sampled_from(spans), unique=True)) if spans else []
    return PageText(
        "".join(parts),
        draw(st.sampled_from([None, "de"])),
        draw(st.sampled_from(["ltr", "rtl", "ttb"])),
        tuple(spans),
        tuple(sorted(chosen)),
        tuple(Cue(start, end, start / 8, end / 4) for start, end, _ in sorted(chosen)),
        tuple(Reading(start, end, "か\tx") for start, end, _ in sorted(chosen)),
    )


@given(_pages())
def test_what_is_packed_is_unpacked_as_it_was(page: PageText) -> None:
    assert packing.unpack(packing.pack(page), page.text, page.language) == page


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"\x09" + packing.pack(DIVIDED)[1:],
        packing.pack(DIVIDED)[:-9],
        b"\x01\x00" + zlib.compress(b"\xff" * 9),
    ],
)
def test_what_is_of_another_version_or_damaged_is_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match="take its text in again"):
        packing.unpack(packed, DIVIDED.text)
