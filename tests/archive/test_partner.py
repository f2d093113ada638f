"""A partner's collection taken in from its address: followed to its end, never into our own network."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from partner import Given, Partner, partner

from archive.config import Settings
from archive.context import Context
from archive.errors import Invalid
from archive.ingest import load, sources
from archive.ingest.report import Report
from archive.services import collections

Json = dict[str, Any]
CONTEXT = "http://iiif.io/api/presentation/3/context.json"


@pytest.fixture(name="partner")
def partner_of_scrolls() -> Iterator[Partner]:
    documents: dict[str, Json | bytes] = {
        "/top": _collection("/top", "Top", _names("Collection", "/scrolls"), _names("Manifest", "/m/1")),
        # It lists the one that it stands in: a circle.
        "/scrolls": _collection(
            "/scrolls", "Scrolls", _names("Manifest", "/m/2", "/m/broken"), _names("Collection", "/top")
        ),
        "/m/1": _manifest("/m/1"),
        "/m/2": _manifest("/m/2"),
        "/m/broken": b"<html>",
    }
    with partner() as server:
        server.given = {path: Given(content) for path, content in documents.items()}
        yield server


def test_a_collection_is_followed_and_a_circle_left_open(context: Context, partner: Partner) -> None:
    report = _take(context, f"{partner.base}/top")
    assert [(one.key.rpartition("/")[2], one.outcome) for one in report.outcomes] == [
        ("top", "created"),
        ("scrolls", "created"),
        ("1", "created"),
        ("2", "created"),
        ("broken", "refused"),
    ]
    assert "circle" in report.faults[0].message
    with context.sessions() as session:
        top = collections.listing(session, collections.find(session, "Top"))
        assert [one.label for one in top.collections] == [{"en": ["Scrolls"]}]
        assert [one.identifier for one in top.records] == ["1"]
        below = collections.listing(session, collections.find(session, "Top-Scrolls"))
        assert [one.identifier for one in below.records] == ["2"]


def test_what_has_not_changed_at_the_partners_changes_nothing_here(
    context: Context, partner: Partner
) -> None:
    _take(context, f"{partner.base}/top")
    renamed = copy.deepcopy(partner.given["/m/1"].content)
    assert isinstance(renamed, dict)
    partner.given["/m/1"] = Given(renamed | {"label": {"en": ["Another name"]}})
    assert _take(context, f"{partner.base}/top").counts() == {"unchanged": 3, "updated": 1, "refused": 1}


@pytest.mark.parametrize("path", ["/m/1", "/top"])
def test_no_document_is_asked_for_twice(context: Context, partner: Partner, path: str) -> None:
    _take(context, f"{partner.base}{path}")
    assert len(partner.asked) == len(set(partner.asked))


def test_our_own_network_is_not_entered(context: Context, partner: Partner) -> None:
    closed = replace(context.settings, fetch_private=0)
    (outcome,) = _take(context, f"{partner.base}/m/1", closed).outcomes
    assert (outcome.outcome, outcome.identifier) == ("refused", None)
    assert "private" in outcome.faults[0].message


def test_an_address_does_not_stand_beside_a_folder(context: Context, tmp_path: Any) -> None:
    with pytest.raises(Invalid, match="nothing else beside them"):
        sources.open_source(["https://partner.example/m", tmp_path], byte_limit=1 << 20)


def _take(context: Context, address: str, settings: Settings | None = None) -> Report:
    settings = settings or replace(context.settings, fetch_private=1)
    source = sources.open_source([address], byte_limit=1 << 20, fetch=sources.fetcher(settings))
    return load.load(context, source)


def _collection(path: str, label: str, *items: list[Json]) -> Json:
    return {
        "@context": CONTEXT,
        "id": f"{{base}}{path}",
        "type": "Collection",
        "label": {"en": [label]},
        "items": [one for listed in items for one in listed],
    }


def _names(kind: str, *paths: str) -> list[Json]:
    return [{"id": f"{{base}}{path}", "type": kind, "label": {"en": [path]}} for path in paths]


def _manifest(path: str) -> Json:
    canvas = {"id": f"{{base}}{path}/c", "type": "Canvas", "width": 10, "height": 10, "items": []}
    return {
        "@context": CONTEXT,
        "id": f"{{base}}{path}",
        "type": "Manifest",
        "label": {"en": [path]},
        "items": [canvas],
    }
