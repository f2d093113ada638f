"""The reading order that a file of text gives of its own: the same in ALTO 4 and in PAGE XML."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Union

from archive.ingest.texts.elements import Attributes
from archive.ingest.texts.found import Block

_GROUPS = ("OrderedGroup", "UnorderedGroup", "OrderedGroupIndexed", "UnorderedGroupIndexed")
_REFERENCES = ("ElementRef", "RegionRef", "RegionRefIndexed")


@dataclass(slots=True)
class _Group:
    """Names and groups, each with its index; those without one keep the order of the file."""

    members: list[tuple[int, Union[str, "_Group"]]] = field(default_factory=list)

    def names(self) -> Iterator[str]:
        for _, member in sorted(self.members, key=lambda one: one[0]):
            if isinstance(member, str):
                yield member
            else:
                yield from member.names()


class ReadingOrder:
    """What a ``ReadingOrder`` says, built from the elements in it as they are met."""

    def __init__(self) -> None:
        self._groups = [_Group()]

    def open(self, name: str, attributes: Attributes) -> None:
        """An element begins; one of no reading order is passed over."""
        if name in _GROUPS:
            group = _Group()
            self._groups[-1].members.append((_index(attributes), group))
            self._groups.append(group)
            self._refer(attributes)
        elif name in _REFERENCES:
            self._refer(attributes)

    def close(self, name: str) -> None:
        """An element ends."""
        if name in _GROUPS:
            self._groups.pop()

    def arrange(self, blocks: list[Block]) -> list[Block]:
        """The blocks of a page in this order, their lines too; what it does not name comes last, as it was.

        ALTO may give several orders: the first counts.
        """
        groups = self._groups[0].members[:1]
        places = {name: place for place, name in enumerate(_Group(groups).names())}
        if not places:
            return blocks
        last = len(places)
        for block in blocks:
            if block.lines and all(line.name in places for line in block.lines):
                block.lines.sort(key=lambda line: places[line.name])
                block.is_ordered = True
        return sorted(
            blocks,
            key=lambda block: min(
                places.get(name, last) for name in (block.name, *(x.name for x in block.lines))
            ),
        )

    def _refer(self, attributes: Attributes) -> None:
        names = (attributes.get("REF") or attributes.get("regionRef") or "").split()
        self._groups[-1].members += ((_index(attributes), name) for name in names)


def follow(blocks: Sequence[Block], following: Mapping[str, str]) -> list[Block]:
    """The blocks in the order of a chain that names after each the next."""
    by_name = {block.name: block for block in blocks}
    ordered: dict[int, Block] = {}
    # A chain begins with a block that follows none; one that closes is cut where the file first meets it.
    beginning = [block for block in blocks if block.name not in following.values()]
    for first in (*beginning, *blocks):
        block: Block | None = first
        while block is not None and id(block) not in ordered:
            ordered[id(block)] = block
            block = by_name.get(following.get(block.name, ""))
    return list(ordered.values())


def _index(attributes: Attributes) -> int:
    index = attributes.get("index", "")
    return int(index) if index.isdecimal() and len(index) < 10 else 0
