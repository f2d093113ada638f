"""Source files, whole or by byte ranges, where rights allow."""

from flask import Blueprint, Response, send_file

from archive import http
from archive.errors import Forbidden, NotFound, Unavailable
from archive.models import Asset
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
        if not access.may_download(asset.record, context.publisher.rights):
            raise Forbidden(f'the source of "{identifier}" is not given out: its rights do not allow it')
    try:
        return _send(context.store, asset)
    except NotFound as error:
        raise Unavailable(
            f'the source of "{identifier}" is lost from the store: its keeper must bring it back',
            retry_after=3600,
        ) from error


def _send(store: Store, asset: Asset) -> Response:
    # From a path, and not from a stream: only of a path is the length known that ranges need.
    with store.file(asset.source_key) as path:
        return send_file(
            path,
            mimetype=asset.media_type,
            download_name=asset.file_name,
            etag=asset.digest,
            conditional=True,
        )
