"""The Image API, 3.0 and 2.1: from the stored pyramid to the bytes of a rendition."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from types import ModuleType

import flask
from flask import Blueprint, Response

from archive import http
from archive.api import guard
from archive.context import Context
from archive.errors import NotFound, Unavailable
from archive.services import access
from archive.services.access import Reader
from archive.services.images import ShownImage
from iiif.errors import InvalidSource
from iiif.image import info, render, request, v2
from iiif.image.request import Plan
from iiif.image.tiff import Pyramid
from iiif.uris import Uris

blueprint = Blueprint("image", __name__, url_prefix="/iiif/image/<int:version>/<identifier>")
guard.admit(blueprint, varies=False)

ASKED = "mogao.rendition"
"""Where in WSGI's environment a ``Rendition`` stands that was understood ahead of Flask."""

_COMPLIANCE = "http://iiif.io/api/image/{version}/level2.json"
_CONTEXT = "http://iiif.io/api/image/{version}/context.json"


@dataclass(frozen=True)
class Rendition:
    """What a request asks for: a plan of an image, in a version of the API; ``tag`` names its bytes."""

    version: int
    image: ShownImage
    plan: Plan
    tag: str

    def links(self, uris: Uris) -> str:
        """The ``Link`` header. Spec: Image 3.0 §4.8, §6."""
        canonical = uris.image(self.image.identifier, self.plan.canonical, self.version)
        return f'<{canonical}>;rel="canonical", <{_COMPLIANCE.format(version=self.version)}>;rel="profile"'


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
    context = http.context()
    image, allowed = context.images.find(identifier, guard.reader()), context.publisher.limits
    media_type = _info_type(version)
    tag = http.etag("info", version, image, allowed, media_type)
    response = http.unchanged(tag)
    if response is None:
        with opened(context, image) as pyramid:
            answer = document.info(pyramid.image, http.uris().image_service(identifier, version), allowed)
        response = http.json_response(answer, tag=tag, media_type=media_type)
    response.vary.add("Accept")
    response.headers["Link"] = f'<{_COMPLIANCE.format(version=version)}>;rel="profile"'
    return http.cacheable(response)


@blueprint.get("/<region>/<size>/<rotation>/<quality_format>")
def show(version: int, identifier: str, **parameters: str) -> Response:
    """One rendition: region, size, rotation, quality and format. Spec: Image 3.0 §4."""
    context = http.context()
    asked = flask.request.environ.get(ASKED) or understood(
        context, version, identifier, guard.reader(), **parameters
    )
    response = http.unchanged(asked.tag)
    if response is None:
        media_type = request.MEDIA_TYPES[asked.plan.format]
        response = http.response(_bytes(context, asked), tag=asked.tag, media_type=media_type)
    response.headers["Link"] = asked.links(http.uris())
    return http.cacheable(http.never_compressed(response))


def understood(
    context: Context, version: int, identifier: str, reader: Reader = access.ANYONE, **parameters: str
) -> Rendition:
    """The rendition that a request's parameters ask of an image that the reader may see.

    Raises as ``images.find`` does, and ``InvalidRequest`` for parameters that are none.
    """
    _, rules = _parts(version)
    image = context.images.find(identifier, reader)
    plan = rules.resolve(rules.parse(**parameters), image.width, image.height, context.publisher.limits)
    # Region and size too: what "max" is depends on the limits.
    drawn = image.digest, image.page, plan.region, plan.size, plan.canonical, context.settings.jpeg_quality
    tag = hashlib.sha256(repr((*drawn, version, http.release())).encode()).hexdigest()[:32]
    return Rendition(version, image, plan, tag)


@contextmanager
def opened(context: Context, image: ShownImage) -> Iterator[Pyramid]:
    """The stored pyramid. Raises ``Unavailable`` where it is lost or damaged, which its keeper must mend."""
    try:
        yield context.pyramids.open(image.pyramid_key, width=image.width, height=image.height)
    except (InvalidSource, NotFound) as error:
        raise Unavailable(
            f'image "{image.identifier}" is damaged in the store: its keeper must make it again',
            retry_after=3600,
        ) from error


def _parts(version: int) -> tuple[ModuleType, ModuleType]:
    """What writes ``info.json`` and what reads a request, in a version of the API."""
    versions = {2: (v2, v2), 3: (info, request)}
    if version not in versions:
        raise NotFound(f"image API version {version} is not offered: use 3 or 2")
    return versions[version]


def _bytes(context: Context, asked: Rendition) -> bytes:
    """Stored tiles go their own way; whatever is drawn waits for its turn."""
    plan, quality = asked.plan, context.settings.jpeg_quality
    with opened(context, asked.image) as pyramid:
        if tile := render.stored(plan, pyramid):
            return tile
        cost = render.cost(plan, pyramid.image)
        return context.renditions.get(asked.tag, cost, lambda: render.render(plan, pyramid, quality=quality))


def _info_type(version: int) -> str:
    # 2.1 gives JSON-LD only to those who ask for it by name (Image 2.1 §5).
    named = {wish.partition(";")[0].strip().lower() for wish in flask.request.accept_mimetypes.values()}
    if version == 2 and http.LINKED_JSON not in named:
        return http.PLAIN_JSON
    return http.json_media_type(_CONTEXT.format(version=version))
