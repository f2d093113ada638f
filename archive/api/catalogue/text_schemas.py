"""The shapes of texts: what is told of the text of a canvas, and what is said beside one that is sent."""

from typing import Any

from marshmallow import Schema, ValidationError, fields

from archive.api.catalogue.fields import CamelSchema
from iiif import language


class Tag(fields.String):
    """A language, by its BCP 47 tag."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        written = str(super()._deserialize(value, attr, data, **kwargs))
        if not language.is_tag(written) or written == "none":
            raise ValidationError("is no language: use one BCP 47 tag such as zh-Hant")
        return written


class TextHeaders(Schema):
    """What is said of a text beside it, and on which condition it is to be kept."""

    language = Tag(
        data_key="Content-Language",
        load_default=None,
        metadata={"description": "Its language, whatever the text says of that.", "example": "zh-Hant"},
    )
    if_match = fields.String(
        data_key="If-Match",
        load_default=None,
        metadata={"description": "The ETag of the text that it replaces; needed where there is one."},
    )
    if_none_match = fields.String(
        data_key="If-None-Match",
        load_default=None,
        metadata={"description": "* where it is to replace none.", "example": "*"},
    )


class TextSchema(CamelSchema):
    """The text of a canvas."""

    canvas = fields.String(metadata={"description": "The identifier of its canvas."})
    text = fields.String(metadata={"description": "In reading order: blocks part at an empty line."})
    language = fields.String(allow_none=True)
    direction = fields.String(metadata={"enum": ["ltr", "rtl", "ttb"]})
    words = fields.Integer(metadata={"description": "How many words have boxes on the canvas."})
    profile = fields.String(
        allow_none=True, metadata={"description": "The URI of the format that it came in.", "format": "uri"}
    )
    made_by = fields.String(
        metadata={"enum": ["given", "machine"], "description": "By people, or recognised by the archive."}
    )
    engine = fields.String(allow_none=True, metadata={"description": "The program that recognised it."})
    confidence = fields.Float(
        allow_none=True, metadata={"description": "How sure that program was of its words, 0 to 1."}
    )
    revision = fields.Integer()
    modified = fields.DateTime(format="iso")
    remarks = fields.List(
        fields.String(),
        metadata={"description": "What was odd in a text that was sent: boxes that were cut."},
    )
