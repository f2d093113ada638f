"""Mapping files: what a sheet's columns are to become, in TOML, when their names don't say it."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from archive.errors import Invalid
from archive.ingest import cells, columns
from archive.ingest.columns import METADATA, ColumnMap, Target
from iiif.language import NONE, LanguageMap, untagged

_Table = Mapping[str, object]

_PARTS = ("columns", "defaults", "ignore")
_KEYS = ("field", "separator", "label")
# What tells records apart, or belongs to one of them alone, has no default.
_OWN = frozenset({"identifier", "accession number", "files", "pages", "ranges"})


def read(path: Path) -> ColumnMap:
    """The mapping in the TOML file ``path``: ``ignore``, ``[columns]`` and ``[defaults]``, each optional.

    Raises ``Invalid``, which names an unknown field and the nearest known one.
    """
    try:
        return _columns_map(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f'mapping "{path.name}": is not TOML in UTF-8: {error}') from error
    except Invalid as error:
        raise Invalid(f'mapping "{path.name}", {error}') from error


def _columns_map(written: _Table) -> ColumnMap:
    _check_keys(written, _PARTS, "mapping")
    ignored = written.get("ignore", [])
    if not isinstance(ignored, list):
        raise Invalid('ignore: write a list of column names, such as ["notes"]')
    defaults = _table(written.get("defaults", {}), "defaults")
    language = columns.language_tag(
        _text(defaults.get("language", NONE), "defaults.language"), "defaults.language"
    )
    return ColumnMap(
        targets={
            columns.plain(name): _target(name, value)
            for name, value in _table(written.get("columns", {}), "columns").items()
        },
        ignored=frozenset(columns.plain(_text(name, "ignore")) for name in ignored),
        defaults=dict(
            _default(name, text) for name, text in defaults.items() if columns.plain(name) != "language"
        ),
        language=language,
    )


def _target(name: str, value: object) -> Target:
    where = f'columns."{name}"'
    if isinstance(value, str):
        field, tag = _field(value, where)
        return Target(field, tag)
    table = _table(value, where)
    _check_keys(table, _KEYS, where)
    field, tag = _field(_text(table.get("field", METADATA), where), where)
    separator = _text(table["separator"], where) if "separator" in table else None
    if separator == "":
        raise Invalid(f'{where}: separator is empty: write one, such as "|"')
    return Target(field, tag, separator, _label(table["label"], where) if "label" in table else None)


def _field(written: str, where: str) -> tuple[str, str | None]:
    name, tag = columns.split_tag(written)
    field = METADATA if columns.plain(name) == METADATA else columns.field_named(name)
    if field is None:
        remedy = (
            columns.near(name, columns.FIELDS) or f"write one of {', '.join(columns.FIELDS)} or {METADATA}"
        )
        raise Invalid(f'{where}: "{name}" is no field: {remedy}')
    if tag and field not in columns.TAGGED:
        raise Invalid(f'{where}: {field} has no language: leave out "@{tag}"')
    return field, tag


def _label(value: object, where: str) -> LanguageMap:
    """A label as one text, or as a table of texts by language."""
    if isinstance(value, str):
        return untagged(value)
    return {
        columns.language_tag(tag, where): [_text(text, where)] for tag, text in _table(value, where).items()
    }


def _default(name: str, value: object) -> tuple[str, str]:
    field, _ = _field(name, f"defaults.{name}")
    if field in _OWN or field == METADATA:
        raise Invalid(f"defaults.{name}: {field} belongs to each record: give it a column of the sheet")
    text = _text(value, f"defaults.{name}")
    try:
        cells.check(field, text)
    except ValueError as error:
        raise Invalid(f"defaults.{name}: {error}") from error
    return field, text


def _table(value: object, where: str) -> _Table:
    if not isinstance(value, dict):
        raise Invalid(f"{where}: write a table, such as [{where}]")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise Invalid(f"{where}: {value} is no text: put it in quotation marks")
    return value


def _check_keys(table: _Table, known: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in known:
            raise Invalid(
                f'{where}: "{key}" is unknown: {columns.near(key, known) or "write " + ", ".join(known)}'
            )
