"""Images in a document: the whole picture, its thumbnail, and the image service behind both."""

from iiif.image.request import rounded
from iiif.presentation.document import Resource
from iiif.protocols import Asset
from iiif.uris import Uris

THUMBNAIL_SIDE = 400
"""The box, in pixels, that a thumbnail fits in."""


def image(asset: Asset, uris: Uris) -> Resource:
    """The whole image as the body of an annotation. Spec: Presentation 3.0 §5.7."""
    return _image(asset, uris, size="max", pixels=(asset.width, asset.height))


def thumbnail(asset: Asset, uris: Uris) -> Resource:
    """The image at the size of ``full/!400,400``, never enlarged, named by its canonical URI.

    The pixels are written out because ``!400,400`` is refused where the image is smaller, and because
    a canonical URI is the one that caches know.
    """
    width, height = thumbnail_size(asset.width, asset.height)
    size = "max" if (width, height) == (asset.width, asset.height) else f"{width},{height}"
    return _image(asset, uris, size=size, pixels=(width, height))


def thumbnail_size(width: int, height: int) -> tuple[int, int]:
    """The size ``(w, h)`` of an image's thumbnail in pixels. Spec: Image 3.0 §4.2, ``!w,h``."""
    longest = max(width, height)
    if longest <= THUMBNAIL_SIDE:
        return width, height
    return max(1, rounded(width * THUMBNAIL_SIDE, longest)), max(1, rounded(height * THUMBNAIL_SIDE, longest))


def _image(asset: Asset, uris: Uris, *, size: str, pixels: tuple[int, int]) -> Resource:
    service = uris.image_service(asset.identifier)
    return {
        "id": f"{service}/full/{size}/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "width": pixels[0],
        "height": pixels[1],
        "service": [{"id": service, "type": "ImageService3", "profile": "level2"}],
    }
