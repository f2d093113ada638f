"""The pages of a PDF document as pictures, drawn by PDFium."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from pypdfium2 import raw

from iiif.errors import InvalidSource

RESOLUTION = 300
"""Dots per inch at which a page is drawn that is more than one scanned image."""

MOST_PAGES = 2_000
"""More pages make no usable viewer, and each page's pyramid reads the sizes of all."""

_POINTS_PER_INCH = 72
# How far a scan may stay inside its page, or differ from its shape: scanners round to whole points.
_TOLERANCE = 0.01
_INVISIBLE = raw.FPDF_TEXTRENDERMODE_INVISIBLE
_WHITE = (255, 255, 255, 255)
# PDFium keeps one state for the whole process.
_one_at_a_time = threading.Lock()


def sizes(path: Path) -> tuple[tuple[int, int], ...]:
    """The size ``(w, h)`` of each page in pixels: a scan's own, or else at ``RESOLUTION``; nothing is drawn.

    Raises ``InvalidSource`` where the document is damaged or locked, has no pages or too many.
    """
    with _document(path) as document:
        if not 0 < len(document) <= MOST_PAGES:
            count = f"{len(document):,} pages" if len(document) else "no pages"
            raise InvalidSource(f"the PDF document has {count}: 1 to {MOST_PAGES:,} are taken, split it")
        return tuple(_size(document, number) for number in range(len(document)))


def draw(path: Path, page: int) -> NDArray[np.uint8]:
    """One page as it is printed: (h, w, 3), sRGB on white, with its annotations and filled forms.

    Raises ``InvalidSource`` where the page is damaged.
    """
    with _document(path) as document:
        width, height = _size(document, page)
        document.init_forms()
        with _page(document, page) as opened:
            bitmap = pypdfium2.PdfBitmap.new_native(
                width, height, format=raw.FPDFBitmap_BGR, rev_byteorder=True
            )
            bitmap.fill_rect(_WHITE, 0, 0, width, height)
            place = (0, 0, width, height, 0, raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER)
            raw.FPDF_RenderPageBitmap(bitmap, opened, *place)
            if document.formenv:
                raw.FPDF_FFLDraw(document.formenv, bitmap, opened, *place)
            return np.array(bitmap.to_numpy(), np.uint8, copy=False)


@contextmanager
def _document(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    # A file object: PDFium opens names itself only where they are Unicode.
    with _one_at_a_time, path.open("rb") as file:
        try:
            with pypdfium2.PdfDocument(file) as document:
                yield document
        except pypdfium2.PdfiumError as error:
            raise InvalidSource(_reason(error)) from error


def _reason(error: pypdfium2.PdfiumError) -> str:
    if error.err_code == raw.FPDF_ERR_PASSWORD:
        return "the PDF document is locked with a password: save it without one"
    if error.err_code == raw.FPDF_ERR_SECURITY:
        return "the PDF document is encrypted in an unknown way: save it without encryption"
    return "the PDF document is damaged: copy it again, or print it into a new PDF"


@contextmanager
def _page(document: pypdfium2.PdfDocument, number: int) -> Iterator[pypdfium2.PdfPage]:
    page = document[number]
    try:
        yield page
    finally:
        page.close()


def _size(document: pypdfium2.PdfDocument, number: int) -> tuple[int, int]:
    with _page(document, number) as page:
        width, height = page.get_size()
        if not (width > 0 and height > 0):
            raise InvalidSource(f"the PDF document is damaged: page {number + 1} has no size; save it anew")
        if scan := _scan_size(page, width, height):
            return scan
    scale = RESOLUTION / _POINTS_PER_INCH
    return max(1, round(width * scale)), max(1, round(height * scale))


def _scan_size(page: pypdfium2.PdfPage, width: float, height: float) -> tuple[int, int] | None:
    """The pixels of the one image that fills a page of this size in points, upright as the page is."""
    image = _only_image(page)
    if image is None:
        return None
    (left, bottom, right, top), turned = image.get_bounds(), page.get_rotation() in {90, 270}
    shown = (top - bottom, right - left) if turned else (right - left, top - bottom)
    pixels = image.get_px_size()
    across, down = reversed(pixels) if _is_turned(image) != turned else pixels
    fills = _alike(shown[0], width) and _alike(shown[1], height)
    return (across, down) if fills and down and _alike(across / down, width / height) else None


def _only_image(page: pypdfium2.PdfPage) -> pypdfium2.PdfImage | None:
    """The image that is all there is to see; recognised text lies invisible above or below it."""
    image = None
    for found in page.get_objects(max_depth=1):
        if isinstance(found, pypdfium2.PdfImage) and image is None:
            image = found
        elif not (
            found.type == raw.FPDF_PAGEOBJ_TEXT and raw.FPDFTextObj_GetTextRenderMode(found) == _INVISIBLE
        ):
            return None
    return image


def _is_turned(image: pypdfium2.PdfImage) -> bool:
    """Whether rows run down the page: its matrix then has nothing on its diagonal."""
    a, b, c, d, _, _ = image.get_matrix().get()
    return bool(abs(a) + abs(d) < _TOLERANCE * (abs(b) + abs(c)))


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= _TOLERANCE * other
