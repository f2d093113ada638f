"""What is measured of a served catalogue, row by row."""

import dataclasses
import random
import statistics
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from delivery import load, servers
from delivery.report import Goal
from delivery.servers import Served
from sqlalchemy import event, update

from archive import context
from archive.app import create_app
from archive.config import Settings
from archive.context import Context
from archive.models import Activity, Record
from archive.services import editing, records
from cataloguing import asking, filling
from cataloguing.asking import COMPRESSED, Answer, Client, Times
from cataloguing.filling import LARGE, LARGE_BOOK, MIDDLE_BOOK, Extent

_SEED = 1
_PLAIN: Mapping[str, str] = {}


@dataclass(frozen=True)
class Effort:
    """How often each thing is asked: as a figure needs it, or as little as shows that all of it runs."""

    asks: int = 400
    draws: int = 40
    books: int = 3
    rounds: int = 3
    seconds: int = 3


FULL, QUICK = Effort(), Effort(asks=5, draws=2, books=1, rounds=1, seconds=1)


@dataclass(frozen=True)
class Catalogue:
    """A catalogue that has been filled, and where it is served from."""

    settings: Settings
    extent: Extent
    folder: Path


@dataclass(frozen=True)
class Measured:
    """One row's cell on one database; ``value`` is what the goal is about."""

    title: str
    cell: str
    value: float | None = None
    goal: Goal | None = None
    figures: Mapping[str, object] = field(default_factory=dict)


def of(small: Catalogue, large: Catalogue, effort: Effort) -> Iterator[Measured]:
    """All rows: the most of the large catalogue, some of both in turn."""
    with _serving(large) as served, closing(Client(served.url)) as client, _opened(large) as opened:
        yield from _documents(client, opened, large.extent, effort)
        yield from _lists(client, large.extent, effort)
        yield from _throughput(served, large, effort)
        with _serving(small) as beside, closing(Client(beside.url)) as other:
            yield _scale((client, large.extent), (other, small.extent), effort)
        yield _edit(client, opened)
    yield from _book(large, effort)
    yield _queries(large)


def _documents(client: Client, opened: Context, extent: Extent, effort: Effort) -> Iterator[Measured]:
    middle, pages = _manifest(MIDDLE_BOOK), extent.middle_book
    asking.times(
        client.get(middle) for _ in range(5)
    )  # A worker loads much of its code at its first answers.
    for said, headers in (("", _PLAIN), (", compressed", COMPRESSED)):
        cold = asking.times(_cold(client, opened, MIDDLE_BOOK, headers, effort.draws))
        yield _timed(
            f"{pages} canvases, not drawn before{said}", cold, cold.p95, Goal(60, 20, is_least=False)
        )
        again = asking.times(client.get(middle, headers) for _ in range(effort.draws))
        yield _timed(f"{pages} canvases, again{said}", again)
    for name, path in ((pages, middle), (2, _manifest(filling.identifier(1)))):
        known = {"If-None-Match": client.get(path).etag or ""}
        unchanged = asking.times((client.get(path, known) for _ in range(effort.asks)), 304)
        yield _timed(f"304 of {name} canvases", unchanged, unchanged.p95, Goal(3, 1, is_least=False))


def _cold(
    client: Client, opened: Context, name: str, headers: Mapping[str, str], count: int
) -> Iterator[Answer]:
    """Answers of which each is the first after an edit."""
    for _ in range(count):
        with opened.sessions.begin() as session:
            raised = update(Record).where(Record.identifier == name).values(revision=Record.revision + 1)
            session.execute(raised)
        yield client.get(_manifest(name), headers)


