"""An image request: parsed from its segments, then resolved to whole pixels of one image.

Both stages are pure. What Image API 2.1 does otherwise is in ``v2.py``.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from iiif.errors import InvalidRequest, NotImplementedFeature

QUALITIES = ("default", "color", "gray", "bitonal")
MEDIA_TYPES: Mapping[str, str] = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "tif": "image/tiff",
    "gif": "image/gif",
    "jp2": "image/jp2",
    "pdf": "application/pdf",
}
"""What each format is sent as; these are all the formats that can be asked for."""

# Readers take no wider AVIF, and no page of more than 200 inches, which are 60,000 pixels.
LONGEST_SIDES: Mapping[str, int] = {
    "jpg": 65_500,
    "webp": 16_383,
    "avif": 32_768,
    "gif": 65_535,
    "pdf": 60_000,
}
"""How many pixels a side the formats can hold, where a rendition could be larger."""

_UNLIMITED = 10**12

# ASCII digits only: int() and float() would also take "1_0", "+1", "1e3", "NaN" and other scripts' digits.
# Twelve digits are more than any image has pixels; twenty decimals are more than any client writes.
_INTEGER = r"[0-9]{1,12}"
_DECIMAL = r"(?:[0-9]{1,12}(?:\.[0-9]{1,20})?|\.[0-9]{1,20})"
_PIXEL_REGION = re.compile(rf"({_INTEGER}),({_INTEGER}),({_INTEGER}),({_INTEGER})")
_PERCENT_REGION = re.compile(rf"pct:({_DECIMAL}),({_DECIMAL}),({_DECIMAL}),({_DECIMAL})")
_SIZE = re.compile(
    rf"(?P<up>\^?)(?:(?P<max>max)|pct:(?P<percent>{_DECIMAL})|(?P<within>!?)(?P<w>{_INTEGER})?,(?P<h>{_INTEGER})?)"
)
_ROTATION = re.compile(rf"(!?)({_DECIMAL})")


@dataclass(frozen=True)
class Region:
    """The part of the image that is asked for; ``values`` are x, y, w, h in pixels or percent."""

    text: str
    kind: Literal["full", "square", "pixels", "percent"]
    values: tuple[int | Fraction, ...] = ()


@dataclass(frozen=True)
class Size:
    """How large the region shall become; ``upscale`` is the ``^`` before it, ``within`` the ``!``.

    ``percent`` excludes width and height; none of the three is the maximum.
    """

    text: str
    upscale: bool = False
    within: bool = False
    width: int | None = None
    height: int | None = None
    percent: Fraction | None = None


@dataclass(frozen=True)
class ImageRequest:
    """What the five segments ask for, before the image is known; ``rotation`` in degrees, 0 to under 360."""

    region: Region
    size: Size
    mirror: bool
    rotation: float
    quality: str
    format: str


@dataclass(frozen=True)
class Limits:
    """The largest rendition an image is served at, in pixels; None is no limit.

    A width without a height limits both (Spec: Image 3.0 §5.2).
    """

    max_width: int | None = None
    max_height: int | None = None
    max_area: int | None = None

    def __post_init__(self) -> None:
        if self.max_height is not None and self.max_width is None:
            raise ValueError("a maximal height needs a maximal width: set both")

    @property
    def bounds(self) -> tuple[int, int]:
        """The widest and highest rendition ``(w, h)``."""
        width = _UNLIMITED if self.max_width is None else self.max_width
        return width, width if self.max_height is None else self.max_height

    @property
    def allow_upscaling(self) -> bool:
        """Whether sizes with ``^`` may enlarge: only below a limit (Spec: Image 3.0 §5.7)."""
        return self.max_width is not None or self.max_area is not None

    def admit(self, width: int, height: int) -> bool:
        """Whether a rendition of this size may be served."""
        max_width, max_height = self.bounds
        max_area = width * height if self.max_area is None else self.max_area
        return width <= max_width and height <= max_height and width * height <= max_area


@dataclass(frozen=True)
class Plan:
    """A request in whole pixels of one image: all that rendering needs.

    ``region`` is the box ``(x, y, w, h)`` to read, ``size`` the ``(w, h)`` to write before mirroring and
    rotation; ``canonical`` is the path ``region/size/rotation/quality.format`` (Spec: Image 3.0 §4.8).
    """

    region: tuple[int, int, int, int]
    size: tuple[int, int]
    mirror: bool
    rotation: float
    quality: str
    format: str
    canonical: str

    @property
    def rotated_size(self) -> tuple[int, int]:
        """The size ``(w, h)`` of the rendition: the box around the rotated image.

        Spec: Image 3.0 §4.3 and Implementation Notes §5.
        """
        width, height = self.size
        if self.rotation % 90 == 0:
            return (height, width) if self.rotation % 180 else (width, height)
        sine, cosine = abs(math.sin(math.radians(self.rotation))), abs(math.cos(math.radians(self.rotation)))
        return round(width * cosine + height * sine), round(height * cosine + width * sine)


def parse(region: str, size: str, rotation: str, quality_format: str) -> ImageRequest:
    """The request that four path segments make, each percent-decoded once.

    Raises ``InvalidRequest`` naming the first segment at fault. Spec: Image 3.0 §4.
    """
    mirror, degrees = _parse_rotation(rotation)
    quality, format_ = _parse_quality_format(quality_format)
    return ImageRequest(_parse_region(region), _parse_size(size), mirror, degrees, quality, format_)


def resolve(request: ImageRequest, width: int, height: int, limits: Limits) -> Plan:
    """The plan of a request for an image of ``width`` × ``height``.

    Raises ``InvalidRequest`` when the region lies outside the image, or the size is empty, larger than the
    region without ``^``, or beyond the limits; ``NotImplementedFeature`` when ``^`` would enlarge an image
    that has no limits. Spec: Image 3.0 §4.1, §4.2.
    """
    region = resolve_region(request.region, width, height)
    size = _resolve_size(request.size, region[2:], limits)
    segments = (
        canonical_region(region, width, height),
        canonical_size(size, region[2:], limits),
        canonical_rotation(request.mirror, request.rotation),
        f"{request.quality}.{request.format}",
    )
    plan = Plan(
        region=region,
        size=size,
        mirror=request.mirror,
        rotation=request.rotation,
        quality=request.quality,
        format=request.format,
        canonical="/".join(segments),
    )
    _check_format(plan)
    return plan


def resolve_region(region: Region, width: int, height: int) -> tuple[int, int, int, int]:
    """The box ``(x, y, w, h)`` in whole pixels of an image of ``width`` × ``height``, cut off at its edges.

    Raises ``InvalidRequest`` when nothing of it is left. Spec: Image 3.0 §4.1.
    """
    if region.kind == "full":
        return 0, 0, width, height
    if region.kind == "square":
        side = min(width, height)
        return (width - side) // 2, (height - side) // 2, side, side
    x, y, w, h = _in_pixels(region, width, height)
    if x >= width or y >= height:
        raise _invalid("region", region.text, f"lies outside the image, which is {width} × {height}")
    # What begins inside the image must not be rounded out of it.
    left, top = min(_nearest(x), width - 1), min(_nearest(y), height - 1)
    box = left, top, min(_nearest(w), width - left), min(_nearest(h), height - top)
    if 0 in box[2:]:
        raise _invalid("region", region.text, "is less than one pixel: ask for more")
    return box


def largest(
    region: tuple[int, int], limits: Limits, box: tuple[int, int] = (_UNLIMITED, _UNLIMITED)
) -> tuple[int, int]:
    """The size ``(w, h)`` of ``max``: the region, reduced as the limits, and a box, ask."""
    if region[0] <= box[0] and region[1] <= box[1] and limits.admit(*region):
        return region
    return _largest_enlarged(region, limits, box)


def canonical_region(region: tuple[int, int, int, int], width: int, height: int) -> str:
    """``full``, or the box in pixels."""
    return "full" if region == (0, 0, width, height) else ",".join(map(str, region))


def canonical_size(size: tuple[int, int], region: tuple[int, int], limits: Limits) -> str:
    """``max``, ``^max``, or width and height, with ``^`` where they exceed the region's."""
    if size == largest(region, limits):
        return "max"
    if limits.allow_upscaling and size == _largest_enlarged(region, limits):
        return "^max"
    caret = "^" if size[0] > region[0] or size[1] > region[1] else ""
    return f"{caret}{size[0]},{size[1]}"


