import time
import unicodedata
from pathlib import Path

import pytest

from archive.ingest import folder
from archive.ingest.faults import Fault
from archive.ingest.files import Found, Holdings
from archive.ingest.folder import Folder

NAMES = [
    "Vase.tif",
    "vase front.jpg",
    "Book/p1.tif",
    "Book/p2.tif",
    "Book/p10.tif",
    "Book/ocr.xml",
    "Book/plates/p1.tif",
    "Gévaudan.jpg",
    "Or.8210-S.1.tif",
    "two.tif",
    "two.jpg",
    "Case.tif",
    "case.tif",
    "a[1].tif",
    "x;y.tif",
    "back\\slash.tif",
    '"quoted".tif',
]


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return Holdings(Folder(tmp_path, {name: name for name in NAMES}))


def _names(found: Found) -> list[str]:
    assert found.faults == ()
    return [page.name for page in found.pages]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        pytest.param("Vase.tif", ["Vase.tif"], id="name"),
        pytest.param("vase front.jpg", ["vase front.jpg"], id="name with a blank"),
        pytest.param("Vase.tif|two.jpg", ["Vase.tif", "two.jpg"], id="bar"),
        pytest.param("Vase.tif; two.jpg;", ["Vase.tif", "two.jpg"], id="semicolon"),
        pytest.param("Vase.tif\ntwo.jpg", ["Vase.tif", "two.jpg"], id="lines"),
        pytest.param("x;y.tif", ["x;y.tif"], id="separator in a name"),
        pytest.param("a[1].tif", ["a[1].tif"], id="brackets in a name"),
        pytest.param('"quoted".tif', ['"quoted".tif'], id="quotes in a name"),
        pytest.param("back\\slash.tif", ["back\\slash.tif"], id="backslash in a name"),
        pytest.param('"Vase.tif"', ["Vase.tif"], id="quotes around a name"),
        pytest.param("Book\\p1.tif", ["Book/p1.tif"], id="Windows' separator"),
        pytest.param("./Vase.tif", ["Vase.tif"], id="here"),
        pytest.param("VASE.TIF", ["Vase.tif"], id="another case"),
        pytest.param("case.tif", ["case.tif"], id="the case as written before another"),
        pytest.param("Vase", ["Vase.tif"], id="no ending"),
        pytest.param("book/P2", ["Book/p2.tif"], id="no ending, another case"),
        pytest.param("Or.8210-S.1", ["Or.8210-S.1.tif"], id="no ending, full stops"),
        pytest.param("Book", ["Book/p1.tif", "Book/p2.tif", "Book/p10.tif"], id="folder"),
        pytest.param("book/", ["Book/p1.tif", "Book/p2.tif", "Book/p10.tif"], id="folder, another case"),
        pytest.param("Book/*.tif", ["Book/p1.tif", "Book/p2.tif", "Book/p10.tif"], id="pattern"),
        pytest.param("book/P?.TIF", ["Book/p1.tif", "Book/p2.tif"], id="pattern, another case"),
        pytest.param(
            "Book/*", ["Book/p1.tif", "Book/p2.tif", "Book/p10.tif"], id="pattern takes pictures only"
        ),
        pytest.param("*/*/p1.tif", ["Book/plates/p1.tif"], id="pattern of folders"),
        pytest.param(unicodedata.normalize("NFD", "Gévaudan.jpg"), ["Gévaudan.jpg"], id="decomposed"),
        pytest.param("Book/ocr.xml", ["Book/ocr.xml"], id="no picture, but named"),
    ],
)
def test_files_are_found_however_they_are_written(holdings: Holdings, cell: str, names: list[str]) -> None:
    assert _names(holdings.find(cell, row=2, column="files")) == names


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("Vasse.tif", '"Vasse.tif" is not in the folder: did you mean "Vase.tif"?'),
        ("p2.tif", '"p2.tif" is not in the folder: did you mean "Book/p2.tif"?'),
        ("Vase.png", '"Vase.png" is not in the folder: did you mean "Vase.tif"?'),
        ("☃", '"☃" is not in the folder: check its name'),
        ("two", '"two" may be "two.jpg" and "two.tif": write the whole name'),
        ("CASE.tif", '"CASE.tif" may be "Case.tif" and "case.tif": write the whole name'),
        ("Book/*.png", '"Book/*.png" matches no picture in the folder: check the pattern'),
        ("../secret.tif", '"../secret.tif" leads out of the folder: write its name relative to the folder'),
        ("Book/../../a", '"Book/../../a" leads out of the folder: write its name relative to the folder'),
        ("..\\a.tif", '"..\\a.tif" leads out of the folder: write its name relative to the folder'),
        ("/etc/passwd", '"/etc/passwd" leads out of the folder: write its name relative to the folder'),
        (
            "C:\\scans\\a.tif",
            '"C:\\scans\\a.tif" leads out of the folder: write its name relative to the folder',
        ),
    ],
)
def test_file_that_is_not_found_is_named_with_the_remedy(holdings: Holdings, cell: str, message: str) -> None:
    assert holdings.find(cell, row=7, column="Images") == Found(faults=(Fault(7, "Images", message),))


