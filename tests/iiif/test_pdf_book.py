"""A book as a PDF: its pictures are seen, its text is found where it stands, in any script."""

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest
from factories import _encoded, photograph
from reading_pdf import Reading, opened

from iiif.errors import InvalidSource
from iiif.pdf import book
from iiif.pdf.book import About, Page, Run

SIZE = (2000, 2800)
JPEG = _encoded(photograph(500, 700), "JPEG", quality=95)
ABOUT = About("題 Title", "zh-Hant")


def reading(*runs: Run, about: About = ABOUT) -> Reading:
    """The one page of a book, as PDFium reads it."""
    return opened(b"".join(book.write([Page(SIZE, JPEG, runs)], about)), SIZE)


LATIN = (
    Run("Habe", (100, 100, 200, 50)),
    Run(" ", (300, 100, 20, 50)),
    Run("Muth", (320, 105, 180, 45)),
    Run("dich", (101, 200, 150, 31)),
)
CHINESE = (
    Run("獨坐幽篁裡", (1500, 100, 100, 900), "ttb"),
    Run("彈琴復長嘯𠀀", (1300, 100, 90, 1100), "ttb"),
)
ARABIC = (
    Run("بيت", (800, 100, 200, 50), "rtl"),
    Run(" ", (780, 100, 20, 50), "rtl"),
    Run("الحِكمة", (600, 100, 180, 50), "rtl"),
    Run(" ", (580, 100, 20, 50), "rtl"),
    Run("1234", (480, 100, 100, 50), "rtl"),
    Run("ببغداد", (750, 200, 250, 60), "rtl"),
)
DEVANAGARI = (Run("हिन्दी", (100, 100, 200, 50)),)


@pytest.mark.parametrize(
    ("runs", "is_leftwards", "text"),
    [
        pytest.param(LATIN, False, "Habe Muth\ndich", id="Latin"),
        pytest.param(CHINESE, False, "獨坐幽篁裡\n彈琴復長嘯𠀀", id="Chinese in columns"),
        pytest.param(CHINESE[:1], True, "獨坐幽篁裡", id="Chinese in a book bound on the right"),
        pytest.param(ARABIC, True, "بيت الحِكمة 1234\nببغداد", id="Arabic"),
        pytest.param(DEVANAGARI, False, "हिन्दी", id="Devanagari"),
    ],
)
def test_text_is_read_as_it_was_given(runs: tuple[Run, ...], is_leftwards: bool, text: str) -> None:
    about = About("Title", None, is_leftwards)
    assert reading(*runs, about=about).text == text


@pytest.mark.parametrize(
    ("runs", "word", "box"),
    [
        pytest.param(LATIN, "Habe", (100, 100, 200, 50), id="Latin"),
        pytest.param(LATIN, "Muth", (320, 105, 180, 45), id="Latin, lower"),
        pytest.param(LATIN, "dich", (101, 200, 150, 31), id="Latin, low"),
        pytest.param(CHINESE, "獨坐幽篁裡", (1500, 100, 100, 900), id="a column"),
        pytest.param(CHINESE, "幽篁", (1500, 460, 100, 360), id="a part of a column"),
        pytest.param(ARABIC, "بيت", (800, 100, 200, 50), id="Arabic"),
        pytest.param(ARABIC, "1234", (480, 100, 100, 50), id="a number among Arabic"),
        pytest.param(ARABIC, "ببغداد", (750, 200, 250, 60), id="Arabic, higher"),
    ],
)
def test_word_is_found_where_it_stands(
    runs: tuple[Run, ...], word: str, box: tuple[int, int, int, int]
) -> None:
    assert reading(*runs).find(word) == pytest.approx(box, abs=1)


def test_picture_fills_the_page_and_text_is_not_seen() -> None:
    drawn = reading(Run("獨坐幽篁裡", (0, 0, 2000, 2800))).draw(500)

    assert drawn.shape == (700, 500, 3)
    assert np.abs(drawn.astype(int) - photograph(500, 700)).mean() < 3


def test_page_without_a_picture_is_white_and_keeps_its_text() -> None:
    page = opened(b"".join(book.write([Page(SIZE, None, LATIN)], ABOUT)), SIZE)

    assert page.draw(100).min() == 255
    assert page.text.startswith("Habe")


def test_gray_picture_stays_gray() -> None:
    jpeg = _encoded(photograph(60, 40)[:, :, 0], "JPEG")
    drawn = opened(b"".join(book.write([Page((60, 40), jpeg, ())], ABOUT)), (60, 40)).draw(60)

    assert np.ptp(drawn, axis=2).max() == 0


@pytest.mark.parametrize("is_leftwards", [False, True])
def test_book_says_what_it_is(is_leftwards: bool) -> None:
    found = reading(about=About("題 Title", "zh-Hant", is_leftwards))

    assert (found.title, found.language) == ("題 Title", "zh-Hant")
    assert found.direction == ("R2L" if is_leftwards else "")


@pytest.mark.parametrize(("size", "points"), [((2500, 3000), (600, 720)), ((120_000, 1200), (14_400, 144))])
def test_pages_are_as_large_as_the_leaf_but_no_larger_than_readers_take(
    size: tuple[int, int], points: tuple[int, int]
) -> None:
    run = Run("Habe", (100, 100, 800, 500))
    page = opened(b"".join(book.write([Page(size, JPEG, [run])], ABOUT)), size)

    assert page.points == pytest.approx(points)
    assert page.find("Habe") == pytest.approx(run.box, abs=size[0] / 2000)


def test_what_is_no_jpeg_is_refused() -> None:
    with pytest.raises(InvalidSource, match="is no JPEG"):
        list(book.write([Page(SIZE, b"\x89PNG", ())], ABOUT))


def test_long_book_takes_the_memory_of_a_page() -> None:
    def pages() -> Iterator[Page]:
        for number in range(300):
            runs = [Run(chr(0x4E00 + number * 20 + place), (0, place, 9, 9)) for place in range(20)]
            yield Page(SIZE, JPEG + bytes(300_000), runs)

    tracemalloc.start()
    written = sum(map(len, book.write(pages(), ABOUT)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert written > 90_000_000
    assert peak < 10_000_000
