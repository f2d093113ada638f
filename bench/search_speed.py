"""How fast the search engines are: a million records and 100,000 pages taken in, and asked.

README.md beside this file says what is measured.
"""

import argparse
import datetime as dt
import random
import shutil
import statistics
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from delivery import report
from delivery.report import Goal, Row
from retrieval import records
from retrieval.records import LAYOUT, Language

from search import analysis
from search.analysis import stemming
from search.engine import Index, Query, Range
from search.opening import open_engine
from search.query import parse, relaxed

_ROOT = Path(__file__).parent.parent
_RESULTS = Path(__file__).parent / "results"
_FOLDER = _ROOT / "build" / "bench" / "search"
_ENGINES = ("embedded", "elastic")
_BATCH = 20_000
_GOALS: Mapping[tuple[str, str], Goal] = {
    ("embedded", "records"): Goal(5000, 10_000),
    ("embedded", "queries"): Goal(10, 3, is_least=False),
    ("embedded", "autocomplete"): Goal(50, 10, is_least=False),
    ("embedded", "pages"): Goal(400, 1500),
    ("elastic", "records"): Goal(3000, 7000),
    ("elastic", "queries"): Goal(30, 8, is_least=False),
    ("elastic", "autocomplete"): Goal(50, 10, is_least=False),
}
_FACETS = LAYOUT.facets
_LOAD = "the clock's figures have the load of everything else on the machine in them, a processor's have not"
_TAGS = tuple(tag for tag in ("en", "fr", "de", "ru", "ar", "hi") if tag in stemming.LANGUAGES)

Ask = Callable[[], object]


def main() -> None:
    """Fill, ask, print the table and write the results."""
    options = _options()
    spoken = records.languages(options.seed, options.work)
    rows: list[Row] = []
    for name in options.engines:
        with _engine(name, options.folder) as (url, size):
            for row in _measured(name, url, size, spoken, options):
                print(row.line(["figures"]), flush=True)
                rows.append(row)
    print("", report.head(["figures"]), *(row.line(["figures"]) for row in rows), sep="\n")
    if options.write:
        settings = {"records": options.records, "pages": options.pages, "seed": options.seed}
        settings |= {"words": "of real texts" if options.work else "made up", "asks": options.asks}
        name = "-".join(["search-speed", *options.engines])
        report.write(_RESULTS / f"{name}-{dt.datetime.now(dt.UTC):%F}.json", rows, [_LOAD], settings)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000, help="how many (1,000,000)")
    parser.add_argument(
        "--pages", type=int, default=100_000, help="of 400 words (100,000); 0: leave them out"
    )
    parser.add_argument("--engines", nargs="+", choices=_ENGINES, default=list(_ENGINES), help="which (both)")
    parser.add_argument("--asks", type=int, default=500, help="queries of each kind (500)")
    parser.add_argument("--seed", type=int, default=1, help="of the records and the queries (1)")
    parser.add_argument(
        "--work", type=Path, help="the folder of texts of search_quality.py: words are theirs"
    )
    parser.add_argument("--folder", type=Path, default=_FOLDER, help="where indexes are made")
    parser.add_argument("--write", action="store_true", help="write the results")
    return parser.parse_args()


@contextmanager
def _engine(name: str, folder: Path) -> Iterator[tuple[str, Callable[[], int]]]:
    """The address of an empty engine, and what asks for its bytes."""
    held = folder.resolve() / name
    shutil.rmtree(held, ignore_errors=True)
    held.mkdir(parents=True)
    try:
        if name == "embedded":
            yield f"embedded:{held}", lambda: _bytes(held)
            return
        # The tests know how a node is started.
        sys.path.append(str(_ROOT / "tests"))
        import elastic  # noqa: PLC0415  # Not to be found before.

        with elastic.running(held, heap="2g") as url:
            yield f"{url}/bench", lambda: _stored(url)
    finally:
        shutil.rmtree(held, ignore_errors=True)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _stored(url: str) -> int:
    with urllib.request.urlopen(f"{url}/_cat/indices?h=store.size&bytes=b", timeout=60) as answer:
        return sum(map(int, answer.read().split()))


