"""Search engines for the tests: each kind empty, and documents of plain words for them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from search.engine import Document, Engine, Index, Layout, Query, Results, Term, Terms
from search.opening import open_engine

LAYOUT = Layout("1", facets=("maker", "type"), numbers=("year", "position"))
NAME = "records"


@pytest.fixture(params=["memory", "embedded", pytest.param("elastic", marks=pytest.mark.elasticsearch)])
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty engine of each kind."""
    if request.param == "memory":
        return "memory:"
    if request.param == "elastic":
        return str(request.getfixturevalue("elasticsearch_url"))
    return f"embedded:{tmp_path / 'search'}"


@pytest.fixture
def engine(engine_url: str) -> Iterator[Engine]:
    """An empty engine of each kind."""
    opened = open_engine(engine_url, LAYOUT)
    yield opened
    opened.close()


@pytest.fixture
def index(engine: Engine) -> Index:
    """An index that holds nothing."""
    return filled(engine, [])


def filled(engine: Engine, documents: Iterable[Document], *, cursor: str = "0") -> Index:
    """The index of an engine, built anew with the documents."""
    new = engine.rebuild(NAME)
    new.write(documents, [], cursor=cursor)
    new.swap()
    return engine.index(NAME)


def document(
    identifier: str,
    words: str = "",
    *,
    characters: str = "",
    stems: str = "",
    named: dict[str, str] | None = None,
    facets: dict[str, tuple[str, ...]] | None = None,
    numbers: dict[str, int] | None = None,
) -> Document:
    """A document whose terms are parted by blanks."""
    terms = Terms(*(tuple(text.split()) for text in (words, characters, stems)))
    held = {name: tuple(text.split()) for name, text in (named or {}).items()}
    return Document(identifier, terms, held, facets or {}, numbers or {})


def all_of(*words: str) -> Query:
    """What has every one of the words."""
    return Query(tuple((Term("words", word),) for word in words))


def any_of(*words: str) -> Query:
    """What has one of the words."""
    return Query(tuple((Term("words", word),) for word in words), match="any")


def names(results: Results) -> list[str]:
    """The identifiers in their order."""
    return [hit.identifier for hit in results.hits]


def found(index: Index, query: Query, *, sort: str | None = None) -> list[str]:
    """The identifiers of all that matches."""
    return names(index.search(query, limit=1000, sort=sort))
