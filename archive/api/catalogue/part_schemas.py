"""The shapes of what a record is made of: canvases and ranges."""

from typing import Any

from marshmallow import Schema, fields, validate

from archive import http
from archive.api.catalogue.fields import CamelSchema, Described, Properties, Text, Told
from archive.api.catalogue.schemas import MOST, MOST_AT_ONCE

_URI = {"type": "string", "format": "uri"}
_CANVAS_OWN = frozenset(
    {
        "id", "type", "label", "width", "height", "duration", "items", "annotations", "placeholderCanvas",
        "accompanyingCanvas", "asset",
    }
)  # fmt: skip

_RANGE_OWN = frozenset({"id", "type", "label", "items", "@context"})
_ITEM = {
    "type": "object",
    "example": {"id": "https://archive.example/iiif/canvas/book-1#xywh=0,0,9,9", "type": "Canvas"},
}


def _side() -> fields.Integer:
    return fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(1, 2**31 - 1)
    )


class CanvasSchema(Described):
    """A canvas: it shows its asset, or what its painting annotations paint."""

    identifier = fields.String(dump_only=True)
    label = Text(load_default=dict)
    width = _side()
    height = _side()
    duration = fields.Float(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, 10**9, min_inclusive=False),
        metadata={"description": "In seconds. The asset's sizes stand in where none is given."},
    )
    asset = fields.String(
        load_default=None,
        allow_none=True,
        metadata={"description": "An asset of the same record."},
    )
    position = fields.Integer(
        strict=True,
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, 10**6),
        metadata={"description": "Its place in the record, from 1; others make room. At the end for none."},
    )
    properties = Properties(reserved=_CANVAS_OWN, load_default=dict)
    record = fields.String(dump_only=True)
    substitute = fields.String(
        dump_only=True,
        allow_none=True,
        metadata={"description": "placeholderCanvas or accompanyingCanvas, where it stands for another."},
    )
    canvas = Told(lambda view: http.uris().canvas(view.identifier), _URI)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:  # Any: as marshmallow has it.
        """The asset by its identifier."""
        found = super().get_attribute(obj, attr, default)
        return getattr(found, "identifier", None) if attr == "asset" else found


class CanvasesQuery(CamelSchema):
    """How the canvases of a record are asked for."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))
    cursor = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 2**31 - 1),
        metadata={"description": "From the link to the next page."},
    )


class CanvasesSchema(Schema):
    """A page of the canvases of a record, in their order."""

    canvases = fields.List(fields.Nested(CanvasSchema), required=True)
    next = fields.String(metadata={"format": "uri", "description": "The next page; none after the last."})


class CanvasBatchSchema(Schema):
    """Several canvases of a record that are made at once."""

    canvases = fields.List(
        fields.Nested(CanvasSchema),
        required=True,
        validate=validate.Length(1, MOST_AT_ONCE),
        metadata={"description": f"In the order in which they are added, at most {MOST_AT_ONCE:,}."},
    )


class RangeSchema(Described):
    """A range: a chapter, or another structure of a record."""

    identifier = fields.String(dump_only=True)
    label = Text(load_default=dict)
    items = fields.List(
        fields.Raw(metadata=_ITEM),
        load_default=list,
        metadata={
            "description": "What stands in it, as Presentation 3.0 says it: canvases, parts of canvases by a "
            "fragment or as a SpecificResource, and ranges of the same record by reference, which move here."
        },
    )
    parent = fields.String(
        allow_none=True,
        validate=validate.Length(max=1000),
        metadata={"description": "The range that it stands in; none at the top."},
    )
    position = fields.Integer(
        strict=True,
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, 10**6),
        metadata={"description": "Its place there, from 1; others make room. At the end for none."},
    )
    properties = Properties(reserved=_RANGE_OWN, load_default=dict)
    record = fields.String(dump_only=True)
    range = fields.String(dump_only=True, metadata={"format": "uri"})


class RangesQuery(CamelSchema):
    """How much of the ranges of a record is asked for."""

    depth = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 100),
        metadata={"description": "How many levels; ranges at the last are without items. All for none."},
    )


class RangesSchema(Schema):
    """The ranges of a record as a tree, as ``structures`` of a manifest says it."""

    ranges = fields.List(
        fields.Raw(metadata={"type": "object", "example": {"type": "Range", "items": []}}),
        required=True,
        metadata={
            "description": "Each with all that stands in it. One that bears the id of a range of the record "
            "is that range; one with another id, or none, is new."
        },
    )
