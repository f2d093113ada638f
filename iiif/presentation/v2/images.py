"""Images and the services behind them. Spec: Presentation 2.1 §5.4."""

from typing import Any

from iiif.presentation.v2 import text
from iiif.presentation.v2.addresses import VERSION, Addresses, Json, listed

_CONTEXT = "http://iiif.io/api/image/2/context.json"
_CONTEXTS = {
    "ImageService2": _CONTEXT,
    "ImageService1": "http://library.stanford.edu/iiif/image-api/1.1/context.json",
}
_OTHER_CONTEXTS = {
    "SearchService1": "http://iiif.io/api/search/1/context.json",
    "AutoCompleteService1": "http://iiif.io/api/search/1/context.json",
    "AuthCookieService1": "http://iiif.io/api/auth/1/context.json",
    "AuthTokenService1": "http://iiif.io/api/auth/1/context.json",
    "AuthLogoutService1": "http://iiif.io/api/auth/1/context.json",
}
"""What 3.0 tells by the type; 2.1 demands the context where a service says more than its profile."""
_PROFILES = {
    "ImageService2": "http://iiif.io/api/image/2/{}.json",
    "ImageService1": "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#{}",
}
_REWRITTEN = {"@context", "@id", "@type", "id", "type", "profile", "service"}


def image(resource: Json, addresses: Addresses, whole: tuple[int, int] | None = None) -> Json:
    """An image, the archive's own by the address in Image API 2.1; ``whole`` is the full size, if known."""
    size = resource.get("width"), resource.get("height")
    drawn: Json = {
        "@id": _rendition(resource["id"], addresses, is_whole=size == whole),
        "@type": "dctypes:Image",
    }
    if resource.get("label"):
        drawn["label"] = text.values(resource["label"])
    drawn |= {key: resource[key] for key in ("format", "width", "height") if key in resource}
    return drawn | with_services(resource, addresses)


def with_services(resource: Json, addresses: Addresses) -> Json:
    """The property ``service`` of a resource, ``{}`` where none of its services has a form before 3.0."""
    drawn = [
        block
        for one in listed(resource.get("service"))
        if isinstance(one, dict) and (block := _service(one, addresses))
    ]
    if not drawn:
        return {}
    return {"service": drawn[0] if len(drawn) == 1 else drawn}


def _rendition(uri: str, addresses: Addresses, *, is_whole: bool) -> str:
    ours = addresses.uris.image_in_version(uri, VERSION)
    if ours is None:
        return uri
    # "full" is refused beyond the limits, which "max" keeps; 2.1 has both.
    return ours.replace("/full/max/", "/full/full/") if is_whole else ours


def _service(service: Json, addresses: Addresses) -> Json | None:
    id_, type_ = service.get("@id", service.get("id")), service.get("@type", service.get("type"))
    if not isinstance(type_, str):
        type_ = ""  # The gate does not read services: in theirs it may be anything.
    if type_ == "ImageService3":
        ours = addresses.uris.image_in_version(str(id_), VERSION)
        block: Json = {
            "@context": _CONTEXT,
            "@id": ours,
            "profile": _PROFILES["ImageService2"].format("level2"),
        }
        return block | with_services(service, addresses) if ours else None
    if type_ in _CONTEXTS:
        block = {"@context": _CONTEXTS[type_], "@id": id_, "profile": _profile(type_, service.get("profile"))}
        block |= {key: value for key, value in service.items() if key not in _REWRITTEN}
        return block | with_services(service, addresses)
    # Services with "id" came with 3.0 (Content Search 2, Authorization Flow 2): clients of 2.1 know none.
    if "@id" not in service:
        return None
    context = {"@context": _OTHER_CONTEXTS[type_]} if type_ in _OTHER_CONTEXTS else {}
    said = {key: value for key, value in service.items() if key != "service"}
    return context | said | with_services(service, addresses)


def _profile(type_: str, profile: Any) -> Any:  # A level, a URI, or a list of URIs and objects.
    if isinstance(profile, str) and profile.startswith("level"):
        return _PROFILES[type_].format(profile)
    return profile
