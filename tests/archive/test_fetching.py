"""Files from servers that are slow, broken or hostile: each is a real one on this machine."""

import contextlib
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from archive import fetching
from archive.errors import Invalid, Unavailable
from archive.fetching import Fetched, fetch

Talk = Callable[[socket.socket], None]
BOMB = gzip.compress(bytes(50_000_000))


class Site(BaseHTTPRequestHandler):
    """Answers by the path that is asked for."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        answers: dict[str, tuple[int, dict[str, str], bytes]] = {
            "/a": (200, {"Content-Type": "text/plain"}, b"hello"),
            "/to-a": (302, {"Location": "a"}, b""),
            "/loop": (301, {"Location": "/loop"}, b""),
            "/to-file": (302, {"Location": "file:///etc/passwd"}, b""),
            "/to-name": (307, {"Location": "http://inner.example/a"}, b""),
            "/packed": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"hello" * 9)),
            "/bomb": (200, {"Content-Encoding": "gzip"}, BOMB),
            "/echo": (200, {}, str(self.headers).encode()),
            "/headers": (200, {f"X-{number}": "a" for number in range(200)}, b""),
        }
        status, headers, content = answers.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(content))}).items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing: the tests say what happened."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a server of files."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def talking(talk: Talk) -> Iterator[str]:
    """The address of a server that speaks to its one visitor by ``talk``."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=[listener, talk])
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def _serve(listener: socket.socket, talk: Talk) -> None:
    visitor, _ = listener.accept()
    with visitor, contextlib.suppress(OSError):
        talk(visitor)


def saying(*pieces: bytes) -> Talk:
    """Reads the request, then says the pieces."""

    def talk(visitor: socket.socket) -> None:
        visitor.recv(65536)
        for piece in pieces:
            visitor.sendall(piece)

    return talk


def dripping(start: bytes) -> Talk:
    """Says the start, and then a byte each moment until the visitor has gone."""

    def talk(visitor: socket.socket) -> None:
        visitor.sendall(start)
        while True:
            visitor.sendall(b"a")
            time.sleep(0.02)

    return talk


def resolving(**hosts: str) -> Callable[..., list[Any]]:
    """A resolver that knows these names (``_`` for a dot), and addresses."""

    def resolve(host: str, port: int, **options: Any) -> list[Any]:
        return socket.getaddrinfo(hosts.get(host.replace(".", "_"), host), port, **options)

    return resolve


def get(url: str, **options: Any) -> Fetched:
    return fetch(url, **{"byte_limit": 1000, "allow_private": True, "timeout": 5} | options)


def test_file_is_fetched(site: str) -> None:
    got = get(f"{site}/a#part")
    assert (got.url, got.status, got.content) == (f"{site}/a#part", 200, b"hello")
    assert got.headers["content-type"] == "text/plain"


def test_redirects_are_followed(site: str) -> None:
    got = get(f"{site}/to-a")
    assert (got.url, got.content) == (f"{site}/a", b"hello")


def test_packed_content_is_unpacked(site: str) -> None:
    assert get(f"{site}/packed").content == b"hello" * 9


def test_request_names_us_and_the_host_and_nothing_else(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    site = site.replace("127.0.0.1", "museum.example")
    sent = get(f"{site}/echo", accept="text/vtt", resolve=resolving(museum_example="127.0.0.1")).content
    lines = sent.decode().lower().split("\n")
    told = sorted(line.split(":")[0] for line in lines if line)
    assert told == ["accept", "accept-encoding", "host", "user-agent"]
    assert f"host: {site.removeprefix('http://')}" in lines
    assert "accept: text/vtt" in lines
    assert any(line.startswith("user-agent: mogao/") for line in lines)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/none", "answers 404: look whether the address is right"),
        ("/loop", "is moved more than 5 times"),
        ("/to-file", '"file:///etc/passwd" is not on the web'),
        ("/bomb", "has more than the 1,000 bytes that are allowed"),
    ],
)
def test_bad_answer_is_refused(site: str, path: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        get(site + path)


def test_many_headers_are_no_answer(site: str) -> None:
    with pytest.raises(Unavailable, match="gives no whole answer in HTTP"):
        get(f"{site}/headers")


@pytest.mark.parametrize(
    "pieces",
    [
        (b"220 smtp.example ESMTP\r\n",),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nhello",),
        (),
    ],
    ids=["mail", "long header", "cut short", "bad chunk", "not packed", "nothing"],
)
def test_broken_answer_is_none(pieces: tuple[bytes, ...]) -> None:
    with (
        talking(saying(*pieces)) as address,
        pytest.raises(Unavailable, match="gives no whole answer in HTTP"),
    ):
        get(f"http://{address}/")


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n"]
)
def test_endless_content_is_refused(head: bytes) -> None:
    with talking(saying(head, *[bytes(1000)] * 1000)) as address, pytest.raises(Invalid, match="more than"):
        get(f"http://{address}/")


