"""The shapes of the catalogue's JSON."""

from marshmallow import Schema, fields


class PairSchema(Schema):
    """A label and its value, both by language."""

    label = fields.Function(lambda pair: pair[0])
    value = fields.Function(lambda pair: pair[1])


class RecordSchema(Schema):
    """A record as it is described; names are those of the sheet's columns."""

    identifier = fields.String()
    label = fields.Raw()
    summary = fields.Raw()
    maker = fields.Raw()
    type = fields.Raw()
    subject = fields.Raw()
    place = fields.Raw()
    language = fields.Raw()
    date = fields.Raw()
    first_year = fields.Integer()
    last_year = fields.Integer()
    accession_number = fields.String()
    rights = fields.String()
    metadata = fields.List(fields.Nested(PairSchema), attribute="metadata_pairs")
    collections = fields.Function(lambda record: [one.identifier for one in record.collections])
    images = fields.Function(
        lambda record: [canvas.asset.identifier for canvas in record.canvases if canvas.asset]
    )
    modified = fields.AwareDateTime(format="iso")
