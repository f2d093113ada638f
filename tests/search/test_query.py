"""What a reader types, as a query."""

import pytest
from finding import is_found
from hypothesis import given, settings
from hypothesis import strategies as st

from search import analysis, query
from search.analysis import stemming
from search.engine import CHARACTERS, STEMS, WORDS, Clause, Phrase, Prefix, Query, Term

FIELDS = {"label", "Maker"}


def parse(written: str) -> Query:
    return query.parse(written, fields=FIELDS)


def word(term: str, field: str = WORDS) -> Term:
    return Term(field, term, 0.5)


def phrase(*terms: str, field: str = WORDS) -> Phrase:
    return Phrase(field, terms, 2.0)


@pytest.mark.parametrize(
    ("written", "clauses"),
    [
        ("Été", [word("ete")]),
        ("12 Affen", [word("12"), word("affen")]),
        ("12 12", [word("12")]),
        ("敦煌壁畫", [word("敦煌"), word("煌壁"), word("壁画")]),
        ("hous*", [Prefix(WORDS, "hous", 0.5)]),
        ("Jean-Pa*", [word("jean"), Prefix(WORDS, "pa", 0.5)]),
        ("敦煌*", [word("敦煌")]),
        ("a*b", [word("a"), word("b")]),
        ("*", []),
        ('"Été"', [word("ete")]),
        ('"fin de siècle"', [phrase("fin", "de", "siecle")]),
        ("“fin de siècle”", [phrase("fin", "de", "siecle")]),
        ("„fin de siècle“", [phrase("fin", "de", "siecle")]),
        ("«fin de siècle»", [phrase("fin", "de", "siecle")]),
        ("»fin de siècle«", [phrase("fin", "de", "siecle")]),
        ("「千里江山」", [phrase("千里", "里江", "江山")]),
        ("『千里』圖12", [word("千里"), word("12")]),
        ("王「千里」", [word("千里")]),
        ("＂a b＂", [phrase("a", "b")]),
        ('"a b', [word("a"), word("b")]),
        ('a "', [word("a")]),
        ('5"x7"', [word("5"), word("x7")]),
        ('"a*"', [word("a")]),
        ("label:Mogao", [word("mogao", "label")]),
        ("LABEL：Mogao", [word("mogao", "label")]),
        ("maker:Ma*", [Prefix("Maker", "ma", 0.5)]),
        ('label:"Mogao caves"', [phrase("mogao", "caves", field="label")]),
        ("label:莫高窟", [phrase("莫高", "高窟", field="label")]),
        ("label:莫", [Prefix("label", "莫", 0.5)]),
        ("label:", [word("label")]),
        ("label: a", [word("label"), word("a")]),
        ("other:a", [word("other"), word("a")]),
        ("words:a", [word("words"), word("a")]),
        ("https://a.b/", [word("https"), word("a"), word("b")]),
        ("", []),
        ("\x00\u200f\ud800", []),
    ],
)
def test_what_is_sought(written: str, clauses: list[Clause]) -> None:
    # Single characters and sounds have more than one clause: they stand below.
    groups = [group[0] for group in parse(written).groups if group[0].field != CHARACTERS]
    assert groups == clauses


@pytest.mark.parametrize(
    ("written", "clauses"),
    [
        ("-a", [word("a")]),
        ("a -b", [word("b")]),
        ("a －b", [word("b")]),
        ('-"a b"', [phrase("a", "b")]),
        ("-Jean-Paul", [phrase("jean", "paul")]),
        ("-山", [Term(CHARACTERS, "山", 1.0)]),
        ("-hous*", [Prefix(WORDS, "hous", 0.5)]),
        ("-label:a", [word("a", "label")]),
        ("a-b", []),
        ("a - b", []),
        ("-", []),
    ],
)
def test_what_is_excluded(written: str, clauses: list[Clause]) -> None:
    assert list(parse(written).excluded) == clauses


