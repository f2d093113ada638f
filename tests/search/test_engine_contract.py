"""The promises of every engine: what matches, and how its terms are weighed."""

import pytest
from engines import all_of, any_of, document, filled, found, names

from search.engine import Clause, Engine, Index, Phrase, Prefix, Query, Range, Term

WINE = [
    document("both", "wine and bread"),
    document("wine", "wine of the south"),
    document("often", "wine wine wine of the south"),
    document("bread", "bread"),
    document("long", "bread " + "and salt " * 30),
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (all_of("wine"), {"both", "wine", "often"}),
        (all_of("wine", "bread"), {"both"}),
        (any_of("wine", "bread"), {"both", "wine", "often", "bread", "long"}),
        (all_of("wine", "cheese"), set()),
        (any_of("wine", "cheese"), {"both", "wine", "often"}),
        (all_of("win"), set()),
        (Query(), {"both", "wine", "often", "bread", "long"}),
        (Query(match="any"), {"both", "wine", "often", "bread", "long"}),
        (Query(((),)), set()),
        (Query(((), (Term("words", "wine"),)), match="any"), {"both", "wine", "often"}),
        (Query(((Term("words", "south"), Term("words", "salt")),)), {"wine", "often", "long"}),
        (Query(((Term("words", "wine"),),), excluded=(Term("words", "bread"),)), {"wine", "often"}),
        (Query(excluded=(Term("words", "wine"), Term("words", "salt"))), {"bread"}),
        (Query(((Term("words", "wine"),),), excluded=(Phrase("words", ("of", "the"),),)), {"both"}),
    ],
)  # fmt: skip
def test_groups_match_all_or_any(engine: Engine, query: Query, expected: set[str]) -> None:
    results = filled(engine, WINE).search(query, limit=10)
    assert (set(names(results)), results.total) == (expected, len(expected))


def test_what_says_it_more_and_shorter_comes_first(engine: Engine) -> None:
    index = filled(engine, WINE)
    assert found(index, all_of("wine")) == ["often", "both", "wine"]
    assert found(index, all_of("bread")) == ["bread", "both", "long"]


def test_a_rare_word_weighs_more_than_a_common_one(engine: Engine) -> None:
    index = filled(engine, [document("rare", "amphora x"), *(document(f"c{n}", "wine x") for n in range(9))])
    assert found(index, any_of("wine", "amphora"))[0] == "rare"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (Term("words", "south", 3.0), Term("words", "bread", 0.1)),
        (Phrase("words", ("of", "the"), 3.0), Term("words", "bread", 0.1)),
        (Prefix("words", "sou", 3.0), Prefix("words", "bre", 0.1)),
        (Prefix("words", "sou", 30.0), Term("words", "bread")),
    ],
)
def test_boosts_move_up_what_matches(engine: Engine, first: Clause, then: Clause) -> None:
    index = filled(engine, [document("a", "wine bread and salt"), document("b", "wine of the south")])
    for clauses in ((first, then), (then, first)):
        assert found(index, Query(((Term("words", "wine"),),), boosts=clauses)) == ["b", "a"]
    assert found(index, Query(boosts=(first,))) == ["b", "a"]


def test_scores_are_those_of_lucene(engine: Engine) -> None:
    # Reckoned by hand: ln(1 + 1.5 / 1.5) × 2.2 × 1 / (1 + 1.2 × (0.25 + 0.75 × 2 / 1.5)), and the same of 1.
    index = filled(engine, [document("a", "wine bread"), document("b", "salt")])
    hits = index.search(any_of("bread", "salt"), limit=10).hits
    scores = {hit.identifier: round(hit.score, 4) for hit in hits}
    assert scores == {"a": 0.6100, "b": 0.8026}


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (("of", "the"), {"a", "b"}),
        (("of", "the", "south"), {"a"}),
        (("the", "of"), set()),
        (("wine", "the"), set()),
        (("the", "the"), {"b"}),
        (("wine", "none"), set()),
    ],
)
def test_phrases_are_words_that_follow_one_another(
    engine: Engine, terms: tuple[str, ...], expected: set[str]
) -> None:
    index = filled(
        engine,
        [document("a", "wine of the south"), document("b", "wine of the the north"), document("c", "the of")],
    )
    query = Query(((Phrase("words", terms),),))
    assert set(found(index, query)) - ({"c"} if terms == ("the", "of") else set()) == expected


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [("sh", {"a", "b"}), ("shi", {"a"}), ("shiraz", {"a"}), ("hira", set()), ("山", {"c"}), ("s.*", set())],
)
def test_prefixes_match_terms_that_begin_so(engine: Engine, prefix: str, expected: set[str]) -> None:
    documents = [document("a", "wine of shiraz"), document("b", "shoe"), document("c", "山水 水墨")]
    assert set(found(filled(engine, documents), Query(((Prefix("words", prefix),),)))) == expected


def test_characters_and_stems_are_fields_of_their_own(engine: Engine) -> None:
    documents = [
        document("a", "山水", characters="山 水"),
        document("b", "singing", stems="en_sing"),
        document("c", "山"),
    ]
    index = filled(engine, documents)
    assert found(index, Query(((Term("characters", "山"),),))) == ["a"]
    assert found(index, Query(((Term("stems", "en_sing"),),))) == ["b"]
    assert found(index, Query(((Term("words", "山"), Term("characters", "山")),))) in (["a", "c"], ["c", "a"])


