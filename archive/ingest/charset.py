"""The encoding of a text file, found from its bytes."""

from collections.abc import Iterator
from pathlib import Path

import charset_normalizer

from archive.errors import Invalid

LONGEST_LINE = 1 << 23
"""Characters of the longest line: a file without line ends must not fill the memory."""

NAMES = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "gb18030": "GB18030",
    "big5": "Big5",
    "cp932": "Shift_JIS",
}
"""Python's codecs of the encodings that are read, and the names people know."""

# Of equally likely ones the first is taken.
_LEGACY = ["cp1252", "gb18030", "big5", "cp932"]
_SAMPLE = 1 << 16
# All bytes but control characters, of which text has a stray one at most.
_TEXT = bytes([*b"\t\n\v\f\r", *range(0x20, 0x100)])


def detect(path: Path) -> str:
    """The codec to read ``path`` with, one of ``NAMES``.

    Raises ``Invalid`` when the file is no text, or is UTF-8 but for a broken line, which it names.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if wide := _wide(head):
        return wide
    if len(head.translate(None, _TEXT)) * 16 > len(head):
        raise Invalid(f'sheet "{path.name}": is not text: save it as CSV UTF-8 or XLSX')
    sound, broken, sample = _census(path)
    if broken >= max(sound, 1):
        return guess(sample)
    if broken:
        raise broken_line(path, "utf-8-sig")
    return "utf-8-sig"


def text_lines(path: Path, charset: str, errors: str = "strict") -> Iterator[str]:
    """The lines of ``path`` with their ends. Raises ``Invalid`` at one longer than ``LONGEST_LINE``."""
    with path.open(encoding=charset, errors=errors, newline="") as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), ""), 1):
            if len(line) == LONGEST_LINE:
                raise Invalid(f'sheet "{path.name}", line {number}: has no end: save it as CSV UTF-8 or XLSX')
            yield line


def broken_line(path: Path, charset: str) -> Invalid:
    """The error that names the first line of ``path`` that can't be read as ``charset``."""
    errors = "replace" if charset.startswith("utf-16") else "surrogateescape"
    lines = enumerate(text_lines(path, charset, errors), 1)
    number = next((number for number, line in lines if _is_broken(line)), 1)
    return Invalid(
        f'sheet "{path.name}", line {number}: holds bytes that are not {NAMES[charset]}: '
        "type the line anew, or save the whole sheet as CSV UTF-8"
    )


def _is_broken(line: str) -> bool:
    """Whether a byte was replaced: by a lone surrogate, which no sound text has, or in UTF-16 by U+FFFD."""
    return not line.isascii() and any("\udc80" <= letter <= "\udcff" or letter == "\ufffd" for letter in line)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a byte order mark: of Latin text and delimiters every other byte is zero."""
    first, second = head[0::2].count(0), head[1::2].count(0)
    if max(first, second) * 8 < len(head) or min(first, second) * 10 > max(first, second):
        return None
    return "utf-16-be" if first > second else "utf-16-le"


def _census(path: Path) -> tuple[int, int, bytes]:
    """How many lines are sound UTF-8 beyond ASCII, how many are not, and a sample of those lines."""
    sound = broken = 0
    sample = bytearray()
    for line in text_lines(path, "latin-1"):
        if line.isascii():
            continue
        raw = line.encode("latin-1")
        if is_utf_8(raw):
            sound += 1
        else:
            broken += 1
        if len(sample) < _SAMPLE:
            sample += raw
    return sound, broken, bytes(sample)


def is_utf_8(raw: bytes) -> bool:
    """Whether the bytes are text in UTF-8."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def guess(sample: bytes) -> str:
    """The codec of text that is not UTF-8, the likeliest of ``NAMES``."""
    matches = charset_normalizer.from_bytes(sample, cp_isolation=_LEGACY)
    likely = [(match.chaos, -match.coherence, _LEGACY.index(match.encoding)) for match in matches]
    return _LEGACY[min(likely)[2]] if likely else "cp1252"
