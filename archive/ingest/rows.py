"""The rows of a sheet as drafts of records."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from archive.ingest import cells, chapters, columns, dates, remarks
from archive.ingest.columns import LISTS, METADATA, NO_MAP, Column, ColumnMap
from archive.ingest.faults import Entry, Fault, Survey, note
from archive.ingest.files import SEPARATOR, Found, Holdings
from archive.ingest.remarks import Layers
from archive.ingest.report import Outcome
from archive.ingest.sheet import Row, Sheet
from archive.services.drafts import Dates, Draft, FileDraft, Note, PageDraft, RangeDraft, TextDraft
from archive.services.identifiers import short_hash
from iiif.language import LanguageMap, merge, untagged

ATTRIBUTION: LanguageMap = {
    "en": ["Attribution"],
    "fr": ["Mention obligatoire"],
    "zh": ["署名"],
    "ar": ["نسب المصنف"],
}
"""The label of the required statement, for which a sheet gives the text alone."""

_LONGEST_KEY = 400
_Value = TypeVar("_Value")


class SheetSource:
    """The records of a sheet, row by row, as often as asked; their files are found in ``holdings``.

    ``name`` is that by which the records are known when the sheet is taken in again. Raises ``Invalid``
    when the columns can't be understood.
    """

    is_whole = True

    def __init__(
        self, name: str, sheet: Sheet, *, columns_map: ColumnMap = NO_MAP, holdings: Holdings | None = None
    ) -> None:
        self.name = name
        self._sheet = sheet
        self._holdings = holdings
        self._columns, self._notes = columns.read(sheet.columns, columns_map)
        self._defaults = [
            (Column(name, name, columns_map.language), text) for name, text in columns_map.defaults.items()
        ]
        self._used: set[str] = set()

    def entries(self) -> Iterator[Entry]:
        """The rows in their order. A row with an error has no draft, unless only files are missing."""
        for row in self._sheet:
            entry = _Reading(row, self._texts(row), self).entry()
            pages = entry.draft.pages if entry.draft else ()
            self._used.update(file.name for page in pages for file in page.files())
            yield entry

    def shelve(self, session: object, reader: object) -> list[Outcome]:
        """Nothing: its rows name collections, and describe none."""
        return []

    def survey(self) -> Survey:
        """The rows counted, their files named; without a folder there is nothing to understand for it."""
        return Survey.of(self.entries()) if self._holdings else Survey(sum(1 for _ in self._sheet))

    def leftovers(self) -> list[Fault]:
        """What is odd in the sheet as a whole, and the files that no row has named until now."""
        surplus = self._holdings.surplus(self._used | {self.name}) if self._holdings else []
        return [*self._sheet.faults, *self._notes, *surplus]

    def files(self, row: Row, texts: "_Texts") -> Found:
        """The files that a row names, or that bear its record's name."""
        if not self._holdings:
            return _without_folder(row, texts)
        if named := texts.get("files"):
            cell = "\n".join(text for _, text in named)
            return self._holdings.find(cell, row=row.number, column=named[0][0].name)
        if any(column.field == "files" for column in self._columns):
            return Found()
        own = [text for field in ("identifier", "accession number") for _, text in texts.get(field, ())]
        return self._holdings.find_for(own, row=row.number)

    def file(self, name: str) -> FileDraft:
        """The one file that a cell names. Raises ``LookupError`` with the reason."""
        return self._folder().file(name)

    def page_texts(self, cell: str, count: int) -> list[TextDraft | None]:
        """The files of text that a cell names for its pages. Raises ``LookupError`` with the reason."""
        return self._folder().texts(cell, count)

    def _folder(self) -> Holdings:
        if not self._holdings:
            raise LookupError("is in no folder: give the folder of the files with the sheet")
        return self._holdings

    def _texts(self, row: Row) -> "_Texts":
        """The filled cells of a row by field, and the defaults of fields that it leaves empty."""
        texts: _Texts = defaultdict(list)
        for column in self._columns:
            if text := row.cells.get(column.name):
                texts[column.field].append((column, text))
        for column, text in self._defaults:
            if column.field not in texts:
                texts[column.field].append((column, text))
        return texts


_Texts = defaultdict[str, list[tuple[Column, str]]]


def _without_folder(row: Row, texts: _Texts) -> Found:
    faults = (
        Fault(
            row.number, column.name, f'"{text}" is in no folder: give the folder of the files with the sheet'
        )
        for column, text in texts.get("files", ())
    )
    return Found(faults=tuple(faults))


