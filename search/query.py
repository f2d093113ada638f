"""What a reader typed as a query: words, "phrases", begin*, -excluded, field:word and field:"phrase".

Nothing is an error: what has no meaning here, the operators of other engines among it, only parts words.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from search import analysis
from search.analysis import stemming
from search.engine import CHARACTERS, STEMS, WORDS, Clause, Phrase, Prefix, Query, Term

LONGEST = 200
"""The characters of a query that are read."""

MOST_CLAUSES = 512
"""The clauses of a query: words that would bring more are left out."""

# What did well when it was measured, with bench/search_quality.py.
_WORD, _CHARACTER, _PHRASE, _STEM, _OWN_STEM, _NEXT = 0.5, 1.0, 2.0, 0.6, 0.9, 0.5
# How long a word's beginning is, what is left away of it, and what weight it has.
_LEAST, _ENDING, _BEGINNING = 4, 3, 2.0

# What begins a quotation, and what may end it.
_ANY = '"＂”〞〟'
_QUOTES: Mapping[str, str] = {
    **dict.fromkeys(_ANY, _ANY),
    "“": '”“"',
    "„": '“”"',
    "‟": '”"',
    "〝": "〞〟",
    "«": "»",
    "»": "«",
    "‹": "›",
    "「": "」",
    "『": "』",
    "｢": "｣",
}
# A blank, and what begins quotations only: the others end them too, or stand in abbreviations.
_PARTING = " “„‟«‹「『｢〝"
_HEAD = re.compile(r"((?:[-－](?=[^ ]))?)(?:([^ :：]+)[:：](?=[^ ]))?")


@dataclass(frozen=True)
class _Part:
    """A quotation, or what stands between blanks."""

    text: str
    field: str
    is_excluded: bool
    is_quoted: bool

    @property
    def is_loose(self) -> bool:
        """Whether any form of its words will do."""
        return not self.is_quoted and self.field == WORDS

    @property
    def is_prefix(self) -> bool:
        return not self.is_quoted and self.text.endswith(("*", "＊"))


@dataclass(frozen=True)
class _Stems:
    """The languages whose stems are sought, with the weights that they have."""

    weights: Mapping[str, float]

    def of(self, word: str) -> Iterator[Clause]:
        for stem in stemming.asked(word, self.weights):
            yield Term(STEMS, stem, self.weights.get(stem.partition("_")[0], _STEM))


def parse(
    written: str, *, fields: Collection[str] = (), languages: Iterable[str] = (), own: Iterable[str] = ()
) -> Query:
    """The query that a reader means by ``written``; each word of it must be found, in whatever form.

    ``fields`` are those of a document's ``named`` that may be asked for, ``languages`` all that documents are
    in, and ``own`` the reader's, whose inflected forms weigh more. Words have stems only in these.
    """
    weights = {stemming.primary(tag): _STEM for tag in languages} | {
        stemming.primary(tag): _OWN_STEM for tag in own
    }
    parts = list(_parts(_cut(written), {name.casefold(): name for name in fields}))
    sought = [part for part in parts if not part.is_excluded]
    groups = [group for part in sought for group in _groups(part, _Stems(weights))]
    return Query(
        tuple(_affordable(dict.fromkeys(groups))),
        boosts=tuple(dict.fromkeys(boost for part in sought for boost in _boosts(part))),
        excluded=tuple(
            dict.fromkeys(clause for part in parts if part.is_excluded for clause in _exact(part))
        ),
    )


def neighbouring(query: Query, written: str, *, fields: Collection[str] = ()) -> Query:
    """The query that ``written`` gave, where words weigh more that follow one another as they do there."""
    parts = _parts(_cut(written), {name.casefold(): name for name in fields})
    pairs = []
    for is_loose, several in groupby(parts, lambda part: part.is_loose and not part.is_excluded):
        runs = [run for part in several for run in _runs(part)] if is_loose else []
        pairs += [Phrase(WORDS, (one[-1], other[0]), _NEXT) for one, other in pairwise(runs)]
    return replace(query, boosts=tuple(dict.fromkeys((*query.boosts, *pairs))))


def relaxed(query: Query) -> Query:
    """A query that any of the words will do for, and what begins as they do.

    It is for a reader whose words nothing has together, or little: some forms of words share no stem.
    """
    return replace(query, groups=tuple(map(_loosened, query.groups)), match="any")


def contiguous(query: Query) -> Query:
    """A query in which each run of characters without blanks must stand as it was written.

    In a long text its pairs alone stand anywhere.
    """
    runs = [clause for clause in query.boosts if isinstance(clause, Phrase) and clause.boost == _PHRASE]
    pairs = {term for run in runs for term in run.terms}
    words = [group for group in query.groups if not _is_pair(group, pairs)]
    return replace(query, groups=(*words, *((run,) for run in runs)))


def _is_pair(group: tuple[Clause, ...], pairs: set[str]) -> bool:
    return len(group) == 1 and isinstance(group[0], Term) and group[0].term in pairs


def _loosened(group: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """A word that has stems, and what begins as it does."""
    word = next((clause.term for clause in group if isinstance(clause, Term) and clause.field == WORDS), "")
    if len(group) < 2 or len(word) <= _LEAST:
        return group
    return *group, Prefix(WORDS, word[: max(_LEAST, len(word) - _ENDING)], _BEGINNING)


def _cut(written: str) -> str:
    text = " ".join(written.split())
    if len(text) <= LONGEST:
        return text
    # A word that is cut would find nothing.
    return text[:LONGEST].rpartition(" ")[0] or text[:LONGEST]


def _parts(text: str, fields: Mapping[str, str]) -> Iterator[_Part]:
    at = 0
    while at < len(text):
        sign, name = _HEAD.match(text, at).groups()  # type: ignore[union-attr]  # it matches nothing, too
        at += len(sign)
        field = fields.get((name or "").casefold())
        if field:
            at += len(name) + 1
        end = _find(text, _QUOTES.get(text[at : at + 1], ""), at + 1)
        is_quoted = end < len(text)
        if not is_quoted:
            end = _find(text, _PARTING, at + 1)
        yield _Part(text[at + is_quoted : end], field or WORDS, bool(sign), is_quoted)
        at = end + is_quoted + text[end + is_quoted :].startswith(" ")


def _find(text: str, chars: str, begin: int) -> int:
    """Where the first of ``chars`` stands from ``begin`` on, or the end of the text."""
    return next((at for at in range(begin, len(text)) if text[at] in chars), len(text))


def _groups(part: _Part, stems: _Stems) -> Iterator[tuple[Clause, ...]]:
    """Of each word, and of each pair of characters, all that it may be found by."""
    if not part.is_loose:
        yield from ((clause,) for clause in _exact(part))
        return
    found = analysis.tokens(part.text)
    for token in found:
        if token.kind == "character":
            yield Term(CHARACTERS, token.term, _CHARACTER), Term(WORDS, token.term, _WORD)
        elif token.kind == "pair":
            yield (Term(WORDS, token.term, _WORD),)
        elif part.is_prefix and token is found[-1]:
            yield (Prefix(WORDS, token.term, _WORD),)
        else:
            word = part.text[token.start : token.end]
            yield *(Term(WORDS, form, _WORD) for form in stemming.written(token.term)), *stems.of(word)


def _boosts(part: _Part) -> Iterator[Clause]:
    """Runs as a whole: what has their characters elsewhere, too, comes after."""
    if part.is_loose:
        yield from (Phrase(WORDS, run, _PHRASE) for run in _runs(part) if len(run) > 1)


def _runs(part: _Part) -> Iterator[tuple[str, ...]]:
    for _, run in groupby(analysis.tokens(part.text), lambda token: token.run):
        yield tuple(token.term for token in run)


def _exact(part: _Part) -> Iterator[Clause]:
    """A part as it stands, without other forms of its words."""
    found = analysis.tokens(part.text)
    if len(found) > 1:
        yield Phrase(part.field, tuple(token.term for token in found), _PHRASE)
        return
    for token in found:
        if part.is_prefix and token.kind == "word":
            yield Prefix(part.field, token.term, _WORD)
        elif token.kind == "character":
            is_named = part.field != WORDS
            yield (
                Prefix(part.field, token.term, _WORD)
                if is_named
                else Term(CHARACTERS, token.term, _CHARACTER)
            )
        else:
            yield Term(part.field, token.term, _WORD)


def _affordable(groups: Iterable[tuple[Clause, ...]]) -> Iterator[tuple[Clause, ...]]:
    clauses = 0
    for group in groups:
        clauses += len(group)
        if clauses > MOST_CLAUSES:
            return
        yield group
