"""Identifiers: from the names people give to ones that stand in a URL as they are."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterator, Sequence

LONGEST = 200
"""Characters of the longest identifier, so that file systems and URLs have room around it."""

_FIT = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._~-]{{0,{LONGEST - 1}}}")
_BREAKS = re.compile(r"[\s/\\]+")
_UNFIT = re.compile(r"[^A-Za-z0-9._~-]")


def is_fit(text: str) -> bool:
    """Whether ``text`` stands in a URL's path as it is: ASCII, unreserved, first a letter or a digit.

    Source: RFC 3986 §2.3.
    """
    return _FIT.fullmatch(text) is not None


def slug(text: str) -> str:
    """What is left of ``text`` in a URL: marks dropped, a hyphen for blanks and slashes; ``""`` of none.

    It may be longer than ``LONGEST``. What is fit stays as it is.
    """
    if is_fit(text):
        return text
    return _UNFIT.sub("", _hyphenated(text)).lstrip("._~-").rstrip("-")


def mint(text: str) -> str:
    """The identifier that ``text`` gets, always the same; with a hash where the slug alone says less."""
    if is_fit(text):
        return text
    name = slug(text)
    if not name:
        return f"r-{short_hash(text)}"
    if name == _hyphenated(text).strip("-") and len(name) <= LONGEST:
        return name
    return _hashed(name, short_hash(text))


def short_hash(text: str) -> str:
    """Eight hexadecimal digits that stand for ``text`` in either Unicode form."""
    return _digest(text)[:8]


def assign(files: Sequence[tuple[str, str]], taken: Container[str]) -> list[str]:
    """An identifier for each file, given as its record's identifier and its name (with ``/``).

    A file gets the first of stem, name, record and stem, record and name that no other file could
    claim and that is not ``taken``; else the last with a hash; the hash alone names what has no letter
    that a URL can show. So the result does not depend on the
    order of the files. The same file of the same record given twice gets one identifier.
    """
    candidates = {file: list(_candidates(*file)) for file in files}
    claims = Counter(claim for claimed in candidates.values() for claim in claimed)
    chosen = {
        file: next((name for name in claimed if claims[name] == 1 and name not in taken), None)
        or _last_resort(file, claims, taken)
        for file, claimed in candidates.items()
    }
    return [chosen[file] for file in files]


def _candidates(record: str, path: str) -> Iterator[str]:
    name = path.rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    if not slug(stem):
        return iter(())
    wanted = (slug(text) for text in (stem, name, f"{record}-{stem}", f"{record}-{name}"))
    return (text for text in dict.fromkeys(wanted) if is_fit(text))


def _last_resort(file: tuple[str, str], claims: Counter[str], taken: Container[str]) -> str:
    record, path = file
    name = path.rpartition("/")[2]
    kept = slug(f"{record}-{name}" if slug(name.rpartition(".")[0] or name) else record)
    hashed = (_hashed(kept, _digest(f"{record}\n{path}")[:length]) for length in (8, 16, 32, 64))
    return next(text for text in hashed if text not in claims and text not in taken)


def _hyphenated(text: str) -> str:
    """``text`` without marks, hyphens for blanks and slashes; other characters are still there."""
    letters = unicodedata.normalize("NFKD", text)
    if not letters.isascii():
        letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _BREAKS.sub("-", letters.strip())


def _hashed(name: str, digest: str) -> str:
    kept = name[: LONGEST - len(digest) - 1].rstrip("-")
    return f"{kept}-{digest}" if kept else digest


def _digest(text: str) -> str:
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")).hexdigest()
