import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requirements
from presentation_2 import IMAGE2, Json, items
from presentation_records import BOOK, NOBODY, RECORDS, URIS

from iiif.errors import NotExpressible
from iiif.presentation.manifest import manifest
from iiif.presentation.upgrade import upgrade
from iiif.presentation.v2 import downgrade

COOKBOOK = requirements.SHARED / "data" / "cookbook"


def _recipes() -> list[Path]:
    documents = {path: json.loads(path.read_text()) for path in sorted(COOKBOOK.glob("*.json"))}
    return [path for path, one in documents.items() if one.get("type") == "Manifest"]


@pytest.mark.parametrize("path", _recipes(), ids=lambda path: path.name)
def test_the_cookbook_comes_back_from_2_1(path: Path) -> None:
    try:
        lowered: Json = downgrade(json.loads(path.read_text()), URIS)
    except NotExpressible:
        return

    upgraded: Json = upgrade(lowered)

    views = lowered["sequences"][0]["canvases"]
    assert [view["id"] for view in upgraded["items"]] == [view["@id"] for view in views]
    assert [(view["width"], view["height"]) for view in upgraded["items"]] == [
        (view["width"], view["height"]) for view in views
    ]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.identifier)
def test_our_own_come_back_from_2_1(record: Any) -> None:
    document = manifest(record, URIS, NOBODY)

    upgraded: Json = upgrade(downgrade(document, URIS))

    kept = ("id", "type", "label", "summary", "metadata", "requiredStatement", "rights", "behavior", "partOf")
    assert {key: upgraded.get(key) for key in kept} == {key: document.get(key) for key in kept} | (
        # 2.1 keeps the words of a statement, and not their heading.
        {"requiredStatement": upgraded["requiredStatement"]} if "requiredStatement" in document else {}
    )
    shown = ("id", "label", "width", "height")
    assert [[view[key] for key in shown] for view in upgraded["items"]] == [
        [view.get(key, {"none": ["1"]}) for key in shown] for view in items(document)
    ]
    assert list(_services(upgraded)) == [
        {
            "@id": one["id"].replace("/image/3/", "/image/2/"),
            "@type": "ImageService2",
            "profile": f"{IMAGE2}/level2.json",
        }
        for one in _services(document)
    ]


def test_chapters_come_back_from_2_1() -> None:
    document = manifest(BOOK, URIS, NOBODY)

    upgraded: Json = upgrade(downgrade(document, URIS))

    tree: Any = copy.deepcopy(document["structures"])
    tree[0]["items"][1]["items"][1]["label"] = {"none": ["book-9"]}
    assert upgraded["structures"] == tree


def test_the_recipe_of_2_1_passes() -> None:
    path = COOKBOOK / "0057-publishing-v2-and-v3__manifest-v2.json"
    requirements.require(path.exists(), "needs the cookbook beside the checkout")

    assert upgrade(json.loads(path.read_text()))["type"] == "Manifest"


def _services(document: Json) -> Iterator[Json]:
    for view in document["items"]:
        for page in view["items"]:
            for annotation in page["items"]:
                yield from annotation["body"]["service"]
