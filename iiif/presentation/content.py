"""What annotations show or say: content resources, by their own addresses or as sources of the archive.

Stored documents name a source of the archive by ``{"asset": identifier}``, with what they say of it beside,
and whatever else the archive publishes by its path. Spec: Presentation 3.0 §5.7.
"""

from collections.abc import Mapping
from typing import Any

from iiif.image.request import Limits
from iiif.presentation import image, markup
from iiif.presentation.document import JsonValue, Resource, located
from iiif.presentation.rendering import is_picture, resource_type
from iiif.protocols import Asset
from iiif.uris import Uris

_HTML = ("text/html", "application/xhtml+xml")
_REFERRING = ("items", "source", "body")


def resource(asset: Asset, uris: Uris, limits: Limits) -> Resource:
    """A source as content: a picture by its image service, anything else by its file."""
    if asset.width and asset.height and is_picture(asset.media_type):
        return image.image(asset, uris, limits)
    drawn: Resource = {
        "id": uris.file(asset.identifier, asset.file_name),
        "type": resource_type(asset.media_type),
        "format": asset.media_type,
    }
    sizes = {"width": asset.width, "height": asset.height, "duration": asset.duration}
    return drawn | {name: value for name, value in sizes.items() if value is not None}


def body(value: JsonValue, assets: Mapping[str, Asset], uris: Uris, limits: Limits) -> JsonValue:
    """The body of an annotation as it is published, from the form in which it is stored."""
    if isinstance(value, list):
        return [body(one, assets, uris, limits) for one in value]
    if not isinstance(value, dict):
        return located(value, uris.base)
    if "asset" in value:
        said = {name: one for name, one in value.items() if name != "asset"}
        asset = assets.get(str(value["asset"]))
        return said if asset is None else resource(asset, uris, limits) | said
    if "value" in value:
        value = _harmless(value)
    return {
        name: body(one, assets, uris, limits) if name in _REFERRING else located({name: one}, uris.base)[name]
        for name, one in value.items()
    }


def _harmless(text: dict[str, Any]) -> dict[str, Any]:  # Any: values of JSON.
    """A text body without what could harm a reader, where a viewer would show it as HTML."""
    value = text.get("value")
    if not isinstance(value, str):
        return text
    format_ = str(text.get("format", "")).partition(";")[0].strip().lower()
    is_html = format_ in _HTML or (format_ != "text/plain" and markup.looks_like_html(value))
    return {**text, "value": markup.safe_body(value)} if is_html else text


def assets_of(value: JsonValue) -> list[str]:
    """The identifiers of the assets that a stored body names, in their order."""
    if isinstance(value, list):
        return [name for one in value for name in assets_of(one)]
    if not isinstance(value, dict):
        return []
    if "asset" in value:
        return [str(value["asset"])]
    return [name for key in _REFERRING if key in value for name in assets_of(value[key])]
