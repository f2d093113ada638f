import json
import time
from dataclasses import replace

import pytest
from presentation_records import BARE, BOOK, NOBODY, SCROLL, URIS, Institution, Record, leaves

from iiif.presentation import gate, labels
from iiif.presentation.manifest import fields, manifest, nav_date
from iiif.presentation.publisher import Publisher

ZERO = "http://creativecommons.org/publicdomain/zero/1.0/"
COPYRIGHT = "http://rightsstatements.org/vocab/InC/1.0/"


def test_a_small_record_is_drawn_whole() -> None:
    record = Record("vase", {"en": ["Vase"]}, rights=ZERO, canvases=leaves("vase", 1))

    source = {
        "id": "https://example.org/file/vase_001/leaf%201.tif",
        "type": "Image",
        "label": {"none": ["leaf 1.tif"]},
        "format": "image/tiff",
    }
    service = {
        "id": "https://example.org/iiif/image/3/vase_001",
        "type": "ImageService3",
        "profile": "level2",
    }
    thumbnail = {
        "id": "https://example.org/iiif/image/3/vase_001/full/400,267/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "width": 400,
        "height": 267,
        "service": [service],
    }
    assert manifest(record, URIS, NOBODY) == {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": "https://example.org/iiif/manifest/vase",
        "type": "Manifest",
        "label": {"en": ["Vase"]},
        "rights": ZERO,
        "thumbnail": [thumbnail],
        "homepage": [
            {
                "id": "https://example.org/record/vase",
                "type": "Text",
                "label": {"en": ["Vase"]},
                "format": "text/html",
            }
        ],
        "seeAlso": [
            {
                "id": "https://example.org/api/records/vase",
                "type": "Dataset",
                "label": labels.CATALOGUE_JSON,
                "format": "application/json",
            }
        ],
        "rendering": [source],
        "items": [
            {
                "id": "https://example.org/iiif/canvas/vase-1",
                "type": "Canvas",
                "label": {"none": ["1"]},
                "width": 3000,
                "height": 2000,
                "thumbnail": [thumbnail],
                "rendering": [source],
                "items": [
                    {
                        "id": "https://example.org/iiif/annotations/vase-1/painting",
                        "type": "AnnotationPage",
                        "items": [
                            {
                                "id": "https://example.org/iiif/annotation/vase-1",
                                "type": "Annotation",
                                "motivation": "painting",
                                "body": {
                                    "id": "https://example.org/iiif/image/3/vase_001/full/max/0/default.jpg",
                                    "type": "Image",
                                    "format": "image/jpeg",
                                    "width": 3000,
                                    "height": 2000,
                                    "service": [service],
                                },
                                "target": "https://example.org/iiif/canvas/vase-1",
                            }
                        ],
                    }
                ],
            }
        ],
    }


def test_the_description_of_a_record_is_drawn_in_order() -> None:
    drawn = manifest(SCROLL, URIS, NOBODY)

    assert list(drawn) == [
        "@context", "id", "type", "label", "summary", "metadata", "rights", "requiredStatement", "thumbnail",
        "behavior", "viewingDirection", "navDate", "homepage", "seeAlso", "rendering", "partOf", "items",
    ]  # fmt: skip
    assert drawn["label"] == SCROLL.label
    assert drawn["summary"] == SCROLL.summary
    assert drawn["metadata"] == [
        {"label": labels.MAKER, "value": {"en": ["Unknown painter"]}},
        {"label": labels.TYPE, "value": {"en": ["Painting"]}},
        {"label": labels.DATE, "value": {"none": ["868"]}},
        {"label": labels.PLACE, "value": {"en": ["Dunhuang"]}},
        {"label": labels.SUBJECT, "value": {"en": ["Mountains"]}},
        {"label": labels.LANGUAGE, "value": {"none": ["lzh"]}},
        {"label": labels.ACCESSION_NUMBER, "value": {"none": ["Or.8210/S.1"]}},
        {"label": {"en": ["Support"]}, "value": {"en": ["Silk"], "fr": ["Soie"]}},
    ]
    assert drawn["rights"] == SCROLL.rights
    assert drawn["requiredStatement"] == {
        "label": {"en": ["Courtesy"]},
        "value": {"en": ["Given by the painter's town"]},
    }
    assert drawn["behavior"] == ["continuous"]
    assert drawn["viewingDirection"] == "right-to-left"
    assert drawn["navDate"] == "0868-01-01T00:00:00Z"
    assert drawn["partOf"] == [{"id": "https://example.org/iiif/collection/paintings", "type": "Collection"}]


