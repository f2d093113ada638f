"""Jobs are done once, by whoever has them; what is cut off is taken up again, what can't be done says why."""

import dataclasses
import datetime as dt
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from factories import jpeg, photograph, truncated
from sqlalchemy import select, update

from archive import db, work
from archive.config import Settings
from archive.context import Context, open_context
from archive.ingest import derive, load, sources
from archive.models import Asset, Job
from archive.models.asset import source_key
from archive.services import jobs
from archive.services.jobs import Owner
from archive.storage.local import LocalStore

_HERE = Owner.current()
_ELSEWHERE = Owner("another-machine", 1, 0.0)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Three scans of one folder."""
    folder = tmp_path / "scans"
    folder.mkdir()
    for name in "abc":
        jpeg(folder / f"{name}.jpg", photograph(300, 200), comment=name)
    return folder


def test_pyramids_are_made_and_their_jobs_done(context: Context, scans: Path) -> None:
    _take_in(context, scans)
    progress: list[int] = []
    work.drain(context, progress.append)
    assert _states(context) == dict.fromkeys("abc", ("done", "ready", None))
    assert sorted(context.store.keys("pyramids")) == sorted(asset.pyramid_key for asset in _assets(context))
    assert progress[-1] == 3
    assert list(context.store.keys("scratch")) == []


def test_claimed_jobs_are_nobody_elses(context: Context, scans: Path) -> None:
    _take_in(context, scans)
    assert _claim(context, _HERE, 2) == ["a", "b"]
    assert _claim(context, _ELSEWHERE, 5) == ["c"]
    assert _claim(context, _HERE, 5) == []


def test_a_job_whose_owner_has_died_is_taken_over_at_once(context: Context, scans: Path) -> None:
    _take_in(context, scans)
    successor = psutil.Process().create_time() + 5
    for gone in (Owner(_HERE.host, 2**22 + 1, 0.0), Owner(_HERE.host, os.getpid(), successor)):
        assert _claim(context, gone, 3) == ["a", "b", "c"]
    assert _claim(context, _HERE, 3) == ["a", "b", "c"]


def test_a_lapsed_lease_is_taken_over_and_a_renewed_one_is_not(context: Context, scans: Path) -> None:
    _take_in(context, scans)
    _claim(context, _ELSEWHERE, 3)
    with context.sessions.begin() as session:
        session.execute(update(Job).values(leased_until=db.now() - dt.timedelta(seconds=1)))
        kept = session.scalars(select(Job.id).order_by(Job.id)).all()[0]
        jobs.renew(session, [kept], _ELSEWHERE)
        jobs.renew(session, [kept + 1], _HERE)
    assert _claim(context, _HERE, 3) == ["b", "c"]


def test_being_stopped_is_never_held_against_a_job(context: Context, scans: Path) -> None:
    _take_in(context, scans)
    for pid in range(10):
        assert _claim(context, Owner(_HERE.host, 2**22 + pid + 1, 0.0), 3) == ["a", "b", "c"]
    with context.sessions() as session:
        assert session.scalars(select(Job.attempts)).all() == [0, 0, 0]


def test_a_cut_off_source_fails_with_its_reason_until_it_is_mended(context: Context, scans: Path) -> None:
    truncated(scans / "b.jpg")
    _take_in(context, scans)
    work.drain(context)
    states = _states(context)
    assert (states["a"][0], states["c"][0]) == ("done", "done")
    state, pyramid, reason = states["b"]
    assert (state, pyramid, str(reason).partition(":")[0]) == (
        "failed",
        "failed",
        "it is damaged or cut short",
    )
    jpeg(scans / "b.jpg", photograph(300, 200), comment="mended")
    _take_in(context, scans)
    work.drain(context)
    assert _states(context)["b"] == ("done", "ready", None)


def test_failed_jobs_are_tried_again_on_request(context: Context, scans: Path) -> None:
    _take_in(context, scans)
    lost = next(asset for asset in _assets(context) if asset.identifier == "b")
    path = context.settings.store_path / lost.source_key
    path.rename(path.with_suffix(".away"))
    work.drain(context)
    assert _states(context)["b"] == ("failed", "failed", f"{lost.source_key} is not in the store")
    path.with_suffix(".away").rename(path)
    work.drain(context)
    assert _states(context)["b"][0] == "failed"
    with context.sessions.begin() as session:
        assert jobs.retry(session) == 1
    work.drain(context)
    assert _states(context)["b"] == ("done", "ready", None)


def test_a_lost_pyramid_is_made_again_on_request(context: Context, scans: Path) -> None:
    _take_in(context, scans)
    work.drain(context)
    lost = next(asset for asset in _assets(context) if asset.identifier == "b")
    context.store.delete(lost.pyramid_key)
    with context.sessions.begin() as session:
        assert jobs.retry_lost(session, set(context.store.keys("pyramids"))) == 1
        assert jobs.retry_lost(session, set(context.store.keys("pyramids"))) == 0
    assert _states(context)["b"] == ("queued", "pending", None)
    work.drain(context)
    assert _states(context)["b"] == ("done", "ready", None)
    assert context.store.size(lost.pyramid_key)


def test_a_replaced_source_is_not_called_ready_by_the_old_ones_pyramid(context: Context, scans: Path) -> None:
    _take_in(context, scans)
    old = next(asset.pyramid_key for asset in _assets(context) if asset.identifier == "a")
    _claim(context, _HERE, 1)
    jpeg(scans / "a.jpg", photograph(200, 300))
    _take_in(context, scans)
    with context.sessions.begin() as session:
        job = session.scalars(select(Job).order_by(Job.id)).first()
        assert job
        jobs.finish(session, job.id, old)
    assert _states(context)["a"] == ("queued", "pending", None)


@pytest.mark.slow
def test_a_worker_that_dies_each_time_fails_its_own_job_alone(
    context: Context, scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derive, "make", _die_of_b)
    _take_in(context, scans)
    two = dataclasses.replace(context, settings=dataclasses.replace(context.settings, workers=2))
    work.drain(two)
    states = _states(context)
    assert states["b"] == ("failed", "failed", "its worker process died 3 times: is there enough memory?")
    assert (states["a"][0], states["c"][0]) == ("done", "done")


def test_two_that_work_at_once_do_each_job_once(context: Context, scans: Path) -> None:
    for number in range(12):
        jpeg(scans / f"{number}.jpg", photograph(60, 40), comment=str(number))
    _take_in(context, scans)
    settled: list[list[int]] = [[], []]
    others = open_context(context.settings)
    threads = [
        threading.Thread(target=work.drain, args=(opened, progress.append))
        for opened, progress in zip((context, others), settled, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    others.close()
    assert {state for state, _, _ in _states(context).values()} == {"done"}
    assert sum(progress[-1] for progress in settled) == 15


def test_the_follower_makes_what_comes_and_ends_when_asked(context: Context, scans: Path) -> None:
    stop = threading.Event()
    follower = open_context(context.settings)
    thread = threading.Thread(target=work.follow, args=(follower, stop))
    thread.start()
    _take_in(context, scans)
    done = _until(lambda: {state for state, _, _ in _states(context).values()} == {"done"})
    stop.set()
    thread.join(30)
    follower.close()
    assert done
    assert not thread.is_alive()


def _die_of_b(settings: Settings, task: derive.Task) -> None:
    with LocalStore(settings.store_path).file(source_key(task.digest)) as path:
        if b"\xff\xfe\x00\x03b" in path.read_bytes():
            os.kill(os.getpid(), signal.SIGKILL)


def _take_in(context: Context, folder: Path) -> None:
    report = load.load(context, sources.open_source([folder], byte_limit=1 << 20))
    assert report.is_clean


def _claim(context: Context, owner: Owner, most: int) -> list[str]:
    with context.sessions.begin() as session:
        return [asset.identifier for _, asset in jobs.claim(session, owner, most=most)]


def _assets(context: Context) -> list[Asset]:
    with context.sessions() as session:
        return list(session.scalars(select(Asset).order_by(Asset.identifier)))


def _states(context: Context) -> dict[str, tuple[str, str, str | None]]:
    statement = select(Asset.identifier, Job.state, Asset.pyramid_state, Asset.pyramid_reason).join(Job)
    with context.sessions() as session:
        return {name: (state, pyramid, reason) for name, state, pyramid, reason in session.execute(statement)}


def _until(holds: Callable[[], bool]) -> bool:
    deadline = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60)
    waiting = threading.Event()
    while not holds():
        if dt.datetime.now(dt.UTC) > deadline:
            return False
        waiting.wait(0.05)
    return True
