"""Viewers that institutions use, at addresses of their own: what opens in them opens everywhere."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Response
from requirements import require
from server import ROOT, Server

CLIENTS = Path(__file__).with_name("clients")
PHOTOGRAPHS = ROOT / "build" / "viewers"
"""Where each test leaves what it saw, for people to look at."""


Box = tuple[float, float, float, float]
"""x, y, width, height."""


@dataclass(frozen=True)
class Reading:
    """A manifest open in a viewer: its page, which of the archive's addresses answered, what went wrong."""

    page: Page
    archive: str
    answered: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def note(self, answer: Response) -> None:
        """Keep what the archive answered; what others lack, as a viewer's own icons, is not ours to mend."""
        if not answer.url.startswith(self.archive):
            return
        (self.answered if answer.status < 400 else self.faults).append(answer.url)

    def wait_for(self, pattern: str) -> str:
        """The first of the archive's addresses that matches ``pattern`` and has answered, waited for."""
        known = [url for url in self.answered if re.search(pattern, url)]
        if known:
            return known[0]
        found: Response = self.page.wait_for_event(
            "response", lambda answer: answer.ok and re.search(pattern, answer.url) is not None
        )
        return found.url

    def photograph(self, name: str) -> None:
        """The page as it looks once nothing moves any more, kept as ``name``."""
        self.page.wait_for_load_state("networkidle")
        PHOTOGRAPHS.mkdir(parents=True, exist_ok=True)
        before = b""
        for _ in range(30):
            seen = self.page.screenshot(type="jpeg", quality=20)
            if seen == before:
                self.page.screenshot(path=PHOTOGRAPHS / f"{name}.png")
                return
            before = seen
        pytest.fail(f"{name} never came to rest")


class Viewer:
    """A viewer, and where on its page things are."""

    name = ""

    def __init__(self, archive: str, elsewhere: str) -> None:
        """``archive`` is the archive's address, ``elsewhere`` that of the institution which embeds."""
        self.archive = archive
        self.elsewhere = elsewhere

    def open(self, reader: BrowserContext, record: str) -> Reading:
        """The viewer at the manifest of ``record``."""
        reading = Reading(reader.new_page(), self.archive)
        reading.page.on("response", lambda answer: reading.note(answer))  # noqa: PLW0108  Playwright marks what it is given.
        reading.page.on("pageerror", lambda error: reading.faults.append(str(error)))
        reading.page.goto(self.address(f"{self.archive}/iiif/manifest/{record}"))
        return reading

    def address(self, manifest: str) -> str:
        """The page of this viewer that opens ``manifest``."""
        return f"{self.elsewhere}/pages/{self.name}.html?manifest={manifest}"

    def title(self, page: Page) -> Locator:
        """Where the label of the manifest is."""
        raise NotImplementedError

    def canvases(self, page: Page) -> Locator:
        """The labels of all canvases, once they are shown."""
        raise NotImplementedError

    def contents(self, page: Page) -> Locator:
        """The table of contents, once it is shown."""
        raise NotImplementedError

    def onward(self, page: Page) -> Locator:
        """The button that turns to the next canvas."""
        raise NotImplementedError

    def back(self, page: Page) -> Locator:
        """The button that turns to the canvas before."""
        raise NotImplementedError

    def layers(self, page: Page) -> Locator:
        """The names of the layers, once they are shown."""
        raise NotImplementedError

    def choose(self, page: Page, layer: str) -> None:
        """Shows ``layer``, of those that ``layers`` has shown."""
        raise NotImplementedError

    def notes(self, page: Page) -> Locator:
        """The texts of the annotations, once they are shown."""
        raise NotImplementedError

    def play(self, page: Page) -> None:
        """Begins to play what is heard."""
        raise NotImplementedError

    def search(self, page: Page, words: str) -> Locator:
        """What is said of what ``words`` find in the manifest."""
        raise NotImplementedError

    def marked(self, page: Page, box: Box) -> Box:
        """Where the first match is marked on the screen, which is at ``box`` of its canvas."""
        raise NotImplementedError


