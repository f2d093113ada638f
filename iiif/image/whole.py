"""All of a picture at a size that its pyramid has: joined of stored blocks, not drawn."""

from iiif.image import request
from iiif.image.levels import TiledImage
from iiif.image.request import Limits, Plan

_UNLIMITED = Limits()


def plan(picture: TiledImage, longest: int, limits: Limits = _UNLIMITED) -> Plan:
    """The JPEG of the largest level of at most ``longest`` pixels a side.

    Of what is larger, that is half of ``longest`` or more. Where ``limits`` admit no level, what they admit.
    """
    levels = (size for size in picture.level_sizes if max(size) <= longest and limits.admit(*size))
    whole = picture.width, picture.height
    width, height = next(levels, None) or request.largest(whole, limits, (longest, longest))
    asked = request.parse("full", f"{width},{height}", "0", "default.jpg")
    return request.resolve(asked, *whole, limits)
