"""The rules of types: what a resource must have, and what it may hold. Spec: Presentation 3.0 §3.4 and §5."""

from collections.abc import Iterator

from iiif.presentation.gate.parts import canvas_of
from iiif.presentation.gate.paths import Json, Rule, at, is_web_uri, members

_NOT_OURS = "must be a canvas of this manifest, or a part of one"


def faults(resource: Json, type_: str, path: str) -> Iterator[str]:
    """The faults of ``resource`` as one of its type."""
    for rule in _RULES.get(type_, ()):
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
    if path and "services" in resource:
        yield f"{at(path, 'services')}: stands at the top of the document only: move it there"
    for place, member in members(resource, "items"):
        if member.get("type") == "Manifest" and "items" in member:
            yield f"{at(path, 'items', place, 'items')}: a manifest stands by reference here: remove them"
        if member.get("type") == "Collection" and member.get("id") == resource.get("id"):
            yield f"{at(path, 'items', place)}: is the collection that lists it: remove it"


def _manifest(resource: Json, path: str) -> Iterator[str]:
    if path:  # A reference, in a collection or to what a resource is part of.
        return
    if not members(resource, "items"):
        yield "items: must hold at least one canvas"
    known = {str(canvas.get("id")) for _, canvas in members(resource, "items")}
    if "start" in resource and canvas_of(resource["start"]) not in known:
        yield f"start: {_NOT_OURS}"
    for place, top in members(resource, "structures"):
        yield from _chapter(top, at("structures", place), known, ())


def _chapter(chapter: Json, path: str, known: set[str], above: tuple[object, ...]) -> Iterator[str]:
    above = (*above, chapter.get("id"))
    for place, member in members(chapter, "items"):
        if member.get("type") != "Range":
            if canvas_of(member) not in known:
                yield f"{at(path, 'items', place)}: {_NOT_OURS}"
        elif "items" in member:
            yield from _chapter(member, at(path, "items", place), known, above)
        elif member.get("id") in above:
            yield f"{at(path, 'items', place)}: is a range that it stands in: remove it"


def _range(resource: Json, path: str) -> Iterator[str]:
    if resource.get("items", [] if not path else None) == []:
        yield f"{at(path, 'items')}: must hold at least one canvas or range"
    needs_thumbnails = _behaves(resource, "thumbnail-nav")
    for place, member in members(resource, "items"):
        if member.get("type") != "Range":
            continue
        where = at(path, "items", place)
        if _behaves(member, "sequence"):
            yield f"{at(where, 'behavior')}: a sequence stands directly in structures: move the range there"
        # What is only named has its thumbnail behind the name; what has no-nav is not shown.
        shows = "items" in member and not _behaves(member, "no-nav")
        if needs_thumbnails and shows and "thumbnail" not in member:
            yield f"{at(where, 'thumbnail')}: is missing: the range above shows its ranges by thumbnails"


def _behaves(resource: Json, name: str) -> bool:
    behavior = resource.get("behavior")
    return isinstance(behavior, list) and name in behavior


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
    if any(target != canvas.get("id") for target in _targets(annotation)):
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


def _targets(annotation: Json) -> list[str | None]:
    targets = annotation.get("target")
    return [canvas_of(target) for target in (targets if isinstance(targets, list) else [targets])]


def _text_body(resource: Json, path: str) -> Iterator[str]:
    if not isinstance(resource.get("value"), str):
        yield f"{at(path, 'value')}: must be a string, the text"


def _choice(resource: Json, path: str) -> Iterator[str]:
    if not members(resource, "items"):
        yield f"{at(path, 'items')}: must hold what is to be chosen from"


def _image(resource: Json, path: str) -> Iterator[str]:
    for _, service in members(resource, "service"):
        if resource.get("id") == service.get("id", service.get("@id")):
            yield f"{at(path, 'id')}: is the service's: give a picture's, such as …/full/max/0/default.jpg"


def _paints(annotation: Json) -> bool:
    motivation = annotation.get("motivation")
    return motivation == "painting" or (isinstance(motivation, list) and "painting" in motivation)


_RULES: dict[str, tuple[Rule, ...]] = {
    "Collection": (_id, _title, _holds("Manifest", "Collection"), _collection, _comments),
    "Manifest": (_id, _title, _holds("Canvas"), _manifest, _comments),
    "Canvas": (_id, _holds("AnnotationPage"), _canvas, _comments),
    "Range": (_holds("Range", "Canvas", "SpecificResource"), _range, _comments),
    "AnnotationPage": (_id, _holds("Annotation")),
    "Annotation": (_id, _motivation),
    "Image": (_image, _comments),
    "TextualBody": (_text_body,),
    "Choice": (_choice,),
}
