"""Source files, whole or by byte ranges, where rights allow."""

from flask import Blueprint, Response, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from archive import http
from archive.errors import Forbidden, NotFound, Unavailable
from archive.models import Asset, PyramidState
from archive.services import access, images
from archive.storage.store import Store

blueprint = Blueprint("files", __name__, url_prefix="/file")


@blueprint.get("/<identifier>")
@blueprint.get("/<identifier>/<path:name>")
def show_file(identifier: str, name: str = "") -> Response:
    """The source of an asset, as it was given."""
    context = http.context()
    with context.sessions() as session:
        asset = images.describe(session, identifier)
        is_picture = asset.pyramid_state != PyramidState.NONE
        if not access.may_play(asset.record, is_picture, context.publisher.rights):
            raise Forbidden(f'the source of "{identifier}" is not given out: its rights do not allow it')
    try:
        return _send(context.store, asset)
    except NotFound as error:
        raise Unavailable(
            f'the source of "{identifier}" is lost from the store: its keeper must bring it back',
            retry_after=3600,
        ) from error


def _send(store: Store, asset: Asset) -> Response:
    answer = send_file(
        store.open(asset.source_key),
        mimetype=asset.media_type,
        download_name=asset.file_name,
        etag=asset.digest,
        conditional=False,
    )
    # Of a stream, only the catalogue knows the length that ranges need.
    answer.content_length = asset.bytes
    try:
        answer.make_conditional(request, accept_ranges=True, complete_length=asset.bytes)
    except RequestedRangeNotSatisfiable:
        answer.close()
        raise
    return answer
