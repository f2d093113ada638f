"""What every recogniser takes and gives."""

from collections.abc import Sequence
from typing import Protocol

from archive.ingest.texts.found import TextFile


class Engine(Protocol):
    """A program that reads pictures."""

    @property
    def name(self) -> str:
        """Its name and version."""
        ...

    @property
    def longest(self) -> int:
        """Pixels of the longest side that it reads well and in bearable time."""
        ...

    def require(self, language: str | None) -> None:
        """Raise ``Invalid`` with the remedy where it can't read a language, by its BCP 47 tag."""
        ...

    def recognise(self, jpeg: bytes, language: str | None, *, in_columns: bool) -> TextFile:
        """The one page of a picture, its areas in the picture's own pixels.

        ``in_columns``: its lines are expected to run downwards. Raises ``Invalid``, ``Unavailable``.
        """
        ...


NAMES: Sequence[str] = ("rapidocr", "tesseract")
"""The engines by the names by which they are chosen."""


def open_engine(name: str) -> Engine:
    """The engine of that name. Raises ``Unavailable`` that says what to install."""
    # Each brings its own program along, or needs one.
    if name == "tesseract":
        from archive.recognition.tesseract import Tesseract  # noqa: PLC0415  # See above.

        return Tesseract()
    from archive.recognition.rapid import Rapid  # noqa: PLC0415  # See above.

    return Rapid()
