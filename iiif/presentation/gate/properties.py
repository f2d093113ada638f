"""The rules of properties, whatever resource has them. Spec: Presentation 3.0 §3 and §4."""

import calendar
import re
from collections.abc import Iterator

from iiif import language
from iiif.presentation import markup, rights
from iiif.presentation.gate import places
from iiif.presentation.gate.paths import TYPES, Json, Rule, at

LINKS = (
    "provider", "thumbnail", "homepage", "logo", "rendering", "seeAlso", "partOf",
    "items", "structures", "annotations",
)  # fmt: skip
"""The properties that hold an array of resources."""

_LABELLED = ("provider", "homepage", "rendering")

# XSD's dateTime: years before ours begin with a minus, those after 9999 have more digits.
_DATE_TIME = re.compile(
    r"-?(?:[1-9]\d{4,8}|\d{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])"
    r"T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00)(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)",
    re.ASCII,
)
_ELEMENT = re.compile(r"<(\w+)\b[^<>]*>.*</\1\s*>|<\w+\b[^<>]*/>", re.DOTALL)

_ARRAY = "must be an array: put the value in [ ]"
_DIRECTIONS = ("left-to-right", "right-to-left", "top-to-bottom", "bottom-to-top")
_ORDERED = frozenset({"Collection", "Manifest", "Range"})
_ADVANCING = _ORDERED | {"Canvas"}
_BEHAVIOR_OF = {
    "auto-advance": _ADVANCING, "no-auto-advance": _ADVANCING,
    "repeat": {"Collection", "Manifest"}, "no-repeat": {"Collection", "Manifest"},
    "unordered": _ORDERED, "individuals": _ORDERED, "continuous": _ORDERED, "paged": _ORDERED,
    "facing-pages": {"Canvas"}, "non-paged": {"Canvas"},
    "multi-part": {"Collection"}, "together": {"Collection"},
    "sequence": {"Range"}, "thumbnail-nav": {"Range"}, "no-nav": {"Range"},
    "hidden": {"AnnotationCollection", "AnnotationPage", "Annotation", "SpecificResource", "Choice"},
}  # fmt: skip
_DISJOINT = (
    {"auto-advance", "no-auto-advance"},
    {"repeat", "no-repeat"},
    {"unordered", "individuals", "continuous", "paged"},
    {"paged", "facing-pages", "non-paged"},
    {"multi-part", "together"},
    {"sequence", "thumbnail-nav", "no-nav"},
)


def faults(resource: Json, path: str) -> Iterator[str]:
    """The faults of each property that ``resource`` has."""
    for key in resource:
        if rule := _RULES.get(key):
            yield from rule(resource, path)


def _context(resource: Json, path: str) -> Iterator[str]:
    if path and resource.get("type") in TYPES:
        yield f"{at(path, '@context')}: stands at the top of the document only: remove it here"


def _services(key: str) -> Rule:
    def rule(resource: Json, path: str) -> Iterator[str]:
        services = resource[key]
        if not isinstance(services, list):
            yield f"{at(path, key)}: {_ARRAY}"
            return
        for place, service in enumerate(services):
            # What a service says beyond its name and type follows its own specification.
            if not isinstance(service, dict):
                yield f"{at(path, key, place)}: must be an object with id and type"
            elif "id" not in service and "@id" not in service:
                yield f"{at(path, key, place, 'id')}: is missing: add it"
            elif "type" not in service and "@type" not in service:
                yield f"{at(path, key, place, 'type')}: is missing: add it, such as ImageService3"

    return rule


def _links(key: str) -> Rule:
    def rule(resource: Json, path: str) -> Iterator[str]:
        value = resource[key]
        if not isinstance(value, list):
            yield f"{at(path, key)}: {_ARRAY}"
            return
        for place, link in enumerate(value):
            where = at(path, key, place)
            if not isinstance(link, dict):
                yield f"{where}: must be an object with id and type"
            # A part of a canvas, a choice or a text needs no id of its own.
            elif "id" not in link and (key != "items" or link.get("type") in TYPES):
                yield f"{at(where, 'id')}: is missing: add it"
            elif key in _LABELLED and "label" not in link:
                yield f'{at(where, "label")}: is missing: add it, such as {{"en": ["Title"]}}'

    return rule


def _label(resource: Json, path: str) -> Iterator[str]:
    yield from _text(resource["label"], path, "label", html=False)


def _summary(resource: Json, path: str) -> Iterator[str]:
    yield from _text(resource["summary"], path, "summary", html=True)


def _metadata(resource: Json, path: str) -> Iterator[str]:
    pairs = resource["metadata"]
    if not isinstance(pairs, list):
        yield f"{at(path, 'metadata')}: {_ARRAY}"
        return
    for place, pair in enumerate(pairs):
        yield from _pair(pair, at(path, "metadata", place))


def _required_statement(resource: Json, path: str) -> Iterator[str]:
    yield from _pair(resource["requiredStatement"], at(path, "requiredStatement"))


def _pair(pair: object, path: str) -> Iterator[str]:
    if not isinstance(pair, dict):
        yield f"{path}: must be one object with label and value"
        return
    for key in ("label", "value"):
        if key in pair:
            yield from _text(pair[key], path, key, html=key == "value")
        else:
            yield f"{at(path, key)}: is missing: add it"


