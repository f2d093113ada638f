"""Annotations and their pages: what a canvas shows, what is said of it. Spec: Presentation 3.0 §5.5, §5.6."""

from collections.abc import Mapping

from iiif import protocols
from iiif.image.request import Limits
from iiif.presentation import content, document
from iiif.presentation.document import Resource, located
from iiif.presentation.rendering import is_painted
from iiif.protocols import Asset, Canvas
from iiif.uris import Uris

PAINTING = "painting"


def items(canvas: Canvas, assets: Mapping[str, Asset], uris: Uris, limits: Limits) -> list[Resource]:
    """The pages of what a canvas shows: those that it has, or the one that paints its asset, or none."""
    pages = [page for page in canvas.pages if page.paints]
    if pages:
        return [page_resource(page, uris.canvas(canvas.identifier), assets, uris, limits) for page in pages]
    return [] if painted(canvas) is None else [painting_page(canvas, uris, limits)]


def annotations(
    pages: list[protocols.AnnotationPage],
    target: str,
    assets: Mapping[str, Asset],
    uris: Uris,
    limits: Limits,
) -> list[Resource]:
    """The pages of what is said, ``target`` being their holder: embedded, or by reference."""
    return [
        page_resource(page, target, assets, uris, limits) if page.is_embedded else page_reference(page, uris)
        for page in pages
    ]


def page_resource(
    page: protocols.AnnotationPage, target: str, assets: Mapping[str, Asset], uris: Uris, limits: Limits
) -> Resource:
    """A page with its annotations; ``target`` is what they are about unless they say otherwise."""
    drawn = page_reference(page, uris)
    drawn["items"] = [annotation(one, target, assets, uris, limits) for one in page.annotations]
    return drawn


def page_reference(page: protocols.AnnotationPage, uris: Uris) -> Resource:
    """A page without its annotations."""
    address = page.source_id if page.is_external and page.source_id else uris.page(page.holder, page.name)
    return document.with_properties({"id": address, "type": "AnnotationPage"}, page.properties, uris.base)


def annotation(
    one: protocols.Annotation, target: str, assets: Mapping[str, Asset], uris: Uris, limits: Limits
) -> Resource:
    """One annotation in its page."""
    drawn: Resource = {"id": uris.annotation(one.identifier), "type": "Annotation"}
    if one.motivation:
        drawn["motivation"] = one.motivation[0] if len(one.motivation) == 1 else list(one.motivation)
    if one.body is not None:
        drawn["body"] = content.body(one.body, assets, uris, limits)
    drawn["target"] = target if one.target is None else located(one.target, uris.base)
    return document.with_properties(drawn, one.properties, uris.base)


def painting_page(canvas: Canvas, uris: Uris, limits: Limits) -> Resource:
    """The annotation page of a canvas that shows its asset; empty where there is nothing to paint."""
    return {
        "id": uris.page(canvas.identifier, PAINTING),
        "type": "AnnotationPage",
        "items": [painting(canvas, asset, uris, limits)] if (asset := painted(canvas)) else [],
    }


def painted(canvas: Canvas) -> Asset | None:
    """The asset that a canvas shows, if it is one that can be painted."""
    asset = canvas.asset
    return asset if asset is not None and is_painted(asset.media_type) else None


def painting(canvas: Canvas, asset: Asset, uris: Uris, limits: Limits) -> Resource:
    """The annotation that paints ``asset`` over the whole canvas; it bears the canvas' own identifier."""
    return {
        "id": uris.annotation(canvas.identifier),
        "type": "Annotation",
        "motivation": "painting",
        "body": content.resource(asset, uris, limits),
        "target": uris.canvas(canvas.identifier),
    }


def painting_document(canvas: Canvas, asset: Asset, uris: Uris, limits: Limits) -> Resource:
    """The painting annotation, dereferenced."""
    return document.document(painting(canvas, asset, uris, limits))


def painting_page_document(canvas: Canvas, uris: Uris, limits: Limits) -> Resource:
    """The page of the painting of a canvas' asset, dereferenced."""
    return document.document(painting_page(canvas, uris, limits))


def page_document(
    page: protocols.AnnotationPage, target: str, assets: Mapping[str, Asset], uris: Uris, limits: Limits
) -> Resource:
    """A page with its annotations, dereferenced."""
    return document.document(page_resource(page, target, assets, uris, limits), contexts=_contexts(page))


def annotation_document(
    one: protocols.Annotation, target: str, assets: Mapping[str, Asset], uris: Uris, limits: Limits
) -> Resource:
    """An annotation, dereferenced."""
    drawn = annotation(one, target, assets, uris, limits)
    return document.document(drawn, contexts=document.contexts([one.properties]))


def contexts(pages: list[protocols.AnnotationPage]) -> list[str]:
    """The contexts of the extensions that embedded pages use."""
    return list(dict.fromkeys(context for page in pages if page.is_embedded for context in _contexts(page)))


def _contexts(page: protocols.AnnotationPage) -> list[str]:
    return document.contexts([page.properties, *(one.properties for one in page.annotations)])
