"""Presentation 2.1 of any 3.0 document: what 2.1 says otherwise, and what it can't say left out.

Spec: Presentation 2.1.
"""

from iiif.errors import NotExpressible
from iiif.presentation.document import Resource
from iiif.presentation.v2 import content, properties, ranges, text
from iiif.presentation.v2.addresses import Addresses, Json, id_of, listed
from iiif.uris import Uris

CONTEXT = "http://iiif.io/api/presentation/2/context.json"

_REASONS = {
    "Canvas": "shows nothing but images, on canvases with width and height",
    "AnnotationPage": "has what paints images on the canvases themselves, and in no list",
    "Range": "has no range that holds nothing",
}
_REMEDY = "ask for Presentation 3.0"


def downgrade(document: Resource, uris: Uris) -> Resource:
    """The 2.1 form of a valid 3.0 document, for the address that both are served at by negotiation.

    What 2.1 has no words for is left out. Raises ``NotExpressible`` where nothing would remain: of sound,
    video and models.
    """
    return _document(document, Addresses(uris, pinned=False))


def downgrade_pinned(document: Resource, uris: Uris) -> Resource:
    """The 2.1 form for the address that serves no other version, naming other documents by theirs.

    Manifests, collections and annotation lists bear that address; canvases, ranges and annotations keep
    the ``@id`` they have in every version. Raises as ``downgrade``.
    """
    return _document(document, Addresses(uris, pinned=True))


def _document(document: Json, addresses: Addresses) -> Resource:
    draw = _DRAWN.get(document["type"])
    drawn = draw(document, addresses) if draw else None
    if drawn is None:
        reason = _REASONS.get(document["type"], f"can't say a {document['type']}")
        raise NotExpressible(f"Presentation 2.1 {reason}: {_REMEDY}")
    return {"@context": CONTEXT, **drawn}


def _manifest(manifest: Json, addresses: Addresses) -> Json:
    canvases = [
        drawn
        for place, view in enumerate(manifest["items"], start=1)
        if (drawn := _canvas({"label": {"none": [str(place)]}} | view, addresses))
    ]
    if not canvases:
        raise NotExpressible(
            f"Presentation 2.1 {_REASONS['Canvas']}, and this manifest has none: "
            f"for sound, video and models {_REMEDY}"
        )
    known = {canvas["@id"]: canvas["label"] for canvas in canvases}
    sequence: Json = {"@type": "sc:Sequence"}
    if "start" in manifest and (start := _start(manifest["start"])) in known:
        sequence["startCanvas"] = start
    drawn = _named(manifest, "sc:Manifest", addresses) | properties.described(manifest, addresses)
    drawn["sequences"] = [{**sequence, "canvases": canvases}]
    if structures := ranges.flat(manifest.get("structures", []), known, addresses):
        drawn["structures"] = structures
    return drawn


def _canvas(canvas: Json, addresses: Addresses) -> Json | None:
    if "width" not in canvas or "height" not in canvas:
        return None
    whole = canvas["width"], canvas["height"]
    painted = [one for page in canvas.get("items", []) for one in page.get("items", [])]
    images = [image for one in painted for image in content.paintings(one, addresses, whole)]
    if painted and not images:
        # A reader would take the empty canvas for a blank page.
        return None
    drawn = {"@id": canvas["id"], "@type": "sc:Canvas", "label": text.label(canvas)}
    drawn |= {"height": whole[1], "width": whole[0], **properties.described(canvas, addresses)}
    return drawn | {"images": images}


def _collection(collection: Json, addresses: Addresses) -> Json:
    members = [_member(one, addresses) for one in collection.get("items", [])]
    drawn = _named(collection, "sc:Collection", addresses) | properties.described(collection, addresses)
    types = [member["@type"] for member in members]
    if types != sorted(types):  # Collections come first, where the two lists tell the order.
        drawn["members"] = [_hinted(member) for member in members]
    if collections := [member for member in members if member["@type"] == "sc:Collection"]:
        drawn["collections"] = collections
    manifests = [member for member in members if member["@type"] == "sc:Manifest"]
    if manifests or not collections:
        drawn["manifests"] = manifests
    return drawn


def _member(member: Json, addresses: Addresses) -> Json:
    if member["type"] == "Collection" and "items" in member:
        return _collection(member, addresses)
    named = _named(member, f"sc:{member['type']}", addresses)
    return named | properties.described(member, addresses)


def _hinted(member: Json) -> Json:
    """What stands in ``members``: of a collection 2.1 demands a hint, and this one says the least."""
    named = {key: member[key] for key in ("@id", "@type", "label")}
    if member["@type"] == "sc:Collection":
        named["viewingHint"] = member.get("viewingHint", "individuals")
    return named


def _list(page: Json, addresses: Addresses) -> Json | None:
    held = page.get("items", [])
    resources = [kept for one in held if (kept := content.annotation_of_list(one, addresses))]
    if held and not resources:
        return None
    drawn: Json = {"@id": addresses.document(page["id"]), "@type": "sc:AnnotationList"}
    if page.get("label"):
        drawn["label"] = text.values(page["label"])
    drawn |= properties.described(page, addresses)
    drawn |= {key: addresses.document(id_of(page[key])) for key in ("next", "prev") if page.get(key)}
    if "startIndex" in page:
        drawn["startIndex"] = page["startIndex"]
    return drawn | {"resources": resources}


def _layer(collection: Json, addresses: Addresses) -> Json:
    drawn = _named(collection, "sc:Layer", addresses) | properties.described(collection, addresses)
    if "total" in collection:
        drawn["total"] = collection["total"]
    ends = {key: listed(collection.get(key)) for key in ("first", "last")}
    return drawn | {key: addresses.document(id_of(end[0])) for key, end in ends.items() if end}


def _named(resource: Json, type_: str, addresses: Addresses) -> Json:
    return {"@id": addresses.document(resource["id"]), "@type": type_, "label": text.label(resource)}


def _start(start: Json) -> str:
    return id_of(start.get("source", start)).partition("#")[0]


_DRAWN = {
    "Manifest": _manifest,
    "Collection": _collection,
    "Canvas": _canvas,
    "Range": ranges.alone,
    "AnnotationPage": _list,
    "Annotation": content.annotation,
    "AnnotationCollection": _layer,
}
