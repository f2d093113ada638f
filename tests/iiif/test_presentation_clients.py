import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requirements
from presentation_records import BARE, BOOK, NOBODY, PAINTINGS, SCROLL, URIS

from iiif.presentation.collection import collection
from iiif.presentation.manifest import manifest
from iiif.presentation.publisher import Publisher
from iiif.presentation.v2 import downgrade

CLIENTS = Path(__file__).parents[1] / "clients"
REMEDY = "needs Node.js and the packages of tests/clients: make test installs them"

pytestmark = pytest.mark.node

Reading = dict[str, Any]  # What a client understood, as JSON.


def read(language: str, document: dict[str, object], script: str = "read.mjs") -> dict[str, Reading]:
    """What each client shows of a document to a reader of ``language``."""
    node = requirements.program("node", REMEDY)
    requirements.require((CLIENTS / "node_modules").exists(), REMEDY)
    done = subprocess.run(
        [node, CLIENTS / script],
        input=json.dumps({"language": language, "documents": [document]}),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    (reading,) = json.loads(done.stdout)
    return dict(reading)


def by_all(reading: Reading) -> dict[str, Reading]:
    return dict.fromkeys(("@iiif/parser", "@iiif/helpers", "manifesto.js"), reading)


def picture(number: int) -> Reading:
    service = f"https://example.org/iiif/image/3/book_{number:03}"
    return {
        "id": f"https://example.org/iiif/canvas/book-{number}",
        "label": str(number),
        "size": [1800, 2400],
        "images": [{"id": f"{service}/full/max/0/default.jpg", "size": [1800, 2400], "services": [service]}],
        "thumbnail": f"{service}/full/300,400/0/default.jpg",
    }


def chapter(label: str | None, *pages: int, ranges: tuple[Reading, ...] = ()) -> Reading:
    canvases = [f"https://example.org/iiif/canvas/book-{number}" for number in pages]
    return {"label": label, "canvases": canvases, "ranges": list(ranges)}


def test_every_client_reads_a_book_from_right_to_left_with_its_chapters() -> None:
    book = read("ar", manifest(BOOK, URIS, NOBODY))

    chapters = chapter("المقدمة", 1, 2), chapter("الباب الأول", 3, ranges=(chapter(None, 4, 5),))
    assert book == by_all(
        {
            "type": "Manifest",
            "label": "كتاب الحيل",
            "summary": None,
            "metadata": [],
            "requiredStatement": None,
            "rights": None,
            "viewingDirection": "right-to-left",
            "thumbnail": "https://example.org/iiif/image/3/book_001/full/300,400/0/default.jpg",
            "canvases": [picture(number) for number in range(1, 7)],
            "ranges": [chapter("فهرس المحتويات", ranges=chapters)],
            "members": [],
        }
    )


def test_every_client_reads_a_scroll_and_all_that_is_said_of_it() -> None:
    scroll = read("en", manifest(SCROLL, URIS, Publisher(statement="Town Museum")))

    service = "https://example.org/iiif/image/3/scroll_001"
    assert scroll == by_all(
        {
            "type": "Manifest",
            "label": "Mountains after rain",
            "summary": "A handscroll.",
            "metadata": [
                ["Maker", "Unknown painter"],
                ["Type", "Painting"],
                ["Date", "868"],
                ["Place", "Dunhuang"],
                ["Subject", "Mountains"],
                ["Language", "lzh"],
                ["Accession number", "Or.8210/S.1"],
                ["Support", "Silk"],
            ],
            "requiredStatement": ["Courtesy", "Given by the painter's town"],
            "rights": "http://creativecommons.org/publicdomain/zero/1.0/",
            "viewingDirection": "right-to-left",
            "thumbnail": f"{service}/full/400,40/0/default.jpg",
            "canvases": [
                {
                    "id": "https://example.org/iiif/canvas/scroll-1",
                    "label": "1",
                    "size": [24000, 2400],
                    "images": [
                        {
                            "id": f"{service}/full/max/0/default.jpg",
                            "size": [24000, 2400],
                            "services": [service],
                        }
                    ],
                    "thumbnail": f"{service}/full/400,40/0/default.jpg",
                }
            ],
            "ranges": [],
            "members": [],
        }
    )


def test_every_client_reads_a_record_without_pictures() -> None:
    bare = read("en", manifest(BARE, URIS, NOBODY))

    canvas = {"id": "https://example.org/iiif/canvas/bare-1", "label": None, "size": [1000, 1000]}
    assert bare == by_all(
        {
            "type": "Manifest",
            "label": "bare",
            "summary": None,
            "metadata": [],
            "requiredStatement": None,
            "rights": None,
            "viewingDirection": "left-to-right",
            "thumbnail": None,
            "canvases": [canvas | {"images": [], "thumbnail": None}],
            "ranges": [],
            "members": [],
        }
    )


def test_every_client_reads_a_collection_in_the_readers_language() -> None:
    paintings = read("fr", collection(PAINTINGS, URIS, NOBODY))

    manifests = "https://example.org/iiif/manifest"
    assert paintings == by_all(
        {
            "type": "Collection",
            "label": "Peintures",
            "summary": "Scrolls & albums",
            "metadata": [],
            "requiredStatement": None,
            "rights": None,
            "viewingDirection": "left-to-right",
            "thumbnail": "https://example.org/iiif/image/3/scroll_001/full/400,40/0/default.jpg",
            "canvases": [],
            "ranges": [],
            "members": [
                {"id": "https://example.org/iiif/collection/albums", "type": "Collection", "label": "Albums"},
                {"id": f"{manifests}/scroll", "type": "Manifest", "label": "Mountains after rain"},
                {"id": f"{manifests}/unnamed", "type": "Manifest", "label": "unnamed"},
            ],
        }
    )


def test_clients_of_2_1_read_a_book_with_its_chapters() -> None:
    book = read("ar", downgrade(manifest(BOOK, URIS, NOBODY), URIS), "read-2.mjs")

    def page(number: int) -> Reading:
        service = f"https://example.org/iiif/image/2/book_{number:03}"
        return {
            "id": f"https://example.org/iiif/canvas/book-{number}",
            "label": str(number),
            "size": [1800, 2400],
            "images": [{"id": f"{service}/full/full/0/default.jpg", "services": [service]}],
        }

    chapters = chapter("المقدمة", 1, 2), chapter("الباب الأول", 3, ranges=(chapter("book-9", 4, 5),))
    understood = {
        "type": "Manifest",
        "id": "https://example.org/iiif/manifest/book",
        "label": "كتاب الحيل",
        "summary": None,
        "canvases": [page(number) for number in range(1, 7)],
        "ranges": [chapter("فهرس المحتويات", ranges=chapters)],
        "members": [],
    }
    assert book == {"@iiif/parser": understood, "manifesto.js": understood}


def test_clients_of_2_1_read_a_collection() -> None:
    paintings = read("fr", downgrade(collection(PAINTINGS, URIS, NOBODY), URIS), "read-2.mjs")

    albums = {"id": "https://example.org/iiif/collection/albums", "type": "Collection", "label": "Albums"}
    manifests = [
        {"id": f"https://example.org/iiif/manifest/{name}", "type": "Manifest", "label": label}
        for name, label in (("scroll", "Mountains after rain"), ("unnamed", "unnamed"))
    ]
    understood = {
        "type": "Collection",
        "id": "https://example.org/iiif/collection/paintings",
        "label": "Peintures",
        "summary": "Scrolls & albums",
        "canvases": [],
        "ranges": [],
    }
    assert paintings == {
        # 2.1 has two lists, and says nothing of which comes first.
        "@iiif/parser": {**understood, "members": [*manifests, albums]},
        "manifesto.js": {**understood, "members": [albums, *manifests]},
    }
