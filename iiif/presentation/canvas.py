"""Canvases. Spec: Presentation 3.0 §5.3."""

from iiif import protocols
from iiif.presentation import annotation, document, image, labels, rendering
from iiif.presentation.document import Resource
from iiif.presentation.publisher import Publisher
from iiif.uris import Uris


def canvas(view: protocols.Canvas, record: protocols.Record, uris: Uris, publisher: Publisher) -> Resource:
    """One view of ``record``; where its image is missing, a canvas without content that says so."""
    drawn: Resource = {"id": uris.canvas(view.identifier), "type": "Canvas"}
    if view.label:
        drawn["label"] = view.label
    drawn |= {"width": view.width, "height": view.height}
    if view.asset is None:
        return drawn | {"metadata": [{"label": labels.NOTE, "value": labels.NO_IMAGE}], "items": []}
    drawn["thumbnail"] = [image.thumbnail(view.asset, uris, publisher.limits)]
    if publisher.gives_out(record):
        drawn["rendering"] = [rendering.rendering(view.asset, uris)]
    drawn["items"] = [annotation.painting_page(view, uris, publisher.limits)]
    return drawn


def canvas_document(
    view: protocols.Canvas, record: protocols.Record, uris: Uris, publisher: Publisher
) -> Resource:
    """The canvas, dereferenced."""
    part_of = document.reference(uris.manifest(record.identifier), "Manifest")
    return document.document(canvas(view, record, uris, publisher), part_of)
