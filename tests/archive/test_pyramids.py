"""Pyramids are opened once, with few reads, and kept open."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from factories import tiff

from archive.config import Settings
from archive.errors import NotFound
from archive.storage.local import LocalStore
from archive.storage.pyramids import Pyramids
from iiif.errors import InvalidSource
from iiif.image import pyramid
from iiif.image.source import SourceLimits
from iiif.image.tiff import FileReader

_KEY = "pyramids/aa/p.tif"
_SIZE = {"width": 4200, "height": 2600}


class Counting(LocalStore):
    """A store that counts what is opened and read, and opens slowly until ``gate`` is open."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.opened = 0
        self.reads: list[tuple[int, int]] = []
        self.gate = threading.Event()
        self.gate.set()

    def reader(self, key: str) -> FileReader:
        """The file, whose reads are counted."""
        self.opened += 1
        self.gate.wait(10)
        read = super().reader(key).read_range
        found = super().reader(key)

        def counted(offset: int, length: int) -> bytes:
            self.reads.append((offset, length))
            return read(offset, length)

        found.read_range = counted  # type: ignore[method-assign]  # Counting is all that is added.
        return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pyramid whose largest level is of megabytes."""
    folder = tmp_path_factory.mktemp("pyramids")
    noise = np.random.default_rng(1).integers(0, 256, (_SIZE["height"], _SIZE["width"]), dtype=np.uint8)
    source = tiff(folder / "source.tif", noise)
    pyramid.make(source, folder / "p.tif", limits=SourceLimits(max_pixels=10**8, max_bytes=10**9))
    return folder / "p.tif"


@pytest.fixture
def store(tmp_path: Path, made: Path) -> Counting:
    """A store with the pyramid."""
    store = Counting(tmp_path / "store")
    with store.scratch() as path:
        path.write_bytes(made.read_bytes())
        store.place(_KEY, path)
    return store


def test_opening_takes_few_reads_and_a_tile_one(store: Counting) -> None:
    opened = Pyramids(store).open(_KEY, **_SIZE)
    assert len(opened.levels) == 5
    assert len(store.reads) == 2
    store.reads.clear()
    opened.tile(0, 0, 0)
    assert [length for _, length in store.reads] == [opened.levels[0].byte_counts[0]]


def test_many_who_ask_at_once_open_it_once(store: Counting) -> None:
    pyramids = Pyramids(store)
    store.gate.clear()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(pyramids.open, _KEY, **_SIZE) for _ in range(8)]
        store.gate.set()
        assert len({id(one.result(10)) for one in asked}) == 1
    assert store.opened == 1
    assert pyramids.open(_KEY, **_SIZE) is asked[0].result()


def test_what_could_not_be_opened_is_tried_again(store: Counting, made: Path) -> None:
    pyramids = Pyramids(store)
    store.delete(_KEY)
    for _ in range(2):
        with pytest.raises(NotFound):
            pyramids.open(_KEY, **_SIZE)
    with store.scratch() as path:
        path.write_bytes(made.read_bytes())
        store.place(_KEY, path)
    assert pyramids.open(_KEY, **_SIZE).image.width == _SIZE["width"]


@pytest.mark.parametrize("share", [0, 0.3, 0.9, 0.999])
def test_one_that_is_cut_short_is_damaged(store: Counting, made: Path, share: float) -> None:
    content = made.read_bytes()
    with store.scratch() as path:
        path.write_bytes(content[: int(len(content) * share)])
        store.place(_KEY, path)
    with pytest.raises(InvalidSource, match="damaged"):
        Pyramids(store).open(_KEY, **_SIZE)


def test_the_one_that_nobody_asked_for_longest_is_closed_first(store: Counting, made: Path) -> None:
    pyramids = Pyramids(store, most=2)
    for number in (1, 2):
        with store.scratch() as path:
            path.write_bytes(made.read_bytes())
            store.place(f"pyramids/aa/{number}.tif", path)
    for key in (_KEY, "pyramids/aa/1.tif", _KEY, "pyramids/aa/2.tif", _KEY):
        pyramids.open(key, **_SIZE)
    assert store.opened == 3
    pyramids.open("pyramids/aa/1.tif", **_SIZE)
    assert store.opened == 4


def test_a_pyramid_of_a_folder_is_read_from_its_file_without_detour(tmp_path: Path, made: Path) -> None:
    store = LocalStore(Settings(data_dir=tmp_path).store_path)
    with store.scratch() as path:
        path.write_bytes(made.read_bytes())
        store.place(_KEY, path)
    assert type(Pyramids(store).open(_KEY, **_SIZE).reader) is FileReader
