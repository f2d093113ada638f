"""Manifests taken in: files, or folders of them."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from archive.ingest.endings import natural
from archive.ingest.faults import Entry, Fault, Survey, note
from archive.services.drafts import Draft
from iiif.errors import InvalidDocument
from iiif.presentation import gate, parsing, upgrade

SOURCE = "IIIF"
"""The name that all records share which were taken from manifests: each is known by its manifest's id."""

_ENDINGS = ("manifest.json", "manifest", "index.json", "info.json")


@dataclass(frozen=True)
class ManifestSource:
    """The manifests in ``files``, each of at most ``byte_limit`` bytes; other documents are told of."""

    files: Sequence[Path]
    byte_limit: int

    name: ClassVar[str] = SOURCE
    # Other manifests, taken in before, are not missing because they are not among these.
    is_whole: ClassVar[bool] = False

    def entries(self) -> Iterator[Entry]:
        """A manifest a file, in their order."""
        for path in self.files:
            yield self._entry(path)

    def survey(self) -> Survey:
        """How many files there are; pictures of theirs are none."""
        return Survey(len(self.files))

    def leftovers(self) -> Iterable[Fault]:
        """Nothing: each file is told of by its own entry."""
        return ()

    def _entry(self, path: Path) -> Entry:
        try:
            document, notes = _read(path, self.byte_limit)
        except InvalidDocument as error:
            return Entry(None, path.name, None, tuple(Fault(None, path.name, one) for one in error.faults))
        taken = parsing.manifest(document)
        return Entry(None, taken.id, _draft(taken), tuple(note(one, column=path.name) for one in notes))


def files_in(place: Path) -> list[Path]:
    """The JSON files in a folder and below it, in natural order."""
    found = (path for path in place.rglob("*.json") if not path.name.startswith("."))
    return sorted(found, key=lambda path: natural(str(path.relative_to(place))))


def _read(path: Path, byte_limit: int) -> tuple[parsing.Json, list[str]]:
    """The manifest in a file, as Presentation 3.0 that passed the gate, and what was mended in it."""
    with path.open("rb") as file:
        document = gate.read(file.read(byte_limit + 1), byte_limit=byte_limit)
    kind = document.get("type", document.get("@type", "no type"))
    if kind == "sc:Manifest":
        return upgrade.upgrade(document), ["it is of Presentation 2 and was upgraded to 3.0"]
    if kind != "Manifest":
        raise InvalidDocument([f"it is of type {kind}: give manifests"])
    notes = _trim(document)
    gate.check(document)
    return document, notes


def _draft(taken: parsing.Manifest) -> Draft:
    return Draft(
        key=taken.id,
        name=_called(taken.id),
        label=taken.label,
        summary=taken.summary,
        rights=taken.rights,
        required_statement=taken.required_statement,
        metadata_pairs=taken.metadata_pairs,
        behavior=taken.behavior,
        viewing_direction=taken.viewing_direction,
        nav_date=taken.nav_date,
        document=taken,
    )


def _called(uri: str) -> str:
    """The part of a manifest's URI that tells it from others: the last that is no general word."""
    parts = [unquote(part) for part in urlsplit(uri).path.split("/") if part]
    telling = [part for part in parts if part.lower() not in _ENDINGS]
    name = telling[-1].removesuffix(".json") if telling else ""
    return name or f"m-{hashlib.sha256(uri.encode()).hexdigest()[:8]}"


def _trim(resource: object) -> list[str]:
    """Take blanks from around ids, which are typing errors; a note for each that had any."""
    notes: list[str] = []
    waiting = [resource]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            id_ = one.get("id")
            if isinstance(id_, str) and id_ != id_.strip():
                one["id"] = id_.strip()
                notes.append(f'id "{id_.strip()}": blanks around it were left out')
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return notes
