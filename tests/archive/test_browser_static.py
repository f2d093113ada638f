"""The static copy in a real browser, from a server that knows files and nothing else."""

import contextlib
import functools
import io
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import factories
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect
from requirements import require
from server import ROOT

from archive.config import Settings
from archive.context import open_context
from archive.export import static
from iiif.image.levels import TiledImage
from iiif.image.request import Limits

pytestmark = pytest.mark.browser

OPENSEADRAGON = (
    ROOT / "archive/web/assets/node_modules/openseadragon/build/openseadragon/openseadragon.min.js"
)

# Half as large as the picture, so that a pixel of the one lies on every other pixel of the other.
PAGE = """<!doctype html>
<link rel="icon" href="data:,">
<style>body { margin: 0 } #viewer { width: 600px; height: 450px }</style>
<div id="viewer"></div>
<script src="openseadragon.js"></script>
<script>
  const viewer = OpenSeadragon({
    id: "viewer", tileSources: "copy/view/info.json", drawer: "canvas", animationTime: 0, blendTime: 0,
    immediateRender: true, showNavigationControl: false, visibilityRatio: 1,
  });
</script>
"""

EVERY_TILE = """description => {
  const { IIIFTileSource } = OpenSeadragon, { id } = description, urls = [];
  const source = new IIIFTileSource(IIIFTileSource.prototype.configure(description, id));
  for (let level = source.minLevel; level <= source.maxLevel; level++) {
    const { x: columns, y: rows } = source.getNumTiles(level);
    for (let x = 0; x < columns; x++)
      for (let y = 0; y < rows; y++) urls.push(source.getTileUrl(level, x, y));
  }
  return urls;
}"""

# One pixel, one tile, just a tile, just more, a page, a scroll, more than JPEG holds, a gigapixel.
SIZES = [
    (1, 1), (300, 200), (512, 512), (512, 100), (513, 512), (1025, 1), (3000, 4001), (60_000, 600),
    (7, 70_000), (40_000, 25_000),
]  # fmt: skip

DRAWN = "window.viewer && viewer.world.getItemCount() === 1 && viewer.world.getItemAt(0).getFullyLoaded()"


@dataclass
class Plain:
    """A plain web server at ``url`` of the files in ``folder``; ``answers`` are paths and their statuses."""

    url: str
    folder: Path
    answers: list[tuple[str, int]] = field(default_factory=list)

    def faults(self) -> list[tuple[str, int]]:
        """What it had to refuse."""
        return [(path, status) for path, status in self.answers if status >= 400]


@pytest.fixture
def plain(on_sqlite: Settings, tmp_path: Path) -> Iterator[Plain]:
    """A server of the copy of a photograph, in the folder ``copy``."""
    require((ROOT / "archive/web/static/dist/viewer.js").exists(), "the viewer is not built: make setup")
    with serving(tmp_path) as served:
        context = open_context(on_sqlite)
        static.write(context, "photograph", folder=tmp_path / "copy", url=f"{served.url}/copy")
        context.close()
        yield served


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Plain]:
    """Python's own server of files, on a free port."""

    class Noting(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Keep quiet."""

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            served.answers.append((self.path, int(code)))

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Noting, directory=str(folder))) as server:
        served = Plain(f"http://127.0.0.1:{server.server_port}", folder)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield served
        server.shutdown()
        thread.join()


def open_seadragon(page: Page, plain: Plain) -> None:
    """The copy's picture in OpenSeadragon, drawn."""
    require(OPENSEADRAGON.exists(), "OpenSeadragon is missing: make setup")
    shutil.copy(OPENSEADRAGON, plain.folder / "openseadragon.js")
    (plain.folder / "page.html").write_text(PAGE, encoding="utf-8")
    page.goto(f"{plain.url}/page.html")
    page.wait_for_function(DRAWN)


def shown(page: Page) -> Image.Image:
    """What the viewer shows."""
    return Image.open(io.BytesIO(page.locator("#viewer").screenshot())).convert("RGB")


def differences(picture: Image.Image, *, left: int, top: int, step: int) -> int:
    """How far, of 255, the picture is off the photograph anywhere on a grid of its pixels.

    Its first pixel is the photograph's at ``left, top``; its pixels stand for every ``step``th of those.
    """
    source = Image.fromarray(factories.photograph(1200, 900))
    width, height = picture.size
    points = [(x, y) for x in range(5, width, 37) for y in range(5, height, 37)]
    pairs = [
        (picture.getpixel(point), source.getpixel((left + step * point[0], top + step * point[1])))
        for point in points
    ]
    return max(abs(a - b) for one, other in pairs for a, b in zip(one, other, strict=True))  # type: ignore[arg-type]  # Three bands.


def test_openseadragon_finds_every_tile_and_draws_the_picture(
    reader: BrowserContext, faults: list[str], plain: Plain
) -> None:
    page = reader.new_page()
    open_seadragon(page, plain)
    assert differences(shown(page), left=0, top=0, step=2) <= 8
    # At its own size in its lower right corner: the edge tiles.
    page.evaluate("viewer.viewport.zoomTo(2, new OpenSeadragon.Point(1, 0.75), true)")
    page.wait_for_function(DRAWN)
    assert differences(shown(page), left=600, top=450, step=1) <= 8
    assert any("/1024,512,176,388/176,388/0/" in path for path, _ in plain.answers)
    assert (plain.faults(), faults) == ([], [])


@pytest.mark.parametrize("max_area", [None, 50_000_000])
def test_openseadragon_asks_for_nothing_that_is_not_written(
    reader: BrowserContext, plain: Plain, max_area: int | None
) -> None:
    page = reader.new_page()
    open_seadragon(page, plain)
    for size in SIZES:
        image, limits = TiledImage(*size), static._as_jpeg(Limits(max_area=max_area))
        own = Limits() if limits.admit(*size) else limits
        asked = page.evaluate(EVERY_TILE, static._description(image, "https://a.example/1", own))
        written = {f"https://a.example/1/{path}/0/default.jpg" for path in static._announced(image, own)}
        assert (size, set(asked) - written) == (size, set())
        assert len(asked) == sum(-(-w // 512) * -(-h // 512) for w, h in image.level_sizes)


def test_the_page_of_the_copy_shows_the_record_in_mirador(
    reader: BrowserContext, faults: list[str], plain: Plain
) -> None:
    page, asked = reader.new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_response(lambda answer: answer.ok and "/512,512/0/default.jpg" in answer.url):
        page.goto(f"{plain.url}/copy/index.html")
        expect(page.locator("#viewer .openseadragon-canvas canvas").first).to_be_visible(timeout=20_000)
        for _ in range(3):
            page.get_by_role("button", name="Zoom in").click()
    picture = page.get_by_role("link", name="1", exact=True).locator("img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 400)
    assert [url for url in asked if not url.startswith((plain.url, "data:", "blob:"))] == []
    assert (plain.faults(), faults) == ([], [])
