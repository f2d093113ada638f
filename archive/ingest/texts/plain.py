"""Plain text: pages part at form feeds, blocks at empty lines."""

import re
from typing import BinaryIO

from archive.errors import Invalid
from archive.ingest import charset
from archive.ingest.texts import elements
from archive.ingest.texts.composing import clean
from archive.ingest.texts.found import Block, Format, Line, Page, TextFile, Word, check_count

MEDIA_TYPE = "text/plain"

_SAMPLE = 1 << 16
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([a-zA-Z0-9_.:-]{2,30})""", re.IGNORECASE)


def read(file: BinaryIO) -> TextFile:
    """The pages of a plain text; without boxes. Raises ``Invalid`` where it is no text, or too long."""
    found = TextFile(Format("plain text", MEDIA_TYPE))
    for written in decode(elements.limited(file)).split("\f"):
        blocks = [_block(block) for block in re.split(r"\n[^\S\n]*\n", written)]
        page = Page([block for block in blocks if block.lines])
        check_count(sum(len(line.words) for block in page.blocks for line in block.lines))
        found.pages.append(page)
    if len(found.pages) > 1 and not found.pages[-1].blocks:
        # Each page ends with a form feed, the last too.
        found.pages.pop()
    return found


def decode(content: bytes) -> str:
    """Bytes as text, line ends as one character: by what they begin with, declare, or look like."""
    codec = _codec(content)
    try:
        text = content.decode(codec)
    except (UnicodeDecodeError, LookupError) as error:
        name = charset.NAMES.get(codec, codec)
        raise Invalid(f"holds bytes that are not {name}: save it as UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _codec(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if charset.is_utf_8(content):
        return "utf-8-sig"
    if b"\0" in content:
        raise Invalid("is no text: save it as UTF-8")
    declared = _DECLARED.search(content[:1024]) if content.lstrip().startswith(b"<") else None
    if declared and declared[1].lower() not in {b"utf-8", b"utf8"}:
        return declared[1].decode("ascii")
    lines = [line for line in content.splitlines() if not line.isascii()]
    if sum(map(charset.is_utf_8, lines)) * 2 > len(lines):
        return "utf-8"
    return charset.guess(b"\n".join(lines)[:_SAMPLE])


def _block(written: str) -> Block:
    lines = (
        [Word(token, blank=True) for token in clean(line).split(" ") if token] for line in written.split("\n")
    )
    return Block([Line(words) for words in lines if words], is_ordered=True)
