import contextlib
import os
import time
from pathlib import Path

import factories
import factories_media as made
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iiif import media
from iiif.errors import InvalidSource
from iiif.media import MediaFacts

CAPTIONS = (
    b"WEBVTT\n\n1\n00:01.000 --> 00:02.500\nHello\n\n00:01:00.000 --> 00:01:01.250 align:start\nThere\n"
)
OBJ = "it is an OBJ model: export the model as glTF 2 (.glb)"


def read(folder: Path, content: bytes, *, max_bytes: int = 10**7) -> MediaFacts:
    path = folder / "a.bin"
    path.write_bytes(content)
    return media.read(path, max_bytes=max_bytes)


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(InvalidSource) as refused:
        read(folder, content)
    return str(refused.value)


@pytest.mark.parametrize(
    ("container", "codec", "media_type"),
    [
        ("WAV", None, "audio/wav"),
        ("RF64", None, "audio/wav"),
        ("AIFF", None, "audio/aiff"),
        ("FLAC", None, "audio/flac"),
        ("OGG", "VORBIS", "audio/ogg"),
    ],
)
def test_sound_lasts_to_the_millisecond(
    tmp_path: Path, container: str, codec: str | None, media_type: str
) -> None:
    sound = made.sound(container, codec, seconds=2.013)
    assert read(tmp_path, sound) == MediaFacts(media_type, None, None, 2.013)


@pytest.mark.parametrize(
    ("container", "codec", "media_type"), [("MP3", None, "audio/mpeg"), ("OGG", "OPUS", "audio/ogg")]
)
def test_sound_that_is_padded_lasts_a_little_longer(
    tmp_path: Path, container: str, codec: str | None, media_type: str
) -> None:
    facts = read(tmp_path, made.sound(container, codec, seconds=2.013))
    assert facts.media_type == media_type
    assert facts.duration == pytest.approx(2.013, abs=0.06)


@pytest.mark.parametrize(
    ("content", "facts"),
    [
        (made.wav(2.01), MediaFacts("audio/wav", None, None, 2.01)),
        (made.mp4(), MediaFacts("video/mp4", 320, 180, 4.5)),
        (made.mp4(brand=b"qt  "), MediaFacts("video/quicktime", 320, 180, 4.5)),
        (made.mp4(size=None, brand=b"M4A "), MediaFacts("audio/mp4", None, None, 4.5)),
        (made.adts(), MediaFacts("audio/aac", None, None, 2.005)),
        (made.webm(), MediaFacts("video/webm", 320, 180, 4.5)),
        (made.webm(size=None), MediaFacts("audio/webm", None, None, 4.5)),
        (made.webm(kind=b"matroska"), MediaFacts("video/x-matroska", 320, 180, 4.5)),
        (made.avi(), MediaFacts("video/x-msvideo", 320, 180, 4.5)),
        (CAPTIONS, MediaFacts("text/vtt", None, None, 61.25)),
        (b"\xef\xbb\xbfWEBVTT a title\r\n", MediaFacts("text/vtt", None, None, 0.0)),
        (made.gltf(), MediaFacts("model/gltf+json", None, None, None)),
        (made.glb(), MediaFacts("model/gltf-binary", None, None, None)),
    ],
    ids=lambda value: value.media_type if isinstance(value, MediaFacts) else "",
)
def test_facts_of_every_kind(tmp_path: Path, content: bytes, facts: MediaFacts) -> None:
    assert read(tmp_path, content) == facts
    assert media.is_media(tmp_path / "a.bin")
    assert facts.media_type in media.KINDS


@pytest.mark.parametrize(("quarter_turns", "shown"), list(enumerate([(320, 180), (180, 320)] * 2)))
def test_film_is_measured_upright(tmp_path: Path, quarter_turns: int, shown: tuple[int, int]) -> None:
    facts = read(tmp_path, made.mp4(quarter_turns=quarter_turns))
    assert (facts.width, facts.height) == shown


@pytest.mark.parametrize(
    ("size", "aspect", "shown"),
    [((1440, 1080), (4, 3), (1920, 1080)), ((720, 576), (64, 45), (1024, 576))],
)
def test_film_is_measured_in_square_pixels(
    tmp_path: Path, size: tuple[int, int], aspect: tuple[int, int], shown: tuple[int, int]
) -> None:
    facts = read(tmp_path, made.mp4(size=size, pixel_aspect=aspect))
    assert (facts.width, facts.height) == shown


