import pytest
from presentation_2 import (
    CONTEXT3,
    WILD,
    Json,
    M,
    canvas,
    chapter,
    document,
    drawn_canvas,
    image_service,
    reference,
)  # fmt: skip

from iiif.presentation.upgrade import upgrade


def test_a_manifest_as_people_write_it() -> None:
    upgraded = upgrade(WILD)

    second = f"{M}/manifest/canvas/2"
    assert upgraded == {
        "@context": CONTEXT3,
        "id": f"{M}/manifest",
        "type": "Manifest",
        "label": {"en": ["Book"], "de": ["Buch & Band"], "none": ["Liber"]},
        "summary": {"none": ["<p>Broken"]},
        "metadata": [
            {"label": {"none": ["Date"]}, "value": {"none": ["1500"]}},
            {"label": {"en": ["Place"]}, "value": {"none": ["Here", "<i>There</i>"]}},
            {
                "label": {"en": ["License"], "zh": ["许可"], "fr": ["Licence"], "ar": ["الترخيص"]},
                "value": {"none": ["http://m.example/terms of use"]},
            },
        ],
        "requiredStatement": {
            "label": {"en": ["Attribution"], "zh": ["署名"], "fr": ["Mention"], "ar": ["الإسناد"]},
            "value": {"none": ["The Museum"]},
        },
        "rights": "http://creativecommons.org/licenses/by/4.0/",
        "provider": [
            {
                "id": "https://m.example/",
                "type": "Agent",
                "label": {"none": ["m.example"]},
                "logo": [{"id": f"{M}/logo.png", "type": "Image"}],
            }
        ],
        "thumbnail": [
            {
                "id": f"{M}/image/a/full/!400,400/0/default.jpg",
                "type": "Image",
                "service": [image_service("a")],
            }
        ],
        "behavior": ["paged"],
        "viewingDirection": "left-to-right",
        "navDate": "1500-01-01T00:00:00Z",
        "homepage": [{"id": f"{M}/page", "type": "Text", "format": "text/html", "label": {"none": ["page"]}}],
        "rendering": [
            {"id": f"{M}/book.pdf", "type": "Text", "label": {"none": ["PDF"]}, "format": "application/pdf"},
            {"id": f"{M}/film", "type": "Video", "label": {"none": ["Film"]}, "format": "video/mp4"},
        ],
        "seeAlso": [{"id": f"{M}/book.xml", "type": "Dataset"}],
        "service": [
            {"@id": f"{M}/search", "@type": "SearchService1", "profile": "http://iiif.io/api/search/1/search"}
        ],
        "partOf": [{"id": f"{M}/collection/top", "type": "Collection"}],
        "items": [
            drawn_canvas("a", annotations=[{"id": f"{M}/list/a", "type": "AnnotationPage"}]),
            {
                "id": second,
                "type": "Canvas",
                "label": {"none": ["2"]},
                "width": 30,
                "height": 40,
                "items": [
                    {
                        "id": f"{second}/painting",
                        "type": "AnnotationPage",
                        "items": [
                            {
                                "id": f"{second}/annotation/1",
                                "type": "Annotation",
                                "motivation": "painting",
                                "body": {
                                    "id": f"{M}/image/b/full/full/0/default.jpg",
                                    "type": "Image",
                                    "width": 30,
                                    "height": 40,
                                    "service": [image_service("b")],
                                },
                                "target": second,
                            }
                        ],
                    }
                ],
            },
        ],
    }


def drawn_chapter(name: str, *items: Json) -> Json:
    return {"id": f"{M}/range/{name}", "type": "Range", "label": {"none": [name]}, "items": list(items)}


CONTENTS = {
    "en": ["Table of contents"],
    "zh": ["目录"],
    "fr": ["Table des matières"],
    "ar": ["فهرس المحتويات"],
}
A, B = f"{M}/canvas/a", f"{M}/canvas/b"
ONE, TWO = f"{M}/range/one", f"{M}/range/two"
PART = {
    "type": "SpecificResource",
    "source": reference("a"),
    "selector": {"type": "FragmentSelector", "value": "xywh=0,0,5,5"},
}


