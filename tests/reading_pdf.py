"""A page of a PDF as PDFium, and so a browser, reads it; places in its pixels from the upper left corner."""

import ctypes

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from pypdfium2 import raw


class Reading:
    """One page: its text, where words of it stand, and how it looks."""

    def __init__(self, document: pypdfium2.PdfDocument, number: int, size: tuple[int, int]) -> None:
        self._document, self._page = document, document[number]
        self._words = self._page.get_textpage()
        self._scale = size[0] / self._page.get_width()

    @property
    def text(self) -> str:
        """All text of the page, line ends as one character."""
        return str(self._words.get_text_range()).replace("\r\n", "\n")

    @property
    def points(self) -> tuple[float, float]:
        """Width and height in points."""
        return self._page.get_width(), self._page.get_height()

    @property
    def title(self) -> str:
        """The title of the document."""
        return str(self._document.get_metadata_value("Title"))

    @property
    def language(self) -> str:
        """The language of the document."""
        length = raw.FPDFCatalog_GetLanguage(self._document, None, 0)
        buffer = (ctypes.c_ushort * length)()
        raw.FPDFCatalog_GetLanguage(self._document, buffer, length)
        return bytes(buffer).decode("utf-16-le").rstrip("\0")

    @property
    def direction(self) -> str:
        """Which way the book is turned, if it is told."""
        length = raw.FPDF_VIEWERREF_GetName(self._document, b"Direction", None, 0)
        buffer = ctypes.create_string_buffer(max(length, 1))
        raw.FPDF_VIEWERREF_GetName(self._document, b"Direction", buffer, length)
        return buffer.value.decode()

    def find(self, word: str) -> tuple[float, float, float, float]:
        """The box ``(x, y, w, h)`` of the first place where the word stands."""
        found = self._words.search(word, match_case=True).get_next()
        assert found is not None, f"{word} is not in {self.text}"
        boxes = [self._words.get_charbox(place) for place in range(found[0], sum(found))]
        left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
        right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
        x, y, width, height = left, self._page.get_height() - top, right - left, top - bottom
        return x * self._scale, y * self._scale, width * self._scale, height * self._scale

    def draw(self, width: int) -> NDArray[np.uint8]:
        """The page as it looks, ``width`` pixels wide: (h, w, 3)."""
        # PDFium rounds up what is a hair more.
        bitmap = self._page.render(scale=(width - 0.01) / self._page.get_width(), rev_byteorder=True)
        return np.array(bitmap.to_numpy()[:, :, :3])


def opened(content: bytes, size: tuple[int, int], number: int = 0) -> Reading:
    """Page ``number`` (from 0) of a document, whose pixels are of a page of ``size``."""
    return Reading(pypdfium2.PdfDocument(content), number, size)
