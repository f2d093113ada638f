import io
import struct
from pathlib import Path

import factories
import numpy as np
import pytest
from PIL import Image, ImageCms

from iiif.errors import InvalidSource
from iiif.image import pixels, source
from iiif.image.source import SourceLimits

LIMITS = SourceLimits(max_pixels=10**6, max_bytes=10**7)
COLORS = factories.photograph()
GRAY, RGB, CMYK, CHANNELS = 1, 3, 4, 7


def document(
    path: Path, planes: factories.Pixels, mode: int, *, resources: dict[int, bytes] | None = None, **head: int
) -> Path:
    """A Photoshop document without layers: its flattened picture (h, w, channels), not compressed."""
    height, width, channels = planes.shape
    version, depth = head.get("version", 1), head.get("depth", 8)
    kept = b"".join(
        b"8BIM" + struct.pack(">HHI", number, 0, len(content)) + content + bytes(len(content) % 2)
        for number, content in (resources or {}).items()
    )
    header = b"8BPS" + struct.pack(">H6xHIIHH", version, channels, height, width, depth, mode)
    sections = struct.pack(">II", 0, len(kept)) + kept + struct.pack(">IH", 0, 0)
    path.write_bytes(header + sections + planes.transpose(2, 0, 1).tobytes())
    return path


def shown(path: Path) -> factories.Pixels:
    facts = source.read(path, LIMITS)
    assert (facts.media_type, facts.sizes) == ("image/vnd.adobe.photoshop", ((96, 64),))
    return np.asarray(pixels.load(path, facts).numpy())


def test_colors_are_kept(tmp_path: Path) -> None:
    assert np.array_equal(shown(document(tmp_path / "a.psd", COLORS, RGB)), COLORS)


def test_gray_stays_one_channel(tmp_path: Path) -> None:
    gray = factories.gray_photograph()
    assert np.array_equal(shown(document(tmp_path / "a.psd", gray[..., None], GRAY)), gray)


def test_fourth_channel_hides_nothing(tmp_path: Path) -> None:
    selection = np.zeros((64, 96, 1), np.uint8)
    assert np.array_equal(shown(document(tmp_path / "a.psd", np.dstack([COLORS, selection]), RGB)), COLORS)


def test_profile_is_honoured(tmp_path: Path) -> None:
    profile = factories.wide_gamut_profile()
    found = shown(document(tmp_path / "a.psd", COLORS, RGB, resources={1039: profile}))
    assert np.abs(found.astype(int) - shown_by_profile(Image.fromarray(COLORS), profile)).max() <= 2


def test_cmyk_is_stored_the_other_way_round(tmp_path: Path) -> None:
    ink = np.dstack([255 - COLORS, factories.gray_photograph() // 3])
    found = shown(document(tmp_path / "a.psd", 255 - ink, CMYK))
    expected = shown_by_profile(Image.frombytes("CMYK", (96, 64), ink.tobytes()), factories.cmyk_profile())
    assert np.abs(found.astype(int) - expected).max() <= 2


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"version": 2}, "it is a Photoshop document of the large kind (PSB)"),
        ({"depth": 16}, "it is a Photoshop document of 16 bits a channel"),
        ({"mode": CHANNELS}, "it is a Photoshop document of channels without colors"),
        (
            {"resources": {1057: bytes(8)}},
            "it is a Photoshop document without its flattened picture",
        ),
    ],
)
def test_what_is_not_read_has_a_remedy(tmp_path: Path, options: dict[str, int], reason: str) -> None:
    path = document(tmp_path / "a.psd", COLORS, **({"mode": RGB} | options))  # type: ignore[arg-type]  # mixed
    with pytest.raises(InvalidSource) as refusal:
        source.read(path, LIMITS)
    assert str(refusal.value) == f"{reason}: save a flattened copy as TIFF"


def shown_by_profile(picture: Image.Image, profile: bytes) -> factories.Pixels:
    """To sRGB by Pillow's own use of littleCMS."""
    converted = ImageCms.profileToProfile(
        picture,
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        "RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return np.asarray(converted)
