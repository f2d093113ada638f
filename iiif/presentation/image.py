"""Images in a document: the whole picture, its thumbnail, and the image service behind both."""

from iiif.image import request
from iiif.image.request import LONGEST_SIDES, Limits
from iiif.presentation.document import Resource
from iiif.protocols import Asset
from iiif.uris import Uris

THUMBNAIL_SIDE = 400
"""The box, in pixels, that a thumbnail fits in."""


def image(asset: Asset, uris: Uris, limits: Limits) -> Resource:
    """The whole image, as large as it is served, as the body of an annotation.

    Spec: Presentation 3.0 §5.7.
    """
    return _image(asset, uris, limits, LONGEST_SIDES["jpg"])


def thumbnail(asset: Asset, uris: Uris, limits: Limits) -> Resource:
    """The image at the size of ``full/!400,400``, never enlarged, never less than a pixel.

    Its pixels are written out, because a canonical URI is the one that caches know.
    """
    return _image(asset, uris, limits, THUMBNAIL_SIDE)


def small(asset: Asset | None, uris: Uris, limits: Limits) -> list[Resource]:
    """The thumbnail of what a list names; nothing of what has no picture.

    It comes without its service: a list of a thousand would be twice as long by that.
    """
    if asset is None:
        return []
    drawn = thumbnail(asset, uris, limits)
    del drawn["service"]
    return [drawn]


def _image(asset: Asset, uris: Uris, limits: Limits, side: int) -> Resource:
    service, whole = uris.image_service(asset.identifier), (asset.width or 1, asset.height or 1)
    width, height = request.largest(whole, limits, (side, side))
    size = request.canonical_size((width, height), whole, limits)
    return {
        "id": f"{service}/full/{size}/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "width": width,
        "height": height,
        "service": [{"id": service, "type": "ImageService3", "profile": "level2"}],
    }
