"""Every public URI: minted here, on the archive's public address, and nowhere else."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

_FIT = re.compile("[A-Za-z0-9._~-]+")
_PINNED = ("manifest", "collection", "annotations")
"""The kinds of documents that bear another URI at the address of a pinned version of Presentation."""


@dataclass(frozen=True)
class Uris:
    """Mints the URIs of an archive whose public address is ``base`` (no slash at its end).

    Identifiers are single path segments; whatever is not unreserved in a URI is percent-encoded.
    """

    base: str

    def image_service(self, asset: str, version: int = 3) -> str:
        """The base URI of an image: ``info.json`` and the renditions stand below it."""
        return f"{self.base}/iiif/image/{version}/{_segment(asset)}"

    def image(self, asset: str, parameters: str, version: int = 3) -> str:
        """One rendition, ``parameters`` being ``region/size/rotation/quality.format``."""
        return f"{self.image_service(asset, version)}/{parameters}"

    def manifest(self, record: str) -> str:
        """The manifest of a record."""
        return f"{self.base}/iiif/manifest/{_segment(record)}"

    def collection(self, collection: str) -> str:
        """The collection document; ``root`` is the top one."""
        return f"{self.base}/iiif/collection/{_segment(collection)}"

    def collection_page(self, collection: str, number: int) -> str:
        """A page of the records of a large collection: a collection document of its own."""
        return f"{self.collection(collection)}/{number}"

    def found(self, collection: str) -> str:
        """What a search in a collection finds, as a collection: behind it stands what is sought."""
        return f"{self.base}/iiif/found/{_segment(collection)}"

    def content_search(self, kind: str, identifier: str, version: int = 2) -> str:
        """The service that searches the text of a record or a collection, ``kind`` as in their addresses."""
        return f"{self.base}/iiif/search/{version}/{kind}/{_segment(identifier)}"

    def autocomplete(self, kind: str, identifier: str, version: int = 2) -> str:
        """The service that completes what is sought there."""
        return f"{self.base}/iiif/autocomplete/{version}/{kind}/{_segment(identifier)}"

    def canvas(self, canvas: str) -> str:
        """A canvas, dereferenceable on its own."""
        return f"{self.base}/iiif/canvas/{_segment(canvas)}"

    def text(self, canvas: str) -> str:
        """The text of a canvas, plain."""
        return f"{self.base}/iiif/text/{_segment(canvas)}"

    def pdf(self, record: str) -> str:
        """The pages of a record as a PDF that can be searched."""
        return f"{self.base}/iiif/pdf/{_segment(record)}"

    def range(self, range_: str) -> str:
        """A range, dereferenceable on its own."""
        return f"{self.base}/iiif/range/{_segment(range_)}"

    def page(self, holder: str, name: str) -> str:
        """A page of annotations: of a canvas, or of a record as a whole where ``holder`` is ``whole``'s."""
        return f"{self.base}/iiif/annotations/{_segment(holder)}/{_segment(name)}"

    def annotation(self, annotation: str) -> str:
        """An annotation; the one that paints a canvas bears the canvas' own identifier.

        One that was written into a container is named by its holder, a slash, and a name of its own.
        """
        return f"{self.base}/iiif/annotation/{'/'.join(map(_segment, annotation.split('/')))}"

    def container(self, holder: str) -> str:
        """The container of a holder's annotations: theirs are below it. Spec: Annotation Protocol §4."""
        return f"{self.base}/iiif/annotation/{_segment(holder)}/"

    def pinned(self, uri: str, version: int) -> str:
        """The URI that always answers in one version of Presentation, for the ``uri`` of a document whose
        version is negotiated: ``/iiif/2/manifest/…`` for ``/iiif/manifest/…``; any other URI unchanged.

        Canvases, ranges and annotations keep the one URI they have in all versions, so that what is said of
        them in one holds in the others.
        """
        front = f"{self.base}/iiif/"
        kind = uri.removeprefix(front).partition("/")[0]
        if not uri.startswith(front) or kind not in _PINNED:
            return uri
        return f"{front}{version}/{uri.removeprefix(front)}"

    def image_in_version(self, uri: str, version: int) -> str | None:
        """The URI of an image service, or of a rendition, in another version of the Image API; its
        parameters are unchanged. ``None`` where ``uri`` is none of this archive's Image API 3.0.
        """
        front = f"{self.base}/iiif/image/"
        if not uri.startswith(f"{front}3/"):
            return None
        return f"{front}{version}/{uri.removeprefix(f'{front}3/')}"

    def file(self, asset: str, name: str) -> str:
        """The source file of an asset, under its own name."""
        return f"{self.base}/file/{_segment(asset)}/{_segment(name)}"

    def record_page(self, record: str) -> str:
        """The page for people about a record."""
        return f"{self.base}/record/{_segment(record)}"

    def record_json(self, record: str) -> str:
        """The record as the catalogue's own JSON."""
        return f"{self.base}/api/records/{_segment(record)}"

    def catalogue(self, *segments: str) -> str:
        """An address of the catalogue's own JSON API: ``records``, an identifier, ``canvases``."""
        return "/".join((f"{self.base}/api", *map(_segment, segments)))

    def home(self) -> str:
        """The first page."""
        return f"{self.base}/"

    def static(self, path: str) -> str:
        """A file that the archive ships, such as its logo."""
        return f"{self.base}/static/{quote(path)}"


def asking(uri: str, asked: Iterable[tuple[str, str]]) -> str:
    """The URI with what is asked behind it."""
    pairs = list(asked)
    return f"{uri}?{urlencode(pairs, quote_via=quote, errors='replace')}" if pairs else uri


def whole(record: str) -> str:
    """The holder of the annotations of a record as a whole; that of a canvas ends in a number."""
    return f"{record}-whole"


def _segment(identifier: str) -> str:
    # What is minted is fit as it is, and a book has tens of thousands: asking is faster than quoting.
    return identifier if _FIT.fullmatch(identifier) else quote(identifier, safe="")
