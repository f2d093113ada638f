"""Manifests and collections taken in: from files and folders of them, and from other servers."""

import dataclasses
import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from archive.errors import Forbidden, Invalid, Unavailable
from archive.ingest.endings import natural
from archive.ingest.faults import Entry, Fault, Survey, note
from archive.ingest.report import REFUSED, Outcome
from archive.services import gathering, saving
from archive.services.access import Reader
from archive.services.drafts import Draft
from iiif.errors import InvalidDocument
from iiif.presentation import gate, parsing, upgrade

SOURCE = "IIIF"
"""The name that all records share which were taken from manifests: each is known by its manifest's id."""

Place = Path | str
"""Where a document is: a file, or an address."""

Fetch = Callable[[str], bytes]
"""Gives what is at an address. Raises ``Invalid`` and ``Unavailable``."""

_ENDINGS = ("manifest.json", "manifest", "index.json", "info.json", "collection.json")
_MOST_COLLECTIONS = 10_000


class ManifestSource:
    """The manifests at ``places``, and those that the collections among them list.

    A collection at an address is followed, with the collections below it; one in a file is not: what it lists
    is ours where it is given too. A document of more than ``byte_limit`` bytes is refused.
    """

    name: ClassVar[str] = SOURCE
    # Other manifests, taken in before, are not missing because they are not among these.
    is_whole: ClassVar[bool] = False

    def __init__(self, places: Sequence[Place], *, byte_limit: int, fetch: Fetch) -> None:
        self._reader = _Reader(byte_limit, fetch)
        self._tree = _Tree(self._reader)
        self._tree.enter(places)

    def shelve(self, session: Session | None, reader: Reader) -> list[Outcome]:
        """Make the collections, each below the one that lists it."""
        made = (self._shelve(session, reader, taken) for taken in self._tree.from_the_top())
        return [*self._tree.refused, *made]

    def entries(self) -> Iterator[Entry]:
        """A manifest a document, in their order."""
        for place in self._tree.manifests:
            yield self._entry(place)

    def survey(self) -> Survey:
        """How many manifests there are; files of theirs are none."""
        return Survey(len(self._tree.manifests))

    def leftovers(self) -> Iterable[Fault]:
        """What is odd in the collections."""
        return self._tree.notes

    def _shelve(self, session: Session | None, reader: Reader, taken: parsing.Collection) -> Outcome:
        if session is None:
            return Outcome(None, taken.id, None, saving.CREATED)
        above, ours = self._tree.above.get(taken.id), self._tree.ours
        try:
            identifier, outcome = gathering.save(session, taken, above=above, ours=ours, reader=reader)
        except Forbidden as error:
            return Outcome(None, taken.id, None, REFUSED, (Fault(None, taken.id, str(error)),))
        return Outcome(None, taken.id, identifier, outcome)

    def _entry(self, place: Place) -> Entry:
        named = _named(place)
        try:
            document, notes = self._reader.manifest(place)
        except InvalidDocument as error:
            return Entry(None, named, None, tuple(Fault(None, named, one) for one in error.faults))
        except (Invalid, Unavailable) as error:
            return Entry(None, named, None, (Fault(None, named, str(error)),))
        taken = parsing.manifest(document)
        shelves = self._tree.shelves.get(taken.id, {})
        draft = dataclasses.replace(
            _draft(taken), collections=tuple(shelves), order=next(iter(shelves.values()), None)
        )
        return Entry(None, taken.id, draft, tuple(note(one, column=named) for one in notes))


def files_in(place: Path) -> list[Path]:
    """The JSON files in a folder and below it, in natural order."""
    found = (path for path in place.rglob("*.json") if not path.name.startswith("."))
    return sorted(found, key=lambda path: natural(str(path.relative_to(place))))


