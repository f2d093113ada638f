"""The shapes of ingests: what is asked for, how far it is, and what became of it."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from archive import fetching, http
from archive.api.catalogue.fields import CamelSchema
from archive.api.catalogue.schemas import MOST
from archive.errors import Invalid
from archive.models import State


class Address(fields.String):
    """The address of a document that may be fetched."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        url = super()._deserialize(value, attr, data, **kwargs)
        try:
            fetching.check(url, allow_private=bool(http.context().settings.fetch_private))
        except Invalid as error:
            raise ValidationError(str(error)) from error
        return str(url)


class NewIngestSchema(CamelSchema):
    """What to take in."""

    upload = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 100),
        metadata={
            "description": "The identifier of an upload that is whole: a sheet, a manifest or collection, "
            "or a ZIP of a folder with pictures, with a sheet and its files, or with manifests."
        },
    )
    address = Address(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 4000),
        metadata={"description": "Instead of an upload, the address of a manifest or collection."},
    )
    collection = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 400),
        metadata={"description": "For records that name none: labels from the top with / between."},
    )
    map = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 100),
        metadata={"description": "The identifier of an upload that says what the columns of a sheet mean."},
    )
    dry_run = fields.Boolean(
        load_default=False, metadata={"description": "Report what would be done; write nothing."}
    )

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:  # Any: each has its own type.
        """Let there be one source, of which a mapping is for a sheet alone."""
        if (data.get("upload") is None) == (data.get("address") is None):
            raise ValidationError("give upload or address: one of them", "upload")
        if data.get("map") and not data.get("upload"):
            raise ValidationError("is for a sheet: leave it out", "map")


class FaultSchema(Schema):
    """What is wrong, and what helps; a note stops nothing."""

    row = fields.Integer(allow_none=True)
    column = fields.String(allow_none=True)
    message = fields.String()
    level = fields.String(validate=validate.OneOf(["error", "note"]))


class RowSchema(Schema):
    """A row, folder or manifest in which something is wrong."""

    row = fields.Integer(allow_none=True, metadata={"description": "As a sheet numbers it."})
    key = fields.String()
    identifier = fields.String(allow_none=True, metadata={"description": "Of its record."})
    outcome = fields.String()
    faults = fields.List(fields.Nested(FaultSchema))


class ReportSchema(CamelSchema):
    """What became of the rows."""

    source = fields.String(metadata={"description": "By which its records are known."})
    counts = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "Rows created, updated, unchanged, withdrawn, refused, gone."},
    )
    rows = fields.List(fields.Nested(RowSchema), metadata={"description": "Those with faults."})
    faults = fields.List(fields.Nested(FaultSchema), metadata={"description": "Those of no row."})
    left_out = fields.Integer(metadata={"description": "How many more rows and faults there are."})


class ListedIngestSchema(NewIngestSchema):
    """An ingest in a list: what was asked for, and how far it is."""

    identifier = fields.String()
    state = fields.String(validate=validate.OneOf([one.value for one in State]))
    reason = fields.String(allow_none=True, metadata={"description": "Why it failed, or was begun again."})
    done = fields.Integer(allow_none=True, metadata={"description": "Rows."})
    total = fields.Integer(allow_none=True, metadata={"description": "Rows in all."})
    created = fields.AwareDateTime(format="iso")
    modified = fields.AwareDateTime(format="iso")


class IngestSchema(ListedIngestSchema):
    """An ingest, with its report once it has ended."""

    report = fields.Nested(ReportSchema, allow_none=True)


class IngestsQuery(CamelSchema):
    """How ingests are asked for."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))
    cursor = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 2**31 - 1),
        metadata={"description": "From the link to the next page."},
    )


class IngestsSchema(Schema):
    """Ingests, without their reports."""

    ingests = fields.List(fields.Nested(ListedIngestSchema), required=True)
    next = fields.String(metadata={"format": "uri", "description": "The next page; none after the last."})
