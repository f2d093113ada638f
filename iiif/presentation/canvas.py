"""Canvases. Spec: Presentation 3.0 §5.3."""

from iiif import protocols
from iiif.presentation import annotation, document, image, labels, rendering, text
from iiif.presentation.document import Resource
from iiif.presentation.publisher import Publisher
from iiif.uris import Uris


def canvas(view: protocols.Canvas, record: protocols.Record, uris: Uris, publisher: Publisher) -> Resource:
    """One view of ``record``; where its image is missing, a canvas without content that says so."""
    address = uris.canvas(view.identifier)
    drawn: Resource = {"id": address, "type": "Canvas"}
    if view.label:
        drawn["label"] = view.label
    if view.width is not None:
        drawn |= {"width": view.width, "height": view.height}
    if view.duration is not None:
        drawn["duration"] = view.duration
    items = annotation.items(view, record.assets, uris, publisher.limits)
    if view.asset is not None:
        drawn |= _face(view.asset, record, uris, publisher)
    elif not items and view.source_id is None:
        drawn["metadata"] = [{"label": labels.NOTE, "value": labels.NO_IMAGE}]
    if view.substitutes:
        drawn |= {name: canvas(one, record, uris, publisher) for name, one in view.substitutes.items()}
    drawn["items"] = items
    said = [page for page in view.pages if not page.paints]
    if said:
        drawn["annotations"] = annotation.annotations(said, address, record.assets, uris, publisher.limits)
    if view.text is not None:
        _add_text(drawn, view, view.text, uris)
    if view.properties:
        document.with_properties(drawn, view.properties, uris.base)
    return drawn


def canvas_document(
    view: protocols.Canvas, record: protocols.Record, uris: Uris, publisher: Publisher
) -> Resource:
    """The canvas, dereferenced."""
    part_of = document.reference(uris.manifest(record.identifier), "Manifest")
    return document.document(canvas(view, record, uris, publisher), part_of, contexts(view))


def contexts(view: protocols.Canvas) -> list[str]:
    """The contexts of the extensions that the canvas and what is embedded in it use."""
    if not (view.properties or view.pages or view.substitutes):
        return []
    own = [*document.contexts([view.properties]), *annotation.contexts(list(view.pages))]
    return own + [context for one in view.substitutes.values() for context in contexts(one)]


def _add_text(drawn: Resource, view: protocols.Canvas, said: protocols.Text, uris: Uris) -> None:
    links = text.links(view.identifier, said, uris)
    if view.duration is None:
        links["annotations"] = text.references(view.identifier, said, uris)
    else:
        # Mirador 4.0 fails at a page of annotations that is not embedded, where it looks for captions;
        # the Universal Viewer 4 plays what is linked as rendering, if anything is, and nothing else.
        del links["rendering"]
    for name, linked in links.items():
        drawn[name] = [*document.listed(drawn.get(name)), *document.listed(linked)]


def _face(asset: protocols.Asset, record: protocols.Record, uris: Uris, publisher: Publisher) -> Resource:
    """The thumbnail of a picture, and its source where everyone may have it; the file of a model."""
    if not rendering.is_painted(asset.media_type):
        return {"rendering": [rendering.rendering(asset, uris)]}
    if not (asset.width and asset.height and rendering.is_picture(asset.media_type)):
        return {}
    drawn: Resource = {"thumbnail": [image.thumbnail(asset, uris, publisher.limits)]}
    if publisher.gives_out(record):
        drawn["rendering"] = [rendering.rendering(asset, uris)]
    return drawn
