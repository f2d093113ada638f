"""The catalogue's own JSON of a record."""

from flask import Blueprint
from werkzeug.wrappers import Response

from archive import http
from archive.api.schemas import RecordSchema
from archive.services import records

blueprint = Blueprint("records", __name__, url_prefix="/api/records")


@blueprint.get("/<identifier>")
def show_record(identifier: str) -> Response:
    """All that is known of a public record."""
    with http.context().sessions() as session:
        record = records.find(session, identifier)
        tag = http.etag("record", record.identifier, record.revision)
        media_type = "application/json"
        return http.unchanged(tag) or http.json_response(
            RecordSchema().dump(record), tag=tag, media_type=media_type
        )
