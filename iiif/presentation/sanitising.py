"""HTML made harmless: what is not on a list is taken out, and the rest is written as well-formed XML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, ParseError

import nh3
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f]*", re.IGNORECASE)
_PICTURE = re.compile(r"https?://[^\s\x00-\x1f]*", re.IGNORECASE)
_DECLARATION = re.compile(
    r"(?:color|background-color|font-(?:style|weight|size|family|variant)|text-(?:align|decoration|indent)"
    r"|vertical-align|line-height|letter-spacing|direction|writing-mode|white-space"
    r"|(?:padding|margin)(?:-(?:top|right|bottom|left))?)"
    r"\s*:\s*(?:[\w\s#.,%-]+|(?:rgb|hsl)a?\([\d\s.,%]+\))",
    re.IGNORECASE | re.ASCII,
)
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_VOID = frozenset({"br", "hr", "img"})


@dataclass(frozen=True)
class Allowed:
    """The elements and attributes that stay, and the element that holds several roots together."""

    elements: frozenset[str]
    attributes: Mapping[str, frozenset[str]]
    """By element; those of ``*`` for all."""
    wrapper: str

    def attribute(self, element: str, name: str, value: str) -> str | None:
        """What ``value`` becomes, ``None`` where the attribute goes."""
        if name not in self.attributes.get(element, frozenset()) | self.attributes.get("*", frozenset()):
            return None
        if name == "href":
            return value if _ADDRESS.fullmatch(value) else None
        if name == "src":
            return value if _PICTURE.fullmatch(value) else None
        return _style(value) if name == "style" else value


def clean(value: str, allowed: Allowed) -> str:
    """``value`` with nothing but what is ``allowed``, in one element; unchanged where it is so already."""
    if _is_clean(value, allowed):
        return value
    harmless = nh3.clean(
        _NOT_XML.sub("", value),
        tags=set(allowed.elements),
        attributes={element: set(names) for element, names in allowed.attributes.items()},
        attribute_filter=allowed.attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    writer = _Writer()
    writer.feed(harmless)
    writer.close()
    return writer.written(allowed.wrapper)


def _is_clean(value: str, allowed: Allowed) -> bool:
    # Comments, CDATA and processing instructions leave no trace in what the parser gives.
    if not value.startswith("<") or not value.endswith(">") or "<!" in value or "<?" in value:
        return False
    try:
        root = fromstring(value, forbid_dtd=True)
    except (ParseError, DefusedXmlException, UnicodeEncodeError):
        return False
    return all(_element_is_clean(element, allowed) for element in root.iter())


def _element_is_clean(element: Element, allowed: Allowed) -> bool:
    name = element.tag
    return name in allowed.elements and all(
        allowed.attribute(name, attribute, value) == value for attribute, value in element.items()
    )


def _style(value: str) -> str | None:
    written = [part.strip() for part in value.split(";") if part.strip()]
    kept = [part for part in written if _DECLARATION.fullmatch(part)]
    return value if kept == written else "; ".join(kept) or None


class _Writer(HTMLParser):
    """Writes sound HTML as XML: empty elements closed, named entities as the characters they are."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._open: list[str] = []
        self._roots = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._roots += not self._open
        named = "".join(f' {name}="{escape(_NOT_XML.sub("", value or ""))}"' for name, value in attrs)
        if tag in _VOID:
            self._parts.append(f"<{tag}{named}/>")
        else:
            self._parts.append(f"<{tag}{named}>")
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while (last := self._open.pop()) != tag:
                self._parts.append(f"</{last}>")
            self._parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._open:
            self._roots += 2  # Text beside an element is held together with it.
        self._parts.append(escape(_NOT_XML.sub("", data), quote=False))

    def written(self, wrapper: str) -> str:
        """All of it, in one element."""
        self._parts.extend(f"</{name}>" for name in reversed(self._open))
        whole = "".join(self._parts)
        return whole if self._roots == 1 else f"<{wrapper}>{whole}</{wrapper}>"
