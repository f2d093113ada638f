"""Collections. Spec: Presentation 3.0 §5.1."""

from iiif import language, protocols
from iiif.language import LanguageMap
from iiif.presentation import document, markup
from iiif.presentation.document import Resource
from iiif.presentation.publisher import Publisher, providers
from iiif.uris import Uris


def collection(group: protocols.Collection, uris: Uris, publisher: Publisher) -> Resource:
    """The document of a collection: its collections, then its records, all by reference."""
    drawn: Resource = {"id": uris.collection(group.identifier), "type": "Collection", "label": label(group)}
    if group.summary:
        drawn["summary"] = markup.safe(group.summary)
    if agents := providers(publisher, uris):
        drawn["provider"] = agents
    collections = [
        _member(child, uris.collection(child.identifier), "Collection") for child in group.collections
    ]
    records = [_member(child, uris.manifest(child.identifier), "Manifest") for child in group.records]
    return document.document(drawn | {"items": collections + records}, _parent(group, uris))


def label(described: protocols.Described) -> LanguageMap:
    """The label, which no manifest or collection may lack: its identifier stands in."""
    return described.label or language.untagged(described.identifier)


def _member(child: protocols.Described, uri: str, type_: str) -> Resource:
    return document.reference(uri, type_) | {"label": label(child)}


def _parent(group: protocols.Collection, uris: Uris) -> Resource | None:
    parent = group.parent
    return None if parent is None else document.reference(uris.collection(parent.identifier), "Collection")
