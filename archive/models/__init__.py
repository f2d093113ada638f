"""The catalogue's rows."""

from archive.models.access import Visibility
from archive.models.activity import Activity
from archive.models.asset import Asset, PyramidState
from archive.models.job import Job, State
from archive.models.record import (
    ROOT,
    Alias,
    Canvas,
    Collection,
    CollectionRecord,
    Range,
    RangeCanvas,
    Record,
)

__all__ = [
    "ROOT",
    "Activity",
    "Alias",
    "Asset",
    "Canvas",
    "Collection",
    "CollectionRecord",
    "Job",
    "PyramidState",
    "Range",
    "RangeCanvas",
    "Record",
    "State",
    "Visibility",
]
