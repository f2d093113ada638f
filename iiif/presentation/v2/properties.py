"""The properties that resources of every type have alike. Spec: Presentation 2.1 §3."""

from iiif.presentation.v2 import images, text
from iiif.presentation.v2.addresses import Addresses, Json, id_of, listed, shortest

_HINTS = {
    "Collection": ("individuals", "multi-part"),
    "Manifest": ("individuals", "paged", "continuous"),
    "Range": ("individuals", "paged", "continuous"),
    "Canvas": ("non-paged", "facing-pages"),
}
_DIRECTED = ("Manifest", "Range")
_DATED = ("Manifest", "Collection")


def described(resource: Json, addresses: Addresses) -> Json:
    """What is said about ``resource``, but for its label and its parts; what is empty is left out."""
    drawn: Json = {
        "metadata": text.pairs(resource.get("metadata", [])),
        "description": text.values(resource.get("summary", {})),
        "thumbnail": _pictures(resource.get("thumbnail"), addresses),
        **_rights(resource, addresses),
        **_display(resource),
        **_links(resource, addresses),
        "otherContent": [
            {"@id": addresses.annotation_list(page["id"]), "@type": "sc:AnnotationList"}
            for page in resource.get("annotations", [])
        ],
    }
    return {key: value for key, value in drawn.items() if value}


def _rights(resource: Json, addresses: Addresses) -> Json:
    logos = [logo for agent in resource.get("provider", []) for logo in listed(agent.get("logo"))]
    statement = resource.get("requiredStatement", {})
    return {
        "attribution": text.values(statement.get("value", {})),
        "license": resource.get("rights"),
        "logo": _pictures(logos, addresses),
    }


def _display(resource: Json) -> Json:
    type_ = resource["type"]
    hint = next((name for name in resource.get("behavior", []) if name in _HINTS.get(type_, ())), None)
    drawn: Json = {"viewingHint": hint}
    if type_ in _DIRECTED:
        # 2.1 wants a direction of what is continuous; this is its default.
        drawn["viewingDirection"] = resource.get(
            "viewingDirection", "left-to-right" if hint == "continuous" else None
        )
    if type_ in _DATED and "navDate" in resource:
        drawn["navDate"] = text.nav_date(resource["navDate"])
    return drawn


def _links(resource: Json, addresses: Addresses) -> Json:
    homepages = [
        page for one in (resource, *resource.get("provider", [])) for page in listed(one.get("homepage"))
    ]
    return {
        "related": shortest([_link(page) for page in homepages]),
        "rendering": shortest([_link(link) for link in resource.get("rendering", [])]),
        **images.with_services({"service": _services(resource)}, addresses),
        "seeAlso": shortest([_link(link) for link in resource.get("seeAlso", [])]),
        "within": shortest([addresses.document(id_of(one)) for one in listed(resource.get("partOf"))]),
    }


def _services(resource: Json) -> list[Json]:
    return [*listed(resource.get("service")), *listed(resource.get("services"))]


def _link(link: Json) -> Json:
    drawn: Json = {"@id": link["id"]}
    if link.get("label"):
        drawn["label"] = text.values(link["label"])
    return drawn | {key: link[key] for key in ("format", "profile") if key in link}


def _pictures(pictures: object, addresses: Addresses) -> object:
    return shortest(
        [images.image(one, addresses) for one in listed(pictures) if one.get("type", "Image") == "Image"]
    )