def test_a_word_is_found_by_its_stems_in_all_languages_and_above_all_in_the_readers() -> None:
    [group] = query.parse("Häuser", languages=["de", "fr-FR", "zh"], own=["de-AT"]).groups
    assert group == (
        word("hauser"),
        Term(STEMS, "de_haus", 0.9),
        Term(STEMS, "fr_haus", 0.6),
        Term(STEMS, "sa_hauser", 0.6),
    )


def test_a_single_character_is_found_anywhere() -> None:
    assert parse("山").groups == ((Term(CHARACTERS, "山", 1.0), word("山")),)


def test_a_run_is_moved_up_where_it_stands_as_a_whole() -> None:
    assert parse("敦煌壁畫").boosts == (phrase("敦煌", "煌壁", "壁画"),)


def test_words_are_moved_up_where_they_follow_one_another() -> None:
    loose = ("敦煌", "煌壁", "壁画"), ("壁画", "ma"), ("ma", "gao")
    written = '敦煌壁畫 Ma gao "山水 x" end -Ma no'
    boosts = query.neighbouring(parse(written), written).boosts
    assert boosts == (phrase(*loose[0]), *(Phrase("words", pair, 0.5) for pair in loose[1:]))


def test_any_word_will_do_in_a_relaxed_query() -> None:
    relaxed, terms = query.relaxed(parse("敦煌 Mogao")), analysis.terms("Mogao")
    assert (is_found(parse("敦煌 Mogao"), terms), is_found(relaxed, terms)) == (False, True)


def test_what_begins_alike_will_do_in_a_relaxed_query() -> None:
    relaxed = query.relaxed(query.parse("manuscript 敦煌 wine", languages=["en"]))
    assert [
        [clause.prefix for clause in group if isinstance(clause, Prefix)] for group in relaxed.groups
    ] == [
        ["manuscr"],
        [],
        [],
    ]


@pytest.mark.parametrize(
    "written",
    [
        *(
            "a AND b",
            "a OR b",
            "NOT a",
            "a && b",
            "a || b",
            "!a",
            "+a -b",
            "(a b)",
            "a^2",
            "a~1",
            '"a b"~2',
            "a?b",
        ),
        *(
            "[a TO b]",
            "{a TO b}",
            "a:[1 TO *]",
            "_exists_:a",
            "/(a+)+$/",
            "a\\:b",
            "*:*",
            "a;b",
            "<b>",
            "' OR 1=1",
        ),
        *(
            '{"match_all":{}}',
            "a" * 5000,
            "a " * 2500,
            "山" * 5000,
            '"' * 5000,
            "-" * 5000,
            "label:" * 900,
            "(" * 999,
        ),
    ],
)
def test_nothing_is_an_operator_nor_an_error(written: str) -> None:
    made = parse(written)
    clauses = [clause for group in made.groups for clause in group]
    assert len(clauses) <= query.MOST_CLAUSES
    assert sum(len(clause.terms) for clause in made.boosts if isinstance(clause, Phrase)) <= query.LONGEST


def test_the_last_word_of_a_query_that_is_cut_is_left_out() -> None:
    assert [group[0].term for group in parse("ab " * 66 + "cdefgh").groups if isinstance(group[0], Term)] == [
        "ab"
    ]


def test_a_query_of_many_words_in_many_languages_is_cut() -> None:
    written = " ".join(f"{chr(97 + n % 26)}{n}" for n in range(66))
    made = query.parse(written, languages=stemming.LANGUAGES)
    assert 0 < sum(map(len, made.groups)) <= query.MOST_CLAUSES


@settings(deadline=None)
@given(
    st.text(
        st.one_of(
            st.characters(categories=["L", "M", "N", "P", "S", "Z", "C"]), st.sampled_from('"“«「-:* l')
        )
    )
)
def test_any_text_is_a_query(written: str) -> None:
    made = query.parse(written, fields=["l"], languages=["de", "hi"])
    assert all(group for group in made.groups)


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "M", "N", "Zs"]), max_size=60))
def test_a_text_is_found_by_itself(text: str) -> None:
    assert is_found(query.parse(text), analysis.terms(text))
