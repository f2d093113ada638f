"""What the columns of a sheet mean: fields of the record, with a language, or metadata of its own."""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.errors import Invalid
from archive.ingest.faults import Fault, note
from iiif.language import NONE, LanguageMap, untagged

METADATA = "metadata"
"""The field of a column that is none of ``FIELDS``."""

FIELDS: dict[str, tuple[str, ...]] = {
    "identifier": ("id", "record id", "record identifier"),
    "label": ("title", "name"),
    "summary": ("description", "abstract"),
    "rights": ("licence", "license"),
    "date": ("dates", "dating"),
    "collection": ("collections",),
    "files": ("file", "filename", "filenames", "file name", "file names", "image", "images"),
    "texts": ("text files", "ocr files", "ocr"),
    "viewing direction": ("direction", "reading direction"),
    "order": ("sort order",),
    "maker": ("makers", "creator", "creators", "artist", "artists", "author", "authors"),
    "type": ("types", "object type"),
    "subject": ("subjects", "keyword", "keywords"),
    "place": ("places",),
    "language": ("languages",),
    "accession number": ("accession", "accession no", "accession no.", "inventory number"),
    "visibility": ("access",),
    "embargo until": ("embargo", "embargoed until"),
    "behavior": ("behaviors", "behaviour", "behaviours"),
    "required statement": ("attribution",),
    "pages": ("page labels",),
    "ranges": ("chapters", "contents", "table of contents"),
    "layers": (),
    "annotations": (),
    "nav date": ("navdate",),
    "properties": (),
    "page properties": (),
    "range properties": (),
}
"""The fields a column may be, each with the other names it is known by."""

LISTS = frozenset({"maker", "type", "subject", "place", "language"})
"""Fields whose cells hold several values."""

TAGGED = LISTS | {
    "label",
    "summary",
    "date",
    "required statement",
    "pages",
    "ranges",
    "layers",
    "annotations",
    METADATA,
}
"""Fields that a column may give in one language: ``label@zh-Hant``."""

_SINGLE = frozenset(FIELDS) - TAGGED - {"files", "texts", "collection", "behavior"}
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3}(?:-[a-z]{3}){0,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|\d{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Target:
    """What a mapping makes of a column; what it leaves open is ``None``."""

    field: str
    tag: str | None = None
    separator: str | None = None
    label: LanguageMap | None = None


@dataclass(frozen=True)
class Column:
    """A column that is read: its field, the tag of its text, and the label of its metadata pair.

    ``separator`` is what stands between its values, ``None`` for what is usual for the field.
    """

    name: str
    field: str
    tag: str = NONE
    separator: str | None = None
    label: LanguageMap | None = None


@dataclass(frozen=True)
class ColumnMap:
    """What a mapping file says: targets and ignored columns by plain name, texts for empty fields by field.

    ``language`` is the tag of text whose column has none.
    """

    targets: dict[str, Target]
    ignored: frozenset[str]
    defaults: dict[str, str]
    language: str = NONE


NO_MAP = ColumnMap({}, frozenset(), {})
"""The map of a sheet whose own column names say it all."""


def read(names: Sequence[str], columns_map: ColumnMap = NO_MAP) -> tuple[tuple[Column, ...], list[Fault]]:
    """The columns to read, in the sheet's order, and notes on names that may be slips.

    Raises ``Invalid`` when two columns give the same single field, a language tag is wrong, or no
    column is known at all.
    """
    found = [_column(name, columns_map) for name in names if plain(name) not in columns_map.ignored]
    _check_single(found)
    if all(column.field == METADATA for column in found):
        raise Invalid(
            f"no column is known of {_listed(names)}: name them in the first row, such as label, date, files"
        )
    return tuple(found), [*_slips(found), *_absent(names, columns_map)]


def plain(name: str) -> str:
    """``name`` as it is compared: no case, and blanks, underscores and hyphens alike."""
    return " ".join(re.split(r"[\s_-]+", name.casefold().strip()))


def field_named(name: str) -> str | None:
    """The field that ``name`` or its alias means, ``None`` of any other name."""
    return _FIELDS_BY_NAME.get(plain(name))


def near(name: str, names: Iterable[str]) -> str:
    """The question for the one of ``names`` that ``name`` may have meant, ``""`` when none is near."""
    close = difflib.get_close_matches(plain(name), list(names), n=1, cutoff=0.75)
    return f'did you mean "{close[0]}"?' if close else ""


def split_tag(name: str) -> tuple[str, str | None]:
    """A name and its language tag, ``None`` when it has none. Raises ``Invalid`` for a malformed tag.

    Source: RFC 5646 §2.1.
    """
    base, at, written = name.rpartition("@")
    if not at:
        return name, None
    return base.strip(), language_tag(written, name)


def language_tag(written: str, where: str) -> str:
    """The tag in its canonical case. Raises ``Invalid``, naming ``where`` it was written."""
    if written.strip().lower() == NONE:
        return NONE
    found = _TAG.fullmatch(written.strip().replace("_", "-"))
    if found is None:
        raise Invalid(
            f'column "{where}": "{written}" is no language tag: write one such as en, zh-Hant, pt-BR'
        )
    parts = (found["language"].lower(), (found["script"] or "").title(), (found["region"] or "").upper())
    return "-".join(filter(None, parts)) + (found["rest"] or "").lower()


def _column(name: str, columns_map: ColumnMap) -> Column:
    base, tag = (name, None) if plain(name) in columns_map.targets else split_tag(name)
    target = columns_map.targets.get(plain(base)) or Target(field_named(base) or METADATA)
    tag = tag or target.tag
    if target.field not in TAGGED and tag:
        raise Invalid(f'column "{name}": {target.field} has no language: leave out "@{tag}"')
    label = (target.label or untagged(base.replace("_", " "))) if target.field == METADATA else None
    return Column(name, target.field, tag or columns_map.language, target.separator, label)


def _check_single(found: Sequence[Column]) -> None:
    seen: dict[str, str] = {}
    for column in found:
        if column.field in _SINGLE and column.field in seen:
            raise Invalid(
                f'columns "{seen[column.field]}" and "{column.name}" both give {column.field}: '
                "rename one, or ignore it in the mapping"
            )
        seen[column.field] = column.name


def _slips(found: Iterable[Column]) -> Iterator[Fault]:
    for column in found:
        if column.field == METADATA and (question := near(column.name.partition("@")[0], _FIELDS_BY_NAME)):
            yield note(f"is no known column and becomes metadata: {question}", column=column.name)


def _absent(names: Sequence[str], columns_map: ColumnMap) -> Iterator[Fault]:
    known = {plain(name) for name in names} | {plain(name.rpartition("@")[0]) for name in names}
    for name in sorted((set(columns_map.targets) | columns_map.ignored) - known):
        remedy = near(name, known) or "leave it out of the mapping"
        yield note(f"is in the mapping and not in the sheet: {remedy}", column=name)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names[:8])


_FIELDS_BY_NAME = {name: field for field, aliases in FIELDS.items() for name in (field, *aliases)}
