"""A small archive with one record of each kind, taken in as any other, for what is asked over HTTP."""

import dataclasses
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import factories
import postgresql
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url, select

from archive import config
from archive.app import create_app
from archive.config import Settings
from archive.context import Context, open_context
from archive.ingest import derive, load, sources
from archive.models import Asset, Job
from archive.services import jobs, records

PUBLIC_URL = "https://archive.example"

_SHEET = """\
id,title@en,title@zh-Hant,maker@en,date,technique,files,rights,collection,access,embargo,direction,pages,ranges
photograph,A view,風景,A. Maker,1890,albumen print,view.jpg,CC0
gray,A gray one,,,,,gray.png,InC
book,A book,,,,,leaf-1.png;leaf-2.png;leaf-3.png,,Books,,,,i;ii;iii,1 Preface; 2-3 The rest
Or.8210/S.1,A sutra,,,,,Blick über Köln – 遠景.png,CC BY 4.0,,,,right-to-left
bare,No picture
draft,A secret,,,,,draft.png,CC0,,draft
restricted,For some,,,,,restricted.png,,,restricted
embargoed,Later,,,,,embargoed.png,,,embargo,2999-01-01
lapsed,No longer embargoed,,,,,lapsed.png,,,embargo,2001-01-01
withdrawn,Gone,,,,,withdrawn.png
waiting,Waiting,,,,,waiting.png
broken,Broken,,,,,broken.png
"""


@pytest.fixture(scope="session")
def on_sqlite(catalogue_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of the archive in SQLite, to be copied or read."""
    folder = tmp_path_factory.mktemp("museum")
    shutil.copy(catalogue_template, folder / "catalogue.sqlite")
    return _filled(_settings(folder))


@pytest.fixture(scope="session")
def on_postgresql(postgresql_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The settings of the archive in PostgreSQL, to be copied: nobody may be connected to it then."""
    url = postgresql.create(postgresql_template, _new_name(), like=_name(postgresql_template))
    yield _filled(dataclasses.replace(_settings(tmp_path_factory.mktemp("museum")), database_url=url))
    postgresql.drop(url)


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def template(request: pytest.FixtureRequest) -> Settings:
    """The settings of the archive on each database, to be copied."""
    found: Settings = request.getfixturevalue(f"on_{request.param}")
    return found


@pytest.fixture(scope="session")
def museum_settings(template: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The settings of the archive that everyone reads and nobody writes to."""
    with duplicate(template, tmp_path_factory.mktemp("museum")) as settings:
        yield settings


@pytest.fixture(scope="session")
def museum(museum_settings: Settings) -> Iterator[Flask]:
    """The application on the archive that everyone reads."""
    with application(museum_settings) as app:
        yield app


@pytest.fixture
def visitor(museum: Flask) -> FlaskClient:
    """A client of the application that everyone reads."""
    return museum.test_client()


@pytest.fixture
def own_settings(template: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a copy of the archive, to be changed at will."""
    with duplicate(template, tmp_path) as settings:
        yield settings


@pytest.fixture
def own_museum(own_settings: Settings) -> Iterator[Flask]:
    """The application on a copy of the archive."""
    with application(own_settings) as app:
        yield app


@pytest.fixture
def own_context(own_museum: Flask) -> Context:
    """What the application on a copy of the archive holds open."""
    found: Context = own_museum.extensions["mogao"]
    return found


@contextmanager
def application(settings: Settings) -> Iterator[Flask]:
    """The application with ``settings``, closed afterwards."""
    app = create_app(settings)
    app.testing = True
    try:
        yield app
    finally:
        app.extensions["mogao"].close()


def take_in(context: Context, old: str = "", new: str = "") -> None:
    """Take in the sheet beside its pictures, with ``new`` wherever it says ``old``."""
    sheet = context.settings.data_dir / "source" / "museum.csv"
    assert old in _SHEET
    sheet.write_text(_SHEET.replace(old, new), encoding="utf-8")
    report = load.load(context, sources.open_source([sheet], byte_limit=2**20))
    assert report.is_clean, report.all_faults()


def make_pyramid(context: Context, identifier: str) -> None:
    """Make the pyramid of the asset, in this process."""
    with context.sessions.begin() as session:
        statement = select(Job, Asset).join(Asset).where(Asset.identifier == identifier)
        job, asset = session.execute(statement).tuples().one()
        task = derive.Task.of(asset)
        derive.make(context.settings, task)
        jobs.finish(session, job.id, task.key)


def _settings(data: Path) -> Settings:
    return config.read({"MOGAO_DATA_DIR": str(data), "MOGAO_PUBLIC_URL": PUBLIC_URL, "MOGAO_WORKERS": "1"})


def _filled(settings: Settings) -> Settings:
    context = open_context(settings)
    _paint(settings.data_dir / "source")
    take_in(context)
    with context.sessions.begin() as session:
        waiting = session.execute(select(Job.id, Asset).join(Asset)).tuples().all()
        broken = next((job, asset) for job, asset in waiting if asset.identifier == "broken")
        jobs.fail(session, broken[0], broken[1].pyramid_key, "it is cut short: copy it again")
        records.withdraw(session, "withdrawn")
    for _, asset in waiting:
        if asset.identifier not in {"waiting", "broken"}:
            make_pyramid(context, asset.identifier)
    context.close()
    return settings


def _paint(folder: Path) -> None:
    folder.mkdir()
    factories.jpeg(folder / "view.jpg", factories.photograph(1200, 900))
    factories.png(folder / "gray.png", factories.gray_photograph(600, 520))
    names = re.findall(r"[^,;]+\.png", _SHEET)
    for number, name in enumerate(sorted({*names} - {"gray.png"})):
        factories.png(folder / name, factories.photograph(90 + number, 60))


@contextmanager
def duplicate(template: Settings, folder: Path) -> Iterator[Settings]:
    """The settings of a copy of an archive, in ``folder`` and in a database of its own."""
    data = folder / "data"
    shutil.copytree(template.data_dir, data)
    settings = dataclasses.replace(template, data_dir=data)
    if not template.database_url:
        yield settings
        return
    url = postgresql.create(template.database_url, _new_name(), like=_name(template.database_url))
    yield dataclasses.replace(settings, database_url=url)
    postgresql.drop(url)


def _name(url: str) -> str | None:
    return make_url(url).database


def _new_name() -> str:
    return f"museum_{uuid.uuid4().hex}"