def canonical_rotation(mirror: bool, degrees: float) -> str:
    """The shortest number that gives the same rotation, after ``!`` if mirrored."""
    number = f"{degrees:.10f}".rstrip("0").rstrip(".")
    return f"!{number}" if mirror else number


def rounded(numerator: int, denominator: int) -> int:
    """The quotient rounded to the nearest integer, halves up, without passing through a float."""
    return (2 * numerator + denominator) // (2 * denominator)


def _parse_region(text: str) -> Region:
    if text == "full":
        return Region(text, "full")
    if text == "square":
        return Region(text, "square")
    if match := _PIXEL_REGION.fullmatch(text):
        return _sized_region(Region(text, "pixels", tuple(map(int, match.groups()))))
    if match := _PERCENT_REGION.fullmatch(text):
        return _sized_region(Region(text, "percent", tuple(map(Fraction, match.groups()))))
    raise _invalid("region", text, 'write "full", "square", "x,y,w,h" in whole pixels or "pct:x,y,w,h"')


def _sized_region(region: Region) -> Region:
    for name, value in zip(("width", "height"), region.values[2:], strict=True):
        if value == 0:
            least = "at least 1" if region.kind == "pixels" else "more than 0"
            raise _invalid("region", region.text, f"{name} must be {least}")
    return region


