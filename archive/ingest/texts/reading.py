"""A file of text is read by what its bytes say that it is, never by its name."""

from pathlib import Path
from typing import BinaryIO

from archive.errors import Invalid, TooLarge
from archive.ingest.texts import alto, elements, hocr, page_xml, plain, vtt
from archive.ingest.texts.found import TextFile

_HEAD = 1 << 16
_READERS = {"alto": alto.read, "PcGts": page_xml.read, "html": hocr.read}


def read(path: Path, name: str) -> TextFile:
    """The pages of an ALTO, PAGE XML, hOCR or plain text file, which is called ``name`` in faults.

    Raises ``Invalid`` that names the file, the place in it and the remedy.
    """
    try:
        with path.open("rb") as file:
            return recognise(file)
    except TooLarge as error:
        raise TooLarge(f'text "{name}": {error}') from error
    except Invalid as error:
        raise Invalid(f'text "{name}": {error}') from error


def recognise(file: BinaryIO) -> TextFile:
    """As ``read``, of a file that has no name."""
    head = file.read(_HEAD)
    file.seek(0)
    if vtt.is_one(head):
        raise Invalid("is captions in WebVTT: call them like their recording, as in tune.mp3 and tune.en.vtt")
    if not head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
        return plain.read(file)
    root = elements.root(head)
    local = root[1] if root else ""
    # Of HTML, and of nothing else, the name may be in capitals.
    reader = _READERS.get(local) or (_READERS["html"] if local.lower() == "html" else None)
    if reader is None:
        found = f'has the root element "{local}"' if root else "is no sound XML"
        raise Invalid(f"{found}: of text, ALTO, PAGE XML, hOCR and plain text are read")
    return reader(file)
