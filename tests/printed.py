"""Pages of text whose letters are equally wide, and records of them."""

from collections.abc import Sequence

import catalogue

from archive.context import Context
from archive.services import access, texts
from archive.services.drafts import Draft
from search.page_text import PageText, Span

LINE, LETTER = 20, 5
"""Pixels: how high a line is, and how wide a letter."""


def page(*lines: str, language: str | None = None) -> PageText:
    """A page whose lines stand below each other, every letter equally wide."""
    text = "\n".join(lines)
    spans: list[Span] = []
    words: list[Span] = []
    start = 0
    for number, line in enumerate(lines):
        spans.append(Span(start, start + len(line), (0, number * LINE, len(line) * LETTER, LINE)))
        at = 0
        for word in line.split(" "):
            box = (at * LETTER, number * LINE, len(word) * LETTER, LINE)
            words.append(Span(start + at, start + at + len(word), box))
            at += len(word) + 1
        start += len(line) + 1
    return PageText(text, language, "ltr", tuple(spans), tuple(words))


def add(context: Context, draft: Draft, pages: Sequence[PageText]) -> None:
    """Save a record with these pages, each on a canvas of 400 by 100."""
    name = draft.key
    catalogue.save(
        context,
        draft,
        *(catalogue.picture(f"{name}-p{number}", 400, 100) for number in range(len(pages) or 1)),
    )
    for number, text in enumerate(pages, 1):
        with context.sessions.begin() as session:
            texts.put(session, f"{name}-{number}", texts.written(text), reader=access.KEEPER)
