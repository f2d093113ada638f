"""The flattened picture that a Photoshop document keeps beside its layers."""

import struct
from typing import BinaryIO

from PIL import Image
from PIL.PsdImagePlugin import MODES, PsdImageFile

from iiif.errors import InvalidSource

_MULTICHANNEL = 7
_VERSION_RESOURCE = 1057
_REMEDY = "save a flattened copy as TIFF"


def open_flattened(file: BinaryIO) -> Image.Image:
    """The flattened picture, pixels still unread: of its colors alone, which already lie on white.

    Raises ``InvalidSource`` with a remedy for what Pillow does not read: large documents (PSB), more than
    8 bits a channel, channels without colors, and documents saved without their flattened picture.
    """
    version, depth, mode = struct.unpack(">4xH16xHH", file.read(26))
    if version != 1:
        raise InvalidSource(f"it is a Photoshop document of the large kind (PSB): {_REMEDY}")
    if depth > 8:
        raise InvalidSource(f"it is a Photoshop document of {depth} bits a channel: {_REMEDY}")
    if mode == _MULTICHANNEL or (mode, depth) not in MODES:
        raise InvalidSource(f"it is a Photoshop document of channels without colors: {_REMEDY}")
    file.seek(0)
    picture = PsdImageFile(file)
    if any(number == _VERSION_RESOURCE and content[4:5] == b"\0" for number, _, content in picture.resources):
        raise InvalidSource(f"it is a Photoshop document without its flattened picture: {_REMEDY}")
    return picture


def without_selection(picture: Image.Image) -> Image.Image:
    """The picture without its fourth channel: transparency that was laid on white already, or a selection."""
    return picture.convert("RGB") if picture.mode == "RGBA" else picture
