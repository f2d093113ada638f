"""The shapes of the catalogue's JSON."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from archive import http
from archive.api.catalogue.fields import CamelSchema, Described, PairField, Properties, Rights, Text, Told
from archive.models import Visibility
from archive.services.listing import SORTS
from archive.services.views import RecordView

MOST = 200
"""Members of a list that one answer may have."""

MOST_AT_ONCE = 500
"""Members of a list that are made in one request: each second that it takes, no other writes to SQLite."""

_STRINGS = {"type": "array", "items": {"type": "string"}}
_URI = {"type": "string", "format": "uri"}
_YEAR = validate.Range(-1_000_000, 1_000_000, error="must lie between -1000000 and 1000000")
_DIRECTIONS = ("left-to-right", "right-to-left", "top-to-bottom", "bottom-to-top")
_OWN = frozenset(
    {
        "id", "type", "label", "summary", "metadata", "rights", "requiredStatement", "behavior",
        "viewingDirection", "navDate", "items", "structures", "annotations", "placeholderCanvas",
        "accompanyingCanvas", "services",
        "width", "height", "duration", "asset",
    }
)  # fmt: skip
"""Names that no ``properties`` may hold."""


def _line(**options: Any) -> fields.String:  # Any: marshmallow's own options.
    return fields.String(validate=validate.Length(max=1000), **options)


def _words() -> fields.List[str]:
    return fields.List(_line(), load_default=(), validate=validate.Length(max=20))


class DescribedSchema(Described):
    """What records and collections say alike."""

    label = Text(load_default=dict)
    summary = Text(load_default=dict)
    rights = Rights(load_default=None, allow_none=True, metadata={"example": "CC BY 4.0"})
    required_statement = PairField(load_default=None, allow_none=True)
    metadata_pairs = fields.List(
        PairField(), data_key="metadata", load_default=(), validate=validate.Length(max=1000)
    )
    behavior = _words()
    viewing_direction = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(_DIRECTIONS)
    )
    nav_date = _line(load_default=None, allow_none=True, metadata={"example": "1890-01-01T00:00:00Z"})
    properties = Properties(reserved=_OWN, load_default=dict)

    @post_load
    def freeze(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:  # Any: each has its own type.
        """Lists as the catalogue's rows have them."""
        for name in ("metadata_pairs", "behavior"):
            if name in values:
                values[name] = tuple(values[name])
        return values


class RecordSchema(DescribedSchema):
    """A record."""

    identifier = _line(metadata={"description": "Given when it is made, or minted; never changed."})
    maker = Text(load_default=dict)
    type = Text(load_default=dict)
    subject = Text(load_default=dict)
    place = Text(load_default=dict)
    language = Text(load_default=dict)
    date = Text(load_default=dict)
    first_year = fields.Integer(strict=True, load_default=None, allow_none=True, validate=_YEAR)
    last_year = fields.Integer(strict=True, load_default=None, allow_none=True, validate=_YEAR)
    accession_number = _line(load_default=None, allow_none=True)
    visibility = fields.String(
        load_default=Visibility.PUBLIC, validate=validate.OneOf([one.value for one in Visibility])
    )
    embargo_until = fields.Date(load_default=None, allow_none=True)
    wraps_ranges = fields.Boolean(load_default=True, truthy={True}, falsy={False})
    collections = fields.List(
        _line(),
        load_default=None,
        validate=validate.Length(max=100),
        metadata={
            "description": "Identifiers of the collections it stands in; the token's, or the top, for none."
        },
    )
    order = fields.Integer(
        strict=True,
        load_default=0,
        validate=validate.Range(-(2**31), 2**31 - 1),
        metadata={"description": "Its place among the records of its collections."},
    )
    revision = fields.Integer(dump_only=True)
    created = fields.AwareDateTime(dump_only=True, format="iso")
    modified = fields.AwareDateTime(dump_only=True, format="iso")
    manifest = Told(lambda record: http.uris().manifest(record.identifier), _URI)
    images = Told(
        lambda record: [canvas.asset.identifier for canvas in record.canvases if canvas.asset], _STRINGS
    )

    @validates_schema
    def agree(self, values: dict[str, Any], **_: Any) -> None:  # Any: each has its own type.
        """Refuse dates that contradict each other."""
        first, last = values.get("first_year"), values.get("last_year")
        if (first is None) != (last is None) or (first is not None and last is not None and first > last):
            raise ValidationError(
                "firstYear and lastYear go together, the first not above the last", "lastYear"
            )
        if (values.get("visibility") == Visibility.EMBARGO) != (values.get("embargo_until") is not None):
            raise ValidationError(
                "embargoUntil goes with the visibility embargo, and only with it", "embargoUntil"
            )

    def get_attribute(self, obj: RecordView, attr: str, default: Any) -> Any:  # Any: as marshmallow has it.
        """What the record's places in collections say."""
        if attr == "collections":
            return [group.identifier for group in obj.collections]
        if attr == "order":
            return min((group.position for group in obj.collections), default=0)
        return super().get_attribute(obj, attr, default)


class PageQuery(CamelSchema):
    """How a list is asked for."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))
    cursor = _line(load_default=None, metadata={"description": "From the link to the next page."})


class RecordsQuery(PageQuery):
    """Which records, in which order, and how much of each."""

    collection = _line(load_default=None, metadata={"description": "In this collection or below it."})
    visibility = fields.String(load_default=None, validate=validate.OneOf([one.value for one in Visibility]))
    modified_since = fields.AwareDateTime(load_default=None, metadata={"description": "RFC 3339."})
    modified_until = fields.AwareDateTime(load_default=None, metadata={"description": "RFC 3339, exclusive."})
    q = _line(load_default="", metadata={"description": "Words that all stand somewhere in a record."})
    sort = fields.String(load_default="identifier", validate=validate.OneOf(SORTS))
    fields_ = _line(
        data_key="fields",
        load_default=None,
        metadata={"description": "Names of members, with commas between."},
    )
    total = fields.Boolean(load_default=False, truthy={"true"}, falsy={"false"})


class RecordQuery(CamelSchema):
    """Which state of a record, and how much of it."""

    revision = fields.Integer(load_default=None, validate=validate.Range(1, 2**31 - 1))
    fields_ = _line(
        data_key="fields",
        load_default=None,
        metadata={"description": "Names of members, with commas between."},
    )


class RecordsSchema(Schema):
    """A page of records."""

    records = fields.List(fields.Nested(RecordSchema), required=True)
    next = fields.String(metadata={"format": "uri", "description": "The next page; none after the last."})
    total = fields.Integer(metadata={"description": "How many there are in all, where that was asked."})


class RecordBatchSchema(Schema):
    """Several records that are made at once."""

    records = fields.List(
        fields.Nested(RecordSchema),
        required=True,
        validate=validate.Length(1, MOST_AT_ONCE),
        metadata={"description": f"At most {MOST_AT_ONCE}."},
    )


class RevisionSchema(CamelSchema):
    """A state that a record has or had."""

    number = fields.Integer()
    modified = fields.AwareDateTime(format="iso", metadata={"description": "When it began."})
    record = fields.String(metadata={"format": "uri"})


class RevisionsSchema(Schema):
    """The states of a record, the present one last."""

    revisions = fields.List(fields.Nested(RevisionSchema), required=True)
