"""A font without shapes: what is written with it is found, marked and copied, and never seen.

Each character gets a code of its own the first time that it is met, and a table at the end says what the
codes mean: so any script is one font. Source: ISO 32000-1 §9.7, §9.10.3; OpenType 1.9, glyf.
"""

import struct
import unicodedata
from collections.abc import Iterator

from iiif.pdf.writer import Writer, dictionary, reference

ADVANCE = 0.5
"""How wide each character is, of the font's size; it reaches from the line up to that size."""

_MOST = 0xFFFE - 1
_UNKNOWN = "\ufffd"
_BLOCK = 100
_UNITS = 1000


class Font:
    """Codes for characters, as many as are met."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def encoded(self, written: str) -> str:
        """A text as a string of the font."""
        return f"<{''.join(f'{self._code(one):04X}' for one in written)}>"

    def objects(self, writer: Writer, number: int) -> Iterator[bytes]:
        """The font as object ``number``, and what belongs to it."""
        inner, described, file, glyphs, meanings = (writer.reserve() for _ in range(5))
        yield writer.write(number, dictionary(
            {
                "Type": "/Font", "Subtype": "/Type0", "BaseFont": "/Invisible", "Encoding": "/Identity-H",
                "DescendantFonts": f"[{reference(inner)}]", "ToUnicode": reference(meanings),
            }
        ))  # fmt: skip
        yield writer.write(inner, dictionary(
            {
                "Type": "/Font", "Subtype": "/CIDFontType2", "BaseFont": "/Invisible",
                "CIDSystemInfo": "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
                "FontDescriptor": reference(described), "DW": round(_UNITS * ADVANCE), "W": self._widths(),
                "CIDToGIDMap": reference(glyphs),
            }
        ))  # fmt: skip
        yield writer.write(described, dictionary(
            {
                "Type": "/FontDescriptor", "FontName": "/Invisible", "Flags": 5, "ItalicAngle": 0,
                "FontBBox": f"[0 0 {round(_UNITS * ADVANCE)} {_UNITS}]", "Ascent": _UNITS, "Descent": 0,
                "CapHeight": _UNITS, "StemV": 80, "FontFile2": reference(file),
            }
        ))  # fmt: skip
        shapes = _without_shapes()
        yield writer.packed(file, {"Length1": len(shapes)}, shapes)
        # Every code has the same shape; the first one would mean that the font lacks it.
        yield writer.packed(glyphs, {}, b"\0\1" * (_MOST + 2))
        yield writer.packed(meanings, {}, self._meanings().encode("ascii"))

    def _code(self, character: str) -> int:
        if character not in self._codes and len(self._codes) >= _MOST:
            character = _UNKNOWN
        return self._codes.setdefault(character, len(self._codes) + 1)

    def _widths(self) -> str:
        return f"[{' '.join(f'{code} [0]' for one, code in self._codes.items() if is_mark(one))}]"

    def _meanings(self) -> str:
        lines = [
            f"<{code:04X}> <{letter.encode('utf-16-be', 'replace').hex()}>"
            for letter, code in self._codes.items()
        ]
        blocks = [lines[start : start + _BLOCK] for start in range(0, len(lines), _BLOCK)]
        listed = "\n".join(line for one in blocks for line in (f"{len(one)} beginbfchar", *one, "endbfchar"))
        return (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
            f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{listed}\n"
            "endcmap CMapName currentdict /CMap defineresource pop end end\n"
        )


def extent(written: str) -> int:
    """How many characters of a text take up room: marks stand on others."""
    return sum(not is_mark(character) for character in written) or 1


def is_mark(character: str) -> bool:
    """Whether a character stands on the one before it."""
    return unicodedata.category(character) in {"Mn", "Me"}


def _without_shapes() -> bytes:
    """A TrueType font of a glyph that is empty, and one that is a mere line back and forth.

    What readers mark is the box of a glyph, and an empty one has none.
    """
    wide, tall = round(_UNITS * ADVANCE), 985
    ends = struct.pack(">h4hHH2B4h", 1, 0, 0, wide, tall, 1, 0, 1, 1, 0, wide, 0, tall)
    tables = {
        b"glyf": ends,
        b"head": struct.pack(
            ">IIIIHHqqhhhhHHhhh",
            0x10000,
            0x10000,
            0,
            0x5F0F3CF5,
            3,
            _UNITS,
            0,
            0,
            0,
            0,
            wide,
            _UNITS,
            0,
            8,
            2,
            0,
            0,
        ),
        b"hhea": struct.pack(">IhhhH11hH", 0x10000, _UNITS, 0, 0, wide, *([0] * 11), 1),
        b"hmtx": struct.pack(">Hhh", wide, 0, 0),
        b"loca": struct.pack(">3H", 0, 0, len(ends) // 2),
        b"maxp": struct.pack(">IH13H", 0x10000, 2, 2, 1, *([0] * 11)),
    }
    directory, body, at = b"", b"", 12 + 16 * len(tables)
    for name, table in sorted(tables.items()):
        padded = table + bytes(-len(table) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += name + struct.pack(">III", checksum, at + len(body), len(table))
        body += padded
    return struct.pack(">IHHHH", 0x10000, len(tables), 64, 2, 32) + directory + body
