import os
import unicodedata
from pathlib import Path

import pytest

from archive.errors import Invalid
from archive.ingest import folder
from archive.ingest.folder import FolderSource
from archive.services.drafts import Draft, PageDraft

KANT = Path(__file__).parents[3] / "shared" / "data" / "kant-1784"


def _filled(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def _drafts(root: Path) -> dict[str, Draft]:
    source = FolderSource("scans", folder.scan(root))
    return {entry.key: entry.draft for entry in source.entries() if entry.draft}


def _messages(root: Path) -> list[str]:
    return [fault.message for fault in FolderSource("scans", folder.scan(root)).leftovers()]


def test_each_picture_in_the_top_folder_is_a_record(tmp_path: Path) -> None:
    drafts = _drafts(_filled(tmp_path, "Vase 10.tif", "Vase 2.JPG"))
    assert list(drafts) == ["Vase 2.JPG", "Vase 10.tif"]
    assert drafts["Vase 2.JPG"] == Draft(
        key="Vase 2.JPG",
        name="Vase 2",
        label={"none": ["Vase 2"]},
        pages=(PageDraft(tmp_path / "Vase 2.JPG", "Vase 2.JPG"),),
    )


def test_each_folder_is_a_record_of_its_pages_in_natural_order(tmp_path: Path) -> None:
    (draft,) = _drafts(_filled(tmp_path, "Book/p10.tif", "Book/p9.tif", "Book/P1.tif")).values()
    assert (draft.key, draft.label) == ("Book", {"none": ["Book"]})
    assert [page.name for page in draft.pages] == ["Book/P1.tif", "Book/p9.tif", "Book/p10.tif"]


def test_pdf_beside_the_pictures_of_a_book_is_none_of_its_pages(tmp_path: Path) -> None:
    root = _filled(tmp_path, "Book/p1.tif", "Book/whole.pdf", "Letter/1.pdf", "a.jpg", "a.PDF", "b.pdf")
    assert {key: [page.name for page in draft.pages] for key, draft in _drafts(root).items()} == {
        "a.jpg": ["a.jpg"],
        "b.pdf": ["b.pdf"],
        "Book": ["Book/p1.tif"],
        "Letter": ["Letter/1.pdf"],
    }
    assert _messages(root) == [
        '"a.PDF" is a PDF beside pictures: it is left where it is',
        '"Book/whole.pdf" is a PDF beside pictures: it is left where it is',
    ]


def test_parents_of_a_deeper_folder_are_its_collection(tmp_path: Path) -> None:
    drafts = _drafts(_filled(tmp_path, "Atlas/1.tif", "Atlas/Asia/China/1.tif", "Atlas/Asia/notes.txt"))
    assert {key: draft.collections for key, draft in drafts.items()} == {
        "Atlas": (),
        "Atlas/Asia/China": ("Atlas/Asia",),
    }


def test_record_is_named_by_its_stem_where_no_other_has_it(tmp_path: Path) -> None:
    drafts = _drafts(_filled(tmp_path, "a.tif", "b.tif", "b.jpg", "c.tif", "c/1.tif"))
    assert {key: draft.name for key, draft in drafts.items()} == {
        "a.tif": "a",
        "b.jpg": None,
        "b.tif": None,
        "c": None,
        "c.tif": None,
    }


def test_hidden_files_and_systems_litter_are_not_seen(tmp_path: Path) -> None:
    root = _filled(
        tmp_path,
        ".DS_Store",
        "Thumbs.db",
        "Desktop.ini",
        "__MACOSX/a.tif",
        ".hidden/a.tif",
        "._a.tif",
        "~$a.xlsx",
    )
    assert folder.scan(root) == folder.Folder(root, {})


def test_files_that_are_no_pictures_are_named(tmp_path: Path) -> None:
    root = _filled(tmp_path, "a.tif", "c.xml", "b/notes.txt", "no ending", ".tif")
    assert _messages(root) == [
        f'"{name}" is no picture: it is left where it is' for name in ("b/notes.txt", "c.xml", "no ending")
    ]


@pytest.mark.parametrize(
    "name", ['it\'s “a” "vase".tif', "  two  blanks .tif", "a#b%20c?.tif", "山水/卷一.tif", "a;b|c.tif"]
)
def test_names_of_any_letters_are_kept(tmp_path: Path, name: str) -> None:
    (draft,) = _drafts(_filled(tmp_path, name)).values()
    assert draft.pages == (PageDraft(tmp_path / name, name),)


def test_name_in_decomposed_letters_is_known_in_composed_ones(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Gévaudan.tif")
    (draft,) = _drafts(_filled(tmp_path, decomposed)).values()
    assert draft.key == "Gévaudan.tif" != decomposed
    assert draft.pages[0].path == tmp_path / decomposed
    assert draft.pages[0].path.exists()


def test_names_that_differ_in_their_unicode_form_alone_are_told_and_not_taken(tmp_path: Path) -> None:
    names = {unicodedata.normalize(form, "Gévaudan.tif") for form in ("NFC", "NFD")}
    root = _filled(tmp_path, *names)
    if len(list(root.iterdir())) < 2:
        pytest.skip("this file system knows one form only")
    assert _drafts(root) == {}
    assert _messages(root) == [
        '"Gévaudan.tif" stands 2 times, its letters composed and decomposed: rename one',
    ]


def test_name_that_is_not_unicode_is_told(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.tif")).touch()
    except OSError:
        pytest.skip("this file system knows Unicode only")
    assert _drafts(tmp_path) == {}
    assert _messages(tmp_path) == ['"caf?.tif" has a name that is not Unicode: rename it']


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside = _filled(tmp_path / "outside", "secret.tif")
    root = _filled(tmp_path / "scans", "a.tif")
    (root / "b.tif").symlink_to(outside / "secret.tif")
    (root / "c").symlink_to(outside)
    (root / "d.tif").symlink_to("../outside/secret.tif")
    (root / "e.tif").symlink_to("nowhere.tif")
    (root / "f.tif").symlink_to("f.tif")
    assert list(_drafts(root)) == ["a.tif"]
    assert [message.split(":")[0] for message in _messages(root)] == [
        '"b.tif" is a link that leads out of the folder',
        '"c" is a link that leads out of the folder',
        '"d.tif" is a link that leads out of the folder',
        '"e.tif" is a link to a folder, or to nothing',
        '"f.tif" is a link to a folder, or to nothing',
    ]


def test_links_within_the_folder_are_files_and_never_a_circle(tmp_path: Path) -> None:
    root = _filled(tmp_path, "book/1.tif")
    (root / "cover.tif").symlink_to("book/1.tif")
    (root / "book" / "again").symlink_to(root, target_is_directory=True)
    assert list(_drafts(root)) == ["book", "cover.tif"]


def test_pipe_is_told_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.tif")
    assert _drafts(tmp_path) == {}
    assert _messages(tmp_path) == ['"a.tif" is no file: it is left where it is']


@pytest.mark.parametrize("name", ["nowhere", "a.tif"])
def test_root_that_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    root = _filled(tmp_path, "a.tif") / name
    with pytest.raises(Invalid, match=f'folder "{name}": is not there, or is no folder'):
        folder.scan(root)


def test_folder_that_is_reached_through_a_link_is_read(tmp_path: Path) -> None:
    _filled(tmp_path, "scans/a.tif")
    (tmp_path / "link").symlink_to("scans")
    assert list(_drafts(tmp_path / "link")) == ["a.tif"]


@pytest.mark.skipif(not KANT.exists(), reason="the shared scans are not beside the project")
def test_kants_pages_are_a_record_and_his_texts_are_surplus() -> None:
    drafts = _drafts(KANT)
    assert {key: len(draft.pages) for key, draft in drafts.items()} == {"INPUT_0020.jp2": 1, "OCR-D-IMG": 2}
    assert len(_messages(KANT)) == 5
