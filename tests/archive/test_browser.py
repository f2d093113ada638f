"""The archive in a real browser, over the demonstration collection: seen, heard and driven by keys alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    expect,
)
from requirements import require
from server import ROOT, Server

from archive.demo import sound

pytestmark = pytest.mark.browser

HANDSCROLL = "handscroll"
"""What finds the demonstration's handscroll, as the first of the results."""

# Mirador's row of thumbnails scrolls in an inner element that takes no focus, where axe looks for it;
# the grid around it takes the focus, and the arrow keys move through it.
KNOWN_IN_MIRADOR = {"scrollable-region-focusable"}


@pytest.fixture(scope="module")
def server(demo_server: Server) -> str:
    """The address of the demonstration."""
    require((ROOT / "archive/web/static/dist/viewer.js").exists(), "the viewer is not built: make setup")
    return demo_server.url


def handscroll(page: Page, server: str) -> Page:
    """``page`` at the handscroll's record."""
    page.goto(f"{server}/?q={HANDSCROLL}")
    page.locator(".card").first.click()
    page.wait_for_url("**/record/**")
    return page


def wait_for_mirador(page: Page) -> Locator:
    """The surface on which Mirador draws, once it is there."""
    surface = page.locator("#viewer .openseadragon-canvas canvas").first
    expect(surface).to_be_visible(timeout=20_000)
    return surface


def press_until(page: Page, key: str, target: Locator, *, limit: int = 80) -> None:
    """Press ``key`` until ``target`` has the focus, as somebody without a mouse would."""
    for _ in range(limit):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail(f"{limit} times {key} did not reach {target}")


def test_the_first_page_shows_pictures_and_no_faults(
    reader: BrowserContext, faults: list[str], server: str
) -> None:
    page = reader.new_page()
    page.goto(server)
    picture = page.locator(".card img:not(.empty)").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("element => element.naturalWidth") > 0
    assert faults == []


def test_mirador_shows_the_handscroll_and_asks_for_tiles(
    reader: BrowserContext, faults: list[str], server: str
) -> None:
    page, tiles = reader.new_page(), set[str]()
    page.on("response", lambda answer: tiles.add(answer.url) if answer.ok and _is_tile(answer.url) else None)
    wait_for_mirador(handscroll(page, server))
    whole = set(tiles)
    with page.expect_response(lambda answer: answer.ok and _is_tile(answer.url) and answer.url not in whole):
        for _ in range(3):
            page.get_by_role("button", name="Zoom in").click()
    assert tiles > whole
    assert faults == []


def test_the_viewer_page_shows_a_manifest(reader: BrowserContext, faults: list[str], server: str) -> None:
    page = reader.new_page()
    manifest = handscroll(page, server).locator("#manifest").input_value()
    page.goto(f"{server}/viewer?iiif-content={manifest}")
    wait_for_mirador(page)
    assert faults == []


def test_the_arabic_page_runs_from_right_to_left(browser: Browser, server: str) -> None:
    reader = browser.new_context(locale="ar", viewport={"width": 1280, "height": 900})
    page = reader.new_page()
    page.goto(server)
    assert page.evaluate("getComputedStyle(document.documentElement).direction") == "rtl"
    expect(page.get_by_role("button", name="بحث")).to_be_visible()
    brand, languages = page.locator(".brand").bounding_box(), page.locator(".languages").bounding_box()
    assert brand is not None
    assert languages is not None
    assert brand["x"] > languages["x"]
    wait_for_mirador(handscroll(page, server))
    assert (
        page.locator("#viewer .mirador-viewer").evaluate("element => getComputedStyle(element).direction")
        == "rtl"
    )
    reader.close()


