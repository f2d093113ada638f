"""A ZIP that was sent over the API, unpacked into a folder: it is trusted in nothing."""

import calendar
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from archive.errors import Invalid, Unavailable
from archive.ingest import charset
from archive.storage import disk

MOST_FILES = 200_000
"""Files in a ZIP: some hundred books of a thousand pages."""

_CHUNK = 1 << 20
_LONGEST_NAME = 255
_UTF_8 = 0x800
_ENCRYPTED = 0x1
_DAMAGED = "is damaged, or not whole: pack it again"
# What zipfile raises at files that are none, or packed in ways that it does not know.
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    ValueError,
    OSError,
)


def is_folder(path: Path) -> bool:
    """Whether the file is a ZIP of files, and no XLSX, which is a ZIP too."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as packed:
            return "[Content_Types].xml" not in packed.namelist()
    except _FAULTS:
        return True


def unpack(path: Path, folder: Path, *, called: str, byte_limit: int) -> None:
    """Write the files of a ZIP ``called`` so into ``folder``, with the times that it gives them.

    Raises ``Invalid`` for one that is damaged or locked, has more than ``byte_limit`` bytes in all or leads
    out of the folder, ``Full`` where the disk has no room. Links are written as the text that they hold.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            infos = [one for one in packed.infolist() if not one.is_dir()]
            _check(infos, called)
            left = byte_limit
            for info, name in zip(infos, _names(infos), strict=True):
                left -= _write(packed, info, _place(folder, name, called), left)
                if left < 0:
                    raise Invalid(f'"{called}" unpacks to more than {byte_limit:,} bytes: divide it')
    except _FAULTS as error:
        raise Invalid(f'"{called}" {_DAMAGED}') from error


def _check(infos: Sequence[zipfile.ZipInfo], called: str) -> None:
    if len(infos) > MOST_FILES:
        raise Invalid(f'"{called}" holds more than {MOST_FILES:,} files: divide it')
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise Invalid(f'"{called}" is locked by a password: pack it without one')


def _names(infos: Sequence[zipfile.ZipInfo]) -> Iterator[str]:
    """The names of files; those that are not said to be UTF-8 are, or are in one of the older encodings."""
    raw = [None if one.flag_bits & _UTF_8 else one.filename.encode("cp437") for one in infos]
    strange = b"\n".join(one for one in raw if one is not None and not charset.is_utf_8(one))
    codec = charset.guess(strange) if strange else "utf-8"
    for info, content in zip(infos, raw, strict=True):
        if content is None:
            yield info.filename
        else:
            yield content.decode("utf-8" if charset.is_utf_8(content) else codec, "replace")


def _place(folder: Path, name: str, called: str) -> Path:
    name = name.replace("\\", "/")
    steps = PurePosixPath(name).parts
    if not steps or name.startswith("/") or ".." in steps or ":" in steps[0] or not name.isprintable():
        raise Invalid(f'"{called}" holds "{name[:100]}", which leads out of it: pack it again')
    if any(len(step.encode()) > _LONGEST_NAME for step in steps) or len(name) > 4 * _LONGEST_NAME:
        raise Invalid(f'"{called}" holds "{name[:100]}…", whose name is too long: shorten it')
    return folder.joinpath(*steps)


def _write(packed: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, limit: int) -> int:
    """The bytes of a file, written at its place; of more than ``limit`` of them, not all are written."""
    length = 0
    with _opened(target) as file, packed.open(info) as content:
        while length <= limit and (chunk := content.read(_CHUNK)):
            with disk.translated():
                file.write(chunk)
            length += len(chunk)
        with disk.translated():
            file.flush()
    # By size and time ingest tells whether a file is another than before.
    time = _time(info)
    os.utime(target, (time, time))
    return length


def _opened(target: Path) -> BinaryIO:
    try:
        with disk.translated():
            target.parent.mkdir(parents=True, exist_ok=True)
            return target.open("xb")
    except Unavailable as error:
        if isinstance(error.__cause__, FileExistsError | NotADirectoryError):
            raise Invalid(f'"{target.name}" stands in it twice: pack it again') from error
        raise


def _time(info: zipfile.ZipInfo) -> int:
    try:
        return max(0, calendar.timegm((*info.date_time, 0, 0, 0)))
    except (ValueError, OverflowError):
        return 0
