"""HTML in human text: told from plain text, and plain text that looks like it kept apart.

A client takes a value whose first character is ``<`` and whose last is ``>`` for HTML, which must be
well-formed XML in one element. Spec: Presentation 3.0 §4.5.
"""

import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from iiif.language import LanguageMap
from iiif.presentation import sanitising
from iiif.presentation.sanitising import Allowed

_INLINE = frozenset({"a", "b", "br", "i", "img", "p", "small", "span", "sub", "sup"})
_IN_TEXT = Allowed(
    elements=_INLINE,
    attributes={"a": frozenset({"href"}), "img": frozenset({"src", "alt"})},
    wrapper="span",
)
_IN_BODIES = Allowed(
    elements=_INLINE
    | {
        "abbr", "blockquote", "caption", "cite", "code", "dd", "del", "div", "dl", "dt", "em", "figcaption",
        "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ins", "li", "mark", "ol", "pre", "q", "rp", "rt",
        "ruby", "s", "strong", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
    },
    attributes={
        "*": frozenset({"class", "style", "lang", "dir", "title"}),
        "a": frozenset({"href"}),
        "img": frozenset({"src", "alt", "width", "height"}),
        "td": frozenset({"colspan", "rowspan"}),
        "th": frozenset({"colspan", "rowspan", "scope"}),
    },
    wrapper="div",
)  # fmt: skip
_BRACKETED = re.compile(
    r"<(?!(?:script|style|iframe|object|embed|meta|link|base|form|input|svg|math)\b)[^<>=/!?]*>",
    re.IGNORECASE,
)
"""Words in angle brackets, such as ``<Untitled>``: they are text unless they are HTML that could do harm."""


def looks_like_html(text: str) -> bool:
    """Whether clients would take ``text`` for HTML."""
    return text.startswith("<") and text.endswith(">")


def is_html(text: str) -> bool:
    """Whether ``text`` is HTML as the specification has it: one well-formed element and nothing around it."""
    if not looks_like_html(text):
        return False
    try:
        fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException):
        return False
    return True


def plain(value: str) -> str:
    """The text of a value that may be HTML, without its elements; plain text stays as it is."""
    if not is_html(value):
        return value
    return " ".join("".join(fromstring(value, forbid_dtd=True).itertext()).split())


def safe(text: Mapping[str, Sequence[str]]) -> LanguageMap:
    """Text of strangers for a property that may hold HTML, without what could harm a reader.

    Only the elements and attributes that the specification lets clients show are left; what had no other
    comes back to the letter. Plain text stays as it is, but in angle brackets, such as ``<Untitled>``, it
    gains the blank at its end that tells it apart. Spec: Presentation 3.0 §4.5.
    """
    return {tag: [_safe(value) for value in values] for tag, values in text.items()}


def pair(label: LanguageMap, value: LanguageMap) -> dict[str, object]:
    """A label and its value, which may hold HTML, as ``metadata`` and ``requiredStatement`` have them."""
    return {"label": label, "value": safe(value)}


def safe_body(value: str) -> str:
    """The HTML of an annotation's body, without what could harm a reader: structure and plain styles stay."""
    return sanitising.clean(value, _IN_BODIES) if "<" in value else value


def _safe(value: str) -> str:
    if not looks_like_html(value):
        return value
    if _BRACKETED.fullmatch(value) and not is_html(value):
        return f"{value} "
    return sanitising.clean(value, _IN_TEXT)
