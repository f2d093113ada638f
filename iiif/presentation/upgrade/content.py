"""What canvases show: annotations that paint, images and their parts. Spec: Presentation 2.1 §5.4 and §6."""

from typing import Any

from iiif.errors import InvalidDocument
from iiif.presentation.gate.paths import at
from iiif.presentation.upgrade import services
from iiif.presentation.upgrade.values import (
    Json,
    an_object,
    many,
    media_type,
    objects,
    pixels,
    plain_text,
    types,
    uri,
)  # fmt: skip

_KINDS = {"Sound": "Sound", "Audio": "Sound", "Video": "Video", "MovingImage": "Video", "Text": "Text"}
_PARAMETERS = ("region", "size", "rotation", "quality", "format")


def paintings(canvas: Json, id_: str, path: str, taken: set[str]) -> list[Json]:
    """The annotations in ``images``, all on the canvas that holds them; ids in ``taken`` are given anew."""
    drawn = []
    for place, (where, annotation) in enumerate(objects(canvas, "images", path), start=1):
        bodies = _bodies(annotation.get("resource"), at(where, "resource"))
        if not bodies:
            continue
        given = uri(annotation, where)
        name = given if given and given not in taken else f"{id_}/annotation/{place}"
        taken.add(name)
        one: Json = {"id": name, "type": "Annotation", "motivation": "painting"}
        one["body"] = bodies[0] if len(bodies) == 1 else bodies
        drawn.append(one | _styled(annotation) | {"target": _on(annotation.get("on"), id_)})
    return drawn


def thumbnails(pictures: Any, path: str) -> list[Json]:
    """Small images, each by its URI or by that of its service."""
    return [
        drawn
        for place, one in enumerate(many(pictures))
        if (drawn := _image(one, at(path, place), size="!400,400"))
    ]


def size_of(annotations: list[Json]) -> tuple[int, int] | None:
    """The size of the first image that tells it."""
    for annotation in annotations:
        for body in many(annotation["body"]):
            image = next(iter(body.get("items", [body])))
            image = image.get("source", image)
            if "width" in image and "height" in image:
                return image["width"], image["height"]
    return None


def _bodies(resource: Any, path: str) -> list[Json]:
    if not resource:
        raise InvalidDocument([f"{path}: is missing: add the image, with its @id"])
    found = [_body(one, at(path, place)) for place, one in enumerate(many(resource))]
    return [body for body in found if body]


def _body(resource: Any, path: str) -> Json | None:
    kinds = types(resource)
    if resource == "rdf:nil" or (isinstance(resource, dict) and resource.get("@id") == "rdf:nil"):
        return None
    if "Choice" in kinds:
        return _choice(resource, path)
    if "SpecificResource" in kinds and "full" in resource:
        return _specific(resource, path)
    if kinds & {"ContentAsText", "Tag"} and isinstance(resource.get("chars"), str):
        drawn: Json = {"type": "TextualBody", "value": resource["chars"]}
        if isinstance(resource.get("language"), str):
            drawn["language"] = resource["language"]
        return drawn | ({"format": format_} if (format_ := media_type(resource)) else {})
    return _image(resource, path, size="full")


def _choice(choice: Json, path: str) -> Json | None:
    options = [(at(path, "default"), choice.get("default"))]
    options += [(at(path, "item", place), one) for place, one in enumerate(many(choice.get("item")))]
    drawn = [body for where, one in options if one and (body := _body(one, where))]
    if len(drawn) < 2:
        return drawn[0] if drawn else None
    return {"type": "Choice", "items": drawn}


def _specific(resource: Json, path: str) -> Json | None:
    source = _body(resource["full"], at(path, "full"))
    if source is None or source["type"] in {"Choice", "SpecificResource"}:
        return source
    drawn: Json = {"type": "SpecificResource", "source": source}
    if selector := _selector(resource.get("selector")):
        drawn["selector"] = selector
    if isinstance(resource.get("style"), str):
        drawn["styleClass"] = resource["style"]
    return drawn if len(drawn) > 2 else source


def _selector(selector: Any) -> Json | None:
    """A selector in the words of 3.0, ``None`` for one that it doesn't know."""
    kinds = types(selector)
    if "ImageApiSelector" in kinds:
        said = {key: selector[key] for key in _PARAMETERS if isinstance(selector.get(key), str | int | float)}
        return {"type": "ImageApiSelector", **{key: str(value) for key, value in said.items()}}
    if "FragmentSelector" in kinds and isinstance(selector.get("value"), str):
        return {"type": "FragmentSelector", "value": selector["value"]}
    svg = selector.get("chars", selector.get("value")) if "SvgSelector" in kinds else None
    if isinstance(svg, str):
        return {"type": "SvgSelector", "value": svg}
    return _selector(selector.get("default")) if "Choice" in kinds else None


def _image(resource: Any, path: str, *, size: str) -> Json | None:
    """An image, or content of another type, ``None`` without a URI; ``size`` is asked of a service alone."""
    if isinstance(resource, str):
        resource = {"@id": resource}
    resource = an_object(resource, path)
    served = services.with_services(resource, path)
    id_, service = uri(resource, path), services.image_service(served)
    if service and id_ in {None, service[0]}:
        quality = "native" if service[1] == "ImageService1" else "default"
        id_ = f"{service[0]}/full/{size}/0/{quality}.jpg"
    if id_ is None:
        return None
    kind = next((_KINDS[name] for name in sorted(types(resource)) if name in _KINDS), "Image")
    drawn: Json = {"id": id_, "type": kind}
    if name := plain_text(resource.get("label"), at(path, "label")):
        drawn["label"] = name
    told = {
        "format": media_type(resource),
        "width": pixels(resource.get("width")),
        "height": pixels(resource.get("height")),
    }
    return drawn | {key: value for key, value in told.items() if value} | served


def _styled(annotation: Json) -> Json:
    sheet = annotation.get("stylesheet")
    if isinstance(sheet, dict) and isinstance(sheet.get("chars"), str):
        return {"stylesheet": {"type": "CssStylesheet", "value": sheet["chars"]}}
    named = uri(sheet, "") if isinstance(sheet, str | dict) else None
    return {"stylesheet": named} if named else {}


def _on(on: Any, canvas: str) -> Any:
    """The part of the canvas that an annotation is on, all of it where it says so in no way we know.

    Whatever canvas it names, it is the one that holds it: 3.0 has no other.
    """
    one = next(iter(many(on)), None)
    if isinstance(one, dict):
        if selector := _selector(one.get("selector")):
            return {"type": "SpecificResource", "source": canvas, "selector": selector}
        one = one.get("full", one.get("@id"))
    fragment = one.partition("#")[2] if isinstance(one, str) else ""
    return f"{canvas}#{fragment}" if fragment.startswith("xywh=") else canvas
