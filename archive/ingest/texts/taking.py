"""Files of text on their way into the catalogue: read, and fitted to the canvases they are of."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.ingest.texts import composing, reading
from archive.ingest.texts.found import Page, TextFile
from archive.services import texts
from archive.services.texts import Written
from search.page_text import PageText


@dataclass(frozen=True)
class Taken:
    """The texts of canvases, ``None`` where a file has none for one; its media type, and what is odd."""

    media_type: str
    texts: tuple[Written | None, ...]
    warnings: tuple[str, ...]


class TextTaker:
    """Reads files of text; the last one is kept, for it may have the pages of a whole book."""

    def __init__(self) -> None:
        self._last: tuple[Path, TextFile] | None = None

    def take(self, path: Path, name: str, *, first: int, sizes: Sequence[tuple[int, int] | None]) -> Taken:
        """The texts of canvases of these sizes, from page ``first`` (from 0) of the file on.

        Raises ``Invalid`` and ``OSError`` when it can't be read.
        """
        return fit(self._read(path, name), first=first, sizes=sizes)

    def _read(self, path: Path, name: str) -> TextFile:
        if self._last is None or self._last[0] != path:
            self._last = path, reading.read(path, name)
        return self._last[1]


def fit(file: TextFile, *, first: int, sizes: Sequence[tuple[int, int] | None]) -> Taken:
    """The texts of canvases of these sizes, from page ``first`` (from 0) of a file that was read."""
    pages = file.pages[first : first + len(sizes)]
    warnings = list(file.warnings) if first == 0 else []
    if len(pages) < len(sizes):
        warnings.append(f"has {len(file.pages)} pages of text, and no page {first + len(pages) + 1}")
    elif first == 0 and len(sizes) == 1 < len(file.pages):
        warnings.append(f"has {len(file.pages)} pages of text for one page: the first is taken")
    written: list[Written | None] = []
    for page, size in zip(pages, sizes, strict=False):
        text, odd = composing.compose(page, size)
        warnings += odd
        written.append(_written(file, page, text) if text.text else None)
    written += [None] * (len(sizes) - len(written))
    return Taken(file.format.media_type, tuple(written), tuple(warnings))


def _written(file: TextFile, page: Page, text: PageText) -> Written:
    sure = page.confidences
    confidence = round(sum(sure) / len(sure), 4) if sure else None
    return texts.written(text, profile=file.format.profile, engine=file.engine, confidence=confidence)
