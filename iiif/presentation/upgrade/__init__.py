"""Presentation 3.0 of the manifests and collections that others publish in 2.0 and 2.1.

Spec: Presentation 2.1, read as it is found in the wild; what comes out is 3.0 that the gate lets pass.
"""

from iiif.errors import InvalidDocument
from iiif.presentation import document as documents
from iiif.presentation import gate
from iiif.presentation.document import Resource
from iiif.presentation.gate.paths import at
from iiif.presentation.upgrade import content, properties, ranges
from iiif.presentation.upgrade.values import Json, many, named, objects, pixels, types, uri


def upgrade(document: object) -> Resource:
    """The 3.0 form of a 2.0 or 2.1 manifest or collection.

    A license that ``rights`` can't name stands among the metadata; annotation lists stay where they are,
    by reference; ids that are missing are made from the document's. Raises ``InvalidDocument`` with paths
    and remedies for what can't be read, and, in the words of 3.0, for what the gate refuses.
    """
    kinds = types(document)
    if not isinstance(document, dict) or not kinds & {"Manifest", "Collection"} or "@type" not in document:
        raise InvalidDocument(["@type: must be sc:Manifest or sc:Collection"])
    try:
        drawn = _manifest(document) if "Manifest" in kinds else _collection(document, "")
        upgraded = documents.document(drawn)
        gate.check(upgraded)
    except RecursionError as error:
        raise InvalidDocument(["members: nested too deeply: make the collection flatter"]) from error
    return upgraded


def _manifest(manifest: Json) -> Json:
    id_ = named(manifest, "")
    sequences = objects(manifest, "sequences", "")
    if not sequences:
        raise InvalidDocument(["sequences: is missing: add a sequence with its canvases"])
    path, first = sequences[0]
    taken: set[str] = set()
    items = [
        _canvas(canvas, where, f"{id_}/canvas/{place}", taken)
        for place, (where, canvas) in enumerate(objects(first, "canvases", path), start=1)
    ]
    if not items:
        raise InvalidDocument(
            [f"{at(path, 'canvases')}: must hold at least one canvas: 3.0 shows nothing else"]
        )
    known = dict.fromkeys(canvas["id"] for canvas in items)
    drawn: Json = {"id": id_, "type": "Manifest", "label": properties.label(manifest, "", id_)}
    # What the one sequence says of its display, and the manifest doesn't, holds for the manifest.
    drawn |= properties.display(first, "Manifest") | properties.described(manifest, "Manifest", "")
    if renderings := properties.renderings(first, path):
        drawn["rendering"] = [*drawn.get("rendering", []), *renderings]
    start = uri(first.get("startCanvas", manifest.get("startCanvas")), at(path, "startCanvas"))
    if start in known:
        drawn["start"] = {"id": start, "type": "Canvas"}
    drawn["items"] = items
    structures = ranges.structures(manifest, id_, known) + ranges.sequences(sequences[1:], id_, known)
    return drawn | ({"structures": structures} if structures else {})


def _canvas(canvas: Json, path: str, fallback: str, taken: set[str]) -> Json:
    id_ = uri(canvas, path) or fallback
    paintings = content.paintings(canvas, id_, path, taken)
    drawn: Json = {"id": id_, "type": "Canvas", "label": properties.label(canvas, path, id_)}
    width, height = pixels(canvas.get("width")), pixels(canvas.get("height"))
    if width is None or height is None:
        width, height = content.size_of(paintings) or (width, height)
    drawn |= {key: side for key, side in (("width", width), ("height", height)) if side}
    drawn |= properties.described(canvas, "Canvas", path)
    page = {"id": f"{id_}/painting", "type": "AnnotationPage", "items": paintings}
    return drawn | {"items": [page] if paintings else []}


def _collection(collection: Json, path: str) -> Json:
    id_ = named(collection, path)
    if collection.get("first"):
        raise InvalidDocument(
            [f"{at(path, 'first')}: 3.0 has no pages of collections: take in the pages one by one"]
        )
    drawn: Json = {"id": id_, "type": "Collection", "label": properties.label(collection, path, id_)}
    drawn |= properties.described(collection, "Collection", path)
    members: dict[tuple[object, object], Json] = {}
    for key, type_ in (("members", "Manifest"), ("collections", "Collection"), ("manifests", "Manifest")):
        for place, member in enumerate(many(collection.get(key))):
            one = _member(member, type_, at(path, key, place))
            # The lists beside "members" say the same again, for clients of 2.0.
            members.setdefault((one["type"], one["id"]), one)
    return drawn | {"items": list(members.values())}


def _member(member: object, type_: str, path: str) -> Json:
    reference: Json = member if isinstance(member, dict) else {"@id": member}
    kind = "Collection" if "Collection" in types(reference) else type_
    if kind == "Collection" and reference.keys() & {"members", "collections", "manifests"}:
        return _collection(reference, path)
    id_ = named(reference, path)
    drawn: Json = {"id": id_, "type": kind, "label": properties.label(reference, path, id_)}
    thumbnails = content.thumbnails(reference.get("thumbnail"), at(path, "thumbnail"))
    return drawn | ({"thumbnail": thumbnails} if thumbnails else {})
