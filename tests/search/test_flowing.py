"""Lines run on where a script sets no blanks, and every place leads back to the original."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.flowing import flow


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("江山\n如畫", "江山如畫"),
        ("江山 \n 如畫", "江山如畫"),
        ("江山\n\n如畫", "江山\n\n如畫"),
        ("A river\nin autumn", "A river\nin autumn"),
        ("river\n江", "river\n江"),
        ("བྱང་\nཆུབ", "བྱང་ཆུབ"),
        ("\n江\n", "\n江\n"),
        ("", ""),
    ],
)
def test_line_ends_between_characters_are_left_out(text: str, expected: str) -> None:
    assert flow(text).text == expected


@given(st.text("江山a \n", max_size=40))
def test_every_place_leads_to_the_same_character(text: str) -> None:
    flowed = flow(text)
    for at, character in enumerate(flowed.text):
        start, end = flowed.original(at, at + 1)
        assert text[start:end] == character
