"""Collections. Spec: Presentation 3.0 §5.1."""

from iiif import language, protocols
from iiif.language import LanguageMap
from iiif.presentation import document, image, labels, markup, searching
from iiif.presentation.document import Resource
from iiif.presentation.publisher import Publisher, providers
from iiif.uris import Uris


def collection(group: protocols.Collection, uris: Uris, publisher: Publisher) -> Resource:
    """The document of a collection: its collections, then its records or the pages of them, by reference.

    A page of records is a collection too, which every viewer knows, as Presentation 3.0 has no pages.
    """
    if group.page is not None:
        return document.document(
            _page(group, group.page, uris) | {"items": _records(group, uris, publisher)},
            _whole(group, uris),
        )
    drawn: Resource = {
        "id": uris.collection(group.identifier),
        "type": "Collection",
        "label": label(group),
        "summary": markup.safe(group.summary),
        "metadata": [markup.pair(*one) for one in group.metadata_pairs],
        "rights": group.rights,
        "requiredStatement": markup.pair(*group.required_statement) if group.required_statement else None,
        "behavior": list(group.behavior),
        "viewingDirection": group.viewing_direction,
        "navDate": group.nav_date,
        "provider": providers(publisher, uris),
        "thumbnail": image.small(group.picture, uris, publisher.limits),
        "service": searching.services(searching.COLLECTION, group.identifier, uris)
        if publisher.searches
        else [],
    }
    filled = {key: value for key, value in drawn.items() if value}
    filled = document.with_properties(filled, group.properties, uris.base)
    further = document.listed(filled.pop("items", None))
    collections = [
        _member(child, uris.collection(child.identifier), "Collection") for child in group.collections
    ]
    pages = [_page(group, number, uris) for number in group.pages]
    items = [*collections, *pages, *_records(group, uris, publisher), *further]
    contexts = document.contexts([group.properties])
    return document.document(filled | {"items": items}, _parent(group, uris), contexts)


def label(described: protocols.Described) -> LanguageMap:
    """The label, which no manifest or collection may lack: its identifier stands in."""
    return described.label or language.untagged(described.identifier)


def _records(group: protocols.Collection, uris: Uris, publisher: Publisher) -> list[Resource]:
    return [_record(child, uris, publisher) for child in group.records]


def _record(child: protocols.Listed, uris: Uris, publisher: Publisher) -> Resource:
    drawn = _member(child, uris.manifest(child.identifier), "Manifest")
    if thumbnail := image.small(child.picture, uris, publisher.limits):
        drawn["thumbnail"] = thumbnail
    return drawn


def _page(group: protocols.Collection, number: int, uris: Uris) -> Resource:
    place = group.pages.index(number) + 1
    named = {tag: [f"{text} {place}" for text in texts] for tag, texts in labels.PART.items()}
    return document.reference(uris.collection_page(group.identifier, number), "Collection") | {"label": named}


def _whole(group: protocols.Collection, uris: Uris) -> Resource:
    return document.reference(uris.collection(group.identifier), "Collection") | {"label": label(group)}


def _member(child: protocols.Described, uri: str, type_: str) -> Resource:
    return document.reference(uri, type_) | {"label": label(child)}


def _parent(group: protocols.Collection, uris: Uris) -> Resource | None:
    parent = group.parent
    return None if parent is None else document.reference(uris.collection(parent.identifier), "Collection")
