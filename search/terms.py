"""Documents and queries as every engine takes them: clean terms of bounded length, no scored field empty."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from search.engine import (
    CHARACTERS,
    FILLER,
    STEMS,
    WORDS,
    Clause,
    Document,
    Layout,
    Phrase,
    Prefix,
    Query,
    Term,
)

NAMED = "named"
"""The field that holds all named ones: each term after its field's name and ``:``."""

POSITIONED = (WORDS, NAMED)
COUNTED = (CHARACTERS, STEMS)
"""The fields that phrases and prefixes can be sought in, and those that terms alone can."""

TERM_LENGTH = 100
"""At how many characters a term is cut: Elasticsearch splits at 256 UTF-16 units, a field's name included."""

_VALUE_LENGTH = 1000
_IDENTIFIER_BYTES = 500
_NAME = re.compile(r"[a-z0-9_]{1,50}", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_FIRST, _LAST = -(1 << 63) + 1, (1 << 63) - 2


def clean(term: str) -> str:
    """The term without what engines would split it at or break on; empty where nothing is left of it."""
    kept = _SURROGATE.sub("", "".join(term.split()))[:TERM_LENGTH]
    return "" if kept == FILLER else kept


def value(text: str) -> str:
    """The value of a facet, cut to what engines take of one."""
    return _SURROGATE.sub("", text)[:_VALUE_LENGTH]


def texts(document: Document) -> dict[str, str]:
    """The terms of each scored field, with blanks between."""
    terms = document.terms
    words = _joined(terms.words) or FILLER
    filler = FILLER + f" {FILLER}" * words.count(" ")
    named = " ".join(filter(None, (_named(name, held) for name, held in document.named.items())))
    return {
        WORDS: words,
        CHARACTERS: _joined(terms.characters) or filler,
        STEMS: _joined(terms.stems) or filler,
        NAMED: named or filler,
    }


def check(document: Document, layout: Layout) -> None:
    """Raise ``ValueError`` for a document that the index can't hold."""
    identifier = document.identifier
    if not identifier or _SURROGATE.search(identifier) or len(identifier.encode()) > _IDENTIFIER_BYTES:
        raise ValueError(f"identifier {identifier[:80]!r} is empty, too long or no text")
    _check_names(document.facets, layout.facets, "facet")
    _check_names(document.numbers, layout.numbers, "number")
    for name in document.named:
        _check_name(name)
    for name, number in document.numbers.items():
        if not _FIRST <= number <= _LAST:
            raise ValueError(f"{identifier}: {name} {number} has more than 63 bits")


def resolved(query: Query, layout: Layout, facets: Sequence[str] = ()) -> Query:
    """The query with clean terms in the fields that engines have; ``facets`` are to be counted.

    Raises ``ValueError`` for facets and numbers that the index has not, and for an order in fields without.
    """
    _check_names([*query.facets, *facets], layout.facets, "facet")
    _check_names([range_.number for range_ in (*query.ranges, *query.either)], layout.numbers, "number")
    return replace(
        query,
        groups=tuple(_clauses(group) for group in query.groups),
        boosts=_clauses(query.boosts),
        excluded=_clauses(query.excluded),
        facets={name: tuple(map(value, values)) for name, values in query.facets.items()},
    )


def place_of(field: str) -> tuple[str, str]:
    """The engine's field that holds a document's, and what its terms begin with there."""
    if field in (WORDS, *COUNTED):
        return field, ""
    _check_name(field)
    return NAMED, f"{field}:"


def flat(query: Query) -> float | None:
    """The score of all that matches the query, where it is the same: that of prefixes, or none at all."""
    prefixes = [group[0] for group in query.groups if len(group) == 1 and isinstance(group[0], Prefix)]
    if query.boosts or len(prefixes) < len(query.groups) or (query.match == "any" and len(prefixes) > 1):
        return None
    return sum(prefix.boost for prefix in prefixes)


def edits(term: str) -> int:
    """How many edits a similar term may be away."""
    return 1 if len(term) < 6 else 2


def _joined(terms: Sequence[str]) -> str:
    text = " ".join(terms)
    # Nearly all texts are clean: this finds so twenty times as fast as looking at each term. What is
    # printable has no surrogates, and of white space blanks alone, as many as stand between the terms.
    is_whole = text.count(" ") == len(terms) - 1 and "  " not in f" {text} "
    is_clean = is_whole and FILLER not in text and text.isprintable()
    if is_clean and (len(text) <= TERM_LENGTH or max(map(len, terms)) <= TERM_LENGTH):
        return text
    return " ".join(filter(None, map(clean, terms)))


def _named(name: str, terms: Sequence[str]) -> str:
    text = _joined(terms)
    return f"{name}:" + text.replace(" ", f" {name}:") if text else ""


def _clauses(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    return tuple(filter(None, map(_clause, clauses)))


def _clause(clause: Clause) -> Clause | None:
    field, before = place_of(clause.field)
    if isinstance(clause, Term):
        term = clean(clause.term)
        return Term(field, before + term, clause.boost) if term else None
    if field in COUNTED:
        raise ValueError(f"field {field} has no order: neither phrases nor prefixes can be sought in it")
    if isinstance(clause, Prefix):
        prefix = clean(clause.prefix)
        return Prefix(field, before + prefix, clause.boost) if prefix else None
    terms = tuple(before + term for term in map(clean, clause.terms) if term)
    if len(terms) < 2:
        return Term(field, terms[0], clause.boost) if terms else None
    return Phrase(field, terms, clause.boost)


def _check_names(names: Iterable[str] | Mapping[str, object], known: Sequence[str], kind: str) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"{kind} {name!r} is none of the index's: {', '.join(known)}")


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"field {name!r}: a name is of at most 50 small letters, digits and _")
