"""The production server: granian for requests, and beside it a process that makes pyramids and follows."""

import dataclasses
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker

from granian import Granian
from granian.constants import Interfaces

from archive import config, follower, logs, work
from archive.config import Settings
from archive.context import Context, open_context
from archive.errors import Conflict, Invalid

_THREADS = 64
"""Requests that a process answers at once: a file that goes to a slow reader holds one all the time."""


def serve(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serve on ``host`` and ``port`` until SIGTERM or Ctrl-C; requests under way are answered first.

    Raises ``Conflict`` when the address can't be had, ``Invalid`` for one that is none.
    """
    address = _free_address(host, port)
    settings = _addressed(settings, host, port)
    config.publish(settings)
    # Started anew, not forked: the server below has threads, and so has libvips.
    worker = multiprocessing.get_context("spawn").Process(target=_work, args=(settings, os.getpid()))
    with _without_interrupts():
        worker.start()
    os.register_at_fork(after_in_child=_begin_forked)
    try:
        Granian(
            "archive.app:create_served_app",
            factory=True,
            address=address,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=_THREADS,
            respawn_failed_workers=True,
            workers_kill_timeout=30,
            log_dictconfig=logs.layout(),
        ).serve()
    finally:
        worker.terminate()
        worker.join()


def work_until_stopped(context: Context) -> None:
    """Make pyramids as they are asked for, and keep the search index true, until SIGTERM or Ctrl-C.

    What is in hand is finished first.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    following = threading.Thread(target=follower.follow, args=(context, stop), daemon=True)
    following.start()
    work.follow(context, stop)
    following.join()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Let no process that is started now hear of Ctrl-C, which reaches all of them: this one ends them."""
    # The first start of a process would start this one beside it, and let signals through again.
    resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _begin_forked() -> None:
    # granian's processes, told to end twice (by Ctrl-C and by their parent), end not at all; and told
    # while they begin, they would go on, having their parent's handler, which does nothing there.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _free_address(host: str, port: int) -> str:
    """The number of ``host``, if its port can be had: granian would share it with another server unasked."""
    if not 0 < port < 1 << 16:
        raise Invalid(f"port {port}: give one from 1 to 65535")
    try:
        family, type_, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, type_) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return str(address[0])
    except OSError as error:
        reason = (error.strerror or "unknown fault").lower()
        raise Conflict(f"{host}, port {port}: {reason}; choose another with --host and --port") from error


def _addressed(settings: Settings, host: str, port: int) -> Settings:
    if settings.public_url or settings.proxy_hops:
        return settings
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  # Compared, not bound.
    return dataclasses.replace(
        settings, public_url=f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
    )


def _work(settings: Settings, parent: int) -> None:
    logs.configure()
    work.end_with(parent)
    work_until_stopped(open_context(settings))