def test_scripts_are_taken_out_of_all_that_may_hold_html() -> None:
    harmful, safe = {"en": ["<p>Silk<script>alert(1)</script></p>"]}, {"en": ["<p>Silk</p>"]}
    record = replace(
        SCROLL,
        summary=harmful,
        required_statement=({"en": ["By"]}, harmful),
        metadata_pairs=(({"en": ["Support"]}, harmful),),
        maker=harmful,
        type=harmful,
        subject=harmful,
        place=harmful,
        language=harmful,
        date=harmful,
        accession_number=None,
    )
    drawn = manifest(record, URIS, NOBODY)
    names = [label for label, _ in fields(record)]
    assert len(names) == 7
    assert drawn["metadata"] == [{"label": name, "value": safe} for name in names]
    assert (drawn["summary"], drawn["requiredStatement"]) == (safe, {"label": {"en": ["By"]}, "value": safe})


def test_a_record_without_label_shows_its_identifier() -> None:
    drawn = manifest(BARE, URIS, NOBODY)

    assert drawn["label"] == {"none": ["bare"]}
    assert drawn["homepage"] == [
        {
            "id": "https://example.org/record/bare",
            "type": "Text",
            "label": {"none": ["bare"]},
            "format": "text/html",
        }
    ]


def test_a_record_without_pictures_has_a_canvas_that_says_so() -> None:
    drawn = manifest(BARE, URIS, NOBODY)

    assert "thumbnail" not in drawn
    assert drawn["items"] == [
        {
            "id": "https://example.org/iiif/canvas/bare-1",
            "type": "Canvas",
            "width": 1000,
            "height": 1000,
            "metadata": [{"label": labels.NOTE, "value": labels.NO_IMAGE}],
            "items": [],
        }
    ]


def test_several_chapters_stand_in_one_table_of_contents_without_empty_ones() -> None:
    def pages(*numbers: int) -> list[dict[str, object]]:
        return [
            {"id": f"https://example.org/iiif/canvas/book-{number}", "type": "Canvas"} for number in numbers
        ]

    below = {"id": "https://example.org/iiif/range/book-9", "type": "Range", "items": pages(4, 5)}
    assert manifest(BOOK, URIS, NOBODY)["structures"] == [
        {
            "id": "https://example.org/iiif/range/book-contents",
            "type": "Range",
            "label": labels.CONTENTS,
            "items": [
                {
                    "id": "https://example.org/iiif/range/book-7",
                    "type": "Range",
                    "label": {"ar": ["المقدمة"]},
                    "items": pages(1, 2),
                },
                {
                    "id": "https://example.org/iiif/range/book-8",
                    "type": "Range",
                    "label": {"ar": ["الباب الأول"]},
                    "items": [*pages(3), below],
                },
            ],
        }
    ]


def test_one_chapter_at_the_top_is_the_whole_hierarchy() -> None:
    drawn = manifest(replace(BOOK, ranges=BOOK.ranges[:1]), URIS, NOBODY)

    assert [top["id"] for _, top in gate.paths.members(drawn, "structures")] == [
        "https://example.org/iiif/range/book-7"
    ]


def test_chapters_that_are_all_empty_draw_no_structures() -> None:
    empty = BOOK.ranges[1].ranges[1]

    assert "structures" not in manifest(replace(BOOK, ranges=(empty, empty)), URIS, NOBODY)


def test_sources_that_may_not_be_downloaded_are_not_linked() -> None:
    assert "rendering" not in json.dumps(manifest(replace(SCROLL, rights=None), URIS, NOBODY))
    assert "rendering" not in json.dumps(
        manifest(replace(SCROLL, rights=COPYRIGHT), URIS, Publisher(rights=ZERO))
    )


def test_the_publishers_rights_let_sources_be_downloaded_where_a_record_states_none() -> None:
    assert "rendering" in manifest(replace(SCROLL, rights=None), URIS, Publisher(rights=ZERO))


