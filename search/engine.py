"""What every engine takes and gives: documents and queries of terms that the analysis has made, and hits.

An engine knows no language: equal terms match, and are weighed by BM25. What a text's terms are says
``search.analysis``; what the terms of a reader's words are says ``search.query``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

WORDS, CHARACTERS, STEMS = "words", "characters", "stems"
"""The scored fields of a document."""

FILLER = "~"
"""What an empty field is filled with, as often as there are words: no query has it.

Lucene averages a field's length over the documents that have it, tantivy over all.
"""


@dataclass(frozen=True, slots=True)
class Layout:
    """What indexes hold: made by which version of the analysis, with which facets and numbers.

    An index of another layout is outdated. Named fields need not be known.
    """

    version: str
    facets: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a text.

    Its words (or pairs of characters, or syllables) in their order, its single characters where blanks part
    no words, and the stems of its words, each after its language and ``_``.
    """

    words: tuple[str, ...] = ()
    characters: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """What is found: a record, a page's text, an annotation.

    ``named`` has the words of some of its fields alone (``label``, ``maker``), ``facets`` values to filter
    and count by, as they are, ``numbers`` what is filtered by ranges and sorted by (years, positions, times).
    An identifier has at most 500 bytes; names are of small letters, digits and ``_``.
    """

    identifier: str
    terms: Terms
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Term:
    """A term in a field: ``words``, ``characters``, ``stems``, or one of a document's ``named``."""

    field: str
    term: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Two terms or more that follow one another in ``words`` or in a named field."""

    field: str
    terms: tuple[str, ...]
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any term of ``words`` or of a named field that begins so; of weight ``boost``, whichever it is."""

    field: str
    prefix: str
    boost: float = 1.0


Clause: TypeAlias = Term | Phrase | Prefix


@dataclass(frozen=True, slots=True)
class Range:
    """The documents whose ``number`` is from ``least`` to ``most``, both included, ``None`` for no end."""

    number: str
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """What is sought. A group holds all forms of one thing that was written: any of its clauses will do.

    Where ``match`` is ``all``, each group must match, where ``any``, one; ``boosts`` only move what matches
    up. No group at all matches every document. ``facets`` narrows by values, of which any will do; each of
    ``ranges`` must hold, and of ``either``, where there are such, one.
    """

    groups: tuple[tuple[Clause, ...], ...] = ()
    match: Literal["all", "any"] = "all"
    boosts: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: tuple[Range, ...] = ()
    either: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that matches; ``place`` leads on from it (opaque, for the same query and order)."""

    identifier: str
    score: float
    place: str


@dataclass(frozen=True, slots=True)
class Results:
    """The hits that were asked for, of ``total`` in all; for each facet its values, the most frequent first.

    At most ``FACET_VALUES`` are given of a facet, with the number of documents that have each.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)


FACET_VALUES = 100
"""How many values of a facet are counted."""


class Index(Protocol):
    """One index of an engine: documents by their identifiers.

    Every call raises ``search.errors.EngineUnavailable`` where the engine is down, and
    ``IndexOutdated`` where the index is missing, damaged, or of another version of the analysis.
    """

    def write(self, documents: Iterable[Document], removed: Iterable[str], *, cursor: str) -> None:
        """Put documents in the place of those of the same identifiers, and take others out.

        ``cursor``, which says how far the index has come, is kept with them. All of it is kept, or nothing;
        written again, it changes nothing.
        """

    def cursor(self) -> str | None:
        """The last ``cursor``, ``None`` for an index that is new."""

    def search(
        self,
        query: Query,
        *,
        limit: int,
        after: str | None = None,
        sort: str | None = None,
        facets: Sequence[str] = (),
    ) -> Results:
        """The hits after the ``place`` of another, by score, or by a number (``-`` before it: from the end).

        Scores are compared to five digits. Equal ones follow in an order that is the same in every engine
        and for ever (``search.order``); what lacks the number comes last. Scores move when documents
        come and go; the next page follows all the same, as long as the hit of ``after`` still matches.
        """

    def terms(
        self, prefix: str, *, field: str = WORDS, limit: int = 10, within: Query | None = None
    ) -> list[tuple[str, int]]:
        """The terms that begin so, and in how many documents each stands: the most frequent first.

        ``within`` counts the documents alone that match it.
        """

    def similar(self, term: str, *, limit: int = 5) -> list[tuple[str, int]]:
        """The other words that begin as ``term`` and are an edit from it, or two where it is long.

        The nearest come first, and of those that are as near the most frequent.
        """


class NewIndex(Index, Protocol):
    """An index that is being filled beside the one whose place it will take."""

    def swap(self) -> None:
        """Take the place of the index of this name: readers go over to it, and the old one is removed."""

    def discard(self) -> None:
        """Give it up."""


class Engine(Protocol):
    """Where indexes are: one for each name."""

    def index(self, name: str) -> Index:
        """The index of that name, whichever it is when it is asked something."""

    def rebuild(self, name: str) -> NewIndex:
        """A new index, to be filled and swapped; one that somebody has left unfinished is dropped.

        Raises ``search.errors.WriterBusy`` where another process rebuilds it.
        """

    def close(self) -> None:
        """Let go of all files and connections."""
