"""The nginx of docs/deploy, as it stands there, in front of the real server: TLS, and a path of the site."""

import http.client
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requirements
from server import ROOT, copied, free_port, running

from archive.config import Settings

pytestmark = pytest.mark.nginx

HOST = "museum.example"
BASE = f"https://{HOST}/archive"
SITE = ROOT / "docs" / "deploy" / "nginx.conf"


class Site:
    """The site as a browser sees it: by its name and its certificate."""

    def __init__(self, port: int, certificate: Path) -> None:
        self._port = port
        self._trust = ssl.create_default_context(cafile=str(certificate))

    def get(self, url: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        """The answer to ``url``, which must be one of this site, and its body."""
        assert url.startswith(f"https://{HOST}/")
        connection = http.client.HTTPSConnection(HOST, context=self._trust, timeout=20)
        with self._trust.wrap_socket(self._connect(), server_hostname=HOST) as connection.sock:
            connection.request("GET", url.removeprefix(f"https://{HOST}"), headers=headers)
            answer = connection.getresponse()
            return answer, answer.read()

    def answers(self) -> bool:
        """Whether someone listens."""
        try:
            self._connect().close()
        except OSError:
            return False
        return True

    def _connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), timeout=20)


@pytest.fixture(scope="module")
def site(on_sqlite: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("nginx")
    nginx = requirements.program("nginx", "nginx is missing: apt-get install nginx", "/usr/sbin")
    certificate, key = _certificate(folder)
    with running(copied(on_sqlite, folder), folder, MOGAO_PUBLIC_URL=BASE) as server:
        port = free_port()
        upstream = f"127.0.0.1:{server.url.rpartition(':')[2]}"
        configured = _configuration(folder, f"127.0.0.1:{port}", upstream, certificate=certificate, key=key)
        process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(configured), "-g", "daemon off;"])
        try:
            reached = Site(port, certificate)
            _wait_until_it_answers(reached, process)
            yield reached
        finally:
            process.terminate()
            process.wait(timeout=10)


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


def _certificate(folder: Path) -> tuple[Path, Path]:
    openssl = requirements.program("openssl", "openssl is missing: apt-get install openssl")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    named = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    command = [openssl, "req", *kind, *named, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    return certificate, key


def _configuration(folder: Path, address: str, upstream: str, *, certificate: Path, key: Path) -> Path:
    """The documented site, moved to where a test may be, within the least that nginx needs."""
    site = SITE.read_text(encoding="utf-8")
    moves = {
        "listen 443 ssl": f"listen {address} ssl",
        "/etc/ssl/mogao/certificate.pem": str(certificate),
        "/etc/ssl/mogao/key.pem": str(key),
        "127.0.0.1:8000": upstream,
    }
    for there, here in moves.items():
        assert site.count(there) == 1, there
        site = site.replace(there, here)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    whole = folder / "nginx.conf"
    whole.write_text(
        f"user root; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {folders}\n{site}\n}}\n"
    )
    return whole


def _wait_until_it_answers(site: Site, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 20
    while not site.answers():
        assert process.poll() is None, "nginx ended: see its error.log"
        assert time.monotonic() < deadline, "nginx does not answer"
        time.sleep(0.05)
