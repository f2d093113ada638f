"""The index is true to the catalogue: whatever is written is found, whatever happens to the index."""

import dataclasses
import shutil
import threading
import time
import urllib.request
from collections.abc import Iterator

import catalogue
import pytest

from archive import follower
from archive.config import Settings
from archive.context import Context, open_context
from archive.errors import Unavailable
from archive.follower import Follower
from archive.services import arranging, indexing, leases, records
from archive.services.access import ANYONE, KEEPER
from archive.services.changes import Mark
from archive.services.drafts import Draft
from archive.services.finding import Wanted
from archive.services.jobs import Owner


@pytest.fixture(params=["embedded", pytest.param("elastic", marks=pytest.mark.elasticsearch)])
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """An archive on each database, with each engine."""
    if request.param == "embedded":
        return settings
    return dataclasses.replace(settings, search_url=request.getfixturevalue("elasticsearch_url"))


@pytest.fixture
def context(settings: Settings) -> Iterator[Context]:
    opened = open_context(settings)
    yield opened
    opened.close()


def draft(key: str, title: str, *collections: str) -> Draft:
    return Draft(key, key, label={"en": [title]}, collections=collections)


def found(context: Context, words: str = "", collection: str | None = None) -> list[str]:
    with context.sessions() as session:
        wanted = Wanted(words, collection=collection)
        hits = context.finder.find(session, wanted, ANYONE, limit=100)
    return [record.identifier for record in hits.records]


def test_what_is_written_changed_and_withdrawn_is_followed(context: Context) -> None:
    catalogue.save(context, draft("a", "A river"))
    follower.catch_up(context)
    before = found(context, "river")
    catalogue.save(context, draft("a", "A mountain"))
    catalogue.save(context, draft("b", "A river"))
    follower.catch_up(context)
    changed = found(context, "river"), found(context, "mountain")
    with context.sessions.begin() as session:
        records.withdraw(session, "b")
    follower.catch_up(context)
    assert (before, changed, found(context, "river")) == (["a"], (["b"], ["a"]), [])


def test_a_collection_that_moves_takes_its_records_along(context: Context) -> None:
    catalogue.save(context, draft("a", "A river", "Scrolls"))
    catalogue.save(context, draft("b", "A hill", "Paintings"))
    follower.catch_up(context)
    before = found(context, collection="Paintings")
    with context.sessions.begin() as session:
        scrolls = arranging.lock(session, "Scrolls", KEEPER)
        arranging.describe(session, scrolls, {}, parent="Paintings", reader=KEEPER)
    follower.catch_up(context)
    assert (before, found(context, collection="Paintings")) == (["b"], ["a", "b"])


def test_an_index_that_is_lost_is_built_anew(context: Context) -> None:
    catalogue.save(context, draft("a", "A river"))
    follower.catch_up(context)
    _lose(context)
    with pytest.raises(Unavailable, match="being made"):
        found(context, "river")
    follower.catch_up(context)
    assert found(context, "river") == ["a"]


def test_an_index_of_another_catalogue_is_built_anew(context: Context, settings: Settings) -> None:
    new = context.engines[indexing.RECORDS].rebuild(indexing.RECORDS)
    new.write([], [], cursor=Mark(10**9).encoded())
    new.swap()
    catalogue.save(context, draft("a", "A river"))
    follower.catch_up(context)
    assert found(context, "river") == ["a"]


def test_reindexing_shows_readers_the_old_index_until_it_is_done(context: Context) -> None:
    catalogue.save(context, draft("a", "A river"))
    follower.catch_up(context)
    seen: list[list[str]] = []
    done = follower.rebuild(
        context, context.kept[0], lambda done, total: seen.append(found(context, "river"))
    )
    assert (done, seen, found(context, "river")) == (1, [["a"]], ["a"])


def test_what_is_written_while_it_is_reindexed_is_found_afterwards(context: Context) -> None:
    catalogue.save(context, draft("a", "A river"))

    def write(done: int, total: int) -> None:
        catalogue.save(context, draft("b", "A river"))

    follower.rebuild(context, context.kept[0], write)
    follower.catch_up(context)
    assert found(context, "river") == ["a", "b"]


def test_a_follower_is_a_second_behind_at_most(context: Context) -> None:
    follower.catch_up(context)
    stop = threading.Event()
    thread = threading.Thread(target=follower.follow, args=(context, stop))
    thread.start()
    try:
        catalogue.save(context, draft("warm", "Warm"))
        _wait(context, "warm")
        began = time.monotonic()
        catalogue.save(context, draft("a", "A river"))
        _wait(context, "river")
        assert time.monotonic() - began < 1.5  # Half a second is the machine's own.
    finally:
        stop.set()
        thread.join()


def test_one_process_follows_at_a_time(context: Context) -> None:
    other = Owner("elsewhere", 1, 1.0)
    with context.sessions.begin() as session:
        assert leases.take(session, "follower", other)
    assert not Follower(context).hold()
    catalogue.save(context, draft("a", "A river"))
    follower.catch_up(context)
    with context.sessions.begin() as session:
        leases.release(session, "follower", other)
    assert Follower(context).hold()


def test_a_lease_of_a_process_that_ended_is_taken_over(context: Context) -> None:
    gone = dataclasses.replace(Owner.current(), born=1.0)
    with context.sessions.begin() as session:
        leases.take(session, "follower", gone)
    assert Follower(context).hold()


def test_an_engine_that_is_down_is_said_to_be(settings: Settings) -> None:
    down = dataclasses.replace(settings, search_url="http://127.0.0.1:9")
    context = open_context(down)
    try:
        with pytest.raises(Unavailable, match="MOGAO_SEARCH_URL"):
            follower.catch_up(context)
        with pytest.raises(Unavailable, match="does not answer"):
            found(context, "river")
    finally:
        context.close()


def _lose(context: Context) -> None:
    """Remove every index behind the archive's back."""
    if not (server := context.settings.search_url):
        context.engines[indexing.RECORDS].close()
        shutil.rmtree(context.settings.data_dir / "search")
        return
    base, _, prefix = server.rpartition("/")
    with urllib.request.urlopen(f"{base}/_cat/indices/{prefix}-*?h=index", timeout=60) as names:
        for name in names.read().decode().split():
            urllib.request.urlopen(urllib.request.Request(f"{base}/{name}", method="DELETE"), timeout=60)


def _wait(context: Context, words: str) -> None:
    until = time.monotonic() + 20
    while not found(context, words):
        assert time.monotonic() < until, f"{words} is not found"
        time.sleep(0.02)
