"""Records as books to be printed: which of their pages, and where the text of a page stands on it."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from archive.errors import Invalid, NotFound, Unavailable
from archive.models import PyramidState
from archive.services.views import CanvasView, RecordView
from iiif import language
from iiif.pdf.book import About, Run
from iiif.presentation import collection, rendering
from search.page_text import Box, Direction, PageText, Span


def pages(record: RecordView, asked_for: str = "") -> Sequence[CanvasView]:
    """The canvases of a record that its PDF has: all, or ``FIRST,LAST``, or one.

    Raises ``NotFound`` where it has none, ``Invalid`` for a part that is none or for too many pages,
    ``Unavailable`` while a picture is being made.
    """
    if not rendering.has_pdf(record):
        raise NotFound(f'record "{record.identifier}" has no PDF: it has no text, or not only pictures')
    found = _part(record, asked_for) if asked_for else record.canvases
    if len(found) > rendering.MOST_PAGES:
        raise Invalid(
            f"canvas: {len(found):,} pages are too many for a PDF: ask for {rendering.MOST_PAGES:,} at most, "
            f"by ?canvas={found[0].identifier},{found[rendering.MOST_PAGES - 1].identifier}"
        )
    if any(view.asset and view.asset.pyramid_state == PyramidState.PENDING for view in found):
        raise Unavailable(f'pictures of record "{record.identifier}" are being made: ask again later')
    return found


def about(record: RecordView, languages: Sequence[str]) -> About:
    """What the PDF of a record says of itself, its title in the first of ``languages`` that it has."""
    label = collection.label(record)
    tag = language.pick_tag(label, languages)
    return About(
        title=" – ".join(language.pick(label, languages)),
        language=None if tag == language.NONE else tag,
        is_leftwards=record.viewing_direction == "right-to-left",
    )


def runs(text: PageText, size: tuple[int, int]) -> Iterator[Run]:
    """The words of a page and what parts them, each in its box; what has no boxes from top to bottom."""
    if not text.lines:
        yield from _spread(text, size)
    starts = [word.start for word in text.words]
    for line in text.lines:
        words = text.words[bisect_left(starts, line.start) : bisect_left(starts, line.end)]
        yield from _line(text, line, words)


def _part(record: RecordView, asked_for: str) -> Sequence[CanvasView]:
    names = [view.identifier for view in record.canvases]
    ends = asked_for.split(",")
    if len(ends) > 2 or not {*ends} <= {*names}:
        raise Invalid(
            f'canvas "{asked_for[:100]}": name a canvas of the record, or the first and the last one'
        )
    first, last = names.index(ends[0]), names.index(ends[-1])
    if last < first:
        raise Invalid(f'canvas "{asked_for[:100]}": the last one stands before the first: turn them round')
    return record.canvases[first : last + 1]


def _spread(text: PageText, size: tuple[int, int]) -> Iterator[Run]:
    lines = [line for line in text.text.split("\n") if line.strip()]
    height = max(1, size[1] // max(1, len(lines)))
    direction: Direction = "rtl" if text.direction == "rtl" else "ltr"
    for place, line in enumerate(lines):
        yield Run(line, (0, min(place * height, size[1] - 1), size[0], height), direction)


def _line(text: PageText, line: Span, words: Sequence[Span]) -> Iterator[Run]:
    # A page of columns has a title, too, that lies.
    is_flat = text.direction == "ttb" and line.box[3] < line.box[2]
    direction: Direction = "ltr" if is_flat else text.direction
    at, before = line.start, None
    for word in words:
        if word.start > at:
            yield Run(text.text[at : word.start], _gap(line.box, before, word.box, direction), direction)
        yield Run(text.text[word.start : word.end], word.box, direction)
        at, before = word.end, word.box
    if at < line.end:
        rest = line.box if before is None else _gap(line.box, before, None, direction)
        yield Run(text.text[at : line.end], rest, direction)


def _gap(line: Box, before: Box | None, after: Box | None, direction: Direction) -> Box:
    """What is free between two words, or between one and an end of its line; a pixel at least."""
    x, y, width, height = before or after or line
    if direction == "ttb":
        top = before[1] + before[3] if before else line[1]
        bottom = after[1] if after else line[1] + line[3]
        return x, top, width, max(bottom - top, 1)
    on_left, on_right = (after, before) if direction == "rtl" else (before, after)
    left = on_left[0] + on_left[2] if on_left else line[0]
    right = on_right[0] if on_right else line[0] + line[2]
    return left, y, max(right - left, 1), height
