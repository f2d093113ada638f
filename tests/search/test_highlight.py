"""Where a text has what was sought, and what is shown of it."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import highlight, query
from search.analysis import folding

TEXT = "Die Häuser von Dunhuang. " * 4 + "敦煌莫高窟的壁畫與飛天。Cafe\u0301 au lait, " + "nichts mehr " * 9


def found(text: str, written: str, **options: str) -> list[str]:
    spans = highlight.spans(text, query.parse(written, languages=["de", "en"]), **options)
    return [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("text", "written", "parts"),
    [
        ("one two one", "one", ["one", "one"]),
        ("one two one", '"one two"', ["one two"]),
        ("two one", '"one two"', []),
        ("one, two", '"one two"', ["one, two"]),
        ("house mouse", "hou*", ["house"]),
        ("one two", "one -two", ["one"]),
        ("敦煌的壁畫", "敦煌壁画", ["敦煌", "壁畫"]),
        ("敦煌壁畫", "敦煌壁画", ["敦煌壁畫"]),
        ("敦煌的壁畫", "「敦煌壁画」", []),
        ("Cafe\u0301.", "café", ["Cafe\u0301"]),
        ("ﷺ", "الله", ["ﷺ"]),
        ("𠮷野 a", "a", ["a"]),
        ("", "a", []),
        ("a", "", []),
    ],
)
def test_places_in_the_original(text: str, written: str, parts: list[str]) -> None:
    assert found(text, written) == parts


def test_stems_are_those_of_the_language_of_the_text() -> None:
    assert found("houses", "house", language="en") == ["houses"]
    assert found("houses", "house", language="fr") == []
    assert found("houses", "house") == ["houses"]


def test_a_word_that_only_sounds_as_one_in_sanskrit_is_none() -> None:
    assert found("sip", "sheep") == []


def test_a_passage_is_where_most_of_what_was_sought_stands_together() -> None:
    spans = highlight.spans(TEXT, query.parse("Dunhuang 壁画 café"))
    passage = highlight.passage(TEXT, spans, length=60)
    shown = "|".join(passage.parts)
    assert shown == "von |Dunhuang|. Die Häuser von |Dunhuang|. 敦煌莫高窟的|壁畫|與飛天。|Cafe\u0301| au"
    assert TEXT[passage.start : passage.end] == "".join(passage.parts)


@pytest.mark.parametrize(
    ("text", "length", "shown"),
    [
        ("one two three", 9, "one two"),
        ("one two three", 99, "one two three"),
        ("敦煌莫高窟的壁畫", 3, "敦煌莫"),
        ("e\u0301" * 50, 5, "e\u0301e\u0301"),
        ("", 5, ""),
    ],
)
def test_a_text_in_which_nothing_was_found_is_shown_from_its_beginning(
    text: str, length: int, shown: str
) -> None:
    assert "".join(highlight.passage(text, [], length=length).parts) == shown


def test_a_place_longer_than_a_passage_is_cut() -> None:
    text = "no " + "one two " * 50
    passage = highlight.passage(text, [highlight.Span(3, 400)], length=30)
    assert passage.parts[1].startswith("one two")
    assert passage.end - passage.start <= 30


def test_what_stands_around_a_place() -> None:
    [span] = highlight.spans("Die vielen Häuser von Dunhuang", query.parse("Häuser"))
    assert highlight.around("Die vielen Häuser von Dunhuang", span, length=8) == ("vielen ", "Häuser", " von")


LETTERS = st.text("aé e\u0301漢字กำក្ក한\ud800कि𠮷 .-", max_size=80)


@settings(deadline=None)
@given(LETTERS, LETTERS, st.integers(1, 40))
def test_a_passage_never_cuts_a_letter_nor_is_too_long(text: str, written: str, length: int) -> None:
    spans = highlight.spans(text, query.parse(written[:10]))
    passage = highlight.passage(text, spans, length=length)
    starts = {start for start, _ in folding.stretches(text)} | {len(text)}
    assert len("".join(passage.parts)) <= length
    assert {passage.start, passage.end} <= starts
    assert "".join(passage.parts) == text[passage.start : passage.end]


@settings(deadline=None)
@given(LETTERS, LETTERS)
def test_places_are_in_order_and_apart(text: str, written: str) -> None:
    spans = highlight.spans(text, query.parse(written))
    assert all(one.end < other.start for one, other in pairwise(spans))
    assert all(span.start < span.end for span in spans)
