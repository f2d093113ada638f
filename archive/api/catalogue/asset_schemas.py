"""The shapes of assets."""

from typing import Any

from marshmallow import Schema, fields, validate

from archive import http
from archive.api.catalogue.fields import CamelSchema, Told
from archive.api.catalogue.upload_schemas import FileName
from archive.models import PyramidState
from iiif import media

_URI = {"type": ["string", "null"], "format": "uri"}
_KINDS = [one.value for one in PyramidState]


def _image(asset: dict[str, Any]) -> str | None:  # Any: a column each.
    if asset["pyramid_state"] == PyramidState.NONE:
        return None
    return http.uris().image_service(asset["identifier"])


def _file(asset: dict[str, Any]) -> str | None:
    is_played = asset["media_type"] in media.KINDS
    if asset["pyramid_state"] == PyramidState.NONE and not is_played:
        return None
    return http.uris().file(asset["identifier"], asset["name"])


class NewAssetSchema(CamelSchema):
    """Which file becomes an asset."""

    upload = fields.String(
        required=True,
        validate=validate.Length(1, 100),
        metadata={"description": "The identifier of an upload that is whole."},
    )
    name = FileName(
        load_default=None,
        allow_none=True,
        metadata={"description": "What the file is called in its record; as it was sent, for none."},
    )
    model = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 200),
        metadata={"description": "The identifier of the record's glTF model that names the file."},
    )
    path = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 1000),
        metadata={"description": "As what the model names it, such as textures/a.png; its name, for none."},
    )


class AssetSchema(CamelSchema):
    """A source file of a record, or one page of it."""

    identifier = fields.String()
    record = fields.String()
    name = fields.String()
    page = fields.Integer(metadata={"description": "Of a file with several pictures, from 0."})
    digest = fields.String(metadata={"description": "SHA-256 in hexadecimal."})
    bytes = fields.Integer()
    media_type = fields.String()
    width = fields.Integer(allow_none=True)
    height = fields.Integer(allow_none=True)
    duration = fields.Float(allow_none=True, metadata={"description": "In seconds."})
    projection = fields.String(allow_none=True)
    pyramid_state = fields.String(
        data_key="pyramid",
        validate=validate.OneOf(_KINDS),
        metadata={"description": "Whether it can be zoomed; none of what is no picture."},
    )
    pyramid_reason = fields.String(allow_none=True)
    image = Told(_image, _URI)
    file = Told(_file, _URI | {"description": "None of what a model names: it is given out beside that."})
    created = fields.AwareDateTime(format="iso")
    modified = fields.AwareDateTime(format="iso")


class AssetsSchema(Schema):
    """Assets of a record."""

    assets = fields.List(fields.Nested(AssetSchema), required=True)
    next = fields.String(metadata={"format": "uri", "description": "The next page; none after the last."})
