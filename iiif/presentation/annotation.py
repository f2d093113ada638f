"""Annotations that paint: what a canvas shows. Spec: Presentation 3.0 §5.5 and §5.6."""

from iiif.image.request import Limits
from iiif.presentation import document, image
from iiif.presentation.document import Resource
from iiif.protocols import Asset, Canvas
from iiif.uris import Uris


def painting_page(canvas: Canvas, uris: Uris, limits: Limits) -> Resource:
    """The annotation page of a canvas' one painting; empty where there is nothing to paint."""
    return {
        "id": uris.painting_page(canvas.identifier),
        "type": "AnnotationPage",
        "items": [] if canvas.asset is None else [painting(canvas, canvas.asset, uris, limits)],
    }


def painting(canvas: Canvas, asset: Asset, uris: Uris, limits: Limits) -> Resource:
    """The annotation that paints the image of ``asset`` over the whole canvas."""
    return {
        "id": uris.annotation(canvas.identifier),
        "type": "Annotation",
        "motivation": "painting",
        "body": image.image(asset, uris, limits),
        "target": uris.canvas(canvas.identifier),
    }


def page_document(canvas: Canvas, uris: Uris, limits: Limits) -> Resource:
    """The painting page, dereferenced."""
    return document.document(painting_page(canvas, uris, limits))


def painting_document(canvas: Canvas, asset: Asset, uris: Uris, limits: Limits) -> Resource:
    """The painting annotation, dereferenced."""
    return document.document(painting(canvas, asset, uris, limits))
