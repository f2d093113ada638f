"""Annotations that other programs send, in the W3C's form or in Presentation's: judged, and brought to ours.

Source: Web Annotation Data Model; Spec: Presentation 3.0 §5.6.
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from iiif.errors import InvalidDocument
from iiif.presentation import document, gate, parsing
from iiif.presentation.gate.paths import at, is_web_uri

WEB_CONTEXT = "http://www.w3.org/ns/anno.jsonld"

Json = dict[str, Any]  # Any: values of JSON.

_CONTEXTS = {WEB_CONTEXT, "https://www.w3.org/ns/anno.jsonld", document.CONTEXT}
_OPEN_ANNOTATION = {"@id", "@type", "on", "resource", "hasBody", "hasTarget"}
_TIMES = ("created", "modified")
_TEXTS = frozenset({"value", "name", "nickname"})
_RUN = re.compile(r"[\x00-\x20]*(?:javascript|vbscript|data)\s*:", re.IGNORECASE)
_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = frozenset(
    {
        "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc",
        "metadata", "defs",
    }
)  # fmt: skip


def check(given: Json, base: str) -> None:
    """Let an annotation pass that may be published. Raises ``InvalidDocument`` with what is wrong where.

    ``base`` is our own public address.
    """
    if faults := list(_foreign(given)):
        raise InvalidDocument(faults)
    plain = _plain(given)
    if faults := list(_unfit(plain)):
        raise InvalidDocument(faults)
    contexts = [*plain.get("@context", ()), document.CONTEXT]
    gate.check({**plain, "@context": contexts, "id": f"{base}/iiif/annotation/new"})


def annotation(given: Json, base: str) -> parsing.Annotation:
    """An annotation that was let pass, as it is kept: its references to us are paths."""
    taken = parsing.annotation(_plain(given), "")
    kept = document.stored({"body": taken.body, "target": taken.target}, {}, base)
    return dataclasses.replace(taken, properties=document.stored(taken.properties, {}, base), **kept)


def targets(value: object) -> Iterator[str | None]:
    """What each target is, or is a part of; ``None`` for one that can't be told."""
    if isinstance(value, list):
        for one in value:
            yield from targets(one)
    elif isinstance(value, dict):
        source = value.get("source", value.get("id"))
        yield from targets(source.get("id") if isinstance(source, dict) else source)
    else:
        yield value.partition("#")[0] if isinstance(value, str) else None


def _foreign(given: Json) -> Iterator[str]:
    if _OPEN_ANNOTATION & given.keys() and "target" not in given:
        yield (
            "type: this is an Open Annotation, as Presentation 2.1 has it: send a W3C annotation, with type, "
            "body and target"
        )
    elif given.get("type") != "Annotation":
        yield "type: must be Annotation: send annotations one at a time"
    if "body" in given and "bodyValue" in given:
        yield "bodyValue: stands beside body: keep one of the two"
    for name in ("id", "bodyValue"):
        if not isinstance(given.get(name, ""), str):
            yield f"{name}: must be a string"
    for context in _listed(given.get("@context", [])):
        if not is_web_uri(context):
            yield f'@context: must be "{WEB_CONTEXT}", and may name further contexts by their URIs'


def _plain(given: Json) -> Json:
    """What says the same in the form that Presentation has of the two or three that the W3C allows."""
    plain = dict(given)
    extensions = [one for one in _listed(plain.pop("@context", [])) if one not in _CONTEXTS]
    if extensions:
        plain["@context"] = extensions
    if "bodyValue" in plain:
        plain["body"] = {"type": "TextualBody", "value": plain.pop("bodyValue"), "format": "text/plain"}
    for name, form in (("body", _body), ("target", _target)):
        if name in plain:
            value = plain[name]
            plain[name] = [form(one) for one in value] if isinstance(value, list) else form(value)
    return plain


def _body(value: Any) -> Any:  # Any: values of JSON, here and below.
    if isinstance(value, str):
        return {"type": "SpecificResource", "source": value}
    if isinstance(value, dict) and "type" not in value:
        for name, type_ in (("value", "TextualBody"), ("source", "SpecificResource")):
            if name in value:
                return {"type": type_, **value}
    return value


def _target(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "source" in value:
        return {"type": "SpecificResource", **value}
    return value["id"] if "id" in value and "selector" not in value else value


def _unfit(plain: Json) -> Iterator[str]:
    motivation = plain.get("motivation")
    if motivation == "painting" or (isinstance(motivation, list) and "painting" in motivation):
        yield "motivation: painting is what a canvas shows: change the canvas instead"
    for name in _TIMES:
        if name in plain and not _is_time(plain[name]):
            yield f"{name}: must be a date with time and timezone, such as 2026-01-31T12:00:00Z"
    for path, key, value in _values(plain, "", ""):
        if isinstance(value, str) and key not in _TEXTS and _RUN.match(value):
            yield f"{path}: must be an http or https URI"
        elif isinstance(value, dict) and value.get("type") == "SvgSelector" and (fault := _svg_fault(value)):
            yield f"{at(path, 'value')}: {fault}"
        elif key == "asset":
            yield f"{path}: is not known in an annotation: name a file by its address, as id"


def _values(value: Any, path: str, key: str) -> Iterator[tuple[str, str, Any]]:
    """Every value with its path, and the name of the property that it stands in."""
    yield path, key, value
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _values(one, at(path, name), name)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _values(one, at(path, place), key)


def _svg_fault(selector: Json) -> str | None:
    text = selector.get("value", "<svg/>")
    try:
        root = fromstring(text, forbid_dtd=True) if isinstance(text, str) else None
    except (ParseError, DefusedXmlException):
        root = None
    if root is None:
        return "must be well-formed SVG"
    for element in root.iter():
        name = str(element.tag).removeprefix(_SVG)
        if name not in _SHAPES:
            return f'must draw shapes and nothing else: remove the element "{name[:40]}"'
        for attribute in element.attrib:
            plain = attribute.rpartition("}")[2].lower()
            if plain.startswith("on") or plain == "href":
                return f'must draw shapes and nothing else: remove the attribute "{plain[:40]}"'
    return None


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and dt.datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
