"""Files in a tree that any file system takes: how they are named, and written whole or not at all."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from archive.services import identifiers

_PARTIAL = ".partial"
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def folders(names: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """The folder of each asset: its identifier, where every file system takes that and keeps it apart.

    ``taken`` are the names of what stands beside them, in lower case.
    """
    names = list(names)
    claims = Counter(name.lower() for name in names)
    return {
        name: name if _is_safe(name, taken) and claims[name.lower()] == 1 else _made_safe(name)
        for name in names
    }


def _is_safe(name: str, taken: Collection[str]) -> bool:
    return name.lower() not in taken and name[-1] not in ".~" and not _DEVICE.fullmatch(name)


def _made_safe(name: str) -> str:
    return f"{identifiers.short_hash(name)}-{name.rstrip('.~')}"


def file_name(name: str) -> str:
    """The name of a file as every file system and every URL takes it; its ending stays."""
    stem, _, ending = name.rpartition(".")
    return (
        f"{identifiers.mint(stem)}.{identifiers.mint(ending)}" if stem and ending else identifiers.mint(name)
    )


def is_there(path: Path) -> bool:
    """Whether a file stands there whole."""
    # An empty file is what a power cut leaves of one that was renamed and not yet on the disk.
    return path.exists() and path.stat().st_size > 0


def place_json(path: Path, document: Mapping[str, object]) -> None:
    """Write a document whole or not at all."""
    place(path, json.dumps(document, ensure_ascii=False, indent=1).encode())


def place(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    with placing(path) as partial:
        partial.write_bytes(content)


@contextmanager
def placing(path: Path) -> Iterator[Path]:
    """Where to write a file that takes its place at the end of the block, if that comes."""
    partial = path.with_name(path.name + _PARTIAL)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield partial
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
