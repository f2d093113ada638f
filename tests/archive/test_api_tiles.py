"""Stored tiles ahead of Flask: what is answered there is what Flask would answer; all else Flask answers."""

import dataclasses
import functools
import logging
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import flask
import pytest
from flask import Flask
from museum import application
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from archive.config import Settings
from archive.context import Context
from iiif.image.levels import TiledImage

VIEW = TiledImage(1200, 900)
TILE = "/iiif/image/3/view/0,0,512,512/512,512/0/default.jpg"


@dataclass(frozen=True)
class Pair:
    """The application as it is served, and the same without what stands ahead of Flask."""

    served: Flask
    flask_alone: Flask

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[TestResponse, bool]:
        """The answer of the served one, and whether Flask was asked for it."""
        with _requests(self.served) as reached:
            answer = _ask(self.served, path, method, **headers)
        return answer, bool(reached)

    def ask_flask(self, path: str, method: str = "GET", **headers: str) -> TestResponse:
        """The answer of Flask alone."""
        return _ask(self.flask_alone, path, method, **headers)

    @property
    def context(self) -> Context:
        """What the served one holds open."""
        found: Context = self.served.extensions["mogao"]
        return found


@pytest.fixture(scope="module")
def pair(museum_settings: Settings) -> Iterator[Pair]:
    with _applications(museum_settings) as both:
        yield both


def tiles(image: TiledImage) -> Iterator[tuple[str, str, str]]:
    """Region, width and height of every tile of every level, as viewers ask for them."""
    for factor in image.scale_factors:
        step = 512 * factor
        for x in range(0, image.width, step):
            for y in range(0, image.height, step):
                w, h = min(step, image.width - x), min(step, image.height - y)
                yield f"{x},{y},{w},{h}", f"{-(-w // factor)}", f"{-(-h // factor)}"


PATHS = [
    *(f"/iiif/image/3/view/{region}/{w},{h}/0/default.jpg" for region, w, h in tiles(VIEW)),
    *(f"/iiif/image/2/view/{region}/{w},/0/default.jpg" for region, w, _ in tiles(VIEW)),
    *(f"/iiif/image/3/gray/{region}/{w},{h}/0/default.jpg" for region, w, h in tiles(TiledImage(600, 520))),
    *(f"/iiif/image/3/view/full/{w},{h}/0/default.jpg" for w, h in VIEW.ready_sizes if w <= 512),
]


@pytest.mark.parametrize(
    "path",
    [
        *PATHS,
        pytest.param("/iiif/image/3/view/512,512,512,512/512,/0/default.jpg", id="3.0, cut at the edge"),
        pytest.param("/iiif/image/3/view/0,0,512,512/max/0/default.jpg", id="3.0, max"),
        pytest.param("/iiif/image/3/view/0,0,512,512/256,256/0/default.jpg", id="a part of a tile"),
        pytest.param("/iiif/image/2/view/0,0,512,512/full/0/default.jpg", id="2.1, full"),
        pytest.param("/iiif/image/2/view/0,0,512,512/512,512/0/default.jpg", id="2.1, both sides"),
        pytest.param("/iiif/image/2/view/full/!200,200/0/default.jpg", id="2.1, a thumbnail"),
        pytest.param("/iiif/image/3/view/full/200,/0/default.jpg", id="3.0, a thumbnail"),
        pytest.param("/iiif/image/3/lapsed/full/max/0/default.jpg", id="a lapsed embargo"),
        pytest.param(f"{TILE}?cache=no", id="a query"),
        pytest.param(TILE.replace("default", "d%65fault"), id="percent-encoded ASCII"),
    ],
)
def test_a_stored_tile_is_answered_as_flask_would(pair: Pair, path: str) -> None:
    answer, reached_flask = pair.ask(path)
    expected = pair.ask_flask(path)
    assert (answer.status, answer.data[:2], reached_flask) == ("200 OK", b"\xff\xd8", False)
    assert answer.data == expected.data
    assert _told(answer.headers) == _told(expected.headers)


