from html.parser import HTMLParser
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iiif import language
from iiif.presentation import markup


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("plain", "plain"),
        ("<Untitled>", "<Untitled> "),
        ("<p>a<br/><b>b</b></p>", "<p>a<br/><b>b</b></p>"),
        ("<p>a<br>&nbsp;b</p>", "<p>a<br/>\xa0b</p>"),
        ("<p>a</p><p>b</p>", "<span><p>a</p><p>b</p></span>"),
        ("<p onclick='x()'>a<!-- c --></p>", "<p>a</p>"),
        ("<p>a<script>alert(1)</script></p>", "<p>a</p>"),
        ('<p><a href="javascript:x">a</a></p>', "<p><a>a</a></p>"),
        ('<p><a href="https://example.org/?a=1&b=2">a</a></p>',
         '<p><a href="https://example.org/?a=1&amp;b=2">a</a></p>'),
        ("<p><![CDATA[x]]></p>", "<p></p>"),
    ],
)  # fmt: skip
def test_html_in_text_is_made_safe(given: str, safe: str) -> None:
    assert markup.safe({"en": [given]}) == {"en": [safe]}


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ('<h2 class="a" style="color: red">A</h2>', '<h2 class="a" style="color: red">A</h2>'),
        ('<p style="color: red; background: url(x)">A</p>', '<p style="color: red">A</p>'),
        ("a <i>b</i>", "<div>a <i>b</i></div>"),
        ("hello <script>x</script>", "<div>hello </div>"),
        ("1 & 2", "1 & 2"),
    ],
)
def test_html_in_bodies_is_made_safe(given: str, safe: str) -> None:
    assert markup.safe_body(given) == safe


_PIECES = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<script>", "</script>", "<svg/onload=x>", "<a href='java\tscript:x'>", "</a>",
         '<a href="&#106;avascript:x">', "<img src=x onerror=y>", "<style>", "</style>", "<!--", "-->",
         "<![CDATA[", "]]>", "<?x", "?>", "<table>", "<td style='a:url(x)'>", "<math><mi>", "<b", ">", "&lt;",
         "&#0;", "\ud800", "\x00", "a", "<noscript><p title='</noscript><img src=x onerror=y>'>"]
    )
    | st.text(max_size=3), max_size=8,
)  # fmt: skip


@settings(deadline=None)
@given(pieces=_PIECES)
def test_nothing_harmful_is_left(pieces: list[str]) -> None:
    value = f"<p>{''.join(pieces)}</p>"

    text, body = markup.safe({"en": [value]})["en"][0], markup.safe_body(value)

    for made in (text, body):
        fromstring(made)
        watcher = _Watcher()
        watcher.feed(made)
        assert watcher.harm == []
    assert markup.safe({"en": [text]}) == {"en": [text]}
    assert markup.safe_body(body) == body


class _Watcher(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.harm: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "svg", "math", "iframe", "object", "noscript"}:
            self.harm.append(tag)
        for name, value in attrs:
            plain = "".join((value or "").split()).lower()
            if name.startswith("on") or "javascript:" in plain or (name == "style" and "url(" in plain):
                self.harm.append(name)

    def handle_comment(self, data: str) -> None:
        self.harm.append(data)


@pytest.mark.parametrize(
    "tag", ["none", "en", "es-419", "zh-Hant-TW", "de-1996", "x-own", "i-klingon", "en-latn"]
)
def test_language_tags(tag: str) -> None:
    assert language.is_tag(tag)


@pytest.mark.parametrize(
    "tag", ["", "@none", "e", "en_GB", "en-", "english language", "en-\u0661\u0661\u0661", "a-b"]
)
def test_what_is_no_language_tag(tag: str) -> None:
    assert not language.is_tag(tag)
