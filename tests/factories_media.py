"""Sounds, films and models for the tests, written by code: headers are whole, samples mean nothing."""

import io
import json
import struct
import wave
from typing import Any

import numpy as np
import soundfile


def wav(seconds: float = 2.01) -> bytes:
    """Silence in PCM, 8 bits, at 8000 Hz."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x80" * round(8000 * seconds))
    return file.getvalue()


def sound(container: str, codec: str | None = None, *, seconds: float = 2.01) -> bytes:
    """A tone at 48 kHz in one of libsndfile's formats."""
    file = io.BytesIO()
    tone = np.sin(np.arange(round(48000 * seconds)) / 20).astype(np.float32) * 0.3
    soundfile.write(file, tone, 48000, format=container, subtype=codec)
    return file.getvalue()


def adts(frames: int = 94) -> bytes:
    """Silent frames of AAC, 1024 samples each at 48 kHz, of different lengths. Format: ISO/IEC 13818-7."""
    return b"".join(_adts_frame(bytes.fromhex("210049900219002380") + bytes(n % 7)) for n in range(frames))


def mp4(
    *,
    size: tuple[int, int] | None = (320, 180),
    brand: bytes = b"isom",
    seconds: float = 4.5,
    quarter_turns: int = 0,
    pixel_aspect: tuple[int, int] = (1, 1),
) -> bytes:
    """A film of one sample, or a sound where ``size`` is None. Format: ISO/IEC 14496-12."""
    duration = round(seconds * 1000)
    header = _full(
        b"mvhd", struct.pack(">IIIIIH10x", 0, 0, 1000, duration, 0x10000, 0x100) + _matrix(0) + bytes(28)
    )
    start = _box(b"ftyp", brand + bytes(4) + brand)
    sample = bytes(64)
    movie = _movie(header, duration, size, quarter_turns, pixel_aspect, len(start) + 8)
    return start + _box(b"mdat", sample) + movie


def _movie(
    header: bytes,
    duration: int,
    size: tuple[int, int] | None,
    quarter_turns: int,
    pixel_aspect: tuple[int, int],
    offset: int,
) -> bytes:
    width, height = size or (0, 0)
    track = _full(
        b"tkhd",
        struct.pack(">IIIII8xHHH2x", 0, 0, 1, 0, duration, 0, 0, 0 if size else 0x100)
        + _matrix(quarter_turns)
        + struct.pack(">II", width << 16, height << 16),
        flags=7,
    )
    times = _full(b"mdhd", struct.pack(">IIIIHH", 0, 0, 1000, duration, 0x55C4, 0))
    kind = _full(b"hdlr", bytes(4) + (b"vide" if size else b"soun") + bytes(13))
    about = _full(b"vmhd", bytes(8), flags=1) if size else _full(b"smhd", bytes(4))
    place = _box(b"dinf", _full(b"dref", struct.pack(">I", 1) + _full(b"url ", b"", flags=1)))
    table = _box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1) + (_film_entry(size, pixel_aspect) if size else _sound_entry()))
        + _full(b"stts", struct.pack(">III", 1, 1, duration))
        + _full(b"stsc", struct.pack(">IIII", 1, 1, 1, 1))
        + _full(b"stsz", struct.pack(">II", 64, 1))
        + _full(b"stco", struct.pack(">II", 1, offset)),
    )
    media = _box(b"mdia", times + kind + _box(b"minf", about + place + table))
    return _box(b"moov", header + _box(b"trak", track + media))


def webm(*, kind: bytes = b"webm", size: tuple[int, int] | None = (320, 180), seconds: float = 4.5) -> bytes:
    """A film of one block, or a sound where ``size`` is None. Format: RFC 8794 and 9559."""
    head = _element(0x1A45DFA3, _element(0x4282, kind) + _element(0x4287, b"\4") + _element(0x4285, b"\2"))
    about = _element(0x2AD7B1, b"\x0f\x42\x40") + _element(0x4489, struct.pack(">d", seconds * 1000))
    shape = b""
    if size:
        pixels = _element(0xB0, struct.pack(">H", size[0])) + _element(0xBA, struct.pack(">H", size[1]))
        shape = _element(0xE0, pixels)
    codec = _element(0x86, b"V_VP8" if size else b"A_VORBIS") + _element(0x83, b"\1" if size else b"\2")
    track = _element(0xAE, _element(0xD7, b"\1") + _element(0x73C5, b"\1") + codec + shape)
    cluster = _element(0xE7, b"\0") + _element(0xA3, b"\x81\0\0\x80" + bytes(16))
    segment = _element(0x1549A966, about) + _element(0x1654AE6B, track) + _element(0x1F43B675, cluster)
    return head + _element(0x18538067, segment)


