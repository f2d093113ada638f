"""An ingest that is killed again and again, and then let finish, is as good as one that was left alone."""

import csv
import io
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from factories import jpeg, photograph
from PIL import Image
from sqlalchemy import func, select

from archive import config
from archive.config import Settings
from archive.context import Context, open_context
from archive.models import Activity, Asset, Job, Record
from iiif.image import render, request
from iiif.image.request import Limits

_RECORDS = 200
_ASSETS = _RECORDS + _RECORDS // 10
_WORK = _RECORDS + _ASSETS
_KILLS = 20
_MOGAO = [sys.executable, "-c", "from archive.cli import main; main()"]

pytestmark = pytest.mark.slow


def test_an_ingest_killed_twenty_times_ends_with_each_once(settings: Settings, tmp_path: Path) -> None:
    folder = _scans(tmp_path / "scans")
    context = open_context(settings)
    chance = random.Random(3)
    # Some fall among the records, some among the pyramids, which come after them.
    for goal in sorted(chance.sample(range(1, _WORK), _KILLS)):
        assert _run_and_kill(context, folder, goal, delay=chance.uniform(0, 0.1)), (
            "it was over before the kill"
        )
    subprocess.run([*_MOGAO, "ingest", folder], env=_environment(settings), check=True, timeout=300)
    _check_catalogue(context)
    _check_store(context)
    context.close()


def _scans(folder: Path) -> Path:
    """Records of one picture each, of several levels, all different; every tenth is a book of two pages."""
    folder.mkdir()
    painted = photograph(1100, 700)
    with (folder / "sheet.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["identifier", "label", "files", "collection"])
        for number in range(_RECORDS):
            pages = [f"{number}{side}.jpg" for side in ("r" if number % 10 else "rv")]
            for page in pages:
                jpeg(folder / page, painted, quality=70, comment=page)
            writer.writerow([f"leaf-{number}", f"Leaf {number}", "|".join(pages), f"Box {number % 7}"])
    return folder


def _run_and_kill(context: Context, folder: Path, goal: int, *, delay: float) -> bool:
    """Kill an ingest, with all that it has started, once it is as far as ``goal``; whether it still ran."""
    goal = max(goal, _done(context) + 1)
    run = subprocess.Popen(
        [*_MOGAO, "ingest", folder],
        env=_environment(context.settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while run.poll() is None and _done(context) < goal:
        time.sleep(0.01)
    time.sleep(delay)
    ran = run.poll() is None
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    return ran


def _done(context: Context) -> int:
    """How far the work has got: records that are in, pyramids that are made."""
    with context.sessions() as session:
        made = select(func.count()).select_from(Job).where(Job.state == "done")
        return sum(session.scalar(count) or 0 for count in (select(func.count()).select_from(Record), made))


def _environment(settings: Settings) -> dict[str, str]:
    ours = {
        config.variable(name): str(getattr(settings, name))
        for name in ("data_dir", "database_url", "public_url")
    }
    return {**os.environ, **ours, config.variable("workers"): "2"}


def _check_catalogue(context: Context) -> None:
    with context.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Record)) == _RECORDS
        created = session.scalars(
            select(Activity.object_identifier).where(
                Activity.object_type == "Manifest", Activity.type == "Create"
            )
        ).all()
        assert Counter(created) == Counter({f"leaf-{number}": 1 for number in range(_RECORDS)})
        others = session.scalars(
            select(Activity.type).where(Activity.object_type == "Manifest", Activity.type != "Create")
        ).all()
        assert others == []
        jobs = session.execute(select(Job.asset_id, Job.state)).tuples().all()
        assets = session.scalars(select(Asset.id)).all()
        assert Counter(jobs) == Counter({(asset, "done"): 1 for asset in assets})
        assert session.scalars(select(Asset.pyramid_state).distinct()).all() == ["ready"]


def _check_store(context: Context) -> None:
    with context.sessions() as session:
        assets = session.scalars(select(Asset)).all()
    assert len(assets) == _ASSETS
    assert sorted(context.store.keys("sources")) == sorted(asset.source_key for asset in assets)
    assert sorted(context.store.keys("pyramids")) == sorted(asset.pyramid_key for asset in assets)
    assert list(context.store.keys("scratch")) == []
    for asset in assets:
        _check_picture(context, asset)


def _check_picture(context: Context, asset: Asset) -> None:
    width, height = asset.size
    pyramid = context.pyramids.open(asset.pyramid_key, width=width, height=height)
    plan = request.resolve(request.parse("full", "!64,64", "0", "default.jpg"), width, height, Limits())
    assert Image.open(io.BytesIO(render.render(plan, pyramid))).size == plan.size