def test_a_chosen_language_stays(reader: BrowserContext, server: str) -> None:
    page = reader.new_page()
    page.goto(server)
    page.get_by_role("link", name="Français").click()
    handscroll(page, server)
    expect(page.locator("html")).to_have_attribute("lang", "fr")


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh-CN", 390), ("fr", 390), ("ar", 1280)])
def test_axe_finds_nothing_serious(browser: Browser, server: str, language: str, width: int) -> None:
    reader = browser.new_context(locale=language, viewport={"width": width, "height": 844})
    page = reader.new_page()
    page.goto(server)
    found = {"home": _serious(page)}
    wait_for_mirador(handscroll(page, server))
    found["record"] = _serious(page)
    page.goto(f"{server}/viewer?iiif-content={page.locator('#manifest').input_value()}")
    wait_for_mirador(page)
    found["viewer"] = _serious(page)
    page.goto(f"{server}/record/absent")
    found["error"] = _serious(page)
    assert found == {"home": [], "record": [], "viewer": [], "error": []}
    reader.close()


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh-CN", "zh-Hans"), ("fr", "en")])
def test_a_tune_is_played_with_captions_in_the_readers_language(
    browser: Browser, server: str, language: str, tag: str
) -> None:
    reader = browser.new_context(locale=language, viewport={"width": 1280, "height": 900})
    page = reader.new_page()
    page.goto(f"{server}/record/river-tune")
    player = page.locator(".recording audio")
    tracks = player.evaluate("player => [...player.textTracks].map(track => [track.kind, track.language])")
    assert tracks == [["captions", "en"], ["captions", "zh-Hans"]]
    player.evaluate("player => player.play()")
    expect(page.locator(".said")).to_have_text(sound.PHRASES[0].words[tag])
    expect(page.locator(".said")).to_have_attribute("lang", tag)
    assert player.evaluate("player => player.duration") == pytest.approx(sound.duration(), abs=0.01)
    assert _serious(page) == []
    reader.close()


def test_a_tune_is_played_by_keys_alone(reader: BrowserContext, faults: list[str], server: str) -> None:
    page = reader.new_page()
    page.goto(f"{server}/record/river-tune")
    press_until(page, "Tab", page.locator(".recording audio"))
    page.keyboard.press("Space")
    expect(page.locator(".said")).to_have_text(sound.PHRASES[0].words["en"])
    assert faults == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_is_wider_than_its_window(browser: Browser, server: str, width: int) -> None:
    reader = browser.new_context(viewport={"width": width, "height": 844})
    page = reader.new_page()
    for address in ("/", f"/?q={HANDSCROLL}", "/record/river-tune", "/record/absent"):
        page.goto(server + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    wait_for_mirador(handscroll(page, server))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    reader.close()


def test_a_manifest_is_found_and_copied_by_keys_alone(reader: BrowserContext, server: str) -> None:
    reader.grant_permissions(["clipboard-read", "clipboard-write"])
    page = reader.new_page()
    page.goto(server)
    press_until(page, "Tab", page.get_by_role("combobox"))
    page.keyboard.type(HANDSCROLL)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=handscroll**")
    press_until(page, "Tab", page.locator(".card").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/record/**")
    wait_for_mirador(page)
    press_until(page, "Tab", page.get_by_role("button", name="Copy"))
    page.keyboard.press("Enter")
    expect(page.locator(".done")).to_have_text("The address was copied")
    manifest = page.evaluate("navigator.clipboard.readText()")
    assert page.request.get(manifest).json()["type"] == "Manifest"


def test_a_query_that_is_begun_is_completed(reader: BrowserContext, faults: list[str], server: str) -> None:
    page = reader.new_page()
    page.goto(server)
    page.get_by_role("combobox").press_sequentially("moun")
    offered = page.locator("#completions option")
    expect(offered.first).to_have_attribute("value", "mountains")
    assert "Rivers and Mountains, First Unrolled" in offered.evaluate_all("all => all.map(one => one.value)")
    assert faults == []


def test_results_are_narrowed_and_widened_again(
    reader: BrowserContext, faults: list[str], server: str
) -> None:
    page = reader.new_page()
    page.goto(f"{server}/?q=river")
    shown = page.locator(".card")
    expect(shown).to_have_count(3)
    page.locator(".facets").get_by_role("link", name="Handscroll 1").click()
    expect(shown).to_have_count(1)
    page.locator(".facets").get_by_role("link", name="Handscroll 1").click()
    expect(shown).to_have_count(3)
    page.get_by_role("spinbutton", name="To").fill("1900")
    page.get_by_role("button", name="Narrow the results").click()
    expect(page.get_by_role("heading", name="Nothing was found")).to_be_visible()
    assert faults == []


def test_the_skip_link_leads_past_the_header(reader: BrowserContext, server: str) -> None:
    page = reader.new_page()
    page.goto(server)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox")).to_be_focused()


def _is_tile(url: str) -> bool:
    return "/iiif/image/" in url and "/full/" not in url and url.endswith(".jpg")


def _serious(page: Page) -> list[str]:
    """What axe finds on the page that keeps people out, but for what is known of Mirador's own elements."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['target']}"
        for violation in violations
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
        if not (violation["id"] in KNOWN_IN_MIRADOR and _is_miradors(page, node["target"][0]))
    ]


def _is_miradors(page: Page, selector: str) -> bool:
    return bool(
        page.evaluate("selector => document.querySelector(selector).closest('#viewer') !== null", selector)
    )
