"""The facts of sounds, films, captions and models; what a file is, its bytes say and not its name."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from iiif import captions, gltf
from iiif.errors import InvalidSource


@dataclass(frozen=True)
class MediaFacts:
    """What a file tells: pixels as shown (turned, and square), seconds to the millisecond.

    A sound has no pixels, a model neither pixels nor seconds, and captions last until their last cue ends.
    """

    media_type: str
    width: int | None
    height: int | None
    duration: float | None


@dataclass(frozen=True)
class Kind:
    """A media type as IIIF and browsers see it.

    ``type`` is the content type of Presentation 3. ``is_playable`` is a hint: whether the usual browsers play
    the container with its usual codecs, or show the model in a viewer.
    """

    type: str
    endings: tuple[str, ...]
    is_playable: bool


KINDS: Mapping[str, Kind] = {
    "audio/mpeg": Kind("Sound", (".mp3",), True),
    "audio/mp4": Kind("Sound", (".m4a", ".m4b"), True),
    "audio/aac": Kind("Sound", (".aac",), True),
    "audio/ogg": Kind("Sound", (".ogg", ".oga", ".opus"), True),
    "audio/flac": Kind("Sound", (".flac",), True),
    "audio/wav": Kind("Sound", (".wav",), True),
    "audio/webm": Kind("Sound", (".weba",), True),
    "audio/aiff": Kind("Sound", (".aif", ".aiff", ".aifc"), False),
    "audio/x-matroska": Kind("Sound", (".mka",), False),
    "video/mp4": Kind("Video", (".mp4", ".m4v"), True),
    "video/webm": Kind("Video", (".webm",), True),
    "video/ogg": Kind("Video", (".ogv",), False),
    "video/quicktime": Kind("Video", (".mov", ".qt"), False),
    "video/x-matroska": Kind("Video", (".mkv",), False),
    "video/x-msvideo": Kind("Video", (".avi",), False),
    "video/mpeg": Kind("Video", (".mpg", ".mpeg", ".m2v", ".vob"), False),
    "video/mp2t": Kind("Video", (".ts", ".m2ts", ".mts"), False),
    "text/vtt": Kind("Text", (".vtt",), True),
    "model/gltf+json": Kind("Model", (".gltf",), True),
    "model/gltf-binary": Kind("Model", (".glb",), True),
}
"""Every media type that ``read`` tells."""

MEDIA_TYPES: Mapping[str, str] = {
    ending: media_type for media_type, kind in KINDS.items() for ending in kind.endings
}
"""The media type that a file's ending promises."""

_CAPTIONS, _SCENE, _MODEL = "text/vtt", "model/gltf+json", "model/gltf-binary"
_TIMED = "timed"

MODELS = frozenset({_SCENE, _MODEL})
"""The media types of models, which may name files beside them."""

# What libmediainfo calls a container: its media type with pictures, and without.
_CONTAINERS: Mapping[str, tuple[str | None, str | None]] = {
    "MPEG-4": ("video/mp4", "audio/mp4"),
    "QuickTime": ("video/quicktime", "audio/mp4"),
    "WebM": ("video/webm", "audio/webm"),
    "Matroska": ("video/x-matroska", "audio/x-matroska"),
    "Ogg": ("video/ogg", "audio/ogg"),
    "AVI": ("video/x-msvideo", None),
    "MPEG-PS": ("video/mpeg", "audio/mpeg"),
    "MPEG Video": ("video/mpeg", None),
    "MPEG-TS": ("video/mp2t", None),
    "BDAV": ("video/mp2t", None),
    "MPEG Audio": (None, "audio/mpeg"),
    "ADTS": (None, "audio/aac"),
    "FLAC": (None, "audio/flac"),
    "Wave": (None, "audio/wav"),
    "AIFF": (None, "audio/aiff"),
}
_SIGNATURES = {
    b"WEBVTT": _CAPTIONS,
    b"\xef\xbb\xbfWEBVTT": _CAPTIONS,
    b"glTF": _MODEL,
    b"ID3": _TIMED,
    b"fLaC": _TIMED,
    b"OggS": _TIMED,
    b"RF64": _TIMED,
    b"BW64": _TIMED,
    b"\x1a\x45\xdf\xa3": _TIMED,
    b"\0\0\1\xba": _TIMED,
    b"\0\0\1\xb3": _TIMED,
}
_FORMS = {(b"RIFF", b"WAVE"), (b"RIFF", b"AVI "), (b"FORM", b"AIFF"), (b"FORM", b"AIFC")}
_STILL_BRANDS = {b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_QUICKTIME = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}

