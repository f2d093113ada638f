from dataclasses import replace

import pytest
from presentation_foreign import Json, canvases, foreign, view
from presentation_records import BARE, BOOK, NOBODY, PAINTINGS, SCROLL, URIS, Institution, leaves

from iiif.presentation import canvas
from iiif.presentation import range as ranges
from iiif.presentation.collection import collection
from iiif.presentation.manifest import manifest
from iiif.presentation.publisher import Publisher
from iiif.presentation.v2 import downgrade, downgrade_pinned

BASE = "https://example.org/iiif"
CONTEXT = "http://iiif.io/api/presentation/2/context.json"
MUSEUM = Publisher(Institution(homepage="https://m.example/", logo="https://m.example/logo.svg"))


def picture(asset: str, size: str, width: int, height: int) -> Json:
    service = f"{BASE}/image/2/{asset}"
    return {
        "@id": f"{service}/full/{size}/0/default.jpg",
        "@type": "dctypes:Image",
        "format": "image/jpeg",
        "width": width,
        "height": height,
        "service": {
            "@context": "http://iiif.io/api/image/2/context.json",
            "@id": service,
            "profile": "http://iiif.io/api/image/2/level2.json",
        },
    }


SCROLL_CANVAS = {
    "@id": f"{BASE}/canvas/scroll-1",
    "@type": "sc:Canvas",
    "label": "1",
    "height": 2400,
    "width": 24000,
    "thumbnail": picture("scroll_001", "400,40", 400, 40),
    "rendering": {
        "@id": "https://example.org/file/scroll_001/leaf%201.tif",
        "label": "leaf 1.tif",
        "format": "image/tiff",
    },
    "images": [
        {
            "@id": f"{BASE}/annotation/scroll-1",
            "@type": "oa:Annotation",
            "motivation": "sc:painting",
            "resource": picture("scroll_001", "full", 24000, 2400),
            "on": f"{BASE}/canvas/scroll-1",
        }
    ],
}


def test_a_manifest_says_the_same_in_2_1() -> None:
    scroll = replace(
        SCROLL, maker={}, type={}, date={}, place={}, subject={}, language={}, accession_number=None
    )

    drawn = downgrade(manifest(scroll, URIS, MUSEUM), URIS)

    label = [
        {"@value": "Mountains after rain", "@language": "en"},
        {"@value": "雨後山色", "@language": "zh-Hant"},
        {"@value": "جبال بعد المطر", "@language": "ar"},
    ]
    assert drawn == {
        "@context": CONTEXT,
        "@id": f"{BASE}/manifest/scroll",
        "@type": "sc:Manifest",
        "label": label,
        "metadata": [
            {
                "label": {"@value": "Support", "@language": "en"},
                "value": [{"@value": "Silk", "@language": "en"}, {"@value": "Soie", "@language": "fr"}],
            }
        ],
        "description": [
            {"@value": "A handscroll.", "@language": "en"},
            {"@value": "Un rollo.", "@language": "es-419"},
        ],
        "thumbnail": picture("scroll_001", "400,40", 400, 40),
        "attribution": {"@value": "Given by the painter's town", "@language": "en"},
        "license": "http://creativecommons.org/publicdomain/zero/1.0/",
        "logo": {"@id": "https://m.example/logo.svg", "@type": "dctypes:Image", "format": "image/svg+xml"},
        "viewingHint": "continuous",
        "viewingDirection": "right-to-left",
        "navDate": "0868-01-01T00:00:00Z",
        "related": [
            {"@id": "https://example.org/record/scroll", "label": label, "format": "text/html"},
            {"@id": "https://m.example/", "label": "Town Museum", "format": "text/html"},
        ],
        "rendering": SCROLL_CANVAS["rendering"],
        "seeAlso": {
            "@id": "https://example.org/api/records/scroll",
            "label": [
                {"@value": "Catalogue record (JSON)", "@language": "en"},
                {"@value": "目录记录（JSON）", "@language": "zh"},
                {"@value": "Notice du catalogue (JSON)", "@language": "fr"},
                {"@value": "بطاقة الفهرس (JSON)", "@language": "ar"},
            ],
            "format": "application/json",
        },
        "within": f"{BASE}/collection/paintings",
        "sequences": [{"@type": "sc:Sequence", "canvases": [SCROLL_CANVAS]}],
    }
    assert list(drawn)[:3] == ["@context", "@id", "@type"]


def test_pinned_documents_name_each_other_by_their_pinned_addresses() -> None:
    document = manifest(SCROLL, URIS, MUSEUM)

    pinned = downgrade_pinned(document, URIS)

    assert pinned == downgrade(document, URIS) | {
        "@id": f"{BASE}/2/manifest/scroll",
        "within": f"{BASE}/2/collection/paintings",
    }


SMALL = {key: value for key, value in picture("scroll_001", "400,40", 400, 40).items() if key != "service"}


def test_a_collection_lists_collections_and_manifests() -> None:
    drawn = downgrade_pinned(collection(PAINTINGS, URIS, NOBODY), URIS)

    assert drawn == {
        "@context": CONTEXT,
        "@id": f"{BASE}/2/collection/paintings",
        "@type": "sc:Collection",
        "label": [
            {"@value": "Paintings", "@language": "en"},
            {"@value": "Peintures", "@language": "fr"},
        ],
        "description": {"@value": "Scrolls & albums", "@language": "en"},
        "thumbnail": SMALL,
        "within": f"{BASE}/2/collection/root",
        "collections": [
            {
                "@id": f"{BASE}/2/collection/albums",
                "@type": "sc:Collection",
                "label": {"@value": "Albums", "@language": "en"},
            }
        ],
        "manifests": [
            {
                "@id": f"{BASE}/2/manifest/scroll",
                "@type": "sc:Manifest",
                "label": [
                    {"@value": "Mountains after rain", "@language": "en"},
                    {"@value": "雨後山色", "@language": "zh-Hant"},
                    {"@value": "جبال بعد المطر", "@language": "ar"},
                ],
                "thumbnail": SMALL,
            },
            {"@id": f"{BASE}/2/manifest/unnamed", "@type": "sc:Manifest", "label": "unnamed"},
        ],
    }


