"""The studio: which pictures there are, and painting each once, several at a time."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path

import numpy as np
import pyvips
from PIL import Image

from archive.demo import album, book, geometry, handscroll, mounting, mural, room, sound, starbook, treatise

QUALITY = 92
STRIPS = 2
"""The scroll is painted in this many strips at once."""
MOST_WORKERS = 4
POSTER = (2932, 3400)
"""Where the poster of the tune begins on the scroll, and how wide it is."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Picture:
    """A picture to be made: its path below the folder, how much of the work it is, and how it is painted."""

    path: str
    share: float
    paint: Callable[[Path], None]


def pictures(scale: float = 1.0) -> list[Picture]:
    """Every picture of the collection, the longest work first: no worker is left with it at the end."""
    strips = [Picture(f".strip-{k}.v", 20, partial(_strip, k, scale)) for k in range(STRIPS)]
    leaves = [
        Picture(f"album/{name}.jpg", 1, partial(_leaf, k, scale)) for k, name in enumerate(leaf_names())
    ]
    pages = [
        Picture(f"book/{number:02}.jpg", 0.7, partial(_page, number, scale))
        for number in range(1, treatise.PAGES + 1)
    ]
    stars = [
        Picture(f"star-book/{number:02}.jpg", 0.5, partial(_star_page, number, scale))
        for number in range(1, geometry.PAGES + 1)
    ]
    walls = [
        Picture("mural.jpg", 2, partial(_mural, scale)),
        Picture("mural-infrared.jpg", 3, partial(_infrared, scale)),
        Picture(f"{sound.NAME}.poster.jpg", 3, partial(_poster, scale)),
    ]
    return [*strips, Picture("cave.jpg", 14, partial(_room, scale)), *walls, *leaves, *pages, *stars]


def leaf_names() -> list[str]:
    """The names of the album's leaves as files, in their order."""
    return [f"{number:02}-{leaf.language}" for number, leaf in enumerate(album.LEAVES)]


def paint_all(folder: Path, progress: Progress, *, scale: float = 1.0, workers: int | None = None) -> None:
    """Paints what ``folder`` lacks; ``workers`` 0 is this process, ``None`` one a core, four at most."""
    for name in ("album", "book", "star-book"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    wanted = [picture for picture in pictures(scale) if not _there(folder, picture)]
    total = sum(picture.share for picture in wanted) + 2
    done = 0.0
    cores = min(os.cpu_count() or 1, MOST_WORKERS) if workers is None else workers
    for picture in _painted(folder, wanted, cores):
        done += picture.share
        progress(picture.path.removeprefix("."), done / total)
        _join(folder)
    _join(folder)
    progress("handscroll.jpg", 1.0)


def _there(folder: Path, picture: Picture) -> bool:
    """Whether it is painted already; a strip counts as painted once the whole scroll is."""
    return (folder / picture.path).exists() or (
        "strip" in picture.path and (folder / "handscroll.jpg").exists()
    )


def _painted(folder: Path, wanted: list[Picture], workers: int) -> Iterator[Picture]:
    if workers == 0 or not wanted:
        yield from (finish(folder, picture) for picture in wanted)
        return
    # Spawned, never forked: the server's threads and pyvips do not survive a fork.
    with ProcessPoolExecutor(min(workers, len(wanted)), multiprocessing.get_context("spawn")) as pool:
        yield from _gathered(pool, folder, wanted)


def _gathered(pool: Executor, folder: Path, wanted: list[Picture]) -> Iterator[Picture]:
    tasks: list[Future[Picture]] = [pool.submit(finish, folder, picture) for picture in wanted]
    try:
        for task in as_completed(tasks):
            yield task.result()
    finally:
        for task in tasks:
            task.cancel()


def finish(folder: Path, picture: Picture) -> Picture:
    """Paints to a name that no one reads, and renames when the last byte is there: half a picture is none."""
    target = folder / picture.path
    unfinished = target.with_name(f"unfinished-{os.getpid()}-{target.name}")
    try:
        picture.paint(unfinished)
        unfinished.replace(target)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()
    return picture


def _join(folder: Path) -> None:
    """The strips side by side as one JPEG, once all are there; then they are thrown away."""
    strips = sorted(folder.glob(".strip-*.v"))
    if len(strips) < STRIPS:
        return
    opened = (pyvips.Image.new_from_file(str(path)) for path in strips)
    whole = reduce(lambda left, right: left.join(right, "horizontal"), opened)
    finish(folder, Picture("handscroll.jpg", 0, partial(_save, whole)))
    for path in strips:
        path.unlink()


def _strip(number: int, scale: float, path: Path) -> None:
    whole = round(mounting.WIDTH * scale)
    left, right = whole * number // STRIPS, whole * (number + 1) // STRIPS
    painted = np.asarray(handscroll.strip((left, right - left), scale))
    pyvips.Image.new_from_array(painted).vipssave(str(path))


def _leaf(number: int, scale: float, path: Path) -> None:
    _keep(album.leaf(number, scale), path)


def _page(number: int, scale: float, path: Path) -> None:
    _keep(book.page(number, scale), path)


def _star_page(number: int, scale: float, path: Path) -> None:
    _keep(starbook.page(number, scale), path)


def _mural(scale: float, path: Path) -> None:
    _keep(mural.visible(scale), path)


def _infrared(scale: float, path: Path) -> None:
    mural.infrared(scale).save(path, quality=QUALITY)


def _poster(scale: float, path: Path) -> None:
    """The last of the scroll, where the tune ends: open water and a pavilion."""
    left, wide = (round(value * scale / 2) for value in POSTER)
    _keep(handscroll.strip((left, wide), scale / 2), path)


def _room(scale: float, path: Path) -> None:
    _save(room.view(scale), path)


def _keep(image: Image.Image, path: Path) -> None:
    image.save(path, quality=QUALITY, subsampling=0)


def _save(image: pyvips.Image, path: Path) -> None:
    image.jpegsave(str(path), Q=QUALITY, subsample_mode="off", optimize_coding=False)
