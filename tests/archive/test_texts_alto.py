"""ALTO as libraries have it: hand-written pages, and real ones where they are beside the project."""

import io
import re

import pytest
from requirements import SHARED

from archive.errors import Invalid, TooLarge
from archive.ingest.texts import alto, elements, found
from archive.ingest.texts.composing import compose
from search import packing
from search.page_text import Box, PageText

KANT = SHARED / "data" / "kant-1784"


def document(
    layout: str, *, version: int = 4, before: str = "", size: str = 'WIDTH="1000" HEIGHT="2000"'
) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<alto xmlns="http://www.loc.gov/standards/alto/ns-v{version}#">{before}'
        f"<Layout><Page {size}>{layout}</Page></Layout></alto>"
    ).encode()


def block(lines: str, name: str = "b1", attributes: str = "") -> str:
    return f'<TextBlock ID="{name}" {attributes}>{lines}</TextBlock>'


def line(strings: str, box: Box = (0, 0, 500, 40), name: str = "") -> str:
    return f'<TextLine ID="{name}" {area(box)}>{strings}</TextLine>'


def string(text: str, box: Box = (0, 0, 100, 40), attributes: str = "", inner: str = "") -> str:
    return f'<String CONTENT="{text}" {area(box)} {attributes}>{inner}</String>'


def area(box: Box) -> str:
    return 'HPOS="{}" VPOS="{}" WIDTH="{}" HEIGHT="{}"'.format(*box)


def page(content: bytes, size: tuple[int, int] | None = (1000, 2000)) -> PageText:
    text, _ = compose(alto.read(io.BytesIO(content)).pages[0], size)
    return text


def warnings(content: bytes, size: tuple[int, int] | None = (1000, 2000)) -> list[str]:
    file = alto.read(io.BytesIO(content))
    return file.warnings + compose(file.pages[0], size)[1]


SP = "<SP/>"
FIRST, SECOND = (0, 0, 100, 40), (120, 0, 80, 40)


@pytest.mark.parametrize("version", [2, 3, 4])
def test_words_are_joined_by_blanks_and_keep_their_boxes(version: int) -> None:
    text = page(document(block(line(string("Habe", FIRST) + SP + string("Muth", SECOND))), version=version))

    assert text.text == "Habe Muth"
    assert text.boxes(5, 9) == [SECOND]


@pytest.mark.parametrize(
    ("strings", "text"),
    [
        pytest.param(string("a") + SP + string("b") + string("."), "a b.", id="blanks are told"),
        pytest.param(string("a") + string("b", SECOND), "a b", id="blanks are not told"),
        pytest.param(string("a") + string(".", (101, 0, 5, 40)), "a.", id="a full stop that touches"),
        pytest.param(string("a") + string(".", SECOND), "a .", id="a full stop that does not"),
        pytest.param(string("(", FIRST) + string("a", (102, 0, 50, 40)), "(a", id="after a bracket"),
        pytest.param(string("獨坐") + SP + string("幽篁", SECOND), "獨坐幽篁", id="no blanks in Chinese"),
        pytest.param(string("漢字") + SP + string("kanji", SECOND), "漢字 kanji", id="two scripts"),
        pytest.param(string("x") + string("2", SECOND, 'STYLE="superscript"'), "x ²", id="superscript"),
        pytest.param(string("H") + SP + string("2", SECOND, 'STYLE="bold subscript"'), "H ₂", id="subscript"),
        pytest.param(string("ab", FIRST, 'STYLE="superscript"'), "ab", id="no such characters"),
        pytest.param(string("a&#9;&#xA0; b") + string("   ", SECOND), "a b", id="blanks are single"),
    ],
)
def test_text_of_a_line(strings: str, text: str) -> None:
    assert page(document(block(line(strings)))).text == text


def test_style_may_be_named() -> None:
    style = '<Styles><TextStyle ID="up" FONTSTYLE="italics superscript"/></Styles>'
    strings = string("n") + SP + string("1", SECOND, 'STYLEREFS="x up"')

    assert page(document(block(line(strings)), before=style)).text == "n ¹"


def test_lines_and_blocks_are_parted() -> None:
    layout = block(line(string("a")) + line(string("b"))) + block(line(string("c")), "b2")

    assert page(document(layout)).text == "a\nb\n\nc"


