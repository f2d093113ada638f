"""An Elasticsearch for the tests: the one that is given, or a node of their own from Maven Central."""

import fcntl
import os
import re
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from requirements import program, require
from server import free_port

_SOURCES = Path(__file__).parent / "elasticsearch_node"
_BUILD = Path(__file__).parents[1] / "build" / "elasticsearch"
_REMEDY = "a JDK of 21 or newer is missing: apt-get install openjdk-21-jdk-headless, or set JAVA_HOME"


@pytest.fixture(scope="session")
def elasticsearch_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server, to which each test adds a prefix of its own."""
    given = os.environ.get("MOGAO_TEST_SEARCH_URL")
    if given:
        yield given.rstrip("/")
        return
    with running(tmp_path_factory.mktemp("elasticsearch")) as url:
        yield url


@pytest.fixture
def elasticsearch_url(elasticsearch_server: str) -> Iterator[str]:
    """The address of an engine that holds nothing; what is made in it is removed."""
    prefix = f"test-{uuid.uuid4().hex}"
    yield f"{elasticsearch_server}/{prefix}"
    names = urllib.request.urlopen(f"{elasticsearch_server}/_cat/indices/{prefix}-*?h=index", timeout=60)
    for name in names.read().decode().split():
        _delete(f"{elasticsearch_server}/{name}")


@contextmanager
def running(folder: Path, *, heap: str = "512m") -> Iterator[str]:
    """A node that keeps everything in ``folder``."""
    java_home = _java_home()
    _build(java_home)
    port = free_port()
    with (folder / "log").open("wb") as log:
        command = [str(java_home / "bin" / "java"), *_options(heap), "mogao.Main", str(port), str(folder)]
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        _wait_until_ready(process, port, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _java_home() -> Path:
    named = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    homes = [*named, *sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)]
    fit = [home for home in homes if (home / "bin" / "javac").exists() and _release(home) >= 21]
    require(fit, _REMEDY)
    return fit[0]


def _release(java_home: Path) -> int:
    with suppress(OSError):
        match = re.search(r'JAVA_VERSION="(\d+)', (java_home / "release").read_text(encoding="utf-8"))
        return int(match[1]) if match else 0
    return 0


def _build(java_home: Path) -> None:
    """Build what has changed since it was built, once for all tests that run beside each other."""
    maven = program("mvn", "Maven is missing: apt-get install maven")
    stamp, newest = _BUILD / "built", max(path.stat().st_mtime for path in _SOURCES.rglob("*"))
    _BUILD.mkdir(parents=True, exist_ok=True)
    with (_BUILD.parent / "elasticsearch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.stat().st_mtime > newest:
            return
        command = [maven, "-q", "-B", "-ntp", "-f", str(_SOURCES / "pom.xml"), "process-classes"]
        environment = {**os.environ, "JAVA_HOME": str(java_home)}
        ran = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
        if ran.returncode:
            pytest.fail(f"the Elasticsearch node can't be built: {ran.stdout}{ran.stderr}")
        _link_zstd(_BUILD / "native")
        stamp.touch()


def _link_zstd(native: Path) -> None:
    """Elasticsearch's own copy of this library is not on Maven Central; the system's serves."""
    native.mkdir(exist_ok=True)
    link = native / "libzstd.so"
    link.unlink(missing_ok=True)
    for library in Path("/usr/lib").glob("*-linux-gnu/libzstd.so.1"):
        link.symlink_to(library)


def _options(heap: str) -> list[str]:
    classpath = (_BUILD / "classpath.txt").read_text(encoding="utf-8").strip()
    return [
        f"-Xmx{heap}",
        "-XX:+UseSerialGC",
        # Classes that were loaded once are kept: it starts in half the time.
        "-XX:+AutoCreateSharedArchive",
        f"-XX:SharedArchiveFile={_BUILD / 'classes.jsa'}",
        "-Xlog:cds=off",
        "-Xlog:cds+dynamic=off",
        "--enable-native-access=ALL-UNNAMED",
        "-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false",
        f"-Des.nativelibs.path={_BUILD / 'native'}",
        "-Dio.netty.noUnsafe=true",
        "-Dlog4j2.disable.jmx=true",
        "-Dlog4j.shutdownHookEnabled=false",
        "-Djava.awt.headless=true",
        "-cp",
        f"{_BUILD / 'classes'}:{classpath}",
    ]


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + 120
    url = f"http://127.0.0.1:{port}/_cluster/health?wait_for_status=yellow&timeout=30s"
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(url, timeout=60) as answer:
            if answer.status == 200:
                return
        time.sleep(0.05)
    pytest.fail(f"Elasticsearch does not answer: {log.read_text(errors='replace')}")


def _delete(url: str) -> None:
    urllib.request.urlopen(urllib.request.Request(url, method="DELETE"), timeout=60).close()