def test_name_in_no_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"https:\xff.mp3")
    path.write_bytes(made.wav())
    assert media.read(path, max_bytes=10**6).media_type == "audio/wav"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty: copy it again"),
        (b"hello", media._UNKNOWN),
        (b"v 1 2 3\n", OBJ),
        (b"# Blender 4.1\nv 1 2 3\n", OBJ),
        (b"ply\nformat ascii", "it is a PLY model: export the model as glTF 2 (.glb)"),
        (b"solid a\n", "it is an STL model: export the model as glTF 2 (.glb)"),
        (b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01", f"it is MXF: {media._AS_FILM}"),
        (b"caff\0\1\0\0desc", f"it is Core Audio: {media._AS_SOUND}"),
        (b"riff\x2e\x91\xcf\x11\xa5\xd6", f"it is Wave64: {media._AS_SOUND}"),
        (b"1\n00:00:01,000 --> 00:00:02,000\na\n", "they are captions in SRT: save them as WebVTT (.vtt)"),
        (made.wav()[:4000], media._DAMAGED),
        (made.mp4()[:-200], media._DAMAGED),
        (made.mp4(seconds=0), media._ENDLESS),
        (made.webm()[:100], media._DAMAGED),
        (b"ID3\4\0\0\0\0\0\0", media._DAMAGED),
        (b"OggS" + bytes(60), media._DAMAGED),
    ],
)
def test_what_is_not_read_is_refused_with_a_remedy(tmp_path: Path, content: bytes, reason: str) -> None:
    assert refusal(tmp_path, content) == reason


def test_large_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="the file has 16,124 bytes; at most 16,000 are allowed"):
        read(tmp_path, made.wav(), max_bytes=16_000)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.gif", "a.webp", "a.avif", "a.jp2", "a.bmp"])
def test_pictures_are_no_media(tmp_path: Path, name: str) -> None:
    assert not media.is_media(factories.converted(tmp_path / name, "RGB"))


@pytest.mark.parametrize("start", [b"\xff\xfea\0", b"II*\0", b"%PDF-1.7", b"\0\0\0\x18ftypheic", b""])
def test_other_files_are_no_media(tmp_path: Path, start: bytes) -> None:
    (tmp_path / "a").write_bytes(start)
    assert not media.is_media(tmp_path / "a")


def test_every_ending_has_one_media_type() -> None:
    assert len(media.MEDIA_TYPES) == sum(len(kind.endings) for kind in media.KINDS.values())
    assert {kind.type for kind in media.KINDS.values()} == {"Sound", "Video", "Text", "Model"}


def test_file_that_takes_for_ever_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # libmediainfo sets up each of 32,768 channels for each packet.
    monkeypatch.setattr(media, "_PATIENCE", 0.5)
    sound = made.sound("AIFF", seconds=0.1)
    channels = sound.index(b"COMM") + 8
    assert refusal(tmp_path, sound[:channels] + b"\x80\0" + sound[channels + 2 :]) == media._DAMAGED


def test_reader_that_fails_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "_PROBE", tmp_path / "none.py")
    assert refusal(tmp_path, made.wav()) == media._DAMAGED


WHOLE = [made.wav(0.1), made.sound("FLAC", seconds=0.1), made.sound("OGG", "VORBIS", seconds=0.1)]
WHOLE += [
    made.sound("MP3", seconds=0.1),
    made.sound("AIFF", seconds=0.1),
    made.mp4(),
    made.webm(),
    made.avi(),
]
WHOLE += [CAPTIONS, made.gltf(), made.glb()]


@given(data=st.data(), content=st.sampled_from(WHOLE))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_damage_raises_nothing_but_a_refusal(tmp_path: Path, data: st.DataObject, content: bytes) -> None:
    damaged = bytearray(content)
    places = st.tuples(st.integers(0, min(len(content), 1500) - 1), st.integers(0, 255))
    for place, value in data.draw(st.lists(places, max_size=8)):
        damaged[place] = value
    began = time.monotonic()
    with contextlib.suppress(InvalidSource):
        read(tmp_path, bytes(damaged[: data.draw(st.integers(1, len(content)))]))
    assert time.monotonic() - began < 5