@pytest.mark.parametrize(
    ("structures", "tree"),
    [
        pytest.param(
            [
                chapter("top", viewingHint="top", ranges=[ONE]),
                chapter("one", canvases=[A], ranges=[TWO]),
                chapter("two", canvases=[f"{A}#xywh=0,0,5,5", B]),
            ],
            [
                drawn_chapter(
                    "top", drawn_chapter("one", reference("a"), drawn_chapter("two", PART, reference("b")))
                )
            ],
            id="by ranges",
        ),
        pytest.param(
            [
                chapter(
                    "top", members=[{"@id": ONE, "@type": "sc:Range"}, {"@id": B}], ranges=[ONE], canvases=[B]
                ),
                chapter("one", canvases=[A]),
            ],
            [drawn_chapter("top", drawn_chapter("one", reference("a")), reference("b"))],
            id="by members",
        ),
        pytest.param(
            [chapter("two", within=ONE, canvases=[B]), chapter("one", canvases=[A])],
            [drawn_chapter("one", reference("a"), drawn_chapter("two", reference("b")))],
            id="by within",
        ),
        pytest.param(
            [
                chapter("one", canvases=[A]),
                chapter("two", canvases=[B]),
                chapter("empty", canvases=[f"{M}/else"]),
            ],
            [
                {
                    "id": f"{M}/manifest-contents",
                    "type": "Range",
                    "label": CONTENTS,
                    "items": [drawn_chapter("one", reference("a")), drawn_chapter("two", reference("b"))],
                }
            ],
            id="flat",
        ),
        pytest.param(
            [chapter("one", canvases=[A], ranges=[TWO]), chapter("two", canvases=[B], ranges=[ONE])],
            [drawn_chapter("one", reference("a"), drawn_chapter("two", reference("b")))],
            id="in a circle",
        ),
    ],
)
def test_flat_ranges_become_trees(structures: list[Json], tree: list[Json]) -> None:
    assert upgrade(document(structures=structures))["structures"] == tree


def test_further_sequences_are_ranges_and_the_first_says_how_it_is_shown() -> None:
    sequences = [
        {"canvases": [canvas("a"), canvas("b")], "viewingHint": "paged", "startCanvas": B},
        {"@id": f"{M}/sequence/2", "label": "Turned", "canvases": [canvas("b"), {"@id": A}]},
        {"@id": f"{M}/sequence/3", "label": "By reference"},
    ]

    upgraded = upgrade(document(sequences=sequences))

    assert upgraded["items"] == [drawn_canvas("a"), drawn_canvas("b")]
    assert (upgraded["start"], upgraded["behavior"]) == (reference("b"), ["paged"])
    assert upgraded["structures"] == [
        {
            "id": f"{M}/sequence/2",
            "type": "Range",
            "label": {"none": ["Turned"]},
            "behavior": ["sequence"],
            "items": [reference("b"), reference("a")],
        }
    ]


@pytest.mark.parametrize(
    ("tag", "known"),
    [("en-US", "en-US"), ("en_GB", "en-GB"), ("english language", "none"), ("", "none"), (5, "none")],
)
def test_a_language_that_is_none_is_left_out(tag: object, known: str) -> None:
    upgraded = upgrade(document(label={"@value": "Book", "@language": tag}))

    assert upgraded["label"] == {known: ["Book"]}


def test_a_description_keeps_no_script() -> None:
    upgraded = upgrade(document(description="<p onclick='x()'>A<script>alert(1)</script></p>"))

    assert upgraded["summary"] == {"none": ["<p>A</p>"]}


def test_the_pdf_of_the_sequence_is_that_of_the_manifest() -> None:
    pdf = {"@id": f"{M}/book.pdf", "format": "application/pdf", "label": "PDF"}

    upgraded = upgrade(document(sequences=[{"canvases": [canvas("a")], "rendering": pdf}]))

    assert upgraded["rendering"] == [
        {"id": f"{M}/book.pdf", "type": "Text", "label": {"none": ["PDF"]}, "format": "application/pdf"}
    ]


def test_a_collection_of_members_and_lists() -> None:
    def member(type_: str, name: str, **more: object) -> Json:
        return {"@id": f"{M}/{name}", "@type": f"sc:{type_}", "label": name, **more}

    upgraded = upgrade(
        member(
            "Collection",
            "top",
            members=[member("Manifest", "a"), member("Collection", "b", manifests=[member("Manifest", "c")])],
            manifests=[member("Manifest", "a"), f"{M}/d"],
            viewingHint="multi-part",
        )
    )

    def drawn(type_: str, name: str, **more: object) -> Json:
        return {"id": f"{M}/{name}", "type": type_, "label": {"none": [name]}, **more}

    assert upgraded == {
        "@context": CONTEXT3,
        **drawn("Collection", "top", behavior=["multi-part"]),
        "items": [
            drawn("Manifest", "a"),
            drawn("Collection", "b", items=[drawn("Manifest", "c")]),
            drawn("Manifest", "d"),
        ],
    }
