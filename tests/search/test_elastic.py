"""What Elasticsearch alone can do to an archive: be away, refuse, lose an index, hold those of others."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from engines import LAYOUT, NAME, all_of, document, filled, found
from server import free_port

from search.elastic import ElasticEngine
from search.engine import Layout, Query, Term
from search.errors import EngineUnavailable, IndexOutdated, SearchError

THREE = [document("a", "wine"), document("b", "wine and bread"), document("c", "bread")]


@pytest.fixture
def engine(elasticsearch_url: str) -> Iterator[ElasticEngine]:
    """An engine that holds nothing."""
    opened = ElasticEngine(elasticsearch_url, LAYOUT)
    yield opened
    opened.close()


def asks(engine: ElasticEngine) -> list[Callable[[], object]]:
    """Everything that an index and an engine are asked."""
    index = engine.index(NAME)
    return [
        lambda: index.search(Query(), limit=1),
        lambda: index.search(all_of("wine"), limit=1, sort="year"),
        lambda: index.write([document("a")], ["b"], cursor="1"),
        lambda: index.write([], [], cursor="1"),
        index.cursor,
        lambda: index.terms("a"),
        lambda: index.similar("abc"),
    ]


def test_a_server_that_is_down_is_unavailable() -> None:
    engine = ElasticEngine(f"http://127.0.0.1:{free_port()}/mogao", LAYOUT)
    rebuild: Callable[[], object] = lambda: engine.rebuild(NAME)  # noqa: E731
    for ask in [*asks(engine), rebuild]:
        with pytest.raises(EngineUnavailable, match="does not answer"):
            ask()
    engine.close()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/_all", "http://127.0.0.1/a/b", "http://127.0.0.1/*", "http://127.0.0.1/Records"]
)
def test_a_prefix_that_could_name_other_indexes_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="the prefix must be"):
        ElasticEngine(url, LAYOUT)


@pytest.mark.elasticsearch
def test_an_index_that_is_lost_is_never_made_by_a_write(
    engine: ElasticEngine, elasticsearch_url: str
) -> None:
    filled(engine, THREE)
    for index in indexes(elasticsearch_url):
        call("DELETE", elasticsearch_url, index)
    for ask in asks(engine):
        with pytest.raises(IndexOutdated, match="reindex"):
            ask()
    assert indexes(elasticsearch_url) == []


@pytest.mark.elasticsearch
def test_a_rebuild_that_another_has_dropped_writes_nowhere(
    engine: ElasticEngine, elasticsearch_url: str
) -> None:
    first, second = engine.rebuild(NAME), engine.rebuild(NAME)
    with pytest.raises(IndexOutdated):
        first.write(THREE, [], cursor="1")
    with pytest.raises(SearchError):
        first.swap()
    second.write(THREE, [], cursor="2")
    second.swap()
    assert len(indexes(elasticsearch_url)) == 1
    assert engine.index(NAME).cursor() == "2"


@pytest.mark.elasticsearch
def test_only_indexes_of_the_prefix_and_name_are_replaced(elasticsearch_url: str) -> None:
    longer = ElasticEngine(f"{elasticsearch_url}-{NAME}", LAYOUT)
    held = filled(longer, THREE)
    shorter = ElasticEngine(elasticsearch_url, LAYOUT)
    for _ in range(2):
        filled(shorter, [])
    assert set(found(held, all_of("wine"))) == {"a", "b"}
    longer.close()
    shorter.close()


@pytest.mark.elasticsearch
def test_the_indexes_of_an_older_layout_are_removed_by_the_newer(
    engine: ElasticEngine, elasticsearch_url: str
) -> None:
    filled(engine, THREE)
    newer = ElasticEngine(elasticsearch_url, Layout("2", LAYOUT.facets, LAYOUT.numbers))
    filled(newer, THREE)
    assert len(indexes(elasticsearch_url)) == 1
    with pytest.raises(IndexOutdated):
        engine.index(NAME).cursor()
    newer.close()


@pytest.mark.elasticsearch
def test_a_cursor_does_not_move_where_documents_are_not_taken(
    engine: ElasticEngine, elasticsearch_url: str
) -> None:
    index = filled(engine, THREE)
    (name,) = indexes(elasticsearch_url)
    call("PUT", elasticsearch_url, f"{name}/_settings", {"index.blocks.write": True})
    with pytest.raises(EngineUnavailable):
        index.write([document("d", "wine")], [], cursor="1")
    assert index.cursor() == "0"
    call("PUT", elasticsearch_url, f"{name}/_settings", {"index.blocks.write": False})
    index.write([document("d", "wine")], [], cursor="1")
    assert (set(found(index, all_of("wine"))), index.cursor()) == ({"a", "b", "d"}, "1")


@pytest.mark.elasticsearch
def test_more_clauses_than_the_server_takes_are_an_error_of_ours(engine: ElasticEngine) -> None:
    index = filled(engine, THREE)
    query = Query((tuple(Term("words", f"w{n}") for n in range(100_000)),))
    with pytest.raises(EngineUnavailable):
        index.search(query, limit=1)


@pytest.mark.elasticsearch
def test_terms_are_kept_in_the_index_alone(engine: ElasticEngine, elasticsearch_url: str) -> None:
    filled(engine, THREE)
    (name,) = indexes(elasticsearch_url)
    kept = call("POST", elasticsearch_url, f"{name}/_search", {"size": 10})["hits"]["hits"]
    assert sorted(hit["_id"] for hit in kept) == ["=a", "=b", "=c", "cursor"]
    assert [hit["_source"] for hit in kept if hit["_id"] != "cursor"] == [{}, {}, {}]
    with pytest.raises(urllib.error.HTTPError, match="400"):
        call("PUT", elasticsearch_url, f"{name}/_doc/x", {"unknown": 1})


def indexes(url: str) -> list[str]:
    """The names of the indexes below a prefix."""
    prefix = url.rpartition("/")[2]
    return [row["index"] for row in call("GET", url, f"_cat/indices/{prefix}-*?format=json&h=index")]


def call(method: str, url: str, path: str, body: object = None) -> Any:  # Any: values of JSON.
    """What the server itself answers."""
    request = urllib.request.Request(
        f"{url.rpartition('/')[0]}/{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())
