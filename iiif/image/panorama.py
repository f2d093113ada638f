"""Pictures of all directions at once, which a viewer shows from within."""

from pathlib import Path

import pyvips
from defusedxml import DefusedXmlException, ElementTree

from iiif.errors import InvalidSource
from iiif.image import source

_GPANO = "{http://ns.google.com/photos/1.0/panorama/}"
_LARGEST_XMP = 4 << 20


def is_panorama(path: Path) -> bool:
    """Whether a picture says of itself that it is a 360° panorama in equirectangular projection.

    Only its XMP counts (GPano's ProjectionType), never its shape: pictures twice as wide as high are common.
    One that can't be read is none; ``source.read`` tells why.
    """
    xmp = _xmp(path).rstrip(b"\0 \n\r\t")
    if b"ProjectionType" not in xmp or len(xmp) > _LARGEST_XMP:
        return False
    try:
        root = ElementTree.fromstring(xmp)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError):
        return False
    told: dict[str, str] = {}
    for element in root.iter():
        told |= element.attrib | {element.tag: element.text or ""}
    projection, use = (
        told.get(_GPANO + name, "").strip() for name in ("ProjectionType", "UsePanoramaViewer")
    )
    return projection.lower() == "equirectangular" and use.lower() != "false"


def _xmp(path: Path) -> bytes:
    try:
        media_type = source.sniff(path)
        if media_type in source.LIBVIPS_LOADERS:
            image = source.open_libvips(path, media_type)
            xmp = image.get("xmp-data") if image.get_typeof("xmp-data") else b""
            return xmp if isinstance(xmp, bytes) else b""
        if media_type != source.HEIC:
            return b""
        with path.open("rb") as file:
            kept = source.open_pillow(file, media_type).info.get("xmp")
    except (InvalidSource, pyvips.Error, *source.PILLOW_FAULTS):
        return b""
    return kept if isinstance(kept, bytes) else b""
