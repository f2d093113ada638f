"""Pictures for the tests, painted by code: every kind of source that a museum may hand in."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]
Tones = NDArray[np.bool_]
Box = tuple[int, int, int, int]


class Memory:
    """An object in a store, as a reader sees it."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def read_range(self, offset: int, length: int) -> bytes:
        return self.content[offset : offset + length]


def photograph(width: int = 96, height: int = 64) -> Pixels:
    """Colors that change slowly in both directions under a soft texture, as in a photograph: (h, w, 3).

    Red grows to the right and green downwards, so that a picture that was turned or cut wrongly shows it.
    """
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    across, down = x / max(width - 1, 1), y / max(height - 1, 1)
    texture = 8 * np.sin(x / 5) * np.cos(y / 7)
    channels = 30 + 190 * across, 40 + 170 * down, 60 + 120 * (1 - across) * (1 - down)
    return (
        np.stack([np.clip(channel + texture, 0, 255) for channel in channels], axis=-1)
        .round()
        .astype(np.uint8)
    )


def gray_photograph(width: int = 96, height: int = 64) -> Pixels:
    """The photograph's luminance: (h, w)."""
    return np.asarray(Image.fromarray(photograph(width, height)).convert("L"))


def printed(*lines: str, width: int = 900, size: int = 40) -> tuple[Pixels, list[tuple[str, Box]]]:
    """A page of lines in black on white, and each of its words with its box."""
    font = ImageFont.load_default(size)
    picture = Image.new("L", (width, (2 * len(lines) + 2) * size), "white")
    drawing = ImageDraw.Draw(picture)
    words: list[tuple[str, Box]] = []
    for number, line in enumerate(lines):
        x = 2.0 * size
        for word in line.split():
            drawing.text((x, (2 * number + 1) * size), word, font=font, fill="black")
            left, top, right, bottom = drawing.textbbox((x, (2 * number + 1) * size), word, font=font)
            words.append((word, (round(left), round(top), round(right - left), round(bottom - top))))
            x = right + size / 3
    return np.asarray(picture), words


def jpeg(path: Path, pixels: Pixels | Tones | None = None, **options: Any) -> Path:
    """A JPEG of high quality; ``options`` are Pillow's."""
    return _saved(path, pixels, "JPEG", {"quality": 95, "subsampling": 0} | options)


def png(path: Path, pixels: Pixels | Tones | None = None, **options: Any) -> Path:
    """A PNG of the pixels as they are: (h, w) gray, (h, w, 3) color, (h, w, 4) with alpha."""
    return _saved(path, pixels, "PNG", options)


def tiff(path: Path, pixels: Pixels | Tones | None = None, **options: Any) -> Path:
    """A TIFF of the pixels as they are."""
    return _saved(path, pixels, "TIFF", options)


