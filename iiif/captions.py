"""Captions in WebVTT: whether they are whole, and when the last one ends."""

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from iiif.errors import InvalidSource

LARGEST = 4 << 20
"""Bytes of the largest captions that are read: a day of talk has one million; these take four seconds."""


def duration(content: bytes) -> float:
    """The seconds at which the last cue ends; 0.0 where there is none.

    Raises ``InvalidSource`` when it is no UTF-8, has no header, or a cue's timings are broken or end before
    they begin. Spec: WebVTT §4.
    """
    if len(content) > LARGEST:
        raise InvalidSource(
            f"the captions have {len(content):,} bytes; at most {LARGEST:,} are read: divide them"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidSource("the captions are no UTF-8: save them in that encoding") from error
    if not text.startswith("WEBVTT") or text[6:7] not in {"", " ", "\t", "\n", "\r"}:
        raise InvalidSource("the captions do not begin with the line WEBVTT: put it first")
    return _end(text) / 1000


def _end(text: str) -> int:
    try:
        cues = webvtt.WebVTT.from_string(text, strict=True).captions
    except (MalformedFileError, MalformedCaptionError) as error:
        wanted = "each block needs a line such as 00:01.000 --> 00:02.500, and an empty line before it"
        raise InvalidSource(f"the captions are damaged: {wanted}") from error
    for cue in cues:
        if cue.end_time.in_milliseconds() <= cue.start_time.in_milliseconds():
            raise InvalidSource(f"the cue {cue.start} --> {cue.end} ends before it begins: correct its times")
    return max((cue.end_time.in_milliseconds() for cue in cues), default=0)
