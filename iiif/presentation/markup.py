"""HTML in human text: told from plain text, and plain text that looks like it kept apart.

A client takes a value whose first character is ``<`` and whose last is ``>`` for HTML, which must be
well-formed XML in one element. Spec: Presentation 3.0 §4.5.
"""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from iiif.language import LanguageMap


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


def shown(text: Mapping[str, Sequence[str]]) -> LanguageMap:
    """Text for a property that may hold HTML: plain text in angle brackets, such as ``<Untitled>``, gains
    the blank at its end that tells it apart.
    """
    return {tag: [_apart(value) for value in values] for tag, values in text.items()}


def _apart(value: str) -> str:
    return f"{value} " if looks_like_html(value) and not is_html(value) else value
