"""What a curator says of a record, before the catalogue has it: the values that ``records.save`` takes."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from iiif.language import LanguageMap
from iiif.presentation import parsing


@dataclass(frozen=True)
class FileDraft:
    """A file: its place on disk, the name it is known by."""

    path: Path
    name: str
    """The path as the curator knows it, relative to the folder, with ``/``, in Unicode form C."""


@dataclass(frozen=True)
class CaptionsDraft(FileDraft):
    """Captions in one language, ``None`` where their name does not say which."""

    language: str | None = None


@dataclass(frozen=True)
class TextDraft(FileDraft):
    """A file of text, and which of its pages (from 0) is that of the page, or of the first in its file."""

    page: int = 0


@dataclass(frozen=True)
class LayerDraft:
    """A picture that lies in the place of a page's own, which is meant where there is no ``file``."""

    label: LanguageMap
    file: FileDraft | None = None


@dataclass(frozen=True)
class Note:
    """What is said of a page, or of the ``box`` (x, y, width, height, in pixels) on it."""

    text: LanguageMap
    box: tuple[int, int, int, int] | None = None


@dataclass(frozen=True)
class PageDraft(FileDraft):
    """The file that a page shows, its label, and what comes with it.

    ``formats`` are further files of the same recording; ``layers`` are pictures in the same place, the page's
    own among them; ``companions`` are the files that its model names.
    """

    label: LanguageMap = field(default_factory=dict)
    formats: tuple[FileDraft, ...] = ()
    captions: tuple[CaptionsDraft, ...] = ()
    poster: FileDraft | None = None
    text: TextDraft | None = None
    companions: tuple[FileDraft, ...] = ()
    layers: tuple[LayerDraft, ...] = ()
    notes: tuple[Note, ...] = ()
    properties: Mapping[str, Any] | None = None  # Any: values of JSON.
    """What the page says in Presentation's own spelling; ``None`` leaves alone what it has of it."""

    def files(self) -> Iterator[FileDraft]:
        """Every file of the page, its own first."""
        yield self
        yield from self.formats
        yield from self.captions
        if self.poster:
            yield self.poster
        if self.text:
            yield self.text
        yield from (layer.file for layer in self.layers if layer.file)
        yield from self.companions


@dataclass(frozen=True)
class RangeDraft:
    """A chapter: the numbers of its pages (from 1), and the chapters below it."""

    label: LanguageMap
    pages: tuple[int, ...] = ()
    ranges: tuple["RangeDraft", ...] = ()
    properties: Mapping[str, Any] | None = None  # Any: values of JSON.
    """What the chapter says in Presentation's own spelling; ``None`` leaves alone what it has of it."""


@dataclass(frozen=True)
class Dates:
    """A date as it was written, and the years it spans, astronomical (0 is 1 BCE), both or none known."""

    written: LanguageMap
    first_year: int | None = None
    last_year: int | None = None


@dataclass(frozen=True)
class Draft:
    """One record as its row or folder describes it.

    ``identifier`` is the one given, as written; ``None`` asks for one to be minted from ``name``, or
    from ``key`` without one. ``key`` names the row within its source and stays the same when the row
    is edited.
    """

    key: str
    identifier: str | None = None
    name: str | None = None
    label: LanguageMap = field(default_factory=dict)
    summary: LanguageMap = field(default_factory=dict)
    rights: str | None = None
    required_statement: tuple[LanguageMap, LanguageMap] | None = None
    metadata_pairs: tuple[tuple[LanguageMap, LanguageMap], ...] = ()
    maker: LanguageMap = field(default_factory=dict)
    type: LanguageMap = field(default_factory=dict)
    subject: LanguageMap = field(default_factory=dict)
    place: LanguageMap = field(default_factory=dict)
    language: LanguageMap = field(default_factory=dict)
    dates: Dates | None = None
    accession_number: str | None = None
    visibility: str = "public"
    embargo_until: dt.date | None = None
    behavior: tuple[str, ...] = ()
    viewing_direction: str | None = None
    collections: tuple[str, ...] = ()
    """Paths of collection labels from the top, ``/`` between levels: ``Paintings/Landscapes``."""
    order: int | None = None
    pages: tuple[PageDraft, ...] = ()
    ranges: tuple[RangeDraft, ...] = ()
    nav_date: str | None = None
    properties: Mapping[str, Any] | None = None  # Any: values of JSON.
    """What the record says in Presentation's own spelling; ``None`` leaves alone what it has of it."""

    document: parsing.Manifest | None = None
    """The manifest that it was taken from: its canvases, annotations and ranges instead of pages."""

    @property
    def called(self) -> str:
        """The text that its identifier is made of."""
        return self.identifier or self.name or self.key
