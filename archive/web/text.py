"""A record's own text, in the language its reader knows best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.web import locale
from iiif import language
from iiif.presentation import markup


@dataclass(frozen=True)
class Text:
    """Values in one language; ``lang`` is for the attribute of that name, empty for an unknown language."""

    values: tuple[str, ...]
    lang: str

    def __str__(self) -> str:
        """All values on one line, for titles and attributes."""
        return " · ".join(self.values)

    def __bool__(self) -> bool:
        return bool(self.values)


def pick(text: Mapping[str, Sequence[str]]) -> Text:
    """The values of a language map that the reader of this request should see, without markup."""
    tag = language.pick_tag(text, locale.wanted())
    values = text[tag] if tag else ()
    return Text(
        tuple(markup.plain(value) for value in values), "" if tag in {None, language.NONE} else str(tag)
    )
