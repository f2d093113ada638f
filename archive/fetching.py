"""A file from another server, taken as if that server meant harm."""

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from importlib import metadata
from typing import Any
from urllib.parse import urljoin

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

from archive.errors import Invalid, Unavailable

_MOST_REDIRECTS = 5
_MOST_ADDRESSES = 4
_LONGEST = 4000
_QUICKLY = 3
_PIECE = 1 << 16
_PORTS = {"http": 80, "https": 443}
_MOVED = {301, 302, 303, 307, 308}

# IPv6 that leads to an IPv4 address of the sender's choice: mapped, compatible, NAT64, Teredo, 6to4.
_TUNNELS = [
    ipaddress.ip_network(block)
    for block in ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
]
# Protocols' own addresses, some of which Python 3.11 calls global, and the old relays of 6to4.
_RELAYS = [ipaddress.ip_network(block) for block in ("192.0.0.0/24", "192.88.99.0/24")]

# Any: what getaddrinfo answers, whose addresses differ by family.
Resolve = Callable[..., list[Any]]


@dataclass(frozen=True)
class Fetched:
    """What a server answered: ``url`` after redirects, ``content`` unpacked, headers' names in any case."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes


def fetch(
    url: str,
    *,
    byte_limit: int,
    allow_private: bool = False,
    accept: str | None = None,
    timeout: float = 30,
    origin: str | None = None,
    resolve: Resolve = socket.getaddrinfo,
) -> Fetched:
    """The file at a public address, within ``timeout`` seconds in all, as asked for by a page at ``origin``.

    Each name is resolved once, its addresses are checked, and the connection goes to one that passed: a name
    that changes its mind afterwards changes nothing. Raises ``Invalid`` when the address is none to go to,
    leads to a private network, is moved too often or from https to http, answers an error, or gives more than
    ``byte_limit`` bytes; ``Unavailable`` when no whole answer comes in time.
    """
    deadline = time.monotonic() + timeout
    headers = {"User-Agent": f"Mogao/{metadata.version('mogao')}", "Accept-Encoding": "gzip"}
    headers["Accept"] = accept or "*/*"
    headers |= {"Origin": origin} if origin else {}
    for _ in range(_MOST_REDIRECTS + 1):
        target = _parsed(url)
        found = _resolved(target, url, resolve, deadline=deadline)
        addresses = _allowed(found, url, allow_private=allow_private)
        with _answer(target, url, addresses, headers=headers, deadline=deadline) as response:
            location = response.headers.get("Location")
            if response.status in _MOVED and location:
                url = _next(url, location)
                continue
            if not 200 <= response.status < 300:
                raise Invalid(f'"{url}" answers {response.status}: look whether the address is right')
            content = _content(response, url, byte_limit=byte_limit, deadline=deadline)
            return Fetched(url, response.status, response.headers, content)
    raise Invalid(f'"{url}" is moved more than {_MOST_REDIRECTS} times: give the last address')


def check(url: str, *, allow_private: bool = False, resolve: Resolve = socket.getaddrinfo) -> None:
    """Raise ``Invalid`` for an address that ``fetch`` would not go to, as far as can be told by now."""
    target = _parsed(url)
    try:
        found = _resolved(target, url, resolve, deadline=time.monotonic() + _QUICKLY)
    except Unavailable:
        # Its host may be found when it is needed.
        return
    _allowed(found, url, allow_private=allow_private)


def _parsed(url: str) -> Url:
    """The parts of an address; names of other scripts in ASCII, paths percent-encoded."""
    if any(character.isspace() or not character.isprintable() for character in url):
        raise Invalid(f"{url[:_LONGEST]!r} has a space or control character: write it as %20")
    if len(url) > _LONGEST:
        raise Invalid(f'"{url[:200]}…" is longer than the {_LONGEST:,} characters of an address: shorten it')
    try:
        target = parse_url(url)
    except LocationParseError as error:
        raise Invalid(f'"{url}" is no address: copy it again') from error
    if target.scheme not in _PORTS or not target.host:
        raise Invalid(f'"{url}" is not on the web: begin it with https:// or http://, and name a host')
    if target.auth is not None:
        # The address is not repeated, for it holds a password.
        raise Invalid(
            f"the address at {target.host} holds a name or password: leave out what is before the @"
        )
    return target


def _next(url: str, location: str) -> str:
    """Where a redirect leads; a way that began in secret must not end in the open."""
    moved = urljoin(url, location)
    if url.lower().startswith("https:") and moved.lower().startswith("http:"):
        raise Invalid(
            f'"{url[:_LONGEST]}" leads from https on to "{moved[:_LONGEST]}", which anybody on the way may '
            "change: give an address that stays https, or the http address itself"
        )
    return moved


def _resolved(target: Url, url: str, resolve: Resolve, *, deadline: float) -> list[Any]:
    """What the host resolves to, as ``getaddrinfo`` tells it."""
    host = (target.host or "").strip("[]")
    port = target.port if target.port is not None else _PORTS[target.scheme or ""]
    answers: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    # The system's resolver knows no deadline: who waits for it goes, and its thread ends when it gives up.
    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=_left(deadline))
    except (queue.Empty, TimeoutError) as error:
        raise Unavailable(f'the host of "{url}" is not found in time: try later') from error
    if isinstance(found, UnicodeError):
        raise Invalid(f'"{url}" has a host that is no name: copy the address again') from found
    if isinstance(found, Exception):
        raise Unavailable(f'the host of "{url}" is not found: look at its name, or try later') from found
    return found


def _allowed(found: list[Any], url: str, *, allow_private: bool) -> list[Any]:
    """Those of a host's addresses that may be connected to."""
    allowed = [entry for entry in found if allow_private or is_public(entry[4][0])]
    if not allowed:
        raise Invalid(f'"{url}" leads to a private network: set MOGAO_FETCH_PRIVATE=1 if it may')
    return allowed[:_MOST_ADDRESSES]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, and reaches no machine or network nearby."""
    ip = ipaddress.ip_address(address)
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in block for block in _RELAYS)
    return ip.scope_id is None and not ip.is_site_local and not any(ip in block for block in _TUNNELS)


@contextmanager
def _answer(
    target: Url, url: str, addresses: list[Any], *, headers: Mapping[str, str], deadline: float
) -> Iterator[BaseHTTPResponse]:
    """The head of the answer, its content still unread; whoever is late is cut off."""
    try:
        with _connected(addresses, deadline) as raw, _cut_off(raw, deadline), _secured(raw, target) as sock:
            connection = HTTPConnection(target.host or "", timeout=_left(deadline))
            # The connection is handed its socket, and so never looks the name up itself.
            connection.sock = sock
            connection.auto_open = 0
            named = {**headers, "Host": target.netloc or ""}
            connection.request("GET", target.request_uri, headers=named, preload_content=False)
            with closing(connection), closing(connection.getresponse()) as response:
                yield response
    except (OSError, HTTPException, HTTPError, ValueError) as error:
        raise Unavailable(f'"{url}" {_reason(error, deadline)}') from error


def _reason(error: Exception, deadline: float) -> str:
    if isinstance(error, TimeoutError) or time.monotonic() >= deadline:
        return "does not answer in time: try later"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "has no certificate that is trusted: its keeper must renew or correct it"
    if isinstance(error, ssl.SSLError):
        return "does not speak TLS as it should: look whether it is http, or try later"
    return "gives no whole answer in HTTP: try later"


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _connected(addresses: list[Any], deadline: float) -> socket.socket:
    """A connection to the first address that takes it."""
    fault: OSError = ConnectionError()
    for family, kind, protocol, _, address in addresses:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(_left(deadline))
            sock.connect(address)
        except OSError as error:
            sock.close()
            fault = error
        else:
            return sock
    raise fault


@contextmanager
def _cut_off(sock: socket.socket, deadline: float) -> Iterator[None]:
    """Ends the connection at the deadline: a socket's own timeout begins anew with each byte.

    It ends a second name of the connection, as the first one passes into TLS meanwhile.
    """
    with sock.dup() as same:
        timer = threading.Timer(_left(deadline), _shut, [same])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        # The other side has already ended it.
        return


def _secured(sock: socket.socket, target: Url) -> socket.socket:
    """The socket, for https within TLS that checks the name against the system's certificates."""
    if target.scheme == "http":
        return sock
    return ssl.create_default_context().wrap_socket(sock, server_hostname=(target.host or "").strip("[]"))


def _content(response: BaseHTTPResponse, url: str, *, byte_limit: int, deadline: float) -> bytes:
    too_many = Invalid(f'"{url}" has more than the {byte_limit:,} bytes that are allowed')
    told = response.headers.get("Content-Length", "")
    if told.isdecimal() and len(told) < 20 and int(told) > byte_limit:
        raise too_many
    content = bytearray()
    # Unpacked piece by piece: a small answer that unpacks to gigabytes ends at the limit, too.
    for piece in response.stream(_PIECE, decode_content=True):
        content += piece
        if len(content) > byte_limit:
            raise too_many
        _left(deadline)
    _left(deadline)
    return bytes(content)
