from pathlib import Path

import factories
import numpy as np
import pypdfium2
import pytest
from PIL import Image

from iiif.errors import InvalidSource
from iiif.image import pdf, pixels, source
from iiif.image.source import SourceLimits

LIMITS = SourceLimits(max_pixels=10**8, max_bytes=10**7)
LOCKED = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj
4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<KEY>/U<KEY>>>endobj
trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>
""".replace(b"KEY", b"41" * 32)


def written(path: Path, *sizes: tuple[float, float]) -> Path:
    """A PDF of empty pages of these sizes in points."""
    document = pypdfium2.PdfDocument.new()
    for width, height in sizes:
        document.new_page(width, height).close()
    document.save(path)
    document.close()
    return path


def scanned(path: Path, *pages: factories.Pixels) -> Path:
    """A PDF whose pages are each one scan, at 150 dots per inch."""
    images = [Image.fromarray(page) for page in pages]
    images[0].save(path, save_all=True, append_images=images[1:], resolution=150, quality=95)
    return path


def test_page_is_drawn_at_300_dots_per_inch(tmp_path: Path) -> None:
    facts = source.read(written(tmp_path / "a.pdf", (595.28, 841.89), (72, 36)), LIMITS)
    assert (facts.media_type, facts.sizes) == ("application/pdf", ((2480, 3508), (300, 150)))


def test_page_that_is_one_scan_has_the_pixels_of_the_scan(tmp_path: Path) -> None:
    scans = [factories.photograph(400, 300), factories.photograph(200, 500)]
    facts = source.read(scanned(tmp_path / "a.pdf", *scans), LIMITS)
    assert facts.sizes == ((400, 300), (200, 500))


def test_scan_comes_out_as_it_went_in(tmp_path: Path) -> None:
    scan = factories.photograph(400, 300)
    path = scanned(tmp_path / "a.pdf", factories.photograph(20, 30), scan)
    shown = pixels.load(path, source.read(path, LIMITS), page=1).numpy()
    assert np.abs(shown.astype(float) - scan).max() <= 9


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_page_that_is_turned_is_shown_turned(tmp_path: Path, turn: int) -> None:
    scan = factories.photograph(400, 300)
    document = pypdfium2.PdfDocument(scanned(tmp_path / "a.pdf", scan))
    document[0].set_rotation(turn)
    document.save(tmp_path / "turned.pdf")
    document.close()
    shown = pdf.draw(tmp_path / "turned.pdf", 0)
    assert shown.shape[:2] == np.rot90(scan, -turn // 90).shape[:2]
    assert np.abs(shown.astype(float) - np.rot90(scan, -turn // 90)).mean() <= 2


def test_scan_that_does_not_fill_its_page_is_drawn_with_the_page(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument(scanned(tmp_path / "a.pdf", factories.photograph(400, 300)))
    document[0].set_mediabox(0, 0, 288, 144)
    document.save(tmp_path / "wide.pdf")
    document.close()
    assert pdf.sizes(tmp_path / "wide.pdf") == ((1200, 600),)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (LOCKED, "the PDF document is locked with a password: save it without one"),
        (b"%PDF-1.7 and no more", "the PDF document is damaged: copy it again, or print it into a new PDF"),
    ],
)
def test_document_that_cannot_be_opened_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    with pytest.raises(InvalidSource) as refusal:
        source.read(tmp_path / "a.pdf", LIMITS)
    assert str(refusal.value) == reason


def test_too_many_pages_are_refused_before_they_are_looked_at(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="has 2,001 pages: 1 to 2,000 are taken, split it"):
        source.read(written(tmp_path / "a.pdf", *[(9, 9)] * (pdf.MOST_PAGES + 1)), LIMITS)


def test_page_that_is_too_large_is_named(tmp_path: Path) -> None:
    limits = SourceLimits(max_pixels=10**9, max_bytes=10**7, max_whole_pixels=10**6)
    with pytest.raises(InvalidSource, match="page 2 has 4,167 × 4,167 pixels; in a file that must be"):
        source.read(written(tmp_path / "a.pdf", (72, 72), (1000, 1000)), limits)
