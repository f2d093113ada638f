"""The text of a canvas in its documents. Spec: Presentation 3.0 §5.6; Text Granularity Extension 1.0."""

import pytest
from presentation_records import Canvas, Record, Text

from iiif.presentation import canvas, gate, text
from iiif.presentation.document import Resource
from iiif.presentation.publisher import Publisher
from iiif.presentation.text import Piece
from iiif.uris import Uris

BASE = "https://example.org"
URIS = Uris(BASE)


def drawn(said: Text) -> Resource:
    view = Canvas("book-1", {"en": ["1"]}, text=said)
    document = canvas.canvas_document(view, Record("book", {"en": ["A book"]}), URIS, Publisher())
    gate.check(document)
    return document


def test_canvas_names_the_pages_of_its_text_its_file_and_the_text_alone() -> None:
    document = drawn(Text())

    assert document["annotations"] == [
        {"id": f"{BASE}/iiif/annotations/book-1/lines", "type": "AnnotationPage"},
        {"id": f"{BASE}/iiif/annotations/book-1/words", "type": "AnnotationPage"},
    ]
    assert document["seeAlso"] == [
        {
            "id": f"{BASE}/file/alto/a.xml",
            "type": "Dataset",
            "format": "application/alto+xml",
            "profile": "http://www.loc.gov/standards/alto/ns-v4#",
        }
    ]
    assert document["rendering"] == [
        {
            "id": f"{BASE}/iiif/text/book-1",
            "type": "Text",
            "label": {"en": ["Plain text"], "zh": ["纯文本"], "fr": ["Texte brut"], "ar": ["نص عادي"]},
            "format": "text/plain",
        }
    ]


def test_text_without_boxes_of_words_and_without_a_file_names_neither() -> None:
    document = drawn(Text(words=0, profile=None, asset=None, file_name="", media_type=None))

    assert document["annotations"] == [
        {"id": f"{BASE}/iiif/annotations/book-1/lines", "type": "AnnotationPage"}
    ]
    assert "seeAlso" not in document


@pytest.mark.parametrize(
    ("piece", "granularity", "target"),
    [
        (Piece("Habe", "word", (1, 2, 30, 4)), "word", "#xywh=1,2,30,4"),
        (Piece("Habe", "line", None, (1.5, 2.25)), "line", "#t=1.5,2.25"),
        (Piece("Habe", "page"), "page", ""),
    ],
)
def test_piece_of_text_is_an_annotation_where_it_stands(piece: Piece, granularity: str, target: str) -> None:
    document = text.page_document(Canvas("book-1", {}), "words", [piece], "de", URIS)

    gate.check(document)
    assert document == {
        "@context": [
            "http://iiif.io/api/extension/text-granularity/context.json",
            "http://iiif.io/api/presentation/3/context.json",
        ],
        "id": f"{BASE}/iiif/annotations/book-1/words",
        "type": "AnnotationPage",
        "items": [
            {
                "id": f"{BASE}/iiif/annotations/book-1/words#1",
                "type": "Annotation",
                "motivation": "supplementing",
                "textGranularity": granularity,
                "body": {"type": "TextualBody", "value": "Habe", "language": "de", "format": "text/plain"},
                "target": f"{BASE}/iiif/canvas/book-1{target}",
            }
        ],
    }
