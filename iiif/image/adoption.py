"""Pyramids that come as sources: taken over as they are where they hold what we would write."""

from pathlib import Path

from iiif.errors import InvalidSource
from iiif.image import blocks, tiff
from iiif.image.source import TIFF, SourceFacts
from iiif.image.tiff import FileReader, Level, Pyramid

_UPRIGHT, _BITS = {0, 1}, {8}


def is_pyramid(path: Path, facts: SourceFacts) -> bool:
    """Whether a source can be served as it is: then its tiles are given to the world without a loss.

    It is a TIFF of one page, 8 bits, upright, without a color profile; its levels have the sizes that
    ``info.json`` announces and tiles of 512 pixels, JPEG in YCbCr or gray. Each level ends with a whole
    block, so that what fills its last tiles does not reach the picture, or fills them as ours do.
    """
    if facts.media_type != TIFF or facts.pages != 1:
        return False
    reader = FileReader(path)
    try:
        if not all(map(_is_plain, tiff.directories(reader))):
            return False
        pyramid = Pyramid.open(reader, facts.width, facts.height)
    except InvalidSource:
        return False
    levels = (*pyramid.levels, *pyramid.ready)
    ends_well = pyramid.blocks_are_independent or (not pyramid.ready and all(map(_ends_with_a_block, levels)))
    return ends_well and all(_is_complete(level, path.stat().st_size) for level in levels)


def _is_plain(directory: tiff.Directory) -> bool:
    return (
        directory.integer(tiff.ORIENTATION) in _UPRIGHT
        and set(directory.integers(tiff.BITS_PER_SAMPLE)) == _BITS
        and tiff.ICC_PROFILE not in directory.fields
        and tiff.EXTRA_SAMPLES not in directory.fields
    )


def _ends_with_a_block(level: Level) -> bool:
    return level.size[0] % blocks.SIZE == level.size[1] % blocks.SIZE == 0


def _is_complete(level: Level, length: int) -> bool:
    return all(
        count > 0 and offset + count <= length
        for offset, count in zip(level.offsets, level.byte_counts, strict=True)
    )
