"""Which engine an address names."""

from pathlib import Path

import pytest
from engines import LAYOUT

from search.opening import open_engine


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("memory:", "MemoryEngine"),
        ("embedded:{folder}/search", "EmbeddedEngine"),
        ("http://127.0.0.1:9200", "ElasticEngine"),
        ("https://someone:secret@search.example/mogao", "ElasticEngine"),
    ],
)
def test_an_address_names_an_engine_and_nothing_is_made_yet(tmp_path: Path, url: str, expected: str) -> None:
    engine = open_engine(url.format(folder=tmp_path), LAYOUT)
    assert type(engine).__name__ == expected
    assert list(tmp_path.iterdir()) == []
    engine.close()


@pytest.mark.parametrize("url", ["", "memory", "embedded:", "ftp://x", "sqlite:///x", "/var/lib"])
def test_an_address_of_no_engine_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must be memory:, embedded:FOLDER or http"):
        open_engine(url, LAYOUT)
