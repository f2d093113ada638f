"""Colors against a computation that shares no code with ours: curves, matrices and CIEDE2000 by hand."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import factories
import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from iiif.image import pixels, source
from iiif.image.source import SourceLimits

Floats = NDArray[np.float64]

LIMITS = SourceLimits(max_pixels=10**6, max_bytes=10**7)
D50 = np.array([0.96422, 1.0, 0.82521])
# Columns are the red, green and blue of each space in XYZ, adapted to D50 (Bradford), as profiles hold them.
SRGB = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
ADOBE = np.array([[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]])
PROPHOTO = np.array([[0.79767, 0.13519, 0.03135], [0.28804, 0.71188, 0.00009], [0.0, 0.0, 0.82521]])
WIDE = {"Adobe RGB": (ADOBE, 2.19921875), "ProPhoto RGB": (PROPHOTO, 1.80078125)}


def matrix_profile(columns: Floats, gamma: float) -> bytes:
    """An ICC profile of three primaries and a plain gamma."""
    curve = b"curv" + struct.pack(">IIH2x", 0, 1, round(gamma * 256))
    tags = {b"desc": b"desc" + struct.pack(">II", 0, 5) + b"wide\0" + bytes(79), b"wtpt": _xyz(D50)}
    for name, column in zip((b"r", b"g", b"b"), columns.T, strict=True):
        tags |= {name + b"XYZ": _xyz(column), name + b"TRC": curve}
    table, body = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(content))
        body += content
    header = struct.pack(">III", 128 + len(table + body), 0, 0x02100000) + b"mntrRGB XYZ " + bytes(12)
    header += b"acsp" + bytes(28) + _xyz(D50)[8:]
    return header.ljust(128, b"\0") + table + body


def _xyz(values: Floats) -> bytes:
    return b"XYZ " + struct.pack(">I3i", 0, *(round(value * 65536) for value in values))


def reference(shares: Floats, columns: Floats, gamma: float) -> Floats:
    """XYZ of what sRGB can show of colors (from 0 to 1) of another space."""
    light = np.clip((shares**gamma) @ columns.T @ np.linalg.inv(SRGB).T, 0, 1)
    return np.asarray(light @ SRGB.T)


def of_srgb(values: NDArray[Any]) -> Floats:
    """XYZ, relative to D50, of sRGB from 0 to 255 (IEC 61966-2-1)."""
    shares = values / 255
    light = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return np.asarray(light @ SRGB.T)


def lab(xyz: Floats) -> Floats:
    """CIELAB of XYZ relative to D50."""
    ratio = xyz / D50
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def delta_e_2000(one: Floats, other: Floats) -> Floats:
    """The difference of two colors in CIELAB as people see it (CIE 142-2001; 1 is just noticeable)."""
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(other, -1, 0)
    mean_chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    grow = 1.5 - 0.5 * np.sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7))
    c1, c2 = np.hypot(a1 * grow, b1), np.hypot(a2 * grow, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1 * grow)) % 360, np.degrees(np.arctan2(b2, a2 * grow)) % 360
    turn = np.where(c1 * c2 == 0, 0, (h2 - h1 + 180) % 360 - 180)
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    lightness, c, h = (l1 + l2) / 2, (c1 + c2) / 2, (h1 + turn / 2) % 360
    t = 1 - 0.17 * np.cos(np.radians(h - 30)) + 0.24 * np.cos(np.radians(2 * h))
    t += 0.32 * np.cos(np.radians(3 * h + 6)) - 0.2 * np.cos(np.radians(4 * h - 63))
    s_l = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c, 1 + 0.015 * c * t
    r_c = 2 * np.sqrt(c**7 / (c**7 + 25.0**7))
    r_t = -np.sin(np.radians(60 * np.exp(-(((h - 275) / 25) ** 2)))) * r_c
    parts = (l2 - l1) / s_l, (c2 - c1) / s_c, hue / s_h
    squares = parts[0] ** 2 + parts[1] ** 2 + parts[2] ** 2 + r_t * parts[1] * parts[2]
    return np.asarray(np.sqrt(squares))


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_measure_is_right_itself(one: tuple[float, ...], other: tuple[float, ...], difference: float) -> None:
    found = delta_e_2000(np.array(one, np.float64), np.array(other, np.float64))
    assert found == pytest.approx(difference, abs=1e-4)


def stored(path: Path, shares: Floats, profile: bytes, *, bits: int) -> Path:
    """Colors or grays (from 0 to 1) with 8 or 16 bits a channel and their profile."""
    values = (shares * (2**bits - 1)).round().astype(f"uint{bits}")
    gray = values.ndim == 2
    meaning = ("b-w" if gray else "srgb") if bits == 8 else ("grey16" if gray else "rgb16")
    image = pyvips.Image.new_from_array(values).copy(interpretation=meaning)
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)  # type: ignore[arg-type]  # It takes bytes.
    image.write_to_file(str(path))
    return path


def shown(path: Path) -> NDArray[np.uint8]:
    return np.asarray(pixels.load(path, source.read(path, LIMITS)).numpy())


@pytest.mark.parametrize("space", WIDE)
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("ending", ["tif", "png"])
def test_wide_gamut_looks_the_same_in_srgb(tmp_path: Path, space: str, bits: int, ending: str) -> None:
    shares = factories.photograph().astype(np.float64) / 255
    path = stored(tmp_path / f"a.{ending}", shares, matrix_profile(*WIDE[space]), bits=bits)
    difference = delta_e_2000(lab(of_srgb(shown(path))), lab(reference(shares, *WIDE[space])))
    assert np.percentile(difference, 95) <= 2


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2])
def test_grays_keep_their_lightness(tmp_path: Path, gamma: float, bits: int) -> None:
    shares = factories.gray_photograph().astype(np.float64) / 255
    path = stored(tmp_path / "a.tif", shares, factories.gray_profile(gamma), bits=bits)
    neutral: Callable[[NDArray[Any]], Floats] = lambda grays: np.repeat(grays[..., None], 3, axis=-1)  # noqa: E731
    difference = delta_e_2000(lab(of_srgb(neutral(shown(path)))), lab(neutral(shares**gamma) * D50))
    assert np.percentile(difference, 95) <= 2


def test_a_profile_of_srgb_itself_changes_nothing(tmp_path: Path) -> None:
    colors = factories.photograph()
    picture = factories.with_profile(tmp_path / "a.png", colors, pyvips.Image.profile_load("srgb"))
    loaded = pixels.load(picture, source.read(picture, LIMITS))
    assert np.array_equal(loaded.numpy(), colors)
