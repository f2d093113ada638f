"""The rules of types: what a resource must have, and what it may hold. Spec: Presentation 3.0 §3.4 and §5."""

from collections.abc import Iterator

from iiif.presentation.gate.paths import Json, Rule, at, members
from iiif.presentation.gate.properties import is_web_uri


def faults(resource: Json, path: str) -> Iterator[str]:
    """The faults of ``resource`` as one of its type."""
    type_ = resource.get("type")
    for rule in _RULES.get(type_, ()) if isinstance(type_, str) else ():
        yield from rule(resource, path)


def _id(resource: Json, path: str) -> Iterator[str]:
    if not is_web_uri(resource.get("id")):
        yield f"{at(path, 'id')}: must be an http or https URI without blanks"


def _title(resource: Json, path: str) -> Iterator[str]:
    if "label" not in resource:
        yield f'{at(path, "label")}: is missing: add it, such as {{"en": ["Title"]}}'


def _holds(*types: str) -> Rule:
    def rule(resource: Json, path: str) -> Iterator[str]:
        for place, member in members(resource, "items"):
            if "type" in member and member["type"] not in types:
                yield f"{at(path, 'items', place, 'type')}: must be {' or '.join(types)}"

    return rule


def _collection(resource: Json, path: str) -> Iterator[str]:
    if not path and "items" not in resource:
        yield "items: is missing: add it, [] where the collection is empty"
    for place, member in members(resource, "items"):
        if member.get("type") == "Manifest" and "items" in member:
            yield f"{at(path, 'items', place, 'items')}: a manifest stands by reference here: remove them"


def _manifest(resource: Json, path: str) -> Iterator[str]:
    if path:  # A reference, in a collection or to what a resource is part of.
        return
    if not any(members(resource, "items")):
        yield "items: must hold at least one canvas"
    known = {str(canvas.get("id")) for _, canvas in members(resource, "items")}
    if "start" in resource:
        yield from _known(resource["start"], "start", known)
    for place, top in members(resource, "structures"):
        yield from _chapter(top, at(path, "structures", place), known)


def _chapter(chapter: Json, path: str, known: set[str]) -> Iterator[str]:
    for place, member in members(chapter, "items"):
        where = at(path, "items", place)
        if member.get("type") != "Range":
            yield from _known(member, where, known)
            continue
        behavior = member.get("behavior")
        if isinstance(behavior, list) and "sequence" in behavior:
            yield f"{at(where, 'behavior')}: a sequence stands directly in structures: move the range there"
        yield from _chapter(member, where, known)


def _known(part: object, path: str, known: set[str]) -> Iterator[str]:
    if _canvas_of(part) not in known:
        yield f"{path}: must be a canvas of this manifest, or a part of one"


def _range(resource: Json, path: str) -> Iterator[str]:
    if resource.get("items", [] if not path else None) == []:
        yield f"{at(path, 'items')}: must hold at least one canvas or range"


def _canvas(resource: Json, path: str) -> Iterator[str]:
    if path and "items" not in resource:  # A reference, which may name a part by a fragment.
        return
    if "#" in str(resource.get("id")):
        yield f"{at(path, 'id')}: must not contain #, which names a part of a canvas"
    sides = {"width", "height"} & resource.keys()
    if len(sides) == 1:
        yield f"{at(path, *({'width', 'height'} - sides))}: is missing: width and height go together"
    if not sides and "duration" not in resource:
        yield f"{at(path, 'width')}: is missing: a canvas needs width and height, or a duration"
    for place, page in members(resource, "items"):
        for index, annotation in members(page, "items"):
            yield from _painting(annotation, at(path, "items", place, "items", index), resource)


def _painting(annotation: Json, path: str, canvas: Json) -> Iterator[str]:
    if not _paints(annotation):
        yield f"{at(path, 'motivation')}: must be painting: other annotations stand in annotations"
    targets = annotation.get("target")
    for target in targets if isinstance(targets, list) else [targets]:
        if _canvas_of(target) != canvas.get("id"):
            yield f"{at(path, 'target')}: must be the canvas that holds the annotation"
    bodies = annotation.get("body")
    for body in bodies if isinstance(bodies, list) else [bodies]:
        yield from _fits(body, at(path, "body"), canvas)


def _fits(body: object, path: str, canvas: Json) -> Iterator[str]:
    """Whether a canvas has the dimensions of what is painted on it. Spec: Presentation 3.0 §5.3."""
    type_ = body.get("type") if isinstance(body, dict) else None
    if type_ in {"Sound", "Video"} and "duration" not in canvas:
        yield f"{path}: its canvas needs a duration to paint this {type_}: add it there"
    if type_ in {"Image", "Video"} and "width" not in canvas:
        yield f"{path}: its canvas needs width and height to paint this {type_}: add them there"


def _motivation(resource: Json, path: str) -> Iterator[str]:
    given = resource.get("motivation", "")
    words = given if isinstance(given, list) else [given]
    if not all(isinstance(word, str) for word in words):
        yield f"{at(path, 'motivation')}: must be a string, or an array of strings"


def _comments(resource: Json, path: str) -> Iterator[str]:
    for place, page in members(resource, "annotations"):
        for index, annotation in members(page, "items"):
            if _paints(annotation):
                where = at(path, "annotations", place, "items", index, "motivation")
                yield f"{where}: must not be painting: what a canvas shows stands in its items"


def _image(resource: Json, path: str) -> Iterator[str]:
    for _, service in members(resource, "service"):
        if resource.get("id") == service.get("id", service.get("@id")):
            yield f"{at(path, 'id')}: is the service's: give a picture's, such as …/full/max/0/default.jpg"


def _paints(annotation: Json) -> bool:
    motivation = annotation.get("motivation")
    return motivation == "painting" or (isinstance(motivation, list) and "painting" in motivation)


def _canvas_of(part: object) -> str | None:
    """The id of the canvas that ``part`` (an id, a reference, a specific resource) is or lies on."""
    if isinstance(part, dict):
        return _canvas_of(part.get("source", part.get("id")))
    return part.partition("#")[0] if isinstance(part, str) else None


_RULES: dict[str, tuple[Rule, ...]] = {
    "Collection": (_id, _title, _holds("Manifest", "Collection"), _collection, _comments),
    "Manifest": (_id, _title, _holds("Canvas"), _manifest, _comments),
    "Canvas": (_id, _holds("AnnotationPage"), _canvas, _comments),
    "Range": (_holds("Range", "Canvas", "SpecificResource"), _range, _comments),
    "AnnotationPage": (_id, _holds("Annotation")),
    "Annotation": (_id, _motivation),
    "Image": (_image, _comments),
}
