"""The migrations make what the models say, from nothing, and take it back."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from catalogue import picture, save
from sqlalchemy import Column, DefaultClause, inspect, select, text

import migrations
from archive import db
from archive.config import Settings
from archive.context import Context, catalogue_version, check_version, initialise, open_context
from archive.errors import Invalid
from archive.models import ROOT, Activity, Asset, Collection, Job, State
from archive.services import jobs
from archive.services.drafts import Draft


@pytest.fixture
def bare(settings: Settings, tmp_path: Path) -> Iterator[Context]:
    """An archive whose catalogue has not been made."""
    if not settings.database_url:
        settings = dataclasses.replace(settings, data_dir=tmp_path / "new")
    opened = open_context(settings)
    if settings.database_url:
        _migrate(opened, "base")
    yield opened
    opened.close()


def test_a_catalogue_made_from_nothing_is_what_the_models_say(bare: Context) -> None:
    assert (catalogue_version(bare), check_version(bare)) == (None, False)
    initialise(bare)
    with bare.sessions.engine.connect() as connection:
        compared = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": _differ}
        )
        assert compare_metadata(compared, db.Base.metadata) == []
    assert check_version(bare)


def test_making_it_twice_changes_nothing(bare: Context) -> None:
    initialise(bare)
    initialise(bare)
    with bare.sessions() as session:
        assert session.scalars(select(Collection.identifier)).all() == [ROOT]
        assert session.scalars(select(Activity.object_identifier)).all() == [ROOT]


def test_a_downgrade_takes_all_back(context: Context) -> None:
    _migrate(context, "base")
    assert set(inspect(context.sessions.engine).get_table_names()) <= {"alembic_version"}
    initialise(context)
    assert check_version(context)


def test_a_catalogue_of_a_newer_version_is_left_alone(context: Context) -> None:
    with context.sessions.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Invalid, match=r"newer version \(9999\): upgrade Mogao, or restore an older backup"):
        initialise(context)
    assert catalogue_version(context) == "9999"


def test_an_upgrade_has_the_pyramids_that_were_made_made_anew_and_no_others(context: Context) -> None:
    _save_in_every_state(context)
    _migrate(context, "0001")
    with context.sessions.begin() as session:
        session.execute(text("UPDATE asset SET pyramid_state = 'ready' WHERE identifier = 'ready'"))
        session.execute(text("UPDATE job SET state = 'done' WHERE id = 1 OR kind = 'text'"))
    initialise(context)
    assert _states(context) == _QUEUED_ANEW


def test_a_downgrade_has_them_made_anew_too(context: Context) -> None:
    _save_in_every_state(context)
    _migrate(context, "0001")
    assert _states(context) == _QUEUED_ANEW


_QUEUED_ANEW = {
    ("ready", "pending", None, "pyramid", "queued"),
    ("ready", "pending", None, "text", "done"),
    ("pending", "pending", None, "pyramid", "queued"),
    ("running", "pending", None, "pyramid", "running"),
    ("failed", "failed", "it is cut short", "pyramid", "failed"),
}


def _save_in_every_state(context: Context) -> None:
    names = ("ready", "pending", "running", "failed")
    save(context, Draft("r", label={"none": ["R"]}), *map(picture, names))
    with context.sessions.begin() as session:
        found = session.execute(select(Job, Asset).join(Asset).order_by(Job.id)).tuples().all()
        (made, ready), _, (running, _), (failed, damaged) = found
        jobs.finish(session, made.id, ready.pyramid_key)
        jobs.fail(session, failed.id, damaged.pyramid_key, "it is cut short")
        running.state = State.RUNNING
        # Work of another kind, on a picture whose pyramid is made.
        session.add(Job(kind="text", asset_id=ready.id, state=State.DONE, modified=db.now()))


def _states(context: Context) -> set[tuple[object, ...]]:
    # In plain SQL: the models are those of the newest form.
    values = "asset.identifier, pyramid_state, pyramid_reason, kind, state"
    rows = f"SELECT {values} FROM asset JOIN job ON asset_id = asset.id"
    with context.sessions() as session:
        return {tuple(row) for row in session.execute(text(rows))}


def _differ(
    _: object, _found: object, column: Column[object], found: str | None, *_more: object
) -> bool | None:
    # PostgreSQL can't compare JSON: by text then. None leaves the others to Alembic.
    wanted = column.server_default.arg if isinstance(column.server_default, DefaultClause) else None
    if wanted not in {"{}", "[]"}:
        return None
    return str(found).split("::")[0].strip("'") != wanted


def _migrate(context: Context, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with context.sessions.engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
