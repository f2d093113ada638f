"""The nginx of docs/deploy that keeps images, as it stands there, in front of the real server.

Only the times are shortened, by a hop between the two: the archive's minutes become seconds.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path

import nginx
import pytest
from nginx import BASE, Site
from server import Server, copied, free_port, running
from sqlalchemy import delete

from archive import http
from archive.config import Settings
from archive.context import open_context
from archive.models import Job
from archive.services import records

pytestmark = pytest.mark.nginx

FRESH, STALE = 1, 2
"""Seconds in place of the archive's 60 and 240."""

IMAGE = f"{BASE}/iiif/image/3"

_HOP = """
map "$uri $upstream_http_cache_control" $allowed {{
    "~ {public}$" "public, max-age={fresh}, stale-while-revalidate={stale}";
    default $upstream_http_cache_control;
}}
# What the archive never says of an image, said of some: the documented site must heed it.
map $uri $cookie {{ ~/gray/ "visit=1"; default ""; }}
map $uri $restriction {{ ~/lapsed/ "private"; default ""; }}
server {{
    listen 127.0.0.1:{port};
    location / {{
        proxy_pass http://{archive};
        proxy_set_header X-Request-ID $http_x_request_id;
        proxy_hide_header Cache-Control;
        add_header Cache-Control $allowed always;
        add_header Cache-Control $restriction always;
        add_header Set-Cookie $cookie always;
    }}
}}
"""


@dataclass(frozen=True)
class Front:
    """nginx, and the archive behind it."""

    site: Site
    server: Server

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
        """The answer to a path below the images, and its body."""
        return self.site.get(f"{IMAGE}/{path}", method, **headers)

    def state(self, path: str, **headers: str) -> str | None:
        """What nginx says of the cache's part in an answer."""
        return self.get(path, **headers)[0].headers["X-Cache-Status"]

    def asked(self, path: str) -> list[int]:
        """The statuses of the archive's own answers to a path, in their order."""
        lines = (line for line in self.server.lines() if line.get("path") == f"/iiif/image/3/{path}")
        return [line["status"] for line in lines]


@pytest.fixture(scope="module")
def front(on_sqlite: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("nginx_cache")
    settings = copied(on_sqlite, folder)
    with closing(open_context(settings)) as context, context.sessions.begin() as session:
        # The server's own workers would make the picture that is to be waited for.
        session.execute(delete(Job))
    with (
        running(settings, folder, MOGAO_PUBLIC_URL=BASE) as server,
        _nginx(folder, server) as site,
    ):
        yield Front(site, server)


def _nginx(folder: Path, server: Server) -> AbstractContextManager[Site]:
    port = free_port()
    archive = server.url.removeprefix("http://")
    hop = _HOP.format(public=http.PUBLIC, fresh=FRESH, stale=STALE, port=port, archive=archive)
    moves = {nginx.UPSTREAM: f"127.0.0.1:{port}", "/var/cache/mogao-nginx": f"{folder}/cache"}
    return nginx.running("nginx-cache.conf", folder, moves, hop)


def test_the_second_who_asks_gets_what_is_kept(front: Front) -> None:
    path = "view/0,0,512,512/512,512/0/default.jpg"
    (first, body), (second, again) = front.get(path), front.get(path)
    assert [answer.headers["X-Cache-Status"] for answer in (first, second)] == ["MISS", "HIT"]
    assert (again, front.asked(path)) == (body, [200])
    for name in ("ETag", "Link", "Cache-Control", "Content-Type", "Access-Control-Allow-Origin"):
        assert second.headers[name] == first.headers[name]
    ids = [answer.headers.get_all("X-Request-ID") for answer in (first, second)]
    assert [len(each or ()) for each in ids] == [1, 1]
    assert ids[0] != ids[1]


def test_one_copy_serves_all_whatever_they_accept(front: Front) -> None:
    path = "view/512,0,512,512/512,512/0/default.jpg"
    front.get(path)
    accepted = {"Accept": "image/avif,image/webp,*/*;q=0.8", "Accept-Encoding": "gzip, deflate, br"}
    assert front.state(path, **accepted) == "HIT"


def test_who_has_it_already_gets_no_body_from_the_cache_either(front: Front) -> None:
    path = "view/0,512,512,388/512,388/0/default.jpg"
    tag = front.get(path)[0].headers["ETag"]
    answer, body = front.get(path, **{"If-None-Match": tag})
    assert (answer.status, body, front.asked(path)) == (304, b"", [200])


def test_a_head_is_answered_from_what_is_kept(front: Front) -> None:
    path = "view/full/200,/0/default.jpg"
    length = len(front.get(path)[1])
    answer, _ = front.get(path, "HEAD")
    assert (answer.headers["X-Cache-Status"], answer.headers["Content-Length"]) == ("HIT", str(length))


def test_many_who_ask_at_once_are_one_request(front: Front) -> None:
    path = "view/full/333,/0/default.jpg"
    with ThreadPoolExecutor(12) as pool:
        bodies = set(pool.map(lambda _: front.get(path)[1], range(12)))
    assert (len(bodies), front.asked(path)) == (1, [200])


def test_info_is_kept_in_each_form_that_is_asked_for(front: Front) -> None:
    path = "view/info.json"
    for state in ("MISS", "HIT"):
        for accepted in ("application/json", "application/ld+json"):
            answer, _ = front.get(path, Accept=accepted)
            assert answer.headers["X-Cache-Status"] == state
            assert answer.headers["Content-Type"].startswith(accepted)
    assert front.asked(path) == [200, 200]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("none/full/max/0/default.jpg", 404),
        ("draft/full/max/0/default.jpg", 404),
        ("broken/info.json", 404),
        ("withdrawn/full/max/0/default.jpg", 410),
        ("waiting/full/max/0/default.jpg", 503),
        ("view/full/full/0/default.jpg", 400),
    ],
)
def test_an_error_is_not_kept(front: Front, path: str, status: int) -> None:
    for _ in range(2):
        answer, _ = front.get(path)
        assert (answer.status, answer.headers["X-Cache-Status"]) == (status, "MISS")
        assert answer.headers["X-Request-ID"]
    assert front.asked(path) == [status, status]


