"""A PostgreSQL for the tests: the one that is given, or a cluster of their own that is gone afterwards."""

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from requirements import program
from sqlalchemy import create_engine, make_url, text

_BIN = sorted(str(path) for path in Path("/usr/lib/postgresql").glob("*/bin"))
_REMEDY = "PostgreSQL's server programs are missing: apt-get install postgresql"


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server that the tests may make databases on."""
    given = os.environ.get("MOGAO_TEST_DATABASE_URL")
    if given:
        yield given
        return
    initdb, pg_ctl = (program(name, _REMEDY, *reversed(_BIN)) for name in ("initdb", "pg_ctl"))
    # The socket's path must be short, and the server refuses to run as root.
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        user = _unprivileged(folder)
        data = f"{folder}/data"
        _run(
            user,
            initdb,
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "mogao",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        options = (
            f"-k {folder} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        )
        _run(user, pg_ctl, "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield f"postgresql://mogao@/postgres?host={folder}"
        finally:
            _run(user, pg_ctl, "-D", data, "-w", "-m", "immediate", "stop")


def create(url: str, name: str, like: str | None = None) -> str:
    """A new database on the server of ``url``, a copy of the one called ``like``: its own URL."""
    _administer(url, f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{like}"' if like else ""))
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def drop(url: str) -> None:
    """Remove the database of ``url``."""
    _administer(url, f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')


def _unprivileged(folder: str) -> str | None:
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return account.pw_name


def _run(user: str | None, *command: str) -> None:
    subprocess.run(command, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=60)


def _administer(url: str, statement: str) -> None:
    server = make_url(url).set(drivername="postgresql+psycopg", database="postgres")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