def test_every_institution_shows_its_logo() -> None:
    agents = [
        {
            "id": f"https://{name}.example/",
            "type": "Agent",
            "label": {"none": [name]},
            "logo": [{"id": f"https://{name}.example/logo.png", "type": "Image"}],
        }
        for name in ("a", "b")
    ]

    drawn: Json = downgrade(foreign(view(), provider=agents), URIS)

    assert [logo["@id"] for logo in drawn["logo"]] == [
        "https://a.example/logo.png",
        "https://b.example/logo.png",
    ]


def test_members_tell_the_order_that_two_lists_cannot() -> None:
    def member(type_: str, name: str) -> Json:
        return {"id": f"https://m.example/{name}", "type": type_, "label": {"none": [name]}}

    mixed: Json = {
        **member("Collection", "top"),
        "items": [member("Manifest", "a"), member("Collection", "b"), member("Manifest", "c")],
    }

    drawn: Json = downgrade(mixed, URIS)

    assert [one["@id"][-1] for one in drawn["members"]] == ["a", "b", "c"]
    assert drawn["members"][1]["viewingHint"] == "individuals"
    assert [one["@id"][-1] for one in drawn["manifests"]] == ["a", "c"]
    assert [one["@id"][-1] for one in drawn["collections"]] == ["b"]


def test_an_empty_collection_says_so() -> None:
    drawn = downgrade(collection(replace(PAINTINGS, collections=(), records=()), URIS, NOBODY), URIS)

    assert drawn["manifests"] == []


def test_chapters_stand_in_a_flat_list_below_their_top() -> None:
    drawn = downgrade(manifest(BOOK, URIS, NOBODY), URIS)

    def chapter(identifier: str, label: object, **parts: object) -> Json:
        return {"@id": f"{BASE}/range/{identifier}", "@type": "sc:Range", "label": label, **parts}

    def arabic(text: str) -> Json:
        return {"@value": text, "@language": "ar"}

    def pages(*numbers: int) -> list[str]:
        return [f"{BASE}/canvas/book-{number}" for number in numbers]

    assert drawn["structures"] == [
        chapter(
            "book-contents",
            [
                {"@value": "Table of contents", "@language": "en"},
                {"@value": "目录", "@language": "zh"},
                {"@value": "Table des matières", "@language": "fr"},
                arabic("فهرس المحتويات"),
            ],
            ranges=[f"{BASE}/range/book-7", f"{BASE}/range/book-8"],
            viewingHint="top",
        ),
        chapter("book-7", arabic("المقدمة"), canvases=pages(1, 2)),
        chapter("book-8", arabic("الباب الأول"), ranges=[f"{BASE}/range/book-9"], canvases=pages(3)),
        chapter("book-9", "book-9", canvases=pages(4, 5)),
    ]


def test_parts_stand_alone_under_the_ids_they_always_have() -> None:
    view = BOOK.canvases[2]
    page = canvas.canvas_document(view, BOOK, URIS, NOBODY)
    chapter = ranges.range_document(BOOK.ranges[1], BOOK, URIS)

    assert downgrade_pinned(page, URIS) == {
        "@context": CONTEXT,
        "@id": f"{BASE}/canvas/book-3",
        "@type": "sc:Canvas",
        "label": "3",
        "height": 2400,
        "width": 1800,
        "thumbnail": picture("book_003", "300,400", 300, 400),
        "within": f"{BASE}/2/manifest/book",
        "images": [
            {
                "@id": f"{BASE}/annotation/book-3",
                "@type": "oa:Annotation",
                "motivation": "sc:painting",
                "resource": picture("book_003", "full", 1800, 2400),
                "on": f"{BASE}/canvas/book-3",
            }
        ],
    }
    assert downgrade_pinned(chapter, URIS) == {
        "@context": CONTEXT,
        "@id": f"{BASE}/range/book-8",
        "@type": "sc:Range",
        "label": {"@value": "الباب الأول", "@language": "ar"},
        "within": f"{BASE}/2/manifest/book",
        "ranges": [f"{BASE}/range/book-9"],
        "canvases": [f"{BASE}/canvas/book-3"],
    }


def test_a_canvas_without_a_picture_has_no_images() -> None:
    (view,) = canvases(downgrade(manifest(BARE, URIS, NOBODY), URIS))

    assert (view["label"], view["images"]) == ("1", [])


@pytest.mark.parametrize(
    ("date", "utc"),
    [
        ("1856-01-01T00:00:00Z", "1856-01-01T00:00:00Z"),
        ("1856-01-01T01:00:00.5+02:00", "1855-12-31T23:00:00Z"),
        ("0001-01-01T00:00:00+02:00", "0001-01-01T00:00:00Z"),
    ],
)
def test_dates_are_in_utc(date: str, utc: str) -> None:
    assert downgrade(foreign(view(), navDate=date), URIS)["navDate"] == utc


def test_what_is_continuous_has_a_direction() -> None:
    drawn = downgrade(foreign(view(), behavior=["repeat", "continuous"]), URIS)

    assert (drawn["viewingHint"], drawn["viewingDirection"]) == ("continuous", "left-to-right")


def test_all_of_500_canvases_are_there() -> None:
    document = manifest(replace(BOOK, canvases=leaves("book", 500)), URIS, NOBODY)

    assert len(canvases(downgrade(document, URIS))) == 500
