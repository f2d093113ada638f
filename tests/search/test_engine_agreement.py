"""Any documents, any queries: every engine gives the list that the plainest one gives."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import LAYOUT, document, filled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.engine import Clause, Document, Engine, Phrase, Prefix, Query, Range, Results, Term
from search.opening import open_engine

WORDS = ["a", "b", "c", "ab", "山水", "~~"]
CHARACTERS, STEMS, NAMES = ["山", "水", "人"], ["en_a", "fr_b"], ["li", "bai", "du"]
VALUES = ["Li Bai", "Du Fu", "none"]

boosts = st.sampled_from([0.5, 0.6, 1.0, 2.0])


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    """Some documents of few words, so that many are alike."""
    terms = {"words": (WORDS, 60), "characters": (CHARACTERS, 9), "stems": (STEMS, 4)}
    made = []
    for n in range(draw(st.integers(0, 30))):
        texts = {
            field: " ".join(draw(st.lists(st.sampled_from(known), max_size=most)))
            for field, (known, most) in terms.items()
        }
        maker = " ".join(draw(st.lists(st.sampled_from(NAMES), max_size=3)))
        facets = {"maker": tuple(draw(st.lists(st.sampled_from(VALUES), max_size=2)))}
        years = draw(st.none() | st.integers(-3, 3))
        numbers = {} if years is None else {"year": years}
        made.append(document(f"d{n}", named={"maker": maker}, facets=facets, numbers=numbers, **texts))
    return made


phrases = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(tuple)
clauses: st.SearchStrategy[Clause] = st.one_of(
    st.builds(Term, st.just("words"), st.sampled_from(WORDS), boosts),
    st.builds(Term, st.just("characters"), st.sampled_from(CHARACTERS), boosts),
    st.builds(Term, st.just("stems"), st.sampled_from(STEMS), boosts),
    st.builds(Term, st.just("maker"), st.sampled_from(NAMES), boosts),
    st.builds(Phrase, st.just("words"), phrases, boosts),
    st.builds(Phrase, st.just("maker"), st.just(("li", "bai")), boosts),
    st.builds(Prefix, st.just("words"), st.sampled_from(["a", "山", "x"]), boosts),
)  # fmt: skip
groups = st.lists(clauses, max_size=4).map(tuple)
queries = st.builds(
    Query,
    st.lists(groups, max_size=3).map(tuple),
    st.sampled_from(["all", "any"]),
    st.lists(clauses, max_size=2).map(tuple),
    st.lists(clauses, max_size=1).map(tuple),
    st.sampled_from([{}, {}, {"maker": ("Li Bai",)}, {"maker": ("Du Fu", "none")}]),
    st.sampled_from([(), (), (Range("year", -1, None),)]),
)
sorts = st.sampled_from([None, None, None, "year", "-year"])


@pytest.fixture(params=["embedded", pytest.param("elastic", marks=pytest.mark.elasticsearch)])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """The engines that must agree with the one in memory."""
    is_elastic = request.param == "elastic"
    url = request.getfixturevalue("elasticsearch_url") if is_elastic else f"embedded:{tmp_path}"
    opened = open_engine(url, LAYOUT)
    yield opened
    opened.close()


@given(held=documents(), asked=st.lists(st.tuples(queries, sorts), min_size=10, max_size=20))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_engine_gives_the_same_lists(
    other: Engine, held: list[Document], asked: list[tuple[Query, str | None]]
) -> None:
    plain, index = filled(open_engine("memory:", LAYOUT), held), filled(other, held)
    for query, sort in asked:
        expected = plain.search(query, limit=100, sort=sort, facets=("maker",))
        assert _told(index.search(query, limit=100, sort=sort, facets=("maker",))) == _told(expected)
        if len(expected.hits) > 3:
            place = index.search(query, limit=3, sort=sort).hits[-1].place
            rest = index.search(query, limit=100, sort=sort, after=place)
            assert _identifiers(rest) == _identifiers(expected)[3:]


def _identifiers(results: Results) -> list[str]:
    return [hit.identifier for hit in results.hits]


def _told(results: Results) -> object:
    return _identifiers(results), results.total, results.facets
