"""How fast images are delivered, beside iipsrv: the table of goals, measured in one interleaved run.

Real servers on one archive of pictures made for it; README.md beside this file says what is measured and how.
"""

import argparse
import datetime as dt
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from delivery import asks, holdings, load, making, pictures, report, servers, works
from delivery.holdings import Shown
from delivery.pictures import Picture
from delivery.report import Goal, Row
from delivery.servers import Served
from delivery.works import Contender, Pace, Work

from archive.config import Settings

_RESULTS = Path(__file__).parent / "results"
_FOLDER = Path(__file__).parent.parent / "build" / "bench"

_WORKS: Mapping[str, Callable[[Sequence[Shown]], Work]] = {
    "tiles": lambda shown: Work("viewer tiles", asks.tiles(shown), 8, Goal(2.5, 5)),
    "tiles-32": lambda shown: Work("viewer tiles", asks.tiles(shown), 32, Goal(2.5, 5)),
    "fits": lambda shown: Work("`full/!1024,1024`", asks.fits(shown, [1024]), 8, Goal(1.15, 1.5)),
    "any-fits": lambda shown: Work(
        "`full/!n,n`, n 900 to 1100", asks.fits(shown, range(900, 1101)), 8, Goal(1.15, 1.5)
    ),
    "max": lambda shown: Work(
        "`full/max` of pages", asks.whole(_pages(shown)), 8, Goal(1.15, 1.5), patience=3
    ),
    "thumbnails": lambda shown: Work(
        "`full/200,` and `full/!200,200`", asks.thumbnails(shown, [200]), 8, Goal(1.5, 3)
    ),
    "any-thumbnails": lambda shown: Work(
        "`full/n,` and `full/!n,n`, n 150 to 250", asks.thumbnails(shown, range(150, 251)), 8, Goal(1.5, 3)
    ),
    "regions": lambda shown: Work("any region at any size", asks.regions(shown), 8, Goal(1.15, 1.4)),
    "gray": lambda shown: Work("90° gray", asks.gray(shown), 8, Goal(1.15, 1.4)),
    "documents": lambda shown: Work("`info.json`", asks.documents(shown)),
}
_HEAVY, _MEMORY = "heavy", "memory"


@dataclass(frozen=True)
class _Extent:
    """How much is made and asked for: all of it, or as little as shows that the bench itself runs."""

    sources: tuple[Picture, ...]
    shapes: tuple[Picture, ...]
    rounds: int
    seconds: int
    mixed: int


_FULL = _Extent(
    sources=(*pictures.PAGES, pictures.LARGE, pictures.GIANT),
    shapes=(Picture("scroll.tif", 100_000, 20_000), Picture("band.tif", 60_000, 600)),
    rounds=3,
    seconds=3,
    mixed=10_000,
)
_QUICK = _Extent(
    sources=(*pictures.PAGES[:3], pictures.LARGE),
    shapes=(Picture("small-scroll.tif", 20_000, 4_000), Picture("small-band.tif", 12_000, 600)),
    rounds=1,
    seconds=1,
    mixed=1_000,
)


def main() -> None:
    """Make the pictures and the archive, measure, print the table and write the results."""
    options = _options()
    # Told to end, it leaves as after Ctrl-C: the servers end first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    load.require_wrk()
    extent = _QUICK if options.quick else _FULL
    folder: Path = options.folder.resolve()
    pace = Pace(options.rounds or extent.rounds, options.seconds or extent.seconds, folder)
    origin = pictures.make(extent.sources, folder / "pictures", options.photos)
    files = [folder / "pictures" / source.name for source in extent.sources]
    settings, shown = holdings.take_in(files, folder / "archive")
    images, peer_remark = _peer_images(shown, folder, is_plain=options.plain)
    remarks = [f"{len(shown)} pictures, {origin}; {holdings.weight(shown)}", peer_remark]
    print(*remarks, "", report.head(), sep="\n", flush=True)
    bench = _Bench(settings, shown, images, pace)
    rows = _shown_rows(bench.rows(options.only, extent.mixed))
    if options.ingest:
        rows += _shown_rows(_pyramids(files[-1], extent, pace))
    target = folder / "quick.json" if options.quick else _RESULTS / f"image-{dt.datetime.now(dt.UTC):%F}.json"
    report.write(
        target, rows, remarks, {"rounds": pace.rounds, "seconds": pace.seconds, "only": options.only}
    )


