"""Pyramids are made here, one at a time in each worker process, after the record is committed."""

import os
from dataclasses import dataclass

from archive.config import Settings
from archive.errors import Unavailable
from archive.models import Asset
from archive.models.asset import source_key
from archive.storage import open_store
from iiif.image import pyramid
from iiif.image.source import SourceLimits


@dataclass(frozen=True)
class Task:
    """What a worker process needs to know to make one pyramid; plain values, to be sent to it."""

    digest: str
    page: int
    key: str

    @classmethod
    def of(cls, asset: Asset) -> "Task":
        """The task of making the pyramid of ``asset``."""
        return cls(asset.digest, asset.page, asset.pyramid_key)


def limits(settings: Settings) -> SourceLimits:
    """The largest source that the settings let in."""
    return SourceLimits(
        max_pixels=settings.source_max_pixels,
        max_bytes=settings.source_max_bytes,
        max_whole_pixels=settings.source_max_whole_pixels,
    )


def make(settings: Settings, task: Task) -> None:
    """Make the pyramid and put it into the store, unless one is there: it is a fact of its source.

    Raises ``InvalidSource`` when no pyramid can be made of the source, ``Unavailable`` when the disk is full.
    """
    store = open_store(settings)
    if store.size(task.key):
        return
    threads = max(1, (os.cpu_count() or 1) // settings.pyramid_workers)
    with store.file(source_key(task.digest)) as source, store.scratch() as target:
        try:
            pyramid.make(
                source,
                target,
                limits=limits(settings),
                page=task.page,
                quality=settings.jpeg_quality,
                threads=threads,
            )
        except OSError as error:
            raise Unavailable("a pyramid can't be written: is the disk full?") from error
        store.place(task.key, target)
