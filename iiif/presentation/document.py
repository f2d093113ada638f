"""What every Presentation document has alike: its context, its media type, references to other documents."""

from typing import TypeAlias

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
MEDIA_TYPE = f'application/ld+json;profile="{CONTEXT}"'

Resource: TypeAlias = dict[str, object]
"""A resource as its JSON will be: keys as the specification spells them, in the order of their writing."""


def document(resource: Resource, part_of: Resource | None = None) -> Resource:
    """``resource`` as a document of its own, with the reference to what it is part of.

    Spec: Presentation 3.0 §4.6 (the context stands first, and only here).
    """
    home = {} if part_of is None else {"partOf": [part_of]}
    return {"@context": CONTEXT, **resource, **home}


def reference(uri: str, type_: str) -> Resource:
    """The least that names another resource. Spec: Presentation 3.0 §4.2."""
    return {"id": uri, "type": type_}