def _pages(shown: Sequence[Shown]) -> list[Shown]:
    return [asset for asset in shown if asset.pixels == 12_000_000]


def _options() -> argparse.Namespace:
    names = [*_WORKS, _HEAVY, _MEMORY]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, help="how often each server is asked (3)")
    parser.add_argument("--seconds", type=int, help="how long each time (3)")
    parser.add_argument("--only", type=_names(names), default=names, help=f"some of {','.join(names)}")
    parser.add_argument("--ingest", action="store_true", help="measure the making of pyramids too: minutes")
    parser.add_argument("--quick", action="store_true", help="small pictures, one short round: a trial")
    parser.add_argument("--plain", action="store_true", help="give iipsrv pyramids by libvips, not ours")
    parser.add_argument("--photos", type=Path, help="a folder of photographs to make the pictures from")
    parser.add_argument("--folder", type=Path, default=_FOLDER, help="where pictures are kept (build/bench)")
    return parser.parse_args()


def _names(known: Sequence[str]) -> Callable[[str], list[str]]:
    def chosen(text: str) -> list[str]:
        unknown = [name for name in text.split(",") if name and name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(known)}")
        return [name for name in known if name in text.split(",")]

    return chosen


def _peer_images(shown: Sequence[Shown], folder: Path, *, is_plain: bool) -> tuple[Path | None, str]:
    """The folder of files for iipsrv, ``None`` where it is left out; and what to say of them."""
    missing = servers.missing_for_iipsrv()
    if missing:
        return None, f"iipsrv is left out: apt-get install {' '.join(missing)}"
    images = folder / "images"
    if not is_plain:
        holdings.link(shown, images)
        with servers.iipsrv(images, folder) as served:
            if servers.sizes(served, shown):
                return images, "iipsrv reads the very files of the store"
    holdings.save_plain(shown, images)
    why = "as asked" if is_plain else "for it cannot read those of the store"
    return images, f"iipsrv reads pyramids of the same tiles and quality, made by libvips alone, {why}"


@dataclass(frozen=True)
class _Bench:
    """The archive and what iipsrv has of it in ``images``, to be served anew for each part."""

    settings: Settings
    shown: Sequence[Shown]
    images: Path | None
    pace: Pace

    def rows(self, names: Sequence[str], mixed: int) -> Iterator[Row]:
        """The rows of the table that ``names`` name, each as soon as it is measured."""
        giant = max(self.shown, key=lambda asset: asset.pixels)
        with self._served() as (server, contenders):
            for name in (name for name in names if name in _WORKS):
                yield works.compare(_WORKS[name](self.shown), contenders, self.pace)
            if _HEAVY in names:
                yield works.beside_heavy(server, giant, _WORKS["tiles"](self.shown), self.pace)
        if _MEMORY in names:
            # Anew: what was answered before has left its mark on the memory.
            with self._served() as (_, contenders):
                yield works.memory(contenders, giant, mixed, self.pace.folder)

    @contextmanager
    def _served(self) -> Iterator[tuple[Served, list[Contender]]]:
        with ExitStack() as stack:
            server = stack.enter_context(servers.mogao(self.settings, self.pace.folder))
            contenders = works.ours(server)
            if self.images is not None:
                peer = stack.enter_context(servers.iipsrv(self.images, self.pace.folder))
                contenders.append(works.peer(peer, self.shown))
            yield server, contenders


def _pyramids(picture: Path, extent: _Extent, pace: Pace) -> Iterator[Row]:
    folder = pace.folder / "ingest" / picture.stem
    pictures.make(extent.shapes, folder, None)
    threads = os.cpu_count() or 1
    yield from making.formats(picture, folder, rounds=pace.rounds, threads=threads)
    yield from making.shapes(extent.shapes, folder, threads=threads)


def _shown_rows(rows: Iterator[Row]) -> list[Row]:
    """The rows, each printed as it comes, and below them all what is to be noted."""
    kept = []
    for row in rows:
        print(row.line(), flush=True)
        kept.append(row)
    print("", *(f"- {row.title}: {note}" for row in kept for note in row.notes), "", sep="\n", flush=True)
    return kept


if __name__ == "__main__":
    main()