def sideways_jpeg(path: Path, orientation: int, pixels: Pixels | None = None, **options: Any) -> Path:
    """A JPEG whose EXIF orientation (1 to 8) turns the stored pixels back to how they are given here."""
    back: dict[int, Callable[[Pixels], Pixels]] = {
        1: lambda p: p,
        2: lambda p: p[:, ::-1],
        3: lambda p: p[::-1, ::-1],
        4: lambda p: p[::-1],
        5: lambda p: p.transpose(1, 0, 2),
        6: np.rot90,
        7: lambda p: p.transpose(1, 0, 2)[::-1, ::-1],
        8: lambda p: np.rot90(p, -1),
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = photograph() if pixels is None else pixels
    return jpeg(path, np.ascontiguousarray(back[orientation](upright)), exif=exif, **options)


def converted(path: Path, mode: str, pixels: Pixels | Tones | None = None, **options: Any) -> Path:
    """The photograph in another of Pillow's modes (CMYK, P, 1, LAB, RGBA), in the format of the ending."""
    Image.fromarray(photograph() if pixels is None else pixels).convert(mode).save(path, **options)
    return path


def interlaced_png(path: Path, pixels: Pixels | Tones | None = None) -> Path:
    """A PNG in seven passes, as browsers once liked them."""
    image = pyvips.Image.new_from_array(photograph() if pixels is None else pixels)
    image.pngsave(str(path), interlace=True)
    return path


def translucent(path: Path, pixels: Pixels, alpha: Pixels, **options: Any) -> Path:
    """Pixels (h, w) or (h, w, 3) with their transparency (h, w), in the format of the ending."""
    picture = Image.fromarray(pixels)
    picture.putalpha(Image.fromarray(alpha))
    picture.save(path, **options)
    return path


def premultiplied(path: Path, pixels: Pixels, alpha: Pixels) -> Path:
    """A TIFF whose colors (h, w, 3) are already darkened by their transparency (h, w)."""
    darkened = (pixels * (alpha[..., None] / 255)).round().astype(np.uint8)
    return retagged(tiff(path, np.dstack([darkened, alpha])), 338, 1)


def retagged(path: Path, tag: int, value: int) -> Path:
    """The same TIFF with another number in a field of one short, whatever Pillow thought of it."""
    content = bytearray(path.read_bytes())
    place = content.index(struct.pack("<HHI", tag, 3, 1)) + 8
    content[place : place + 2] = struct.pack("<H", value)
    path.write_bytes(content)
    return path


def with_selection(path: Path, pixels: Pixels, selection: Pixels) -> Path:
    """A TIFF whose fourth channel is a retoucher's selection, and no transparency."""
    height, width, _ = pixels.shape
    Image.frombytes("RGBX", (width, height), np.dstack([pixels, selection]).tobytes()).save(path, "TIFF")
    return path


def as_palette(pixels: Pixels) -> Pixels:
    """What is left of the colors in a palette of 256."""
    return np.asarray(Image.fromarray(pixels).convert("P").convert("RGB"))


def as_stored(pixels: Pixels, format_: str, **options: Any) -> Pixels:
    """What is left of the colors in a format that loses some, such as GIF and JPEG."""
    with Image.open(io.BytesIO(_encoded(pixels, format_, **options))) as picture:
        return np.asarray(picture.convert("RGB"))


def two_tones(width: int = 96, height: int = 64) -> Tones:
    """A white disk on black: (h, w) of bool."""
    y, x = np.mgrid[0:height, 0:width]
    return np.asarray((x - width / 3) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2)


def deep(path: Path, values: NDArray[Any], interpretation: str = "rgb16") -> Path:
    """Values of more than 8 bits as TIFF or PNG: (h, w) or (h, w, bands), uint16, uint32 or float32.

    ``interpretation`` is libvips' name of what they mean: rgb16, grey16, scrgb, b-w, labs.
    """
    image = pyvips.Image.new_from_array(values).copy(interpretation=interpretation)
    image.write_to_file(str(path))
    return path


def with_profile(path: Path, pixels: Pixels, profile: bytes, **options: Any) -> Path:
    """Pixels (h, w), (h, w, 3) or CMYK (h, w, 4) that are not sRGB: the profile says what they mean."""
    image = Image.fromarray(pixels) if pixels.ndim == 2 or pixels.shape[2] == 3 else _cmyk(pixels)
    image.save(path, icc_profile=profile, **options)
    return path


def wide_gamut_profile() -> bytes:
    """The profile of Display P3, whose red, green and blue are stronger than those of sRGB."""
    return _builtin_profile("p3")


def jpeg2000_with_profile(path: Path, pixels: Pixels, profile: bytes) -> Path:
    """A lossless JPEG 2000 whose colors mean what the profile says."""
    content = _encoded(pixels, "JPEG2000")
    named = b"\0\0\0\x0fcolr\1\0\0\0\0\0\x10"
    described = struct.pack(">I", 11 + len(profile)) + b"colr\2\0\0" + profile
    header = content.index(b"jp2h") - 4
    (length,) = struct.unpack_from(">I", content, header)
    longer = struct.pack(">I", length + len(described) - len(named))
    path.write_bytes(content[:header] + longer + content[header + 4 :].replace(named, described, 1))
    return path


def cmyk_profile() -> bytes:
    """A printing press's profile."""
    return _builtin_profile("cmyk")


def gray_profile(gamma: float = 1.0) -> bytes:
    """A profile of gray values with a plain gamma; at 1.0 they are light itself, far darker than sRGB's."""
    curve = b"curv" + struct.pack(">IIH2x", 0, 1, round(gamma * 256))
    white = b"XYZ " + struct.pack(">I3i", 0, 63190, 65536, 54061)
    description = b"desc" + struct.pack(">II", 0, 5) + b"gray\0" + bytes(78)
    tags = {b"desc": description + bytes(-len(description) % 4), b"wtpt": white, b"kTRC": curve}
    table, body = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(body), len(content))
        body += content
    header = struct.pack(">II", 128 + len(table + body), 0) + struct.pack(">I", 0x02100000)
    header += b"mntrGRAYXYZ " + bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return header.ljust(128, b"\0") + table + body


def animation(path: Path, frames: list[Pixels], **options: Any) -> Path:
    """An animated GIF or WebP, by the ending."""
    images = [Image.fromarray(frame) for frame in frames]
    images[0].save(path, save_all=True, append_images=images[1:], duration=100, loop=0, **options)
    return path


def book(path: Path, pages: list[Pixels], **options: Any) -> Path:
    """A TIFF of several pages."""
    images = [Image.fromarray(page) for page in pages]
    images[0].save(path, save_all=True, append_images=images[1:], **options)
    return path


def truncated(path: Path, share: float = 0.6) -> Path:
    """The same file, cut off after a share of its bytes."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def bomb(path: Path, width: int = 60_000, height: int = 60_000) -> Path:
    """A small PNG whose header claims a huge picture."""
    content = bytearray(_encoded(photograph(8, 8), "PNG"))
    content[16:24] = struct.pack(">II", width, height)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    path.write_bytes(content)
    return path


def _saved(path: Path, pixels: Pixels | Tones | None, format_: str, options: dict[str, Any]) -> Path:
    Image.fromarray(photograph() if pixels is None else pixels).save(path, format_, **options)
    return path


def _encoded(pixels: Pixels, format_: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format_, **options)
    return buffer.getvalue()


def _cmyk(pixels: Pixels) -> Image.Image:
    height, width, _ = pixels.shape
    return Image.frombytes("CMYK", (width, height), pixels.tobytes())


def _builtin_profile(name: str) -> bytes:
    return bytes(pyvips.Image.profile_load(name))
