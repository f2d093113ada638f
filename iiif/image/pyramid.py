"""The pyramid of a source: a tiled multi-resolution TIFF that image requests are answered from."""

from pathlib import Path

import pyvips
from pyvips.voperation import cache_set_max, concurrency_set

from iiif.errors import InvalidSource
from iiif.image import pixels, source
from iiif.image.levels import TILE_SIZE, TiledImage
from iiif.image.source import SourceLimits

QUALITIES = range(1, 90)
"""JPEG qualities of tiles: from 90 on libvips would write RGB tiles, three times as large."""


def make(
    path: Path, target: Path, *, limits: SourceLimits, page: int = 0, quality: int = 85, threads: int = 1
) -> TiledImage:
    """Write the pyramid of one page of a source to ``target``, and give its facts.

    A BigTIFF of 512-pixel JPEG tiles, 4:2:0, in sRGB or gray, without metadata. It is streamed, so that
    memory does not grow with the source; but progressive JPEG, interlaced PNG, WebP, AVIF, HEIC and
    JPEG 2000 can only be decoded whole. libvips' worker ``threads`` and its cache are set for the whole
    process: make pyramids in a process of their own.

    Raises ``InvalidSource`` when the source is refused, damaged or cut short, and ``OSError`` when the
    target cannot be written; then no file is left.
    """
    if quality not in QUALITIES:
        raise ValueError(f"tile quality {quality}: use {QUALITIES[0]} to {QUALITIES[-1]}")
    facts = source.read(path, limits)
    if page not in range(facts.pages):
        raise InvalidSource(f"it has no page {page + 1}, only {facts.pages}")
    concurrency_set(threads)
    cache_set_max(0)
    image = pixels.load(path, facts, page)
    try:
        _save(image, target, quality)
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, pyvips.Error):
            raise _cause(path, facts, page) from error
        raise
    return _facts(image)


def _facts(image: pyvips.Image) -> TiledImage:
    return TiledImage(image.width, image.height, gray=image.bands == 1)


def _save(image: pyvips.Image, target: Path, quality: int) -> None:
    # The margin repeats the last row and column: cut at its true size, no level has a dark or shifted edge.
    width, height = _facts(image).padded_size
    image.embed(0, 0, width, height, extend="copy").tiffsave(
        str(target),
        compression="jpeg",
        Q=quality,
        tile=True,
        tile_width=TILE_SIZE,
        tile_height=TILE_SIZE,
        pyramid=True,
        depth="onetile",
        bigtiff=True,
        keep=0,
    )


def _cause(path: Path, facts: source.SourceFacts, page: int) -> Exception:
    """Why writing failed: libvips does not tell a bad source from a full disk, but reading again does."""
    try:
        pixels.load(path, facts, page).avg()
    except pyvips.Error:
        return InvalidSource(
            "it is damaged or cut short: not all of its pixels can be read; copy or scan it again"
        )
    except InvalidSource as fault:
        return fault
    return OSError("the pyramid could not be written: is the disk full?")
