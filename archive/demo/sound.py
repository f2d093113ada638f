"""The tune: five phrases for a zither, plucked by code, with captions that say what each of them paints.

Each string is a burst of noise that goes round and round a delay as long as one period, and loses a little of
its edge each time (Karplus and Strong, 1983). Nothing of it was recorded or written by anybody else.
"""

import io
import os
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from archive.demo.paper import Floats, Rng

NAME = "river-tune"
RATE = 44_100
BEAT = 0.84
"""Seconds."""
PHRASE = 8 * BEAT

_SEED = 47
_LEAD = 0.5
_TAIL = 3.0
_RING = 4.2
_LOWEST = 146.83
# The five notes from D, in semitones.
_SCALE = (0, 2, 4, 7, 9)


@dataclass(frozen=True)
class Phrase:
    """A line of the tune: its words by language, its notes (degree, beats), its bass at beats 0 and 4.

    A degree counts along the five notes of the scale, 0 being the D below middle C.
    """

    words: dict[str, str]
    notes: tuple[tuple[int, float], ...]
    bass: tuple[int, int]


PHRASES = (
    Phrase(
        {
            "en": "Mist on the river: one string, and then its echo.",
            "zh-Hans": "江上有雾：一弦，然后是回声。",
        },
        ((5, 1.5), (6, 0.5), (8, 1), (7, 1), (5, 2), (3, 2)),
        (0, -2),
    ),
    Phrase(
        {"en": "A boat sets out; it is the bank that moves.", "zh-Hans": "一舟初发，移动的却是岸。"},
        ((5, 0.5), (6, 0.5), (8, 1), (10, 1), (9, 0.5), (8, 0.5), (6, 2), (5, 2)),
        (0, 1),
    ),
    Phrase(
        {"en": "The mountains come near, to listen.", "zh-Hans": "群山走近，前来倾听。"},
        ((10, 1), (11, 0.5), (12, 0.5), (11, 1), (10, 1), (9, 0.5), (8, 0.5), (9, 1), (8, 2)),
        (-2, -1),
    ),
    Phrase(
        {"en": "Rain runs over all the strings at once.", "zh-Hans": "一阵雨，掠过所有的弦。"},
        (
            *((degree, 0.25) for degree in (13, 12, 10, 11, 10, 8, 9, 8, 6, 8, 9, 10, 11, 10, 9, 8)),
            *((7, 1), (8, 0.5), (6, 0.5), (5, 2)),
        ),
        (0, 1),
    ),
    Phrase(
        {"en": "Evening. The last note is as long as the river.", "zh-Hans": "暮色里，余音与江等长。"},
        ((8, 1), (6, 1), (5, 1), (3, 1), *((degree, 0.1) for degree in range(10)), (10, 3)),
        (-1, -5),
    ),
)


def sound(folder: Path) -> tuple[Path, ...]:
    """Writes the tune (WAV) and its captions (WebVTT, a file for each language); their paths, the tune first.

    Always the same bytes; a reader never sees half a file.
    """
    tags = PHRASES[0].words
    said = [_finish(folder / f"{NAME}.{tag}.vtt", captions(tag).encode()) for tag in tags]
    # Last: where the tune is, its captions are too.
    return _finish(folder / f"{NAME}.wav", _wav(samples())), *said


def duration() -> float:
    """The seconds of the tune, its last string fallen silent."""
    return _LEAD + len(PHRASES) * PHRASE + _TAIL


def captions(tag: str) -> str:
    """The captions in one language, in WebVTT: a cue for each phrase."""
    starts = (_LEAD + number * PHRASE for number in range(len(PHRASES)))
    cues = (
        f"{_clock(start)} --> {_clock(start + PHRASE - 0.25)}\n{phrase.words[tag]}\n"
        for start, phrase in zip(starts, PHRASES, strict=True)
    )
    return "\n".join(["WEBVTT\n", *cues])


