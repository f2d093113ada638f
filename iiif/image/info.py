"""The image information document, ``info.json``, of Image API 3.0."""

from iiif.image.levels import TILE_SIZE, TiledImage
from iiif.image.request import MEDIA_TYPES, Limits

_LEVEL2_FORMATS = ("jpg", "png")


def info(image: TiledImage, uri: str, limits: Limits) -> dict[str, object]:
    """The image information document at base URI ``uri``, keys in the order of the specification.

    Sizes and tiles are those that are stored, as far as the limits allow. Spec: Image 3.0 §5.
    """
    return {
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": uri,
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": image.width,
        "height": image.height,
        **_maxima(limits),
        **_sizes(image, limits),
        **_tiles(image, limits),
        "extraFormats": [format_ for format_ in MEDIA_TYPES if format_ not in _LEVEL2_FORMATS],
        # A gray image answers "color" too, but has none to announce (Spec: Image 3.0 §4.4).
        "extraQualities": ["gray", "bitonal"] if image.gray else ["color", "gray", "bitonal"],
        "extraFeatures": _features(limits),
    }


def _maxima(limits: Limits) -> dict[str, object]:
    maxima = {"maxWidth": limits.max_width, "maxHeight": limits.max_height, "maxArea": limits.max_area}
    return {key: maximum for key, maximum in maxima.items() if maximum is not None}


def _sizes(image: TiledImage, limits: Limits) -> dict[str, object]:
    stored = sorted({*image.level_sizes, *image.ready_sizes})
    sizes = [{"width": w, "height": h} for w, h in stored if limits.admit(w, h)]
    return {"sizes": sizes} if sizes else {}


def _tiles(image: TiledImage, limits: Limits) -> dict[str, object]:
    if not limits.admit(TILE_SIZE, TILE_SIZE):
        return {}
    return {"tiles": [{"width": TILE_SIZE, "height": TILE_SIZE, "scaleFactors": list(image.scale_factors)}]}


def _features(limits: Limits) -> list[str]:
    upscaling = ["sizeUpscaling"] if limits.allow_upscaling else []
    return ["canonicalLinkHeader", "mirroring", "profileLinkHeader", "rotationArbitrary", *upscaling]
