from pathlib import Path
from typing import cast

import factories
import pytest
import pyvips

from iiif.image import panorama

AS_ATTRIBUTE = 'GPano:ProjectionType="equirectangular"'


def xmp(attributes: str = "", elements: str = "") -> bytes:
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        f'xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" {attributes}>{elements}'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def picture(path: Path, packet: bytes | None) -> Path:
    image = pyvips.Image.new_from_array(factories.photograph(128, 64)).copy()
    if packet is not None:
        # Its annotations forget that bytes are a value, too.
        image.set_type(pyvips.GValue.blob_type, "xmp-data", cast("str", packet))
    image.write_to_file(str(path))
    return path


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.webp"])
def test_panorama_says_so(tmp_path: Path, name: str) -> None:
    assert panorama.is_panorama(picture(tmp_path / name, xmp(AS_ATTRIBUTE)))


def test_statement_may_be_an_element(tmp_path: Path) -> None:
    packet = xmp(elements="<GPano:ProjectionType>equirectangular</GPano:ProjectionType>")
    assert panorama.is_panorama(picture(tmp_path / "a.jpg", packet))


@pytest.mark.parametrize(
    "packet",
    [
        None,
        xmp(),
        xmp('GPano:ProjectionType="cylindrical"'),
        xmp(AS_ATTRIBUTE + ' GPano:UsePanoramaViewer="False"'),
        xmp(AS_ATTRIBUTE)[:-40],
        b"<!DOCTYPE a [<!ENTITY b 'ProjectionType'>]><a>&b;</a>",
    ],
    ids=["no XMP", "other XMP", "cylindrical", "not to be shown so", "damaged", "entities"],
)
def test_shape_alone_makes_no_panorama(tmp_path: Path, packet: bytes | None) -> None:
    assert not panorama.is_panorama(picture(tmp_path / "a.jpg", packet))


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", b"%PDF-1.7", b"\0\0\0\x18ftypheic"])
def test_what_is_no_picture_is_no_panorama(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    assert not panorama.is_panorama(tmp_path / "a.jpg")