class Mirador(Viewer):
    """Mirador, as the archive ships it."""

    name = "mirador"

    def address(self, manifest: str) -> str:
        return f"{self.archive}/viewer?iiif-content={manifest}"

    def title(self, page: Page) -> Locator:
        return page.get_by_role("heading", level=2)

    def canvases(self, page: Page) -> Locator:
        self._panel(page, "Index")
        page.get_by_role("tab", name="Item list").click()
        return page.locator("aside li")

    def contents(self, page: Page) -> Locator:
        return self._panel(page, "Index").get_by_role("tree")

    def onward(self, page: Page) -> Locator:
        return page.get_by_role("button", name="Next item")

    def back(self, page: Page) -> Locator:
        return page.get_by_role("button", name="Previous item")

    def layers(self, page: Page) -> Locator:
        return self._panel(page, "Layers").locator("li")

    def choose(self, page: Page, layer: str) -> None:
        page.get_by_role("button", name="Hide layer").click()
        page.locator("aside li", has_text=layer).get_by_role("button", name="Show layer").click()

    def notes(self, page: Page) -> Locator:
        return self._panel(page, "Annotations").get_by_role("menuitem")

    def play(self, page: Page) -> None:
        # The browser's own controls, which no script can press.
        page.locator("audio").evaluate("audio => audio.play()")

    def search(self, page: Page, words: str) -> Locator:
        panel = self._panel(page, "Search")
        panel.get_by_role("combobox").fill(words)
        page.keyboard.press("Enter")
        return panel

    def marked(self, page: Page, box: Box) -> Box:
        # It is drawn into the picture: where that is, only the script knows.
        place: Box = page.evaluate(
            """([x, y, width, height]) => {
              const { store, surface } = document.getElementById("viewer").mirador;
              const shown = surface(Object.keys(store.getState().windows)[0]);
              const { world, viewport } = shown;
              const items = [...Array(world.getItemCount()).keys()].map((n) => world.getItemAt(n));
              const first = items.sort((one, other) => one.getBounds().x - other.getBounds().x)[0];
              const frame = shown.element.getBoundingClientRect();
              const [from, to] = [[x, y], [x + width, y + height]].map(([left, top]) =>
                viewport.viewportToViewerElementCoordinates(first.imageToViewportCoordinates(left, top)));
              return [frame.x + from.x, frame.y + from.y, to.x - from.x, to.y - from.y];
            }""",
            list(box),
        )
        return place

    def _panel(self, page: Page, name: str) -> Locator:
        page.get_by_role("button", name="Toggle sidebar").click()
        page.get_by_role("tab", name=name).click()
        return page.locator("aside")


class UniversalViewer(Viewer):
    """The Universal Viewer."""

    name = "universal-viewer"

    def title(self, page: Page) -> Locator:
        return page.locator(".centerPanel h1.title")

    def canvases(self, page: Page) -> Locator:
        return page.locator(".thumb .label")

    def contents(self, page: Page) -> Locator:
        page.get_by_text("Index", exact=True).click()
        return page.locator(".iiif-tree-component")

    def onward(self, page: Page) -> Locator:
        return page.get_by_role("button", name="Next Image").first

    def back(self, page: Page) -> Locator:
        return page.get_by_role("button", name="Previous Image").first

    def layers(self, page: Page) -> Locator:
        page.get_by_role("button", name="Layers").click()
        return page.locator(".choiceItem")

    def choose(self, page: Page, layer: str) -> None:
        page.get_by_role("radio", name=layer).check()

    def play(self, page: Page) -> None:
        page.get_by_role("button", name="Play").click()

    def search(self, page: Page, words: str) -> Locator:
        page.locator("#searchWithinInput").fill(words)
        page.keyboard.press("Enter")
        return page.locator(".searchPager, .searchResults")

    def marked(self, page: Page, box: Box) -> Box:
        page.get_by_text("Next Result").click()
        mark = page.locator(".annotationRect.current")
        mark.wait_for()
        # It flies there.
        before = None
        while (found := mark.bounding_box()) != before:
            before = found
            page.wait_for_timeout(200)
        assert found
        return found["x"], found["y"], found["width"], found["height"]


class Tify(Viewer):
    """TIFY."""

    name = "tify"

    def title(self, page: Page) -> Locator:
        return page.locator(".tify-header-title")

    def canvases(self, page: Page) -> Locator:
        page.get_by_role("button", name="Pages").click()
        return page.locator(".tify-thumbnails-item")

    def contents(self, page: Page) -> Locator:
        page.get_by_role("button", name="Contents").click()
        return page.locator(".tify-toc")

    def onward(self, page: Page) -> Locator:
        return page.get_by_role("button", name="Next page").first

    def back(self, page: Page) -> Locator:
        return page.get_by_role("button", name="Previous page").first

    def layers(self, page: Page) -> Locator:
        page.get_by_role("button", name="Toggle image layer select").click()
        return page.locator(".tify-media-dropdown.-layers li")

    def choose(self, page: Page, layer: str) -> None:
        page.get_by_role("button", name=layer).click()

    def notes(self, page: Page) -> Locator:
        page.get_by_role("button", name="Text").click()
        return page.locator(".tify-text-item")

    def play(self, page: Page) -> None:
        page.locator(".tify-player-play-pause").click()


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[str]:
    """The address of an institution that embeds the viewers of ``tests/clients``: not the archive's own."""
    require((CLIENTS / "node_modules/tify").exists(), "npm packages are missing: cd tests/clients && npm ci")
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(CLIENTS)))
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.fixture(params=[Mirador, UniversalViewer, Tify], ids=lambda kind: kind.name)
def viewer(request: pytest.FixtureRequest, demo_server: Server, elsewhere: str) -> Viewer:
    """Each viewer in turn, beside the demonstration."""
    require((ROOT / "archive/web/static/dist/viewer.js").exists(), "the viewer is not built: make setup")
    made: Viewer = request.param(demo_server.url, elsewhere)
    return made


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  The overridden name.
        """Nothing: the tests have lines enough."""
