"""Manifests: one catalogued record each. Spec: Presentation 3.0 §5.2."""

from collections.abc import Iterable

from iiif import language, protocols
from iiif.language import LanguageMap
from iiif.presentation import (
    annotation,
    canvas,
    collection,
    document,
    image,
    labels,
    markup,
    rendering,
    searching,
)
from iiif.presentation import range as ranges
from iiif.presentation.document import Resource
from iiif.presentation.publisher import Publisher, providers
from iiif.uris import Uris


def manifest(record: protocols.Record, uris: Uris, publisher: Publisher) -> Resource:
    """The document of ``record``. What it has nothing for is left out, never empty."""
    address = uris.manifest(record.identifier)
    drawn = {
        "id": address,
        "type": "Manifest",
        **description(record, uris, publisher),
        **{name: canvas.canvas(one, record, uris, publisher) for name, one in record.substitutes.items()},
        "items": [canvas.canvas(view, record, uris, publisher) for view in record.canvases],
        "structures": ranges.structures(record, uris),
        "annotations": annotation.annotations(
            list(record.pages), address, record.assets, uris, publisher.limits
        ),
    }
    filled = {key: value for key, value in drawn.items() if value}
    return document.document(filled, contexts=_contexts(record))


def description(record: protocols.Record, uris: Uris, publisher: Publisher) -> Resource:
    """What a manifest says of its record as a whole."""
    drawn = {
        "label": collection.label(record),
        "summary": markup.safe(record.summary),
        "metadata": _metadata(record),
        **_rights(record, publisher),
        "provider": providers(publisher, uris),
        "thumbnail": _thumbnail(record, uris, publisher),
        "behavior": list(record.behavior),
        "viewingDirection": record.viewing_direction,
        "navDate": record.nav_date or nav_date(record),
        **_links(record, uris, publisher),
    }
    own = {name: value for name, value in record.properties.items() if publisher.shows(name)}
    return document.with_properties({key: value for key, value in drawn.items() if value}, own, uris.base)


def fields(record: protocols.Record) -> list[tuple[LanguageMap, LanguageMap]]:
    """Label and value of all that is known of ``record`` beside its label and summary, in their order."""
    described = (
        (labels.MAKER, record.maker),
        (labels.TYPE, record.type),
        (labels.DATE, record.date),
        (labels.PLACE, record.place),
        (labels.SUBJECT, record.subject),
        (labels.LANGUAGE, record.language),
        (labels.ACCESSION_NUMBER, language.untagged(record.accession_number or "")),
    )
    return [pair for pair in (*described, *record.metadata_pairs) if any(map(any, pair[1].values()))]


def nav_date(record: protocols.Record) -> str | None:
    """The first moment of the record's year, ``None`` where the year is not exactly known.

    A span of years would stand at a wrong place on a timeline, and the dates before the year 1 and
    after 9999 are written in ways that readers disagree on. Spec: Presentation 3.0 §3.1, navDate.
    """
    year = record.first_year
    if year is None or year != record.last_year or not 1 <= year <= 9999:
        return None
    return f"{year:04d}-01-01T00:00:00Z"


def _metadata(record: protocols.Record) -> list[Resource]:
    return [markup.pair(*one) for one in fields(record)]


def _rights(record: protocols.Record, publisher: Publisher) -> Resource:
    drawn: Resource = {"rights": record.rights or publisher.rights}
    if statement := record.required_statement or publisher.required_statement:
        drawn["requiredStatement"] = markup.pair(*statement)
    return drawn


def _thumbnail(record: protocols.Record, uris: Uris, publisher: Publisher) -> list[Resource]:
    """The first picture there is."""
    assets = (view.asset for view in record.canvases if view.asset)
    first = next((asset for asset in assets if rendering.is_picture(asset.media_type)), None)
    return [image.thumbnail(first, uris, publisher.limits)] if first else []


def _links(record: protocols.Record, uris: Uris, publisher: Publisher) -> Resource:
    page, catalogue = uris.record_page(record.identifier), uris.record_json(record.identifier)
    return {
        "service": searching.services(searching.MANIFEST, record.identifier, uris)
        if publisher.searches and _is_searchable(record)
        else [],
        "homepage": [{"id": page, "type": "Text", "label": collection.label(record), "format": "text/html"}],
        "seeAlso": [
            {"id": catalogue, "type": "Dataset", "label": labels.CATALOGUE_JSON, "format": "application/json"}
        ],
        "rendering": _renderings(record, uris, publisher),
        "partOf": [
            document.reference(uris.collection(group.identifier), "Collection")
            for group in record.collections
        ],
    }


def _is_searchable(record: protocols.Record) -> bool:
    """Whether a search in its texts and annotations may find anything."""
    return any(view.text is not None or _has_said(view.pages) for view in record.canvases) or _has_said(
        record.pages
    )


def _has_said(pages: Iterable[protocols.AnnotationPage]) -> bool:
    return any(not (page.paints or page.is_external) for page in pages)


def _renderings(record: protocols.Record, uris: Uris, publisher: Publisher) -> list[Resource]:
    """The source file, where the record has but one: else each stands on its own canvas; and its PDF."""
    assets = [view.asset for view in record.canvases if view.asset]
    if not publisher.gives_out(record) or len(record.canvases) != 1:
        assets = []
    return [*(rendering.rendering(asset, uris) for asset in assets), *rendering.pdf(record, uris)]


def _contexts(record: protocols.Record) -> list[str]:
    """The contexts of the extensions that the record or any part of it uses."""
    found = dict.fromkeys(document.contexts([record.properties]))
    found |= dict.fromkeys(ranges.contexts(record.ranges))
    found |= dict.fromkeys(annotation.contexts(list(record.pages)))
    for view in (*record.canvases, *record.substitutes.values()):
        if view.properties or view.pages or view.substitutes:
            found |= dict.fromkeys(canvas.contexts(view))
    return list(found)
