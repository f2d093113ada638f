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
    assert markup.shown({"en": [text]}) == {"en": [text]}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<Untitled>", id="brackets"),
        pytest.param("<p>one</p><p>two</p>", id="two elements"),
        pytest.param("<p>open<br></p>", id="not well-formed"),
        pytest.param('<!DOCTYPE p [<!ENTITY a "aaaa">]><p>&a;</p>', id="entities"),
    ],
)
def test_text_that_only_looks_like_html_is_told_apart_by_a_blank(text: str) -> None:
    assert not markup.is_html(text)
    assert markup.shown({"en": ["plain", text]}) == {"en": ["plain", f"{text} "]}


@pytest.mark.parametrize("text", ["", "plain", "1 < 2", "<p>x</p> ", " <p>x</p>", "<unfinished"])
def test_other_text_is_shown_as_it_is(text: str) -> None:
    assert not markup.is_html(text)
    assert markup.shown({"none": [text]}) == {"none": [text]}
