"""hOCR as recognisers write it."""

import io
import re
import time

import pytest

from archive.errors import Invalid
from archive.ingest.texts import hocr
from archive.ingest.texts.composing import compose
from search.page_text import PageText

TESSERACT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
    "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head>
  <title></title>
  <meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>
  <meta name='ocr-system' content='tesseract 5.3.0' />
 </head>
 <body>
  <div class='ocr_page' id='page_1' title='image "a;b.png"; bbox 0 0 1000 2000; ppageno 0; scan_res 70 70'>
   <div class='ocr_carea' id='block_1_1' title="bbox 36 92 580 200">
    <p class='ocr_par' id='par_1_1' lang='deu' title="bbox 36 92 580 200">
     <span class='ocr_header' id='line_1_1' title="bbox 36 92 580 122; baseline 0 -6; x_size 30">
      <span class='ocrx_word' id='word_1_1' title='bbox 36 92 96 116; x_wconf 95'>Habe</span>
      <span class='ocrx_word' id='word_1_2' title='bbox 110 92 200 116; x_wconf 85'><em>Auf</em>&shy;</span>
     </span>
     <span class='ocr_line' id='line_1_2' title="bbox 36 150 580 180">
      <span class='ocrx_word' id='word_1_3' title='bbox 36 150 96 176; x_wconf 90'>klärung&nbsp;!</span>
     </span>
    </p>
   </div>
  </div>
 </body>
</html>
"""


def document(content: str, title: str = "bbox 0 0 1000 2000") -> bytes:
    return f'<html><body><div class="ocr_page" title="{title}">{content}</div></body></html>'.encode()


def line(content: str, attributes: str = 'title="bbox 0 0 100 40"') -> str:
    return f'<span class="ocr_line" {attributes}>{content}</span>'


def word(text: str, box: str = "0 0 100 40") -> str:
    return f'<span class="ocrx_word" title="bbox {box}">{text}</span>'


def page(content: bytes, number: int = 0) -> PageText:
    text, _ = compose(hocr.read(io.BytesIO(content)).pages[number], (1000, 2000))
    return text


def test_tesseracts_page() -> None:
    file = hocr.read(io.BytesIO(TESSERACT.encode()))
    text = page(TESSERACT.encode())

    assert (text.text, text.language) == ("Habe Aufklärung !", "de")
    assert text.boxes(5, 15) == [(110, 92, 90, 24), (36, 150, 60, 26)]
    assert (file.engine, file.pages[0].confidences) == ("tesseract 5.3.0", [0.95, 0.85, 0.9])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(line("Habe <b>M</b>uth"), "Habe Muth", id="a line without words"),
        pytest.param(line(word("a") + word("b", "120 0 180 40")), "a b", id="no blanks at all"),
        pytest.param(line(word("a") + "\n" + word("b") + word(".")), "a b.", id="blanks in the file"),
        pytest.param(line(word("獨坐") + " " + word("幽篁")), "獨坐幽篁", id="blanks in Chinese"),
        pytest.param(line(word("n<sup>2</sup>")), "n²", id="superscript"),
        pytest.param(line(word("<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>")), "漢字", id="ruby"),
        pytest.param(line(word("a<del class='alt'>b</del>")), "a", id="alternatives"),
        pytest.param(line("a<br>b"), "a b", id="an empty element"),
        pytest.param(line("a<!-- no --> b"), "a b", id="a comment"),
        pytest.param(
            "<p class='ocr_par'>" + word("a") + "<p class='ocr_par'>" + word("b"), "a\n\nb", id="open"
        ),
        pytest.param(line("a &amp; b &lt;c&gt;"), "a & b <c>", id="entities"),
        pytest.param("<script>no</script>" + line("a"), "a", id="scripts"),
        pytest.param(line("a</b></i> b"), "a b", id="stray ends"),
        pytest.param("<p class='ocr_line'><b class='ocrx_word'>\0 a  b\0", "a b", id="broken off"),
    ],
)
def test_text_of_a_page(content: str, text: str) -> None:
    assert page(document(content)).text == text


@pytest.mark.parametrize(
    ("content", "reading"),
    [("<ruby>漢字<rt>かんじ</rt></ruby>", (0, 2, "かんじ")), ("a<del class='alt'>b</del>", (0, 1, "b"))],
)
def test_ruby_and_alternatives_are_kept_apart(content: str, reading: tuple[int, int, str]) -> None:
    assert page(document(line(word(content)))).readings == (reading,)


@pytest.mark.parametrize("title", ["bbox -1 0 0 9", "bbox 0 0 0 0", "bbox"])
def test_page_without_a_size_has_boxes_in_pixels(title: str) -> None:
    assert page(document(line(word("a", "1 2 3 4")), title)).boxes(0, 1) == [(1, 2, 2, 2)]


@pytest.mark.parametrize(
    "boxes", ["0 0 9 40 10 0 19 40 30 0 39 40", "0 0 9 40 10 0 19 40 20 0 29 40 30 0 39 40"]
)
def test_boxes_of_characters_are_those_of_words(boxes: str) -> None:
    text = page(document(line("ab c", f'title="bbox 0 0 100 40; x_bboxes {boxes}"')))

    assert (text.boxes(0, 2), text.boxes(3, 4)) == ([(0, 0, 19, 40)], [(30, 0, 9, 40)])


def test_characters_with_boxes_of_their_own() -> None:
    glyphs = "".join(
        f"<span class='ocrx_cinfo' title='x_bboxes 200 {y} 240 {y + 90}; x_conf 99'>{one}</span>"
        for one, y in (("獨", 0), ("坐", 100))
    )

    assert page(document(line(word(glyphs, "200 0 240 190")))).boxes(1, 2) == [(200, 100, 40, 90)]


def test_vertical_and_leftward_text_is_told() -> None:
    vertical = document("<div class='ocr_carea' style='writing-mode: vertical-rl'>" + line("獨") + "</div>")
    leftward = document("<p class='ocr_par' dir='rtl'>" + line("abc") + "</p>")

    assert (page(vertical).direction, page(leftward).direction) == ("ttb", "rtl")


def test_book_has_a_page_an_ocr_page() -> None:
    pages = "".join(f"<div class='ocr_page' title='bbox 0 0 10 10'>{line(text)}</div>" for text in "ab")
    content = f"<html><body>{pages}</body></html>".encode()

    assert [page(content, number).text for number in (0, 1)] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            b"<html><body>Hello</body></html>", 'without an element of the class "ocr_page"', id="a page"
        ),
        pytest.param(
            document("\n" + "<i>" * 300), "line 2: has more than 200 elements in each other", id="deep"
        ),
        pytest.param(b"<html>\0\xff", "is no text", id="bytes"),
    ],
)
def test_what_is_no_hocr_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=re.escape(message)):
        hocr.read(io.BytesIO(content))


@pytest.mark.parametrize(
    "piece", ["<", "<!--", '<a b="', "<a '", "<a " + "b=c " * 2, "&", "</a", "<a/>", "<b></b>"]
)
def test_time_grows_with_the_file_and_not_with_its_square(piece: str) -> None:
    content = document(line(piece * 30_000))
    begun = time.process_time()

    hocr.read(io.BytesIO(content))

    assert time.process_time() - begun < 5
