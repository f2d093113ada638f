"""Pages of hits in our order, of what tantivy sorts by a score or by one number, equal ones as it likes."""

from bisect import bisect_left
from dataclasses import replace

import tantivy
from tantivy import DocAddress, Order

from search import order, terms
from search.embedded.schema import TIE, Fields, number
from search.engine import Query
from search.order import Place, Sort

_MORE = 64

Found = list[tuple[Place, DocAddress]]


class Pages:
    """The pages of a query's hits."""

    def __init__(self, fields: Fields, searcher: tantivy.Searcher, query: Query) -> None:
        self._fields, self._searcher, self._query = fields, searcher, query

    def by_score(self, after: Place | None, limit: int) -> Found:
        """The hits after a place.

        Tantivy finds all that stand before them again: 10,000 take 10 ms, 100,000 take 70. Of the hits
        themselves, as many are looked at as share the scores of this page.
        """
        score = terms.flat(self._query)
        if score is not None:
            return self._level(None, after.tie if after else -1, limit, key=order.rounded(score))
        after = self._anchored(after) if after else None
        rank = after.rank if after else 0
        most = rank + limit + _MORE
        while True:
            hits = self._searcher.search(self._made(), self._bounded(most), count=False).hits
            is_whole = len(hits) < most
            start = _begin(hits, after.key or 0.0) if after else 0
            # The last score may go on beyond what was fetched.
            end = len(hits) if is_whole or not hits else _begin(hits, order.rounded(hits[-1][0]))
            page = self._sorted(hits[start:end], after)[:limit]
            if is_whole or len(page) == limit:
                return [(Place(key, tie, rank + n), at) for n, (key, tie, at) in enumerate(page, 1)]
            most *= 4

    def by_number(self, by: Sort, after: Place | None, limit: int) -> Found:
        """The hits after a place: four searches at most, at any depth."""
        name = number(by.number)
        found: Found = []
        value = None if after is None or after.key is None else int(after.key)
        if after and value is not None:
            found = self._level(self._fields.between(name, value, value), after.tie, limit, key=value)
        if after is None or value is not None:
            found += self._beyond(by, value, limit - len(found))
        tie = after.tie if after and value is None else -1
        return found + self._level(self._fields.lacking(name), tie, limit - len(found), key=None)

    def _anchored(self, place: Place) -> Place:
        """The place with the score of now: all may have moved a little since it was given."""
        hits = self._searcher.search(self._made(self._fields.tied(place.tie)), 1, count=False).hits
        return replace(place, key=order.rounded(hits[0][0])) if hits else place

    def _level(self, filter_: tantivy.Query | None, tie: int, limit: int, *, key: float | None) -> Found:
        """Those that pass a filter, and are equal, after ``tie``."""
        if limit <= 0:
            return []
        beyond = self._fields.between(TIE, tie + 1, None)
        made = self._made(beyond, *([filter_] if filter_ else []))
        hits = self._searcher.search(
            made, self._bounded(limit), count=False, order_by_field=TIE, order=Order.Asc
        ).hits
        return [(Place(key, found), address) for found, address in hits]

    def _beyond(self, by: Sort, value: int | None, limit: int) -> Found:
        """Those that have a number after ``value``."""
        if limit <= 0:
            return []
        name, direction = number(by.number), Order.Desc if by.is_descending else Order.Asc
        least = None if value is None or by.is_descending else value + 1
        most = None if value is None or not by.is_descending else value - 1
        made = self._made(self._fields.between(name, least, most))
        hits = self._searcher.search(
            made, self._bounded(limit), count=False, order_by_field=name, order=direction
        ).hits
        if not hits:
            return []
        # Of those that share the last number, tantivy has given any.
        last = hits[-1][0]
        kept = [hit for hit in hits if hit[0] != last]
        ties = self._ties([address for _, address in kept])
        places = [(Place(held, tie), address) for (held, address), tie in zip(kept, ties, strict=True)]
        found = sorted(places, key=lambda pair: by.key(pair[0].key, pair[0].tie))
        level = self._fields.between(name, last, last)
        return found + self._level(level, -1, limit - len(found), key=last)

    def _sorted(
        self, hits: list[tuple[float, DocAddress]], after: Place | None
    ) -> list[tuple[float, int, DocAddress]]:
        ties = self._ties([address for _, address in hits])
        rows = [(order.rounded(hit[0]), tie, hit[1]) for hit, tie in zip(hits, ties, strict=True)]
        if after:
            rows = [row for row in rows if (-row[0], row[1]) > (-(after.key or 0.0), after.tie)]
        return sorted(rows, key=lambda row: (-row[0], row[1]))

    def _ties(self, addresses: list[DocAddress]) -> list[int]:
        return [int(tie or 0) for tie in self._searcher.fast_field_values(TIE, addresses)]

    def _made(self, *filters: tantivy.Query) -> tantivy.Query:
        return self._fields.query(self._query, *filters)

    def _bounded(self, most: int) -> int:
        return max(1, min(most, self._searcher.num_docs))


def _begin(hits: list[tuple[float, DocAddress]], key: float) -> int:
    """The index of the first hit of that rounded score or a lower one."""
    return bisect_left(hits, -key, key=lambda hit: -order.rounded(hit[0]))
