"""RapidOCR with the models that its wheel brings: Chinese, Japanese, and languages in Latin letters."""

from collections.abc import Sequence
from importlib import metadata
from typing import Any

from babel.core import get_global

from archive.errors import Invalid, Unavailable
from archive.ingest.texts.composing import clean
from archive.ingest.texts.found import Area, Format, Line, Page, TextFile, Word, around
from archive.recognition import layout
from search import scripts

_INSTALL = "RapidOCR is not installed: pip install 'mogao[ocr]'"
_SCRIPTS = frozenset({"Latn", "Hans", "Hant", "Jpan"})
_UNREAD = frozenset({"vi"})
"""In Latin letters, but with marks that the models do not know."""

_LETTERS_OF_A_SCRIPT = 4

_Corners = Sequence[Sequence[float]]


class Rapid:
    """The engine with its models loaded."""

    longest = 2400

    def __init__(self) -> None:
        try:
            from rapidocr import RapidOCR  # noqa: PLC0415  # An extra, and of 50 MB.
        except ImportError as error:
            raise Unavailable(_INSTALL) from error
        self.name = f"RapidOCR {metadata.version('rapidocr')}"
        told = {"Global.log_level": "critical", "Global.max_side_len": self.longest}
        # Any: mypy passes where the extra is not installed, too.
        self._reader: Any = RapidOCR(params=told)

    def require(self, language: str | None) -> None:
        """Raise ``Invalid`` for a language in letters that its models do not know."""
        if language is not None and not _is_read(language):
            raise Invalid(f'RapidOCR does not read "{language}": use --engine tesseract')

    def recognise(self, jpeg: bytes, language: str | None, *, in_columns: bool) -> TextFile:
        """As ``Engine`` has it; how lines run is seen from their shapes, whatever is expected."""
        try:
            found = self._reader(jpeg, return_word_box=True)
        except Exception as error:  # Whatever its models and libraries raise.
            raise Unavailable("RapidOCR failed on a picture: try --engine tesseract") from error
        file = TextFile(Format("RapidOCR", "image/jpeg"), engine=self.name)
        if found.boxes is None:
            file.pages.append(Page())
            return file
        height, width = found.img.shape[:2]
        lines = _lines(found)
        blocks = layout.blocks([line for line, _ in lines])
        page = Page(blocks, (width, height), language, [sure for _, sure in lines])
        file.pages.append(page)
        return file


def _lines(found: Any) -> list[tuple[Line, float]]:  # Any: the engine's own class.
    words = found.word_results or [()] * len(found.txts)
    return [
        (Line(_words(clean(text), parts), _area(box)), float(score))
        for box, text, score, parts in zip(found.boxes, found.txts, found.scores, words, strict=True)
        if clean(text)
    ]


def _words(text: str, parts: Sequence[tuple[str, float, _Corners]]) -> list[Word]:
    """The words of a line with their areas; without them where these do not make up the line."""
    words: list[Word] = []
    at = 0
    for part, _, corners in parts:
        word = part.strip()
        start = text.find(word, at)
        if not word or start < 0 or text[at:start].strip():
            break
        if words and start == at and not _is_dense(words[-1].text, word):
            # A comma is none of its own.
            joined = around([area for area in (words[-1].area, _area(corners)) if area])
            words[-1] = Word(words[-1].text + word, joined, blank=words[-1].blank)
        else:
            words.append(Word(word, _area(corners), blank=start > at))
        at = start + len(word)
    if words and not text[at:].strip():
        return words
    return [Word(token, blank=True) for token in text.split(" ")]


def _is_dense(one: str, other: str) -> bool:
    return scripts.has_no_blanks(one[-1]) or scripts.has_no_blanks(other[0])


def _area(corners: _Corners) -> Area:
    points: list[Area] = [(float(x), float(y), 0.0, 0.0) for x, y in corners]
    return around(points) or (0.0, 0.0, 0.0, 0.0)


def _is_read(language: str) -> bool:
    primary, *parts = language.split("-")
    told = [part.title() for part in parts if len(part) == _LETTERS_OF_A_SCRIPT]
    likely = str(get_global("likely_subtags").get(primary.lower(), "")).split("_")[1:2]
    return primary.lower() not in _UNREAD and bool({*(told or likely)} & _SCRIPTS)
