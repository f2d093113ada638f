"""What a search in the text of a record or a collection finds.

Spec: Content Search 2.0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from iiif.presentation.document import Resource

CONTEXT = "http://iiif.io/api/search/2/context.json"
MEDIA_TYPE = f'application/ld+json;profile="{CONTEXT}"'


@dataclass(frozen=True, slots=True)
class Quote:
    """A part of a match in the item ``source``; the text before and after it, to the letter."""

    source: str
    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """One match: its ``text``, and its parts, several where it spans lines or pages.

    It ``is_whole`` where the items are nothing but the match, and the text around it stands outside of them.
    """

    text: str
    quotes: tuple[Quote, ...]
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found: whole annotations, and what matched in them.

    ``whole`` is the address of all, ``pages`` how many there are; ``total`` is told where it is known.
    """

    whole: str
    pages: int
    number: int
    items: Sequence[Resource]
    matches: Sequence[Match]
    total: int | None = None
    ignored: Sequence[str] = ()

    def address(self, number: int) -> str:
        """The address of a page: that of all, where it is the only one."""
        if self.pages == 1:
            return self.whole
        return f"{self.whole}{'&' if '?' in self.whole else '?'}page={number}"


@dataclass(frozen=True, slots=True)
class Completions:
    """Terms that begin as was asked; each, sought with the same ``filters``, finds something."""

    address: str
    terms: Sequence[str]
    filters: Sequence[tuple[str, str]] = ()
    ignored: Sequence[str] = ()


def results(found: Found) -> Resource:
    """The page of annotations. Spec: Content Search 2.0 §4.2, §4.3."""
    address = found.address(found.number)
    drawn: Resource = {"@context": CONTEXT, "id": address, "type": "AnnotationPage"}
    if found.ignored:
        drawn["ignored"] = list(found.ignored)
    if found.pages > 1:
        drawn |= _paging(found)
    drawn["items"] = list(found.items)
    if found.matches:
        further = [_about(f"{address}#match-{n}", match) for n, match in enumerate(found.matches, 1)]
        drawn["annotations"] = [{"type": "AnnotationPage", "items": further}]
    return drawn


def terms(found: Completions) -> Resource:
    """The page of terms. Spec: Content Search 2.0 §5.2."""
    drawn: Resource = {"@context": CONTEXT, "id": found.address, "type": "TermPage"}
    if found.ignored:
        drawn["ignored"] = list(found.ignored)
    return drawn | {"items": [{"value": term} for term in found.terms]}


def _paging(found: Found) -> Resource:
    collection: Resource = {
        "id": found.whole,
        "type": "AnnotationCollection",
        "first": _page(found.address(1)),
        "last": _page(found.address(found.pages)),
    }
    if found.total is not None:
        collection["total"] = found.total
    drawn: Resource = {"partOf": collection}
    if found.number < found.pages:
        drawn["next"] = _page(found.address(found.number + 1))
    if found.number > 1:
        drawn["prev"] = _page(found.address(found.number - 1))
    else:
        drawn["startIndex"] = 0
    return drawn


def _page(address: str) -> Resource:
    return {"id": address, "type": "AnnotationPage"}


def _about(address: str, match: Match) -> Resource:
    targets = [_selected(quote) for quote in match.quotes]
    return {
        "id": address,
        "type": "Annotation",
        "motivation": "contextualizing" if match.is_whole else "highlighting",
        "target": targets if len(targets) > 1 else targets[0],
    }


def _selected(quote: Quote) -> Resource:
    selector = {
        "type": "TextQuoteSelector",
        "prefix": quote.prefix,
        "exact": quote.exact,
        "suffix": quote.suffix,
    }
    said = {name: value for name, value in selector.items() if value}
    return {"type": "SpecificResource", "source": quote.source, "selector": [said]}