@pytest.mark.parametrize("name", ["gray", "lapsed"])
def test_what_is_for_one_visitor_is_not_kept(front: Front, name: str) -> None:
    """Neither with a cookie nor what is private."""
    path = f"{name}/full/max/0/default.jpg"
    answer, _ = front.get(path)
    assert "Set-Cookie" in answer.headers or "private" in answer.headers.get_all("Cache-Control", [])
    assert front.state(path) == "MISS"
    assert front.asked(path) == [200, 200]


@pytest.mark.parametrize("path", ["/iiif/manifest/photograph", "/?lang=ar", "/file/view/view.jpg"])
def test_nothing_but_images_is_kept(front: Front, path: str) -> None:
    for _ in range(2):
        answer, _ = front.site.get(BASE + path)
        assert (answer.status, "X-Cache-Status" in answer.headers) == (200, False)


def test_a_copy_that_is_due_is_given_and_asked_about_behind_the_back(front: Front) -> None:
    path = "view/0,0,1024,900/512,450/0/default.jpg"
    _, body = front.get(path)
    states: list[str | None] = []
    deadline = time.monotonic() + 20
    # Until it has been asked about, and is as good as new.
    while "STALE" not in states or states[-1] != "HIT":
        assert time.monotonic() < deadline, states
        answer, again = front.get(path)
        assert (answer.status, again) == (200, body)
        states.append(answer.headers["X-Cache-Status"])
        time.sleep(0.02)
    assert set(states) <= {"HIT", "STALE", "UPDATING"}
    assert front.asked(path) == [200, 304]


def test_what_is_withdrawn_leaves_when_its_time_is_over(front: Front) -> None:
    path = f"{_an_image_of_the_book(front)}/full/max/0/default.jpg"
    assert front.state(path) == "MISS"
    assert front.state(path) == "HIT"
    _withdraw(front.server.settings, "book")
    began, states = time.monotonic(), []
    while (answer := front.get(path)[0]).status == 200:
        states.append(answer.headers["X-Cache-Status"])
        # nginx counts whole seconds.
        assert time.monotonic() - began < FRESH + STALE + 3, states
        time.sleep(0.05)
    assert set(states) <= {"HIT", "STALE", "UPDATING"}
    assert answer.status == 410
    assert [front.get(path)[0].status for _ in range(3)] == [410] * 3


def _an_image_of_the_book(front: Front) -> str:
    _, body = front.site.get(f"{BASE}/iiif/manifest/book")
    return body.decode().partition(f"{IMAGE}/")[2].partition('"')[0].partition("/")[0]


def _withdraw(settings: Settings, identifier: str) -> None:
    context = open_context(settings)
    with context.sessions.begin() as session:
        records.withdraw(session, identifier)
    context.close()
