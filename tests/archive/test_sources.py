"""What ``mogao ingest`` may be given."""

from pathlib import Path

import pytest

from archive.errors import Invalid
from archive.ingest import sources

_LIMIT = 1 << 20


def test_a_folder_with_one_sheet_is_that_sheets(tmp_path: Path) -> None:
    (tmp_path / "objects.csv").write_text("identifier,label,files\na,A,a.jpg\n")
    (tmp_path / "a.jpg").write_bytes(b"")
    source = sources.open_source([tmp_path], byte_limit=_LIMIT)
    (entry,) = source.entries()
    assert entry.draft is not None
    assert [page.name for page in entry.draft.pages] == ["a.jpg"]
    assert list(source.leftovers()) == []


def test_a_sheet_among_its_files_is_not_one_of_them(tmp_path: Path) -> None:
    (tmp_path / "objects.csv").write_text("identifier,label,files\na,A,\n")
    (tmp_path / "other.jpg").write_bytes(b"")
    source = sources.open_source([tmp_path / "objects.csv"], byte_limit=_LIMIT)
    assert len(list(source.entries())) == 1
    assert [fault.message for fault in source.leftovers()] == [
        '"other.jpg" is named by no row: it is left where it is'
    ]


def test_a_collection_is_for_those_that_name_none(tmp_path: Path) -> None:
    (tmp_path / "objects.csv").write_text("identifier,collection\na,\nb,Books\n")
    source = sources.open_source([tmp_path / "objects.csv"], byte_limit=_LIMIT, collection="Paintings")
    shelves = [entry.draft.collections for entry in source.entries() if entry.draft]
    assert shelves == [("Paintings",), ("Books",)]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["absent"], '"absent" is not there: check its name'),
        (["one.csv", "two.csv"], "give one folder, one sheet, or one sheet and one folder"),
        (["."], "holds 2 sheets (one.csv, two.csv): name the one that is meant"),
    ],
)
def test_what_is_unclear_is_refused(tmp_path: Path, names: list[str], message: str) -> None:
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text("identifier\na\n")
    with pytest.raises(Invalid) as fault:
        sources.open_source([tmp_path / name for name in names], byte_limit=_LIMIT)
    assert message in str(fault.value)
