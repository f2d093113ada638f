"""The shapes of collections."""

from typing import Any

from marshmallow import Schema, fields, validate

from archive import http
from archive.api.catalogue.fields import CamelSchema, Properties, Told
from archive.api.catalogue.schemas import MOST, DescribedSchema

_OWN = frozenset(
    {
        "id", "type", "label", "summary", "metadata", "rights", "requiredStatement", "behavior",
        "viewingDirection", "navDate",
    }
)  # fmt: skip
_URI = {"type": "string", "format": "uri"}


class CollectionSchema(DescribedSchema):
    """A collection."""

    identifier = fields.String(
        validate=validate.Length(max=1000),
        metadata={"description": "Given when it is made, or minted; never changed."},
    )
    parent = fields.String(
        allow_none=True,
        validate=validate.Length(max=1000),
        metadata={
            "description": "The collection that it stands in, root for the top; left out, it stays there."
        },
    )
    path = fields.String(
        dump_only=True,
        metadata={"description": "The names by which sheets know it, from the top. It keeps its own."},
    )
    properties = Properties(
        reserved=_OWN,
        load_default=dict,
        metadata={"description": "Its items name what stands in it and is not in this archive."},
    )
    collection = Told(lambda row: http.uris().collection(row.identifier), _URI)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:  # Any: as marshmallow has it.
        """The parent by its identifier."""
        found = super().get_attribute(obj, attr, default)
        return getattr(found, "identifier", None) if attr == "parent" else found


class CollectionsQuery(CamelSchema):
    """Which collections."""

    parent = fields.String(
        load_default=None,
        validate=validate.Length(max=1000),
        metadata={"description": "Those right below this collection."},
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))
    cursor = fields.String(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={"description": "From the link to the next page."},
    )


class CollectionsSchema(Schema):
    """A page of collections."""

    collections = fields.List(fields.Nested(CollectionSchema), required=True)
    next = fields.String(metadata={"format": "uri", "description": "The next page; none after the last."})
