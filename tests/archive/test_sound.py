"""The tune of the demonstration: the same each time, in tune, and with captions that fit."""

from pathlib import Path

import numpy as np
import pytest
import webvtt

from archive.demo import sound
from archive.ingest import companions
from iiif import media
from iiif.language import is_tag


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    return sound.sound(tmp_path_factory.mktemp("tune"))


def test_the_tune_is_a_sound_of_half_a_minute(written: tuple[Path, ...]) -> None:
    facts = media.read(written[0], max_bytes=10**8)
    assert (facts.media_type, facts.width) == ("audio/wav", None)
    assert facts.duration == pytest.approx(sound.duration(), abs=0.001)
    assert 30 <= sound.duration() <= 40


def test_the_tune_is_the_same_each_time(written: tuple[Path, ...], tmp_path: Path) -> None:
    again = sound.sound(tmp_path)
    assert [path.name for path in again] == [path.name for path in written]
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in written]
    assert len(list(tmp_path.iterdir())) == len(again)


def test_the_files_are_one_canvas(written: tuple[Path, ...]) -> None:
    grouping = companions.group([Path(path.name) for path in written])
    (group,) = grouping.groups
    assert grouping.faults == ()
    assert (group.formats, len(group.captions)) == ((Path("river-tune.wav"),), 2)


@pytest.mark.parametrize("tag", ["en", "zh-Hans"])
def test_captions_lie_within_the_tune_and_never_overlap(written: tuple[Path, ...], tag: str) -> None:
    (path,) = [path for path in written if path.name == f"river-tune.{tag}.vtt"]
    assert is_tag(tag)
    assert (media.read(path, max_bytes=10**6).duration or 0) <= sound.duration()
    cues = webvtt.WebVTT.from_string(path.read_text("utf-8"), strict=True).captions
    times = [
        time for cue in cues for time in (cue.start_time.in_milliseconds(), cue.end_time.in_milliseconds())
    ]
    assert times == sorted(times)
    assert [cue.text for cue in cues] == [phrase.words[tag] for phrase in sound.PHRASES]


def test_phrases_fill_their_time_and_speak_every_language() -> None:
    assert all(sum(beats for _, beats in phrase.notes) == pytest.approx(8) for phrase in sound.PHRASES)
    assert {tuple(phrase.words) for phrase in sound.PHRASES} == {("en", "zh-Hans")}


@pytest.mark.parametrize("degree", [-5, 0, 5, 10])
def test_strings_are_in_tune(degree: int) -> None:
    wanted = sound.pitch(degree)
    string = sound.pluck(np.random.default_rng(1), wanted, strength=0.8, beats=1)
    spectrum = np.abs(np.fft.rfft(string * np.hanning(len(string)), 1 << 20))
    near = spectrum[: round(wanted * 1.5 * (1 << 20) / sound.RATE)]
    heard = near.argmax() * sound.RATE / (1 << 20)
    # A hundredth of a semitone is a cent; people hear five.
    assert 1200 * abs(np.log2(heard / wanted)) < 5


def test_the_tune_is_loud_but_never_clipped() -> None:
    heard = sound.samples()
    assert np.abs(heard).max() == pytest.approx(0.82)
    assert np.abs(heard[:, -100:]).max() < 0.01
    assert np.sqrt((heard**2).mean()) > 0.03
