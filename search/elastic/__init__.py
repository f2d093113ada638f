"""The engine of large archives: Elasticsearch 8 or 9, of which only the server's core is asked."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit, urlunsplit

from elasticsearch import Elasticsearch, OrjsonSerializer

from search.elastic import schema
from search.elastic.index import ElasticIndex, translated
from search.elastic.schema import Json
from search.engine import Layout
from search.errors import WriterBusy

_PREFIX = "mogao"


class ElasticEngine:
    """Indexes of a server, all of whose names begin with the path of ``url``.

    An index is known by an alias that has its layout's digest in it: one of another layout is not found.
    """

    def __init__(self, url: str, layout: Layout) -> None:
        parts = urlsplit(url)
        self._prefix, self._layout = parts.path.strip("/") or _PREFIX, layout
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,80}", self._prefix):
            raise ValueError(f"search engine {url!r}: the prefix must be small letters, digits, - and _")
        port = parts.port or (443 if parts.scheme == "https" else 9200)
        host = urlunsplit((parts.scheme, f"{parts.hostname}:{port}", "", "", ""))
        account = (parts.username, parts.password or "") if parts.username else None
        self._client = Elasticsearch(
            host,
            basic_auth=account,
            serializer=OrjsonSerializer(),
            request_timeout=60,
            max_retries=1,
            http_compress=parts.scheme == "https",
        )

    def index(self, name: str) -> ElasticIndex:
        """The index of that name."""
        return ElasticIndex(self._client, self._alias(name), self._layout)

    def rebuild(self, name: str) -> "NewElasticIndex":
        """A new index beside the others of that name."""
        alias = self._alias(name)
        with translated(alias):
            held = self._indexes(name)
            new = f"{alias}-{max(held.values(), default=0) + 1}"
            self._remove(
                index for index in held if self._client.indices.exists_alias(name=_unfinished(index))
            )
            mapping = schema.mapping(self._layout) | {"aliases": {_unfinished(new): {}}}
            made = self._client.options(ignore_status=400).indices.create(index=new, **mapping)
        if "error" in made:
            raise WriterBusy(f"index {name} is being rebuilt by another process")
        return NewElasticIndex(self._client, self._layout, new, swap=lambda: self._swap(name, new))

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _alias(self, name: str) -> str:
        return f"{self._prefix}-{name}-{schema.digest(self._layout)}"

    def _indexes(self, name: str) -> dict[str, int]:
        """The indexes of that name, of every layout, and their numbers."""
        found = self._client.indices.get_alias(index=f"{self._prefix}-{name}-*")
        # The indexes of another prefix may begin so too.
        pattern = re.compile(rf"{re.escape(self._prefix)}-{re.escape(name)}-[0-9a-f]{{8}}-([0-9]+)")
        matches = ((index, pattern.fullmatch(index)) for index in found)
        return {index: int(match[1]) for index, match in matches if match}

    def _swap(self, name: str, new: str) -> None:
        others = [index for index in self._indexes(name) if index != new]
        actions: list[Json] = [{"add": {"index": new, "alias": self._alias(name)}}]
        actions += [{"remove": {"index": new, "alias": _unfinished(new)}}]
        actions += [{"remove_index": {"index": index}} for index in others]
        self._client.indices.update_aliases(actions=actions)

    def _remove(self, indexes: Iterable[str]) -> None:
        for index in indexes:
            self._client.options(ignore_status=404).indices.delete(index=index)


class NewElasticIndex(ElasticIndex):
    """An index that no reader knows yet. Once dropped, its alias is gone: no write makes it anew."""

    def __init__(self, client: Elasticsearch, layout: Layout, new: str, *, swap: Callable[[], None]) -> None:
        super().__init__(client, _unfinished(new), layout)
        self._new, self._exchange = new, swap

    def swap(self) -> None:
        """Take the place of the index of this name."""
        with translated(self._new):
            self._exchange()

    def discard(self) -> None:
        """Give it up."""
        with translated(self._new):
            self._client.options(ignore_status=404).indices.delete(index=self._new)


def _unfinished(index: str) -> str:
    return f"{index}.new"
