"""The Image API, 3.0 and 2.1: from the stored pyramid to the bytes of a rendition."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from types import ModuleType

import flask
from flask import Blueprint, Response

from archive import http
from archive.errors import NotFound, Unavailable
from archive.models import Asset
from archive.services import images
from iiif.errors import InvalidSource
from iiif.image import info, render, request, v2
from iiif.image.request import Limits, Plan
from iiif.image.tiff import Pyramid

blueprint = Blueprint("image", __name__, url_prefix="/iiif/image/<int:version>/<identifier>")

_COMPLIANCE = "http://iiif.io/api/image/{version}/level2.json"
_CONTEXT = "http://iiif.io/api/image/{version}/context.json"


@blueprint.get("")
@blueprint.get("/")
def base(version: int, identifier: str) -> Response:
    """The base URI leads to the image's description. Spec: Image 3.0 §2."""
    _parts(version)
    return http.redirect(http.uris().image(identifier, "info.json", version), HTTPStatus.SEE_OTHER)


@blueprint.get("/info.json")
def describe(version: int, identifier: str) -> Response:
    """``info.json``. Spec: Image 3.0 §5."""
    document, _ = _parts(version)
    asset = _find(identifier)
    media_type = _info_type(version)
    tag = http.etag("info", version, asset.digest, asset.page, limits(), media_type)
    response = http.unchanged(tag)
    if response is None:
        with _pyramid(asset) as pyramid:
            answer = document.info(pyramid.image, http.uris().image_service(identifier, version), limits())
        response = http.json_response(answer, tag=tag, media_type=media_type)
    response.vary.add("Accept")
    response.headers["Link"] = f'<{_COMPLIANCE.format(version=version)}>;rel="profile"'
    return response


@blueprint.get("/<region>/<size>/<rotation>/<quality_format>")
def show(version: int, identifier: str, **parameters: str) -> Response:
    """One rendition: region, size, rotation, quality and format. Spec: Image 3.0 §4."""
    _, rules = _parts(version)
    asset = _find(identifier)
    plan = rules.resolve(rules.parse(**parameters), asset.width, asset.height, limits())
    quality = http.context().settings.jpeg_quality
    tag = http.etag("image", asset.digest, asset.page, plan, quality)
    response = http.unchanged(tag)
    if response is None:
        with _pyramid(asset) as pyramid:
            body = render.render(plan, pyramid, quality=quality)
        response = http.response(body, tag=tag, media_type=request.MEDIA_TYPES[plan.format])
    response.headers["Link"] = _links(plan, version, identifier)
    return response


def limits() -> Limits:
    """The settings' limits on a rendition."""
    settings = http.context().settings
    return Limits(settings.max_width or None, settings.max_height or None, settings.max_area or None)


def _parts(version: int) -> tuple[ModuleType, ModuleType]:
    """What writes ``info.json`` and what reads a request, in a version of the API."""
    versions = {2: (v2, v2), 3: (info, request)}
    if version not in versions:
        raise NotFound(f"image API version {version} is not offered: use 3 or 2")
    return versions[version]


def _find(identifier: str) -> Asset:
    with http.context().sessions() as session:
        return images.find(session, identifier)


@contextmanager
def _pyramid(asset: Asset) -> Iterator[Pyramid]:
    """The stored pyramid. Raises ``Unavailable`` where it is lost or damaged, which its keeper must mend."""
    try:
        yield http.context().pyramids.open(asset.pyramid_key, width=asset.width, height=asset.height)
    except (InvalidSource, NotFound) as error:
        raise Unavailable(
            f'image "{asset.identifier}" is damaged in the store: its keeper must make it again',
            retry_after=3600,
        ) from error


def _info_type(version: int) -> str:
    # 2.1 gives JSON-LD only to those who ask for it by name (Image 2.1 §5).
    named = {wish.partition(";")[0].strip().lower() for wish in flask.request.accept_mimetypes.values()}
    if version == 2 and http.LINKED_JSON not in named:
        return http.PLAIN_JSON
    return http.json_media_type(_CONTEXT.format(version=version))


def _links(plan: Plan, version: int, identifier: str) -> str:
    canonical = http.uris().image(identifier, plan.canonical, version)
    return f'<{canonical}>;rel="canonical", <{_COMPLIANCE.format(version=version)}>;rel="profile"'