def _measured(
    name: str, url: str, size: Callable[[], int], spoken: Sequence[Language], options: argparse.Namespace
) -> Iterator[Row]:
    engine = open_engine(url, LAYOUT)
    made = records.records(spoken, options.records, options.seed)
    index = engine.rebuild("records")
    spent = _fill(index, made)
    index.swap()
    yield _filled(name, "records", options.records, spent, size())
    held = engine.index("records")
    yield from _asked(name, held, spoken, options)
    engine.close()
    if options.pages:
        engine = open_engine(url, LAYOUT)
        index = engine.rebuild("pages")
        before = size()
        spent = _fill(index, records.pages(spoken, options.pages, 400, options.seed))
        index.swap()
        yield _filled(name, "pages", options.pages, spent, size() - before)
        engine.close()


@dataclass
class _Spent:
    """Seconds of the clock, and of the processors that this process had: the others' load is not in these."""

    clock: float = 0.0
    processors: float = 0.0

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Add what is done within."""
        clock, processors = time.perf_counter(), time.process_time()
        yield
        self.clock += time.perf_counter() - clock
        self.processors += time.process_time() - processors


def _fill(index: Index, made: Iterator[records.Record | records.Page]) -> tuple[_Spent, _Spent]:
    """What taking all in took, the analysis as the engine asks for it; and what the analysis alone takes."""
    whole, analysed = _Spent(), _Spent()
    number = 0
    while batch := list(islice(made, _BATCH)):
        with whole.measured():
            index.write((record.document() for record in batch), [], cursor=str(number))
        # A tenth is as good as all.
        with analysed.measured():
            for record in batch[::10]:
                record.document()
        number += len(batch)
    return whole, _Spent(analysed.clock * 10, analysed.processors * 10)


def _filled(name: str, kind: str, count: int, spent: tuple[_Spent, _Spent], size: int) -> Row:
    whole, analysed = spent
    rate = count / whole.clock
    figures = {
        "a second": rate,
        "a second, analysed before": count / max(whole.clock - analysed.clock, 1e-9),
        "analysed a second": count / analysed.clock,
        "a second of a processor": count / whole.processors,
        "a second of a processor, analysed before": count / max(whole.processors - analysed.processors, 1e-9),
        "analysed a second of a processor": count / analysed.processors,
        "bytes": size,
    }
    cell = (
        f"{rate:,.0f}/s (analysis alone {figures['analysed a second']:,.0f}/s, the rest "
        f"{figures['a second, analysed before']:,.0f}/s); a second of a processor: "
        f"{figures['a second of a processor']:,.0f} (the rest "
        f"{figures['a second of a processor, analysed before']:,.0f}); {size / 2**20:,.0f} MB"
    )
    title = f"{name}: {count:,} {kind} indexed, analysis included"
    return Row(title, {"figures": cell}, rate, _GOALS.get((name, kind)), figures=figures)


def _asked(name: str, index: Index, spoken: Sequence[Language], options: argparse.Namespace) -> Iterator[Row]:
    chance = random.Random(options.seed + 1)
    sample = [
        record for record in records.records(spoken, options.asks * 4, options.seed) if len(record.title) > 3
    ]
    every: list[_Time] = []
    for kind, ask in _KINDS.items():
        chosen = [chance.choice(sample) for _ in range(options.asks)]
        asks = [ask(index, record, chance) for record in chosen]
        times = _times(asks)
        every += [] if kind == "relaxed" else times
        yield _times_row(f"{name}: {kind}", times, None)
    yield _times_row(f"{name}: all of these queries", every, _GOALS.get((name, "queries")))
    begun = [_begun(chance.choice(sample), chance) for _ in range(options.asks)]
    times = _times([partial(index.terms, prefix) for prefix in begun])
    yield _times_row(f"{name}: autocomplete, 1 to 4 letters", times, _GOALS.get((name, "autocomplete")))
    misspelled = [_misspelled(chance.choice(sample), chance) for _ in range(options.asks // 5)]
    times = _times([partial(index.similar, word) for word in misspelled])
    yield _times_row(f"{name}: similar words", times, None)


class _Time(NamedTuple):
    """Milliseconds of the clock, and of the processor that had the thread."""

    clock: float
    processor: float


def _times(asks: Iterable[Ask]) -> list[_Time]:
    """What each takes, after a tenth of them to get warm."""
    asks = list(asks)
    for ask in asks[: len(asks) // 10]:
        ask()
    times = []
    for ask in asks:
        clock, processor = time.perf_counter(), time.thread_time()
        ask()
        times.append(_Time((time.perf_counter() - clock) * 1000, (time.thread_time() - processor) * 1000))
    return times


def _times_row(title: str, times: Sequence[_Time], goal: Goal | None) -> Row:
    cuts = statistics.quantiles([one.clock for one in times], n=100)
    own = statistics.quantiles([one.processor for one in times], n=100)
    figures = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "processor's p95": own[94]}
    cell = "p50 {p50:.2f}, p95 {p95:.2f}, p99 {p99:.2f} ms; a processor's: p95 {processor's p95:.2f}"
    return Row(title, {"figures": cell.format(**figures)}, cuts[94], goal, figures=figures)


def _words(record: records.Record, chance: random.Random, count: int) -> str:
    words = record.title.split()
    if len(words) == 1:
        start = chance.randint(0, max(len(words[0]) - 2 * count, 0))
        return words[0][start : start + 2 * count]
    start = chance.randint(0, max(len(words) - count, 0))
    return " ".join(words[start : start + count])


def _plain(count: int) -> Callable[[Index, records.Record, random.Random], Ask]:
    def made(index: Index, record: records.Record, chance: random.Random) -> Ask:
        query = parse(_words(record, chance, count), languages=_TAGS)
        return lambda: index.search(query, limit=10)

    return made


def _phrase(index: Index, record: records.Record, chance: random.Random) -> Ask:
    query = parse(f'"{_words(record, chance, 2)}"', languages=_TAGS)
    return lambda: index.search(query, limit=10)


def _prefix(index: Index, record: records.Record, chance: random.Random) -> Ask:
    query = parse(_words(record, chance, 1)[:4] + "*", languages=_TAGS)
    return lambda: index.search(query, limit=10)


def _faceted(index: Index, record: records.Record, chance: random.Random) -> Ask:
    query = parse(_words(record, chance, 1), languages=_TAGS)
    return lambda: index.search(query, limit=10, facets=_FACETS)


def _filtered(index: Index, record: records.Record, chance: random.Random) -> Ask:
    plain = parse(_words(record, chance, 1), languages=_TAGS)
    query = Query(
        plain.groups, boosts=plain.boosts, facets={"type": (record.kind,)}, ranges=(Range("year", 0, 1500),)
    )
    return lambda: index.search(query, limit=10)


def _relaxed(index: Index, record: records.Record, chance: random.Random) -> Ask:
    query = relaxed(parse(_words(record, chance, 4), languages=_TAGS))
    return lambda: index.search(query, limit=10)


_KINDS: Mapping[str, Callable[[Index, records.Record, random.Random], Ask]] = {
    "one word": _plain(1),
    "two words": _plain(2),
    "a phrase": _phrase,
    "a prefix": _prefix,
    "three facets counted": _faceted,
    "filtered by facet and years": _filtered,
    "relaxed": _relaxed,
}


def _begun(record: records.Record, chance: random.Random) -> str:
    terms = analysis.terms(record.title).words
    return chance.choice(terms)[: chance.randint(1, 4)] if terms else "a"


def _misspelled(record: records.Record, chance: random.Random) -> str:
    word = max(analysis.terms(record.title).words, key=len, default="word")
    at = chance.randint(1, len(word))
    return word[:at] + word[at + 1 :]


if __name__ == "__main__":
    main()
