"""The promises of every engine: what is written, how far it has come, how one index follows another."""

from collections.abc import Iterator

import pytest
from engines import LAYOUT, NAME, all_of, document, filled, found, names

from search.engine import Document, Engine, Index, Layout, Query, Term, Terms
from search.errors import IndexOutdated
from search.opening import open_engine

THREE = [document("a", "wine"), document("b", "wine and bread"), document("c", "bread")]


def test_an_index_that_is_new_has_no_cursor(engine: Engine) -> None:
    new = engine.rebuild(NAME)
    assert new.cursor() is None
    new.write([], [], cursor="7")
    assert new.cursor() == "7"
    new.swap()
    assert engine.index(NAME).cursor() == "7"


def test_what_is_written_is_found_at_once(engine: Engine) -> None:
    index = filled(engine, THREE)
    reader = engine.index(NAME)
    index.write([document("d", "wine")], [], cursor="1")
    assert set(found(reader, all_of("wine"))) == {"a", "b", "d"}


def test_a_document_takes_the_place_of_its_last_form(engine: Engine) -> None:
    index = filled(engine, THREE)
    index.write([document("a", "bread"), document("b", "salt"), document("b", "pepper")], [], cursor="1")
    assert found(index, all_of("wine")) == found(index, all_of("salt")) == []
    assert found(index, all_of("pepper")) == ["b"]
    assert index.search(Query(), limit=10).total == 3


def test_what_is_removed_is_gone_and_nothing_else(engine: Engine) -> None:
    index = filled(engine, [*THREE, document("ab", "wine"), document("a b", "wine")])
    index.write([], ["a", "none", "b"], cursor="1")
    assert set(found(index, Query())) == {"c", "ab", "a b"}


def test_written_twice_changes_nothing(engine: Engine) -> None:
    index = filled(engine, THREE)
    for _ in range(2):
        index.write([document("d", "wine")], ["c"], cursor="1")
        assert (set(found(index, Query())), index.cursor()) == ({"a", "b", "d"}, "1")


def test_a_batch_that_fails_leaves_nothing(engine: Engine) -> None:
    def half() -> Iterator[Document]:
        yield document("d", "wine")
        raise RuntimeError("the catalogue is gone")

    index = filled(engine, THREE)
    with pytest.raises(RuntimeError, match="the catalogue is gone"):
        index.write(half(), ["a"], cursor="1")
    assert (set(found(index, Query())), index.cursor()) == ({"a", "b", "c"}, "0")
    index.write([document("d", "wine")], [], cursor="1")
    assert set(found(index, Query())) == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    "bad",
    [
        document(""),
        document("a\ud800"),
        document("é" * 251),
        document("a", facets={"colour": ("red",)}),
        document("a", numbers={"weight": 1}),
        document("a", numbers={"year": 1 << 63}),
        document("a", named={"Maker:": "x"}),
    ],
)
def test_what_no_index_can_hold_is_refused(index: Index, bad: Document) -> None:
    with pytest.raises(ValueError, match=r"identifier|none of the index's|63 bits|small letters"):
        index.write([document("good"), bad], [], cursor="1")
    assert (found(index, Query()), index.cursor()) == ([], "0")


IDENTIFIERS = ["a/b?c=d#e", 'q"u\\ote', "山水 画", " blank ", "x" * 500, "new\nline", "*", "~", "NUL\0"]


def test_identifiers_are_kept_to_the_letter(engine: Engine) -> None:
    index = filled(engine, [document(identifier, "wine") for identifier in IDENTIFIERS])
    assert sorted(found(index, all_of("wine"))) == sorted(IDENTIFIERS)
    index.write([], IDENTIFIERS[1:], cursor="1")
    assert found(index, Query()) == IDENTIFIERS[:1]


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("x" * 300, "x" * 300),
        ("山" * 300, "山" * 300),
        ("😀" * 300, "😀" * 300),
        ("a:b", "a:b"),
        ("a:b", "a\u2003:b"),
        ("a\x1cb\x85c\u00a0d\u3000e", "abcde"),
        ("a\ud800b", "a\udfffb"),
        ("~~", "~~"),
        ("C++", "C++"),
        ("NOT", "NOT"),
        ("/.*/", "/.*/"),
        ("a\\*?\"'", "a\\*?\"'"),
        ("\u200f\u202eabc", "\u200f\u202eabc"),
        ("nul\0", "nul\0"),
    ],
)
def test_odd_terms_are_found_as_they_are(engine: Engine, written: str, sought: str) -> None:
    terms = Document("odd", Terms((written, "wine")), {"maker": (written,)})
    index = filled(engine, [terms, document("other", "wine a b c d x nul")])
    assert found(index, Query(((Term("words", sought),),))) == ["odd"]
    assert found(index, Query(((Term("maker", sought),),))) == ["odd"]


