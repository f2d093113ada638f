"""The promises of every engine: the order of hits, page by page, and what is suggested."""

import pytest
from engines import all_of, any_of, document, filled, found, names

from search.engine import Engine, Index, Prefix, Query
from search.errors import InvalidPlace

YEARS = {f"y{n}": -200 + n % 4 for n in range(23)}
DATED = [document(name, "wine x", numbers={"year": year, "position": 1}) for name, year in YEARS.items()]
MIXED = [*DATED, *(document(f"u{n}", "wine y") for n in range(5))]


def paged(index: Index, query: Query, limit: int, sort: str | None = None) -> list[str]:
    """All identifiers, page after page."""
    gathered: list[str] = []
    place = None
    while hits := index.search(query, limit=limit, after=place, sort=sort).hits:
        gathered += [hit.identifier for hit in hits]
        place = hits[-1].place
    return gathered


SCORED = any_of("wine", "x")
QUERIES = [Query(), all_of("wine"), SCORED, Query(((Prefix("words", "wi", 2.5),),))]


@pytest.mark.parametrize("sort", [None, "year", "-year", "position"])
@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("limit", [1, 4, 7, 28])
def test_pages_have_neither_gaps_nor_doubles(
    engine: Engine, query: Query, sort: str | None, limit: int
) -> None:
    index = filled(engine, MIXED)
    assert paged(index, query, limit, sort) == found(index, query, sort=sort)
    assert len(set(found(index, query, sort=sort))) == len(MIXED)


@pytest.mark.parametrize("sort", ["year", "-year"])
def test_sorted_by_a_number_what_lacks_it_comes_last(engine: Engine, sort: str) -> None:
    listed = found(filled(engine, MIXED), Query(), sort=sort)
    years = [YEARS.get(identifier) for identifier in listed]
    expected = sorted(YEARS.values(), reverse=sort.startswith("-"))
    assert years == [*expected, *[None] * 5]


def test_equal_hits_keep_their_order_under_any_query_and_as_others_come(engine: Engine) -> None:
    index = filled(engine, MIXED)
    order = found(index, Query())
    undated = [name for name in order if name.startswith("u")]
    assert [name for name in found(index, all_of("y")) if name in undated] == undated
    index.write([document("u9", "wine y"), document("u8", "y wine")], ["u3"], cursor="1")
    left = [name for name in undated if name != "u3"]
    assert [name for name in found(index, Query()) if name in undated] == left


def test_pages_go_on_while_the_index_grows(engine: Engine) -> None:
    index = filled(engine, MIXED)
    first = index.search(all_of("wine"), limit=9).hits
    index.write([document(f"n{n}", "wine x") for n in range(9)], [first[0].identifier], cursor="1")
    rest = names(index.search(all_of("wine"), limit=99, after=first[-1].place))
    listed = {hit.identifier for hit in first}
    assert not listed & set(rest)
    assert {document.identifier for document in MIXED} <= listed | set(rest)


def test_the_total_and_facets_are_the_same_on_every_page(engine: Engine) -> None:
    documents = [document(f"d{n}", "wine", facets={"type": ("jar",)}) for n in range(9)]
    index = filled(engine, documents)
    first = index.search(all_of("wine"), limit=4, facets=("type",))
    then = index.search(all_of("wine"), limit=4, facets=("type",), after=first.hits[-1].place)
    assert (first.total, first.facets) == (then.total, then.facets) == (9, {"type": [("jar", 9)]})


@pytest.mark.parametrize(
    "place",
    ["x", "", "e30", "bnVsbA", "W251bGwsMSwyLDNd" * 3, "山", "WyJ5ZWFyIiwxLDIsM10", "W251bGwsTmFOLDEsMV0"],
)
def test_a_place_that_no_hit_gave_is_refused(engine: Engine, place: str) -> None:
    index = filled(engine, MIXED)
    with pytest.raises(InvalidPlace):
        index.search(Query(), limit=1, after=place)


def test_a_place_holds_for_its_own_order_alone(engine: Engine) -> None:
    index = filled(engine, MIXED)
    place = index.search(Query(), limit=1, sort="year").hits[0].place
    with pytest.raises(InvalidPlace):
        index.search(Query(), limit=1, sort="-year", after=place)


VOCABULARY = [
    document("a", "manuscript manual", named={"maker": "mano"}),
    document("b", "manuscript manuscript 山水", facets={"type": ("scroll",)}),
    document("c", "manual man", facets={"type": ("scroll",)}),
    document("d", "manuscript mankind 山人"),
]


@pytest.mark.parametrize(
    ("prefix", "limit", "expected"),
    [
        ("man", 10, [("manuscript", 3), ("manual", 2), ("man", 1), ("mankind", 1)]),
        ("man", 2, [("manuscript", 3), ("manual", 2)]),
        ("山", 10, [("山人", 1), ("山水", 1)]),
        ("manus", 10, [("manuscript", 3)]),
        ("x", 10, []),
        (".*", 10, []),
        ("", 2, [("manuscript", 3), ("manual", 2)]),
    ],
)
def test_terms_are_given_by_how_many_documents_have_them(
    engine: Engine, prefix: str, limit: int, expected: list[tuple[str, int]]
) -> None:
    assert filled(engine, VOCABULARY).terms(prefix, limit=limit) == expected


def test_terms_of_a_named_field_stand_apart(engine: Engine) -> None:
    index = filled(engine, VOCABULARY)
    assert index.terms("man", field="maker") == [("mano", 1)]
    assert index.terms("", field="maker") == [("mano", 1)]
    assert index.terms("man", field="label") == []


def test_terms_can_be_those_of_what_matches(engine: Engine) -> None:
    index = filled(engine, VOCABULARY)
    scrolls = Query(facets={"type": ("scroll",)})
    assert index.terms("man", within=scrolls) == [("man", 1), ("manual", 1), ("manuscript", 1)]
    assert index.terms("man", within=all_of("none")) == []


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("manuscrpt", ["manuscript"]),
        ("manuscritp", ["manuscript"]),
        ("manuscript", []),
        ("manuskrypt", ["manuscript"]),
        ("manuskrypts", []),
        ("anuscript", []),
        ("mam", ["man"]),
        ("mamo", []),
        ("manuel", ["manual"]),
        ("x", []),
        ("", []),
        ("~", []),
        ("a" * 500, []),
    ],
)
def test_similar_words_are_an_edit_or_two_away(engine: Engine, term: str, expected: list[str]) -> None:
    assert [word for word, _ in filled(engine, VOCABULARY).similar(term)] == expected


def test_similar_words_come_by_how_near_they_are_then_by_how_many_documents_have_them(engine: Engine) -> None:
    words = ("wane", "wine", "wine", "wing", "wine", "wing", "salt", *["manual"] * 3, "manuals")
    index = filled(engine, [document(f"d{n}", word) for n, word in enumerate(words)])
    assert index.similar("wene") == [("wine", 3), ("wane", 1)]
    assert index.similar("wind", limit=1) == [("wine", 3)]
    assert index.similar("manualss") == [("manuals", 1), ("manual", 3)]
