"""What MODS and Dublin Core say of a thing, as the draft of a record says it."""

from collections.abc import Iterator, Sequence
from typing import Any

from babel import Locale, UnknownLocaleError

from archive.ingest import dates
from archive.ingest.texts import languages
from archive.ingest.texts.elements import Node
from archive.services.drafts import Dates
from iiif.language import LanguageMap, untagged

_MAKERS = frozenset({"", "aut", "author", "cre", "creator", "art", "artist", "cmp", "composer", "ill", "scr"})
_DATES = ("dateCreated", "dateIssued", "copyrightDate", "dateOther")


def identifier(node: Node) -> str | None:
    """The name by which the thing is best known: its record's, else an identifier that is no address."""
    if record := _first(node, "recordIdentifier"):
        return record
    named = [text for text in _texts(node, "identifier") if "/" not in text]
    return named[0] if named else None


def description(node: Node) -> dict[str, Any]:  # Any: each field of a draft has its own type.
    """The fields of a draft that a ``mods`` element or a record of Dublin Core fills."""
    is_mods = node.name == "mods"
    said = _of_mods(node) if is_mods else _of_dublin_core(node)
    return {name: value for name, value in said.items() if value}


def _of_mods(node: Node) -> dict[str, Any]:  # Any: as above.
    made = next((one for one in node.children if one.name == "originInfo"), Node("", {}))
    places = [one.text for one in made.below("placeTerm") if one.attributes.get("type") != "code"]
    return {
        "label": _map(_titles(node)),
        "maker": _map(_makers(node)),
        "dates": _dates(_date(made)),
        "place": _map(places),
        "language": _languages(one.text for one in node.below("languageTerm")),
        "subject": _map(_texts(node, "topic")),
        "type": _map(_texts(node, "genre")),
        "summary": _map(_texts(node, "abstract")),
        "accession_number": _first(node, "shelfLocator"),
        "metadata_pairs": _pairs("Publisher", _texts(made, "publisher")),
    }


def _of_dublin_core(node: Node) -> dict[str, Any]:  # Any: as above.
    return {
        "label": _map(_texts(node, "title")),
        "maker": _map(_texts(node, "creator")),
        "dates": _dates(_first(node, "date")),
        "place": _map(_texts(node, "coverage")),
        "language": _languages(_texts(node, "language")),
        "subject": _map(_texts(node, "subject")),
        "type": _map(_texts(node, "type")),
        "summary": _map(_texts(node, "description")),
        "metadata_pairs": _pairs("Publisher", _texts(node, "publisher")),
    }


def _titles(node: Node) -> Iterator[str]:
    """The titles of the thing itself, not of what it is part of; short and uniform ones left out."""
    for one in node.children:
        if one.name == "titleInfo" and "type" not in one.attributes:
            title = " ".join(_texts(one, "nonSort") + _texts(one, "title"))
            beyond = _texts(one, "subTitle") + _texts(one, "partNumber") + _texts(one, "partName")
            yield ". ".join(filter(None, [": ".join(filter(None, [title, *beyond[:1]])), *beyond[1:]]))


def _makers(node: Node) -> Iterator[str]:
    for one in node.children:
        roles = {text.lower() for text in _texts(one, "roleTerm")} or {""}
        if one.name == "name" and roles & _MAKERS:
            yield _first(one, "displayForm") or ", ".join(
                part.text for part in one.below("namePart") if part.attributes.get("type") != "date"
            )


def _date(made: Node) -> str | None:
    """The date of making, as people read it, and else as programs do; of a span, both ends."""
    for name in _DATES:
        found = [one for one in made.children if one.name == name and one.text]
        whole = [one.text for one in found if "point" not in one.attributes]
        ends = [one.text for one in found if "point" in one.attributes]
        if whole or ends:
            return whole[0] if whole else "–".join(ends[:2])
    return None


def _dates(written: str | None) -> Dates | None:
    if not written:
        return None
    try:
        years = dates.read(written)
    except ValueError:
        years = None
    return Dates(untagged(written), *(years or (None, None)))


def _languages(names: Iterator[str] | Sequence[str]) -> LanguageMap:
    """The languages by their English names, whatever they are given by."""
    found: dict[str, None] = {}
    for name in names:
        tag = languages.tag(name)
        try:
            shown = Locale.parse(tag, sep="-").get_language_name("en") if tag else None
        except (UnknownLocaleError, ValueError):
            shown = None
        found[shown or name] = None
    return {"en": list(found)} if found else {}


def _map(texts: Iterator[str] | Sequence[str]) -> LanguageMap:
    found = list(dict.fromkeys(filter(None, texts)))
    return untagged(*found) if found else {}


def _pairs(label: str, texts: Sequence[str]) -> tuple[tuple[LanguageMap, LanguageMap], ...]:
    return (({"en": [label]}, untagged(*texts)),) if texts else ()


def _texts(node: Node, name: str) -> list[str]:
    return [one.text for one in node.below(name) if one.text]


def _first(node: Node, name: str) -> str | None:
    return next(iter(_texts(node, name)), None)
