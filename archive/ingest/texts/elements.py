"""XML files read element by element: no DTD, no entities of their own, nothing from elsewhere."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from archive.errors import Invalid, TooLarge

LARGEST = 50 << 20
"""Bytes of the largest file that is read."""

_DEEPEST = 200
_CHUNK = 1 << 16

Attributes = Mapping[str, str]
Opened = Callable[[str, Attributes], None]
Closed = Callable[[str, str], None]


def walk(file: BinaryIO, *, opened: Opened, closed: Closed) -> None:
    """Call ``opened`` with each element's name and attributes, ``closed`` with its name and last text.

    Names are local, but that of the root, which is ``namespace name``; the text is what stands after the
    element's last child. Raises ``Invalid`` that names the line where the file is no sound XML, or where
    ``opened`` or ``closed`` does.
    """
    _Walk(opened, closed).run(file)


def root(head: bytes) -> tuple[str, str] | None:
    """Namespace and local name of the root element, as far as the beginning of a file tells."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = parser.EntityDeclHandler = _stop
    try:
        parser.Parse(head, False)
    except _Met as met:
        return met.name
    except (expat.ExpatError, ValueError, LookupError):
        return None
    return None


class _Met(Exception):
    """The root is met, or an entity where there should be none."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        namespace, _, local = name.rpartition(" ")
        self.name = namespace, local


def _stop(name: str, *_: object) -> None:
    raise _Met(name)


def limited(file: BinaryIO) -> bytes:
    """All of a file. Raises ``TooLarge`` above ``LARGEST``."""
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise _too_large()
    return content


def number(attributes: Attributes, name: str) -> float | None:
    """An attribute as a number, ``None`` where it is none that a page can have."""
    try:
        value = float(attributes[name])
    except (KeyError, ValueError):
        return None
    return value if is_sane(value) else None


def is_sane(value: float) -> bool:
    """Whether a page can have such a number: no infinite one, nor what is none."""
    return -1e7 < value < 1e7


class _Walk:
    """One run over a file."""

    def __init__(self, opened: Opened, closed: Closed) -> None:
        self._opened, self._closed = opened, closed
        self._depth = 0
        self._text: list[str] = []
        self._names: dict[str, str] = {}
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append

    def run(self, file: BinaryIO) -> None:
        read = 0
        try:
            while chunk := file.read(_CHUNK):
                read += len(chunk)
                if read > LARGEST:
                    raise _too_large()
                self._parser.Parse(chunk, False)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise Invalid(f"line {error.lineno}: is no sound XML ({reason}): export the file anew") from error
        except (ValueError, LookupError) as error:
            if self._depth:
                raise
            raise Invalid("line 1: names an encoding that is not known: save it as UTF-8") from error
        except TooLarge:
            raise
        except Invalid as error:
            raise Invalid(f"line {self._parser.CurrentLineNumber}: {error}") from error

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Invalid(f"has more than {_DEEPEST} elements in each other: export the file anew")
        self._text.clear()
        self._opened(name if self._depth == 1 else self._local(name), attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._closed(self._local(name), "".join(self._text))
        self._text.clear()

    def _local(self, name: str) -> str:
        # A file has few names, each of them thousands of times.
        local = self._names.get(name)
        if local is None:
            local = self._names[name] = name.rpartition(" ")[2]
        return local

    def _refuse(self, *_: object) -> None:
        raise Invalid("has a DOCTYPE, and those are not read: take it out")


def _too_large() -> TooLarge:
    return TooLarge(f"has more than {LARGEST >> 20} MB: divide it by pages")


@dataclass(slots=True)
class Node:
    """An element of a document that is small enough to be held whole."""

    name: str
    attributes: Attributes
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def below(self, name: str) -> Iterator["Node"]:
        """The elements of that name in this one, however deep, in their order."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.below(name)


def tree(file: BinaryIO) -> Node:
    """The root of a document, whose name is ``namespace name``. Raises as ``walk``."""
    top = Node("", {})
    stack = [top]

    def opened(name: str, attributes: Attributes) -> None:
        node = Node(name, attributes)
        stack[-1].children.append(node)
        stack.append(node)

    def closed(_: str, text: str) -> None:
        stack.pop().text = " ".join(text.split())

    walk(file, opened=opened, closed=closed)
    return top.children[0]
