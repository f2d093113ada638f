"""Records and collections that satisfy ``iiif.protocols``, for the tests of Presentation."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from iiif.language import LanguageMap
from iiif.presentation.publisher import Publisher
from iiif.uris import Uris

URIS = Uris("https://example.org")
NOBODY = Publisher()


@dataclass(frozen=True)
class Asset:
    identifier: str
    file_name: str = "leaf.tif"
    media_type: str = "image/tiff"
    width: int = 3000
    height: int = 2000


@dataclass(frozen=True)
class Canvas:
    identifier: str
    label: LanguageMap = field(default_factory=dict)
    width: int = 3000
    height: int = 2000
    asset: Asset | None = None


@dataclass(frozen=True)
class Range:
    identifier: str
    label: LanguageMap = field(default_factory=dict)
    canvases: tuple[Canvas, ...] = ()
    ranges: tuple["Range", ...] = ()


@dataclass(frozen=True)
class Described:
    identifier: str
    label: LanguageMap = field(default_factory=dict)
    summary: LanguageMap = field(default_factory=dict)


@dataclass(frozen=True)
class Record(Described):
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
    modified: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    canvases: tuple[Canvas, ...] = ()
    ranges: tuple[Range, ...] = ()
    collections: tuple[Described, ...] = ()


@dataclass(frozen=True)
class Collection(Described):
    parent: Described | None = None
    collections: tuple[Described, ...] = ()
    records: tuple[Described, ...] = ()


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
        Range("book-7", {"ar": ["المقدمة"]}, _PAGES[:2]),
        Range(
            "book-8",
            {"ar": ["الباب الأول"]},
            _PAGES[2:3],
            (Range("book-9", {}, _PAGES[3:5]), Range("book-10", {"en": ["Lost leaves"]})),
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
    records=(SCROLL, Described("unnamed")),
)
