"""Every public URI: minted here, on the archive's public address, and nowhere else."""

import functools
from dataclasses import dataclass
from urllib.parse import quote


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

    def canvas(self, canvas: str) -> str:
        """A canvas, dereferenceable on its own."""
        return f"{self.base}/iiif/canvas/{_segment(canvas)}"

    def range(self, range_: str) -> str:
        """A range, dereferenceable on its own."""
        return f"{self.base}/iiif/range/{_segment(range_)}"

    def painting_page(self, canvas: str) -> str:
        """The annotation page that holds what is painted on a canvas."""
        return f"{self.base}/iiif/annotations/{_segment(canvas)}/painting"

    def annotation(self, annotation: str) -> str:
        """An annotation; the one that paints a canvas bears the canvas' own identifier."""
        return f"{self.base}/iiif/annotation/{_segment(annotation)}"

    def file(self, asset: str, name: str) -> str:
        """The source file of an asset, under its own name."""
        return f"{self.base}/file/{_segment(asset)}/{_segment(name)}"

    def record_page(self, record: str) -> str:
        """The page for people about a record."""
        return f"{self.base}/record/{_segment(record)}"

    def record_json(self, record: str) -> str:
        """The record as the catalogue's own JSON."""
        return f"{self.base}/api/records/{_segment(record)}"

    def home(self) -> str:
        """The first page."""
        return f"{self.base}/"

    def static(self, path: str) -> str:
        """A file that the archive ships, such as its logo."""
        return f"{self.base}/static/{quote(path)}"


@functools.lru_cache(maxsize=4096)
def _segment(identifier: str) -> str:
    return quote(identifier, safe="")
