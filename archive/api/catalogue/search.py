"""The search over all records, and what a query that is begun may become."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from archive import http
from archive.api import guard
from archive.api.catalogue import replies
from archive.api.catalogue.binding import Operation, operation
from archive.api.catalogue.schemas import RecordSchema
from archive.api.catalogue.search_schemas import (
    CompletionsQuery,
    CompletionsSchema,
    SearchQuery,
    SearchSchema,
)
from archive.services import facets, finding, reading
from archive.services.finding import Excerpt, Found, Wanted
from archive.services.views import RecordView
from iiif import language
from iiif.language import LanguageMap
from iiif.presentation import collection, markup

blueprint = Blueprint("search", __name__, url_prefix="/api/search")

_Json = dict[str, Any]  # Any: values of JSON.


@operation(blueprint, "", Operation("GET", query=SearchQuery(), gives=SearchSchema()))
def find_records(session: Session, query: _Json) -> Response:
    """Find records in any language, with facets."""
    asked = wanted(query)
    found = http.context().finder.find(
        session,
        asked,
        guard.reader(),
        limit=query["limit"],
        cursor=query["cursor"],
        facets=query["facets"],
    )
    shown = [*found.records, *found.others]
    reading.with_collections(session, shown)
    excerpts = finding.excerpts(shown, found.query, asked.languages)
    answer = _answer(found, excerpts, asked.languages) | {"facets": _facets(session, found, asked.languages)}
    return _varying(replies.linked(replies.document(answer), answer))


@operation(blueprint, "/completions", Operation("GET", query=CompletionsQuery(), gives=CompletionsSchema()))
def complete_query(session: Session, query: _Json) -> Response:
    """Complete a query that is begun."""
    words, records = http.context().finder.complete(session, query["q"], guard.reader())
    told = [
        {**_said(collection.label(one), _languages(), "title"), "identifier": one.identifier}
        for one in records
    ]
    return _varying(replies.document({"words": words, "records": told}))


def wanted(query: Mapping[str, Any]) -> Wanted:  # Any: each has its own type.
    """What a request's parameters seek, as ``SearchQuery`` has read them."""
    chosen = {name: tuple(query[name]) for name in facets.SHOWN if name != "collection" and query[name]}
    return Wanted(
        query["q"], _languages(), query["collection"], chosen, query["from_"], query["to"], query["sort"]
    )


def _languages() -> tuple[str, ...]:
    return tuple(tag for tag in request.accept_languages.values() if tag != "*")


def _varying(answer: Response) -> Response:
    answer.vary.add("Accept-Language")
    return answer


def _answer(found: Found, excerpts: Mapping[str, Excerpt], languages: tuple[str, ...]) -> _Json:
    answer: _Json = {
        "total": found.total,
        "hits": [_hit(record, excerpts, languages) for record in found.records],
        "relaxed": found.is_relaxed,
    }
    if found.others:
        answer["others"] = [_hit(record, excerpts, languages) for record in found.others]
    if found.suggestion:
        answer["suggestion"] = found.suggestion
    if found.cursor:
        answer["next"] = replies.next_page(found.cursor)
    return answer


def _hit(record: RecordView, excerpts: Mapping[str, Excerpt], languages: tuple[str, ...]) -> _Json:
    told: _Json = _said(collection.label(record), languages, "title")
    told["record"] = RecordSchema(exclude=("images",)).dump(record)
    excerpt = excerpts.get(record.identifier)
    return told | ({"excerpt": _excerpt(excerpt)} if excerpt else {})


def _excerpt(excerpt: Excerpt) -> _Json:
    parts = [{"text": text, "match": bool(n % 2)} for n, text in enumerate(excerpt.passage.parts) if text]
    return {"field": excerpt.name, "language": excerpt.language, "parts": parts}


def _facets(session: Session, found: Found, languages: tuple[str, ...]) -> _Json:
    shown = facets.choices(session, found.facets, languages)
    return {
        name: [
            {"value": one.value, "count": one.count, **_said(one.label, languages, "label")} for one in values
        ]
        for name, values in shown.items()
    }


def _said(text: LanguageMap, languages: tuple[str, ...], name: str) -> _Json:
    """Human text in the language that the reader knows best, on one line, and which language that is."""
    tag = language.pick_tag(text, languages) or language.NONE
    return {name: " · ".join(map(markup.plain, text.get(tag, []))), "language": tag}
