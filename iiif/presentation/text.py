"""The text on a canvas: its lines and words as annotations, and the links to it.

Spec: Presentation 3.0 §5.6 (supplementing); IIIF Text Granularity Extension 1.0.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iiif import protocols
from iiif.presentation import document, labels
from iiif.presentation.document import Resource
from iiif.uris import Uris

LINES, WORDS = "lines", "words"
NAMES = (LINES, WORDS)
"""The pages of a canvas' text: no other page of annotations bears these names."""

PLAIN, CAPTIONS = "text/plain", "text/vtt"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text, and where it is: a ``box`` in pixels, or ``seconds`` from and to, or all over."""

    value: str
    granularity: str
    box: tuple[int, int, int, int] | None = None
    seconds: tuple[float, float] | None = None

    @property
    def fragment(self) -> str:
        """The media fragment that leads to it. Source: Media Fragments URI 1.0 §4.2."""
        if self.box is not None:
            return f"#xywh={','.join(map(str, self.box))}"
        return f"#t={self.seconds[0]:g},{self.seconds[1]:g}" if self.seconds is not None else ""


def references(canvas: str, text: protocols.Text, uris: Uris) -> list[Resource]:
    """The pages of a canvas' text, as the canvas names them."""
    names = NAMES if text.words else (LINES,)
    label = _label(text)
    return [document.reference(uris.page(canvas, name), "AnnotationPage") | label for name in names]


def links(canvas: str, text: protocols.Text, uris: Uris) -> Resource:
    """The text by itself, and the file that it came from, if it came from one."""
    drawn: Resource = {
        "rendering": [
            {"id": uris.text(canvas), "type": "Text", "label": labels.PLAIN_TEXT, "format": PLAIN}
            | _label(text),
        ]
    }
    # Captions are shown with their recording: they are an annotation of its canvas.
    if text.asset is not None and text.media_type != CAPTIONS:
        source: Resource = {"id": uris.file(text.asset, text.file_name), "type": "Dataset"}
        source["format"] = text.media_type
        drawn["seeAlso"] = [source | ({"profile": text.profile} if text.profile else {})]
    return drawn


def page_document(
    view: protocols.Canvas, name: str, pieces: Sequence[Piece], language: str | None, uris: Uris
) -> Resource:
    """A page of a canvas' text, dereferenced."""
    canvas = view.identifier
    address = uris.page(canvas, name)
    drawn: Resource = {
        "id": address,
        "type": "AnnotationPage",
        **(_label(view.text) if view.text else {}),
        "items": list(_annotations(address, uris.canvas(canvas), pieces, language)),
    }
    return document.document(drawn, contexts=[document.TEXT_GRANULARITY])


def _label(text: protocols.Text) -> Resource:
    """That nobody has read a text yet."""
    return {"label": labels.MACHINE_TEXT} if text.is_by_machine else {}


def _annotations(
    address: str, target: str, pieces: Sequence[Piece], language: str | None
) -> Iterator[Resource]:
    tagged = {"language": language} if language else {}
    for number, piece in enumerate(pieces, 1):
        yield {
            # Thousands stand on a page: each is a part of it, and has no document of its own.
            "id": f"{address}#{number}",
            "type": "Annotation",
            "motivation": "supplementing",
            "textGranularity": piece.granularity,
            "body": {"type": "TextualBody", "value": piece.value, **tagged, "format": PLAIN},
            "target": target + piece.fragment,
        }
