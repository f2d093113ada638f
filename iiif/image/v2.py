"""What Image API 2.1 does otherwise than 3.0."""

from dataclasses import replace
from fractions import Fraction

from iiif.errors import InvalidRequest
from iiif.image import info as info3
from iiif.image import request as request3
from iiif.image.levels import TiledImage, scaled
from iiif.image.request import ImageRequest, Limits, Plan, Size, canonical_region, canonical_rotation


def parse(region: str, size: str, rotation: str, quality_format: str) -> ImageRequest:
    """The request that four path segments make: ``full`` is a size, and ``^`` is none.

    Raises ``InvalidRequest`` naming the segment at fault. Spec: Image 2.1 §4.
    """
    if size.startswith("^"):
        raise InvalidRequest(f'size "{size[:60]}": "^" belongs to Image API 3.0; leave it out')
    if size != "full":
        return request3.parse(region, size, rotation, quality_format)
    # "full" is never reduced to the limits as "max" is: it is all of the region or refused.
    whole = Size(size, percent=Fraction(100))
    return replace(request3.parse(region, "max", rotation, quality_format), size=whole)


def resolve(request: ImageRequest, width: int, height: int, limits: Limits) -> Plan:
    """The plan of a request for an image of ``width`` × ``height``; raises as in 3.0.

    The height of ``w,`` is rounded up where the width is that of a level, so that a tile and a listed
    size have the same pixels by ``w,`` as by ``w,h``. Spec: Image 2.1 §4.7, §5.2.
    """
    region = request3.resolve_region(request.region, width, height)
    asked = request.size
    if asked.width is not None and asked.height is None:
        request = replace(request, size=replace(asked, height=_height(asked.width, region[2:])))
    plan = request3.resolve(request, width, height, limits)
    segments = (
        canonical_region(plan.region, width, height),
        _canonical_size(plan.size, plan.region[2:]),
        canonical_rotation(plan.mirror, plan.rotation),
        f"{plan.quality}.{plan.format}",
    )
    return replace(plan, canonical="/".join(segments))


def info(image: TiledImage, uri: str, limits: Limits) -> dict[str, object]:
    """The image information document at base URI ``uri``. Spec: Image 2.1 §5."""
    document = info3.info(image, uri, limits)
    maxima = {key: document[key] for key in ("maxWidth", "maxHeight", "maxArea") if key in document}
    extras = {
        "formats": document["extraFormats"],
        "qualities": ["gray"] if image.gray else ["color", "gray"],
        "supports": [
            "canonicalLinkHeader",
            "mirroring",
            "profileLinkHeader",
            "regionSquare",
            "rotationArbitrary",
        ],
    }
    return {
        "@context": "http://iiif.io/api/image/2/context.json",
        "@id": uri,
        "@type": "iiif:Image",
        "protocol": document["protocol"],
        "width": image.width,
        "height": image.height,
        **{key: document[key] for key in ("sizes", "tiles") if key in document},
        "profile": ["http://iiif.io/api/image/2/level2.json", extras | maxima],
    }


def _height(width: int, region: tuple[int, int]) -> int:
    """The height of ``w,``: that of the level that is so wide, else what keeps the shape best."""
    factor = 1
    while scaled(*region, factor)[0] > max(width, 1):
        factor *= 2
    level_width, level_height = scaled(*region, factor)
    # Rounding up must not cost a whole row: a narrow strip would change its shape.
    if level_width == width and abs(level_height * region[0] - region[1] * width) < region[0]:
        return level_height
    return request3.rounded(region[1] * width, region[0])


def _canonical_size(size: tuple[int, int], region: tuple[int, int]) -> str:
    if size == region:
        return "full"
    width, height = size
    return f"{width}," if height == _height(width, region) else f"{width},{height}"
