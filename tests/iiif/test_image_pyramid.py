import io
import resource
import signal
import subprocess
import sys
from pathlib import Path

import factories
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from iiif.errors import InvalidSource
from iiif.image import pyramid
from iiif.image.levels import TiledImage
from iiif.image.source import SourceLimits
from iiif.image.tiff import Pyramid

LIMITS = SourceLimits(max_pixels=10**6, max_bytes=10**7)
COLORS, GRAYS = factories.photograph(), factories.gray_photograph()
# What JPEG and halved color resolution may cost; what a wrong profile, scale or order costs is far more.
LOSS = 9


def shown(path: Path, page: int = 0) -> NDArray[np.int16]:
    """The picture that the pyramid's first tile holds: (h, w) if it is gray, or (h, w, 3)."""
    target = path.with_name("pyramid.tif")
    image = pyramid.make(path, target, limits=LIMITS, page=page, quality=89)
    tile = Image.open(io.BytesIO(Pyramid.open(target, image.width, image.height).tile(0, 0, 0)))
    picture = tile.crop((0, 0, image.width, image.height))
    return np.asarray(picture.convert("L") if image.gray else picture, np.int16)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_picture_stands_upright(orientation: int, tmp_path: Path) -> None:
    upright = factories.photograph(50, 30)
    assert (
        np.abs(shown(factories.sideways_jpeg(tmp_path / "a.jpg", orientation, upright)) - upright).max()
        <= LOSS
    )


def test_sideways_tiff_stands_upright(tmp_path: Path) -> None:
    picture = factories.tiff(tmp_path / "a.tif", np.ascontiguousarray(np.rot90(COLORS)), tiffinfo={274: 6})
    assert np.abs(shown(picture) - COLORS).max() <= LOSS


def test_each_page_has_its_pyramid(tmp_path: Path) -> None:
    book = factories.book(tmp_path / "a.tif", [COLORS, GRAYS])
    assert np.abs(shown(book, page=1) - GRAYS).max() <= LOSS


def test_pages_count_past_reduced_copies(tmp_path: Path) -> None:
    first, copy, second = (Image.fromarray(pixels) for pixels in (COLORS, COLORS[::2, ::2], GRAYS))
    copy.encoderinfo = {"tiffinfo": {254: 1}}
    first.save(tmp_path / "a.tif", save_all=True, append_images=[copy, second])
    assert np.abs(shown(tmp_path / "a.tif", page=1) - GRAYS).max() <= LOSS


def test_missing_page_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="no page 2"):
        shown(factories.jpeg(tmp_path / "a.jpg"), page=1)


@pytest.mark.parametrize("rows", [5, 7, 600])
def test_strips_of_any_height_are_read(rows: int, tmp_path: Path) -> None:
    picture = factories.tiff(tmp_path / "a.tif", factories.photograph(60, 1200), tiffinfo={278: rows})
    assert pyramid.make(picture, tmp_path / "b.tif", limits=LIMITS) == TiledImage(60, 1200)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 513), (3, 700), (700, 3), (512, 512), (513, 511)])
def test_any_shape_has_a_pyramid(width: int, height: int, tmp_path: Path) -> None:
    picture = factories.png(tmp_path / "a.png", factories.photograph(width, height))
    assert pyramid.make(picture, tmp_path / "b.tif", limits=LIMITS) == TiledImage(width, height)
    opened = Pyramid.open(tmp_path / "b.tif", width, height)
    assert opened.tile(len(opened.levels) - 1, 0, 0)


def test_metadata_stays_in_the_source(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "where the museum keeps it"
    shown(factories.jpeg(tmp_path / "a.jpg", exif=exif, icc_profile=factories.wide_gamut_profile()))
    content = (tmp_path / "pyramid.tif").read_bytes()
    assert b"where the museum" not in content
    assert b"acsp" not in content


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.gif", "a.webp", "a.avif", "a.jp2", "a.bmp"])
@pytest.mark.parametrize("share", [0.5, 0.97])
def test_picture_cut_short_is_refused_and_leaves_nothing(name: str, share: float, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    picture = factories.truncated(factories.converted(tmp_path / name, "RGB", noise), share)
    with pytest.raises(InvalidSource, match="damaged"):
        shown(picture)
    assert not (tmp_path / "pyramid.tif").exists()


def test_progressive_picture_cut_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="damaged or cut short"):
        shown(factories.truncated(factories.jpeg(tmp_path / "a.jpg", progressive=True), 0.7))


def test_harmless_oddities_pass(tmp_path: Path) -> None:
    picture = factories.jpeg(tmp_path / "a.jpg")
    picture.write_bytes(picture.read_bytes()[:-2] + b"\0\x11\x22\xff\xd9" + b"appended by some camera")
    assert np.abs(shown(picture) - COLORS).max() <= LOSS


def test_bomb_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="60,000 × 60,000"):
        shown(factories.bomb(tmp_path / "a.png"))


@pytest.mark.parametrize("quality", [0, 101])
def test_quality_that_is_none_is_refused(quality: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="use 1 to 100"):
        pyramid.make(factories.jpeg(tmp_path / "a.jpg"), tmp_path / "b.tif", limits=LIMITS, quality=quality)


def test_full_disk_is_no_fault_of_the_source(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (600, 600, 3), np.uint8)
    picture = factories.png(tmp_path / "a.png", noise)
    script = (
        "import sys; from pathlib import Path; from iiif.image import pyramid, source\n"
        "given, target = map(Path, sys.argv[1:])\n"
        "try: pyramid.make(given, target, limits=source.SourceLimits(10**6, 10**7))\n"
        "except OSError as error: print(type(error).__name__, error)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, picture, tmp_path / "b.tif"],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=_let_no_file_grow,
    )
    assert ran.stdout.strip() == "OSError [Errno 27] File too large"
    assert not (tmp_path / "b.tif").exists()


def _let_no_file_grow() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
