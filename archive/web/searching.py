"""What a reader seeks on the first page, and what is shown of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from archive import http
from archive.errors import Invalid, Unavailable
from archive.services import facets, finding, reading, records
from archive.services.access import ANYONE
from archive.services.facets import Choice
from archive.services.finding import DEEPEST, SORTS, Excerpt, Wanted
from archive.services.views import RecordView
from archive.web import locale

PAGE_SIZE = 24
"""Records on one page of results: whole rows of two, three, four and six."""

FACETS = tuple(name for name in facets.SHOWN if name != "collection")
"""The facets beside the results; collections stand above them."""

_LAST_PAGE = 10**9
"""Beyond it a database could not count the rows to pass over."""

_YEARS = 1_000_000
_NOTHING = ("", None, ())


@dataclass(frozen=True)
class Asked:
    """What the address of the page says."""

    wanted: Wanted
    page: int

    def address(self, **changes: object) -> str:
        """The address of the same search with some of it changed: its first page, unless a page is named."""
        said = self._said() | changes
        return url_for("pages.home", **{name: value for name, value in said.items() if value not in _NOTHING})

    def toggled(self, name: str, value: str) -> str:
        """The address of the same search with a value of a facet added, or taken away."""
        chosen = self.wanted.facets.get(name, ())
        kept = tuple(one for one in chosen if one != value)
        return self.address(**{name: kept if value in chosen else (*chosen, value)})

    def is_chosen(self, name: str, value: str) -> bool:
        """Whether the results are narrowed by that value."""
        return value in self.wanted.facets.get(name, ())

    def said(self) -> list[tuple[str, str]]:
        """What a form must send beside its own fields: the facets, and the collection."""
        chosen = [(name, value) for name, values in self.wanted.facets.items() for value in values]
        return chosen + ([("collection", self.wanted.collection)] if self.wanted.collection else [])

    def found(self) -> str:
        """The address of what is found as a IIIF collection."""
        said = [(name, value) for name, value in self._said().items() if name != "collection"]
        query = urlencode([(name, value) for name, value in said if value not in _NOTHING], doseq=True)
        return f"{http.uris().found(self.wanted.collection or 'root')}?{query}"

    def _said(self) -> dict[str, Any]:  # Any: what addresses are made of.
        wanted = self.wanted
        return {
            "q": wanted.words,
            "collection": wanted.collection,
            **wanted.facets,
            "from": wanted.first,
            "to": wanted.last,
            "sort": wanted.sort if wanted.sort != "relevance" else None,
        }


@dataclass(frozen=True)
class Shown:
    """One page of records, how many there are in all, and what helps to find others.

    ``is_plain``: the search index could not be asked, and the catalogue was, which knows no other forms of
    words, and no facets.
    """

    records: Sequence[RecordView]
    total: int
    choices: Mapping[str, list[Choice]] = field(default_factory=dict)
    excerpts: Mapping[str, Excerpt] = field(default_factory=dict)
    suggestion: str | None = None
    is_relaxed: bool = False
    is_plain: bool = False
    others: Sequence[RecordView] = ()
    most: int = _LAST_PAGE * PAGE_SIZE

    @property
    def last(self) -> int:
        """The number of the last page that can be shown."""
        return -(-min(self.total, self.most) // PAGE_SIZE)


def asked() -> Asked:
    """What the request asks for. Raises ``Invalid`` for a year or an order that is none."""
    args = request.args
    chosen = {name: tuple(filter(None, args.getlist(name))) for name in FACETS}
    sort = args.get("sort") or "relevance"
    if sort not in SORTS:
        raise Invalid(f'sort "{sort[:40]}": give one of {", ".join(SORTS)}')
    wanted = Wanted(
        args.get("q", "").strip(),
        tuple(locale.wanted()),
        args.get("collection") or None,
        {name: values for name, values in chosen.items() if values},
        _year("from"),
        _year("to"),
        sort,
    )
    return Asked(wanted, min(max(1, args.get("page", 1, type=int)), _LAST_PAGE))


def results(session: Session, sought: Asked) -> Shown:
    """The page that was asked for; the whole catalogue, where nothing was."""
    try:
        return _found(session, sought) if _is_narrow(sought) else _browsed(session, sought)
    except Unavailable:
        return _plain(session, sought, is_plain=_is_narrow(sought))


def years(begin: int, length: int) -> str:
    """A span of years as people write them: ``1801–1900``, ``200–101 BCE``."""
    last = begin + length - 1
    if last > 0 >= begin:
        return f"{_year_name(begin)} – {last}"
    if begin > 0:
        return f"{begin}–{last}"
    counted = f"{1 - begin}–{1 - last}"
    return str(_("%(years)s BCE", years=counted))


def _is_narrow(sought: Asked) -> bool:
    # A collection alone is walked in the catalogue, to its end.
    return replace(sought.wanted, collection=None).is_narrow or sought.wanted.sort != "relevance"


def _found(session: Session, sought: Asked) -> Shown:
    wanted = sought.wanted
    found = http.context().finder.find(
        session, wanted, ANYONE, limit=PAGE_SIZE, offset=(sought.page - 1) * PAGE_SIZE, facets=facets.SHOWN
    )
    shown = [*found.records, *found.others]
    reading.with_faces(session, shown)
    return Shown(
        found.records,
        found.total,
        facets.choices(session, found.facets, wanted.languages),
        finding.excerpts(shown, found.query, wanted.languages),
        found.suggestion,
        found.is_relaxed,
        others=found.others,
        most=DEEPEST - DEEPEST % PAGE_SIZE,
    )


def _browsed(session: Session, sought: Asked) -> Shown:
    shown = _plain(session, sought, is_plain=False)
    found = http.context().finder.find(session, sought.wanted, ANYONE, limit=0, facets=facets.SHOWN)
    choices = facets.choices(session, found.facets, sought.wanted.languages)
    return Shown(shown.records, shown.total, choices)


def _plain(session: Session, sought: Asked, *, is_plain: bool) -> Shown:
    wanted = sought.wanted
    found = records.search(
        session, wanted.words, collection=wanted.collection, page=sought.page, size=PAGE_SIZE
    )
    return Shown(found.records, found.total, is_plain=is_plain)


def _year(name: str) -> int | None:
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        year = int(text)
    except ValueError as error:
        raise Invalid(f'{name} "{text[:40]}": give a year, such as 1890, or -99 for 100 BCE') from error
    if abs(year) > _YEARS:
        raise Invalid(f"{name} {text[:40]}: give a year between -{_YEARS} and {_YEARS}")
    return year


def _year_name(year: int) -> str:
    return str(year if year > 0 else _("%(years)s BCE", years=1 - year))
