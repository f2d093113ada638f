"""The demonstration in three viewers: Mirador, which we ship, the Universal Viewer and TIFY of others.

Each test leaves a photograph in ``build/viewers``: what only an eye can judge is looked at there.
"""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect
from viewers import Box, Mirador, UniversalViewer, Viewer

from archive.demo import sound, treatise

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


def test_a_book_bound_on_the_right_is_turned_to_the_left(viewer: Viewer, reader: BrowserContext) -> None:
    reading = viewer.open(reader, "star-book")
    contents = viewer.contents(reading.page)
    for title in ("I. Of the circle", "II. Of the two squares", "III. Of the garden", "Colophon"):
        expect(contents).to_contain_text(title)
    onward, back = viewer.onward(reading.page), viewer.back(reading.page)
    expect(onward).to_be_enabled()
    left, right = onward.bounding_box(), back.bounding_box()
    assert left
    assert right
    assert left["x"] < right["x"]
    onward.click()
    for number in (2, 3):
        reading.wait_for(rf"/star-book-0{number}/\d+,\d+,\d+,\d+/")
    reading.photograph(f"{viewer.name}-right-to-left")
    assert reading.faults == []


def test_a_mural_is_seen_in_the_light_one_chooses(viewer: Viewer, reader: BrowserContext) -> None:
    reading = viewer.open(reader, "mural")
    reading.wait_for(r"/iiif/image/3/mural/\d+,")
    expect(viewer.layers(reading.page)).to_contain_text(["Visible light", "Infrared"])
    assert not [url for url in reading.answered if "/mural-infrared/0," in url]
    viewer.choose(reading.page, "Infrared")
    reading.wait_for(r"/iiif/image/3/mural-infrared/\d+,\d+,\d+,\d+/")
    reading.photograph(f"{viewer.name}-layers")
    assert reading.faults == []


# Promises, and no polling: the archive's pages forbid what would have to be evaluated anew each time.
HEARD = """audio => new Promise(heard => audio.addEventListener("timeupdate", () => {
    if (audio.currentTime > 0) heard([audio.currentSrc, audio.duration]);
}))"""
CUES = """track => new Promise(read => {
    track.addEventListener("load", () => read([...track.track.cues].map(cue => cue.text)));
    track.track.mode = "showing";
})"""
NOTES = (
    "A pavilion at the end of the journey",
    "The long bridge",
    "A pagoda",
    "A junk",
    "The seal",
    "The seal",
)


def test_a_handscroll_has_its_notes(viewer: Viewer, reader: BrowserContext) -> None:
    """The Universal Viewer shows no annotations but those that a search found: it has the scroll without."""
    reading = viewer.open(reader, "handscroll")
    expect(viewer.title(reading.page)).to_have_text("Rivers and Mountains, First Unrolled")
    if isinstance(viewer, UniversalViewer):
        reading.wait_for(TILE)
        expect(reading.page.get_by_text(NOTES[0])).to_have_count(0)
    else:
        notes = viewer.notes(reading.page)
        expect(notes).to_contain_text(NOTES)
        notes.nth(1).click()
    reading.photograph(f"{viewer.name}-notes")
    assert reading.faults == []


def test_a_tune_is_heard_in_its_whole_length(viewer: Viewer, reader: BrowserContext) -> None:
    reading = viewer.open(reader, "river-tune")
    expect(viewer.title(reading.page)).to_have_text("The River, for a Zither Without Strings")
    expect(reading.page.locator("audio")).to_be_attached()
    reading.photograph(f"{viewer.name}-sound")
    viewer.play(reading.page)
    source, seconds = reading.page.locator("audio").evaluate(HEARD)
    assert source.endswith("/file/river-tune/river-tune.wav")
    assert seconds == pytest.approx(sound.duration(), abs=0.01)
    assert reading.faults == []


def test_a_tune_has_its_captions(viewer: Viewer, reader: BrowserContext) -> None:
    """The Universal Viewer looks for captions among a canvas's renderings, where the cookbook has none."""
    reading = viewer.open(reader, "river-tune")
    audio = reading.page.locator("audio")
    expect(audio).to_be_attached()
    if isinstance(viewer, UniversalViewer):
        expect(audio.locator("track")).to_have_count(0)
        return
    expect(audio.locator("track")).to_have_count(2)
    said = audio.locator("track").first.evaluate(CUES)
    assert said == [phrase.words["en"] for phrase in sound.PHRASES]
    assert reading.faults == []


@pytest.mark.parametrize("viewer", [Mirador, UniversalViewer], ids=lambda kind: str(kind.name), indirect=True)
def test_a_word_is_found_and_marked_where_it_stands(viewer: Viewer, reader: BrowserContext) -> None:
    reading = viewer.open(reader, "book")
    reading.wait_for(r"/iiif/image/[23]/")
    found = viewer.search(reading.page, "scroll")
    expect(found.filter(has_text="7").first).to_be_visible()
    answer = reading.page.request.get(f"{viewer.archive}/iiif/search/1/manifest/book?q=scroll").json()
    assert len(answer["resources"]) == 7
    x, y, width, height = map(int, answer["resources"][0]["on"].partition("#xywh=")[2].split(","))
    reading.page.wait_for_load_state("networkidle")
    left, top, wide, high = viewer.marked(reading.page, (x, y, width, height))
    reading.photograph(f"{viewer.name}-search")
    inside = _ink(reading.page, (left, top, wide, high))
    gap = 0.06 * wide
    assert inside > 0.05
    # Between words there is nothing: the mark is neither too wide nor beside its word.
    assert _ink(reading.page, (left - gap, top + high / 2, gap * 0.7, high / 4)) < 0.02
    assert _ink(reading.page, (left + wide + gap * 0.3, top + high / 2, gap * 0.7, high / 4)) < 0.02
    assert reading.faults == []


def _ink(page: Page, box: Box) -> float:
    """How much of a part of the screen is as dark as letters are, under whatever marks them."""
    x, y, width, height = box
    shot = page.screenshot(clip={"x": x, "y": y, "width": max(width, 1), "height": max(height, 1)})
    green = Image.open(BytesIO(shot)).convert("RGB").getchannel("G")
    return sum(green.histogram()[:140]) / (green.width * green.height)
