"""What the tests share: an empty archive on each database, and settings that touch nothing of the machine."""

import dataclasses
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import postgresql
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url

from archive import config
from archive.app import create_app
from archive.config import Settings
from archive.context import Context, initialise, open_context

pytest_plugins = ("intake", "museum", "server", "s3", "elastic", "engines", "browser", "viewers")


@pytest.fixture(scope="session")
def catalogue_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new catalogue in SQLite, to be copied: migrating anew for each test would cost most of its time."""
    folder = tmp_path_factory.mktemp("template")
    context = open_context(config.read({"MOGAO_DATA_DIR": str(folder)}))
    initialise(context)
    context.close()
    return folder / "catalogue.sqlite"


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[str]:
    """The URL of a new catalogue in PostgreSQL, to be copied."""
    with postgresql.server() as url:
        name = f"template_{uuid.uuid4().hex}"
        template = postgresql.create(url, name)
        context = open_context(Settings(database_url=template))
        initialise(context)
        context.close()
        yield template
        postgresql.drop(template)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an empty archive, on SQLite and on PostgreSQL."""
    data = tmp_path / "data"
    data.mkdir()
    plain = config.read(
        {"MOGAO_DATA_DIR": str(data), "MOGAO_PUBLIC_URL": "https://archive.example", "MOGAO_WORKERS": "1"}
    )
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("catalogue_template"), data / "catalogue.sqlite")
        yield plain
        return
    template = request.getfixturevalue("postgresql_template")
    url = postgresql.create(template, f"test_{uuid.uuid4().hex}", like=make_url(template).database)
    yield dataclasses.replace(plain, database_url=url)
    postgresql.drop(url)


@pytest.fixture
def context(settings: Settings) -> Iterator[Context]:
    """The opened things of an empty archive."""
    opened = open_context(settings)
    yield opened
    opened.close()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on an empty archive."""
    made = create_app(settings)
    made.testing = True
    yield made
    made.extensions["mogao"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application."""
    return app.test_client()
