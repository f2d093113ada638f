"""Pages of hits in our order, of what Elasticsearch sorts by exact scores and ties."""

import math
from collections.abc import Callable
from dataclasses import replace

from search import order, terms
from search.elastic import schema
from search.elastic.schema import TIE, Json
from search.engine import Query
from search.order import Place, Sort

_MOST = (1 << 63) - 1
_BY_TIE: list[Json] = [{TIE: "asc"}]
_BY_SCORE: list[Json] = [{"_score": "desc"}, {TIE: "asc"}]

Found = list[tuple[Place, str]]
Ask = Callable[[Json], list[Json]]
"""Asks for hits by the body of a search."""


class Pages:
    """The pages of a query's hits. They cost the same at any depth."""

    def __init__(self, ask: Ask, query: Query) -> None:
        self._ask, self._query = ask, query

    def by_score(self, after: Place | None, limit: int) -> Found:
        """The hits after a place.

        Scores that are equal to five digits are mostly equal to the last, and come sorted. Where they are
        not, each exact score is a run of its own within our order, and as many hits of each are asked for.
        """
        score = terms.flat(self._query)
        if score is not None:
            return self._flat(after, limit, order.rounded(score))
        after = self._anchored(after) if after else None
        key = _key(after) if after else (-math.inf, 0)
        position = [_above(after.key or 0.0), 0] if after else None
        found: list[tuple[float, int, float, str]] = []
        while limit:
            hits = self._hits(self._query, _BY_SCORE, limit + 1, position)
            rows = [(-order.rounded(hit["sort"][0]), hit["sort"][1], *_exact(hit)) for hit in hits]
            found = sorted(found + [row for row in rows if row[:2] > key])
            if len(hits) <= limit or (len(found) >= limit and rows[-1][0] > found[limit - 1][0]):
                break
            position = _on(rows[-1], key, sum(row[2] == rows[-1][2] for row in found) >= limit)
        rank = after.rank if after else 0
        return [(Place(-row[0], row[1], rank + n), row[3]) for n, row in enumerate(found[:limit], 1)]

    def by_number(self, by: Sort, after: Place | None, limit: int) -> Found:
        """The hits after a place."""
        direction = "desc" if by.is_descending else "asc"
        sort: list[Json] = [
            {schema.number(by.number): {"order": direction, "missing": "_last"}},
            {TIE: "asc"},
        ]
        # What lacks the number is sorted as the last one there is.
        missing = -_MOST - 1 if by.is_descending else _MOST
        position: list[float] | None = (
            [missing if after.key is None else int(after.key), after.tie] if after else None
        )
        hits = self._hits(self._query, sort, limit, position)
        values = [(None if hit["sort"][0] == missing else hit["sort"][0], hit) for hit in hits]
        return [(Place(value, hit["sort"][1]), schema.identifier_of(hit["_id"])) for value, hit in values]

    def _flat(self, after: Place | None, limit: int, score: float) -> Found:
        hits = self._hits(self._query, _BY_TIE, limit, [after.tie] if after else None)
        return [(Place(score, hit["sort"][0]), schema.identifier_of(hit["_id"])) for hit in hits]

    def _anchored(self, place: Place) -> Place:
        """The place with the score of now: all may have moved a little since it was given."""
        made = schema.made(self._query, schema.tied(place.tie))
        hits = self._ask({"query": made, "size": 1})
        return replace(place, key=order.rounded(hits[0]["_score"])) if hits else place

    def _hits(self, query: Query, sort: list[Json], size: int, position: list[float] | None) -> list[Json]:
        if not size:
            return []
        body: Json = {"query": schema.made(query), "size": size, "sort": sort}
        return self._ask(body | ({"search_after": position} if position else {}))


def _key(place: Place) -> tuple[float, int]:
    return -(place.key or 0.0), place.tie


def _exact(hit: Json) -> tuple[float, str]:
    return hit["sort"][0], schema.identifier_of(hit["_id"])


def _above(key: float) -> float:
    """A score above all that are rounded to this one."""
    return key * (1 + 1e-4) if key else 1e-30


def _on(row: tuple[float, int, float, str], key: tuple[float, int], is_enough: bool) -> list[float]:
    """Where to go on after the last hit: past what comes before the place, or past a run that gave enough."""
    rounded, tie, score, _ = row
    if rounded == key[0] and tie < key[1]:
        return [score, key[1]]
    return [score, _MOST if is_enough else tie]
