"""The shapes of what is sought and found."""

from marshmallow import Schema, fields, validate

from archive.api.catalogue.fields import CamelSchema
from archive.api.catalogue.schemas import PageQuery, RecordSchema
from archive.services.facets import SHOWN
from archive.services.finding import SORTS

_YEARS = validate.Range(-1_000_000, 1_000_000, error="must lie between -1000000 and 1000000")
_LONGEST = 10_000
"""Characters of a query that are taken; what is read of them, ``search.query`` says."""


def _values(text: str) -> fields.List[str]:
    return fields.List(
        fields.String(validate=validate.Length(max=1000)),
        load_default=(),
        validate=validate.Length(max=100),
        metadata={"description": f"{text} Given several times, any will do."},
    )


class SearchQuery(PageQuery):
    """What is sought."""

    q = fields.String(
        load_default="",
        validate=validate.Length(max=_LONGEST),
        metadata={"description": 'Words, "phrases", beginnings*, -without, field:word.'},
    )
    collection = fields.String(
        load_default=None,
        validate=validate.Length(max=1000),
        metadata={"description": "In this collection or below it."},
    )
    type = _values("A value of the facet.")
    subject = _values("A value of the facet.")
    maker = _values("A value of the facet.")
    place = _values("A value of the facet.")
    language = _values("A value of the facet.")
    rights = _values("The URI of a licence or statement.")
    century = _values("The first year of a century: 1801, or -99.")
    decade = _values("The first year of a decade: 1890.")
    from_ = fields.Integer(
        data_key="from",
        load_default=None,
        validate=_YEARS,
        metadata={"description": "A year, astronomical: 0 is 1 BCE."},
    )
    to = fields.Integer(load_default=None, validate=_YEARS, metadata={"description": "A year, inclusive."})
    sort = fields.String(load_default="relevance", validate=validate.OneOf(SORTS))
    facets = fields.List(
        fields.String(validate=validate.OneOf(SHOWN)),
        load_default=SHOWN,
        metadata={"description": "Which facets are counted; all, where none is named."},
    )


class PartSchema(Schema):
    """A part of an excerpt."""

    text = fields.String(required=True)
    match = fields.Boolean(required=True, metadata={"description": "Whether it is what was sought."})


class ExcerptSchema(Schema):
    """A passage of a record in which it has what was sought: plain text, never markup."""

    field = fields.String(required=True, metadata={"example": "summary"})
    language = fields.String(required=True)
    parts = fields.List(fields.Nested(PartSchema), required=True)


class HitSchema(Schema):
    """A record that was found."""

    record = fields.Nested(RecordSchema, required=True)
    title = fields.String(
        required=True, metadata={"description": "Its label in the language that Accept-Language asks for."}
    )
    language = fields.String(required=True, metadata={"description": "The title's language."})
    excerpt = fields.Nested(ExcerptSchema)


class ChoiceSchema(Schema):
    """A value of a facet."""

    value = fields.String(required=True, metadata={"description": "As the parameter of this name takes it."})
    label = fields.String(required=True)
    language = fields.String(required=True)
    count = fields.Integer(required=True)


class SearchSchema(CamelSchema):
    """What was found."""

    total = fields.Integer(required=True)
    hits = fields.List(fields.Nested(HitSchema), required=True)
    facets = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(ChoiceSchema)), required=True)
    relaxed = fields.Boolean(
        required=True, metadata={"description": "No record has all of the words: these have some."}
    )
    others = fields.List(
        fields.Nested(HitSchema),
        metadata={"description": "Where few records have all of the words: some that have some of them."},
    )
    suggestion = fields.String(metadata={"description": "What may have been meant."})
    next = fields.String(metadata={"format": "uri", "description": "The next page; none after the last."})


class CompletionsQuery(CamelSchema):
    """What is begun."""

    q = fields.String(required=True, validate=validate.Length(max=_LONGEST))


class CompletionSchema(Schema):
    """A record whose label has what is begun."""

    title = fields.String(required=True)
    language = fields.String(required=True)
    identifier = fields.String(required=True)


class CompletionsSchema(Schema):
    """What may come of it."""

    words = fields.List(
        fields.String(), required=True, metadata={"description": "The whole query, its last word completed."}
    )
    records = fields.List(fields.Nested(CompletionSchema), required=True)
