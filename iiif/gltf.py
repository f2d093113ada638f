"""Models in glTF 2: whether the file is whole, and which files beside it belong to it."""

import json
import re
import struct
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO
from urllib.parse import unquote

from iiif.errors import InvalidSource

LARGEST_JSON = 64 << 20
"""Bytes of the largest scene that is read; geometry and textures stand outside of it."""

_MOST_VALUES = 2_000_000
_JSON_CHUNK = 0x4E4F534A
_BUFFERS = (".bin", ".glbin", ".glbuf")
_TEXTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"\xabKTX 20\xbb\r\n\x1a\n": "image/ktx2",
}
_DAMAGED = "the model is damaged: copy it again, or export it anew as glTF 2"


def scene(file: BinaryIO, length: int) -> bytes:
    """The JSON of a model of ``length`` bytes, ``.gltf`` or ``.glb``, of which no more is read than holds it.

    Raises ``InvalidSource`` when it is too large, or the header of a ``.glb`` tells of other lengths.
    Spec: glTF 2.0 §4.4.
    """
    start = file.read(20)
    if start.startswith(b"glTF"):
        return _binary_scene(start, file, length)
    return start + file.read(LARGEST_JSON)


def companions(scene: bytes) -> tuple[str, ...]:
    """The files that a scene names, relative to its folder, in their order and once each.

    Raises ``InvalidSource`` when it is no glTF 2, or names a file outside of its folder. Spec: glTF 2.0 §2.8.
    """
    return tuple(dict.fromkeys(_companion(uri) for uri in _named(scene)))


def nearby(scene: bytes) -> tuple[str, ...]:
    """The same without the names that ``companions`` refuses: what is the model's though it is not in order.

    They are in Unicode form C, as names in an archive are.

    Raises ``InvalidSource`` when it is no glTF 2.
    """
    found: dict[str, None] = {}
    for uri in _named(scene):
        with suppress(InvalidSource):
            found[unicodedata.normalize("NFC", _companion(uri))] = None
    return tuple(found)


def media_type(name: str, start: bytes) -> str:
    """The media type of a file that a model names, told by its first bytes, of a buffer by its ending.

    Spec: glTF 2.0, File Extensions and Media Types; KHR_texture_basisu; EXT_texture_webp.
    """
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    known = (kind for signature, kind in _TEXTURES.items() if start.startswith(signature))
    is_buffer = name.lower().endswith(_BUFFERS)
    return next(known, "application/gltf-buffer" if is_buffer else "application/octet-stream")


def _binary_scene(start: bytes, file: BinaryIO, length: int) -> bytes:
    try:
        _, version, whole, chunk, kind = struct.unpack("<4sIIII", start)
    except struct.error as error:
        raise InvalidSource(_DAMAGED) from error
    if version != 2:
        raise InvalidSource(f"it is binary glTF {version}: export the model as glTF 2")
    if whole != length:
        raise InvalidSource(f"the model has {length:,} bytes where its header tells {whole:,}: copy it again")
    if kind != _JSON_CHUNK or chunk % 4 or 20 + chunk > whole:
        raise InvalidSource(_DAMAGED)
    if chunk > LARGEST_JSON:
        raise InvalidSource(f"the scene has more than {LARGEST_JSON:,} bytes of JSON: make it smaller")
    content = file.read(chunk)
    _check_rest(file.read(8), whole - 20 - chunk)
    return content


def _named(scene: bytes) -> list[str]:
    """The addresses of files in a scene, as they are written; ``data:`` holds its file itself."""
    if len(scene) > LARGEST_JSON:
        raise InvalidSource(f"the scene has more than {LARGEST_JSON:,} bytes of JSON: export it as .glb")
    # Counted before they are read: each would take some 64 bytes of memory, and a text holds them by threes.
    if sum(map(scene.count, (b"[", b"{", b","))) > _MOST_VALUES:
        raise InvalidSource(f"the scene has more than {_MOST_VALUES:,} values: divide it, or make it simpler")
    try:
        # Any: a document that somebody else wrote.
        document: Any = json.loads(scene.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InvalidSource(f"its JSON can't be read; {_DAMAGED}") from error
    asset = document.get("asset") if isinstance(document, dict) else None
    if not isinstance(asset, dict):
        raise InvalidSource("it is JSON, but no glTF: it has no asset with a version; export the model anew")
    if not re.fullmatch(r"2\.\d+", str(asset.get("version"))):
        raise InvalidSource(f"it is glTF {str(asset.get('version'))[:20]}: export the model as glTF 2")
    return [uri for uri in _uris(document) if not uri.lower().startswith("data:")]


def _check_rest(header: bytes, length: int) -> None:
    """Whether what follows the scene is nothing, or begins with a chunk that fits."""
    if length and (length < 8 or struct.unpack_from("<I", header)[0] > length - 8):
        raise InvalidSource(_DAMAGED)


def _uris(document: Any) -> Iterator[str]:  # Any: as above.
    """Every address in a scene, those of extensions too; extras are the author's own notes."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("uri"), str):
                yield value["uri"]
            waiting += [value[name] for name in reversed(value) if name not in {"uri", "extras"}]
        elif isinstance(value, list):
            waiting += reversed(value)


def _companion(uri: str) -> str:
    path = unquote(uri)
    parts = [part for part in path.split("/") if part != "."]
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|/", path) or "\\" in path or "\0" in path or ".." in parts:
        remedy = "put it beside the model, or export the model as .glb, which holds everything"
        raise InvalidSource(f'the model needs "{uri[:80]}", which lies outside of its folder: {remedy}')
    if not all(parts) or not parts:
        raise InvalidSource(f'the model names "{uri[:80]}", which is no file: export it anew as glTF 2')
    return "/".join(parts)