def _lists(client: Client, extent: Extent, effort: Effort) -> Iterator[Measured]:
    paths = {
        f"root collection, {extent.shelves + 3:,} collections": "/iiif/collection/root",
        f"collection of {extent.records // 10:,} records": f"/iiif/collection/{LARGE}",
    }
    parts = client.get(f"/iiif/collection/{LARGE}").document()["items"]
    if parts and parts[0]["type"] == "Collection":
        for which, part in (("first", parts[0]), ("middle", parts[len(parts) // 2])):
            paths[f"its {which} part, 1,000 records"] = (
                f"/iiif/collection/{LARGE}/{part['id'].split('/')[-1]}"
            )
    for title, path in paths.items():
        first = asking.times([client.get(path)])
        yield _timed(title, asking.times(client.get(path) for _ in range(effort.draws)), first=first.p50)
    yield from _pages(client, effort)


def _pages(client: Client, effort: Effort) -> Iterator[Measured]:
    """Pages of the records' own JSON, where this archive has them: the first, and one hundred further on."""
    path = "/api/records"
    if client.get(path).status != 200:
        return
    yield _timed("/api/records, first page", asking.times(client.get(path) for _ in range(effort.draws)))
    for _ in range(100):
        following = client.get(path).document().get("next")
        if not following:
            break
        path = "/" + str(following).split("/", 3)[3]
    yield _timed("/api/records, hundredth page", asking.times(client.get(path) for _ in range(effort.draws)))


def _throughput(served: Served, catalogue: Catalogue, effort: Effort) -> Iterator[Measured]:
    chosen = random.Random(_SEED)
    extent = catalogue.extent
    few = [filling.identifier(number) for number in range(1, min(1000, extent.records) + 1)]
    many = [
        filling.identifier(chosen.randint(1, extent.records)) for _ in range(min(100_000, extent.records))
    ]
    goal = Goal(800, 2500)
    for title, names, said in (
        (f"2 canvases, {len(few):,} records again and again", few, _PLAIN),
        (f"2 canvases, {len(few):,} again and again, compressed", few, COMPRESSED),
        (f"2 canvases, {len(many):,} records at random", many, _PLAIN),
    ):
        paths = catalogue.folder / "paths.txt"
        paths.write_text("".join(f"{_manifest(name)}\n" for name in names))
        warm = load.walk(served.url, paths, concurrency=8, seconds=2, headers=said)
        # Each worker keeps its own answers: it must have met each path once before all are asked again.
        while names is few and warm.answers < 6 * len(few):
            more = load.walk(served.url, paths, concurrency=8, seconds=2, headers=said)
            warm = dataclasses.replace(warm, answers=warm.answers + more.answers)
        # Each round goes on where the last one stopped: what was asked at random has not been asked before.
        runs: list[load.Run] = []
        for _ in range(effort.rounds):
            start = sum(run.answers for run in runs) if names is many else 0
            runs.append(
                load.walk(served.url, paths, concurrency=8, seconds=effort.seconds, start=start, headers=said)
            )
        if any(run.refused or run.broken for run in runs):
            raise SystemExit(f"{title}: not every answer was one")
        rates = [run.rate for run in runs]
        rate = statistics.median(rates)
        yield Measured(
            title,
            f"{rate:,.0f}/s ({min(rates):,.0f}–{max(rates):,.0f})",
            rate,
            goal,
            {"rates": rates, "p99": [run.p99 for run in runs]},
        )


def _scale(large: tuple[Client, Extent], small: tuple[Client, Extent], effort: Effort) -> Measured:
    """The same of two catalogues in turn, each record asked once, so that none has been drawn before."""
    chosen = random.Random(_SEED + 1)
    numbers = {
        extent.records: chosen.sample(range(1, extent.records + 1), min(effort.asks, extent.records))
        for _, extent in (large, small)
    }
    found = {extent.records: Times() for _, extent in (large, small)}
    for turn in range(min(map(len, numbers.values()))):
        for client, extent in (large, small):
            name = filling.identifier(numbers[extent.records][turn])
            found[extent.records].add(client.get(_manifest(name)))
    few, many = (found[extent.records] for _, extent in (small, large))
    ratio = many.p95 / few.p95
    return Measured(
        f"2 canvases, one of {large[1].records:,} and of {small[1].records:,}",
        f"{many}; {few}: {ratio:.2f}",
        ratio,
        Goal(1.5, 1.1, is_least=False),
        {"large": many.each, "small": few.each},
    )


def _edit(client: Client, opened: Context) -> Measured:
    """Whether an edit is seen by the next request: in the manifest, its collections and the change log."""
    name, label = filling.identifier(1), {"en": ["An edited label"]}
    manifest, shelf = _manifest(name), "/iiif/collection/shelf-00001"
    before = client.get(manifest).etag, client.get(shelf).etag
    with opened.sessions.begin() as session:
        row = session.query(Record).filter_by(identifier=name).one()
        state = records.load(session, row)
        row.label = {"en": ["Another label"]} if state.label == label else label
        label = row.label
        editing.close(session, row, state)
    after = client.get(manifest), client.get(shelf)
    with opened.sessions() as session:
        logged = session.query(Activity).filter_by(object_identifier=name, type="Update").count()
    seen = {
        "manifest": after[0].document()["label"] == label and after[0].etag != before[0],
        "collection": label in [one["label"] for one in after[1].document()["items"]],
        "ETag of the collection": after[1].etag != before[1],
        "change log": logged > 0,
    }
    missing = [name for name, is_seen in seen.items() if not is_seen]
    return Measured(
        "an edit, seen by the next request",
        f"not in {', '.join(missing)}" if missing else "yes",
        float(len(missing)),
        Goal(0, 0, is_least=False),
    )


def _book(catalogue: Catalogue, effort: Effort) -> Iterator[Measured]:
    """Seconds until a large book is there, and what that costs a worker that has done nothing before."""
    with (
        _serving(catalogue) as served,
        closing(Client(served.url)) as client,
        _opened(catalogue) as opened,
    ):
        found = asking.times(_cold(client, opened, LARGE_BOOK, COMPRESSED, effort.books))
        peak = max(worker["peak"] for worker in served.memory())
    title = f"book of {catalogue.extent.large_book:,} pages"
    # The median: at its first answer a worker has yet to load most of its code.
    seconds = found.p50 / 1000
    cell = f"{seconds:.2f} s, {found.size / 1000:,.0f} kB"
    yield Measured(title, cell, seconds, Goal(1.5, 0.4, is_least=False), {"milliseconds": found.each})
    yield Measured(f"{title}, peak of a worker", f"{peak:,.0f} MB", peak, Goal(200, 200, is_least=False))


def _queries(catalogue: Catalogue) -> Measured:
    """How many statements a manifest takes, however many canvases it has."""
    counts = {}
    names = {2: filling.identifier(min(2, catalogue.extent.records))}
    names |= {pages: name for name, pages, _ in catalogue.extent.books}
    app = create_app(catalogue.settings)
    opened: Context = app.extensions["mogao"]
    client = app.test_client()
    client.get("/iiif/collection/root")
    for pages, name in names.items():
        with _counting(opened) as statements:
            client.get(_manifest(name))
        counts[pages] = len(statements)
    opened.close()
    cell = ", ".join(f"{count} at {pages:,}" for pages, count in counts.items())
    return Measured("queries of a manifest", cell, max(counts.values()), Goal(8, 8, is_least=False))


@contextmanager
def _counting(opened: Context) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*arguments: object) -> None:
        text = str(arguments[2])
        if text.startswith("SELECT"):
            statements.append(text)

    event.listen(opened.sessions.engine, "before_cursor_execute", note)
    yield statements
    event.remove(opened.sessions.engine, "before_cursor_execute", note)


@contextmanager
def _opened(catalogue: Catalogue) -> Iterator[Context]:
    opened = context.open_context(catalogue.settings)
    try:
        yield opened
    finally:
        opened.close()


def _serving(catalogue: Catalogue) -> AbstractContextManager[Served]:
    return servers.mogao(catalogue.settings, catalogue.folder)


def _timed(
    title: str, found: Times, value: float | None = None, goal: Goal | None = None, first: float | None = None
) -> Measured:
    begun = f", first {first:.0f}" if first is not None else ""
    size = f", {found.size / 1000:,.0f} kB" if found.size else ""
    return Measured(title, f"{found}{begun}{size}", value, goal, {"milliseconds": found.each, "first": first})


def _manifest(name: str) -> str:
    return f"/iiif/manifest/{name}"
