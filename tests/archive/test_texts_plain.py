"""Plain text, captions, and what tells files of text apart."""

import io
import re
from pathlib import Path

import pytest

from archive.errors import Invalid
from archive.ingest.texts import languages, plain, reading, vtt
from archive.ingest.texts.composing import compose
from search.page_text import Cue


@pytest.mark.parametrize(
    ("content", "pages"),
    [
        pytest.param(b"a  b\nc\n\nd\n", ["a b\nc\n\nd"], id="lines and blocks"),
        pytest.param(b"a\fb\f", ["a", "b"], id="a form feed ends each page"),
        pytest.param(b"a\f\fb", ["a", "", "b"], id="an empty page"),
        pytest.param(b"a\r\nb\rc", ["a\nb\nc"], id="line ends"),
        pytest.param("\ufeffé".encode(), ["é"], id="UTF-8 with its mark"),
        pytest.param("獨坐".encode("utf-16"), ["獨坐"], id="UTF-16"),
        pytest.param("café, naïve, señor".encode("cp1252"), ["café, naïve, señor"], id="Windows-1252"),
        pytest.param(
            "深林人不知，明月來相照。".encode("big5"),
            ["深林人不知，明月來相照。"],
            id="Big5",
        ),
        pytest.param("獨坐　幽篁".encode(), ["獨坐　幽篁"], id="an ideographic blank stays"),
        pytest.param(b"Auf-\nkl\xc3\xa4rung", ["Aufklärung"], id="hyphens"),
        pytest.param(b"", [""], id="nothing"),
    ],
)
def test_plain_text(content: bytes, pages: list[str]) -> None:
    found = plain.read(io.BytesIO(content))

    assert [compose(page, (100, 100))[0].text for page in found.pages] == pages


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Invalid, match="is no text: save it as UTF-8"):
        plain.read(io.BytesIO(b"\x89PNG\0\xff\0"))


CAPTIONS = """WEBVTT

1
00:00:01.000 --> 00:00:02.500 align:start
<v Ada>Habe <i>Muth</i>
dich &amp; mich

00:00:03.000 --> 00:00:04.000
♪

"""


def test_captions_are_a_line_a_cue_with_its_seconds() -> None:
    page = vtt.read(io.BytesIO(CAPTIONS.encode()), "de")

    assert (page.text, page.language) == ("Habe Muth dich & mich\n♪", "de")
    assert page.cues == (Cue(0, 21, 1.0, 2.5), Cue(22, 23, 3.0, 4.0))


def test_damaged_captions_are_refused() -> None:
    with pytest.raises(Invalid, match="do not begin with the line WEBVTT"):
        vtt.read(io.BytesIO(b"1\n00:01"))


@pytest.mark.parametrize(
    ("content", "format_"),
    [
        ("<alto xmlns='http://www.loc.gov/standards/alto/ns-v3#'/>", "ALTO 3"),
        ("<!-- a --><a:alto xmlns:a='http://www.loc.gov/standards/alto/ns-v2#'/>", "ALTO 2"),
        ("<PcGts xmlns='http://schema.primaresearch.org/PAGE/gts/pagecontent/2013-07-15'/>", "PAGE XML 2013"),
        ("<!DOCTYPE html><HTML><div class='ocr_page'>", "hOCR"),
        ("1 < 2", "plain text"),
        ("", "plain text"),
    ],
)
def test_file_is_what_its_root_says(content: str, format_: str, tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(content)

    assert reading.read(path, path.name).format.name == format_


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            "<TEI/>", 'text "page.xml": has the root element "TEI": of text, ALTO', id="another root"
        ),
        pytest.param("WEBVTT\n", "is captions in WebVTT: call them like their recording", id="captions"),
        pytest.param("<<", 'text "page.xml": is no sound XML', id="no XML"),
        pytest.param("<!DOCTYPE a [<!ENTITY b 'c'>]><alto a='&b;'/>", "has the root element", id="a bomb"),
        pytest.param("<alto>", 'text "page.xml": line 1: is ALTO of the namespace ""', id="no version"),
    ],
)
def test_what_can_not_be_read_is_named(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "page.xml"
    path.write_text(content)

    with pytest.raises(Invalid, match=re.escape(message)):
        reading.read(path, path.name)


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("de", "de"), ("ger", "de"), ("deu_frak", "de"), ("German", "de"), ("chi_tra_vert", "zh-Hant"),
        ("zh-Hant", "zh-hant"), ("Ancient Greek", "grc"), ("tib", "bo"), ("Uighur", "ug"), ("other", None),
        ("und", None), ("", None), (None, None), ("en-GB-", "en"),
    ],
)  # fmt: skip
def test_languages_have_tags(name: str | None, tag: str | None) -> None:
    assert languages.tag(name) == tag
