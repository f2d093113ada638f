"""The fields of an embedded index, and documents and queries in them."""

import re
from functools import lru_cache

import tantivy
from tantivy import Occur

from search import order, terms
from search.engine import CHARACTERS, STEMS, Clause, Document, Layout, Phrase, Query, Range, Term

IDENTIFIER, TIE = "identifier", "tie"
_TOKENIZER = "blanks"
_SPECIAL, _ESCAPED = re.compile(r"([\\.+*?()|\[\]{}^$#&~-])"), r"\\\1"


class Fields:
    """The fields of indexes of a layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        builder = tantivy.SchemaBuilder()
        builder.add_text_field(IDENTIFIER, stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field(TIE, indexed=True, fast=True)
        for name in terms.POSITIONED:
            builder.add_text_field(name, tokenizer_name=_TOKENIZER)
        for name in (CHARACTERS, STEMS):
            builder.add_text_field(name, tokenizer_name=_TOKENIZER, index_option="freq")
        for name in layout.facets:
            builder.add_text_field(facet(name), fast=True, tokenizer_name="raw", index_option="basic")
        for name in layout.numbers:
            builder.add_integer_field(number(name), indexed=True, fast=True)
        self._schema = builder.build()
        # Made in 0.6 ms, and used twice at least.
        self._begun = lru_cache(256)(self._prefix)

    def open(self, folder: str) -> tantivy.Index:
        """The index in the folder, made where there is none; it is reloaded when it is told to."""
        index = tantivy.Index(self._schema, path=folder)
        # Terms come joined by blanks: three times as fast as tokens made in Python.
        blanks = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer(_TOKENIZER, blanks)
        index.config_reader("manual")
        return index

    def document(self, document: Document) -> tantivy.Document:
        """The document as tantivy takes it."""
        terms.check(document, self.layout)
        made = tantivy.Document()
        made.add_text(IDENTIFIER, document.identifier)
        made.add_integer(TIE, order.tie(document.identifier))
        for name, text in terms.texts(document).items():
            made.add_text(name, text)
        for name, values in document.facets.items():
            for value in {terms.value(value) for value in values} - {""}:
                made.add_text(facet(name), value)
        for name, held in document.numbers.items():
            made.add_integer(number(name), held)
        return made

    def query(self, query: Query, *filters: tantivy.Query) -> tantivy.Query:
        """The query, which must be a resolved one, of what passes all filters."""
        groups = [self._any(group) for group in query.groups]
        # Tantivy knows no filters: they are sought as the rest is, and weigh nothing.
        must = [*self._narrowed(query), *filters, *([] if groups else [tantivy.Query.all_query()])]
        clauses = [(Occur.Must, tantivy.Query.const_score_query(filter_, 0.0)) for filter_ in must]
        if query.match == "all" or not groups:
            clauses += [(Occur.Must, group) for group in groups]
        else:
            clauses.append((Occur.Must, _any(groups)))
        clauses += [(Occur.Should, self._clause(clause)) for clause in query.boosts]
        clauses += [(Occur.MustNot, self._clause(clause)) for clause in query.excluded]
        return tantivy.Query.boolean_query(clauses)

    def between(self, name: str, least: int | None, most: int | None) -> tantivy.Query:
        """What has a number from ``least`` to ``most`` in the field ``name``."""
        if least is None and most is None:
            return tantivy.Query.exists_query(name)
        return tantivy.Query.range_query(self._schema, name, tantivy.FieldType.Integer, least, most)

    def tied(self, tie: int) -> tantivy.Query:
        """The document of that tie."""
        return tantivy.Query.term_query(self._schema, TIE, tie, index_option="basic")

    def lacking(self, name: str) -> tantivy.Query:
        """What has no number in the field ``name``."""
        every = (Occur.Must, tantivy.Query.all_query())
        return tantivy.Query.boolean_query([every, (Occur.MustNot, tantivy.Query.exists_query(name))])

    def _narrowed(self, query: Query) -> list[tantivy.Query]:
        facets = [
            tantivy.Query.term_set_query(self._schema, facet(name), list(values))
            for name, values in query.facets.items()
        ]
        either = [_any(list(map(self._range, query.either)))] if query.either else []
        return facets + either + [self._range(range_) for range_ in query.ranges]

    def _range(self, range_: Range) -> tantivy.Query:
        return self.between(number(range_.number), range_.least, range_.most)

    def _any(self, group: tuple[Clause, ...]) -> tantivy.Query:
        return _any([self._clause(clause) for clause in group])

    def _clause(self, clause: Clause) -> tantivy.Query:
        return tantivy.Query.boost_query(self._unweighted(clause), clause.boost)

    def _unweighted(self, clause: Clause) -> tantivy.Query:
        if isinstance(clause, Term):
            return tantivy.Query.term_query(self._schema, clause.field, clause.term, index_option="freq")
        if isinstance(clause, Phrase):
            return tantivy.Query.phrase_query(self._schema, clause.field, list(clause.terms))
        return self._begun(clause.field, clause.prefix)

    def _prefix(self, field: str, prefix: str) -> tantivy.Query:
        # A fuzzy query without edits finds the same in 2 to 5 ms more.
        begun = tantivy.Query.regex_query(self._schema, field, f"{_SPECIAL.sub(_ESCAPED, prefix)}.*")
        return tantivy.Query.const_score_query(begun, 1.0)


def facet(name: str) -> str:
    """The field of a facet."""
    return f"facet_{name}"


def number(name: str) -> str:
    """The field of a number."""
    return f"number_{name}"


def _any(queries: list[tantivy.Query]) -> tantivy.Query:
    if not queries:
        return tantivy.Query.empty_query()
    return tantivy.Query.boolean_query([(Occur.Should, query) for query in queries])
