"""What a query finds, to the letter of what search.engine says."""

from search.engine import CHARACTERS, STEMS, WORDS, Clause, Phrase, Prefix, Query, Terms


def is_found(query: Query, terms: Terms) -> bool:
    """Whether a document of these terms is found; those of its ``named`` fields are not looked at."""
    groups = [any(_has(terms, clause) for clause in group) for group in query.groups]
    matches = all(groups) if query.match == "all" else any(groups)
    return (matches or not groups) and not any(_has(terms, clause) for clause in query.excluded)


def _has(terms: Terms, clause: Clause) -> bool:
    values = {WORDS: terms.words, CHARACTERS: terms.characters, STEMS: terms.stems}.get(clause.field, ())
    if isinstance(clause, Phrase):
        size = len(clause.terms)
        return any(values[at : at + size] == clause.terms for at in range(len(values)))
    if isinstance(clause, Prefix):
        return any(value.startswith(clause.prefix) for value in values)
    return clause.term in values
