"""How pyramids are made: time, memory and bytes beside libvips alone."""

import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyvips
from pyvips.voperation import cache_set_max, concurrency_set

from delivery import memory
from delivery.pictures import Picture
from delivery.report import Goal, Row
from iiif.image import pyramid
from iiif.image.source import SourceLimits

_LIMITS = SourceLimits(max_pixels=1 << 32, max_bytes=1 << 40)
_QUALITY = 85
_WRITERS: dict[str, Callable[[pyvips.Image, str], None]] = {
    "TIFF.tif": lambda image, path: image.tiffsave(path),
    "BigTIFF.tif": lambda image, path: image.tiffsave(path, bigtiff=True),
    "baseline JPEG.jpg": lambda image, path: image.jpegsave(path, Q=92),
    "PNG.png": lambda image, path: image.pngsave(path, compression=1),
}
"""By the name of a file, what writes it: each format that streams."""


@dataclass(frozen=True)
class Made:
    """A pyramid: seconds, megabytes of memory at most, bytes of the file, pixels of all its levels."""

    seconds: float
    peak: float
    bytes: int
    pixels: int


def formats(picture: Path, folder: Path, *, rounds: int, threads: int) -> Iterator[Row]:
    """A row for each format that streams, ``picture`` being written in each first."""
    folder.mkdir(exist_ok=True)
    for name, write in _WRITERS.items():
        source = folder / name
        if not source.exists():
            part = source.with_stem("part")
            write(pyvips.Image.new_from_file(str(picture), access="sequential"), str(part))
            part.replace(source)
        own, plain = _both(source, folder, rounds=rounds, threads=threads)
        yield from _time_and_memory(source.stem, own, plain)


def shapes(pictures: Sequence[Picture], folder: Path, *, threads: int) -> Iterator[Row]:
    """A row for each picture of a shape out of the common: what is stored of it beside libvips' own."""
    for picture in pictures:
        own, plain = _both(folder / picture.name, folder, rounds=1, threads=threads)
        pixels, size = own[0].pixels / plain[0].pixels, own[0].bytes / plain[0].bytes
        yield Row(
            title=f"stored of {picture.width:,} × {picture.height:,}: bytes × {size:.2f}, pixels ×",
            cells={"mogao 3.0": _shown(own)},
            value=max(pixels, size),
            goal=Goal(1.5, 1.1, is_least=False),
            notes=(f"libvips alone: {_shown(plain)}",),
            figures={"mogao": asdict(own[0]), "libvips": asdict(plain[0])},
        )


def save_plain(source: Path, target: Path, threads: int) -> None:
    """Write the pyramid that ``vips tiffsave`` makes of a source, its tiles of our size and quality."""
    concurrency_set(threads)
    cache_set_max(0)
    pyvips.Image.new_from_file(str(source), access="sequential").tiffsave(
        str(target),
        compression="jpeg",
        Q=_QUALITY,
        tile=True,
        tile_width=512,
        tile_height=512,
        pyramid=True,
        depth="onetile",
        bigtiff=True,
        keep=0,
    )


def _time_and_memory(name: str, own: Sequence[Made], plain: Sequence[Made]) -> Iterator[Row]:
    ratio = statistics.median(made.seconds for made in own) / statistics.median(
        made.seconds for made in plain
    )
    yield Row(
        title=f"time of a pyramid from {name}",
        cells={"mogao 3.0": _shown(own)},
        value=ratio,
        goal=Goal(1.2, 1, is_least=False),
        notes=(f"libvips alone: {_shown(plain)}",),
        figures={"mogao": [asdict(made) for made in own], "libvips": [asdict(made) for made in plain]},
    )
    yield Row(
        title=f"memory of a pyramid from {name}, MB",
        cells={"mogao 3.0": _shown(own)},
        value=max(made.peak for made in own),
        goal=Goal(1024, 512, is_least=False),
    )


def _both(source: Path, folder: Path, *, rounds: int, threads: int) -> tuple[list[Made], list[Made]]:
    own, plain = [], []
    for _ in range(rounds):
        own.append(_alone(_make, source, folder / "made.tif", threads))
        plain.append(_alone(save_plain, source, folder / "made.tif", threads))
    return own, plain


def _alone(make: Callable[[Path, Path, int], None], source: Path, target: Path, threads: int) -> Made:
    """Call ``make`` in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        seconds, peak = pool.apply(_measured, (make, source, target, threads))
    made = Made(seconds, peak, target.stat().st_size, _stored_pixels(target))
    target.unlink()
    return made


def _measured(
    make: Callable[[Path, Path, int], None], source: Path, target: Path, threads: int
) -> tuple[float, float]:
    started = time.perf_counter()
    make(source, target, threads)
    return time.perf_counter() - started, memory.megabytes("self", "VmHWM")


def _make(source: Path, target: Path, threads: int) -> None:
    pyramid.make(source, target, limits=_LIMITS, quality=_QUALITY, threads=threads)


def _stored_pixels(path: Path) -> int:
    pages = pyvips.Image.new_from_file(str(path)).get_n_pages()
    levels = [pyvips.Image.new_from_file(str(path), page=page) for page in range(pages)]
    return sum(level.width * level.height for level in levels)


def _shown(made: Sequence[Made]) -> str:
    seconds = statistics.median(one.seconds for one in made)
    return f"{seconds:.1f} s, {max(one.peak for one in made):,.0f} MB"
