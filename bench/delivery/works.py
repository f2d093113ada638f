"""What is measured of running servers: answers a second, tiles beside heavy clients, memory."""

import io
import json
import random
import statistics
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image

from delivery import asks, load, servers
from delivery.asks import Ask
from delivery.holdings import Shown
from delivery.load import Run
from delivery.report import Goal, Row
from delivery.servers import Served

_SAMPLE = 6
_HEAVY = [
    f"/iiif/image/{version}/{{asset}}/full/max/{rotation}/{quality}.jpg"
    for version in (3, 2)
    for rotation in ("0", "!0")
    for quality in ("default", "gray")
]
"""Eight requests for all of a picture, no two alike: answering one does not answer another."""


@dataclass(frozen=True)
class Pace:
    """How long and how often each contender is asked, and where the lists of requests are written."""

    rounds: int
    seconds: int
    folder: Path


@dataclass(frozen=True)
class Contender:
    """A server by one version of the API; by the part ``slack`` a size may differ from what was asked."""

    name: str
    served: Served
    path: Callable[[Ask], str]
    slack: float = 0.0


@dataclass(frozen=True)
class Work:
    """One kind of request. The goal is a ratio to the peer's answers a second, ``None`` where none is set.

    ``patience`` is for how many times as long it is asked, where a single answer takes long.
    """

    title: str
    asks: Sequence[Ask]
    concurrency: int = 8
    goal: Goal | None = None
    patience: int = 1


def ours(served: Served) -> list[Contender]:
    """Our server by 3.0 and by 2.1."""
    return [
        Contender("mogao 3.0", served, lambda ask: f"/iiif/image/3/{ask.asset}{ask.v3}"),
        Contender("mogao 2.1", served, lambda ask: f"/iiif/image/2/{ask.asset}{ask.v2}"),
    ]


def peer(served: Served, assets: Sequence[Shown]) -> Contender:
    """iipsrv, by 2.1; where it takes a picture to be larger, by a margin, it is asked for the true region."""
    sizes = servers.sizes(served, assets)
    regions = {
        asset.identifier: f"/0,0,{asset.width},{asset.height}/"
        for asset in assets
        if sizes[asset.identifier] != (asset.width, asset.height)
    }

    def path(ask: Ask) -> str:
        return f"/{ask.asset}.tif" + ask.v2.replace("/full/", regions.get(ask.asset, "/full/"), 1)

    return Contender("iipsrv", served, path, slack=0.01)


def compare(work: Work, contenders: Sequence[Contender], pace: Pace) -> Row:
    """Ask the contenders in turn, round by round: what disturbs the machine disturbs them alike."""
    lists = {contender.name: _write(work, contender, pace.folder) for contender in contenders}
    runs: dict[str, list[Run]] = {contender.name: [] for contender in contenders}
    for contender in contenders:
        load.walk(contender.served.url, lists[contender.name], concurrency=work.concurrency, seconds=1)
    for number in range(pace.rounds):
        for contender in contenders:
            run = load.walk(
                contender.served.url,
                lists[contender.name],
                concurrency=work.concurrency,
                seconds=pace.seconds * work.patience,
                start=number * 997,
            )
            runs[contender.name].append(run)
    wrong = {contender.name: _wrong(contender, work.asks) for contender in contenders}
    return _row(work, runs, wrong)


def beside_heavy(served: Served, giant: Shown, tiles: Work, pace: Pace) -> Row:
    """The p99 of tiles when all is quiet, and while eight clients ask for the whole of ``giant``, in turn."""
    (contender, _) = ours(served)
    paths = _write(tiles, contender, pace.folder)
    heavy = [path.format(asset=giant.identifier) for path in _HEAVY]
    quiet, loaded, answers = [], [], Counter[str]()
    for number in range(pace.rounds):
        start, seconds = number * 997, max(2, pace.seconds)
        quiet.append(load.walk(served.url, paths, concurrency=8, seconds=seconds, start=start))
        with load.crowd(served.url, heavy) as statuses:
            time.sleep(1)
            loaded.append(load.walk(served.url, paths, concurrency=8, seconds=seconds, start=start))
        answers.update(statuses)
    before, beside = _median(quiet, "p99"), _median(loaded, "p99")
    counted = ", ".join(f"{count} × {status}" for status, count in sorted(answers.items()))
    figures = {"quiet": _figures(quiet), "loaded": _figures(loaded), "heavy answers": dict(answers)}
    return Row(
        title=f"p99 of tiles beside 8 clients of the whole {giant.pixels / 1e6:,.0f} MP",
        cells={"mogao 3.0": f"{before:.1f} → {beside:.1f} ms"},
        value=beside / before if before else None,
        goal=Goal(3, 1.5, is_least=False),
        notes=(f"the heavy clients got {counted}", *_faults("quiet", quiet), *_faults("loaded", loaded)),
        figures=figures,
    )


