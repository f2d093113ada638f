"""Cells that say something of single pages: their layers, and notes on them.

One entry a line, the page's number first. ``1 = Visible light`` and ``1 mural-ir.tif = Infrared`` are two
layers of the first page; ``2 100,200,30,40 A junk`` is a note on a box (x, y, width, height, in pixels) of
the second. Columns in several languages name the same entries in the same order.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from archive.services.drafts import FileDraft, LayerDraft, Note
from iiif.language import LanguageMap, merge

_LAYER = re.compile(r"(?P<page>\d{1,6})(?P<file>\s[^=]*)?=(?P<text>.+)", re.DOTALL)
_NOTE = re.compile(
    r"(?P<page>\d{1,6})\s+(?:(?P<box>\d{1,7}(?:\s*,\s*\d{1,7}){3})\s+)?(?P<text>.+)", re.DOTALL
)
_HOW_LAYERS = "write the page, the file and its label, as in 1 mural-ir.tif = Infrared"
_HOW_NOTES = "write the page, a box if there is one, and the text, as in 1 100,200,30,40 A junk"

_What = TypeVar("_What")
_Cells = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Layers:
    """The layers by the number of their page, and the names of their files."""

    by_page: dict[int, tuple[LayerDraft, ...]] = field(default_factory=dict)
    files: frozenset[str] = frozenset()


def layers(cells: _Cells, find: Callable[[str], FileDraft]) -> Layers:
    """The layers that ``cells`` (language tag and text) name; ``find`` gives a file by its name.

    A page's own picture comes first where no entry names it. Raises ``ValueError`` with the reason, and
    ``LookupError`` with that of ``find``.
    """
    by_page: dict[int, tuple[LayerDraft, ...]] = {}
    files: set[str] = set()
    for (page, name), label in _entries(
        cells, _LAYER, _HOW_LAYERS, lambda found: (found["file"] or "").strip()
    ):
        try:
            file = find(name) if name else None
        except LookupError as error:
            raise LookupError(f'"{name}" {error.args[0]}') from error
        if file is not None:
            files.add(file.name)
        by_page[page] = (*by_page.get(page, ()), LayerDraft(label, file))
    for page, found in by_page.items():
        if all(layer.file for layer in found):
            raise ValueError(
                f"page {page}: its own picture has no label: add a line such as {page} = Visible light"
            )
    return Layers(by_page, frozenset(files))


def notes(cells: _Cells) -> dict[int, tuple[Note, ...]]:
    """The notes that ``cells`` (language tag and text) hold, by the number of their page.

    Raises ``ValueError`` with the reason.
    """
    by_page: dict[int, tuple[Note, ...]] = {}
    for (page, box), text in _entries(cells, _NOTE, _HOW_NOTES, lambda found: _box(found["box"])):
        by_page[page] = (*by_page.get(page, ()), Note(text, box))
    return by_page


def _entries(
    cells: _Cells, form: re.Pattern[str], remedy: str, what: Callable[[re.Match[str]], _What]
) -> Iterable[tuple[tuple[int, _What], LanguageMap]]:
    languages = [[(_parsed(line, form, remedy), tag) for line in _lines(text)] for tag, text in cells]
    shapes = [[(int(found["page"]), what(found)) for found, _ in lines] for lines in languages]
    if any(shape != shapes[0] for shape in shapes):
        raise ValueError("the languages differ in their entries: give each the same pages in the same order")
    for place, entry in enumerate(shapes[0] if shapes else ()):
        texts = (lines[place] for lines in languages)
        yield entry, merge({tag: [found["text"].strip()]} for found, tag in texts)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _parsed(line: str, form: re.Pattern[str], remedy: str) -> re.Match[str]:
    found = form.fullmatch(line)
    if found is None or not found["text"].strip():
        raise ValueError(f'"{line[:100]}": can\'t be read: {remedy}')
    return found


def _box(text: str | None) -> tuple[int, int, int, int] | None:
    if text is None:
        return None
    x, y, width, height = (int(part) for part in text.split(","))
    if not width or not height:
        raise ValueError(f'box "{text}" has no area: give its width and height after x and y')
    return x, y, width, height
