"""Values of 2.0 and 2.1 in all the forms that people write them, read into those of 3.0.

What is in a form that nobody reads raises ``InvalidDocument`` with its path and the remedy.
"""

import html
import math
import re
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

from iiif import language
from iiif.errors import InvalidDocument
from iiif.language import NONE, LanguageMap
from iiif.presentation import markup
from iiif.presentation.gate.paths import at, is_web_uri

Json: TypeAlias = dict[str, Any]  # A document that someone gave: anything may stand anywhere.

_ELEMENT = re.compile(r"</?(?:a|b|br|div|em|h\d|i|p|small|span|strong|sub|sup|u)\b[^<>]*>", re.IGNORECASE)
_FORMAT = re.compile(r"[a-z]+/[\w.+-]+(?:;.*)?")


def many(value: Any) -> list[Any]:
    """``value`` as a list: one alone in one, nothing as none."""
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def an_object(value: Any, path: str) -> Json:
    """``value``, which must be an object."""
    if not isinstance(value, dict):
        raise InvalidDocument([f"{path}: must be an object with @id and @type"])
    return value


def objects(resource: Json, key: str, path: str) -> list[tuple[str, Json]]:
    """The objects in a property, one or several, with their paths."""
    where = at(path, key)
    return [
        (at(where, place), an_object(one, at(where, place)))
        for place, one in enumerate(many(resource.get(key)))
    ]


def uri(resource: Any, path: str) -> str | None:
    """The URI that names a resource, a string or an object's ``@id``; ``None`` without one.

    Characters that no URI has are encoded, as browsers do it.
    """
    if isinstance(resource, dict):
        path = at(path, "@id")
        resource = resource.get("@id", resource.get("id"))
    if resource is None:
        return None
    if not isinstance(resource, str):
        raise InvalidDocument([f"{path}: must be a string, the URI of the resource"])
    written = resource.strip()
    encoded = (
        written if is_web_uri(written) else quote(written, safe="%/:=&?~#+!$,;'@()*[]", errors="replace")
    )
    return encoded if is_web_uri(encoded) else None


def named(resource: Json, path: str) -> str:
    """The ``@id`` of a document, which it must have."""
    found = uri(resource, path)
    if found is None:
        raise InvalidDocument([f"{at(path, '@id')}: must be the http or https URI of the resource: add it"])
    return found


def types(resource: Any) -> set[str]:
    """The names in ``@type``, without their prefixes."""
    found = many(resource.get("@type", resource.get("type")) if isinstance(resource, dict) else None)
    return {re.split(r"[:/#]", name)[-1] for name in found if isinstance(name, str)}


def ending(uri_: str) -> str:
    """The last segment of a URI, its host where it has no path: a name for what has none."""
    return uri_.partition("#")[0].rstrip("/").rpartition("/")[2] or uri_


def site(uri_: str) -> tuple[str, str]:
    """The first page of the site of a URI, and the site's name."""
    parts = urlsplit(uri_)
    return f"{parts.scheme}://{parts.netloc}/", parts.netloc


def plain_text(value: Any, path: str) -> LanguageMap:
    """Text that may hold no HTML: its elements are taken out."""
    return {tag: [_plain(one) for one in said] for tag, said in _text(value, path).items()}


def rich_text(value: Any, path: str) -> LanguageMap:
    """Text that may hold HTML, without what could harm a reader; what only looks like it is told apart."""
    return markup.safe(_text(value, path))


def pixels(value: Any) -> int | None:
    """A side in whole pixels, ``None`` for what is no number above 0."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}(?:\.\d+)?", value.strip(), re.ASCII):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return round(value) if round(value) > 0 else None


def media_type(resource: Json) -> str | None:
    """The ``format``, where it is a media type."""
    format_ = resource.get("format")
    return format_ if isinstance(format_, str) and _FORMAT.fullmatch(format_) else None


def _text(value: Any, path: str) -> LanguageMap:
    return language.merge([_said(one, path) for one in many(value)])


def _said(value: Any, path: str) -> LanguageMap:
    if isinstance(value, dict) and "@value" in value:
        tag = value.get("@language")
        # Locales are written "en_GB", and every language tag has a hyphen there.
        tag = tag.strip().replace("_", "-") if isinstance(tag, str) else NONE
        said = [text for one in many(value["@value"]) for text in _strings(one, path)]
        return {tag if language.is_tag(tag) else NONE: said}
    return {NONE: _strings(value, path)}


def _strings(value: Any, path: str) -> list[str]:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InvalidDocument(
            [f'{path}: must be text, such as "Title" or {{"@value": "Title", "@language": "en"}}']
        )
    return [str(value)]


def _plain(value: str) -> str:
    stripped = _ELEMENT.sub("", value)
    plain = value if stripped == value else " ".join(html.unescape(stripped).split())
    # The blank tells plain text in angle brackets apart from HTML.
    return f"{plain} " if markup.looks_like_html(plain) else plain