def memory(contenders: Sequence[Contender], giant: Shown, count: int, folder: Path) -> Row:
    """The memory of each worker of ours, and of the peer's, after ``count`` mixed requests on ``giant``."""
    work = Work("memory", asks.mixed(giant))
    asked = [contender for contender in contenders if contender.name != "mogao 2.1"]
    cells, figures, notes, most = {}, {}, [], {}
    for contender in asked:
        runs = load.ask(contender.served.url, _write(work, contender, folder), count=count)
        workers = contender.served.memory()
        most[contender.name] = max(worker["rss"] for worker in workers)
        peak = max(worker["peak"] for worker in workers)
        cells[contender.name] = f"{most[contender.name]:.0f} (peak {peak:.0f}) MB"
        figures[contender.name] = {"workers": workers, "runs": [asdict(run) for run in runs]}
        notes += _faults(contender.name, runs)
    return Row(
        title=f"memory of a worker after {count:,} mixed requests on {giant.pixels / 1e6:,.0f} MP",
        cells=cells,
        value=most["mogao 3.0"],
        goal=Goal(250, 150, is_least=False),
        notes=tuple(notes),
        figures=figures,
    )


def _write(work: Work, contender: Contender, folder: Path) -> Path:
    path = folder / "paths" / f"{contender.name}.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{contender.path(ask)}\n" for ask in work.asks))
    return path


def _row(work: Work, runs: Mapping[str, list[Run]], wrong: Mapping[str, list[str]]) -> Row:
    rates = {name: _median(of_one, "rate") for name, of_one in runs.items()}
    peers = [rate for name, rate in rates.items() if not name.startswith("mogao")]
    mine = [rate for name, rate in rates.items() if name.startswith("mogao")]
    distinct = len(set(work.asks))
    notes = [note for name, of_one in runs.items() for note in _faults(name, of_one)]
    notes += [f"{name}: {fault}" for name, faults in wrong.items() for fault in faults]
    return Row(
        title=f"{work.title}, concurrency {work.concurrency}, {distinct:,} URLs",
        cells={name: _cell(of_one) for name, of_one in runs.items()},
        # Both versions have to reach it: the slower one counts.
        value=min(mine) / peers[0] if peers and peers[0] else None,
        goal=work.goal,
        notes=tuple(notes),
        figures={"urls": distinct, **{name: _figures(of_one) for name, of_one in runs.items()}},
    )


def _cell(runs: Sequence[Run]) -> str:
    rates = [run.rate for run in runs]
    latency = f"{_median(runs, 'p50'):.1f}/{_median(runs, 'p99'):.1f}"
    return f"{statistics.median(rates):,.0f} ({min(rates):,.0f}–{max(rates):,.0f}), {latency}"


def _figures(runs: Sequence[Run]) -> dict[str, object]:
    medians = {kind: _median(runs, kind) for kind in ("rate", "p50", "p99")}
    return {**medians, "runs": [asdict(run) for run in runs]}


def _faults(name: str, runs: Sequence[Run]) -> list[str]:
    refused, broken = sum(run.refused for run in runs), sum(run.broken for run in runs)
    answers = sum(run.answers for run in runs)
    found = [f"{name}: {refused} of {answers} answers of status 400 and more"] if refused else []
    return [*found, f"{name}: {broken} connections failed"] if broken else found


def _median(runs: Sequence[Run], kind: str) -> float:
    return float(statistics.median(getattr(run, kind) for run in runs))


def _wrong(contender: Contender, chosen: Sequence[Ask]) -> list[str]:
    """What is wrong with a sample of answers: one line for each."""
    sample = random.Random(1).sample(chosen, min(_SAMPLE, len(chosen)))
    found = [_fault(contender, ask) for ask in sample]
    return [fault for fault in found if fault]


def _fault(contender: Contender, ask: Ask) -> str | None:
    path = contender.path(ask)
    try:
        with urllib.request.urlopen(contender.served.url + path, timeout=60) as answer:
            body = answer.read()
        if ask.size is None:
            json.loads(body)
            return None
        with Image.open(io.BytesIO(body)) as image:
            image.load()
            size = image.size
    except (OSError, ValueError) as error:
        return f"{path}: {error}"
    if all(abs(got - want) <= want * contender.slack for got, want in zip(size, ask.size, strict=True)):
        return None
    return f"{path}: {size[0]} × {size[1]} pixels, not {ask.size[0]} × {ask.size[1]}"
