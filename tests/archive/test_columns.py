import pytest

from archive.errors import Invalid
from archive.ingest import columns
from archive.ingest.columns import Column, ColumnMap, Target


def _read(*names: str) -> dict[str, tuple[str, str]]:
    return {column.name: (column.field, column.tag) for column in columns.read(names)[0]}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Identifier", "identifier"),
        ("ID", "identifier"),
        ("title", "label"),
        ("Description", "summary"),
        ("Creator", "maker"),
        ("artists", "maker"),
        ("Licence", "rights"),
        ("file_name", "files"),
        ("Images", "files"),
        ("Viewing-Direction", "viewing direction"),
        ("accession_number", "accession number"),
        ("EMBARGO  UNTIL", "embargo until"),
        ("attribution", "required statement"),
        ("Table of Contents", "ranges"),
    ],
)
def test_field_is_known_by_any_of_its_names(name: str, field: str) -> None:
    assert _read(name)[name][0] == field


def test_every_name_means_one_field() -> None:
    names = [name for field, aliases in columns.FIELDS.items() for name in (field, *aliases)]
    assert len(names) == len(set(names)) == len({columns.plain(name) for name in names})


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en", "en"),
        ("zh-Hant", "zh-Hant"),
        ("ZH_hant", "zh-Hant"),
        ("pt-br", "pt-BR"),
        ("es-419", "es-419"),
        ("sl-rozaj-biske", "sl-rozaj-biske"),
        ("zh-cmn-Hans-CN", "zh-cmn-Hans-CN"),
        ("de-DE-u-co-phonebk", "de-DE-u-co-phonebk"),
        ("sa-x-iast", "sa-x-iast"),
        ("none", "none"),
    ],
)
def test_language_tag_is_read_in_its_canonical_case(written: str, tag: str) -> None:
    assert _read(f"label@{written}") == {f"label@{written}": ("label", tag)}


@pytest.mark.parametrize("written", ["english", "e", "", "zh-", "en US", "中文", "museum.org"])
def test_malformed_language_tag_is_refused(written: str) -> None:
    with pytest.raises(Invalid, match="is no language tag: write one such as en, zh-Hant, pt-BR"):
        columns.read([f"label@{written}"])


def test_other_columns_are_metadata_under_their_own_name() -> None:
    read, _ = columns.read(["label", "credit_line", "Technique@fr"])
    assert read[1:] == (
        Column("credit_line", "metadata", label={"none": ["credit line"]}),
        Column("Technique@fr", "metadata", "fr", label={"none": ["Technique"]}),
    )


@pytest.mark.parametrize("name", ["identifier@en", "files@en", "order@fr", "rights@en"])
def test_field_without_language_takes_no_tag(name: str) -> None:
    with pytest.raises(Invalid, match=f'column "{name}": .* has no language: leave out'):
        columns.read([name])


def test_two_columns_of_one_single_field_are_refused() -> None:
    with pytest.raises(Invalid, match='columns "id" and "Identifier" both give identifier'):
        columns.read(["id", "label", "Identifier"])


def test_several_columns_of_one_text_are_taken() -> None:
    assert _read("label", "title", "label@en", "files", "image") == {
        "label": ("label", "none"),
        "title": ("label", "none"),
        "label@en": ("label", "en"),
        "files": ("files", "none"),
        "image": ("files", "none"),
    }


def test_sheet_without_a_known_column_has_no_header() -> None:
    with pytest.raises(
        Invalid, match='no column is known of "N00106", "A Man’s Head": name them in the first row'
    ):
        columns.read(["N00106", "A Man’s Head"])


def test_near_miss_of_a_known_name_is_noted() -> None:
    _, (fault,) = columns.read(["label", "Identifer"])
    assert (fault.column, fault.level) == ("Identifer", "note")
    assert fault.message == 'is no known column and becomes metadata: did you mean "identifier"?'


def test_map_gives_columns_their_field_language_and_label() -> None:
    columns_map = ColumnMap(
        targets={
            "credit line": Target("required statement", "en"),
            "size": Target("metadata", "fr", ",", {"fr": ["Taille"]}),
        },
        ignored=frozenset({"notes"}),
        defaults={},
        language="de",
    )
    read, faults = columns.read(["Title", "Credit_Line", "size", "Notes", "Technik"], columns_map)
    assert read == (
        Column("Title", "label", "de"),
        Column("Credit_Line", "required statement", "en"),
        Column("size", "metadata", "fr", ",", {"fr": ["Taille"]}),
        Column("Technik", "metadata", "de", label={"none": ["Technik"]}),
    )
    assert faults == []


def test_column_of_the_map_that_the_sheet_lacks_is_noted() -> None:
    columns_map = ColumnMap({"artist name": Target("maker")}, frozenset(), {})
    _, (fault,) = columns.read(["label", "artists name"], columns_map)
    assert fault.message == 'is in the mapping and not in the sheet: did you mean "artists name"?'
