"""The catalogue's rows."""

from archive.models.access import Scope, Token, Visibility
from archive.models.activity import Activity
from archive.models.annotation import Annotation, AnnotationAsset, AnnotationPage, Placing
from archive.models.asset import Asset, PyramidState
from archive.models.job import Job, State
from archive.models.lease import Lease
from archive.models.record import (
    ROOT,
    Alias,
    Canvas,
    Collection,
    CollectionPage,
    CollectionRecord,
    Range,
    RangeCanvas,
    Record,
)
from archive.models.revision import Revision
from archive.models.text import Maker, Text
from archive.models.upload import Answer, Upload

__all__ = [
    "ROOT",
    "Activity",
    "Alias",
    "Annotation",
    "AnnotationAsset",
    "AnnotationPage",
    "Answer",
    "Asset",
    "Canvas",
    "Collection",
    "CollectionPage",
    "CollectionRecord",
    "Job",
    "Lease",
    "Maker",
    "Placing",
    "PyramidState",
    "Range",
    "RangeCanvas",
    "Record",
    "Revision",
    "Scope",
    "State",
    "Text",
    "Token",
    "Upload",
    "Visibility",
]
