"""Services of the time of 2.1, in the form that 3.0 has for them: ``@id``, ``@type``, ``profile``.

Spec: Presentation 3.0 §3.3, service.
"""

import re

from iiif.presentation.upgrade.values import Json, many, objects, types, uri

_KINDS = (
    (re.compile(r"iiif\.io/api/image/2|image-api/2"), "ImageService2"),
    (re.compile(r"image-api/1|iiif\.io/api/image/1|image-api/compliance"), "ImageService1"),
    (re.compile(r"api/search/\d(?:\.\d)?/autocomplete"), "AutoCompleteService1"),
    (re.compile(r"api/search/[01]"), "SearchService1"),
    (re.compile(r"api/auth/[01](?:\.\d)?/token"), "AuthTokenService1"),
    (re.compile(r"api/auth/[01](?:\.\d)?/logout"), "AuthLogoutService1"),
    (re.compile(r"api/auth/[01]"), "AuthCookieService1"),
)
_REWRITTEN = {"@context", "@id", "@type", "id", "type", "profile", "service"}


def with_services(resource: Json, path: str) -> Json:
    """The property ``service`` of a resource, ``{}`` where it has none that can be named."""
    drawn = [block for where, one in objects(resource, "service", path) if (block := _service(one, where))]
    return {"service": drawn} if drawn else {}


def image_service(drawn: Json) -> tuple[str, str] | None:
    """Id and type of the first image service of an upgraded resource."""
    for service in drawn.get("service", []):
        if service["@type"].startswith("ImageService"):
            return service["@id"], service["@type"]
    return None


def _service(service: Json, path: str) -> Json | None:
    id_ = uri(service, path)
    if id_ is None:
        return None
    profiles = [one for one in many(service.get("profile")) if isinstance(one, str)]
    contexts = [one for one in many(service.get("@context")) if isinstance(one, str)]
    kind = next((kind for told in (*profiles, *contexts) for sign, kind in _KINDS if sign.search(told)), None)
    drawn: Json = {"@id": id_, "@type": kind or next(iter(sorted(types(service))), "Service")}
    if profiles:
        drawn["profile"] = profiles[0]
    drawn |= {key: value for key, value in service.items() if key not in _REWRITTEN}
    return drawn | with_services(service, path)
