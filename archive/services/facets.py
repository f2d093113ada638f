"""The values by which what was found can be narrowed, as a reader sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import ROOT, Collection
from archive.services import indexing
from iiif import language
from iiif.language import NONE, LanguageMap, untagged

SHOWN = ("collection", *indexing.TEXTS, "century", "decade", "rights")
"""The facets that readers may narrow by."""


@dataclass(frozen=True)
class Choice:
    """A value of a facet, what it is called, and how many of the records found have it."""

    value: str
    label: LanguageMap
    count: int


def choices(
    session: Session, counted: Mapping[str, Sequence[tuple[str, int]]], wanted: Sequence[str]
) -> dict[str, list[Choice]]:
    """The choices of each facet, the most frequent first, years in their order.

    What a record says in several languages would be offered as often: of human text, what is in the
    languages ``wanted`` is given, and what is in none; or all, where nothing is.
    """
    return {name: _choices(session, name, values, wanted) for name, values in counted.items()}


def _choices(
    session: Session, name: str, counted: Sequence[tuple[str, int]], wanted: Sequence[str]
) -> list[Choice]:
    if name in indexing.TEXTS:
        return _in_languages([Choice(value, _text(value), count) for value, count in counted], wanted)
    if name == "collection":
        return _collections(session, counted)
    if name in {"century", "decade"}:
        counted = sorted(counted, key=lambda pair: int(pair[0]))
    return [Choice(value, untagged(value), count) for value, count in counted]


def _text(value: str) -> LanguageMap:
    tag, _, text = value.partition(":")
    return {tag: [text]}


def _in_languages(found: list[Choice], wanted: Sequence[str]) -> list[Choice]:
    known = {language.primary(tag) for tag in wanted} | {NONE}
    return [one for one in found if language.primary(next(iter(one.label))) in known] or found


def _collections(session: Session, counted: Sequence[tuple[str, int]]) -> list[Choice]:
    names = [identifier for identifier, _ in counted]
    rows = session.execute(
        select(Collection.identifier, Collection.label).where(Collection.identifier.in_(names))
    )
    labels = dict(rows.tuples().all())
    return [
        Choice(identifier, labels[identifier], count)
        for identifier, count in counted
        if identifier in labels and identifier != ROOT
    ]
