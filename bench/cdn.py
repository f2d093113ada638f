"""What a cache in front is worth: viewer tiles through the nginx of docs/deploy, beside the server alone.

The documented site as it stands, without TLS. Warm: every tile is asked for once before it counts.
"""

import argparse
import statistics
from pathlib import Path

from delivery import asks, holdings, load, pictures, servers
from delivery.load import Run
from delivery.pictures import Picture

_FOLDER = Path(__file__).parent.parent / "build" / "bench" / "cdn"
_SOURCES = (*pictures.PAGES[:4], Picture("large-page.tif", 6_000, 8_000))


def main() -> None:
    """Take the pictures in, serve them, ask the two in turn, print answers a second and their ratio."""
    options = _options()
    load.require_wrk()
    folder: Path = options.folder.resolve()
    pictures.make(_SOURCES, folder / "pictures", None)
    files = [folder / "pictures" / source.name for source in _SOURCES]
    settings, shown = holdings.take_in(files, folder / "archive")
    paths = folder / "paths.txt"
    distinct = sorted({f"/iiif/image/3/{ask.asset}{ask.v3}" for ask in asks.tiles(shown)})
    paths.write_text("".join(f"{path}\n" for path in distinct))
    with servers.mogao(settings, folder) as archive, servers.cached(archive, folder) as cache:
        rounds = f"{options.rounds} rounds of {options.seconds} s"
        print(f"{len(distinct):,} tiles of {len(shown)} pictures, {rounds}")
        for concurrency in (8, 32):
            _compare(
                {"the server alone": archive.url, "through nginx": cache.url}, paths, concurrency, options
            )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is asked (3)")
    parser.add_argument("--seconds", type=int, default=3, help="how long each time (3)")
    parser.add_argument(
        "--folder", type=Path, default=_FOLDER, help="where pictures are kept (build/bench/cdn)"
    )
    return parser.parse_args()


def _compare(urls: dict[str, str], paths: Path, concurrency: int, options: argparse.Namespace) -> None:
    for url in urls.values():
        load.ask(url, paths, count=len(paths.read_text().splitlines()))
    runs: dict[str, list[Run]] = {name: [] for name in urls}
    for number in range(options.rounds):
        for name, url in urls.items():
            seconds, start = options.seconds, number * 997
            runs[name].append(load.walk(url, paths, concurrency=concurrency, seconds=seconds, start=start))
    rates = {name: statistics.median(run.rate for run in of_one) for name, of_one in runs.items()}
    for name, of_one in runs.items():
        faults = sum(run.refused + run.broken for run in of_one)
        p99 = statistics.median(run.p99 for run in of_one)
        print(f"concurrency {concurrency:2}, {name}: {rates[name]:,.0f}/s, p99 {p99:.1f} ms, {faults} failed")
    alone, cached = rates.values()
    print(f"concurrency {concurrency:2}, ratio: {cached / alone:.2f}")


if __name__ == "__main__":
    main()
