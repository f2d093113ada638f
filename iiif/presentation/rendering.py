"""Source files as people may fetch them, beside the pictures made of them."""

from iiif import language
from iiif.presentation import labels
from iiif.presentation.document import Resource
from iiif.protocols import Asset, Record
from iiif.uris import Uris

MOST_PAGES = 1000
"""Pages of the longest PDF that is made of a record, or of a part of one."""

_TYPES = {"image": "Image", "audio": "Sound", "video": "Video", "text": "Text", "model": "Model"}


def rendering(asset: Asset, uris: Uris) -> Resource:
    """The link to the source file of ``asset``, by its name. Spec: Presentation 3.0 §3.3.1, rendering."""
    return {
        "id": uris.file(asset.identifier, asset.file_name),
        "type": resource_type(asset.media_type),
        "label": language.untagged(asset.file_name),
        "format": asset.media_type,
    }


def pdf(record: Record, uris: Uris) -> list[Resource]:
    """The link to the PDF of a record's pages; of one that is too long, parts can be asked for."""
    if not has_pdf(record) or len(record.canvases) > MOST_PAGES:
        return []
    return [
        {
            "id": uris.pdf(record.identifier),
            "type": "Text",
            "label": labels.SEARCHABLE_PDF,
            "format": "application/pdf",
        }
    ]


def has_pdf(record: Record) -> bool:
    """Whether all canvases of a record show pictures, and some have a text."""
    return any(view.text for view in record.canvases) and all(
        view.asset and is_picture(view.asset.media_type) and view.width and view.height
        for view in record.canvases
    )


def resource_type(media_type: str) -> str:
    """The type of a content resource in ``media_type``; ``Text`` for documents such as PDF."""
    return _TYPES.get(media_type.partition("/")[0], "Text")


def is_painted(media_type: str) -> bool:
    """Whether a canvas can show files of ``media_type`` itself: no canvas has room for a model."""
    return is_picture(media_type) or resource_type(media_type) in {"Sound", "Video"}


def is_picture(media_type: str) -> bool:
    """Whether files of ``media_type`` are shown by the image service; a PDF is, page by page."""
    return media_type.startswith("image/") or media_type == "application/pdf"
