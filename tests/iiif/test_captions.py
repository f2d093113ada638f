import pytest

from iiif import captions
from iiif.errors import InvalidSource


@pytest.mark.parametrize(
    ("content", "seconds"),
    [
        (b"WEBVTT", 0.0),
        (b"WEBVTT\n\nNOTE nothing yet\n", 0.0),
        (b"WEBVTT\n\n00:00.000 --> 00:01.001\na\n", 1.001),
        (b"WEBVTT\r\rSTYLE\r::cue { color: red }\r\r00:09.000 --> 00:10.000\ra\r", 10.0),
        (b"WEBVTT\n\n00:00.000 --> 99:00:00.000\na\n\n00:01.000 --> 00:02.000\nb\n", 356400.0),
    ],
)
def test_captions_last_until_the_last_cue_ends(content: bytes, seconds: float) -> None:
    assert captions.duration(content) == seconds


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"WEBVTT\n\xff", "the captions are no UTF-8: save them in that encoding"),
        (b"WEBVTTX\n", "the captions do not begin with the line WEBVTT: put it first"),
        (b"\n00:00.000 --> 00:01.000\na", "the captions do not begin with the line WEBVTT: put it first"),
        (
            b"WEBVTT\n\n00:02.000 --> 00:01.000\na",
            "the cue 00:00:02.000 --> 00:00:01.000 ends before it begins: correct its times",
        ),
    ],
)
def test_broken_captions_are_refused(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidSource) as refused:
        captions.duration(content)
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    "timings", [b"00:01 --> 00:02", b"00:01.000 -> 00:02.000 -->", b"00:61.000 --> 00:62.000"]
)
def test_timings_of_other_forms_are_refused(timings: bytes) -> None:
    with pytest.raises(InvalidSource, match="the captions are damaged: each block needs a line such as"):
        captions.duration(b"WEBVTT\n\n" + timings + b"\na\n")


def test_many_captions_are_refused() -> None:
    with pytest.raises(InvalidSource, match="at most 4,194,304 are read: divide them"):
        captions.duration(bytes(captions.LARGEST + 1))
