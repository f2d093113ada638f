"""Tables of contents as a cell writes them: ``1-4 Preface; 5- The river; >5-9 Its source``."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from archive.services.drafts import RangeDraft
from iiif.language import LanguageMap, merge

_ENTRY = re.compile(
    r"(?P<depth>[>\s]*)(?:(?P<first>\d{1,6})(?P<span>\s*[-–—]\s*(?P<last>\d{1,6})?)?(?:\s+|$))?(?P<label>.*)",
    re.DOTALL,
)
_DEEPEST = 20


@dataclass(frozen=True)
class Chapters:
    """The ranges of a record, and what is wrong with them: with ``faults`` there are no ``ranges``."""

    ranges: tuple[RangeDraft, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Line:
    """One entry; ``pages`` is ``None`` when it is wrong, ``fault`` says why."""

    written: str
    depth: int
    label: LanguageMap
    pages: tuple[int, ...] = ()
    fault: str | None = None


def read(cells: Sequence[tuple[str, str]], page_count: int) -> Chapters:
    """The ranges that ``cells`` (language tag and text) name in a record of ``page_count`` pages.

    One entry a line, or between ``;``: its pages, numbered from 1 (``5``, ``1-4``; ``6-`` runs to the
    end), and its label. ``>`` before it, one a level, puts it below the entry above. Pages may be left
    out where entries stand below. Several languages name the same entries in the same order.
    """
    languages = [[_line(tag, entry, page_count) for entry in _entries(text)] for tag, text in cells]
    if not any(languages):
        return Chapters()
    lines = languages[0]
    if any(_shape(other) != _shape(lines) for other in languages):
        return Chapters(
            faults=("the languages differ in their entries: give each the same pages and levels",)
        )
    faults = [line.fault for language in languages for line in language if line.fault] or _misplaced(lines)
    if faults:
        return Chapters(faults=tuple(f"range {fault}" for fault in faults))
    labels = (merge(line.label for line in entry) for entry in zip(*languages, strict=True))
    return Chapters(_nested([replace(line, label=label) for line, label in zip(lines, labels, strict=True)]))


def with_properties(
    ranges: Sequence[RangeDraft], properties: Mapping[int, Mapping[str, Any]]
) -> tuple[RangeDraft, ...]:
    """The ranges with the properties of each, numbered from 1 as they were written, each before those below.

    Raises ``LookupError`` for the number of a range that is not there.
    """
    numbers = count(1)

    def told(one: RangeDraft) -> RangeDraft:
        said = properties.get(next(numbers))
        return replace(one, properties=said, ranges=tuple(map(told, one.ranges)))

    found = tuple(map(told, ranges))
    last = next(numbers) - 1
    wrong = next((number for number in properties if number > last), None)
    if wrong is not None:
        raise LookupError(f"there is no range {wrong}, the record has {last}: correct the number")
    return found


def _entries(text: str) -> Iterator[str]:
    parts = text.split("\n") if "\n" in text else text.split(";")
    return (entry for part in parts if (entry := part.strip(" \t\r;")))


def _line(tag: str, written: str, page_count: int) -> _Line:
    entry = _ENTRY.fullmatch(written)
    if entry is None or not entry["label"]:
        return _Line(
            written, 0, {}, (), f'"{written}": has no label: write it after the pages, as in 1-4 Preface'
        )
    line = _Line(written, entry["depth"].count(">"), {tag: [entry["label"].strip()]})
    if entry["first"] is None:
        return line
    first = int(entry["first"])
    last = int(entry["last"]) if entry["last"] else page_count if entry["span"] else first
    if not 1 <= first <= last <= page_count:
        return replace(
            line, fault=f'"{written}": there are {page_count} pages: name some from 1 to {page_count}'
        )
    return replace(line, pages=tuple(range(first, last + 1)))


def _shape(lines: Sequence[_Line]) -> list[tuple[int, tuple[int, ...]]]:
    return [(line.depth, line.pages) for line in lines]


def _misplaced(lines: Sequence[_Line]) -> list[str]:
    """What is wrong between entries: levels that are skipped, and leaves without a page."""
    faults = []
    depth = -1
    for line, below in zip(lines, [*lines[1:], None], strict=True):
        deepest = min(depth + 1, _DEEPEST)
        if line.depth > deepest:
            faults.append(f'"{line.written}": is {line.depth} levels down: put it at most {deepest} down')
        if not line.pages and (below is None or below.depth <= line.depth):
            faults.append(f'"{line.written}": names no page: write its pages first, as in 1-4 Preface')
        depth = line.depth
    return faults


def _nested(lines: Sequence[_Line]) -> tuple[RangeDraft, ...]:
    """The entries as a tree: each with those that follow it and stand deeper."""
    if not lines:
        return ()
    starts = [number for number, line in enumerate(lines) if line.depth == lines[0].depth]
    return tuple(
        RangeDraft(lines[start].label, lines[start].pages, _nested(lines[start + 1 : end]))
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    )