def test_what_the_client_accepts_changes_nothing(pair: Pair) -> None:
    accepted = {"Accept": "image/avif,image/webp,*/*;q=0.8", "Accept-Encoding": "gzip, br"}
    accepted |= {"Origin": "https://viewer.example", "Range": "bytes=0-9"}
    answer, reached_flask = pair.ask(TILE, **accepted)
    expected = pair.ask_flask(TILE, **accepted)
    assert (answer.status, answer.data, reached_flask) == (expected.status, expected.data, False)
    assert _told(answer.headers) == _told(expected.headers)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/iiif/image/3/view/full/1024,768/0/default.jpg", 200, id="a ready size of many tiles"),
        pytest.param("/iiif/image/3/view/0,0,512,512/200,200/0/default.jpg", 200, id="another size"),
        pytest.param("/iiif/image/3/view/1,0,512,512/512,512/0/default.jpg", 200, id="off the grid"),
        pytest.param(TILE.replace("/0/", "/0.0/"), 200, id="rotation by another name"),
        pytest.param(TILE.replace("default", "color"), 200, id="quality by another name"),
        pytest.param(TILE.replace("default", "gray"), 200, id="gray"),
        pytest.param(TILE.replace("jpg", "png"), 200, id="another format"),
        pytest.param(TILE.replace("/0/", "/!0/"), 200, id="mirrored"),
        pytest.param("/iiif/image/3/view/info.json", 200, id="info.json"),
        pytest.param("/iiif/image/3/view/0,0,0,512/512,512/0/default.jpg", 400, id="faulty region"),
        pytest.param("/iiif/image/3/view/9999,0,512,512/512,512/0/default.jpg", 400, id="region outside"),
        pytest.param("/iiif/image/3/view/0,0,512,512/999,/0/default.jpg", 400, id="upscaling"),
        pytest.param("/iiif/image/3/view/%D9%A1,0,9,9/max/0/default.jpg", 400, id="percent-encoded digit"),
        pytest.param("/iiif/image/3/view%00/full/max/0/default.jpg", 400, id="NUL"),
        pytest.param("/iiif/image/3/view/full/max%0A/0/default.jpg", 400, id="line feed"),
        pytest.param(TILE.replace("view", "none"), 404, id="unknown"),
        pytest.param(TILE.replace("view", ""), 404, id="no identifier"),
        pytest.param(TILE.replace("/3/", "/4/"), 404, id="unknown version"),
        pytest.param(TILE.replace("view", "a%2Fb"), 404, id="slash in the identifier"),
        pytest.param(TILE.replace("/iiif", "//iiif"), 404, id="two slashes"),
        pytest.param("/iiif/image/3/draft/full/max/0/default.jpg", 404, id="draft"),
        pytest.param("/iiif/image/3/restricted/full/max/0/default.jpg", 404, id="restricted"),
        pytest.param("/iiif/image/3/embargoed/full/max/0/default.jpg", 404, id="embargoed"),
        pytest.param("/iiif/image/3/broken/full/max/0/default.jpg", 404, id="failed"),
        pytest.param("/iiif/image/3/withdrawn/full/max/0/default.jpg", 410, id="withdrawn"),
        pytest.param("/iiif/image/3/waiting/full/max/0/default.jpg", 503, id="pending"),
    ],
)
def test_all_else_is_flasks(pair: Pair, path: str, status: int) -> None:
    answer, reached_flask = pair.ask(path)
    expected = pair.ask_flask(path)
    assert (answer.status_code, reached_flask) == (status, True)
    assert (answer.data, _told(answer.headers)) == (expected.data, _told(expected.headers))


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "DELETE"])
def test_other_methods_are_flasks(pair: Pair, method: str) -> None:
    answer, reached_flask = pair.ask(TILE, method)
    expected = pair.ask_flask(TILE, method)
    assert (answer.status, reached_flask) == (expected.status, True)
    assert (answer.data, _told(answer.headers)) == (expected.data, _told(expected.headers))


def test_head_tells_what_a_stored_tile_would(pair: Pair) -> None:
    tile, head = pair.ask(TILE)[0], pair.ask(TILE, "HEAD")[0]
    assert (head.data, _told(head.headers)) == (b"", _told(tile.headers))


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_a_client_that_has_the_tile_gets_no_body(pair: Pair, form: str) -> None:
    tag = pair.ask(TILE)[0].headers["ETag"]
    answer, reached_flask = pair.ask(TILE, **{"If-None-Match": form.format(tag)})
    assert (answer.status_code, answer.data, reached_flask) == (304, b"", True)


def test_a_client_that_has_another_gets_the_tile(pair: Pair) -> None:
    answer, _ = pair.ask(TILE, **{"If-None-Match": '"other"'})
    assert answer.data == pair.ask(TILE)[0].data


@pytest.mark.parametrize("given", ["abc", "A.b_c-9", "f" * 64])
def test_the_id_of_a_request_is_kept(pair: Pair, given: str) -> None:
    assert pair.ask(TILE, **{"X-Request-ID": given})[0].headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "a b", "é", "f" * 65, "<script>"])
def test_an_id_that_is_none_is_replaced(pair: Pair, given: str) -> None:
    made = {pair.ask(TILE, **{"X-Request-ID": given})[0].headers["X-Request-ID"] for _ in range(2)}
    assert len(made) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in made)


