"""Annotations, what they say, and of what. Spec: Presentation 2.1 §5.4, §5.5 and §6."""

import re
from collections.abc import Iterator
from typing import Any

from iiif.presentation.v2 import images, properties, text
from iiif.presentation.v2.addresses import Addresses, Json, first_object, id_of, listed, shortest

_TYPES = {
    "Text": "dctypes:Text",
    "Dataset": "dctypes:Dataset",
    "Sound": "dctypes:Sound",
    "Video": "dctypes:MovingImage",
    "Image": "dctypes:Image",
}
_ANNEX = "http://iiif.io/api/annex/openannotation/context.json"
_SELECTED = ("region", "size", "rotation", "quality", "format")
_RENDITION = re.compile(r"(.+)/[^/]+/([^/]+)/[^/]+/(?:default|color|gray|bitonal|native)\.\w+")
_SETS = {"Composite", "List", "Independents"}
"""What the Web Annotation Data Model holds several bodies or targets together with; 2.1 only lists them."""
_NUMBER = r"(\d{1,9}(?:\.\d*)?|\.\d+)"
_BOX = re.compile(rf"xywh=(?:(percent):|pixel:)?{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}", re.ASCII)


def paintings(annotation: Json, addresses: Addresses, whole: tuple[int, int]) -> list[Json]:
    """The images that ``annotation`` paints, an annotation each: 2.1's canvases hold nothing else."""
    bodies = [kept for one in _each(annotation.get("body")) if (kept := _picture(one))]
    drawn = [_annotation(annotation, [body], addresses, whole) for body in bodies]
    for further in drawn[1:]:
        further.pop("@id", None)
    return drawn


def annotation(annotation: Json, addresses: Addresses) -> Json:
    """An annotation on its own, whatever it says."""
    return _annotation(annotation, _bodies(annotation), addresses, None)


def annotation_of_list(annotation: Json, addresses: Addresses) -> Json | None:
    """An annotation of a list, ``None`` where all it does is paint images: those stand on their canvas."""
    bodies = _bodies(annotation)
    paints = "sc:painting" in _motivations(annotation)
    kept = [one for one in bodies if not (paints and _picture(one))]
    return None if bodies and not kept else _annotation(annotation, kept, addresses, None)


def target(part: Any, addresses: Addresses, whole: tuple[int, int] | None = None) -> Any:  # As in JSON.
    """What an annotation is on: boxes and points by fragment, other areas by a selector.

    ``part`` is an id, a resource, or a part of one. Times are left out, and so is what counts in percent
    unless ``whole``, the size of it, is known.
    """
    if not isinstance(part, dict):
        return _spatial(addresses.document(str(part)), whole)
    if "source" not in part:
        return _spatial(addresses.document(id_of(part)), whole)
    source = addresses.document(id_of(part["source"]))
    selector = first_object(part.get("selector"))
    type_ = selector.get("type")
    if type_ == "FragmentSelector":
        return _spatial(f"{source}#{selector.get('value', '')}", whole)
    if type_ == "PointSelector" and {"x", "y"} <= selector.keys():
        return _spatial(f"{source}#xywh={selector['x']},{selector['y']},1,1", whole)
    if type_ == "SvgSelector":
        return {"@type": "oa:SpecificResource", "full": source, "selector": _svg(selector)}
    return _spatial(source, whole)


def _annotation(
    annotation: Json, bodies: list[Any], addresses: Addresses, whole: tuple[int, int] | None
) -> Json:
    motivation = _motivations(annotation)
    tagging = "oa:tagging" in motivation
    drawn: Json = {"@id": annotation["id"]} if "id" in annotation else {}
    drawn["@type"] = "oa:Annotation"
    if annotation.get("label"):
        drawn["label"] = text.values(annotation["label"])
    drawn |= properties.described(annotation, addresses)
    if motivation:
        drawn["motivation"] = shortest(motivation)
    if "stylesheet" in annotation:
        drawn["stylesheet"] = _stylesheet(annotation["stylesheet"])
    if bodies:
        drawn["resource"] = shortest([_body(one, addresses, whole, tagging=tagging) for one in bodies])
    return drawn | {
        "on": shortest([target(one, addresses, whole) for one in _each(annotation.get("target"))])
    }


def _motivations(annotation: Json) -> list[str]:
    names = [_motivation(str(name)) for name in listed(annotation.get("motivation"))]
    return list(dict.fromkeys(names))


def _motivation(name: str) -> str:
    # A transcription is a representation of what it is on, and that is painted, says 2.1.
    if name in {"painting", "supplementing"}:
        return "sc:painting"
    return name if ":" in name else f"oa:{name}"


def _bodies(annotation: Json) -> list[Any]:
    if "bodyValue" in annotation:
        return [{"type": "TextualBody", "value": annotation["bodyValue"], "format": "text/plain"}]
    return list(_each(annotation.get("body")))


def _each(value: Any) -> Iterator[Any]:
    """Each body or target of one, several, or a set of them."""
    for one in listed(value):
        type_ = one.get("type") if isinstance(one, dict) else None
        if type_ in _SETS:
            yield from _each(one.get("items"))
        elif type_ != "Choice" or one.get("items"):
            yield one


