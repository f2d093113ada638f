"""How fast the archive takes in: rows of a sheet, photographs, and the memory that each costs."""

import argparse
import csv
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyvips

from archive import config, context, work
from archive.context import Context
from archive.ingest import load, sources
from iiif.image import pyramid
from iiif.image.source import SourceLimits

_PLACES = ("Dunhuang", "Turfan", "Kucha", "Khotan", "Samarkand", "Tyre", "Venice")
_LIMITS = SourceLimits(max_pixels=1 << 32, max_bytes=1 << 40)


def main() -> None:
    """Print records/s of a sheet without files, images/s of photographs, and the peak of memory of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the sheet; 0: leave it out")
    parser.add_argument("--images", type=int, default=40, help="photographs of 12 MP; 0: leave them out")
    parser.add_argument(
        "--large", type=int, default=200, help="megapixels of one large scan; 0: leave it out"
    )
    parser.add_argument("--folder", type=Path, help="where the archive is made and removed again")
    options = parser.parse_args()
    for measure, amount in ((rows, options.rows), (photographs, options.images), (large_scan, options.large)):
        if amount:
            with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                measure(Path(folder), amount)


def rows(folder: Path, count: int) -> None:
    """Take in a sheet of ``count`` records without files, then take it in again unchanged."""
    sheet = _write_sheet(folder / "sheet.csv", count)
    with _archive(folder) as opened:
        for name in ("new", "unchanged"):
            seconds = _take_in(opened, sheet)
            print(f"{count:,} {name} rows: {count / seconds:,.0f} records/s ({seconds:.1f} s)")
    print(f"peak memory: {_peak(resource.RUSAGE_SELF):,.0f} MB")


def photographs(folder: Path, count: int) -> None:
    """Take in ``count`` photographs of 12 megapixels and make their pyramids."""
    source = folder / "photographs"
    source.mkdir()
    painted = _texture(4000, 3000)
    for number in range(count):
        painted.wrap(x=number * 97, y=number * 61).jpegsave(str(source / f"{number}.jpg"), Q=92)
    with _archive(folder) as opened:
        seconds = _take_in(opened, source)
        print(f"{count} photographs of 12 MP: {count / seconds:.1f} images/s taken in")
        started = time.perf_counter()
        work.drain(opened)
        seconds = time.perf_counter() - started
        workers = opened.settings.pyramid_workers
    print(f"their pyramids: {count / seconds:.1f} images/s by {workers} workers")
    print(f"peak memory of a worker: {_peak(resource.RUSAGE_CHILDREN):,.0f} MB")


def large_scan(folder: Path, megapixels: int) -> None:
    """Make the pyramid of one TIFF, in a process of its own."""
    width = round((megapixels * 2_000_000) ** 0.5)
    source = folder / "large.tif"
    tiles = _texture(2000, 2000).replicate(width // 2000 + 1, width // 2000 + 1)
    tiles.crop(0, 0, width, width // 2).tiffsave(str(source))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        seconds, peak = pool.apply(_pyramid, (source, folder / "pyramid.tif"))
    print(f"a pyramid of {megapixels} MP: {seconds:.1f} s, peak memory {peak:,.0f} MB")


def _write_sheet(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "identifier",
                "label@en",
                "label@zh",
                "maker",
                "date",
                "place",
                "subject",
                "collection",
                "Technique",
            ]
        )
        writer.writerows(_row(number) for number in range(count))
    return path


def _row(number: int) -> list[str]:
    place = _PLACES[number % len(_PLACES)]
    return [
        f"bench-{number:06}",
        f"Fragment {number} of a manuscript found at {place}",
        f"寫本殘片第{number}號",
        "Unknown scribe|Unknown illuminator" if number % 3 else "",
        f"c. {600 + number % 400}",
        place,
        "manuscripts|fragments",
        f"Manuscripts/{place}",
        "Ink on paper",
    ]


def _texture(width: int, height: int) -> pyvips.Image:
    """A picture as hard to compress as a photograph: slow colors under a grain."""
    slow = pyvips.Image.perlin(width, height, cell_size=256, seed=1) * 90 + 128
    red, green, blue = (
        slow + pyvips.Image.gaussnoise(width, height, sigma=6, seed=band) for band in range(3)
    )
    return red.bandjoin(green).bandjoin(blue).cast("uchar").copy(interpretation="srgb").copy_memory()


@contextmanager
def _archive(folder: Path) -> Iterator[Context]:
    opened = context.open_context(config.read({"MOGAO_DATA_DIR": str(folder / "data")}))
    try:
        context.initialise(opened)
        yield opened
    finally:
        opened.close()


def _take_in(opened: Context, path: Path) -> float:
    started = time.perf_counter()
    report = load.load(opened, sources.open_source([path], byte_limit=1 << 30))
    if not report.is_clean:
        raise SystemExit(f"not taken in: {report.stopped or report.all_faults()[:3]}")
    return time.perf_counter() - started


def _pyramid(source: Path, target: Path) -> tuple[float, float]:
    started = time.perf_counter()
    pyramid.make(source, target, limits=_LIMITS)
    return time.perf_counter() - started, _peak(resource.RUSAGE_SELF)


def _peak(whose: int) -> float:
    """Megabytes: Linux counts in kilobytes."""
    return resource.getrusage(whose).ru_maxrss / 1024


if __name__ == "__main__":
    main()
