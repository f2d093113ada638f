import pytest

from iiif.presentation import markup


@pytest.mark.parametrize(
    "text",
    [
        "<p>Li Bai</p>",
        '<span>From <a href="https://example.org/">here</a><br/></span>',
        "<br/>",
        "<p>&amp; &#233;</p>",
    ],
)
def test_one_well_formed_element_is_html(text: str) -> None:
    assert markup.is_html(text)
    assert markup.safe({"en": [text]}) == {"en": [text]}


def test_text_that_only_looks_like_html_is_told_apart_by_a_blank() -> None:
    assert not markup.is_html("<Untitled>")
    assert markup.safe({"en": ["plain", "<Untitled>"]}) == {"en": ["plain", "<Untitled> "]}


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        pytest.param("<p>one</p><p>two</p>", "<span><p>one</p><p>two</p></span>", id="two elements"),
        pytest.param("<p>open<br></p>", "<p>open<br/></p>", id="not well-formed"),
        pytest.param(
            '<!DOCTYPE p [<!ENTITY a "aaaa">]><p>&a;</p>', "<span>]&gt;<p>&amp;a;</p></span>", id="entities"
        ),
    ],
)
def test_html_that_is_not_well_formed_is_mended(text: str, mended: str) -> None:
    assert not markup.is_html(text)
    assert markup.safe({"en": [text]}) == {"en": [mended]}


@pytest.mark.parametrize("text", ["", "plain", "1 < 2", "<p>x</p> ", " <p>x</p>", "<unfinished"])
def test_other_text_is_shown_as_it_is(text: str) -> None:
    assert not markup.is_html(text)
    assert markup.safe({"none": [text]}) == {"none": [text]}