def _parse_size(text: str) -> Size:
    match = _SIZE.fullmatch(text)
    if not match:
        raise _invalid(
            "size", text, 'write "max", "w,", ",h", "pct:n", "w,h" or "!w,h", with "^" before it to enlarge'
        )
    upscale, within = match["up"] == "^", match["within"] == "!"
    if match["max"]:
        return Size(text, upscale)
    if match["percent"]:
        return Size(text, upscale, percent=Fraction(match["percent"]))
    width, height = (int(side) if side else None for side in match.group("w", "h"))
    if width is None and height is None:
        raise _invalid("size", text, "give a width, a height or both")
    if within and (width is None or height is None):
        raise _invalid("size", text, 'after "!" give both width and height')
    return Size(text, upscale, within, width, height)


def _parse_rotation(text: str) -> tuple[bool, float]:
    match = _ROTATION.fullmatch(text)
    if not match:
        raise _invalid("rotation", text, 'write degrees from 0 to 360, with "!" before them to mirror')
    degrees = float(match[2])
    if degrees > 360:
        raise _invalid("rotation", text, "must be from 0 to 360 degrees")
    # Ten decimals survive a float's round trip through the canonical path, and no eye sees an eleventh.
    return match[1] == "!", round(degrees, 10) % 360


def _parse_quality_format(text: str) -> tuple[str, str]:
    quality, dot, format_ = text.rpartition(".")
    if not dot:
        raise _invalid("format", text, f'end with a dot and a format, such as "{text or "default"}.jpg"')
    if quality not in QUALITIES:
        raise _invalid("quality", quality, f"use one of {', '.join(QUALITIES)}")
    if format_ not in MEDIA_TYPES:
        raise _invalid("format", format_, f"use one of {', '.join(MEDIA_TYPES)}")
    # The default is color, and a path that says so is not canonical.
    return "default" if quality == "color" else quality, format_


def _in_pixels(region: Region, width: int, height: int) -> tuple[int | Fraction, ...]:
    if region.kind == "pixels":
        return region.values
    x, y, w, h = map(Fraction, region.values)
    return x * width / 100, y * height / 100, w * width / 100, h * height / 100


