"""The pages of a TIFF as a source: told from its reduced copies and masks, and what cannot be read of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from iiif.errors import InvalidSource
from iiif.image import tiff

# Reduced copies and masks stand beside the pages of a TIFF; bit 1 alone says "one page of several".
_BESIDE_THE_PAGES = ~2
_TILE_WIDTH, _PLANES, _ONE_PLANE_A_COLOR = 322, 284, 2
_YCBCR, _ICC_LAB, _ITU_LAB = 6, 9, 10
_JPEG = 7
_COMPRESSIONS = {0, 1, 2, 3, 4, 5, 7, 8, 32771, 32773, 32946, 50001}
"""None, CCITT, LZW, JPEG, ZIP, PackBits, WebP: what libvips' wheel reads."""
_DEPTHS = {1, 2, 4, 8, 16, 32, 64}


@dataclass(frozen=True)
class Page:
    """One page: the number libvips counts it by, its directory, its size ``(w, h)`` as stored."""

    number: int
    directory: tiff.Directory
    size: tuple[int, int]

    @property
    def shown_size(self) -> tuple[int, int]:
        """The size when its orientation is applied."""
        return self.size[::-1] if self.directory.integer(tiff.ORIENTATION) in range(5, 9) else self.size

    @property
    def is_tiled(self) -> bool:
        """Whether it is stored in tiles, not in strips."""
        return _TILE_WIDTH in self.directory.fields


def read(path: Path) -> list[Page]:
    """The true pages of a TIFF; a chain of tiled halves counts as the levels of its first one.

    Raises ``InvalidSource`` where the file is damaged or has none.
    """
    pages = [
        Page(number, directory, (directory.integer(tiff.WIDTH), directory.integer(tiff.HEIGHT)))
        for number, directory in enumerate(tiff.directories(tiff.FileReader(path)))
        if not directory.integer(tiff.SUBFILE_TYPE) & _BESIDE_THE_PAGES
    ]
    if not pages:
        raise InvalidSource(
            "it holds only previews, as raw files of cameras do: develop it and save it as TIFF"
        )
    return pages[:1] if _is_one_pyramid(pages) else pages


def check(page: Page) -> None:
    """Raises ``InvalidSource`` with a remedy for a page that cannot be read, or not in its true colors."""
    if reason := next(_faults(page), None):
        raise InvalidSource(reason)


def _is_one_pyramid(pages: list[Page]) -> bool:
    """Whether an old program wrote reduced copies without saying that they are: all tiled, all halves.

    Books are told apart: their pages are of about one size, and hardly ever tiled.
    """
    halves = all(
        abs(one.size[side] - 2 * next_.size[side]) <= 2 for one, next_ in pairwise(pages) for side in (0, 1)
    )
    return len(pages) > 1 and halves and all(page.is_tiled for page in pages)


def _faults(page: Page) -> Iterator[str]:
    directory = page.directory
    color, compression = directory.integer(tiff.PHOTOMETRIC), directory.integer(tiff.COMPRESSION)
    depth = directory.integer(tiff.BITS_PER_SAMPLE, 1)
    if 0 in page.size:
        yield "the TIFF file is damaged: a page has no size; save it anew"
    if directory.integer(tiff.DNG_VERSION):
        yield "it is a raw file of a camera: develop it and save it as TIFF"
    if color in {_ICC_LAB, _ITU_LAB} or (color == _YCBCR and compression != _JPEG):
        yield "its TIFF stores colors in a way that few programs can read: save it as RGB"
    if compression not in _COMPRESSIONS:
        yield "its TIFF is compressed in a way that few programs can read: save it with LZW or ZIP"
    if depth not in _DEPTHS:
        yield f"its TIFF has {depth} bits a channel: save it with 8 or 16"
    if page.is_tiled and directory.integer(_PLANES) == _ONE_PLANE_A_COLOR:
        yield "its TIFF keeps each color in tiles of its own: save it with interleaved channels"