def samples() -> Floats:
    """The tune from -1 to 1, a row for the left ear and one for the right."""
    rng = np.random.default_rng(_SEED)
    dry = np.zeros((2, round(duration() * RATE)))
    for start, degree, strength, beats in _score():
        string = pluck(rng, pitch(degree), strength=strength, beats=beats)
        place = round(start * RATE)
        part = string[: dry.shape[1] - place]
        # The low strings lie to the right, as the player sits.
        right = np.clip(0.62 - 0.02 * degree, 0.3, 0.7)
        dry[:, place : place + len(part)] += np.outer([1 - right, right], part)
    heard = dry + 0.3 * _echo(rng, dry)
    heard *= np.minimum(1, (duration() - np.arange(dry.shape[1]) / RATE) / _TAIL) ** 0.7
    return np.asarray(heard * (0.82 / np.abs(heard).max()))


def pitch(degree: int) -> float:
    """The frequency of a note of the scale."""
    octave, step = divmod(degree, len(_SCALE))
    return float(_LOWEST * 2 ** (octave + _SCALE[step] / 12))


def pluck(rng: Rng, frequency: float, *, strength: float, beats: float) -> Floats:
    """One string from its pluck until it is silent; a long note trembles under the player's left hand."""
    period = round(RATE / frequency)
    burst = rng.uniform(-1, 1, period)
    for _ in range(round(5 - 4 * strength)):
        burst = (burst + np.roll(burst, 1)) / 2
    # Plucked at a seventh of its length, a string lacks every seventh overtone.
    string = _rung(burst - np.roll(burst, period // 7), frequency)
    time = np.arange(round(_RING * RATE)) / RATE
    press = 0.006 * np.sin(2 * np.pi * 5.2 * time) * np.clip((time - 0.35) / 0.6, 0, 1) * (beats >= 1.5)
    # Read a little faster or slower than it was rung: tuned to the cent, and bent by the hand.
    places = np.cumsum(frequency * (period + 0.5) / RATE * (1 + press))
    heard = np.interp(places, np.arange(len(string)), string, right=0)
    return np.asarray(strength * heard * np.minimum(1, time / 0.002) * np.minimum(1, (_RING - time) / 0.3))


def _rung(burst: Floats, frequency: float) -> Floats:
    """The burst going round its delay, each time the mean of itself and its neighbour, and a little less."""
    loss = 10 ** (-3 / (frequency * (2.2 + 300 / frequency)))
    rounds = [burst]
    before = 0.0
    for _ in range(round(_RING * frequency * 1.05)):
        last = rounds[-1]
        behind = np.concatenate([[before], last[:-1]])
        rounds.append(loss * (last + behind) / 2)
        before = float(last[-1])
    return np.concatenate(rounds)


def _score() -> Iterator[tuple[float, int, float, float]]:
    """Every note: when, which, how strong, and for how many beats."""
    for number, phrase in enumerate(PHRASES):
        start = _LEAD + number * PHRASE
        for half, degree in enumerate(phrase.bass):
            yield start + half * 4 * BEAT, degree, 0.7, 4
        beat = 0.0
        for degree, beats in phrase.notes:
            yield start + beat * BEAT, degree, 0.55 if beats < 0.5 else 0.9 - 0.05 * (beat % 2), beats
            beat += beats


def _echo(rng: Rng, dry: Floats) -> Floats:
    """What a small hall gives back: noise that dies away within two seconds, another one for each ear."""
    time = np.arange(round(1.8 * RATE)) / RATE
    hall = rng.normal(0, 1, (2, len(time))) * np.exp(-time * 3.4)
    hall = (hall + np.roll(hall, 1, 1) + np.roll(hall, 2, 1)) / 3
    hall /= np.sqrt((hall**2).sum(1, keepdims=True))
    length = 1 << (dry.shape[1] + len(time)).bit_length()
    given = np.fft.irfft(np.fft.rfft(dry, length) * np.fft.rfft(hall, length), length)
    return np.asarray(given[:, : dry.shape[1]])


def _wav(heard: Floats) -> bytes:
    frames = np.round(heard.T * 32767).astype("<i2").tobytes()
    with io.BytesIO() as file:
        with wave.open(file, "wb") as writer:
            writer.setparams((2, 2, RATE, 0, "NONE", ""))
            writer.writeframes(frames)
        return file.getvalue()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


def _finish(path: Path, content: bytes) -> Path:
    unfinished = path.with_name(f"unfinished-{os.getpid()}-{path.name}")
    unfinished.write_bytes(content)
    return unfinished.replace(path)