@dataclass(frozen=True)
class _Reader:
    """Reads documents from where they are; ``at_hand`` are those that were fetched and not yet taken."""

    byte_limit: int
    fetch: Fetch
    at_hand: dict[str, parsing.Json] = field(default_factory=dict)

    def document(self, place: Place) -> parsing.Json:
        """The JSON at a place. Raises ``InvalidDocument``, ``Invalid`` and ``Unavailable``."""
        if isinstance(place, str):
            if place in self.at_hand:
                return self.at_hand.pop(place)
            content = self.fetch(place)
        else:
            with place.open("rb") as file:
                content = file.read(self.byte_limit + 1)
        return gate.read(content, byte_limit=self.byte_limit)

    def manifest(self, place: Place) -> tuple[parsing.Json, list[str]]:
        """The manifest at a place, as 3.0 that passed the gate, and what was mended in it."""
        document = self.document(place)
        if _kind(document) != "Manifest":
            raise InvalidDocument([f"it is of type {_kind(document)}: give manifests and collections"])
        return _checked(document)


@dataclass
class _Tree:
    """The documents that were given, and what the collections among them list.

    ``shelves`` are the collections of a manifest with its place in each, ``above`` the collection that lists
    another, all by ids; ``ours`` are the ids of all that is taken in, as far as they are known.
    """

    reader: _Reader
    manifests: list[Place] = field(default_factory=list)
    collections: dict[str, parsing.Collection] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)
    shelves: dict[str, dict[str, int]] = field(default_factory=dict)
    ours: set[str] = field(default_factory=set)
    refused: list[Outcome] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)

    def enter(self, places: Sequence[Place]) -> None:
        waiting: deque[Place] = deque(places)
        followed = {place for place in places if isinstance(place, str)}
        while waiting:
            place = waiting.popleft()
            taken = self._look(place)
            if taken is None or taken.id in self.collections:
                continue
            if len(self.collections) >= _MOST_COLLECTIONS:
                raise Invalid(
                    f"there are more than {_MOST_COLLECTIONS:,} collections: take in parts of the tree"
                )
            self.collections[taken.id] = taken
            self._note_members(taken)
            if isinstance(place, str):
                new = [id_ for id_ in (*taken.collections, *taken.manifests) if id_ not in followed]
                followed.update(new)
                waiting.extend(id_ for id_ in taken.collections if id_ in new)
                self.manifests += [id_ for id_ in taken.manifests if id_ in new]
                self.ours.update(new)
        self.ours |= self.collections.keys()

    def from_the_top(self) -> list[parsing.Collection]:
        """The collections, each behind the one that lists it."""
        return sorted(self.collections.values(), key=lambda taken: len(self._ancestors(taken.id)))

    def _look(self, place: Place) -> parsing.Collection | None:
        """The collection at a place; anything else is left for its own entry to be read, or refused."""
        try:
            document = self.reader.document(place)
        except (InvalidDocument, Invalid, Unavailable):
            document = {}
        if _kind(document) != "Collection":
            self.manifests.append(place)
            if isinstance(place, str) and document:
                # It is read for its own entry too: another server need not give it twice.
                self.reader.at_hand[place] = document
            self.ours.add(str(document.get("id", document.get("@id", ""))).strip())
            return None
        try:
            return parsing.collection(_checked(document)[0])
        except InvalidDocument as error:
            named = _named(place)
            faults = tuple(Fault(None, named, reason) for reason in error.faults)
            self.refused.append(Outcome(None, named, None, REFUSED, faults))
        return None

    def _note_members(self, taken: parsing.Collection) -> None:
        for position, id_ in enumerate(taken.manifests, 1):
            self.shelves.setdefault(id_, {})[taken.id] = position
        for id_ in taken.collections:
            if id_ == taken.id or id_ in self._ancestors(taken.id):
                message = (
                    f'collection "{taken.id}" lists "{id_}", which it stands in: the circle was left open'
                )
                self.notes.append(note(message))
            else:
                self.above.setdefault(id_, taken.id)

    def _ancestors(self, id_: str) -> set[str]:
        found: set[str] = set()
        while (id_ := self.above.get(id_, "")) and id_ not in found:
            found.add(id_)
        return found


def _named(place: Place) -> str:
    return place if isinstance(place, str) else place.name


def _kind(document: parsing.Json) -> str:
    """The type of a document in either version."""
    kind = document.get("type", document.get("@type", "none"))
    return str(kind).removeprefix("sc:")


def _checked(document: parsing.Json) -> tuple[parsing.Json, list[str]]:
    if "@type" in document and "type" not in document:
        return upgrade.upgrade(document), ["it is of Presentation 2 and was upgraded to 3.0"]
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
