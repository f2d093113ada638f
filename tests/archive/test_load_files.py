"""Files are found, named and kept, whatever they are called and whatever is wrong with them."""

import unicodedata
from pathlib import Path

import pytest
from factories import bomb, book, jpeg, photograph, truncated
from intake import assets, canvases, outcomes, take_in, write_sheet

from archive.context import Context


def test_an_assets_identifier_does_not_hang_on_the_order_of_rows(context: Context, tmp_path: Path) -> None:
    rows = [["a", "x/scan.jpg"], ["b", "y/scan.jpg"], ["c", "z/other.jpg"]]
    for width, name in enumerate(("x/scan.jpg", "y/scan.jpg", "z/other.jpg"), 20):
        (tmp_path / "files" / name).parent.mkdir(parents=True)
        jpeg(tmp_path / "files" / name, photograph(width, 20))
    backwards = write_sheet(tmp_path / "sheet.csv", ["identifier", "files"], *reversed(rows))
    take_in(context, backwards, tmp_path / "files")
    assert assets(context) == {"x/scan.jpg": "a-scan", "y/scan.jpg": "b-scan", "z/other.jpg": "other"}


def test_missing_surplus_and_duplicate_files_are_named(context: Context, tmp_path: Path, scans: Path) -> None:
    (scans / "copy.jpg").write_bytes((scans / "vase.jpg").read_bytes())
    rows = [["a", "vase.jpg"], ["b", "copy.jpg|qqq.png"]]
    outcome = take_in(context, write_sheet(tmp_path / "sheet.csv", ["identifier", "files"], *rows), scans)
    told = [
        (fault.row, fault.level, fault.message) for fault in outcome.all_faults() if fault.column == "files"
    ]
    assert told == [
        (3, "error", '"qqq.png" is not in the folder: check its name'),
        (3, "note", '"copy.jpg" has the same content as "vase.jpg"'),
        (None, "note", '"Diary/page 1.jpg" is named by no row: it is left where it is'),
        (None, "note", '"Diary/page 2.jpg" is named by no row: it is left where it is'),
        (None, "note", '"Diary/page 10.jpg" is named by no row: it is left where it is'),
    ]


def test_a_file_that_is_not_there_any_more_empties_no_record(
    context: Context, tmp_path: Path, scans: Path
) -> None:
    sheet = write_sheet(
        tmp_path / "sheet.csv", ["identifier", "files"], ["diary", "Diary"], ["vase", "vase.jpg"]
    )
    take_in(context, sheet, scans)
    (scans / "vase.jpg").rename(tmp_path / "elsewhere.jpg")
    outcome = take_in(context, sheet, scans)
    assert outcomes(outcome) == {"diary": "unchanged", "vase": "refused"}
    assert "1 of the record's 1 pages would go: mend its files first" in [
        fault.message for fault in outcome.all_faults()
    ]
    assert [identifier for _, identifier, _, _ in canvases(context, "vase")] == ["vase"]
    (tmp_path / "elsewhere.jpg").rename(scans / "vase.jpg")
    assert outcomes(take_in(context, sheet, scans)) == {"diary": "unchanged", "vase": "unchanged"}


def test_ranges_are_not_counted_while_a_file_cannot_be_read(
    context: Context, tmp_path: Path, scans: Path
) -> None:
    (scans / "Diary" / "page 2.jpg").write_bytes(b"no picture")
    columns = ["identifier", "files", "ranges"]
    sheet = write_sheet(tmp_path / "sheet.csv", columns, ["diary", "Diary", "1 Start; 2-3 Rest"])
    outcome = take_in(context, sheet, scans)
    assert outcomes(outcome) == {"diary": "refused"}
    assert "ranges can't be counted while files are missing: mend these first" in [
        fault.message for fault in outcome.all_faults()
    ]
    assert assets(context) == {}


def test_one_source_that_two_assets_share_is_stored_once(context: Context, scans: Path) -> None:
    (scans / "copy.jpg").write_bytes((scans / "vase.jpg").read_bytes())
    take_in(context, scans)
    assert len(assets(context)) == 5
    assert len(list(context.store.keys("sources"))) == 4


def test_an_unreadable_file_is_named_until_it_is_mended(context: Context, scans: Path) -> None:
    page = scans / "Diary" / "page 2.jpg"
    whole = page.read_bytes()
    page.write_bytes(b"GIF89a?")
    reason = '"Diary/page 2.jpg" can\'t be read: it begins as image/gif, but its header is damaged'
    for expected in ("created", "unchanged"):
        outcome = take_in(context, scans)
        assert outcomes(outcome)["Diary"] == expected
        assert [fault.message.partition(":")[0] for fault in outcome.all_faults()] == [
            reason.partition(":")[0]
        ]
    page.write_bytes(whole)
    outcome = take_in(context, scans)
    assert (outcomes(outcome)["Diary"], outcome.is_clean) == ("updated", True)
    assert [one[1] for one in canvases(context, "Diary")] == ["page-1", "page-2", "page-10"]


