"""A text that was sent for one canvas: read by what its media type and its bytes say that it is."""

import dataclasses
import io
from typing import BinaryIO

from archive.errors import Invalid, TooLarge
from archive.ingest.texts import alto, hocr, page_xml, plain, reading, taking, vtt
from archive.ingest.texts.taking import Taken
from archive.services import texts
from archive.services.texts import Written
from archive.services.views import CanvasView

MEDIA_TYPES = (
    plain.MEDIA_TYPE, vtt.MEDIA_TYPE, alto.MEDIA_TYPE, page_xml.MEDIA_TYPE, hocr.MEDIA_TYPE,
    "application/xml", "text/xml", "text/html",
)  # fmt: skip
"""What may be sent: any that is XML may be called so, its root tells which it is."""


def read(
    content: bytes, media_type: str, *, canvas: CanvasView, language: str | None
) -> tuple[Written, Taken]:
    """The text for a canvas, in ``language`` where that is given, and how it was taken.

    Plain text that begins with ``<`` is plain text where its type says so; captions are known by their first
    line too. Raises ``Invalid`` that names the place and the remedy, ``TooLarge``.
    """
    try:
        taken = _taken(io.BytesIO(content), media_type, canvas)
    except TooLarge as error:
        raise TooLarge(f"the text {error}") from error
    except Invalid as error:
        raise Invalid(f"the text {error}") from error
    text = taken.texts[0]
    if text is None or not text.text:
        raise Invalid("the text has no words: send some, or DELETE the text of the canvas")
    return dataclasses.replace(text, language=language or text.language), taken


def _taken(file: BinaryIO, media_type: str, canvas: CanvasView) -> Taken:
    if media_type == vtt.MEDIA_TYPE or vtt.is_one(_head(file)):
        if canvas.duration is None:
            raise Invalid("is captions, and the canvas has no duration: they are for sounds and films")
        return Taken(vtt.MEDIA_TYPE, (texts.written(vtt.read(file)),), ())
    found = plain.read(file) if media_type == plain.MEDIA_TYPE else reading.recognise(file)
    if found.format.media_type == plain.MEDIA_TYPE != media_type:
        raise Invalid(f"is no {media_type}: send plain text as {plain.MEDIA_TYPE}")
    size = (canvas.width, canvas.height) if canvas.width and canvas.height else None
    return taking.fit(found, first=0, sizes=[size])


def _head(file: BinaryIO) -> bytes:
    head = file.read(16)
    file.seek(0)
    return head
