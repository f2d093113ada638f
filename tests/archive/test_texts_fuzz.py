"""Whatever a file of text holds: a text with sound offsets, or a clear refusal."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_texts_alto import block, document, line, string
from test_texts_hocr import TESSERACT
from test_texts_page_xml import document as page_document
from test_texts_page_xml import line as page_line
from test_texts_page_xml import region, word

from archive.errors import Invalid
from archive.ingest.texts import alto, hocr, page_xml, plain
from archive.ingest.texts.composing import compose
from search import packing
from search.page_text import PageText

PARTS = 'SUBS_TYPE="HypPart1" SUBS_CONTENT="Aufklärung"'
FILES = {
    "alto": (alto.read, document(block(line(string("Auf", attributes=PARTS)) + line(string("獨坐"))))),
    "page": (page_xml.read, page_document(region(page_line(word("Habe") + word("Muth"))))),
    "hocr": (hocr.read, TESSERACT.encode()),
    "plain": (plain.read, b"Habe Muth-\ndich\n\ndeines\f"),
}
PIECES = [
    b"<", b">", b'"', b"&#0;", b"&#xD800;", b"\xff", b"\0", b"nan", b"inf", b"-1e9", b"-", b"<TextLine>",
    b"<Word>", b"</Word>", b"<rt>", b"<del>", b"<HYP CONTENT=''/>", b"\xe2\x80\x8f", b"\xc2\xad", b"",
]  # fmt: skip
CHANGES = st.lists(
    st.tuples(st.integers(0, 3000), st.integers(0, 40), st.sampled_from(PIECES)), min_size=1, max_size=5
)


@pytest.mark.parametrize("kind", FILES)
@given(changes=CHANGES, size=st.sampled_from([(1000, 2000), (3, 3), None]))
def test_any_file_is_a_text_or_is_refused(
    kind: str, changes: list[tuple[int, int, bytes]], size: tuple[int, int] | None
) -> None:
    read, content = FILES[kind]
    for place, length, piece in changes:
        at = place % (len(content) or 1)
        content = content[:at] + piece + content[at + length :]
    try:
        file = read(io.BytesIO(content))
    except Invalid:
        return
    for page in file.pages:
        check(compose(page, size)[0])


def check(page: PageText) -> None:
    assert packing.unpack(packing.pack(page), page.text, page.language) == page
    page.text.encode()
    assert "\0" not in page.text
    for spans in (page.lines, page.words):
        ends = [0, *(span.end for span in spans)]
        assert all(end <= span.start <= span.end for end, span in zip(ends, spans, strict=False))
        assert ends[-1] <= len(page.text)
