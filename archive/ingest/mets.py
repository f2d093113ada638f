"""Books described in METS: their pages with pictures and texts, their chapters, what MODS says of them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote

from archive.errors import Invalid
from archive.ingest import mods
from archive.ingest.endings import is_picture
from archive.ingest.faults import Entry, Fault, Survey, note
from archive.ingest.report import Outcome
from archive.ingest.texts import elements
from archive.ingest.texts.elements import Node
from archive.ingest.texts.naming import is_text
from archive.services.drafts import Draft, PageDraft, RangeDraft, TextDraft
from iiif.language import LanguageMap, untagged

_ROOT = re.compile(r"http://www\.loc\.gov/METS/(?:v2)? mets")
_XLINK = "http://www.w3.org/1999/xlink "

# What groups of pictures are called: the best of each page first, and those that are too small last.
_PICTURES = ("master", "archive", "original", "img", "image", "max", "default", "presentation", "download")
_SMALL = ("thumb", "min", "preview", "teaser")
_TEXTS = ("alto", "page", "fulltext", "ocr", "hocr", "txt")
_NO_LABELS = frozenset({"", "-", "uncounted", "unpaginated", "page"})


class MetsSource:
    """The books that METS files describe; their files lie beside each, or below it."""

    name: ClassVar[str] = "METS"
    # Other books, taken in before, are not missing because they are not among these.
    is_whole: ClassVar[bool] = False

    def __init__(self, paths: Sequence[Path]) -> None:
        self._entries = [_entry(path) for path in paths]

    def entries(self) -> Iterator[Entry]:
        """A book a file, in their order."""
        return iter(self._entries)

    def shelve(self, session: object, reader: object) -> list[Outcome]:
        """Nothing: a book names no collection."""
        return []

    def survey(self) -> Survey:
        """How many books there are, and their files."""
        return Survey.of(self._entries)

    def leftovers(self) -> list[Fault]:
        """Nothing: what no book names is none of them."""
        return []


def _entry(path: Path) -> Entry:
    called = f"{path.resolve().parent.name}/{path.name}"
    try:
        with path.open("rb") as file:
            return _Book(path, _checked(elements.tree(file))).entry()
    except (Invalid, OSError) as error:
        return Entry(None, called, None, (Fault(None, called, f'"{path.name}": {error}'),))


def _checked(root: Node) -> Node:
    if not _ROOT.fullmatch(root.name):
        local = root.name.rpartition(" ")[2]
        raise Invalid(f'is no METS, its root element is "{local}": give a METS file, or a folder')
    return root


@dataclass(frozen=True)
class _File:
    """A file that a book names: the group that it is of, what it is, where it lies."""

    use: str
    media_type: str
    href: str

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/") or is_picture(self.href)

    @property
    def is_text(self) -> bool:
        return not self.is_picture and (
            is_text(self.href) or "xml" in self.media_type or self.media_type.startswith("text/")
        )


@dataclass
class _Book:
    """One METS document on its way into a draft."""

    path: Path
    root: Node
    faults: list[Fault] = field(default_factory=list)

    def entry(self) -> Entry:
        self._folder = self.path.resolve().parent
        self._files = dict(self._named())
        self._divisions = self._physical()
        described = self._described()
        said = {key: value for node in described for key, value in mods.description(node).items()}
        key = self._name(described)
        pages = tuple(page for node in self._divisions if (page := self._page(node)))
        if "label" not in said:
            said["label"] = untagged(key)
            self._note(f'has no title: "{key}" stands for it')
        draft = Draft(key=key, name=key, pages=pages, ranges=self._ranges(), **said)
        return Entry(None, key, draft, tuple(self.faults))

    def _named(self) -> Iterator[tuple[str, _File]]:
        for group in self.root.below("fileGrp"):
            for file in (one for one in group.children if one.name == "file"):
                use = file.attributes.get("USE") or group.attributes.get("USE", "")
                href = next((one.attributes.get(f"{_XLINK}href", "") for one in file.below("FLocat")), "")
                media_type = file.attributes.get("MIMETYPE", "").lower()
                yield file.attributes.get("ID", ""), _File(use.lower(), media_type, href)

    def _described(self) -> list[Node]:
        """What describes the book: the sections that its topmost division names, or the first one."""
        sections = {one.attributes.get("ID", ""): one for one in self.root.below("dmdSec")}
        tops = [top for map_ in self._maps("LOGICAL") for top in map_.children if top.name == "div"]
        named = [name for top in tops[:1] for name in top.attributes.get("DMDID", "").split()]
        chosen = [sections[name] for name in named if name in sections] or list(sections.values())[:1]
        found = []
        for section in chosen:
            data = next(section.below("xmlData"), None)
            if data is not None and data.children:
                only = data.children[0]
                # Dublin Core's elements stand in no element of their own, or in one of any name.
                found.append(only if only.children else data)
        return found

    def _name(self, described: list[Node]) -> str:
        own = self.root.attributes.get("OBJID") or next(filter(None, map(mods.identifier, described)), None)
        stem = self.path.stem if self.path.stem.lower() != "mets" else self._folder.name
        return (own or stem)[:_LONGEST]

    def _maps(self, kind: str) -> list[Node]:
        maps = [one for one in self.root.children if one.name == "structMap"]
        return [one for one in maps if one.attributes.get("TYPE", "").upper() == kind]

    def _physical(self) -> list[Node]:
        """The divisions that are pages, in their order: those that name a picture themselves."""
        maps = self._maps("PHYSICAL") or [one for one in self.root.children if one.name == "structMap"][:1]
        pages = [one for map_ in maps[:1] for one in map_.below("div") if self._of(one, "is_picture")]
        orders = [one.attributes.get("ORDER", "") for one in pages]
        if all(order.isdecimal() for order in orders):
            pages = [
                one for _, one in sorted(zip(map(int, orders), pages, strict=True), key=lambda one: one[0])
            ]
        return pages

    def _of(self, division: Node, kind: str) -> list[_File]:
        """The files of a kind that a division names, itself and not by those in it."""
        pointers = (one for one in division.children if one.name == "fptr")
        names = [
            name
            for one in pointers
            for part in (one, *one.below("area"))
            if (name := part.attributes.get("FILEID"))
        ]
        return [file for name in names if (file := self._files.get(name)) and getattr(file, kind)]

    def _page(self, division: Node) -> PageDraft | None:
        picture = min(self._of(division, "is_picture"), key=lambda file: _rank(file.use, _PICTURES))
        texts = sorted(self._of(division, "is_text"), key=lambda file: _rank(file.use, _TEXTS))
        name = self._local(picture)
        if name is None:
            return None
        text = self._local(texts[0]) if texts else None
        return PageDraft(
            self._folder / name,
            name,
            label=_label(division),
            text=TextDraft(self._folder / text, text) if text else None,
        )

    def _local(self, file: _File) -> str | None:
        """The path of a file below the folder of the METS, which it must not leave."""
        href = unquote(file.href).removeprefix("file://").removeprefix("./")
        if re.match(r"[a-z][a-z0-9+.-]*:", href, re.IGNORECASE):
            self._fault(
                f'"{file.href}" is on another server, and nothing is fetched here: put its file beside'
            )
            return None
        path = (self._folder / href).resolve()
        if not path.is_relative_to(self._folder):
            self._fault(f'"{file.href}" leads out of the folder of the METS: put its file beside')
            return None
        return path.relative_to(self._folder).as_posix()

    def _ranges(self) -> tuple[RangeDraft, ...]:
        """The chapters of the logical map below its topmost division, which is the book."""
        numbers = {one.attributes.get("ID", ""): place for place, one in enumerate(self._divisions, 1)}
        files = {
            one.attributes.get("FILEID", ""): place
            for place, page in enumerate(self._divisions, 1)
            for one in page.below("fptr")
        }
        links: dict[str, list[int]] = {}
        for link in self.root.below("smLink"):
            to = numbers.get(link.attributes.get(f"{_XLINK}to", ""))
            if to:
                links.setdefault(link.attributes.get(f"{_XLINK}from", ""), []).append(to)
        tops = [one for map_ in self._maps("LOGICAL")[:1] for one in map_.children if one.name == "div"]
        inner = [one for top in tops for one in top.children if one.name == "div"] if len(tops) == 1 else tops
        return tuple(chapter for one in inner if (chapter := _chapter(one, links, files)))

    def _note(self, message: str) -> None:
        self.faults.append(note(message, column=self.path.name))

    def _fault(self, message: str) -> None:
        self.faults.append(Fault(None, self.path.name, message))


_LONGEST = 200


def _chapter(
    division: Node, links: Mapping[str, Sequence[int]], files: Mapping[str, int]
) -> RangeDraft | None:
    """The chapter of a division; its pages are those that no chapter in it has."""
    inner = [one for one in division.children if one.name == "div"]
    below = tuple(chapter for one in inner if (chapter := _chapter(one, links, files)))
    own = {files[name] for one in division.children for name in _files_of(one) if name in files}
    pages = (own | set(links.get(division.attributes.get("ID", ""), ()))) - _pages(below)
    if not pages and not below:
        return None
    return RangeDraft(
        _label(division) or untagged(division.attributes.get("TYPE", "…")), tuple(sorted(pages)), below
    )


def _files_of(pointer: Node) -> Iterator[str]:
    if pointer.name == "fptr":
        yield from (one.attributes.get("FILEID", "") for one in (pointer, *pointer.below("area")))


def _pages(chapters: Iterable[RangeDraft]) -> set[int]:
    return {page for one in chapters for page in (*one.pages, *_pages(one.ranges))}


def _label(division: Node) -> LanguageMap:
    for name in ("ORDERLABEL", "LABEL", f"{_XLINK}label"):
        text = " ".join(division.attributes.get(name, "").split())
        if text.lower() not in _NO_LABELS:
            return untagged(text)
    return {}


def _rank(use: str, best: Sequence[str]) -> int:
    if any(word in use for word in _SMALL):
        return len(best) + 1
    return next((rank for rank, word in enumerate(best) if word in use), len(best))
