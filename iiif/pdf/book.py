"""A book as a PDF that can be searched: the picture of each page, its text unseen exactly over its words.

Pages are measured in the pixels of their canvas, 300 to an inch as scanners have it.
Source: ISO 32000-1 §9.3.6 (text that is not painted), §12.2 (which way a book is turned).
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import bidi

from iiif.errors import InvalidSource
from iiif.pdf.font import ADVANCE, Font, extent
from iiif.pdf.writer import HEADER, Writer, dictionary, number, reference, text

_POINTS = 72 / 300
"""Points a pixel."""

_LONGEST = 14_400
"""Points of the longest page that readers open."""

_FRAMES = {0xC0, 0xC1, 0xC2}
_COLORS = {1: "/DeviceGray", 3: "/DeviceRGB"}


@dataclass(frozen=True, slots=True)
class Run:
    """Characters in a row within a box ``(x, y, w, h)`` of the page's pixels, in the order of reading.

    ``ttb`` is downwards; ``rtl`` says that what has no direction of its own is read to the left.
    """

    text: str
    box: tuple[int, int, int, int]
    direction: Literal["ltr", "rtl", "ttb"] = "ltr"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of ``size`` (w, h) in pixels; its ``jpeg`` fills it, white where there is none."""

    size: tuple[int, int]
    jpeg: bytes | None
    runs: Sequence[Run]


@dataclass(frozen=True, slots=True)
class About:
    """What a book says of itself."""

    title: str
    language: str | None = None
    is_leftwards: bool = False


def write(pages: Iterable[Page], about: About) -> Iterator[bytes]:
    """The book, a piece a page and one at its end; no page is held longer than it takes to write it.

    Raises ``InvalidSource`` where a picture is no JPEG.
    """
    writer, font = Writer(), Font()
    catalogue, tree, letterer, told = (writer.reserve() for _ in range(4))
    leaves: list[int] = []
    yield HEADER
    for page in pages:
        leaves.append(writer.reserve())
        yield b"".join(_page(writer, font, page, (leaves[-1], tree, letterer)))
    kids = " ".join(map(reference, leaves))
    yield b"".join(font.objects(writer, letterer))
    yield writer.write(tree, dictionary({"Type": "/Pages", "Count": len(leaves), "Kids": f"[{kids}]"}))
    yield writer.write(catalogue, dictionary(_catalogue(about, tree)))
    yield writer.write(told, dictionary({"Title": text(about.title), "Producer": text("Mogao")}))
    yield writer.end(root=catalogue, about=told)


def _catalogue(about: About, tree: int) -> dict[str, object]:
    shown = {"DisplayDocTitle": "true"} | ({"Direction": "/R2L"} if about.is_leftwards else {})
    entries: dict[str, object] = {"Type": "/Catalog", "Pages": reference(tree)}
    entries["ViewerPreferences"] = dictionary(shown)
    return entries | ({"Lang": text(about.language)} if about.language else {})


def _page(writer: Writer, font: Font, page: Page, numbers: tuple[int, int, int]) -> Iterator[bytes]:
    leaf, tree, letterer = numbers
    content = writer.reserve()
    width, height = page.size
    scale = min(_POINTS, _LONGEST / max(page.size))
    resources: dict[str, object] = {"Font": dictionary({"F": reference(letterer)})}
    # From here on all is in pixels.
    parts = [f"{scale:.9f} 0 0 {scale:.9f} 0 0 cm"]
    if page.jpeg is not None:
        picture = writer.reserve()
        yield _picture(writer, picture, page.jpeg)
        resources["XObject"] = dictionary({"I": reference(picture)})
        parts.append(f"q {width} 0 0 {height} 0 0 cm /I Do Q")
    if page.runs:
        set_ = (line for run in page.runs if run.text for line in _run(font, run, height))
        parts += ["BT 3 Tr", *set_, "ET"]
    yield writer.packed(content, {}, "\n".join(parts).encode("ascii"))
    box = f"[0 0 {number(width * scale)} {number(height * scale)}]"
    yield writer.write(leaf, dictionary(
        {
            "Type": "/Page", "Parent": reference(tree), "MediaBox": box,
            "Resources": dictionary(resources), "Contents": reference(content),
        }
    ))  # fmt: skip


def _run(font: Font, run: Run, page_height: int) -> Iterator[str]:
    x, y, width, height = run.box
    if run.direction != "ttb":
        # Readers expect what is read to the left as it is seen, from the left, and turn it round.
        written = bidi.get_display(run.text, base_dir="R" if run.direction == "rtl" else "L")
        yield _set(height, width / extent(written))
        yield f"1 0 0 1 {x} {page_height - y - height} Tm {font.encoded(written)} Tj"
        return
    # Downwards, characters lie on their side, each for itself: PDFium takes the last column for the first one
    # where a column begins as high as the one before it ended.
    step = height / len(run.text)
    yield _set(width, step)
    for place, character in enumerate(run.text):
        yield f"0 -1 1 0 {x} {number(page_height - y - place * step)} Tm {font.encoded(character)} Tj"


def _set(size: int, advance: float) -> str:
    """The font so high, its characters so wide."""
    return f"/F {size} Tf {number(advance / (ADVANCE * size) * 100)} Tz"


def _picture(writer: Writer, number: int, jpeg: bytes) -> bytes:
    width, height, components = _frame(jpeg)
    entries = {
        "Type": "/XObject", "Subtype": "/Image", "Width": width, "Height": height, "BitsPerComponent": 8,
        "ColorSpace": _COLORS[components], "Filter": "/DCTDecode",
    }  # fmt: skip
    return writer.stream(number, entries, jpeg)


def _frame(jpeg: bytes) -> tuple[int, int, int]:
    """Width, height and number of channels of a JPEG. Source: ITU-T T.81 §B.2.2."""
    at = 2
    while at + 10 <= len(jpeg) and jpeg[at] == 0xFF:
        if jpeg[at + 1] in _FRAMES:
            height, width, components = struct.unpack_from(">HHB", jpeg, at + 5)
            return width, height, components
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    raise InvalidSource("the picture is no JPEG: make its pyramid anew")