@pytest.mark.parametrize(
    ("scheme", "start"),
    [
        ("http", b""),
        ("http", b"HTTP/1.1 200 OK\r\nX: "),
        ("http", b"HTTP/1.1 200 OK\r\n\r\n"),
        ("http", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"),
        ("http", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100\r\n"),
        # A record of a handshake that is longer than what comes.
        ("https", b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb"),
    ],
)
def test_slow_answer_is_cut_off(scheme: str, start: bytes) -> None:
    began = time.monotonic()
    with (
        talking(dripping(start)) as address,
        pytest.raises(Unavailable, match="does not answer in time"),
    ):
        get(f"{scheme}://{address}/", timeout=0.3, byte_limit=10**6)
    assert time.monotonic() - began < 2


def test_nobody_there_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unavailable, match="gives no whole answer"):
        get(f"http://127.0.0.1:{port}/")


def test_unknown_host_is_no_answer() -> None:
    def resolve(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "secret")

    with pytest.raises(Unavailable) as refused:
        get("http://museum.example/a", resolve=resolve)
    assert str(refused.value) == (
        'the host of "http://museum.example/a" is not found: look at its name, or try later'
    )


def test_slow_resolver_is_not_waited_for() -> None:
    answered = threading.Event()

    def resolve(*_: object, **__: object) -> list[Any]:
        answered.wait(5)
        return []

    began = time.monotonic()
    with pytest.raises(Unavailable, match=r'the host of "http://museum\.example/a" is not found in time'):
        get("http://museum.example/a", resolve=resolve, timeout=0.1)
    assert time.monotonic() - began < 2
    answered.set()


def test_redirects_share_one_deadline(site: str) -> None:
    def resolve(*arguments: Any, **options: Any) -> list[Any]:
        time.sleep(0.1)
        return socket.getaddrinfo(*arguments, **options)

    with pytest.raises(Unavailable, match="in time"):
        get(f"{site}/loop", resolve=resolve, timeout=0.25)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://museum.example/" + "a" * 4000, "is longer than the 4,000 characters of an address"),
        ("ftp://museum.example/a", "is not on the web"),
        ("museum.example/a", "is not on the web"),
        ("/a", "is not on the web"),
        ("http:///a", "is not on the web"),
        ("http://museum.example:port/", "is no address"),
        ("http://museum.example:99999/", "is no address"),
        ("http://[::1/", "is no address"),
        ("http://museum.example/a b", "has a space or control character"),
        ("http://museum.example/a\r\nHost: b", "has a space or control character"),
    ],
)
def test_what_is_no_address_is_refused(url: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        get(url)


def test_password_is_refused_and_not_repeated() -> None:
    with pytest.raises(Invalid, match="holds a name or password") as refused:
        get("https://me:secret@museum.example/")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "0.0.0.0"],
)
def test_this_machine_is_refused_in_every_spelling(site: str, host: str) -> None:
    with pytest.raises(Invalid, match="leads to a private network: set MOGAO_FETCH_PRIVATE=1 if it may"):
        get(site.replace("127.0.0.1", host) + "/a", allow_private=False)


PRIVATE = "10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.1.2.3 224.0.0.1 239.1.1.1 240.0.0.1"
PRIVATE += (
    " 255.255.255.255 192.0.0.8 192.88.99.1 198.18.0.1 :: ::1 ::7f00:1 ::ffff:8.8.8.8 fe80::1 fe80::1%lo"
)
PRIVATE += " fc00::1 fec0::1 ff02::1 64:ff9b::808:808 64:ff9b:1::1 2002:a00:1::1 2001:0:1::1 2001:db8::1"


