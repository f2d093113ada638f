import io

import factories_media as made
import pytest

from iiif import gltf
from iiif.errors import InvalidSource


def test_files_beside_a_scene_are_named_once() -> None:
    scene = made.gltf(
        buffers=[{"uri": "scene%20one.bin"}, {"uri": "data:,a"}],
        images=[{"uri": "maps/a.png"}, {"uri": "./maps/a.png", "extras": {"uri": "https://museum.example"}}],
    )
    assert gltf.companions(scene) == ("scene one.bin", "maps/a.png")


@pytest.mark.parametrize(
    "uri",
    [
        "../a.bin",
        "a/../../b",
        "/etc/passwd",
        "https://host.example/a",
        "//host.example/a",
        "file:a",
        "C:a",
        "%2e%2e/a",
        "..\\a",
        "a%00",
    ],
)
def test_files_elsewhere_are_refused(uri: str) -> None:
    with pytest.raises(InvalidSource, match="which lies outside of its folder"):
        gltf.companions(made.gltf(extensions={"a": [{"uri": uri}]}))


@pytest.mark.parametrize("uri", ["", ".", "maps/", "maps//a.png"])
def test_what_names_no_file_is_refused(uri: str) -> None:
    with pytest.raises(InvalidSource, match="which is no file: export it anew"):
        gltf.companions(made.gltf(images=[{"uri": uri}]))


@pytest.mark.parametrize(
    ("scene", "reason"),
    [
        (b"[" + b"[]," * 1_000_000 + b"[]]", "the scene has more than 2,000,000 values"),
        (b"{", "its JSON can't be read"),
        (b'{"a":' * 100_000, "its JSON can't be read"),
        (b"{}", "it is JSON, but no glTF"),
        (b'{"asset": {"version": "1.0"}}', "it is glTF 1.0: export the model as glTF 2"),
        (b'{"asset": {"version": 2}}', "it is glTF 2: export the model as glTF 2"),
    ],
)
def test_what_is_no_scene_is_refused(scene: bytes, reason: str) -> None:
    with pytest.raises(InvalidSource, match=reason):
        gltf.companions(scene)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (made.glb()[:12], "the model is damaged"),
        (made.glb(version=1), "it is binary glTF 1: export the model as glTF 2"),
        (made.glb(more=4), "the model has 68 bytes where its header tells 72: copy it again"),
        (made.glb(b"{}"), "it is JSON, but no glTF"),
        (made.glb().replace(b"JSON", b"BIN\0"), "the model is damaged"),
        (made.glb().replace(b"\x08\0\0\0BIN", b"\x0c\0\0\0BIN"), "the model is damaged"),
    ],
)
def test_broken_binary_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidSource, match=reason):
        gltf.companions(gltf.scene(io.BytesIO(content), len(content)))


def test_binary_names_its_companions() -> None:
    content = made.glb(made.gltf(images=[{"uri": "a.png"}]))
    assert gltf.companions(gltf.scene(io.BytesIO(content), len(content))) == ("a.png",)


def test_what_is_in_order_is_the_models_even_where_it_names_files_elsewhere() -> None:
    scene = made.gltf(
        buffers=[{"uri": "../a.bin"}, {"uri": "b.bin"}], images=[{"uri": "https://host.example/c"}]
    )
    assert gltf.nearby(scene) == ("b.bin",)


@pytest.mark.parametrize(
    ("name", "start", "media_type"),
    [
        ("a.bin", b"\x89PNG\r\n\x1a\n....", "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        ("a.ktx2", b"\xabKTX 20\xbb\r\n\x1a\n", "image/ktx2"),
        ("a.BIN", b"\0\0\x80\x3f", "application/gltf-buffer"),
        ("a.png", b"<html>", "application/octet-stream"),
        ("a.svg", b"<svg/>", "application/octet-stream"),
    ],
)
def test_a_companion_is_what_its_bytes_say_and_a_buffer_what_its_name_says(
    name: str, start: bytes, media_type: str
) -> None:
    assert gltf.media_type(name, start) == media_type