_AS_MODEL = "export the model as glTF 2 (.glb)"
_AS_FILM = "save it as MP4 (H.264), or WebM"
_AS_SOUND = "save it as FLAC, M4A or MP3"
_REFUSED = {
    b"ply\n": f"it is a PLY model: {_AS_MODEL}",
    b"ply\r": f"it is a PLY model: {_AS_MODEL}",
    b"solid ": f"it is an STL model: {_AS_MODEL}",
    b"# Blender": f"it is an OBJ model: {_AS_MODEL}",
    b"mtllib ": f"it is an OBJ model: {_AS_MODEL}",
    b"v ": f"it is an OBJ model: {_AS_MODEL}",
    b"Kaydara FBX": f"it is an FBX model: {_AS_MODEL}",
    b"\x30\x26\xb2\x75": f"it is Windows Media: {_AS_FILM}",
    b"FLV\1": f"it is Flash video: {_AS_FILM}",
    b".RMF": f"it is RealMedia: {_AS_FILM}",
    b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02": f"it is MXF: {_AS_FILM}",
    b"\x1f\x07\x00": f"it is DV without a container: {_AS_FILM}",
    b"caff": f"it is Core Audio: {_AS_SOUND}",
    b".snd\0": f"it is AU: {_AS_SOUND}",
    b"\x0b\x77": f"it is AC-3: {_AS_SOUND}",
    b"riff\x2e\x91\xcf\x11": f"it is Wave64: {_AS_SOUND}",
    b"MThd": "it is MIDI, which holds no sound: record it as FLAC or MP3",
    b"#!AMR": f"it is AMR: {_AS_SOUND}",
    b"1\n00:": "they are captions in SRT: save them as WebVTT (.vtt)",
    b"1\r\n00:": "they are captions in SRT: save them as WebVTT (.vtt)",
}
_UNKNOWN = "it is no sound, film, captions or model: use MP3, M4A, FLAC, WAV, Ogg, MP4, WebM, WebVTT or glTF"
_DAMAGED = "it is damaged, or not whole: copy it again, or save it anew"
_ENDLESS = "it does not tell how long it lasts, as streams and recordings that broke off: save it anew"

_PROBE = Path(__file__).with_name("probe.py")
_PATIENCE = 30
"""Seconds until a file counts as damaged; ordinary ones take a tenth of one."""
_WIDEST = 65_535


def is_media(path: Path) -> bool:
    """Whether the first bytes are those of a sound, film, captions or model, even one ``read`` refuses.

    The other files are pictures, PDFs, or nothing that is known: ``iiif.image.source`` tells.
    """
    start = _start(path)
    return _sniff(start) is not None or _refusal(start) is not None


def read(path: Path, *, max_bytes: int) -> MediaFacts:
    """The facts of a sound, a film, captions or a model; nothing is decoded.

    Raises ``InvalidSource`` with the reason and a remedy when it is none, is damaged, or has more bytes.
    """
    length = require_size(path, max_bytes)
    start = _start(path)
    family = _sniff(start)
    if family is None:
        raise InvalidSource(_refusal(start) or _UNKNOWN)
    with path.open("rb") as file:
        if family == _TIMED:
            return _timed(file)
        if family == _CAPTIONS:
            return MediaFacts(family, None, None, captions.duration(file.read(captions.LARGEST + 1)))
        gltf.companions(gltf.scene(file, length))
    return MediaFacts(family, None, None, None)