def test_sources_of_several_canvases_are_linked_from_each_canvas_only() -> None:
    drawn = manifest(replace(BOOK, rights=ZERO), URIS, NOBODY)

    assert "rendering" not in drawn
    assert all("rendering" in canvas for _, canvas in gate.paths.members(drawn, "items"))


def test_the_publisher_speaks_where_the_record_is_silent() -> None:
    publisher = Publisher(
        Institution(homepage="https://museum.example/", logo="https://museum.example/logo.png"),
        rights="http://rightsstatements.org/vocab/CNE/1.0/",
        statement="Town Museum",
    )

    drawn = manifest(BARE, URIS, publisher)

    page = {
        "id": "https://museum.example/",
        "type": "Text",
        "label": {"none": ["Town Museum"]},
        "format": "text/html",
    }
    assert drawn["rights"] == "http://rightsstatements.org/vocab/CNE/1.0/"
    assert drawn["requiredStatement"] == {"label": labels.ATTRIBUTION, "value": {"none": ["Town Museum"]}}
    assert drawn["provider"] == [
        {
            "id": "https://museum.example/",
            "type": "Agent",
            "label": {"none": ["Town Museum"]},
            "homepage": [page],
            "logo": [{"id": "https://museum.example/logo.png", "type": "Image", "format": "image/png"}],
        }
    ]


def test_the_record_speaks_before_the_publisher() -> None:
    drawn = manifest(
        SCROLL, URIS, Publisher(rights="http://rightsstatements.org/vocab/CNE/1.0/", statement="Else")
    )

    assert drawn["rights"] == SCROLL.rights
    assert drawn["requiredStatement"] == manifest(SCROLL, URIS, NOBODY)["requiredStatement"]


def test_an_institution_without_homepage_has_the_archives() -> None:
    drawn = manifest(BARE, URIS, Publisher(Institution()))

    assert [agent["id"] for _, agent in gate.paths.members(drawn, "provider")] == ["https://example.org/"]


@pytest.mark.parametrize(
    ("first", "last", "date"),
    [
        pytest.param(1912, 1912, "1912-01-01T00:00:00Z", id="a year"),
        pytest.param(868, 868, "0868-01-01T00:00:00Z", id="four digits"),
        pytest.param(1900, 1999, None, id="a span"),
        pytest.param(1900, None, None, id="an open span"),
        pytest.param(0, 0, None, id="1 BCE"),
        pytest.param(-300, -300, None, id="before the common era"),
        pytest.param(10000, 10000, None, id="five digits"),
        pytest.param(None, None, None, id="unknown"),
    ],
)
def test_only_a_single_known_year_of_the_common_era_is_navigable(
    first: int | None, last: int | None, date: str | None
) -> None:
    assert nav_date(Record("dated", first_year=first, last_year=last)) == date


def test_plain_text_in_angle_brackets_is_kept_from_being_read_as_html() -> None:
    record = replace(BARE, summary={"en": ["<Untitled>"]}, maker={"en": ["<p>Li <b>Bai</b></p>"]})

    drawn = manifest(record, URIS, NOBODY)

    assert drawn["summary"] == {"en": ["<Untitled> "]}
    assert drawn["metadata"] == [{"label": labels.MAKER, "value": {"en": ["<p>Li <b>Bai</b></p>"]}}]


def test_fields_without_a_value_are_left_out() -> None:
    record = replace(BARE, maker={"en": [""]}, place={"en": []}, metadata_pairs=(({"en": ["Size"]}, {}),))

    assert fields(record) == []


def test_identifiers_are_encoded_in_uris() -> None:
    drawn = manifest(replace(BARE, identifier="a b/ü"), URIS, NOBODY)

    assert drawn["id"] == "https://example.org/iiif/manifest/a%20b%2F%C3%BC"


def test_a_manifest_of_500_canvases_is_drawn_and_written_at_once() -> None:
    record = replace(BOOK, canvases=leaves("book", 500), ranges=(), rights=ZERO)

    started = time.process_time()
    json.dumps(manifest(record, URIS, NOBODY))

    # Some 10 ms; drawn by iiif-prezi3's helpers it would take 600 and more.
    assert time.process_time() - started < 0.3