HYPHEN = '<HYP CONTENT="-"/>'
PARTS = 'SUBS_CONTENT="Aufklärung" SUBS_TYPE="HypPart{}"'


@pytest.mark.parametrize(
    ("first", "second", "text", "middle"),
    [
        pytest.param(
            string("Auf", FIRST, PARTS.format(1)) + HYPHEN,
            string("klärung", SECOND, PARTS.format(2)),
            "Aufklärung ist",
            3,
            id="told whole",
        ),
        pytest.param(
            string("Zuk", FIRST, 'SUBS_CONTENT="Zucker" SUBS_TYPE="HypPart1"') + HYPHEN,
            string("ker", SECOND, 'SUBS_CONTENT="Zucker" SUBS_TYPE="HypPart2"'),
            "Zucker ist",
            3,
            id="spelled otherwise",
        ),
        pytest.param(
            string("Auf", FIRST) + HYPHEN, string("klärung", SECOND), "Aufklärung ist", 3, id="told"
        ),
        pytest.param(string("Auf-", FIRST), string("klärung", SECOND), "Aufklärung ist", 3, id="not told"),
        pytest.param(
            string("Auf", FIRST) + SP + string("-", (101, 0, 9, 40)),
            string("klärung", SECOND),
            "Aufklärung ist",
            3,
            id="apart",
        ),
        pytest.param(string("Auf⸗", FIRST), string("klärung", SECOND), "Aufklärung ist", 3, id="blackletter"),
        pytest.param(string("Auf¬", FIRST), string("Klärung", SECOND), "AufKlärung ist", 3, id="certain"),
    ],
)
def test_divided_words_are_joined_and_keep_both_boxes(
    first: str, second: str, text: str, middle: int
) -> None:
    layout = block(line(first) + line(second + SP + string("ist", (300, 0, 50, 40)), (0, 60, 500, 40)))

    found_text = page(document(layout))

    assert found_text.text == text
    assert found_text.boxes(0, text.index(" ")) == [FIRST, SECOND]
    assert found_text.boxes(0, middle) == [FIRST]


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        pytest.param("Ein-", "und", "Ein-\nund", id="a rest is left out"),
        pytest.param("Mann-", "Weib", "Mann-\nWeib", id="a compound"),
        pytest.param("1784-", "ab", "1784-\nab", id="after a number"),
        pytest.param("—", "ab", "—\nab", id="a dash"),
    ],
)
def test_hyphens_that_divide_nothing_stay(first: str, second: str, text: str) -> None:
    assert page(document(block(line(string(first)) + line(string(second))))).text == text


def test_word_that_goes_on_on_the_next_page_is_whole_on_its_first() -> None:
    layout = block(line(string("Auf", FIRST, PARTS.format(1)) + HYPHEN))

    assert page(document(layout)).text == "Aufklärung"


def test_alternatives_and_abbreviations_are_kept_apart() -> None:
    strings = string(
        "Ae", FIRST, 'SUBS_TYPE="Abbreviation" SUBS_CONTENT="Aera"', "<ALTERNATIVE>Ä</ALTERNATIVE>"
    )

    assert page(document(block(line(strings)))).readings == ((0, 2, "Aera"), (0, 2, "Ä"))