def test_what_is_found_is_kept_beside_what_is_missing(holdings: Holdings) -> None:
    found = holdings.find("Vase.tif|lost.tif|two.tif", row=2, column="files")
    assert [page.name for page in found.pages] == ["Vase.tif", "two.tif"]
    assert [fault.level for fault in found.faults] == ["error"]


def test_file_named_twice_is_one_page_and_a_note(holdings: Holdings) -> None:
    found = holdings.find("Book/p1.tif|Book", row=2, column="files")
    assert [page.name for page in found.pages] == ["Book/p1.tif", "Book/p2.tif", "Book/p10.tif"]
    assert found.faults == (Fault(2, "files", '"Book/p1.tif" is named twice', "note"),)


@pytest.mark.parametrize(
    ("record", "names"),
    [
        pytest.param(["Vase"], ["Vase.tif"], id="identifier"),
        pytest.param(["Or.8210/S.1"], ["Or.8210-S.1.tif"], id="accession number with a slash"),
        pytest.param(["book"], ["Book/p1.tif", "Book/p2.tif", "Book/p10.tif"], id="folder"),
        pytest.param(["nothing", "Vase"], ["Vase.tif"], id="the second name"),
        pytest.param([], [], id="no name"),
    ],
)
def test_record_without_named_files_has_those_that_bear_its_name(
    holdings: Holdings, record: list[str], names: list[str]
) -> None:
    assert _names(holdings.find_for(record, row=2)) == names


def test_files_of_one_name_are_not_chosen_between(holdings: Holdings) -> None:
    message = (
        '"two.jpg" and "two.tif" all bear this record\'s name: say in a column files which are its pages'
    )
    assert holdings.find_for(["two"], row=3) == Found(faults=(Fault(3, "files", message),))


def test_record_that_no_file_is_named_after_is_noted(holdings: Holdings) -> None:
    (fault,) = holdings.find_for(["lost"], row=3).faults
    assert (fault.level, fault.message) == ("note", "no file bears the record's name")


def test_names_that_leave_the_same_slug_are_told_apart(tmp_path: Path) -> None:
    names = ["故畫000001.tif", "中畫000001.tif"]
    holdings = Holdings(Folder(tmp_path, {name: name for name in names}))
    assert _names(holdings.find_for(["中畫000001"], row=2)) == ["中畫000001.tif"]


def test_file_asked_in_either_form_is_found_where_it_is(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Gévaudan.tif")
    (tmp_path / decomposed).touch()
    (page,) = Holdings(folder.scan(tmp_path)).find("Gévaudan.tif", row=2, column="files").pages
    assert (page.name, page.path) == ("Gévaudan.tif", tmp_path / decomposed)


def test_files_that_no_row_names_are_surplus(holdings: Holdings) -> None:
    surplus = holdings.surplus(set(NAMES) - {"Book/p10.tif", "Book/p2.tif", "Book/ocr.xml"})
    assert [fault.message.split(":")[0] for fault in surplus] == [
        '"Book/ocr.xml" is named by no row',
        '"Book/p2.tif" is named by no row',
        '"Book/p10.tif" is named by no row',
    ]
    assert {fault.level for fault in surplus} == {"note"}


def test_pdf_beside_pictures_is_meant_only_by_its_whole_name(tmp_path: Path) -> None:
    holdings = Holdings(Folder(tmp_path, dict.fromkeys(("Book/p1.tif", "Book/p2.tif", "Book/p.pdf"), "")))
    assert _names(holdings.find("Book", row=2, column="files")) == ["Book/p1.tif", "Book/p2.tif"]
    assert _names(holdings.find("Book/p*", row=2, column="files")) == ["Book/p1.tif", "Book/p2.tif"]
    assert _names(holdings.find("book/P.pdf", row=2, column="files")) == ["Book/p.pdf"]


def test_many_files_are_found_by_look_ups(tmp_path: Path) -> None:
    size = 20_000
    names = {f"N{number:06}_{side}.tif": "" for number in range(size // 2) for side in ("a", "b")}
    holdings = Holdings(Folder(tmp_path, names))
    start = time.process_time()
    for number in range(0, size // 2, 50):
        assert len(holdings.find(f"N{number:06}_*", row=2, column="files").pages) == 2
        assert holdings.find(f"n{number:06}_c.tif", row=2, column="files").faults
    assert time.process_time() - start < 2
