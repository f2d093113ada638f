"""Containers of annotations, and annotations in the W3C's own form. Spec: Annotation Protocol §4, §5."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iiif import protocols
from iiif.image.request import Limits
from iiif.presentation import annotation, document
from iiif.presentation.document import Resource
from iiif.presentation.received import WEB_CONTEXT
from iiif.protocols import Asset
from iiif.uris import Uris

LDP_CONTEXT = "http://www.w3.org/ns/ldp.jsonld"
MEDIA_TYPE = f'application/ld+json; profile="{WEB_CONTEXT}"'

NAMES, DESCRIPTIONS = 1000, 100
"""The annotations on a page of a container, where it names them and where it has them whole."""


@dataclass(frozen=True)
class Listing:
    """A container at ``address``, its annotations named by their IRIs or told whole."""

    address: str
    label: str
    total: int
    modified: dt.datetime | None
    names_only: bool

    @property
    def size(self) -> int:
        """How many annotations stand on a page."""
        return NAMES if self.names_only else DESCRIPTIONS

    @property
    def last(self) -> int:
        """The number of the last page; the first is 0."""
        return max(0, self.total - 1) // self.size

    @property
    def uri(self) -> str:
        """The address of this form of the container."""
        return f"{self.address}?iris={int(self.names_only)}"

    def page_uri(self, number: int) -> str:
        """The address of a page."""
        return f"{self.uri}&page={number}"


def web_annotation(
    one: protocols.Annotation, target: str, assets: Mapping[str, Asset], uris: Uris, limits: Limits
) -> Resource:
    """An annotation in the W3C's form, as a document of its own."""
    drawn = annotation.annotation(one, target, assets, uris, limits)
    extensions = document.contexts([one.properties])
    return {"@context": [*extensions, WEB_CONTEXT] if extensions else WEB_CONTEXT, **drawn}


def collection(listing: Listing, first: Sequence[object] | None) -> Resource:
    """The container, with what stands on its ``first`` page; without it, the page is only named."""
    drawn: Resource = {
        "@context": [WEB_CONTEXT, LDP_CONTEXT],
        "id": listing.uri,
        "type": ["BasicContainer", "AnnotationCollection"],
        "label": listing.label,
        **_extent(listing),
    }
    if listing.total:
        drawn["first"] = listing.page_uri(0) if first is None else _page(listing, 0, first)
        drawn["last"] = listing.page_uri(listing.last)
    return drawn


def page(listing: Listing, number: int, items: Sequence[object]) -> Resource:
    """A page of the container, dereferenced."""
    drawn = _page(listing, number, items)
    drawn["partOf"] = {"id": listing.uri, "label": listing.label, **_extent(listing)}
    return {"@context": WEB_CONTEXT, **drawn}


def time(moment: dt.datetime) -> str:
    """A time as annotations have it, in UTC. Source: Web Annotation Data Model §3.3.1."""
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _page(listing: Listing, number: int, items: Sequence[object]) -> Resource:
    drawn: Resource = {"id": listing.page_uri(number), "type": "AnnotationPage"}
    if number > 0:
        drawn["prev"] = listing.page_uri(number - 1)
    if number < listing.last:
        drawn["next"] = listing.page_uri(number + 1)
    return {**drawn, "startIndex": number * listing.size, "items": list(items)}


def _extent(listing: Listing) -> Resource:
    known = {"total": listing.total}
    return {**known, "modified": time(listing.modified)} if listing.modified else {**known}
