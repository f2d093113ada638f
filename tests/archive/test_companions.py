"""Files that belong together by their names."""

import unicodedata
from pathlib import Path

import pytest

from archive.ingest import companions
from archive.ingest.companions import Caption, Group
from archive.ingest.faults import Fault
from iiif import media


def groups(*names: str) -> list[Group]:
    grouping = companions.group(map(Path, names))
    assert grouping.faults == ()
    return list(grouping.groups)


def formats(*names: str) -> list[list[str]]:
    return [[path.as_posix() for path in one.formats] for one in groups(*names)]


def messages(*names: str) -> list[str]:
    return [fault.message for fault in companions.group(map(Path, names)).faults]


def test_a_recording_has_formats_captions_and_a_poster() -> None:
    names = ("tune.en.vtt", "tune.flac", "tune.mp3", "tune.poster.jpg", "tune.wav", "tune.zh-Hant.vtt")
    captions = (Caption(Path("tune.en.vtt"), "en"), Caption(Path("tune.zh-Hant.vtt"), "zh-Hant"))
    sounds = (Path("tune.mp3"), Path("tune.flac"), Path("tune.wav"))
    assert groups(*names) == [Group(Path("tune.mp3"), sounds, captions, Path("tune.poster.jpg"))]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param("b.jpg a.jpg", ["b.jpg", "a.jpg"], id="pictures in the order given"),
        pytest.param("two.jpg two.tif", ["two.jpg", "two.tif"], id="pictures of one name stay two"),
        pytest.param("a.mp3 a.jpg", ["a.mp3", "a.jpg"], id="a picture is a poster only by that word"),
        pytest.param(
            "a.poster.jpg b.mp3", ["a.poster.jpg", "b.mp3"], id="the poster of nothing is a picture"
        ),
        pytest.param("a.poster.pdf a.mp3", ["a.poster.pdf", "a.mp3"], id="a PDF is no poster"),
        pytest.param("b.wav x.jpg b.mp3 a.mp3", ["b.mp3 b.wav", "x.jpg", "a.mp3"], id="first format's place"),
        pytest.param("t.mkv t.wav t.webm t.mp4 t.m4a", ["t.mp4 t.webm t.m4a t.wav t.mkv"], id="a film"),
        pytest.param("t.mov t.mp3", ["t.mp3 t.mov"], id="what browsers play before what they don't"),
        pytest.param("v.gltf v.glb v.mp4", ["v.glb v.gltf", "v.mp4"], id="a model is no film"),
        pytest.param("a/t.mp3 b/t.wav", ["a/t.mp3", "b/t.wav"], id="folders keep apart"),
        pytest.param("t.MP3 t.Wav", ["t.MP3 t.Wav"], id="endings in capitals"),
        pytest.param("t.live.mp3 t.mp3", ["t.live.mp3", "t.mp3"], id="stems with full stops"),
        pytest.param("t.mp3 notes.xyz", ["t.mp3", "notes.xyz"], id="unknown endings wait for their bytes"),
        pytest.param("t.mp3 t.mp3", ["t.mp3"], id="named twice"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_formats_of_one_name_are_one_canvas(names: str, expected: list[str]) -> None:
    assert formats(*names.split()) == [one.split() for one in expected]


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("t.vtt", None),
        ("t.none.vtt", None),
        ("t.es-419.vtt", "es-419"),
        ("t.bo.VTT", "bo"),
        ("t.x-own.vtt", "x-own"),
    ],
)
def test_captions_bear_their_language_in_their_name(name: str, tag: str | None) -> None:
    (one,) = groups("t.mp3", name)
    assert one.captions == (Caption(Path(name), tag),)


def test_captions_belong_to_the_longest_name() -> None:
    plain, live = groups("t.mp3", "t.en.mp3", "t.en.vtt")
    assert (plain.captions, live.captions) == ((), (Caption(Path("t.en.vtt"), None),))


def test_names_match_composed_and_decomposed() -> None:
    decomposed = unicodedata.normalize("NFD", "Gévaudan.fr.vtt")
    (one,) = groups("Gévaudan.mp3", decomposed)
    assert one.captions == (Caption(Path(decomposed), "fr"),)


def test_a_model_has_a_poster() -> None:
    (one,) = groups("vase.glb", "vase.poster.webp")
    assert one.poster == Path("vase.poster.webp")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            "sub/t.en.vtt t.mp3",
            '"sub/t.en.vtt" has no sound or film beside it that is called "t": '
            'name both alike, such as "t.mp3" and "t.en.vtt", or leave it out',
        ),
        (
            "t.vtt t.jpg",
            '"t.vtt" has no sound or film beside it that is called "t": '
            'name both alike, such as "t.mp3" and "t.en.vtt", or leave it out',
        ),
        (
            "t.english.vtt t.mp3",
            '"t.english.vtt": "english" is no language tag of BCP 47: write it as in "t.en.vtt"',
        ),
        (
            "t.zh_Hant.vtt t.mp3",
            '"t.zh_Hant.vtt": "zh_Hant" is no language tag of BCP 47: write it as in "t.en.vtt"',
        ),
        ("t.EN.vtt t.en.vtt t.mp3", '"t.en.vtt" has the language of "t.EN.vtt": keep one of them'),
        ("t.none.vtt t.vtt t.mp3", '"t.vtt" has the language of "t.none.vtt": keep one of them'),
        (
            "t.poster.jpg t.poster.png t.mp4",
            '"t.poster.png" is a second poster beside "t.poster.jpg": keep one',
        ),
    ],
)
def test_what_belongs_to_nothing_is_told_with_a_remedy(names: str, message: str) -> None:
    assert messages(*names.split()) == [message]


def test_faults_name_their_row_and_column() -> None:
    (fault,) = companions.group([Path("t.vtt")], row=7, column="Media").faults
    assert fault == Fault(7, "Media", fault.message)
    assert fault.level == "error"


def test_first_format_is_one_that_browsers_play() -> None:
    playable = [name for name, kind in media.KINDS.items() if kind.is_playable]
    assert set(companions._WIDEST_FIRST) | {"text/vtt"} == set(playable)