def test_the_request_is_a_line_in_the_log_as_flasks_is(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mogao.http")
    pair.ask(TILE, **{"X-Request-ID": "one"})
    pair.ask_flask(TILE, **{"X-Request-ID": "one"})
    ahead, flasks = (record.__dict__ for record in caplog.records)
    kept = ("name", "levelname", "msg", "request_id", "method", "path", "status")
    assert [ahead[key] for key in kept] == [flasks[key] for key in kept]
    assert (ahead["path"], ahead["status"], ahead["ms"] >= 0) == (TILE, 200, True)


def test_whatever_goes_down_is_logged_once(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mogao.http")
    pair.ask(TILE.replace("view", "none"))
    assert [record.__dict__["status"] for record in caplog.records] == [404]


@pytest.mark.parametrize(
    ("public_url", "proxy_hops", "asked", "ahead"),
    [
        pytest.param("https://x.example/y/", 0, f"/y{TILE}", True, id="path not cut off"),
        pytest.param("https://x.example/y/", 0, TILE, True, id="path cut off"),
        pytest.param("https://x.example/y/", 1, f"/y{TILE}", True, id="path behind a proxy"),
        pytest.param("https://x.example", 1, TILE, True, id="behind a proxy"),
        # What its address is, each request says anew: Flask knows how.
        pytest.param("", 1, TILE, False, id="address from the proxy"),
        pytest.param("", 0, TILE, True, id="no address"),
    ],
)
def test_the_address_in_its_links_is_the_public_one(
    museum_settings: Settings, public_url: str, proxy_hops: int, *, asked: str, ahead: bool
) -> None:
    settings = dataclasses.replace(museum_settings, public_url=public_url, proxy_hops=proxy_hops)
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "x.example", "Host": "evil.example"}
    with _applications(settings) as both:
        answer, reached_flask = both.ask(asked, **proxied)
        expected = both.ask_flask(asked, **proxied)
    base = public_url.rstrip("/") or ("https://x.example" if proxy_hops else "http://127.0.0.1:8000")
    assert answer.headers["Link"].startswith(f"<{base}/iiif/image/3/view/0,0,512,512/")
    assert (reached_flask, _told(answer.headers)) == (not ahead, _told(expected.headers))


def test_no_other_path_is_the_archives_below_its_own(museum_settings: Settings) -> None:
    settings = dataclasses.replace(museum_settings, public_url="https://x.example/y/")
    with _applications(settings) as both:
        answer, reached_flask = both.ask(f"/yy{TILE}")
    assert (answer.status_code, reached_flask) == (404, True)


@pytest.mark.parametrize("fault", [OSError(5, "disk 7 is on fire"), RuntimeError("a fault of ours")])
def test_a_fault_is_answered_and_logged_as_any_other(
    museum_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Exception,
) -> None:
    with _applications(museum_settings) as both:
        monkeypatch.setattr(type(both.context.pyramids), "open", functools.partial(_fail, fault))
        for app in (both.served, both.flask_alone):
            # As it is served: what is not known is answered too.
            app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
        answer, expected = both.ask(TILE)[0], both.ask_flask(TILE)
    assert (answer.status_code, answer.data) == (expected.status_code, expected.data)
    assert (answer.status_code, "disk 7" in answer.text) == (500, False)
    assert str(fault) in caplog.text


@pytest.mark.parametrize("damage", ["lost", "cut off"])
def test_a_damaged_pyramid_is_told_by_flask(own_settings: Settings, damage: str) -> None:
    (path,) = (
        path
        for path in Path(own_settings.store_path).glob("pyramids/*/*")
        if path.stat().st_size == max(other.stat().st_size for other in path.parent.parent.glob("*/*"))
    )
    if damage == "lost":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:100])
    with _applications(own_settings) as both:
        answer, reached_flask = both.ask(TILE)
    assert (answer.status_code, answer.headers["Retry-After"], reached_flask) == (503, "3600", True)


@contextmanager
def _applications(settings: Settings) -> Iterator[Pair]:
    with ExitStack() as stack:
        served = stack.enter_context(application(settings))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("archive.app.Tiles", lambda app, _context: app)
            alone = stack.enter_context(application(settings))
        yield Pair(served, alone)


@contextmanager
def _requests(app: Flask) -> Iterator[list[str]]:
    reached: list[str] = []

    def note(_sender: Flask, **_: object) -> None:
        reached.append(flask.request.path)

    with flask.request_started.connected_to(note, app):
        yield reached


def _ask(app: Flask, path: str, method: str, **headers: str) -> TestResponse:
    return app.test_client().open(path, method=method, headers=headers)


def _told(headers: Headers) -> list[tuple[str, str]]:
    """The headers in one order, without the one that no two answers share."""
    return sorted((name, value) for name, value in headers if name != "X-Request-ID")


def _fail(fault: Exception, *_: object, **__: object) -> None:
    raise fault
