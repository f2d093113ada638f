"""The services that search in what a manifest or a collection holds, as its document names them."""

from iiif.presentation.document import Resource
from iiif.uris import Uris

MANIFEST, COLLECTION = "manifest", "collection"
"""What can be searched in."""

_CONTEXT = "http://iiif.io/api/search/1/context.json"
_PROFILE = "http://iiif.io/api/search/1/{}"


def services(kind: str, identifier: str, uris: Uris) -> list[Resource]:
    """Content Search 2.0, and 1.0 for the viewers that know no other, each with its autocomplete.

    Spec: Content Search 2.0 §3, 1.0 §3.1 and §4.1; Presentation 3.0 §4.4 has older services with ``@id``.
    """
    completes = {"id": uris.autocomplete(kind, identifier), "type": "AutoCompleteService2"}
    searches: Resource = {
        "id": uris.content_search(kind, identifier),
        "type": "SearchService2",
        "service": [completes],
    }
    return [searches, _first(kind, identifier, uris)]


def _first(kind: str, identifier: str, uris: Uris) -> Resource:
    completes = {
        "@context": _CONTEXT,
        "@id": uris.autocomplete(kind, identifier, 1),
        "@type": "AutoCompleteService1",
        "profile": _PROFILE.format("autocomplete"),
    }
    return {
        "@context": _CONTEXT,
        "@id": uris.content_search(kind, identifier, 1),
        "@type": "SearchService1",
        "profile": _PROFILE.format("search"),
        "service": [completes],
    }
