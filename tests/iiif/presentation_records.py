"""Records and collections that satisfy ``iiif.protocols``, for the tests of Presentation."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from iiif.language import LanguageMap
from iiif.presentation.publisher import Publisher
from iiif.uris import Uris

Properties = Mapping[str, Any]  # Any: values of JSON.
URIS = Uris("https://example.org")
NOBODY = Publisher()


@dataclass(frozen=True)
class Asset:
    identifier: str
    file_name: str = "leaf.tif"
    media_type: str = "image/tiff"
    width: int | None = 3000
    height: int | None = 2000
    duration: float | None = None


@dataclass(frozen=True)
class Annotation:
    identifier: str
    motivation: tuple[str, ...] = ()
    body: Any = None  # Any: values of JSON.
    target: Any = None
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True)
class AnnotationPage:
    holder: str
    name: str
    annotations: tuple[Annotation, ...] = ()
    paints: bool = False
    is_embedded: bool = True
    is_external: bool = False
    source_id: str | None = None
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True)
class Text:
    words: int = 2
    profile: str | None = "http://www.loc.gov/standards/alto/ns-v4#"
    asset: str | None = "alto"
    file_name: str = "a.xml"
    media_type: str | None = "application/alto+xml"
    is_by_machine: bool = False


@dataclass(frozen=True)
class Canvas:
    identifier: str
    label: LanguageMap = field(default_factory=dict)
    width: int | None = 3000
    height: int | None = 2000
    duration: float | None = None
    asset: Asset | None = None
    pages: tuple[AnnotationPage, ...] = ()
    substitutes: Mapping[str, "Canvas"] = field(default_factory=dict)
    properties: Properties = field(default_factory=dict)
    source_id: str | None = None
    text: Text | None = None


@dataclass(frozen=True)
class CanvasPart:
    canvas: Canvas
    position: int
    part: Any = None  # Any: values of JSON.


@dataclass(frozen=True)
class Range:
    identifier: str
    label: LanguageMap = field(default_factory=dict)
    parts: tuple[CanvasPart, ...] = ()
    ranges: tuple["Range", ...] = ()
    position: int = 1
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True)
class Described:
    identifier: str
    label: LanguageMap = field(default_factory=dict)


@dataclass(frozen=True)
class Record(Described):
    summary: LanguageMap = field(default_factory=dict)
    rights: str | None = None
    required_statement: tuple[LanguageMap, LanguageMap] | None = None
    metadata_pairs: tuple[tuple[LanguageMap, LanguageMap], ...] = ()
    maker: LanguageMap = field(default_factory=dict)
    type: LanguageMap = field(default_factory=dict)
    subject: LanguageMap = field(default_factory=dict)
    place: LanguageMap = field(default_factory=dict)
    language: LanguageMap = field(default_factory=dict)
    date: LanguageMap = field(default_factory=dict)
    first_year: int | None = None
    last_year: int | None = None
    accession_number: str | None = None
    behavior: tuple[str, ...] = ()
    viewing_direction: str | None = None
    nav_date: str | None = None
    wraps_ranges: bool = True
    properties: Properties = field(default_factory=dict)
    pages: tuple[AnnotationPage, ...] = ()
    substitutes: Mapping[str, Canvas] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)
    modified: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    canvases: tuple[Canvas, ...] = ()
    ranges: tuple[Range, ...] = ()
    collections: tuple[Described, ...] = ()


@dataclass(frozen=True)
class Listed(Described):
    picture: Asset | None = None


@dataclass(frozen=True)
class Collection(Described):
    summary: LanguageMap = field(default_factory=dict)
    rights: str | None = None
    required_statement: tuple[LanguageMap, LanguageMap] | None = None
    metadata_pairs: tuple[tuple[LanguageMap, LanguageMap], ...] = ()
    behavior: tuple[str, ...] = ()
    viewing_direction: str | None = None
    nav_date: str | None = None
    properties: Properties = field(default_factory=dict)
    page: int | None = None
    pages: tuple[int, ...] = ()
    parent: Described | None = None
    collections: tuple[Described, ...] = ()
    records: tuple[Listed, ...] = ()
    picture: Asset | None = None


@dataclass(frozen=True)
class Institution:
    name: str = "Town Museum"
    homepage: str | None = None
    logo: str | None = None


def leaves(record: str, count: int, *, width: int = 3000, height: int = 2000) -> tuple[Canvas, ...]:
    """Views of ``record`` numbered from 1, each with a picture of its own."""
    return tuple(
        Canvas(
            identifier=f"{record}-{number}",
            label={"none": [str(number)]},
            width=width,
            height=height,
            asset=Asset(f"{record}_{number:03}", f"leaf {number}.tif", width=width, height=height),
        )
        for number in range(1, count + 1)
    )


def chapter(
    identifier: str, label: LanguageMap, canvases: tuple[Canvas, ...] = (), ranges: tuple[Range, ...] = ()
) -> Range:
    """A range of whole canvases, followed by ``ranges``."""
    parts = tuple(CanvasPart(canvas, position) for position, canvas in enumerate(canvases, 1))
    placed = enumerate(ranges, 1 + len(parts))
    return Range(identifier, label, parts, tuple(replace(one, position=place) for place, one in placed))


SCROLL = Record(
    identifier="scroll",
    label={"en": ["Mountains after rain"], "zh-Hant": ["雨後山色"], "ar": ["جبال بعد المطر"]},
    summary={"en": ["A handscroll."], "es-419": ["Un rollo."]},
    rights="http://creativecommons.org/publicdomain/zero/1.0/",
    required_statement=({"en": ["Courtesy"]}, {"en": ["Given by the painter's town"]}),
    metadata_pairs=(({"en": ["Support"]}, {"en": ["Silk"], "fr": ["Soie"]}),),
    maker={"en": ["Unknown painter"]},
    type={"en": ["Painting"]},
    subject={"en": ["Mountains"]},
    place={"en": ["Dunhuang"]},
    language={"none": ["lzh"]},
    date={"none": ["868"]},
    first_year=868,
    last_year=868,
    accession_number="Or.8210/S.1",
    behavior=("continuous",),
    viewing_direction="right-to-left",
    canvases=leaves("scroll", 1, width=24000, height=2400),
    collections=(Described("paintings"),),
)

_PAGES = leaves("book", 6, width=1800, height=2400)
BOOK = Record(
    identifier="book",
    label={"ar": ["كتاب الحيل"]},
    behavior=("paged",),
    viewing_direction="right-to-left",
    canvases=_PAGES,
    ranges=(
        chapter("book-7", {"ar": ["المقدمة"]}, _PAGES[:2]),
        chapter(
            "book-8",
            {"ar": ["الباب الأول"]},
            _PAGES[2:3],
            (chapter("book-9", {}, _PAGES[3:5]), chapter("book-10", {"en": ["Lost leaves"]})),
        ),
    ),
)

BARE = Record(identifier="bare", canvases=(Canvas("bare-1", width=1000, height=1000),))

RECORDS = (SCROLL, BOOK, BARE)

PAINTINGS = Collection(
    identifier="paintings",
    label={"en": ["Paintings"], "fr": ["Peintures"]},
    summary={"en": ["Scrolls & albums"]},
    parent=Described("root"),
    collections=(Described("albums", {"en": ["Albums"]}),),
    records=(Listed("scroll", SCROLL.label, SCROLL.canvases[0].asset), Listed("unnamed")),
    picture=SCROLL.canvases[0].asset,
)
