import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requirements
from presentation_foreign import Json
from presentation_records import URIS

from iiif.errors import NotExpressible
from iiif.presentation.v2 import downgrade

COOKBOOK = requirements.SHARED / "data" / "cookbook"
NO_IMAGES = (  # Recipes of sound and video.
    "0002-mvm-audio__manifest.json",
    "0003-mvm-video__manifest.json",
    "0013-placeholderCanvas__manifest.json",
    "0014-accompanyingcanvas__manifest.json",
    "0015-start__manifest.json",
    "0017-transcription-av__manifest.json",
    "0026-toc-opera__manifest.json",
    "0064-opera-one-canvas__manifest.json",
    "0065-opera-multiple-canvases__manifest.json",
    "0074-multiple-language-captions__manifest.json",
    "0103-poetry-reading-annotations__manifest.json",
    "0219-using-caption-file__manifest.json",
    "0229-behavior-ranges__manifest.json",
    "0232-image-thumbnail-canvas__manifest-av.json",
    "0434-choice-av__manifest.json",
)
OF_3_ONLY = {
    *("id", "type", "items", "summary", "requiredStatement", "rights", "provider", "homepage", "partOf"),
    *("behavior", "annotations", "body", "target", "source", "start", "duration", "navPlace", "value"),
    *("placeholderCanvas", "accompanyingCanvas", "services", "supplementary"),
}


def cookbook() -> Iterator[Path]:
    for path in sorted(COOKBOOK.glob("*.json")):
        if "id" in json.loads(path.read_text()) and path.name not in NO_IMAGES:
            yield path


def objects(value: object, key: str = "") -> Iterator[tuple[str, Json]]:
    """All objects with the key they stand under, but for services, which follow their own specifications."""
    if isinstance(value, dict) and key != "service":
        yield key, value
        for inner, part in value.items():
            yield from objects(part, inner)
    for part in value if isinstance(value, list) and key != "service" else ():
        yield from objects(part, key)


@pytest.mark.parametrize("path", list(cookbook()), ids=lambda path: path.name)
def test_the_cookbook_in_2_1_has_nothing_of_3(path: Path) -> None:
    drawn = json.loads(json.dumps(downgrade(json.loads(path.read_text()), URIS)))

    known: set[str] = set()
    for key, one in objects(drawn):
        # Pairs of metadata have a value in both versions.
        assert not one.keys() & (OF_3_ONLY - ({"value"} if key == "metadata" else set())), key
        if one.get("@type") == "sc:Canvas" and "images" in one:
            assert {"@id", "label", "height", "width"} <= one.keys()
            known.add(one["@id"])
    for key, one in objects(drawn):
        if key == "images":
            on = one["on"] if isinstance(one["on"], str) else one["on"]["full"]
            assert on.partition("#")[0] in known


@pytest.mark.parametrize("name", NO_IMAGES)
def test_recipes_of_sound_and_video_are_refused(name: str) -> None:
    requirements.require(COOKBOOK.exists(), "needs the cookbook beside the checkout")
    with pytest.raises(NotExpressible):
        downgrade(json.loads((COOKBOOK / name).read_text()), URIS)
