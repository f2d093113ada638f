"""Parts of canvases and files: the fragments and selectors that name a region, a point or a time.

Spec: Presentation 3.0 §5.3; Media Fragments URI 1.0 §4.2; Web Annotation Data Model §4; IIIF's own selectors.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote

from iiif.errors import InvalidRequest
from iiif.image import request
from iiif.presentation.gate.paths import Json, at, is_number, objects

_MEDIA_FRAGMENTS = "www.w3.org/TR/media-frags"
_NAMED = re.compile(r"(?:^|[#&])(xywh|t)=([^&]*)")
_NUMBER = r"(-?\d{1,12}(?:\.\d{0,12})?|-?\.\d{1,12})"
_REGION = re.compile(rf"(?:(pixel|percent):)?{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}", re.ASCII)
_TIME = re.compile(r"(?:npt:)?([\d:.]*)(?:,([\d:.]+))?", re.ASCII)
_CLOCK = re.compile(r"(?:(?:(\d{1,6}):)?([0-5]?\d):)?(\d{1,12}(?:\.\d{0,12})?)s?", re.ASCII)
_OTHER_CLOCKS = ("smpte", "clock:")

_URI = re.compile(r"[a-z][a-z0-9+.-]*:\S", re.ASCII | re.IGNORECASE)
_NO_URI = "must be a URI, such as https://example.org/1"

_PARTS = ("Canvas", "SpecificResource")

Canvases = Mapping[str, Json]
"""The canvases of a document whose size or duration is known, by their ids."""


def faults(resource: Json, type_: str, path: str, canvases: Canvases) -> Iterator[str]:
    """The faults of the parts that ``resource`` is or names."""
    if type_ == "Annotation":
        if not resource.get("target"):
            yield f"{at(path, 'target')}: is missing: add it"
            return
        targets = resource["target"]
        for target in targets if isinstance(targets, list) else [targets]:
            # Most are whole canvases: the path of those is not written out.
            if not isinstance(target, str) or "#" in target or not _URI.match(target):
                yield from _target(target, at(path, "target"), canvases)
    elif type_ in _PARTS and path:
        yield from _part(resource, path, canvases)
    if "start" in resource:
        yield from _part(resource["start"], at(path, "start"), canvases)


def canvas_of(part: object) -> str | None:
    """The id of the canvas that ``part`` (an id, a reference, a specific resource) is or lies on."""
    if isinstance(part, dict):
        return canvas_of(part.get("source", part.get("id")))
    return part.partition("#")[0] if isinstance(part, str) else None


def _target(target: object, path: str, canvases: Canvases) -> Iterator[str]:
    """The faults of what is annotated: by its URI, as an object of any type, or as a part of one."""
    if isinstance(target, dict):
        is_part = target.get("type") == "SpecificResource"
        if not isinstance(target.get("type"), str):
            yield f"{at(path, 'type')}: is missing: add the type of what is annotated"
        elif not (is_part or _is_uri(target.get("id"))):
            yield f"{at(path, 'id')}: {_NO_URI}"
    elif not _is_uri(target):
        yield f"{path}: {_NO_URI}"
    yield from _part(target, path, canvases)


def _is_uri(value: object) -> bool:
    return isinstance(value, str) and _URI.match(value) is not None


def _part(part: object, path: str, canvases: Canvases) -> Iterator[str]:
    if isinstance(part, dict):
        if part.get("type") == "SpecificResource":
            yield from _selected(part, path, canvases)
            return
        part, path = part.get("id"), at(path, "id")
    if isinstance(part, str) and "#" in part:
        canvas, _, fragment = part.partition("#")
        yield from _fragment(fragment, path, canvases.get(canvas))


def _selected(part: Json, path: str, canvases: Canvases) -> Iterator[str]:
    if "source" not in part:
        yield f"{at(path, 'source')}: is missing: add it, the id of what is selected from"
        return
    yield from _part(part["source"], at(path, "source"), canvases)
    if "selector" in part:
        yield from _selectors(part["selector"], at(path, "selector"), canvases.get(canvas_of(part) or ""))


def _fragment(fragment: str, path: str, canvas: Json | None) -> Iterator[str]:
    """The faults of a media fragment; of ``xywh`` and ``t`` only, as others may be named otherwise."""
    for name, value in _NAMED.findall(fragment):
        fault = (_region_fault if name == "xywh" else _time_fault)(unquote(value), canvas)
        if fault:
            yield f"{path}: {name}={value[:80]} {fault}"


def _region_fault(value: str, canvas: Json | None) -> str | None:
    match = _REGION.fullmatch(value)
    if match is None:
        return "must be four numbers: x,y,width,height"
    x, y, width, height = map(float, match.groups()[1:])
    if x < 0 or y < 0:
        return "begins outside its canvas: x and y must be 0 or more"
    if width <= 0 or height <= 0:
        return "is empty: width and height must be above 0"
    if match[1] == "percent":
        return "lies outside its canvas: percent end at 100" if x >= 100 or y >= 100 else None
    return _outside(x, y, canvas)


def _outside(
    x: float, y: float, canvas: Json | None, is_beyond: Callable[[float, float], bool] = operator.ge
) -> str | None:
    """What begins on its canvas and goes beyond the edge is cut there; what begins beyond it is nothing."""
    if canvas is None:
        return None
    wide, high = canvas.get("width"), canvas.get("height")
    if not is_number(wide) or not is_number(high):
        return "needs a canvas with width and height: this one has none"
    if is_beyond(x, wide) or is_beyond(y, high):
        return f"lies outside its canvas of {wide} × {high}"
    return None


def _time_fault(value: str, canvas: Json | None) -> str | None:
    if value.startswith(_OTHER_CLOCKS):
        return None
    match = _TIME.fullmatch(value)
    begin, end = (_seconds(match[1] or "0"), _seconds(match[2] or "")) if match else (None, None)
    if match is None or value in ("", "npt:") or begin is None or (match[2] and end is None):
        return "must be seconds: from,to or from alone"
    if end is not None and end <= begin:
        return "must end after it begins"
    return _late(begin, canvas)


def _late(begin: float, canvas: Json | None) -> str | None:
    if canvas is None:
        return None
    duration = canvas.get("duration")
    if not is_number(duration):
        return "needs a canvas with a duration: this one has none"
    return f"begins after the end of its canvas, at {duration} s" if begin > duration else None


def _seconds(text: str) -> float | None:
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = match.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds)


def _selectors(value: object, path: str, canvas: Json | None) -> Iterator[str]:
    """The faults of a selector, of several, or of those that refine one; by its URI one is only named."""
    if not isinstance(value, dict | list | str):
        yield f"{path}: must be an object, such as a FragmentSelector"
    for selector in objects(value):
        type_ = selector.get("type")
        if not isinstance(type_, str):
            yield f"{at(path, 'type')}: is missing: add the type of the selector"
        elif type_ in _SELECTORS:
            yield from _SELECTORS[type_](selector, path, canvas)
        if "refinedBy" in selector:
            # What refines lies within the first part, and counts from there.
            yield from _selectors(selector["refinedBy"], at(path, "refinedBy"), None)


def _fragment_selector(selector: Json, path: str, canvas: Json | None) -> Iterator[str]:
    value, conforms_to = selector.get("value"), selector.get("conformsTo", _MEDIA_FRAGMENTS)
    if not isinstance(value, str):
        yield f"{at(path, 'value')}: must be a string, such as xywh=0,0,100,100"
    elif isinstance(conforms_to, str) and _MEDIA_FRAGMENTS in conforms_to:
        yield from _fragment(value, at(path, "value"), canvas)


def _svg_selector(selector: Json, path: str, canvas: Json | None) -> Iterator[str]:
    value = selector.get("value")
    if "id" not in selector and not (isinstance(value, str) and "<" in value):
        yield f"{at(path, 'value')}: must be an SVG, such as <svg …><path d='…'/></svg>"


def _text_selector(key: str) -> "_SelectorRule":
    def rule(selector: Json, path: str, canvas: Json | None) -> Iterator[str]:
        if not isinstance(selector.get(key), str):
            yield f"{at(path, key)}: must be a string"

    return rule


def _span_selector(selector: Json, path: str, canvas: Json | None) -> Iterator[str]:
    for key in ("start", "end"):
        value = selector.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            yield f"{at(path, key)}: must be a whole number, 0 or more"


def _range_selector(selector: Json, path: str, canvas: Json | None) -> Iterator[str]:
    for key in ("startSelector", "endSelector"):
        if key in selector:
            yield from _selectors(selector[key], at(path, key), canvas)
        else:
            yield f"{at(path, key)}: is missing: add it"


def _point_selector(selector: Json, path: str, canvas: Json | None) -> Iterator[str]:
    given = {key: selector[key] for key in ("x", "y", "t") if key in selector}
    numbers = {key: value for key, value in given.items() if is_number(value) and value >= 0}
    for key in given.keys() - numbers.keys():
        yield f"{at(path, key)}: must be a number, 0 or more"
    x, y = numbers.get("x", 0), numbers.get("y", 0)
    # A point on the very edge still lies on its canvas.
    if numbers.keys() & {"x", "y"} and (fault := _outside(x, y, canvas, operator.gt)):
        yield f"{path}: the point {fault}"
    if "t" in numbers and (fault := _late(numbers["t"], canvas)):
        yield f"{at(path, 't')}: the point {fault}"


def _image_selector(selector: Json, path: str, canvas: Json | None) -> Iterator[str]:
    for key, whole in (("region", "full"), ("size", "full"), ("rotation", "0")):
        value = selector.get(key, whole)
        if not isinstance(value, str):
            yield f'{at(path, key)}: must be a string of the Image API, such as "{whole}"'
        elif value != whole:
            # The default size is that of Image 2: "max" says the same in 3.
            asked = {"region": "full", "size": "max", "rotation": "0", key: value}
            try:
                request.parse(**asked, quality_format="default.jpg")
            except InvalidRequest as error:
                yield f"{at(path, key)}: {error}"


_SelectorRule = Callable[[Json, str, Json | None], Iterator[str]]
_SELECTORS: Mapping[str, _SelectorRule] = {
    "FragmentSelector": _fragment_selector,
    "SvgSelector": _svg_selector,
    "CssSelector": _text_selector("value"),
    "XPathSelector": _text_selector("value"),
    "TextQuoteSelector": _text_selector("exact"),
    "TextPositionSelector": _span_selector,
    "DataPositionSelector": _span_selector,
    "RangeSelector": _range_selector,
    "PointSelector": _point_selector,
    "ImageApiSelector": _image_selector,
}
