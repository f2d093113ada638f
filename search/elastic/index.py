"""An index in Elasticsearch, known by an alias."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import elasticsearch
from elasticsearch import Elasticsearch, helpers

from search import terms
from search.elastic import schema
from search.elastic.pages import Pages
from search.elastic.schema import CURSOR, Json
from search.engine import FACET_VALUES, WORDS, Document, Hit, Layout, Query, Results
from search.errors import EngineUnavailable, IndexOutdated
from search.order import Place, Sort
from search.vocabulary import near

_MOST_COUNTED = 100_000
"""In how many documents terms are counted, so that the shortest prefix takes no longer."""


class ElasticIndex:
    """The index of an alias. What was sent of a batch that failed may stay, its cursor does not."""

    def __init__(self, client: Elasticsearch, alias: str, layout: Layout) -> None:
        self._client, self._alias, self._layout = client, alias, layout

    def write(self, documents: Iterable[Document], removed: Iterable[str], *, cursor: str) -> None:
        """Replace and remove documents."""
        actions: list[Json] = [{"_op_type": "delete", "_id": schema.id_of(gone)} for gone in removed]
        for document in documents:
            source = schema.source(document, self._layout)
            actions.append({"_id": schema.id_of(document.identifier), "_source": source})
        with translated(self._alias):
            self._send(actions)
            # Only now: after a fall, all is sent again from the last cursor.
            self._client.index(index=self._alias, id=CURSOR, document={CURSOR: cursor}, require_alias=True)
            self._client.indices.refresh(index=self._alias)

    def cursor(self) -> str | None:
        """The last cursor."""
        with translated(self._alias):
            found = self._client.options(ignore_status=404).get(index=self._alias, id=CURSOR).body
        if "error" in found:
            raise IndexOutdated(f"index {self._alias} is missing: reindex")
        return str(found["_source"][CURSOR]) if found["found"] else None

    def search(
        self,
        query: Query,
        *,
        limit: int,
        after: str | None = None,
        sort: str | None = None,
        facets: Sequence[str] = (),
    ) -> Results:
        """The hits after a place."""
        by = Sort.of(sort, self._layout.numbers) if sort else None
        place = None if after is None else Place.decoded(after, sort)
        query = terms.resolved(query, self._layout, facets)
        counted = {name: _values_of(schema.facet(name)) for name in facets}
        with translated(self._alias):
            pages = Pages(self._ask, query)
            found = pages.by_number(by, place, limit) if by else pages.by_score(place, limit)
            whole = self._search({"query": schema.made(query), "size": 0, "aggs": counted})
        hits = tuple(_hit(place, identifier, sort) for place, identifier in found)
        counts = {name: _pairs(whole["aggregations"][name]) for name in facets}
        return Results(hits, whole["hits"]["total"]["value"], counts)

    def terms(
        self, prefix: str, *, field: str = WORDS, limit: int = 10, within: Query | None = None
    ) -> list[tuple[str, int]]:
        """The terms that begin so, counted in 100,000 documents at most."""
        engine_field, before = terms.place_of(field)
        begin = before + terms.clean(prefix)
        query = schema.made(
            terms.resolved(within or Query(), self._layout), schema.begun(engine_field, begin)
        )
        values = _values_of(schema.listed(engine_field), limit) if limit else {}
        values["terms"]["include"] = schema.pattern(begin)
        body = {"query": query, "size": 0, "aggs": {"terms": values}, "terminate_after": _MOST_COUNTED}
        with translated(self._alias):
            found = self._search(body)
        return [(term.removeprefix(before), count) for term, count in _pairs(found["aggregations"]["terms"])]

    def similar(self, term: str, *, limit: int = 5) -> list[tuple[str, int]]:
        """The words that are near."""
        term = terms.clean(term)
        if not term:
            return []
        asked = {"text": term, "term": _SPELLED | {"field": WORDS, "max_edits": terms.edits(term)}}
        with translated(self._alias):
            found = self._search({"size": 0, "suggest": {"near": asked}})
        options = [option for word in found["suggest"]["near"] for option in word["options"]]
        return near(term, ((option["text"], option["freq"]) for option in options), limit)

    def _send(self, actions: list[Json]) -> None:
        sent = helpers.streaming_bulk(
            self._client,
            actions,
            index=self._alias,
            require_alias=True,
            chunk_size=1000,
            max_chunk_bytes=10_000_000,
            max_retries=3,
            raise_on_error=False,
        )
        for succeeded, outcome in sent:
            ((kind, answer),) = outcome.items()
            if succeeded or (kind == "delete" and answer.get("result") == "not_found"):
                continue
            if answer["status"] == 404:
                raise IndexOutdated(f"index {self._alias} is missing: reindex")
            raise EngineUnavailable(f"index {self._alias} does not take documents")

    def _ask(self, body: Json) -> list[Json]:
        hits: list[Json] = self._search({"track_total_hits": False, **body})["hits"]["hits"]
        return hits

    def _search(self, body: Json) -> Json:
        whole = {"track_total_hits": True, "_source": False, **body}
        # Where an index has more shards than one, terms weigh what they do in all.
        found = self._client.options(request_timeout=_PATIENCE).search(
            index=self._alias, search_type="dfs_query_then_fetch", body=whole
        )
        return dict(found.body)


_PATIENCE = 10
"""Seconds that a reader waits for an answer, where writing may take a minute."""

_SPELLED: Json = {
    "size": 100,
    "suggest_mode": "always",
    "sort": "score",
    "string_distance": "damerau_levenshtein",
    "prefix_length": 1,
    "min_word_length": 1,
    "max_term_freq": 1e9,
    "analyzer": "whitespace",
}


@contextmanager
def translated(alias: str) -> Iterator[None]:
    """Give the client's errors the names of ours."""
    try:
        yield
    except elasticsearch.NotFoundError as error:
        raise IndexOutdated(f"index {alias} is missing: reindex") from error
    except (elasticsearch.ApiError, elasticsearch.TransportError) as error:
        raise EngineUnavailable(f"Elasticsearch does not answer for {alias}") from error


def _hit(place: Place, identifier: str, sort: str | None) -> Hit:
    return Hit(identifier, 0.0 if sort else float(place.key or 0.0), place.encoded(sort))


def _values_of(field: str, size: int = FACET_VALUES) -> Json:
    return {"terms": {"field": field, "size": size, "order": [{"_count": "desc"}, {"_key": "asc"}]}}


def _pairs(aggregated: Json) -> list[tuple[str, int]]:
    return [(bucket["key"], bucket["doc_count"]) for bucket in aggregated["buckets"]]