class _Reading:
    """The reading of one row: ``errors`` stop it, ``found.faults`` and ``notes`` don't."""

    def __init__(self, row: Row, texts: _Texts, source: SheetSource) -> None:
        self._row = row
        self._source = source
        self._texts = texts
        self._errors = list(row.faults)
        self._notes: list[Fault] = []
        self._layers = self._counted_by_page(
            "layers", lambda cells: remarks.layers(cells, source.file), Layers()
        )
        found = source.files(row, texts)
        # What lies over a page is no page of its own, though a folder or pattern names it too.
        pages = tuple(page for page in found.pages if page.name not in self._layers.files)
        self.found = replace(found, pages=pages)

    def entry(self) -> Entry:
        """What the row gives."""
        draft = self._draft()
        faults = (*self._errors, *self.found.faults, *self._notes)
        return Entry(self._row.number, draft.key, None if self._errors else draft, faults)

    def _draft(self) -> Draft:
        visibility, embargo_until = self._access()
        key = self._key()
        return Draft(
            key=key,
            identifier=self._first("identifier"),
            label=self._map("label") or self._stand_in(key),
            summary=self._map("summary"),
            rights=self._parsed("rights", cells.rights),
            required_statement=(ATTRIBUTION, statement)
            if (statement := self._map("required statement"))
            else None,
            metadata_pairs=self._pairs(),
            maker=self._map("maker"),
            type=self._map("type"),
            subject=self._map("subject"),
            place=self._map("place"),
            language=self._map("language"),
            dates=self._dates(),
            accession_number=self._first("accession number"),
            visibility=visibility,
            embargo_until=embargo_until,
            behavior=self._parsed("behavior", cells.behavior) or (),
            viewing_direction=self._parsed("viewing direction", cells.viewing_direction),
            collections=self._parsed("collection", cells.collections) or (),
            order=self._parsed("order", cells.order),
            pages=self._pages(),
            ranges=self._ranges(),
            nav_date=self._parsed("nav date", cells.nav_date),
            properties=self._parsed("properties", cells.properties),
        )

    def _key(self) -> str:
        """The steadiest name that the row has: what is least likely to be edited comes first."""
        names = map(self._first, ("identifier", "accession number", "files", "label"))
        name = next(filter(None, names), f"row {self._row.number}")
        # A database's index takes no more.
        return name if len(name) <= _LONGEST_KEY else f"{name[:_LONGEST_KEY]}… {short_hash(name)}"

    def _stand_in(self, key: str) -> LanguageMap:
        self._notes.append(note(f'has no label: "{key}" stands for it', row=self._row.number, column="label"))
        return untagged(key)

    def _first(self, field: str) -> str | None:
        texts = self._texts.get(field)
        return texts[0][1] if texts else None

    def _map(self, field: str) -> LanguageMap:
        texts = self._texts.get(field)
        if not texts:
            return {}
        maps = [{column.tag: _values(column, text)} for column, text in texts]
        return maps[0] if len(maps) == 1 else merge(maps)

    def _parsed(self, field: str, parse: Callable[[str], _Value]) -> _Value | None:
        """The value of all cells of ``field``; a fault of the first when they can't be read."""
        texts = self._texts.get(field)
        if not texts:
            return None
        try:
            return parse("\n".join(text for _, text in texts))
        except ValueError as error:
            self._error(texts[0][0], str(error))
            return None

    def _error(self, column: Column, message: str) -> None:
        self._errors.append(Fault(self._row.number, column.name, message))

    def _pairs(self) -> tuple[tuple[LanguageMap, LanguageMap], ...]:
        """The metadata in the sheet's order, columns of one name in several languages as one pair."""
        pairs: list[tuple[LanguageMap, LanguageMap]] = []
        for column, text in self._texts.get(METADATA, ()):
            value = {column.tag: _values(column, text)}
            label = column.label or untagged(column.name)
            place = next((number for number, pair in enumerate(pairs) if pair[0] == label), None)
            if place is None:
                pairs.append((label, value))
            else:
                pairs[place] = (label, merge((pairs[place][1], value)))
        return tuple(pairs)

    def _dates(self) -> Dates | None:
        texts = self._texts.get("date")
        if not texts:
            return None
        written = self._map("date")
        faults = []
        for column, text in texts:
            try:
                if years := dates.read(text):
                    return Dates(written, *years)
            except ValueError as error:
                faults.append(note(str(error), row=self._row.number, column=column.name))
        self._notes += faults
        return Dates(written)

    def _access(self) -> tuple[str, dt.date | None]:
        visibility = self._parsed("visibility", cells.visibility)
        until = self._parsed("embargo until", cells.day)
        written, day = self._texts.get("visibility"), self._texts.get("embargo until")
        if day and visibility not in {None, "embargo"}:
            self._error(
                day[0][0], f"is given, but the visibility is {visibility}: make it embargo, or empty the day"
            )
        if written and visibility == "embargo" and not day:
            self._error(
                written[0][0], "is embargo without a day: add a column embargo until, such as 2030-01-31"
            )
        return visibility or ("embargo" if until else "public"), until

    def _pages(self) -> tuple[PageDraft, ...]:
        labels: list[LanguageMap] = [{} for _ in self.found.pages]
        for column, text in self._counted("pages"):
            parts = [part.strip() for part in SEPARATOR.split(text.rstrip(";| \n"))]
            if len(parts) > len(labels):
                self._error(
                    column,
                    f"has {len(parts)} labels for {len(labels)} pages: name as many files, or fewer labels",
                )
            for label, part in zip(labels, parts, strict=False):
                if part:
                    label.setdefault(column.tag, []).append(part)
        texts = self._page_texts()
        layers = self._layers.by_page
        none: dict[int, tuple[Note, ...]] = {}
        notes = self._counted_by_page("annotations", remarks.notes, none)
        properties = self._parsed("page properties", cells.page_properties) or {}
        for field, numbers in (("layers", layers), ("annotations", notes), ("page properties", properties)):
            self._check_numbers(field, numbers)
        return tuple(
            replace(
                page,
                label=label,
                text=texts[number - 1],
                layers=layers.get(number, ()),
                notes=notes.get(number, ()),
                properties=properties.get(number),
            )
            for number, (page, label) in enumerate(zip(self.found.pages, labels, strict=True), 1)
        )

    def _page_texts(self) -> list[TextDraft | None]:
        """The files of text that the row names, or else those that lie beside its pages."""
        beside = [page.text for page in self.found.pages]
        named = self._counted("texts")
        if not named:
            return beside
        cell = "|".join(text for _, text in named)
        try:
            return self._source.page_texts(cell, len(beside))
        except LookupError as error:
            self._error(named[0][0], f'"{cell}" {error.args[0]}')
            return beside

    def _counted_by_page(
        self, field: str, parse: Callable[[list[tuple[str, str]]], _Value], otherwise: _Value
    ) -> _Value:
        """What the cells of a field say page by page; a fault of the first when they can't be read."""
        texts = self._texts.get(field)
        if not texts:
            return otherwise
        try:
            return parse([(column.tag, text) for column, text in texts])
        except (ValueError, LookupError) as error:
            self._error(texts[0][0], str(error.args[0]))
            return otherwise

    def _check_numbers(self, field: str, numbers: Iterable[int]) -> None:
        """A fault where a field names a page that is not there, unless a file is what is missing."""
        count = len(self.found.pages)
        wrong = [number for number in numbers if not 1 <= number <= count]
        if wrong and not any(fault.level == "error" for fault in self.found.faults):
            column = self._texts[field][0][0]
            self._error(column, f"there is no page {wrong[0]}, the record has {count}: correct the number")

    def _ranges(self) -> tuple[RangeDraft, ...]:
        texts = self._counted("ranges")
        found = chapters.read([(column.tag, text) for column, text in texts], len(self.found.pages))
        for fault in found.faults:
            self._error(texts[0][0], fault)
        said = self._parsed("range properties", cells.range_properties)
        if not said or found.faults:
            return found.ranges
        try:
            return chapters.with_properties(found.ranges, said)
        except LookupError as error:
            self._error(self._texts["range properties"][0][0], str(error.args[0]))
            return found.ranges

    def _counted(self, field: str) -> Sequence[tuple[Column, str]]:
        """The cells of a field that counts pages; a fault when files are missing, for all would shift."""
        texts = self._texts.get(field, [])
        if texts and any(fault.level == "error" for fault in self.found.faults):
            self._error(texts[0][0], f"{field} can't be counted while files are missing: mend these first")
            return []
        return texts


def _values(column: Column, text: str) -> list[str]:
    if column.separator or column.field in LISTS:
        return cells.several(text, column.separator)
    return [text]
