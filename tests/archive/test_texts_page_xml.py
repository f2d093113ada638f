"""PAGE XML as platforms and ground truth have it."""

import io
import re

import pytest
from requirements import SHARED

from archive.errors import Invalid
from archive.ingest.texts import page_xml
from archive.ingest.texts.composing import compose
from search.page_text import Box, PageText

KANT = SHARED / "data" / "kant-1784"


def document(content: str, *, date: str = "2019-07-15", attributes: str = "") -> bytes:
    return (
        f'<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/{date}">'
        f'<Page imageWidth="1000" imageHeight="2000" {attributes}>{content}</Page></PcGts>'
    ).encode()


def region(content: str, name: str = "r1", attributes: str = "") -> str:
    return f'<TextRegion id="{name}" {attributes}>{coords((0, 0, 900, 900))}{content}</TextRegion>'


def line(content: str, box: Box = (0, 0, 500, 40), attributes: str = "") -> str:
    return f'<TextLine id="l" {attributes}>{coords(box)}{content}</TextLine>'


def word(text: str, box: Box = (0, 0, 100, 40), attributes: str = "", inner: str = "") -> str:
    return f"<Word {attributes}>{coords(box)}{inner}{equivalent(text)}</Word>"


def equivalent(text: str, attributes: str = "") -> str:
    return f"<TextEquiv {attributes}><Unicode>{text}</Unicode></TextEquiv>"


def coords(box: Box) -> str:
    x, y, width, height = box
    return f'<Coords points="{x},{y} {x + width},{y} {x + width},{y + height} {x},{y + height}"/>'


def page(content: bytes) -> PageText:
    text, _ = compose(page_xml.read(io.BytesIO(content)).pages[0], (1000, 2000))
    return text


RAISED = '<TextStyle superscript="true"/>'
FIRST, SECOND = (0, 0, 100, 40), (120, 0, 80, 40)


@pytest.mark.parametrize("date", ["2013-07-15", "2016-07-15", "2017-07-15", "2018-07-15", "2019-07-15"])
def test_words_have_the_boxes_of_their_points(date: str) -> None:
    text = page(document(region(line(word("Habe", FIRST) + word("Muth", SECOND))), date=date))

    assert (text.text, text.boxes(5, 9)) == ("Habe Muth", [SECOND])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(line(equivalent("Habe Muth")), "Habe Muth", id="a line without words"),
        pytest.param(line(word("Ha") + word("be", SECOND) + equivalent("Habe")), "Habe", id="its own blanks"),
        pytest.param(line(word("hbae") + equivalent("Habe")), "Habe", id="the corrected line counts"),
        pytest.param(line(word("a") + equivalent("b c")), "a", id="of other words, the words count"),
        pytest.param(equivalent("Habe Muth"), "Habe Muth", id="a region without lines"),
        pytest.param(
            line(equivalent("worse", 'index="1"') + equivalent("better", 'index="0"')),
            "better",
            id="the lowest index is the text",
        ),
        pytest.param(line("<TextEquiv><PlainText>old</PlainText><Unicode/></TextEquiv>"), "old", id="plain"),
        pytest.param(line(word("n") + word("2", SECOND, inner=RAISED)), "n ²", id="²"),
        pytest.param(
            line(equivalent("H2O"), attributes='custom="textStyle {offset:1; length:1; subscript:true;}"'),
            "H₂O",
            id="a style of a part",
        ),
        pytest.param(line(equivalent("Auf-")) + line(equivalent("klärung")), "Aufklärung", id="hyphens"),
        pytest.param(line(equivalent("Auf¬")) + line(equivalent("Klärung")), "AufKlärung", id="certain"),
        pytest.param(
            line(equivalent("two"), attributes='index="1"') + line(equivalent("one"), attributes='index="0"'),
            "one\ntwo",
            id="lines by index",
        ),
        pytest.param(
            line(equivalent("two"), attributes='custom="readingOrder {index:1;}"')
            + line(equivalent("one"), attributes='custom="readingOrder {index:0;}"'),
            "one\ntwo",
            id="lines by a platform's index",
        ),
        pytest.param(f"<TableRegion>{coords(FIRST)}</TableRegion>" + line(equivalent("a")), "a", id="tables"),
    ],
)  # fmt: skip
def test_text_of_a_region(content: str, text: str) -> None:
    assert page(document(region(content))).text == text


def test_alternatives_are_kept_apart() -> None:
    content = line(equivalent("a") + equivalent("b", 'index="1"') + equivalent("a", 'index="2"'))

    assert page(document(region(content))).readings == ((0, 1, "b"),)