@pytest.mark.parametrize("clause", [Phrase("characters", ("a", "b")), Prefix("stems", "en_")])
def test_fields_without_order_have_no_phrases(index: Index, clause: Clause) -> None:
    with pytest.raises(ValueError, match="has no order"):
        index.search(Query(((clause,),)), limit=1)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (Term("maker", "li"), {"a"}),
        (Term("label", "li"), {"b"}),
        (Term("maker", "river"), set()),
        (Term("words", "li"), set()),
        (Phrase("maker", ("li", "bai")), {"a"}),
        (Phrase("label", ("li", "river")), {"b"}),
        (Phrase("maker", ("bai", "quiet")), set()),
        (Prefix("maker", "ba"), {"a"}),
        (Prefix("label", "ba"), set()),
        (Term("none", "li"), set()),
    ],
)
def test_named_fields_are_sought_apart(engine: Engine, clause: Clause, expected: set[str]) -> None:
    documents = [
        document("a", named={"maker": "li bai", "label": "quiet night"}),
        document("b", named={"label": "li river", "maker": "wu"}),
        document("c", "words alone"),
    ]
    assert set(found(filled(engine, documents), Query(((clause,),)))) == expected


@pytest.mark.parametrize(
    ("facets", "expected"),
    [
        ({"maker": ("Li Bai",)}, {"a", "b"}),
        ({"maker": ("Li Bai", "Du Fu")}, {"a", "b", "c"}),
        ({"maker": ("Li Bai",), "type": ("poem",)}, {"a"}),
        ({"maker": ("li bai",)}, set()),
        ({"type": ('map: a/b, "c"',)}, {"c"}),
        ({"maker": ()}, set()),
    ],
)  # fmt: skip
def test_facets_narrow_by_values(
    engine: Engine, facets: dict[str, tuple[str, ...]], expected: set[str]
) -> None:
    index = filled(engine, FACETS)
    assert set(found(index, Query(facets=facets))) == expected
    assert set(found(index, Query(((Term("words", "x"),),), facets=facets))) == expected


FACETS = [
    document("a", "x", facets={"maker": ("Li Bai", "Du Fu"), "type": ("poem",)}),
    document("b", "x", facets={"maker": ("Li Bai",), "type": ("painting",)}),
    document("c", "x", facets={"maker": ("Du Fu", "Du Fu"), "type": ('map: a/b, "c"', "")}),
    document("d", "y"),
]


def test_facets_are_counted_in_what_matches(engine: Engine) -> None:
    index = filled(engine, FACETS)
    every = index.search(Query(), limit=1, facets=("maker", "type"))
    assert every.facets == {
        "maker": [("Du Fu", 2), ("Li Bai", 2)],
        "type": [('map: a/b, "c"', 1), ("painting", 1), ("poem", 1)],
    }
    narrowed = index.search(Query(facets={"type": ("poem",)}), limit=0, facets=("maker",))
    assert (narrowed.hits, narrowed.total) == ((), 1)
    assert narrowed.facets == {"maker": [("Du Fu", 1), ("Li Bai", 1)]}


def test_the_most_frequent_values_are_counted(engine: Engine) -> None:
    documents = [document(f"d{n}", facets={"maker": (f"m{n % 150:03}",)}) for n in range(250)]
    counted = filled(engine, documents).search(Query(), limit=1, facets=("maker",)).facets["maker"]
    assert list(counted) == [(f"m{n:03}", 2) for n in range(100)]


@pytest.mark.parametrize(
    ("range_", "expected"),
    [
        (Range("year", -500, -100), {"han", "zhou"}),
        (Range("year", least=0), {"tang"}),
        (Range("year", most=-206), {"han", "zhou"}),
        (Range("year", -206, -206), {"han"}),
        (Range("year", 5, 4), set()),
        (Range("year"), {"zhou", "han", "tang"}),
        (Range("position"), set()),
    ],
)
def test_ranges_include_both_ends(engine: Engine, range_: Range, expected: set[str]) -> None:
    documents = [
        document(name, numbers={"year": year})
        for name, year in (("zhou", -500), ("han", -206), ("tang", 618))
    ]
    index = filled(engine, [*documents, document("undated")])
    assert set(found(index, Query(ranges=(range_,)))) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(either=(Range("year", -600, -400), Range("year", least=600))), {"zhou", "tang"}),
        (Query(either=(Range("year", -600, -400), Range("year", 1, 2))), {"zhou"}),
        (Query(either=(Range("year", 1, 2),)), set()),
        (Query(either=(Range("year", most=-206), Range("position", 7, 7))), {"zhou", "han", "undated"}),
        (Query(either=(Range("year", most=-206),), ranges=(Range("year", least=-300),)), {"han"}),
    ],
)
def test_of_several_ranges_any_will_do(engine: Engine, query: Query, expected: set[str]) -> None:
    documents = [
        document(name, numbers={"year": year})
        for name, year in (("zhou", -500), ("han", -206), ("tang", 618))
    ]
    index = filled(engine, [*documents, document("undated", numbers={"position": 7})])
    assert set(found(index, query)) == expected


@pytest.mark.parametrize(
    "query",
    [
        Query(facets={"colour": ("red",)}),
        Query(ranges=(Range("weight", 1, 2),)),
        Query(either=(Range("weight", 1, 2),)),
    ],
)
def test_an_unknown_name_is_refused(index: Index, query: Query) -> None:
    with pytest.raises(ValueError, match="none of the index's"):
        index.search(query, limit=1)
    with pytest.raises(ValueError, match="none of the index's"):
        index.search(Query(), limit=1, sort="weight")
    with pytest.raises(ValueError, match="none of the index's"):
        index.search(Query(), limit=1, facets=("colour",))
