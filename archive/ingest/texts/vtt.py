"""WebVTT: what is said in a sound or a film, and when."""

import re
from html import unescape
from typing import BinaryIO

import webvtt

from archive.errors import Invalid
from archive.ingest.texts.composing import clean
from iiif import captions
from iiif.errors import InvalidSource
from search.page_text import Cue, PageText

MEDIA_TYPE = "text/vtt"
_TAG = re.compile(r"<[^<>]{0,200}>")


def is_one(head: bytes) -> bool:
    """Whether a file that begins so says of itself that it is WebVTT."""
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT")


def read(file: BinaryIO, language: str | None = None) -> PageText:
    """The text of captions, a line a cue, with the seconds of each.

    Raises ``Invalid`` where they are too long, no UTF-8, or damaged.
    """
    content = file.read(captions.LARGEST + 1)
    try:
        captions.duration(content)
    except InvalidSource as error:
        raise Invalid(str(error)) from error
    parts: list[str] = []
    cues: list[Cue] = []
    at = 0
    for cue in webvtt.WebVTT.from_string(content.decode("utf-8-sig")).captions:
        # A cue's own lines are as wide as a screen: they mean nothing.
        text = clean(unescape(_TAG.sub("", cue.raw_text.replace("\n", " "))))
        if not text:
            continue
        begin, until = cue.start_time.in_milliseconds(), cue.end_time.in_milliseconds()
        cues.append(Cue(at, at + len(text), begin / 1000, until / 1000))
        parts.append(text)
        at += len(text) + 1
    return PageText("\n".join(parts), language, cues=tuple(cues))