def test_other_text_of_a_line_is_told() -> None:
    file = page_xml.read(io.BytesIO(document(region(line(word("a") + equivalent("b c"))))))

    assert file.warnings == ['its line "l" has another text than its words: the words count, correct one']


def test_reading_order_is_that_of_groups_by_index() -> None:
    order = (
        '<ReadingOrder><OrderedGroup id="g"><RegionRefIndexed index="1" regionRef="r1"/>'
        '<UnorderedGroupIndexed index="0" id="h"><RegionRef regionRef="r2"/></UnorderedGroupIndexed>'
        "</OrderedGroup></ReadingOrder>"
    )
    regions = "".join(region(line(equivalent(name)), name) for name in ("r0", "r1", "r2"))

    assert page(document(order + regions)).text == "r2\n\nr1\n\nr0"


LEFT, RIGHT = (100, 0, 40, 500), (200, 0, 40, 500)


@pytest.mark.parametrize(
    ("attributes", "first", "second", "text"),
    [
        pytest.param(
            'readingDirection="top-to-bottom"', RIGHT, LEFT, "獨坐幽篁裏\n彈琴復長嘯", id="in order"
        ),
        pytest.param(
            'readingDirection="top-to-bottom" textLineOrder="right-to-left"',
            LEFT,
            RIGHT,
            "彈琴復長嘯\n獨坐幽篁裏",
            id="sorted from the left",
        ),
        pytest.param(
            'readingDirection="top-to-bottom" textLineOrder="left-to-right"',
            LEFT,
            RIGHT,
            "獨坐幽篁裏\n彈琴復長嘯",
            id="told to run to the right",
        ),
    ],
)
def test_columns(attributes: str, first: Box, second: Box, text: str) -> None:
    content = line(equivalent("獨坐幽篁裏"), first) + line(equivalent("彈琴復長嘯"), second)

    found = page(document(region(content), attributes=attributes))

    assert (found.text, found.direction) == (text, "ttb")
    assert found.boxes(1, 3) == [((first if text[0] == "獨" else second)[0], 100, 40, 200)]


def test_lines_to_the_left_are_divided_from_the_right() -> None:
    found = page(document(region(line(equivalent("בראשית ברא"), (0, 0, 100, 40)))))

    assert (found.direction, found.boxes(0, 6)) == ("rtl", [(40, 0, 60, 40)])


def test_language_is_told_by_its_english_name() -> None:
    found = page(document(region(line(equivalent("a")), attributes='primaryLanguage="Uighur"')))

    assert found.language == "ug"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(document("", date="2010-03-19"), "convert it to a version of 2013 to 2019", id="2010"),
        pytest.param(b"<PcGts/>", 'of the namespace ""', id="no namespace"),
        pytest.param(document("<TextRegion>"), "is no sound XML", id="broken"),
        pytest.param(document("<Unicode>x</Unicode></Word>"), "is no sound XML", id="a stray end"),
    ],
)
def test_what_is_no_such_page_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=re.escape(message)):
        page_xml.read(io.BytesIO(content))


@pytest.mark.parametrize(
    "content",
    [
        "<Word/>",
        "<Glyph/>",
        "<TextLine/>",
        "<TextEquiv><Unicode>x</Unicode></TextEquiv>",
        "<Coords points='1,2'/>",
        region("<TextEquiv index='-1'/>" + line("<Coords points='.,. 1'/>" + equivalent("x"))),
    ],
)
def test_odd_elements_are_passed_over(content: str) -> None:
    assert page(document(content)).text in {"", "x"}


@pytest.mark.skipif(not KANT.exists(), reason="the shared scans are not beside the project")
@pytest.mark.parametrize("number", ["0017", "0020"])
def test_every_word_of_a_real_page_has_exactly_its_own_box(number: str) -> None:
    content = (KANT / "OCR-D-GT-PAGE" / f"PAGE_{number}_PAGE.xml").read_bytes()
    pattern = rb'<Word [^>]*>\s*<Coords points="([^"]*)"/>\s*<TextEquiv[^>]*>\s*<Unicode>([^<]*)<'
    own = []
    for points, text in re.findall(pattern, content):
        xs, ys = zip(*(map(int, point.split(b",")) for point in points.split()), strict=True)
        own.append((text.decode(), (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))))

    found, _ = compose(page_xml.read(io.BytesIO(content)).pages[0], (1457, 2083 + (number == "0020")))

    words = [(found.text[start:end].rstrip("-"), found.boxes(start, end)) for start, end, _ in found.words]
    assert words == [(text.rstrip("-"), [box]) for text, box in own if text != "-"]