def _text(text: object, *path: str, html: bool) -> Iterator[str]:
    """The faults of a language map. Spec: Presentation 3.0 §4.4 and §4.5."""
    # Texts are most of a document: their paths are written out only where there is a fault.
    if not isinstance(text, dict) or not text:
        yield f'{at(*path)}: must be an object of at least one language, such as {{"en": ["Title"]}}'
        return
    for tag, values in text.items():
        if not language.is_tag(tag):
            yield f'{at(*path)}: "{tag}" is no language: use a BCP 47 tag such as zh-Hant, or none'
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            yield f"{at(*path, tag)}: must be an array of strings"
            continue
        for place, value in enumerate(values):
            if markup.looks_like_html(value) and (fault := _markup_fault(value, html=html)):
                yield f"{at(*path, tag, place)}: {fault}"


def _markup_fault(value: str, *, html: bool) -> str | None:
    if not html:
        return "HTML is not allowed here: write plain text" if _ELEMENT.fullmatch(value) else None
    if markup.is_html(value):
        return None
    return "must be well-formed HTML in one element; plain text must end in a blank"


def _rights(resource: Json, path: str) -> Iterator[str]:
    uri, where = resource["rights"], at(path, "rights")
    if not isinstance(uri, str):
        yield f"{where}: must be one string, the http URI of a licence or rights statement"
    elif not rights.is_canonical(uri):
        try:
            yield f'{where}: must be written "{rights.rights_uri(uri)}"'
        except ValueError as error:
            yield f"{where}: {error}"


def _behavior(resource: Json, path: str) -> Iterator[str]:
    where, type_, values = at(path, "behavior"), resource.get("type"), resource["behavior"]
    if not isinstance(values, list):
        yield f"{where}: {_ARRAY}"
        return
    names = list(dict.fromkeys(value for value in values if isinstance(value, str)))
    for name in names:
        if name in _BEHAVIOR_OF and type_ not in _BEHAVIOR_OF[name]:
            yield f"{where}: {name} has no meaning on a {type_}: remove it"
    for group in _DISJOINT:
        if len(both := [name for name in names if name in group]) > 1:
            yield f"{where}: {' and '.join(both)} exclude each other: keep one"


def _viewing_direction(resource: Json, path: str) -> Iterator[str]:
    if resource["viewingDirection"] not in _DIRECTIONS:
        yield f"{at(path, 'viewingDirection')}: must be one of {', '.join(_DIRECTIONS)}"


def _nav_date(resource: Json, path: str) -> Iterator[str]:
    date = resource["navDate"]
    match = _DATE_TIME.fullmatch(date) if isinstance(date, str) else None
    if match is None:
        yield f"{at(path, 'navDate')}: must be a date with time and timezone, such as 1856-01-01T00:00:00Z"
    elif int(match["day"]) > calendar.monthrange(2000, int(match["month"]))[1]:
        yield f"{at(path, 'navDate')}: has no such day in its month"


def _language(resource: Json, path: str) -> Iterator[str]:
    # Web Annotation allows a lone string, which only the links of Presentation don't.
    given = resource["language"]
    for tag in given if isinstance(given, list) else [given]:
        if not isinstance(tag, str) or not language.is_tag(tag):
            yield f"{at(path, 'language')}: must be BCP 47 tags such as zh-Hant, in an array"


def _string(key: str, remedy: str) -> Rule:
    def rule(resource: Json, path: str) -> Iterator[str]:
        if not isinstance(resource[key], str):
            yield f"{at(path, key)}: must be one string, such as {remedy}"

    return rule


def _reference(key: str, *types: str) -> Rule:
    def rule(resource: Json, path: str) -> Iterator[str]:
        one = resource[key]
        if not isinstance(one, dict) or one.get("type") not in types:
            yield f"{at(path, key)}: must be one object with id, its type {' or '.join(types)}"
        elif not isinstance(one.get("id"), str):
            yield f"{at(path, key, 'id')}: is missing: add it"

    return rule


def _above_zero(key: str) -> Rule:
    types, kind = ((int, float), "number of seconds") if key == "duration" else ((int,), "whole number")

    def rule(resource: Json, path: str) -> Iterator[str]:
        value = resource[key]
        # JSON's true is an int to Python.
        if isinstance(value, bool) or not isinstance(value, types) or not value > 0:
            yield f"{at(path, key)}: must be a {kind} above 0"

    return rule


def _substitute(key: str) -> Rule:
    is_canvas = _reference(key, "Canvas")

    def rule(resource: Json, path: str) -> Iterator[str]:
        yield from is_canvas(resource, path)
        canvas = resource[key]
        for nested in ("placeholderCanvas", "accompanyingCanvas"):
            if isinstance(canvas, dict) and nested in canvas:
                yield f"{at(path, key, nested)}: a {key} must not have one of its own: remove it"

    return rule


_RULES: dict[str, Rule] = {
    "@context": _context,
    **{key: _links(key) for key in LINKS},
    "service": _services("service"),
    "services": _services("services"),
    "label": _label,
    "summary": _summary,
    "metadata": _metadata,
    "requiredStatement": _required_statement,
    "rights": _rights,
    "behavior": _behavior,
    "viewingDirection": _viewing_direction,
    "navDate": _nav_date,
    "navPlace": places.faults,
    "language": _language,
    "timeMode": _string("timeMode", "trim, scale or loop"),
    "textGranularity": _string("textGranularity", "line or word"),
    "start": _reference("start", "Canvas", "SpecificResource"),
    "supplementary": _reference("supplementary", "AnnotationCollection"),
    **{key: _above_zero(key) for key in ("width", "height", "duration")},
    **{key: _substitute(key) for key in ("placeholderCanvas", "accompanyingCanvas")},
}
