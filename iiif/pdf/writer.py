"""The outer form of a PDF: numbered objects, one after the other, and the table that finds them.

What is written is given away at once, so that a book of thousands of pages is never whole in memory; every
library that we know of keeps it there until its end. Source: ISO 32000-1 §7.3, §7.5.
"""

import zlib
from collections.abc import Mapping

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class Writer:
    """Gives the bytes of objects, and remembers where each of them begins."""

    def __init__(self) -> None:
        self._offsets: list[int] = []
        self._at = len(HEADER)

    def reserve(self) -> int:
        """The number of an object that others may name before it is written."""
        self._offsets.append(0)
        return len(self._offsets)

    def write(self, number: int, body: bytes | str) -> bytes:
        """The object of that number."""
        content = body.encode("ascii") if isinstance(body, str) else body
        written = b"%d 0 obj\n%s\nendobj\n" % (number, content)
        self._offsets[number - 1] = self._at
        self._at += len(written)
        return written

    def stream(self, number: int, entries: Mapping[str, object], content: bytes) -> bytes:
        """The object of that number as a stream of ``content``, which ``entries`` describe."""
        described = dictionary({**entries, "Length": len(content)})
        return self.write(number, b"%s\nstream\n%s\nendstream" % (described.encode("ascii"), content))

    def packed(self, number: int, entries: Mapping[str, object], content: bytes) -> bytes:
        """As ``stream``, of content that is deflated here."""
        return self.stream(number, {**entries, "Filter": "/FlateDecode"}, zlib.compress(content))

    def end(self, *, root: int, about: int) -> bytes:
        """The table of all objects, and which of them is the catalogue and which the description."""
        size = len(self._offsets) + 1
        lines = ["0000000000 65535 f ", *(f"{offset:010} 00000 n " for offset in self._offsets)]
        trailer = dictionary({"Size": size, "Root": reference(root), "Info": reference(about)})
        table = "\n".join(lines)
        return f"xref\n0 {size}\n{table}\ntrailer\n{trailer}\nstartxref\n{self._at}\n%%EOF\n".encode("ascii")


def dictionary(entries: Mapping[str, object]) -> str:
    """A dictionary of values that are written already."""
    return "<< " + " ".join(f"/{name} {value}" for name, value in entries.items()) + " >>"


def reference(number: int) -> str:
    """The object of that number, as others name it."""
    return f"{number} 0 R"


def text(value: str) -> str:
    """Text for people, in any script."""
    marked = "\ufeff" + value
    return f"<{marked.encode('utf-16-be', 'replace').hex()}>"


def number(value: float) -> str:
    """A number, to a thousandth of a unit and without an exponent."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
