"""The demonstration in three viewers: Mirador, which we ship, the Universal Viewer and TIFY of others.

Each test leaves a photograph in ``build/viewers``: what only an eye can judge is looked at there.
"""

import pytest
from playwright.sync_api import BrowserContext, expect
from viewers import Viewer

from archive.demo import treatise

pytestmark = [pytest.mark.browser, pytest.mark.node]

TILE = r"/iiif/image/[23]/[^/]+/\d+,\d+,\d+,\d+/\d+,(\d+)?/0/default\.jpg$"


def test_a_handscroll_is_titled_and_tiled(viewer: Viewer, reader: BrowserContext) -> None:
    reading = viewer.open(reader, "handscroll")
    expect(viewer.title(reading.page)).to_have_text("Rivers and Mountains, First Unrolled")
    reading.wait_for(TILE)
    reading.photograph(f"{viewer.name}-scroll")
    assert reading.faults == []


def test_a_book_has_its_table_of_contents(viewer: Viewer, reader: BrowserContext) -> None:
    reading = viewer.open(reader, "book")
    contents = viewer.contents(reading.page)
    for title, _ in treatise.contents():
        expect(contents).to_contain_text(title)
    reading.photograph(f"{viewer.name}-book-contents")
    assert reading.faults == []


def test_an_album_names_its_leaves(viewer: Viewer, reader: BrowserContext) -> None:
    reading = viewer.open(reader, "album")
    leaves = [
        "Cover",
        "Bamboo",
        "The old pond",
        "The garden of stars",
        "The gourd",
        "News of spring",
        "The lotus",
    ]
    expect(viewer.canvases(reading.page)).to_contain_text(leaves)
    reading.photograph(f"{viewer.name}-album-leaves")
    assert reading.faults == []
