"""Pictures to measure with: mosaics of photographs under a grain, which weigh as much as scans do."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyvips


@dataclass(frozen=True)
class Picture:
    """A source file to be made; its suffix says in which format."""

    name: str
    width: int
    height: int


PAGES = tuple(
    Picture(f"page-{number:02}.jpg", *((4000, 3000), (3000, 4000))[number % 2]) for number in range(20)
)
LARGE = Picture("large.tif", 12_000, 9_000)
GIANT = Picture("giant.jpg", 40_000, 25_000)

_CELL = (1000, 800)
_CELLS = 64
_SMALLEST_SIDE = 300
_ORIGIN = "made-from.txt"


def make(pictures: Sequence[Picture], folder: Path, photographs: Path | None) -> str:
    """Make those of ``pictures`` that ``folder`` has not yet; what they are made from, in words."""
    folder.mkdir(parents=True, exist_ok=True)
    origin = folder / _ORIGIN
    missing = [picture for picture in pictures if not (folder / picture.name).exists()]
    if missing:
        motifs = _read(photographs) if photographs else [_painted(seed) for seed in range(8)]
        kind = "photographs" if photographs else "painted textures"
        origin.write_text(f"mosaics of {len(motifs)} {kind} under a grain")
        cells = [_cell(motifs, seed) for seed in range(_CELLS)]
        for picture in missing:
            print(f"making {picture.name}: {picture.width:,} × {picture.height:,}", flush=True)
            _save(_mosaic(picture, cells), folder / picture.name)
    return origin.read_text()


def _read(folder: Path) -> list[pyvips.Image]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
    read = [pyvips.Image.new_from_file(str(path)) for path in files]
    found = [image for image in read if image.bands >= 3 and min(image.width, image.height) >= _SMALLEST_SIDE]
    if not found:
        raise SystemExit(f"--photos: no photograph of {_SMALLEST_SIDE} pixels or more is there")
    return [image.colourspace("srgb").extract_band(0, n=3).copy_memory() for image in found]


def _painted(seed: int) -> pyvips.Image:
    """Clouds of every size, cut up by contours: detail and edges, as a photograph has them."""
    width, height = _CELL
    clouds = [
        pyvips.Image.perlin(width, height, cell_size=1 << octave, seed=seed * 10 + octave) * (1.5 * 2**octave)
        for octave in range(2, 8)
    ]
    contours = (pyvips.Image.perlin(width, height, cell_size=128, seed=seed) * 8).floor() * 18
    slow = sum(clouds[1:], clouds[0]) / 2 + contours + 128
    red, green, blue = (slow * gain + clouds[-1 - band] / 3 for band, gain in enumerate((1, 0.9, 0.75)))
    return _as_picture(red.bandjoin([green, blue]))


def _cell(motifs: Sequence[pyvips.Image], seed: int) -> pyvips.Image:
    """A piece of a motif at a size, a brightness and a grain of its own."""
    chance = random.Random(seed)
    motif = chance.choice(motifs)
    width, height = _CELL
    image = motif.fliphor() if chance.random() < 0.5 else motif
    image = image.resize(max(width / image.width, height / image.height) * chance.uniform(1, 1.3))
    image = image.crop(
        chance.randint(0, image.width - width), chance.randint(0, image.height - height), width, height
    )
    grain = pyvips.Image.gaussnoise(width, height, sigma=chance.uniform(5, 10), seed=seed)
    return _as_picture(image * chance.uniform(0.8, 1.2) + grain)


def _as_picture(image: pyvips.Image) -> pyvips.Image:
    return image.cast("uchar").copy(interpretation="srgb").copy_memory()


def _mosaic(picture: Picture, cells: Sequence[pyvips.Image]) -> pyvips.Image:
    chance = random.Random(picture.name)
    width, height = _CELL
    across, down = -(-picture.width // width), -(-picture.height // height)
    chosen = chance.choices(cells, k=across * down)
    return pyvips.Image.arrayjoin(chosen, across=across).crop(0, 0, picture.width, picture.height)


def _save(image: pyvips.Image, path: Path) -> None:
    # Under another name first: what a killed run leaves is not taken for a picture.
    part = path.with_stem(f"part-{path.stem}")
    if path.suffix == ".jpg":
        image.jpegsave(str(part), Q=92)
    else:
        image.tiffsave(str(part), bigtiff=image.width * image.height > 1 << 30)
    part.replace(path)
