"""Notes written in a real browser, beside Mirador, over a copy of the small archive."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from requirements import require
from server import ROOT, Server, copied, running
from viewers import PHOTOGRAPHS

from archive.config import Settings
from archive.context import open_context
from archive.models import Scope
from archive.services import tokens

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def secrets() -> dict[str, str]:
    """The secrets of a token that writes, and of one that only reads, once the server runs."""
    return {}


@pytest.fixture(scope="module")
def desk(
    on_sqlite: Settings, tmp_path_factory: pytest.TempPathFactory, secrets: dict[str, str]
) -> Iterator[Server]:
    """A server of its own, with tokens."""
    require((ROOT / "archive/web/static/dist/viewer.js").exists(), "the viewer is not built: make setup")
    folder = tmp_path_factory.mktemp("desk")
    settings = copied(on_sqlite, folder)
    with closing(open_context(settings)) as context, context.sessions.begin() as session:
        secrets |= {one.value: tokens.mint(session, one.value, one) for one in (Scope.READ, Scope.WRITE)}
    with running(settings, folder) as server:
        yield server


@pytest.fixture
def page(reader: BrowserContext, desk: Server, secrets: dict[str, str]) -> Iterator[Page]:
    """The book, to be annotated; what a test writes goes with it."""
    page = reader.new_page()
    page.goto(f"{desk.url}/annotate?iiif-content={desk.url}/iiif/manifest/book")
    expect(page.locator("#viewer .openseadragon-canvas canvas").first).to_be_visible(timeout=20_000)
    expect(page.locator("#none")).to_be_visible()
    expect(page.locator("#note")).to_be_hidden()
    yield page
    bearer = {"Authorization": f"Bearer {secrets['write']}", "Accept": _WEB}
    for note in page.request.get(f"{desk.url}/iiif/annotation/book-1/?page=0").json()["items"]:
        tag = page.request.get(note["id"], headers=bearer).headers["etag"]
        assert page.request.delete(note["id"], headers=bearer | {"If-Match": tag}).status == 204


def _enter(page: Page, secret: str) -> None:
    page.get_by_label("Token").fill(secret)
    page.get_by_role("button", name="Use this token").click()


def _said(page: Page) -> str:
    status = page.locator("#said")
    expect(status).not_to_be_empty()
    return status.inner_text()


def _photograph(page: Page, name: str) -> None:
    PHOTOGRAPHS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PHOTOGRAPHS / f"{name}.png")


def test_a_note_is_written_edited_and_deleted(
    page: Page, desk: Server, secrets: dict[str, str], faults: list[str]
) -> None:
    _enter(page, secrets["write"])
    form = page.locator("#note")
    form.get_by_label("Text", exact=True).fill("A seal 印")
    form.get_by_label("A rectangle").check()
    surface = page.locator("#drawing")
    box = surface.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2 - 30, box["y"] + box["height"] / 2 - 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 30, box["y"] + box["height"] / 2 + 20, steps=5)
    page.mouse.up()
    form.get_by_role("button", name="Save").click()
    assert _said(page) == "The note was saved"
    notes = f"{desk.url}/iiif/annotations/book-1/contributed"
    (written,) = page.request.get(notes).json()["items"]
    assert (written["body"]["value"], written["body"]["language"]) == ("A seal 印", "en")
    left, top, width, height = map(int, written["target"].partition("#xywh=")[2].split(","))
    picture = page.request.get(f"{desk.url}/iiif/canvas/book-1").json()
    assert (left + width / 2, top + height / 2) == pytest.approx(
        (picture["width"] / 2, picture["height"] / 2), abs=2
    )
    # The picture is small: a unit of it is many dots of the screen.
    assert width > height > 1
    _photograph(page, "notes-written")
    page.get_by_role("button", name="Edit").click()
    # The note is read anew before it is put into the form.
    expect(form.get_by_label("Text", exact=True)).to_have_value("A seal 印")
    form.get_by_label("Text", exact=True).fill("Another seal")
    form.get_by_role("button", name="Save").click()
    expect(page.locator("#written .text")).to_have_text("Another seal")
    (edited,) = page.request.get(notes).json()["items"]
    assert (edited["body"]["value"], edited["target"]) == ("Another seal", written["target"])
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#none")).to_be_visible()
    assert _said(page) == "The note was deleted"
    assert page.request.get(notes).status == 404
    # The browser itself tells of the page that went with its last note.
    assert [fault for fault in faults if "404" not in fault] == []


def test_what_was_written_is_drawn_by_the_viewer(page: Page, secrets: dict[str, str]) -> None:
    _enter(page, secrets["write"])
    page.get_by_label("Text", exact=True).fill("Seen by readers")
    page.get_by_label("What is seen now").check()
    page.get_by_role("button", name="Save").click()
    assert _said(page) == "The note was saved"
    page.get_by_role("button", name="Toggle sidebar").click()
    page.get_by_role("tab", name="Annotations").click()
    expect(page.locator("#viewer").get_by_text("Seen by readers")).to_be_visible()
    _photograph(page, "notes-seen")


def test_a_second_click_writes_no_second_note(page: Page, desk: Server, secrets: dict[str, str]) -> None:
    _enter(page, secrets["write"])
    page.get_by_label("Text", exact=True).fill("Once")
    page.get_by_role("button", name="Save").dblclick()
    assert _said(page) == "The note was saved"
    notes = page.request.get(f"{desk.url}/iiif/annotation/book-1/?page=0").json()["items"]
    assert [note["body"]["value"] for note in notes] == ["Once"]


@pytest.mark.parametrize(
    ("token", "told"),
    [("wrong", "The token is not known here: ask for another"), ("read", "only reads")],
)
def test_who_may_not_write_is_told_so(page: Page, secrets: dict[str, str], token: str, told: str) -> None:
    _enter(page, secrets.get(token, token))
    if token == "read":
        page.get_by_label("Text", exact=True).fill("No")
        page.get_by_role("button", name="Save").click()
        told = "This token may not write here"
    assert _said(page) == told
    page.get_by_role("button", name="Forget the token").click()
    expect(page.get_by_label("Token")).to_be_visible()
    assert "token" not in page.url
    assert page.evaluate("JSON.stringify([localStorage, sessionStorage])").find(token) == -1


def test_who_comes_second_is_told_so(page: Page, desk: Server, secrets: dict[str, str]) -> None:
    _enter(page, secrets["write"])
    page.get_by_label("Text", exact=True).fill("First")
    page.get_by_role("button", name="Save").click()
    assert _said(page) == "The note was saved"
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value("First")
    bearer = {"Authorization": f"Bearer {secrets['write']}", "Accept": _WEB, "Content-Type": _WEB}
    found = page.request.get(f"{desk.url}/iiif/annotation/book-1/?page=0").json()["items"][0]
    seen = page.request.get(found["id"], headers=bearer)
    changed = seen.json() | {"body": {"type": "TextualBody", "value": "Meanwhile", "format": "text/plain"}}
    tag = {"If-Match": seen.headers["etag"]}
    assert page.request.put(found["id"], data=changed, headers=bearer | tag).status == 200
    page.get_by_label("Text", exact=True).fill("Second")
    page.get_by_role("button", name="Save").click()
    assert _said(page).startswith("Another has changed this note")
    expect(page.locator("#written .text")).to_have_text("Meanwhile")
    _photograph(page, "notes-conflict")


def test_the_form_bears_no_fault_of_accessibility(page: Page, secrets: dict[str, str]) -> None:
    _enter(page, secrets["write"])
    expect(page.locator("#note")).to_be_visible()
    found = Axe().run(page, context="#notes")
    assert [one["id"] for one in found.response["violations"]] == []


_WEB = 'application/ld+json;profile="http://www.w3.org/ns/anno.jsonld"'
