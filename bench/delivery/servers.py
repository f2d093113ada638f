"""The servers that are measured: ours as it is served, and iipsrv behind nginx."""

import contextlib
import dataclasses
import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from archive import config
from archive.config import Settings
from delivery import memory
from delivery.holdings import Shown

_PROCESSES = 2
_IIPSRV = Path("/usr/lib/iipimage-server/iipsrv.fcgi")
_NGINX_CONF = """
user {user}; worker_processes {processes}; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    access_log off; keepalive_requests 1000000;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            rewrite ^/(.*)$ /fcgi?IIIF=$1 last;
        }}
        location /fcgi {{
            include /etc/nginx/fastcgi_params;
            fastcgi_pass unix:{folder}/iipsrv.socket;
        }}
    }}
}}
"""

_CACHE_SITE = Path(__file__).parents[2] / "docs" / "deploy" / "nginx-cache.conf"
_CACHE_CONF = """
user {user}; worker_processes {processes}; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    access_log off; keepalive_requests 1000000;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {site}
}}
"""


@dataclass(frozen=True)
class Served:
    """A running server and the processes of it that answer."""

    url: str
    workers: tuple[int, ...]

    def memory(self) -> list[dict[str, float]]:
        """Of each worker, megabytes now (``rss``) and at most since it began (``peak``)."""
        fields = {"rss": "VmRSS", "peak": "VmHWM"}
        return [
            {name: memory.megabytes(worker, field) for name, field in fields.items()}
            for worker in self.workers
        ]


@contextmanager
def mogao(settings: Settings, folder: Path) -> Iterator[Served]:
    """``mogao serve`` on the archive of ``settings``: two workers, logging to a file, no rendition cache."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(Path(sys.executable).with_name("mogao")), "serve"]
    options = ["--port", str(port), "--workers", str(_PROCESSES)]
    with (folder / "mogao.log").open("ab") as log:
        process = subprocess.Popen([*command, *options], env=_environment(settings, url), stderr=log)
    try:
        _wait_for(f"{url}/health/ready", process)
        yield Served(url, _listening(process.pid, port))
    finally:
        _end(process)


def missing_for_iipsrv() -> list[str]:
    """The Debian packages that iipsrv would need and that are not there."""
    needed = {
        "iipimage-server": _IIPSRV.exists(),
        "nginx-light": shutil.which("nginx"),
        "spawn-fcgi": shutil.which("spawn-fcgi"),
    }
    return [package for package, found in needed.items() if not found]


@contextmanager
def iipsrv(images: Path, folder: Path) -> Iterator[Served]:
    """Debian's iipsrv behind nginx on the TIFF files of ``images``: two processes, without its tile cache."""
    folder = folder / "iipsrv"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    (folder / "nginx.conf").write_text(
        _NGINX_CONF.format(user=getpass.getuser(), processes=_PROCESSES, folder=folder, port=port)
    )
    spawn = ["spawn-fcgi", "-s", str(folder / "iipsrv.socket"), "-P", str(folder / "pids"), "-F"]
    subprocess.run(
        [*spawn, str(_PROCESSES), "--", str(_IIPSRV)],
        env=os.environ | _iipsrv_settings(images, folder),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    workers = tuple(int(line) for line in (folder / "pids").read_text().split())
    nginx = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")])
    try:
        _wait_for(f"{url}/{next(images.iterdir()).name}/info.json", nginx)
        yield Served(url, workers)
    finally:
        _end(nginx)
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGTERM)


@contextmanager
def cached(served: Served, folder: Path) -> Iterator[Served]:
    """The nginx of docs/deploy that keeps images, in front of ``served``, without TLS and at no path."""
    if not shutil.which("nginx"):
        raise SystemExit("nginx is missing: apt-get install nginx-light")
    folder = folder / "nginx"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    port = _free_port()
    (folder / "nginx.conf").write_text(_cache_configuration(served, folder, port))
    nginx = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")])
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/health/ready", nginx)
        yield Served(url, ())
    finally:
        _end(nginx)


def sizes(served: Served, assets: Sequence[Shown]) -> dict[str, tuple[int, int]]:
    """The size that iipsrv takes each picture to have; none if it can't read a file or its tiles."""
    found = {}
    for asset in assets:
        try:
            with urllib.request.urlopen(f"{served.url}/{asset.identifier}.tif/info.json") as answer:
                document = json.load(answer)
        except (OSError, ValueError):
            return {}
        if document["tiles"][0]["width"] != 512 or document["width"] < asset.width:
            return {}
        found[asset.identifier] = document["width"], document["height"]
    return found


def _environment(settings: Settings, url: str) -> dict[str, str]:
    chosen = {"MOGAO_DATA_DIR": str(settings.data_dir), "MOGAO_PUBLIC_URL": url, "MALLOC_ARENA_MAX": "2"}
    chosen["MOGAO_DATABASE_URL"] = settings.database_url
    if any(field.name == "cache_bytes" for field in dataclasses.fields(Settings)):
        chosen["MOGAO_CACHE_BYTES"] = "0"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(config.PREFIX)}
    return kept | chosen


def _cache_configuration(served: Served, folder: Path, port: int) -> str:
    lines = _CACHE_SITE.read_text(encoding="utf-8").splitlines()
    site = "\n".join(line for line in lines if "ssl_certificate" not in line)
    moves = {
        "listen 443 ssl": f"listen 127.0.0.1:{port}",
        "/archive/": "/",
        "http://127.0.0.1:8000": served.url,
        "/var/cache/mogao-nginx": f"{folder}/cache",
    }
    for there, here in moves.items():
        site = site.replace(there, here)
    return _CACHE_CONF.format(user=getpass.getuser(), processes=_PROCESSES, folder=folder, site=site)


def _iipsrv_settings(images: Path, folder: Path) -> dict[str, str]:
    return {
        "FILESYSTEM_PREFIX": f"{images}/",
        "LOGFILE": str(folder / "iipsrv.log"),
        "VERBOSITY": "1",
        "MAX_IMAGE_CACHE_SIZE": "0",
        "MAX_CVT": "12000",
        "JPEG_QUALITY": "85",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }


def _listening(parent: int, port: int) -> tuple[int, ...]:
    """The children of ``parent`` that answer on ``port``; beside them stands one that makes pyramids."""
    children = psutil.Process(parent).children()
    return tuple(child.pid for child in children if _listens(child, port))


def _listens(process: psutil.Process, port: int) -> bool:
    return any(
        connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
        for connection in process.net_connections("tcp")
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"a server does not answer: see the logs beside the pictures ({process.args!r})")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
