"""The nginx of docs/deploy, as it stands there, in front of the real server: TLS, and a path of the site."""

import re
from collections.abc import Iterator

import nginx
import pytest
from nginx import BASE, HOST, Site
from server import copied, running

from archive.config import Settings

pytestmark = pytest.mark.nginx


@pytest.fixture(scope="module")
def site(on_sqlite: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("nginx")
    with running(copied(on_sqlite, folder), folder, MOGAO_PUBLIC_URL=BASE) as server:
        moves = {nginx.UPSTREAM: server.url.removeprefix("http://")}
        with nginx.running("nginx.conf", folder, moves) as reached:
            yield reached


def test_every_identifier_is_one_of_the_site_and_leads_to_its_thing(site: Site) -> None:
    answer, body = site.get(f"{BASE}/iiif/manifest/photograph")
    assert answer.status == 200
    addresses = set(re.findall(rf'"(https://{HOST}[^"]*)"', body.decode()))
    assert len(addresses) > 8
    assert {address for address in addresses if not address.startswith(f"{BASE}/")} == set()
    services = {address for address in addresses if re.fullmatch(r".*/iiif/image/3/[^/]+", address)}
    for address in addresses - services | {f"{service}/info.json" for service in services}:
        assert site.get(address)[0].status == 200


def test_a_tile_comes_through(site: Site) -> None:
    answer, body = site.get(f"{BASE}/iiif/image/3/view/0,0,512,512/512,512/0/default.jpg")
    assert (answer.status, answer.headers["Content-Type"], body[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_pages_find_their_style_below_the_path(site: Site) -> None:
    answer, body = site.get(f"{BASE}/?lang=ar", Accept="text/html")
    assert (answer.status, 'dir="rtl"' in body.decode()) == (200, True)
    assert "Path=/archive/" in answer.headers["Set-Cookie"]
    sheets = re.findall(r'href="(/[^"]+\.css[^"]*)"', body.decode())
    assert sheets
    assert site.get(f"https://{HOST}{sheets[0]}")[0].headers["Content-Type"].startswith("text/css")


def test_a_download_may_begin_in_the_middle(site: Site) -> None:
    answer, body = site.get(f"{BASE}/file/view/view.jpg", Range="bytes=100-199")
    assert (answer.status, len(body)) == (206, 100)


@pytest.mark.parametrize("name", ["Or.8210/S.1", "Or.8210%2FS.1"])
def test_a_former_name_leads_to_the_record_on_the_site(site: Site, name: str) -> None:
    answer, _ = site.get(f"{BASE}/iiif/manifest/{name}")
    assert (answer.status, answer.headers["Location"]) == (301, f"{BASE}/iiif/manifest/Or.8210-S.1")


def test_a_request_has_the_id_that_nginx_gave_it(site: Site) -> None:
    answer, _ = site.get(f"{BASE}/health/ready", **{"X-Request-ID": "of-the-client"})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])


def test_nothing_else_of_the_host_is_the_archives(site: Site) -> None:
    assert site.get(f"https://{HOST}/iiif/manifest/photograph")[0].status == 404
