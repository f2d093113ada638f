"""Models in glTF 2: whether the file is whole, and which files beside it belong to it."""

import json
import re
import struct
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from iiif.errors import InvalidSource

LARGEST_JSON = 64 << 20
"""Bytes of the largest scene that is read; geometry and textures stand outside of it."""

_MOST_VALUES = 2_000_000
_JSON_CHUNK = 0x4E4F534A
_DAMAGED = "the model is damaged: copy it again, or export it anew as glTF 2"


def companions(scene: bytes) -> tuple[str, ...]:
    """The files that the scene of a ``.gltf`` names, relative to its folder, in their order and once each.

    Raises ``InvalidSource`` when it is no glTF 2, or names a file outside of its folder. Spec: glTF 2.0 §2.8.
    """
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
    named = (_companion(uri) for uri in _uris(document) if not uri.lower().startswith("data:"))
    return tuple(dict.fromkeys(named))


def binary_companions(content: bytes, length: int) -> tuple[str, ...]:
    """The same of a ``.glb`` of ``length`` bytes, of which ``content`` is as much as holds the scene.

    Raises ``InvalidSource``, too, when the header's lengths and those of the file differ.
    Spec: glTF 2.0 §4.4.
    """
    try:
        _, version, whole, chunk, kind = struct.unpack_from("<4sIIII", content)
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
    _check_rest(content[20 + chunk : 28 + chunk], whole - 20 - chunk)
    return companions(content[20 : 20 + chunk])


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
