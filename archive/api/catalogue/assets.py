"""The assets of records: made of files that were sent, listed, removed."""

import unicodedata
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from archive import http
from archive.api import guard
from archive.api.catalogue import replies
from archive.api.catalogue.asset_schemas import AssetSchema, AssetsSchema, NewAssetSchema
from archive.api.catalogue.binding import Operation, operation
from archive.api.catalogue.part_schemas import CanvasesQuery
from archive.context import Context
from archive.errors import Refused
from archive.ingest import arrivals
from archive.models import Asset, Record, Upload
from archive.services import assets, records, scenes, uploads
from archive.services.creating import Picture
from archive.services.drafts import FileDraft
from archive.services.views import RecordView
from archive.storage import pieces
from iiif.errors import InvalidSource

blueprint = Blueprint("assets", __name__, url_prefix="/api")

Values = dict[str, Any]  # Any: each has its own type.

_Read = Callable[[Context, str, FileDraft], list[Picture]]
_MOST_LISTED = 20


@operation(
    blueprint,
    "/records/<identifier>/assets",
    Operation("GET", query=CanvasesQuery(), gives=AssetsSchema()),
)
def list_assets(session: Session, identifier: str, query: Values) -> Response:
    """List the assets of a record; without a token that writes it, those that it shows."""
    reader = guard.reader()
    head = records.head(session, identifier, reader)
    found = assets.listed(session, head, reader, behind=query["cursor"], limit=query["limit"] + 1)
    shown = found[: query["limit"]]
    answer: dict[str, object] = {"assets": [_told(one, head) for one in shown]}
    if len(found) > len(shown):
        answer["next"] = replies.next_page(str(shown[-1].id))
    return replies.linked(replies.document(answer), answer)


@operation(
    blueprint,
    "/records/<identifier>/assets",
    Operation(
        "POST",
        body=NewAssetSchema(),
        gives=AssetsSchema(),
        status=HTTPStatus.CREATED,
        opened=False,
    ),
)
def create_asset(identifier: str, body: Values) -> Response:
    """Make an asset of each page of a file that was sent; asked for twice, it is made once."""
    context, reader = http.context(), guard.reader()
    with context.sessions.begin() as session:
        record = records.lock(session, identifier, reader)
        upload = uploads.find(session, body["upload"], reader)
        uploads.keep(session, upload)
        name = _name(session, record, upload, body)
        known = assets.called(session, record.id, name)
    digest = uploads.finish(context.store, upload)
    if known:
        assets.require_same(known, digest)
    # Nobody else can write while a transaction is open, and to read a file takes its time.
    read = arrivals.read_companion if body["model"] else arrivals.read
    pictures = [] if known else _read(read, identifier, upload, digest=digest, name=name)
    with context.sessions.begin() as session:
        record = records.lock(session, identifier, reader)
        rows = known or assets.add(session, record, pictures)
        uploads.keep(session, upload, digest)
        told = [_told(row, record) for row in rows]
    pieces.cut(context.store, upload.identifier, 0)
    return replies.created({"assets": told}, http.uris().catalogue("assets", rows[0].identifier))


@operation(blueprint, "/assets/<identifier>", Operation("GET", gives=AssetSchema()))
def show_asset(session: Session, identifier: str) -> Response:
    """Show an asset, and whether its picture can be zoomed yet."""
    asset, record = assets.find(session, identifier, guard.reader())
    return replies.document(_told(asset, record))


@operation(blueprint, "/assets/<identifier>", Operation("DELETE", status=HTTPStatus.NO_CONTENT))
def remove_asset(session: Session, identifier: str) -> Response:
    """Remove an asset that nothing names or has named; its source stays in the store."""
    reader = guard.reader()
    _, owner = assets.find(session, identifier, reader)
    record = records.lock(session, owner.identifier, reader)
    asset, _ = assets.find(session, identifier, reader)
    replies.require_match(replies.tag_of(_told(asset, record)))
    store = http.context().store
    for key in assets.remove(session, store, asset):
        store.delete(key)
    return replies.done()


def _name(session: Session, record: Record, upload: Upload, body: Values) -> str:
    """What the file is called in its record; one that a model names, by its place beside that."""
    if not body["model"]:
        return str(body["name"] or upload.name)
    model = assets.model(session, record, body["model"])
    path = unicodedata.normalize("NFC", body["path"] or body["name"] or upload.name)
    named = scenes.named(http.context().store, model)
    if path not in named:
        raise Refused([("/path", f'the model names no "{path}", but {_listed(named)}: send one of these')])
    return scenes.place(model, path)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:_MOST_LISTED])
    return f"{shown} and others" if len(names) > _MOST_LISTED else shown or "nothing"


def _read(read: _Read, record: str, upload: Upload, *, digest: str, name: str) -> list[Picture]:
    context = http.context()
    with uploads.file(context.store, upload, digest) as path:
        try:
            return read(context, record, FileDraft(path, name))
        except InvalidSource as error:
            raise Refused([("/upload", f'"{name}" can\'t be read: {error}')]) from error


def _told(asset: Asset, record: Record | RecordView) -> Values:
    # The folders that a curator keeps files in are no business of the world's.
    told: Values = AssetSchema().dump({**vars(asset), "record": record.identifier, "name": asset.file_name})
    return told