def require_size(path: Path, max_bytes: int) -> int:
    """The bytes of a file. Raises ``InvalidSource`` where it is empty, or has more than ``max_bytes``."""
    length = path.stat().st_size
    if length == 0:
        raise InvalidSource("the file is empty: copy it again")
    if length > max_bytes:
        raise InvalidSource(
            f"the file has {length:,} bytes; at most {max_bytes:,} are allowed: make it smaller"
        )
    return length


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(512)


def _sniff(start: bytes) -> str | None:
    for signature, family in _SIGNATURES.items():
        if start.startswith(signature):
            return family
    if start[4:8] == b"ftyp":
        return None if start[8:12] in _STILL_BRANDS else _TIMED
    if start[4:8] in _QUICKTIME or (start[:4], start[8:12]) in _FORMS or _is_frames(start):
        return _TIMED
    return _SCENE if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") else None


def _is_frames(start: bytes) -> bool:
    """Whether it begins with a frame of MPEG audio or AAC, or with packets of a transport stream."""
    if start[:1] == b"\xff" and len(start) > 1:
        # Layers III and II; layer I is left out, as it begins like text in UTF-16.
        return start[1] & 0xE6 in {0xE2, 0xE4} or start[1] & 0xF6 == 0xF0
    packets = start[:1] + start[188:189] + start[376:377], start[4:5] + start[196:197] + start[388:389]
    return b"GGG" in packets


def _refusal(start: bytes) -> str | None:
    text = start.removeprefix(b"\xef\xbb\xbf")
    return next((why for signature, why in _REFUSED.items() if text.startswith(signature)), None)


def _timed(file: BinaryIO) -> MediaFacts:
    rows = _described(file)
    general = next((row for row in rows if row[0] == "G" and len(row) == 5), None)
    if general is None or general[1] not in _CONTAINERS:
        raise InvalidSource(_DAMAGED)
    _, container, profile, milliseconds, truncated = general
    film = next((row for row in rows if row[0] == "V" and len(row) == 5), None)
    media_type = _CONTAINERS["QuickTime" if profile == "QuickTime" else container][0 if film else 1]
    has_sound = any(row[0] == "A" for row in rows)
    duration = round(_number(milliseconds)) / 1000
    if media_type is None or not (film or has_sound):
        raise InvalidSource(_DAMAGED)
    if duration <= 0:
        raise InvalidSource(_ENDLESS)
    if truncated == "Yes":
        raise InvalidSource(_DAMAGED)
    width, height = _shown(film) if film else (None, None)
    return MediaFacts(media_type, width, height, duration)


def _described(file: BinaryIO) -> list[list[str]]:
    """What libmediainfo tells: a row a track."""
    # By its path and isolated (-I): nothing in the working folder or the environment changes what runs.
    command = [sys.executable, "-I", str(_PROBE)]
    try:
        ran = subprocess.run(command, stdin=file, capture_output=True, timeout=_PATIENCE, check=True)  # noqa: S603
    except subprocess.SubprocessError as error:
        raise InvalidSource(_DAMAGED) from error
    return [line.split("|") for line in ran.stdout.decode().splitlines()]


def _shown(film: list[str]) -> tuple[int, int]:
    _, width, height, ratio, rotation = film
    # The ratio is told with three digits: 1.333 means 4/3.
    across = round(_number(width) * (Fraction(_number(ratio)).limit_denominator(100) or 1))
    down = round(_number(height))
    if not (0 < across <= _WIDEST and 0 < down <= _WIDEST):
        raise InvalidSource(_DAMAGED)
    return (down, across) if round(_number(rotation)) % 180 == 90 else (across, down)


def _number(text: str) -> float:
    try:
        number = float(text or "0")
    except ValueError:
        return 0.0
    return number if abs(number) < 1e12 else 0.0
