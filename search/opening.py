"""Which engine an address names."""

from pathlib import Path

from search.engine import Engine, Layout
from search.memory import MemoryEngine


def open_engine(url: str, layout: Layout) -> Engine:
    """The engine at ``memory:``, ``embedded:FOLDER``, or ``http(s)://HOST/PREFIX``, an Elasticsearch.

    Nothing is made or asked yet: an index that is missing says so when it is used.
    """
    scheme, _, rest = url.partition(":")
    if url == "memory:":
        return MemoryEngine(layout)
    # Each engine's library is loaded where it is used: they take a quarter of a second.
    if scheme == "embedded" and rest:
        from search.embedded import EmbeddedEngine  # noqa: PLC0415

        return EmbeddedEngine(Path(rest), layout)
    if scheme in ("http", "https"):
        from search.elastic import ElasticEngine  # noqa: PLC0415

        return ElasticEngine(url, layout)
    raise ValueError(f"search engine {url!r}: must be memory:, embedded:FOLDER or http://HOST:PORT/PREFIX")
