from pathlib import Path

import pytest

from archive.errors import Invalid
from archive.ingest import mapping, sheet
from archive.ingest.columns import ColumnMap, Target
from archive.ingest.rows import SheetSource

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "tate.toml"
TATE = Path(__file__).parents[3] / "shared" / "data" / "tate-artworks.csv"


def _read(folder: Path, text: str) -> ColumnMap:
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8-sig")
    return mapping.read(path)


def test_columns_defaults_and_ignored_are_read(tmp_path: Path) -> None:
    text = """
        ignore = ["Internal_Notes"]
        [columns]
        Artist_Name = "maker@en"
        keywords = { field = "subject@en", separator = "," }
        size = { label = { en = "Size", fr = "Taille" } }
        [defaults]
        language = "en"
        licence = "CC0"
        collection = "Tate"
    """
    assert _read(tmp_path, text) == ColumnMap(
        targets={
            "artist name": Target("maker", "en"),
            "keywords": Target("subject", "en", ","),
            "size": Target("metadata", label={"en": ["Size"], "fr": ["Taille"]}),
        },
        ignored=frozenset({"internal notes"}),
        defaults={"rights": "CC0", "collection": "Tate"},
        language="en",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("columns", 'mapping "map.toml": is not TOML in UTF-8'),
        ("[colums]", 'mapping "map.toml", mapping: "colums" is unknown: did you mean "columns"?'),
        ('[columns]\na = "labl"', 'columns."a": "labl" is no field: did you mean "label"?'),
        ('[columns]\na = "zzz"', 'columns."a": "zzz" is no field: write one of identifier, label'),
        ('[columns]\na = "order@en"', 'columns."a": order has no language: leave out "@en"'),
        ('[columns]\na = "label@english"', '"english" is no language tag'),
        ('[columns]\na = { feild = "label" }', 'columns."a": "feild" is unknown: did you mean "field"?'),
        ('[columns]\na = { separator = "" }', 'columns."a": separator is empty: write one'),
        ("[columns]\na = 3", 'columns."a": write a table'),
        ('[columns]\na = { label = { english = "A" } }', '"english" is no language tag'),
        ('ignore = "a"', "ignore: write a list of column names"),
        ("ignore = [1]", "ignore: 1 is no text: put it in quotation marks"),
        ('[defaults]\nrights = "mine"', 'defaults.rights: rights "mine": '),
        ('[defaults]\nvisibility = "hidden"', 'defaults.visibility: visibility "hidden": write one of draft'),
        ('[defaults]\nidentifier = "a"', "defaults.identifier: identifier belongs to each record"),
        ("[defaults]\norder = 1", "defaults.order: 1 is no text"),
        ('[defaults]\nlanguage = "english"', '"english" is no language tag'),
    ],
)
def test_slip_in_a_mapping_is_refused_with_the_remedy(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        _read(tmp_path, text)
    assert message in str(caught.value)


@pytest.mark.skipif(not TATE.exists(), reason="the shared sheets are not beside the project")
def test_example_reads_tates_sheet_as_it_is() -> None:
    source = SheetSource("tate", sheet.read(TATE), columns_map=mapping.read(EXAMPLE))
    entries = list(source.entries())
    assert source.leftovers() == []
    assert [fault for entry in entries for fault in entry.faults if entry.draft is None] == []
    pug = entries[1].draft
    assert pug is not None
    assert (pug.key, pug.accession_number, pug.collections) == ("N00112", "N00112", ("Tate",))
    assert pug.label == {"en": ["The Painter and his Pug"]}
    assert pug.maker == {"en": ["William Hogarth"]}
    assert pug.subject["en"][:2] == ["Hogarth, William", "man"]
    assert [label for label, _ in pug.metadata_pairs] == [
        {"en": ["Medium"]},
        {"en": ["Dimensions"]},
        {"en": ["Credit line"]},
    ]
