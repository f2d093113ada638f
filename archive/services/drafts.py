"""What a curator says of a record, before the catalogue has it: the values that ``records.save`` takes."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from iiif.language import LanguageMap
from iiif.presentation import parsing


@dataclass(frozen=True)
class PageDraft:
    """One file of a record: its place on disk, the name it is known by, its page's label."""

    path: Path
    name: str
    """The path as the curator knows it, relative to the folder, with ``/``, in Unicode form C."""
    label: LanguageMap = field(default_factory=dict)


@dataclass(frozen=True)
class RangeDraft:
    """A chapter: the numbers of its pages (from 1), and the chapters below it."""

    label: LanguageMap
    pages: tuple[int, ...] = ()
    ranges: tuple["RangeDraft", ...] = ()


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
