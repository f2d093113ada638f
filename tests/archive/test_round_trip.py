"""Whatever a manifest of the IIIF cookbook says comes out of the archive as it went in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requirements
from flask import Flask
from round_trip import alike
from sqlalchemy import update

from archive.context import Context
from archive.ingest import load, sources
from archive.ingest.report import Report
from archive.models import Record

Json = dict[str, Any]

COOKBOOK = requirements.SHARED / "data" / "cookbook"
REFUSED = {"0015-start__manifest"}
"""A video on a canvas without width and height: by the specification an error (Presentation 3.0 §5.3)."""


def _manifests() -> list[Path]:
    return _of_type("Manifest")


def _of_type(kind: str) -> list[Path]:
    return [path for path in sorted(COOKBOOK.glob("*.json")) if _read(path).get("type") == kind]


def _read(path: Path) -> Json:
    document: Json = json.loads(path.read_text(encoding="utf-8"))
    return document


@pytest.mark.parametrize("path", _manifests(), ids=lambda path: path.stem)
def test_a_manifest_comes_out_as_it_went_in_and_again(app: Flask, path: Path) -> None:
    context: Context = app.extensions["mogao"]
    (outcome,) = _take_in(context, path).outcomes
    if path.stem in REFUSED:
        assert outcome.outcome == "refused"
        assert "width and height" in outcome.faults[0].message
        return
    assert [fault.message for fault in outcome.faults if fault.level == "error"] == []
    client = app.test_client()
    address = f"/iiif/manifest/{outcome.identifier}"
    drawn = client.get(address).get_json()
    assert alike(drawn, context.uris.base) == alike(_read(path))
    # Read anew, as after an edit elsewhere in it, and nothing has another name.
    with context.sessions.begin() as session:
        session.execute(update(Record).values(fingerprint=""))
    (again,) = _take_in(context, path).outcomes
    assert again.outcome == "unchanged"
    assert client.get(address).get_json() == drawn


@pytest.mark.parametrize("path", _manifests()[::9], ids=lambda path: path.stem)
def test_every_part_of_it_is_found_at_its_address(app: Flask, path: Path) -> None:
    context: Context = app.extensions["mogao"]
    (outcome,) = _take_in(context, path).outcomes
    client = app.test_client()
    drawn = client.get(f"/iiif/manifest/{outcome.identifier}").get_json()
    for part in _parts(drawn):
        if part["id"].startswith(context.uris.base):
            found = client.get(part["id"])
            assert found.status_code == 200, part["id"]
            said = found.get_json()
            assert said["id"] == part["id"]
            assert {key: said[key] for key in part.keys() - {"partOf"}} == {
                key: part[key] for key in part.keys() - {"partOf"}
            }


@pytest.mark.parametrize("path", _of_type("Collection"), ids=lambda path: path.stem)
def test_a_collection_comes_out_as_it_went_in(app: Flask, path: Path) -> None:
    context: Context = app.extensions["mogao"]
    (outcome,) = _take_in(context, path).outcomes
    assert (outcome.outcome, outcome.faults) == ("created", ())
    drawn = app.test_client().get(f"/iiif/collection/{outcome.identifier}").get_json()
    assert alike(drawn, context.uris.base) == alike(_read(path))
    assert [one.outcome for one in _take_in(context, path).outcomes] == ["unchanged"]


def test_a_collection_lists_what_was_taken_in_with_it(app: Flask) -> None:
    context: Context = app.extensions["mogao"]
    paths = sorted(COOKBOOK.glob("0032-collection__*.json"))
    if not paths:
        pytest.skip("the cookbook's documents are not beside the clone")
    report = load.load(context, sources.open_source(paths, byte_limit=1 << 24))
    assert [one.outcome for one in report.outcomes] == ["created"] * 3
    drawn = app.test_client().get(f"/iiif/collection/{report.outcomes[0].identifier}").get_json()
    assert [one["id"].startswith(context.uris.base) for one in drawn["items"]] == [True, True]
    assert [one["label"] for one in drawn["items"]] == [
        one["label"] for one in _read(COOKBOOK / "0032-collection__collection.json")["items"]
    ]


def _parts(resource: Json) -> Iterator[Json]:
    for key in ("items", "annotations", "structures"):
        for one in resource.get(key, ()):
            if one.get("type") in {"Canvas", "Range", "AnnotationPage", "Annotation"}:
                if one.keys() - {"id", "type"}:
                    yield one
                yield from _parts(one)


def _take_in(context: Context, path: Path) -> Report:
    return load.load(context, sources.open_source([path], byte_limit=1 << 24))
