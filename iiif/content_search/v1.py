"""What Content Search 1.0 says otherwise than 2.0. Spec: Content Search 1.0."""

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any

from iiif.presentation.document import Resource
from iiif.presentation.v2 import content
from iiif.presentation.v2 import text as texts
from iiif.presentation.v2.addresses import Addresses
from iiif.uris import Uris, asking

if TYPE_CHECKING:
    from iiif.content_search import Completions, Found, Match

_CONTEXT = "http://iiif.io/api/search/1/context.json"
_CONTEXTS = ["http://iiif.io/api/presentation/2/context.json", _CONTEXT]

VERSION = 1


def results(found: "Found", uris: Uris) -> Resource:
    """The list of annotations, with its hits. Spec: Content Search 1.0 §3.3, §3.4."""
    addresses = Addresses(uris, pinned=False)
    layer: Resource = {"@type": "sc:Layer"}
    if found.total is not None:
        layer["total"] = found.total
    layer |= {"first": found.address(1), "last": found.address(found.pages)}
    if found.ignored:
        layer["ignored"] = list(found.ignored)
    drawn: Resource = {
        "@context": _CONTEXTS,
        "@id": found.address(found.number),
        "@type": "sc:AnnotationList",
        "within": layer,
    }
    if found.number < found.pages:
        drawn["next"] = found.address(found.number + 1)
    if found.number > 1:
        drawn["prev"] = found.address(found.number - 1)
    else:
        drawn["startIndex"] = 0
    drawn["resources"] = [_annotation(one, addresses) for one in found.items]
    return drawn | {"hits": list(_hits(found.matches))}


def terms(found: "Completions", kind: str, identifier: str, uris: Uris) -> Resource:
    """The list of terms, each with the search for it. Spec: Content Search 1.0 §4.3."""
    search = uris.content_search(kind, identifier, VERSION)
    drawn: Resource = {"@context": _CONTEXT, "@id": found.address, "@type": "search:TermList"}
    if found.ignored:
        drawn["ignored"] = list(found.ignored)
    asked = [asking(search, [("q", term), *found.filters]) for term in found.terms]
    return drawn | {
        "terms": [{"match": term, "url": url} for term, url in zip(found.terms, asked, strict=True)]
    }


def _annotation(item: Any, addresses: Addresses) -> Resource:  # Any: values of JSON.
    target = item["target"]
    drawn: Resource = content.annotation(item, addresses)
    if isinstance(target, dict) and "partOf" in target:
        held = target["partOf"]
        within = {"@id": held["id"], "@type": "sc:Manifest", "label": texts.label(held)}
        drawn["on"] = {"@id": drawn["on"], "within": within}
    return drawn


def _hits(matches: Iterable["Match"]) -> Iterable[Resource]:
    """Of what is the match itself a hit each; of what has it somewhere, a hit for all that it has."""
    for (source, is_whole), several in groupby(
        matches, lambda match: ("" if match.is_whole else match.quotes[0].source, match.is_whole)
    ):
        if not is_whole:
            selectors = [_selector(match) for match in several]
            yield {"@type": "search:Hit", "annotations": [source], "selectors": selectors}
            continue
        for match in several:
            yield {
                "@type": "search:Hit",
                "annotations": [quote.source for quote in match.quotes],
                "match": match.text,
                "before": match.quotes[0].prefix,
                "after": match.quotes[-1].suffix,
            }


def _selector(match: "Match") -> Resource:
    quote = match.quotes[0]
    return {
        "@type": "oa:TextQuoteSelector",
        "exact": quote.exact,
        "prefix": quote.prefix,
        "suffix": quote.suffix,
    }
