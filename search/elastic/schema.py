"""The fields of an index in Elasticsearch, and documents and queries in them."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from search import order, terms
from search.engine import FILLER, Clause, Document, Layout, Phrase, Prefix, Query, Range, Term

Json = dict[str, Any]  # Any: values of JSON.

TIE = "tie"
CURSOR = "cursor"
"""The id of the document that holds the cursor, and its only field: without terms, it changes no weight."""

_MAPPING = Path(__file__).with_name("mapping.json")
_PUNCTUATION = re.compile(r"([^\w\s]|_)", re.ASCII)


def mapping(layout: Layout) -> Json:
    """Settings and fields of an index of that layout."""
    made: Json = json.loads(_MAPPING.read_text(encoding="utf-8"))
    properties = made["mappings"]["properties"]
    properties |= {facet(name): {"type": "keyword"} for name in layout.facets}
    properties |= {number(name): {"type": "long"} for name in layout.numbers}
    made["mappings"]["_meta"] = {"layout": asdict(layout)}
    return made


def digest(layout: Layout) -> str:
    """What tells indexes of this layout, and of this mapping, from others."""
    return hashlib.sha256(json.dumps(mapping(layout)).encode()).hexdigest()[:8]


def id_of(identifier: str) -> str:
    """The id of a document: never that of the cursor."""
    return f"={identifier}"


def identifier_of(id_: str) -> str:
    """The identifier in an id."""
    return id_[1:]


def source(document: Document, layout: Layout) -> Json:
    """The document as Elasticsearch takes it."""
    terms.check(document, layout)
    texts = terms.texts(document)
    made: Json = {TIE: order.tie(document.identifier), **texts}
    for name in terms.POSITIONED:
        # Only what stands in columns can be counted, as suggestions are.
        made[listed(name)] = [term for term in dict.fromkeys(texts[name].split()) if term != FILLER]
    for name, values in document.facets.items():
        made[facet(name)] = [value for value in map(terms.value, values) if value]
    return made | {number(name): held for name, held in document.numbers.items()}


def made(query: Query, *filters: Json) -> Json:
    """The query, which must be a resolved one, of what passes all filters."""
    groups = [_any(map(_clause, group)) for group in query.groups]
    filters = (*filters, *_narrowed(query))
    if not groups:
        # The cursor's document has none.
        filters = (*filters, {"exists": {"field": TIE}})
    return {
        "bool": {
            "must": groups if query.match == "all" or not groups else [_any(groups)],
            "should": list(map(_clause, query.boosts)),
            "minimum_should_match": 0,
            "must_not": list(map(_clause, query.excluded)),
            "filter": list(filters),
        }
    }


def tied(tie: int) -> Json:
    """The document of that tie."""
    return {"term": {TIE: tie}}


def begun(field: str, prefix: str) -> Json:
    """What has a term that begins so."""
    return _clause(Prefix(field, prefix)) if prefix else {"exists": {"field": TIE}}


def pattern(prefix: str) -> str:
    """The regular expression of terms that begin so."""
    return _PUNCTUATION.sub(r"\\\1", prefix) + ".*"


def listed(field: str) -> str:
    """The field that lists a positioned one's terms."""
    return f"{field}_listed"


def facet(name: str) -> str:
    """The field of a facet."""
    return f"facet_{name}"


def number(name: str) -> str:
    """The field of a number."""
    return f"number_{name}"


def _narrowed(query: Query) -> list[Json]:
    facets = [{"terms": {facet(name): list(values)}} for name, values in query.facets.items()]
    either = [_any(map(_range, query.either))] if query.either else []
    return facets + either + [_range(range_) for range_ in query.ranges]


def _range(range_: Range) -> Json:
    ends = {"gte": range_.least, "lte": range_.most}
    given = {name: end for name, end in ends.items() if end is not None}
    field = number(range_.number)
    return {"range": {field: given}} if given else {"exists": {"field": field}}


def _any(clauses: Iterable[Json]) -> Json:
    listed = list(clauses)
    return {"bool": {"should": listed, "minimum_should_match": 1}} if listed else {"match_none": {}}


def _clause(clause: Clause) -> Json:
    if isinstance(clause, Term):
        return {"term": {clause.field: {"value": clause.term, "boost": clause.boost}}}
    if isinstance(clause, Prefix):
        return {"prefix": {clause.field: {"value": clause.prefix, "boost": clause.boost}}}
    return _phrase(clause)


def _phrase(clause: Phrase) -> Json:
    # It is split at blanks again, of which clean terms have none.
    return {"match_phrase": {clause.field: {"query": " ".join(clause.terms), "boost": clause.boost}}}
