"""What a search finds, as a collection that any viewer opens."""

import dataclasses
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from archive import http
from archive.api import guard
from archive.api.catalogue import bodies, replies, search
from archive.api.catalogue.search_schemas import SearchQuery
from archive.services import collections, faces
from archive.services.collections import Listing
from iiif.language import untagged
from iiif.presentation import collection, negotiation

blueprint = Blueprint("found", __name__, url_prefix="/iiif/found")
guard.admit(blueprint)

_MOST = 1000
"""Records of one document: as many as a page of any large collection has."""


@blueprint.get("/<identifier>")
def show_found(identifier: str) -> Response:
    """The records that a search in a collection finds: the first thousand, in their order."""
    context, asked_by = http.context(), guard.reader()
    query = bodies.parameters(SearchQuery()) | {"collection": identifier}
    wanted = search.wanted(query)
    choice = negotiation.choose(request.headers.get("Accept"), (3,))
    with context.sessions() as session:
        found = context.finder.find(session, wanted, asked_by, limit=_MOST)
        listed = collections.described(collections.find(session, identifier))
        listed.records = faces.of(session, found.records)
    shown = collection.collection(_named(listed, wanted.words), http.uris(), context.publisher)
    drawn = shown | {
        "id": f"{http.uris().found(identifier)}?{urlencode(list(request.args.items(multi=True)))}"
    }
    tag = replies.tag_of(drawn)
    return http.unchanged(tag) or http.json_response(drawn, tag=tag, media_type=choice.media_type)


def _named(listed: Listing, words: str) -> Listing:
    """The list as one of what was sought, within the collection that it was sought in."""
    return dataclasses.replace(
        listed,
        label=untagged(words) if words.strip() else listed.label,
        summary={},
        metadata_pairs=(),
        properties={},
        parent=collections.Name(listed.identifier, listed.label),
    )
