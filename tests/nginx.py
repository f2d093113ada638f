"""nginx with a documented site, moved to where a test may be, and the site as a browser sees it."""

import http.client
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requirements
from server import ROOT, free_port

HOST = "museum.example"
BASE = f"https://{HOST}/archive"
SITES = ROOT / "docs" / "deploy"
UPSTREAM = "127.0.0.1:8000"
"""Where the documented sites expect the archive."""


class Site:
    """The site as a browser sees it: by its name and its certificate."""

    def __init__(self, port: int, certificate: Path) -> None:
        self._port = port
        self._trust = ssl.create_default_context(cafile=str(certificate))

    def get(self, url: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        """The answer to ``url``, which must be one of this site, and its body."""
        assert url.startswith(f"https://{HOST}/")
        connection = http.client.HTTPSConnection(HOST, context=self._trust, timeout=20)
        with self._trust.wrap_socket(self._connect(), server_hostname=HOST) as connection.sock:
            connection.request(method, url.removeprefix(f"https://{HOST}"), headers=headers)
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


@contextmanager
def running(name: str, folder: Path, moves: Mapping[str, str], beside: str = "") -> Iterator[Site]:
    """The site called ``name``, served; ``moves`` says what stands elsewhere here, ``beside`` is added."""
    program = requirements.program("nginx", "nginx is missing: apt-get install nginx", "/usr/sbin")
    certificate, key = _certificate(folder)
    port = free_port()
    moves = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/ssl/mogao/certificate.pem": str(certificate),
        "/etc/ssl/mogao/key.pem": str(key),
        **moves,
    }
    configured = _configuration(folder, name, moves, beside)
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(configured), "-g", "daemon off;"])
    try:
        site = Site(port, certificate)
        _wait_until_it_answers(site, process)
        yield site
    finally:
        process.terminate()
        process.wait(timeout=10)


def _certificate(folder: Path) -> tuple[Path, Path]:
    openssl = requirements.program("openssl", "openssl is missing: apt-get install openssl")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    named = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    command = [openssl, "req", *kind, *named, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    return certificate, key


def _configuration(folder: Path, name: str, moves: Mapping[str, str], beside: str) -> Path:
    """The documented site, moved to where a test may be, within the least that nginx needs."""
    site = (SITES / name).read_text(encoding="utf-8")
    for there, here in moves.items():
        assert there in site, there
        site = site.replace(there, here)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    whole = folder / "nginx.conf"
    whole.write_text(
        f"user root; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {folders}\n{site}\n{beside}\n}}\n"
    )
    return whole


def _wait_until_it_answers(site: Site, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 20
    while not site.answers():
        assert process.poll() is None, "nginx ended: see its error.log"
        assert time.monotonic() < deadline, "nginx does not answer"
        time.sleep(0.05)