def _picture(body: Any) -> Any:  # A body of any type, or a URI.
    """``body``, of a choice its images; ``None`` where it is no image."""
    if not isinstance(body, dict):
        return None
    if body.get("type") == "Choice":
        options = [kept for one in body.get("items", []) if (kept := _picture(one))]
        return body | {"items": options} if options else None
    if body.get("type") == "SpecificResource":
        source = body.get("source")
        selects = first_object(body.get("selector")).get("type") == "ImageApiSelector"
        return body if _picture(source) or (selects and isinstance(source, str)) else None
    return body if body.get("type") == "Image" else None


def _body(
    body: Any, addresses: Addresses, whole: tuple[int, int] | None, *, tagging: bool = False
) -> Json:  # A body of any type, or a URI.
    if not isinstance(body, dict):
        return {"@id": body}
    type_ = body.get("type")
    if type_ == "Image":
        return images.image(body, addresses, whole)
    if type_ == "Choice":
        return _choice(body, addresses, whole)
    if type_ == "SpecificResource" and "source" in body:
        return _specific(body, addresses, whole)
    if type_ == "TextualBody" or "id" not in body:
        is_tag = tagging or body.get("purpose") == "tagging"
        drawn: Json = {"@type": "oa:Tag" if is_tag else "cnt:ContentAsText", "chars": body.get("value", "")}
    else:
        drawn = {"@id": body["id"], "@type": _TYPES.get(str(type_), "dctypes:Dataset")}
    if body.get("label"):
        drawn["label"] = text.values(body["label"])
    return drawn | {key: body[key] for key in ("format", "language") if key in body}


def _choice(body: Json, addresses: Addresses, whole: tuple[int, int] | None) -> Json:
    default, *others = [_body(one, addresses, whole) for one in body["items"]]
    return {"@type": "oa:Choice", "default": default, "item": others} if others else default


def _specific(body: Json, addresses: Addresses, whole: tuple[int, int] | None) -> Json:
    selector = first_object(body.get("selector"))
    type_ = selector.get("type")
    full = _source(body["source"], addresses, whole, selects=type_ == "ImageApiSelector")
    if type_ == "FragmentSelector" and "@id" in full:
        full = full | {"@id": _spatial(f"{full['@id']}#{selector.get('value', '')}")}
    drawn: Json = {"@type": "oa:SpecificResource", "full": full}
    if type_ == "ImageApiSelector":
        drawn = {"@id": _rendition(full, selector), **drawn, "selector": _by_image_api(selector)}
    elif type_ == "SvgSelector":
        drawn["selector"] = _svg(selector)
    if "styleClass" in body:
        drawn["style"] = body["styleClass"]
    return drawn if drawn.keys() > {"@type", "full"} else full


def _source(source: Any, addresses: Addresses, whole: tuple[int, int] | None, *, selects: bool) -> Json:
    if isinstance(source, dict) or not selects:  # A body, or a URI.
        return _body(source, addresses, whole)
    # The source of a selector of the Image API is the service itself, or a rendition of it.
    uri = source if _RENDITION.fullmatch(source) else f"{source}/full/max/0/default.jpg"
    return images.image({"id": uri}, addresses, None)


def _rendition(full: Json, selector: Json) -> str:
    """The image that the selector selects, for clients that take the URI as it is."""
    rendition = _RENDITION.fullmatch(full["@id"])
    if rendition is None:
        services = listed(full.get("service"))
        if not services:
            return str(full["@id"])
        base, size = services[0]["@id"], "full"
    else:
        base, size = rendition[1], "full" if rendition[2] == "full" else "max"
    asked = {
        "region": "full",
        "size": size,
        "rotation": "0",
        "quality": "default",
        "format": "jpg",
    } | selector
    return "{}/{region}/{size}/{rotation}/{quality}.{format}".format(base, **asked)


def _by_image_api(selector: Json) -> Json:
    selected = {key: str(selector[key]) for key in _SELECTED if key in selector}
    return {"@context": _ANNEX, "@type": "iiif:ImageApiSelector", **selected}


def _svg(selector: Json) -> Json:
    return {"@type": ["oa:SvgSelector", "cnt:ContentAsText"], "chars": selector.get("value", "")}


def _stylesheet(stylesheet: Any) -> Any:  # A URI, or an object.
    if isinstance(stylesheet, dict) and "value" in stylesheet:
        return {"@type": ["oa:CssStyle", "cnt:ContentAsText"], "chars": stylesheet["value"]}
    return stylesheet["id"] if isinstance(stylesheet, dict) else stylesheet


def _spatial(uri: str, whole: tuple[int, int] | None = None) -> str:
    """``uri`` with its box in whole pixels, and without a time. 2.1 knows no other boxes."""
    base, _, fragment = uri.partition("#")
    box = _BOX.search(fragment)
    if box is None:
        return base if not fragment or fragment.startswith(("t=", "xywh=")) else uri
    x, y, width, height = (float(side) for side in box.groups()[1:])
    if box[1] and whole is None:
        return base
    across, down = (side / 100 for side in whole) if box[1] and whole else (1.0, 1.0)
    left, top = round(x * across), round(y * down)
    right, bottom = round((x + width) * across), round((y + height) * down)
    return f"{base}#xywh={left},{top},{max(right - left, 1)},{max(bottom - top, 1)}"