def avi(*, size: tuple[int, int] = (320, 180), frames: int = 45) -> bytes:
    """A film of empty frames, ten a second."""
    width, height = size
    main = struct.pack("<14I", 100_000, 0, 0, 0x10, frames, 0, 1, 0, width, height, 0, 0, 0, 0)
    stream = b"vidsMJPG" + struct.pack("<10I4H", 0, 0, 0, 1, 10, 0, frames, 0, 0, 0, 0, 0, width, height)
    picture = struct.pack("<IiiHH4sIiiII", 40, width, height, 1, 24, b"MJPG", width * height * 3, 0, 0, 0, 0)
    streams = _list(b"strl", _chunk(b"strh", stream) + _chunk(b"strf", picture))
    content = _list(b"hdrl", _chunk(b"avih", main) + streams) + _list(b"movi", _chunk(b"00dc", b"") * frames)
    return _chunk(b"RIFF", b"AVI " + content)


def gltf(**parts: Any) -> bytes:
    """A scene of nothing, with what ``parts`` add."""
    return json.dumps({"asset": {"version": "2.0"}} | parts).encode()


def triangle(buffer: str, texture: str) -> tuple[bytes, bytes]:
    """A textured triangle: the scene, which names its buffer and texture so, and the buffer."""
    corners = ((0, 0, 0), (1, 0, 0), (0, 1, 0))
    points = b"".join(struct.pack("<3f", *corner) for corner in corners)
    places = b"".join(struct.pack("<2f", x, y) for x, y, _ in corners)
    accessor = {"componentType": 5126, "count": 3}
    scene = gltf(
        scene=0,
        scenes=[{"nodes": [0]}],
        nodes=[{"mesh": 0}],
        meshes=[{"primitives": [{"attributes": {"POSITION": 0, "TEXCOORD_0": 1}, "material": 0}]}],
        materials=[{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}],
        textures=[{"source": 0}],
        images=[{"uri": texture}],
        accessors=[
            {**accessor, "bufferView": 0, "type": "VEC3", "min": [0, 0, 0], "max": [1, 1, 0]},
            {**accessor, "bufferView": 1, "type": "VEC2"},
        ],
        bufferViews=[
            {"buffer": 0, "byteOffset": 0, "byteLength": len(points)},
            {"buffer": 0, "byteOffset": len(points), "byteLength": len(places)},
        ],
        buffers=[{"uri": buffer, "byteLength": len(points + places)}],
    )
    return scene, points + places


def glb(scene: bytes | None = None, *, version: int = 2, more: int = 0) -> bytes:
    """A binary model; its header tells ``more`` bytes than it has."""
    text = gltf() if scene is None else scene
    text += b" " * (-len(text) % 4)
    geometry = struct.pack("<I4s", 8, b"BIN\0") + bytes(8)
    whole = 20 + len(text) + len(geometry) + more
    return struct.pack("<4sIIII", b"glTF", version, whole, len(text), 0x4E4F534A) + text + geometry


def _film_entry(size: tuple[int, int], pixel_aspect: tuple[int, int]) -> bytes:
    settings = bytes([1, 66, 0, 30, 255, 0xE1, 0, 4, 0x67, 66, 0, 30, 1, 0, 4, 0x68, 0xCE, 0x3C, 0x80])
    shape = struct.pack(">6xH16xHHIIIH32xHh", 1, *size, 0x480000, 0x480000, 0, 1, 24, -1)
    aspect = _box(b"pasp", struct.pack(">II", *pixel_aspect))
    return _box(b"avc1", shape + _box(b"avcC", settings) + aspect)


def _adts_frame(content: bytes) -> bytes:
    length = 7 + len(content)
    # Sync, AAC LC, 48 kHz, two channels, and the length over three bytes.
    return bytes([0xFF, 0xF1, 0x4C, 0x80, length >> 3, (length & 7) << 5 | 0x1F, 0xFC]) + content


def _sound_entry() -> bytes:
    return _box(b"mp4a", struct.pack(">6xH8xHH4xI", 1, 2, 16, 48000 << 16))


def _matrix(quarter_turns: int) -> bytes:
    cosine, sine = [(1, 0), (0, 1), (-1, 0), (0, -1)][quarter_turns]
    turned = (cosine, sine, 0, -sine, cosine, 0)
    return struct.pack(">9i", *(value << 16 for value in turned), 0, 0, 1 << 30)


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def _full(name: bytes, content: bytes, *, flags: int = 0) -> bytes:
    return _box(name, struct.pack(">I", flags) + content)


def _element(name: int, content: bytes) -> bytes:
    return name.to_bytes((name.bit_length() + 7) // 8) + struct.pack(">Q", 1 << 56 | len(content)) + content


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _list(name: bytes, content: bytes) -> bytes:
    return _chunk(b"LIST", name + content)
