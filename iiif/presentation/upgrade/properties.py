"""The properties that resources of every type have alike. Spec: Presentation 2.1 §3, 3.0 §3."""

from datetime import datetime
from typing import Any

from iiif.language import LanguageMap
from iiif.presentation import labels, markup, rendering, rights
from iiif.presentation.gate.paths import at
from iiif.presentation.upgrade import content, services
from iiif.presentation.upgrade.values import (
    Json,
    ending,
    many,
    media_type,
    objects,
    plain_text,
    rich_text,
    site,
    types,
    uri,
)  # fmt: skip
from iiif.presentation.v2 import text

_ORDERS = ("individuals", "paged", "continuous")
_BEHAVIORS = {
    "Collection": (*_ORDERS, "multi-part"),
    "Manifest": _ORDERS,
    "Range": _ORDERS,
    "Canvas": ("non-paged", "facing-pages"),
}
_PARENTS = {"Manifest": "Collection", "Collection": "Collection", "Canvas": "Manifest"}


def label(resource: Json, path: str, id_: str) -> LanguageMap:
    """The label; the end of the id stands in for a missing one."""
    return plain_text(resource.get("label"), at(path, "label")) or {"none": [ending(id_)]}


def described(resource: Json, type_: str, path: str) -> Json:
    """What is said about a resource that becomes one of ``type_``, but for its label and its parts."""
    drawn: Json = {
        "summary": rich_text(resource.get("description"), at(path, "description")),
        "metadata": _metadata(resource, path),
        "requiredStatement": _statement(resource, path),
        **_rights(resource),
        "provider": _provider(resource, path),
        "thumbnail": content.thumbnails(resource.get("thumbnail"), at(path, "thumbnail")),
        **display(resource, type_),
        "navDate": _nav_date(resource) if type_ in {"Manifest", "Collection"} else None,
        **_links(resource, path),
        **services.with_services(resource, path),
        "partOf": _parents(resource, type_, path),
        "annotations": _lists(resource, path),
    }
    if license_ := _unknown_licenses(resource):
        drawn["metadata"] = [*drawn["metadata"], {"label": labels.LICENSE, "value": license_}]
    return {key: value for key, value in drawn.items() if value}


def display(resource: Json, type_: str) -> Json:
    """``behavior`` and ``viewingDirection`` of a resource that becomes one of ``type_``."""
    hints = [hint for hint in many(resource.get("viewingHint")) if hint in _BEHAVIORS.get(type_, ())]
    drawn: Json = {"behavior": hints[:1]} if hints else {}
    if type_ in {"Collection", "Manifest", "Range"} and resource.get("viewingDirection"):
        drawn["viewingDirection"] = resource["viewingDirection"]
    return drawn


def renderings(resource: Json, path: str) -> list[Json]:
    """The renderings of a resource, such as the PDF of a whole book, which many give with its sequence."""
    drawn = _linked(resource.get("rendering"), at(path, "rendering"), "Text")
    for link in drawn:
        link.setdefault("label", {"none": [ending(link["id"])]})
    return drawn


def _metadata(resource: Json, path: str) -> list[Json]:
    pairs = []
    for where, pair in objects(resource, "metadata", path):
        value = rich_text(pair.get("value"), at(where, "value"))
        if value:
            name = plain_text(pair.get("label"), at(where, "label")) or labels.NOTE
            pairs.append({"label": name, "value": value})
    return pairs


def _statement(resource: Json, path: str) -> Json | None:
    value = rich_text(resource.get("attribution"), at(path, "attribution"))
    return {"label": labels.ATTRIBUTION, "value": value} if value else None


def _licenses(resource: Json) -> list[tuple[str, str | None]]:
    """Each license as it is written, and its canonical URI, if it has one."""
    found: list[tuple[str, str | None]] = []
    for one in many(resource.get("license")):
        written = str(one.get("@id", one.get("@value", "")) if isinstance(one, dict) else one)
        try:
            found.append((written, rights.rights_uri(written)))
        except ValueError:
            found.append((written, None))
    return found


def _rights(resource: Json) -> Json:
    known = [canonical for _, canonical in _licenses(resource) if canonical]
    return {"rights": known[0]} if known else {}


def _unknown_licenses(resource: Json) -> LanguageMap:
    """What ``rights`` can't say, as it is written: it takes one URI, of two vocabularies."""
    licenses = _licenses(resource)
    first = next((canonical for _, canonical in licenses if canonical), None)
    rest = [
        written for written, canonical in licenses if written and (canonical is None or canonical != first)
    ]
    return markup.safe({"none": rest}) if rest else {}


def _provider(resource: Json, path: str) -> list[Json]:
    """The site of the document stands for whoever shows the logo: 2.1 doesn't tell who that is."""
    logo = content.thumbnails(resource.get("logo"), at(path, "logo"))
    if not logo:
        return []
    home, name = site(uri(resource, path) or logo[0]["id"])
    return [{"id": home, "type": "Agent", "label": {"none": [name]}, "logo": logo}]


def _nav_date(resource: Json) -> Any:
    date = resource.get("navDate")
    try:
        moment = datetime.fromisoformat(date) if isinstance(date, str) else None
    except ValueError:
        return date  # The gate says what is wrong with it.
    if moment is None:
        return date
    return text.nav_date(moment.isoformat() if moment.tzinfo else f"{moment.isoformat()}+00:00")


def _links(resource: Json, path: str) -> Json:
    related = _linked(resource.get("related"), at(path, "related"), "Text")
    described_by = _linked(resource.get("seeAlso"), at(path, "seeAlso"), "Dataset")
    pages = [link for link in related if link.get("format", "text/html") == "text/html"]
    others = [link for link in related if link not in pages]
    for link in related:
        link.setdefault("label", {"none": [ending(link["id"])]})
    return {"homepage": pages, "rendering": renderings(resource, path) + others, "seeAlso": described_by}


def _linked(links: Any, path: str, type_: str) -> list[Json]:
    drawn = []
    for place, link in enumerate(many(links)):
        where = at(path, place)
        id_ = uri(link, where)
        if id_ is None:
            continue
        said = link if isinstance(link, dict) else {}
        format_ = media_type(said)
        kind = rendering.resource_type(format_) if format_ and type_ != "Dataset" else type_
        one: Json = {"id": id_, "type": kind}
        if name := plain_text(said.get("label"), at(where, "label")):
            one["label"] = name
        if format_:
            one["format"] = format_
        if isinstance(said.get("profile"), str):
            one["profile"] = said["profile"]
        drawn.append(one)
    return drawn


def _parents(resource: Json, type_: str, path: str) -> list[Json]:
    if type_ not in _PARENTS:
        return []
    found = [
        (types(one), uri(one, at(path, "within", place)))
        for place, one in enumerate(many(resource.get("within")))
    ]
    return [
        {"id": id_, "type": next(iter(kind & {"Manifest", "Collection"}), _PARENTS[type_])}
        for kind, id_ in found
        if id_ and kind <= {"Manifest", "Collection"}
    ]


def _lists(resource: Json, path: str) -> list[Json]:
    """Annotation lists by reference: what they hold is in documents of their own."""
    found = [
        uri(one, at(path, "otherContent", place))
        for place, one in enumerate(many(resource.get("otherContent")))
    ]
    return [{"id": id_, "type": "AnnotationPage"} for id_ in dict.fromkeys(found) if id_]