@pytest.mark.parametrize(
    ("before", "layout", "text"),
    [
        pytest.param(
            '<ReadingOrder><OrderedGroup ID="g"><ElementRef ID="r" REF="b2"/><UnorderedGroup ID="h">'
            '<ElementRef ID="s" REF="b1"/></UnorderedGroup></OrderedGroup></ReadingOrder>',
            block(line(string("two"))) + block(line(string("one")), "b2"),
            "one\n\ntwo",
            id="ReadingOrder of blocks",
        ),
        pytest.param(
            '<ReadingOrder><OrderedGroup ID="g"><ElementRef REF="l2 l1"/></OrderedGroup></ReadingOrder>',
            block(line(string("two"), name="l1") + line(string("one"), name="l2")),
            "one\ntwo",
            id="ReadingOrder of lines",
        ),
        pytest.param(
            "",
            block(line(string("three")), "b3") + block(line(string("one")), "b1", 'IDNEXT="b2"')
            + block(line(string("two")), "b2", 'IDNEXT="b3"'),
            "one\n\ntwo\n\nthree",
            id="IDNEXT",
        ),
        pytest.param(
            "",
            block(line(string("a")), "b1", 'IDNEXT="b2"') + block(line(string("b")), "b2", 'IDNEXT="b1"'),
            "a\n\nb",
            id="IDNEXT in a circle",
        ),
        pytest.param(
            "",
            f"<TopMargin>{block(line(string('head')), 't')}</TopMargin>"
            f"<BottomMargin>{block(line(string('foot')), 'f')}</BottomMargin>"
            f"<PrintSpace><ComposedBlock>{block(line(string('body')))}</ComposedBlock></PrintSpace>",
            "head\n\nbody\n\nfoot",
            id="margins",
        ),
    ],
)  # fmt: skip
def test_reading_order(before: str, layout: str, text: str) -> None:
    assert page(document(layout, before=before)).text == text


LEFT, RIGHT = (100, 0, 40, 400), (200, 0, 40, 400)


def test_columns_that_a_program_sorted_from_the_left_are_turned_round() -> None:
    content = document(
        block(line(string("彈琴復長嘯", LEFT), LEFT) + line(string("獨坐幽篁裏", RIGHT), RIGHT))
    )

    text = page(content)

    assert (text.text, text.direction) == ("獨坐幽篁裏\n彈琴復長嘯", "ttb")
    assert text.boxes(0, 2) == [(200, 0, 40, 160)]
    assert "turned round" in warnings(content)[0]


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        pytest.param((RIGHT, "獨坐"), (LEFT, "彈琴"), "獨坐\n彈琴", id="Chinese in order"),
        pytest.param((LEFT, "ᠮᠣᠩᠭᠣᠯ"), (RIGHT, "ᠪᠢᠴᠢᠭ"), "ᠮᠣᠩᠭᠣᠯ\nᠪᠢᠴᠢᠭ", id="Mongolian runs to the right"),
    ],
)
def test_columns_in_their_order_stay(first: tuple[Box, str], second: tuple[Box, str], text: str) -> None:
    lines = "".join(line(string(written, box), box) for box, written in (first, second))

    assert (page(document(block(lines))).text, warnings(document(block(lines)))) == (text, [])


def test_glyphs_are_the_boxes_of_characters_where_there_are_no_blanks() -> None:
    glyphs = "".join(
        f'<Glyph CONTENT="{one}" {area((200, y, 40, 90))}/>' for one, y in (("獨", 5), ("坐", 105))
    )

    text = page(document(block(line(string("獨坐", RIGHT, inner=glyphs), RIGHT))))

    assert (text.boxes(1, 2), text.boxes(0, 2)) == ([(200, 105, 40, 90)], [(200, 5, 40, 190)])


def test_boxes_in_tenths_of_a_millimetre_are_scaled_by_the_page() -> None:
    unit = "<Description><MeasurementUnit>mm10</MeasurementUnit></Description>"
    content = document(block(line(string("a", (100, 50, 200, 10)))), before=unit)

    assert page(content, (2000, 4000)).boxes(0, 1) == [(200, 100, 400, 20)]


def test_boxes_in_millimetres_of_a_page_without_a_size_are_left_out() -> None:
    unit = "<Description><MeasurementUnit>inch1200</MeasurementUnit></Description>"
    content = document(block(line(string("a"))), before=unit, size="")

    assert (page(content).text, page(content).lines) == ("a", ())
    assert warnings(content) == [
        "its page has no WIDTH and HEIGHT, and so its boxes in inch1200 no place: add both"
    ]


@pytest.mark.parametrize(
    ("box", "boxes", "warning"),
    [
        pytest.param(
            (950, 10, 100, 20), [(950, 10, 50, 20)], "reach beyond the canvas", id="beyond the edge"
        ),
        pytest.param((-20, -5, 50, 20), [(0, 0, 30, 15)], "reach beyond the canvas", id="before the edge"),
        pytest.param((999, 10, 2, 20), [(999, 10, 1, 20)], None, id="a pixel more"),
        pytest.param((1500, 10, 100, 20), [], "lie outside the canvas", id="outside"),
    ],
)
def test_boxes_beyond_the_page_are_cut(box: Box, boxes: list[Box], warning: str | None) -> None:
    content = document(block(line(string("a", box), box)))

    assert page(content).boxes(0, 1) == boxes
    assert [warning in one for one in warnings(content) if warning] == [True] * bool(warning)