@pytest.mark.parametrize("address", PRIVATE.split())
def test_private_address_is_not_public(address: str) -> None:
    assert not fetching.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "192.31.196.1", "2a00:1450:4001::1", "2606:4700::1111"])
def test_public_address_is_public(address: str) -> None:
    assert fetching.is_public(address)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback's 127.0.0.1 counts as public here; its other addresses stay private."""
    monkeypatch.setattr(fetching, "is_public", lambda address: address == "127.0.0.1")


@pytest.mark.usefixtures("opened")
def test_redirect_to_a_private_address_is_refused(site: str) -> None:
    resolve = resolving(inner_example="10.0.0.1")
    with pytest.raises(Invalid, match=r'"http://inner\.example/a" leads to a private network'):
        get(f"{site}/to-name", allow_private=False, resolve=resolve)


@pytest.mark.usefixtures("opened")
def test_name_that_changes_its_mind_changes_nothing(site: str) -> None:
    answers = ["127.0.0.1", "127.0.0.2"]

    def resolve(_: str, port: int, **options: Any) -> list[Any]:
        return socket.getaddrinfo(answers.pop(0), port, **options)

    url = site.replace("127.0.0.1", "museum.example")
    assert get(f"{url}/a", allow_private=False, resolve=resolve).content == b"hello"
    assert answers == ["127.0.0.2"]
    with pytest.raises(Invalid, match="leads to a private network"):
        get(f"{url}/a", allow_private=False, resolve=resolve)


@pytest.mark.usefixtures("opened")
def test_private_addresses_among_public_ones_are_left_out(site: str) -> None:
    def resolve(_: str, port: int, **options: Any) -> list[Any]:
        return [
            entry for ip in ("10.0.0.1", "127.0.0.1") for entry in socket.getaddrinfo(ip, port, **options)
        ]

    url = site.replace("127.0.0.1", "museum.example")
    assert get(f"{url}/a", allow_private=False, resolve=resolve).content == b"hello"


HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


def secured(authority: trustme.CA, name: str, names: list[str | None], answer: bytes = HELLO) -> Talk:
    """Answers in TLS with a certificate of that name, and notes the name that was asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    context.sni_callback = lambda _, asked, __: names.append(asked)

    def talk(visitor: socket.socket) -> None:
        with context.wrap_socket(visitor, server_side=True) as sock:
            saying(answer)(sock)

    return talk


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this process trusts."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return made


def test_tls_is_asked_for_the_name_and_not_the_address(authority: trustme.CA) -> None:
    names: list[str | None] = []
    with talking(secured(authority, "museum.example", names)) as address:
        url = f"https://museum.example:{address.split(':')[1]}/"
        assert get(url, resolve=resolving(museum_example="127.0.0.1")).content == b"hello"
    assert names == ["museum.example"]


def test_certificate_of_another_name_is_refused(authority: trustme.CA) -> None:
    with talking(secured(authority, "other.example", [])) as address:
        url = f"https://museum.example:{address.split(':')[1]}/"
        with pytest.raises(Unavailable, match="has no certificate that is trusted"):
            get(url, resolve=resolving(museum_example="127.0.0.1"))


def test_certificate_that_nobody_vouches_for_is_refused() -> None:
    with talking(secured(trustme.CA(), "museum.example", [])) as address:
        url = f"https://museum.example:{address.split(':')[1]}/"
        with pytest.raises(Unavailable, match="has no certificate that is trusted"):
            get(url, resolve=resolving(museum_example="127.0.0.1"))


def test_redirect_from_https_to_http_is_refused(authority: trustme.CA) -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://museum.example/a\r\nContent-Length: 0\r\n\r\n"
    with talking(secured(authority, "museum.example", [], answer)) as address:
        url = f"https://museum.example:{address.split(':')[1]}/"
        with pytest.raises(Invalid, match=r'leads from https on to "http://museum\.example/a"'):
            get(url, resolve=resolving(museum_example="127.0.0.1"))


def test_http_where_tls_is_wanted_is_no_answer() -> None:
    with (
        talking(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as address,
        pytest.raises(Unavailable, match="does not speak TLS as it should"),
    ):
        get(f"https://{address}/")