@pytest.mark.parametrize("broken", ["bomb", "empty", "text", "folder link"])
def test_what_is_no_picture_is_told_and_the_rest_taken_in(
    context: Context, tmp_path: Path, broken: str
) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    jpeg(folder / "good.jpg")
    match broken:
        case "bomb":
            bomb(folder / "bad.png", 100_000, 100_000)
        case "empty":
            (folder / "bad.png").touch()
        case "text":
            (folder / "bad.png").write_text("a list of scans")
        case _:
            (folder / "bad.png").symlink_to(tmp_path, target_is_directory=True)
    outcome = take_in(context, folder)
    assert outcomes(outcome)["good.jpg"] == "created"
    assert [fault for fault in outcome.all_faults() if "bad.png" in fault.message]
    assert str(tmp_path) not in " ".join(fault.message for fault in outcome.all_faults())


def test_a_cut_off_picture_is_taken_in_for_its_pyramid_to_tell(context: Context, tmp_path: Path) -> None:
    # Only the header is read here; that pixels are missing comes to light with the pyramid.
    folder = tmp_path / "scans"
    folder.mkdir()
    truncated(jpeg(folder / "cut.jpg", photograph(200, 200)))
    assert outcomes(take_in(context, folder)) == {"cut.jpg": "created"}


def test_each_page_of_a_tiff_is_a_canvas(context: Context, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    book(folder / "letter.tif", [photograph(30, 40), photograph(50, 60), photograph(30, 40)])
    jpeg(folder / "letter-page-2.jpg", photograph(20, 20))
    take_in(context, folder)
    pages = [one[1:] for one in canvases(context, "letter")]
    assert pages[0] == ("letter", 30, 40)
    assert pages[1][0].startswith("letter-page-2-")
    assert pages[1][1:] == (50, 60)
    assert pages[2] == ("letter-page-3", 30, 40)
    assert assets(context)["letter-page-2.jpg"] == "letter-page-2"


@pytest.mark.parametrize("with_sheet", [False, True])
def test_each_page_of_a_pdf_is_a_canvas(context: Context, tmp_path: Path, with_sheet: bool) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    book(folder / "letter.pdf", [photograph(30, 40), photograph(50, 60), photograph(30, 40)])
    sheet = write_sheet(tmp_path / "sheet.csv", ["identifier", "files"], ["letter", "letter.pdf"])
    report = take_in(context, sheet, folder) if with_sheet else take_in(context, folder)
    assert report.is_clean
    assert [one[1:] for one in canvases(context, "letter")] == [
        ("letter", 30, 40),
        ("letter-page-2", 50, 60),
        ("letter-page-3", 30, 40),
    ]


def test_a_link_out_of_the_folder_is_not_followed(context: Context, tmp_path: Path, scans: Path) -> None:
    jpeg(tmp_path / "private.jpg")
    (scans / "link.jpg").symlink_to(tmp_path / "private.jpg")
    outcome = take_in(context, scans)
    assert [fault.message for fault in outcome.all_faults()] == [
        '"link.jpg" is a link that leads out of the folder: it is left where it is'
    ]
    assert "link.jpg" not in assets(context)


@pytest.mark.parametrize("name", ["../private.jpg", "x/../../private.jpg", "..\\private.jpg", "/etc/passwd"])
def test_a_sheet_reaches_no_file_outside_its_folder(
    context: Context, tmp_path: Path, scans: Path, name: str
) -> None:
    jpeg(tmp_path / "private.jpg")
    outcome = take_in(
        context, write_sheet(tmp_path / "sheet.csv", ["identifier", "files"], ["a", name]), scans
    )
    assert [fault.message for fault in outcome.outcomes[0].faults if fault.level == "error"] == [
        f'"{name}" leads out of the folder: write its name relative to the folder'
    ]
    assert assets(context) == {}


@pytest.mark.parametrize(
    ("on_disk", "in_sheet"),
    [
        (unicodedata.normalize("NFD", "Été.jpg"), unicodedata.normalize("NFC", "Été.jpg")),
        (unicodedata.normalize("NFC", "Été.jpg"), unicodedata.normalize("NFD", "Été.jpg")),
        ('the "good" scan.jpg', 'the "good" scan.jpg'),
        ("  blank  .jpg", "  blank  .jpg"),
        ("it's; really|one.jpg", "it's; really|one.jpg"),
        ("千里江山圖.jpg", "千里江山圖"),
        ("scan[1].jpg", "scan[1].jpg"),
        ("%2e%2e.jpg", "%2e%2e.jpg"),
    ],
)
def test_names_are_found_however_they_are_written(
    context: Context, tmp_path: Path, on_disk: str, in_sheet: str
) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    jpeg(folder / on_disk)
    sheet = write_sheet(tmp_path / "sheet.csv", ["identifier", "files"], ["a", in_sheet])
    outcome = take_in(context, sheet, folder)
    assert [fault.message for fault in outcome.all_faults() if fault.level == "error"] == []
    assert list(assets(context)) == [unicodedata.normalize("NFC", on_disk)]
    assert set(outcomes(take_in(context, sheet, folder)).values()) == {"unchanged"}


def test_a_very_long_cell_of_files_still_names_its_row(context: Context, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    names = [f"a rather long name of a scanned page {number:03}.jpg" for number in range(120)]
    jpeg(folder / names[0])
    for name in names[1:]:
        (folder / name).hardlink_to(folder / names[0])
    sheet = write_sheet(tmp_path / "sheet.csv", ["label", "files"], ["Diary", "|".join(names)])
    assert list(outcomes(take_in(context, sheet, folder)).values()) == ["created"]
    assert list(outcomes(take_in(context, sheet, folder)).values()) == ["unchanged"]