@pytest.mark.parametrize("term", ["~", "", " ", "\ud800", "\x1c"])
@pytest.mark.parametrize("field", ["words", "characters", "stems", "maker"])
def test_a_term_of_nothing_matches_nothing(engine: Engine, term: str, field: str) -> None:
    index = filled(engine, THREE)
    query = Query(((Term(field, term),),))
    assert found(index, query) == []
    assert set(found(index, Query(excluded=query.groups[0]))) == {"a", "b", "c"}


def test_facet_values_of_any_length_are_counted(engine: Engine) -> None:
    index = filled(engine, [document("a", facets={"maker": ("山" * 40_000, "x\ud800")})])
    narrowed = Query(facets={"maker": ("山" * 40_000,)})
    assert found(index, narrowed) == ["a"]
    values = [value for value, _ in index.search(narrowed, limit=1, facets=("maker",)).facets["maker"]]
    assert values == ["x", "山" * 1000]


def test_a_missing_index_asks_for_a_reindex(engine: Engine) -> None:
    missing = engine.index(NAME)
    for ask in (
        lambda: missing.search(Query(), limit=1),
        missing.cursor,
        lambda: missing.write([], [], cursor="1"),
        lambda: missing.terms("a"),
        lambda: missing.similar("abc"),
    ):
        with pytest.raises(IndexOutdated, match="reindex"):
            ask()


def test_a_rebuild_takes_the_place_of_the_old_one_under_its_readers(engine: Engine, engine_url: str) -> None:
    index = filled(engine, THREE)
    first = index.search(Query(), limit=2)
    new = engine.rebuild(NAME)
    new.write([document("new", "wine")], [], cursor="9")
    assert (found(index, all_of("wine")) == ["new"], index.cursor()) == (False, "0")
    index.write([document("d", "wine")], [], cursor="1")
    assert index.search(Query(), limit=2).total == 4
    new.swap()
    assert (found(index, Query()), index.cursor()) == (["new"], "9")
    assert index.search(Query(), limit=2, after=first.hits[-1].place).total == 1
    index.write([document("d", "wine")], [], cursor="10")
    assert set(found(index, Query())) == {"new", "d"}


def test_a_rebuild_that_is_given_up_leaves_the_old_one(engine: Engine) -> None:
    index = filled(engine, THREE)
    for _ in range(2):
        new = engine.rebuild(NAME)
        new.write([document("new", "wine")], [], cursor="9")
        new.discard()
    assert set(found(index, Query())) == {"a", "b", "c"}
    assert found(filled(engine, [document("new")]), Query()) == ["new"]


def test_indexes_of_an_engine_are_apart(engine: Engine) -> None:
    records = filled(engine, THREE)
    texts = engine.rebuild("texts")
    texts.write([document("t", "wine")], [], cursor="5")
    texts.swap()
    assert (found(engine.index("texts"), all_of("wine")), records.cursor()) == (["t"], "0")
    assert set(names(records.search(all_of("wine"), limit=5))) == {"a", "b"}


def test_what_was_written_outlasts_the_engine(engine: Engine, engine_url: str) -> None:
    filled(engine, THREE).write([document("d")], ["a"], cursor="42")
    engine.close()
    if engine_url == "memory:":
        return
    again = open_engine(engine_url, LAYOUT)
    assert (set(found(again.index(NAME), Query())), again.index(NAME).cursor()) == ({"b", "c", "d"}, "42")
    again.index(NAME).write([], ["d"], cursor="43")
    assert set(found(again.index(NAME), Query())) == {"b", "c"}
    again.close()


@pytest.mark.parametrize(
    "layout",
    [
        Layout("2", LAYOUT.facets, LAYOUT.numbers),
        Layout("1", (*LAYOUT.facets, "colour"), LAYOUT.numbers),
        Layout("1", LAYOUT.facets, ()),
    ],
)
def test_an_index_of_another_version_asks_for_a_reindex(
    engine: Engine, engine_url: str, layout: Layout
) -> None:
    filled(engine, THREE)
    newer = open_engine(engine_url, layout)
    index = newer.index(NAME)
    for ask in (
        lambda: index.search(Query(), limit=1),
        index.cursor,
        lambda: index.write([], [], cursor="1"),
    ):
        with pytest.raises(IndexOutdated, match="reindex"):
            ask()
    assert set(found(filled(newer, THREE), Query())) == {"a", "b", "c"}
    newer.close()
