"""Who publishes, and what holds for every record that says nothing of its own."""

from dataclasses import dataclass

from iiif import language, protocols
from iiif.image.request import Limits
from iiif.language import LanguageMap
from iiif.presentation import document, labels, rights
from iiif.presentation.document import Resource
from iiif.uris import Uris

# Only the formats that browsers show; the system's own table of endings differs between machines.
_LOGO_FORMATS = {
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}


@dataclass(frozen=True)
class Publisher:
    """The institution and its defaults; ``institution.logo`` and ``homepage`` are absolute URIs.

    ``rights`` (a canonical URI) and ``statement`` stand in where a record has none of its own; ``limits``
    are those that every image is served within. ``supplementary`` publishes that property too, at which
    parsers of viewers have crashed; ``searches`` announces the services that search in texts.
    """

    institution: protocols.Institution | None = None
    rights: str | None = None
    statement: str | None = None
    limits: Limits = Limits()
    supplementary: bool = False
    searches: bool = False

    @property
    def required_statement(self) -> tuple[LanguageMap, LanguageMap] | None:
        """``statement`` with its label."""
        return (labels.ATTRIBUTION, language.untagged(self.statement)) if self.statement else None

    def shows(self, name: str) -> bool:
        """Whether documents have the property called ``name``."""
        return self.supplementary or name != "supplementary"

    def gives_out(self, record: protocols.Record) -> bool:
        """Whether the rights of a public record, or the default ones, let anyone have its source files."""
        return rights.is_open(record.rights or self.rights)


def providers(publisher: Publisher, uris: Uris) -> list[Resource]:
    """The institution as the one Agent, ``[]`` without one. Spec: Presentation 3.0 §3.1, provider.

    The archive's first page stands in for a missing homepage.
    """
    institution = publisher.institution
    if institution is None:
        return []
    label, homepage = language.untagged(institution.name), institution.homepage or uris.home()
    page: Resource = {"id": homepage, "type": "Text", "label": label, "format": "text/html"}
    agent: Resource = {"id": homepage, "type": "Agent", "label": label, "homepage": [page]}
    if institution.logo:
        agent["logo"] = [_logo(institution.logo)]
    return [agent]


def _logo(uri: str) -> Resource:
    logo = document.reference(uri, "Image")
    if format_ := _LOGO_FORMATS.get(uri.rpartition(".")[2].lower()):
        logo["format"] = format_
    return logo