def test_page_of_another_shape_is_told() -> None:
    assert "has another shape" in warnings(document(block(line(string("a")))), (2000, 1000))[0]


def test_language_and_engine_are_read() -> None:
    software = "<Description><OCRProcessing><softwareName>Kraken</softwareName></OCRProcessing></Description>"
    content = document(block(line(string("a", FIRST, 'WC="0.75"')), attributes='LANG="ger"'), before=software)

    file = alto.read(io.BytesIO(content))

    assert (file.engine, file.pages[0].confidences, page(content).language) == ("Kraken", [0.75], "de")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(document("", version=1), 'line 2: is ALTO of the namespace "http', id="version 1"),
        pytest.param(document("", version=5), "convert it to version 2, 3 or 4", id="version 5"),
        pytest.param(b"<alto><Layout/></alto>", 'of the namespace ""', id="no namespace"),
        pytest.param(document("<TextBlock>"), "line 2: is no sound XML (mismatched tag)", id="broken"),
        pytest.param(b"", "is no sound XML (no element found)", id="empty"),
        pytest.param(b'<!DOCTYPE alto SYSTEM "http://x/"><alto/>', "has a DOCTYPE", id="a DTD"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', "has a DOCTYPE", id="a bomb"),
        pytest.param(b'<?xml version="1.0" encoding="x-no"?><alto/>', "line 1: ", id="an unknown encoding"),
        pytest.param(document("<a>" * 300), "more than 200 elements in each other", id="too deep"),
    ],
)
def test_what_is_no_such_alto_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=re.escape(message)):
        alto.read(io.BytesIO(content))


def test_page_of_too_many_words_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found, "MOST_WORDS", 2)

    with pytest.raises(Invalid, match="line 2: has more than 2 words on a page"):
        alto.read(io.BytesIO(document(block(line(string("a") * 3)))))


def test_file_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "LARGEST", 100)

    with pytest.raises(TooLarge, match="divide it by pages"):
        alto.read(io.BytesIO(document("")))


@pytest.mark.skipif(not KANT.exists(), reason="the real pages are not here")
@pytest.mark.parametrize("number", ["0017", "0020"])
def test_every_word_of_a_real_page_has_exactly_its_own_box(number: str) -> None:
    content = (KANT / "OCR-D-GT-ALTO" / f"PAGE_{number}_ALTO.xml").read_bytes()
    written = re.findall(
        rb'<String[^>]*HEIGHT="(\d+)" WIDTH="(\d+)" VPOS="(\d+)" HPOS="(\d+)"[^>]*CONTENT="([^"]*)"', content
    )
    # The hyphens at the ends of lines are words of their own in these files.
    own = [(word.decode(), tuple(map(int, (x, y, w, h)))) for h, w, y, x, word in written if word != b"-"]

    text = page(content, (1457, 2083 if number == "0017" else 2084))

    words = [(text.text[start:end].rstrip("-"), text.boxes(start, end)) for start, end, _ in text.words]
    assert words == [(word.rstrip("-"), [box]) for word, box in own]


@pytest.mark.skipif(not KANT.exists(), reason="the real pages are not here")
def test_a_million_pages_of_400_words_have_room() -> None:
    pages = [page(path.read_bytes(), (1457, 2084)) for path in (KANT / "OCR-D-GT-ALTO").iterdir()]
    words = sum(len(one.words) for one in pages)
    boxes = sum(len(packing.pack(one)) for one in pages)
    letters = sum(len(one.text.encode()) for one in pages)

    print(f"{boxes / words:.2f} bytes of boxes a word, {letters / words:.2f} of text")  # noqa: T201  # With -s.

    # What a row has beside them, and what SQLite leaves unused, is a fifth more.
    assert (boxes + letters) / words * 400 * 1.25 < 6000