def _resolve_size(size: Size, region: tuple[int, int], limits: Limits) -> tuple[int, int]:
    if size.text in {"max", "^max"}:
        _check_enlargement(size, enlarges=size.upscale, region=region, limits=limits)
        return _largest_enlarged(region, limits) if size.upscale else largest(region, limits)
    result = _confined(size, region) if size.within else _exact(size, region)
    if 0 in result:
        raise _invalid("size", size.text, "gives an image of less than one pixel: ask for more")
    enlarges = result[0] > region[0] or result[1] > region[1] or (size.percent or 0) > 100
    _check_enlargement(size, enlarges=enlarges, region=region, limits=limits)
    if limits.admit(*result):
        return result
    if size.within:
        return _largest_enlarged(region, limits, result)
    width, height = largest(region, limits)
    raise _invalid("size", size.text, f"exceeds the limits of this server: ask for {width},{height} or less")


def _check_enlargement(size: Size, *, enlarges: bool, region: tuple[int, int], limits: Limits) -> None:
    if enlarges and not size.upscale:
        shape = f"{region[0]} × {region[1]}"
        raise _invalid(
            "size", size.text, f'exceeds the region, which is {shape}: ask for less, or put "^" before it'
        )
    if enlarges and not limits.allow_upscaling:
        raise NotImplementedFeature(
            f'size "{size.text}": this server does not enlarge images; ask for "max" or less'
        )


def _exact(size: Size, region: tuple[int, int]) -> tuple[int, int]:
    width, height = region
    if size.percent is not None:
        return _nearest(width * size.percent / 100), _nearest(height * size.percent / 100)
    if size.width is None:
        asked = size.height or 0
        return rounded(width * asked, height), asked
    return size.width, rounded(height * size.width, width) if size.height is None else size.height


def _confined(size: Size, region: tuple[int, int]) -> tuple[int, int]:
    """``!w,h``: as large as the box and, without ``^``, the region itself allow."""
    box = size.width or 0, size.height or 0
    if not size.upscale and box[0] >= region[0] and box[1] >= region[1]:
        return region
    return _fitted(region, box)


def _largest_enlarged(
    region: tuple[int, int], limits: Limits, box: tuple[int, int] = (_UNLIMITED, _UNLIMITED)
) -> tuple[int, int]:
    """``^max``: the region's shape as large as the limits, and a box, allow; at least a pixel."""
    max_width, max_height = limits.bounds
    width, height = _fitted(region, (min(max_width, box[0]), min(max_height, box[1])))
    size = max(1, width), max(1, height)
    return size if limits.admit(*size) else _within_area(region, limits.max_area or 1, size)


def _fitted(region: tuple[int, int], box: tuple[int, int]) -> tuple[int, int]:
    """The region's shape touching the box from inside; a side may round to 0."""
    (width, height), (box_width, box_height) = region, box
    if width * box_height >= height * box_width:
        return box_width, rounded(height * box_width, width)
    return rounded(width * box_height, height), box_height


def _within_area(region: tuple[int, int], area: int, box: tuple[int, int]) -> tuple[int, int]:
    width = max(1, min(box[0], math.isqrt(area * region[0] // region[1])))
    height = max(1, min(area // width, rounded(region[1] * width, region[0])))
    return min(width, area // height), height


def _nearest(number: int | Fraction) -> int:
    return rounded(number.numerator, number.denominator)


def _check_format(plan: Plan) -> None:
    longest = LONGEST_SIDES.get(plan.format, _UNLIMITED)
    if max(plan.rotated_size) > longest:
        raise _invalid(
            "format", plan.format, f"holds at most {longest} pixels a side: ask for a smaller size"
        )


def _invalid(segment: str, text: str, remedy: str) -> InvalidRequest:
    # A long segment would only be echoed back to whoever sent it.
    shown = text if len(text) <= 60 else f"{text[:60]}…"
    return InvalidRequest(f'{segment} "{shown}": {remedy}')
