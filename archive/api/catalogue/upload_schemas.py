"""The shapes of uploads: what their headers say, and how they are told. Source: tus 1.0, RFC 9530."""

import base64
import binascii
import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from archive.api.catalogue.fields import CamelSchema

_SHA_256 = re.compile(r"(?:^|,)\s*sha-256\s*=\s*:([A-Za-z0-9+/]{43}=):")
_DIGEST = {"example": "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:"}
_LONGEST_NAME = 255
_UNNAMED = "upload"


class Digest(fields.String):
    """The SHA-256 among digests in the form of RFC 9530, in hexadecimal once it is read."""

    def __init__(self, **kwargs: Any) -> None:  # Any: marshmallow's own options.
        super().__init__(metadata=_DIGEST | kwargs.pop("metadata", {}), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        found = _SHA_256.search(str(value))
        if found is None:
            raise ValidationError("must hold a SHA-256, as in sha-256=:…:, in base64")
        return base64.b64decode(found[1]).hex()


class FileName(fields.String):
    """The name of a file, of letters that can be shown; folders before it are left out."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return file_name(super()._deserialize(value, attr, data, **kwargs))


class UploadMetadata(fields.String):
    """The name among the metadata of tus: pairs of a key and its value in base64, with commas between.

    Clients give it under one of two keys, or send the header empty.
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        found: dict[str, str] = {}
        for pair in str(value).split(","):
            key, _, encoded = pair.strip().partition(" ")
            try:
                found[key] = base64.b64decode(encoded, validate=True).decode()
            except (binascii.Error, ValueError) as error:
                raise ValidationError(f'"{key}" is not UTF-8 in base64') from error
        return file_name(found.get("filename") or found.get("name") or _UNNAMED)


class BeginningSchema(Schema):
    """What is said of a file before it is sent."""

    bytes = fields.Integer(
        data_key="Upload-Length",
        required=True,
        validate=validate.Range(1, 2**53),
        metadata={"description": "Bytes of the whole file."},
    )
    name = UploadMetadata(
        data_key="Upload-Metadata", load_default=_UNNAMED, metadata={"example": "filename cGFnZS50aWY="}
    )
    digest = Digest(
        data_key="Repr-Digest",
        load_default=None,
        metadata={"description": "Of the whole file; it is checked when all is here."},
    )


class PieceSchema(Schema):
    """What is said of a piece of a file."""

    offset = fields.Integer(data_key="Upload-Offset", required=True, validate=validate.Range(0, 2**53))
    digest = Digest(
        data_key="Content-Digest",
        load_default=None,
        metadata={"description": "Of this piece, which is forgotten where it is another."},
    )


class UploadSchema(CamelSchema):
    """A file on its way in."""

    identifier = fields.String()
    name = fields.String()
    bytes = fields.Integer(metadata={"description": "Of the whole file."})
    offset = fields.Integer(metadata={"description": "How many bytes are here."})
    digest = fields.String(
        allow_none=True, metadata={"description": "The SHA-256 in hexadecimal, once the file is whole."}
    )
    created = fields.AwareDateTime(format="iso")
    expires = fields.AwareDateTime(
        format="iso", metadata={"description": "When it is forgotten, if no piece comes before."}
    )


def file_name(text: str) -> str:
    """The last part of a path, if it can be the name of a file. Raises ``ValidationError``."""
    name = re.split(r"[/\\]", text)[-1].strip()
    if not name or name in {".", ".."} or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise ValidationError(f"must be the name of a file, of at most {_LONGEST_NAME} characters")
    return name
