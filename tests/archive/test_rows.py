import csv
import datetime as dt
import io
import time
from dataclasses import replace
from pathlib import Path

import pytest

from archive.ingest import folder, sheet
from archive.ingest.columns import NO_MAP, ColumnMap
from archive.ingest.faults import Entry, Fault
from archive.ingest.files import Holdings
from archive.ingest.rows import ATTRIBUTION, SheetSource
from archive.services.drafts import Dates, Draft, PageDraft, RangeDraft


def _source(
    place: Path, *rows: dict[str, str], columns_map: ColumnMap = NO_MAP, files: str = ""
) -> SheetSource:
    """The source of a sheet with ``rows``, and of a folder with ``files`` if there are any."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    (place / "objects.csv").write_text(text.getvalue(), encoding="utf-8")
    for name in files.split():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).touch()
    holdings = Holdings(folder.scan(place)) if files else None
    return SheetSource(
        "objects.csv", sheet.read(place / "objects.csv"), columns_map=columns_map, holdings=holdings
    )


def _entry(place: Path, on_disk: str = "", /, **cells: str) -> Entry:
    (entry,) = _source(
        place, {name.replace("_", " "): text for name, text in cells.items()}, files=on_disk
    ).entries()
    return entry


def _draft(place: Path, on_disk: str = "", /, **cells: str) -> Draft:
    entry = _entry(place, on_disk, **cells)
    assert entry.draft is not None, entry.faults
    return entry.draft


def test_every_field_of_a_row_comes_into_its_draft(tmp_path: Path) -> None:
    row = {
        "identifier": "or-8210",
        "label": "Scroll",
        "label@zh-Hant": "卷",
        "summary@en": "A long scroll; unrolled",
        "rights": "CC0",
        "attribution@en": "The museum",
        "medium": "Ink",
        "medium@fr": "Encre",
        "maker@en": "Wang Xi, court painter|unknown",
        "type": "painting",
        "subject": "river; mountains",
        "place": "Dunhuang",
        "language": "zh|bo",
        "date": "唐代",
        "accession number": "Or.8210/S.1",
        "visibility": "embargo",
        "embargo until": "2030-01-31",
        "behavior": "continuous",
        "viewing direction": "rtl",
        "collection": "Scrolls/Tang; Treasures",
        "order": "3",
        "files": "scroll",
        "pages": "Title|River",
        "ranges": "1 Title page\n2- River",
    }
    (entry,) = _source(tmp_path, row, files="scroll/1.tif scroll/2.tif").entries()
    assert entry == Entry(
        2,
        "or-8210",
        Draft(
            key="or-8210",
            identifier="or-8210",
            label={"none": ["Scroll"], "zh-Hant": ["卷"]},
            summary={"en": ["A long scroll; unrolled"]},
            rights="http://creativecommons.org/publicdomain/zero/1.0/",
            required_statement=(ATTRIBUTION, {"en": ["The museum"]}),
            metadata_pairs=(({"none": ["medium"]}, {"none": ["Ink"], "fr": ["Encre"]}),),
            maker={"en": ["Wang Xi, court painter", "unknown"]},
            type={"none": ["painting"]},
            subject={"none": ["river", "mountains"]},
            place={"none": ["Dunhuang"]},
            language={"none": ["zh", "bo"]},
            dates=Dates({"none": ["唐代"]}, 618, 907),
            accession_number="Or.8210/S.1",
            visibility="embargo",
            embargo_until=dt.date(2030, 1, 31),
            behavior=("continuous",),
            viewing_direction="right-to-left",
            collections=("Scrolls/Tang", "Treasures"),
            order=3,
            pages=(
                PageDraft(tmp_path / "scroll/1.tif", "scroll/1.tif", {"none": ["Title"]}),
                PageDraft(tmp_path / "scroll/2.tif", "scroll/2.tif", {"none": ["River"]}),
            ),
            ranges=(RangeDraft({"none": ["Title page"]}, (1,)), RangeDraft({"none": ["River"]}, (2,))),
        ),
    )


def test_metadata_stand_in_the_order_of_the_sheet(tmp_path: Path) -> None:
    draft = _draft(tmp_path, medium="Ink", label="Vase", size="12 cm; 3 kg", Condition="good")
    assert draft.metadata_pairs == (
        ({"none": ["medium"]}, {"none": ["Ink"]}),
        ({"none": ["size"]}, {"none": ["12 cm; 3 kg"]}),
        ({"none": ["Condition"]}, {"none": ["good"]}),
    )


def test_all_faults_of_a_row_are_told_and_stop_it(tmp_path: Path) -> None:
    entry = _entry(
        tmp_path, label="Vase", rights="mine", order="first", viewing_direction="up", visibility="hidden"
    )
    assert entry.draft is None
    assert [(fault.row, fault.column, fault.level) for fault in entry.faults] == [
        (2, "visibility", "error"),
        (2, "rights", "error"),
        (2, "viewing direction", "error"),
        (2, "order", "error"),
    ]


def test_bad_row_stops_no_other(tmp_path: Path) -> None:
    source = _source(tmp_path, {"label": "A", "order": "x"}, {"label": "B", "order": "2"})
    assert [(entry.row, entry.draft is not None) for entry in source.entries()] == [(2, False), (3, True)]


def test_date_that_is_not_understood_is_kept_with_a_note(tmp_path: Path) -> None:
    entry = _entry(tmp_path, label="Vase", date="in grandfather's time")
    assert entry.draft is not None
    assert entry.draft.dates == Dates({"none": ["in grandfather's time"]})
    assert [(fault.row, fault.column, fault.level) for fault in entry.faults] == [(2, "date", "note")]


def test_date_that_is_not_known_needs_no_note(tmp_path: Path) -> None:
    entry = _entry(tmp_path, label="Vase", date="n.d.")
    assert entry.draft is not None
    assert entry.draft.dates == Dates({"none": ["n.d."]})
    assert entry.faults == ()


def test_years_come_from_the_first_language_that_is_understood(tmp_path: Path) -> None:
    (entry,) = _source(tmp_path, {"label": "Vase", "date@zz": "foo", "date@en": "1850s"}).entries()
    assert entry.draft is not None
    assert entry.draft.dates == Dates({"zz": ["foo"], "en": ["1850s"]}, 1850, 1859)
    assert entry.faults == ()


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        ({"label": "L", "files": "a.tif", "accession number": "N1", "identifier": "I"}, "I"),
        ({"label": "L", "files": "a.tif", "accession number": "N1"}, "N1"),
        ({"label": "L", "files": "a.tif"}, "a.tif"),
        ({"label": "L"}, "L"),
        ({"label": "", "medium": "Ink"}, "row 2"),
    ],
)
def test_key_is_the_steadiest_name_of_the_row(tmp_path: Path, cells: dict[str, str], key: str) -> None:
    (entry,) = _source(tmp_path, cells, files="a.tif").entries()
    assert entry.key == key


def test_row_without_label_shows_its_key_and_says_so(tmp_path: Path) -> None:
    (entry,) = _source(tmp_path, {"identifier": "N1", "label": ""}).entries()
    assert entry.draft is not None
    assert entry.draft.label == {"none": ["N1"]}
    assert entry.faults == (Fault(2, "label", 'has no label: "N1" stands for it', "note"),)


@pytest.mark.parametrize(
    ("cells", "visibility", "until"),
    [
        ({}, "public", None),
        ({"visibility": "draft"}, "draft", None),
        ({"embargo_until": "2030-01-31"}, "embargo", dt.date(2030, 1, 31)),
        ({"visibility": "embargo", "embargo_until": "2030-01-31"}, "embargo", dt.date(2030, 1, 31)),
    ],
)
def test_visibility_is_public_unless_the_row_says_other(
    tmp_path: Path, cells: dict[str, str], visibility: str, until: dt.date | None
) -> None:
    draft = _draft(tmp_path, label="Vase", **cells)
    assert (draft.visibility, draft.embargo_until) == (visibility, until)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"visibility": "embargo"}, "is embargo without a day"),
        ({"visibility": "public", "embargo_until": "2030-01-31"}, "is given, but the visibility is public"),
        ({"embargo_until": "soon"}, 'day "soon": write it as year-month-day'),
    ],
)
def test_doubtful_visibility_stops_the_row(tmp_path: Path, cells: dict[str, str], message: str) -> None:
    entry = _entry(tmp_path, label="Vase", **cells)
    assert entry.draft is None
    assert entry.faults[0].message.startswith(message)


def test_defaults_fill_what_a_row_leaves_empty(tmp_path: Path) -> None:
    columns_map = replace(
        NO_MAP, defaults={"rights": "CC0", "collection": "All", "maker": "unknown"}, language="en"
    )
    rows = [{"label": "A", "collection": ""}, {"label": "B", "collection": "Maps"}]
    first, second = (entry.draft for entry in _source(tmp_path, *rows, columns_map=columns_map).entries())
    assert first is not None
    assert second is not None
    assert first.rights == "http://creativecommons.org/publicdomain/zero/1.0/"
    assert first.label == {"en": ["A"]}
    assert first.maker == {"en": ["unknown"]}
    assert (first.collections, second.collections) == (("All",), ("Maps",))


def test_missing_file_is_told_and_the_record_keeps_the_others(tmp_path: Path) -> None:
    entry = _entry(tmp_path, "a.tif", label="Vase", files="a.tif|lost.tif")
    assert entry.draft is not None
    assert [page.name for page in entry.draft.pages] == ["a.tif"]
    assert [(fault.column, fault.level) for fault in entry.faults] == [("files", "error")]


@pytest.mark.parametrize("cells", [{"pages": "recto|verso"}, {"ranges": "1 Recto; 2 Verso"}])
def test_missing_file_stops_a_row_that_counts_its_pages(tmp_path: Path, cells: dict[str, str]) -> None:
    entry = _entry(tmp_path, "a.tif", label="Vase", files="lost.tif|a.tif", **cells)
    assert entry.draft is None
    assert any("can't be counted while files are missing" in fault.message for fault in entry.faults)


def test_page_without_a_label_may_stand_between_others(tmp_path: Path) -> None:
    draft = _draft(tmp_path, "a.tif b.tif c.tif", label="Vase", files="*.tif", pages="recto||verso")
    assert [page.label for page in draft.pages] == [{"none": ["recto"]}, {}, {"none": ["verso"]}]


def test_more_labels_than_pages_stop_the_row(tmp_path: Path) -> None:
    entry = _entry(tmp_path, "a.tif", label="Vase", files="a.tif", pages="recto|verso")
    assert entry.draft is None
    assert entry.faults[0].message.startswith("has 2 labels for 1 pages")


def test_files_without_a_folder_are_told(tmp_path: Path) -> None:
    entry = _entry(tmp_path, label="Vase", files="a.tif")
    assert [fault.message for fault in entry.faults] == [
        '"a.tif" is in no folder: give the folder of the files with the sheet'
    ]


def test_sheet_without_files_column_has_the_files_of_its_names(tmp_path: Path) -> None:
    draft = _draft(tmp_path, "N00106.tif N00107.tif", label="Head", accession_number="N00106")
    assert [page.name for page in draft.pages] == ["N00106.tif"]


def test_row_that_leaves_its_files_empty_has_none(tmp_path: Path) -> None:
    rows = [
        {"identifier": "a", "label": "A", "files": ""},
        {"identifier": "b", "label": "B", "files": "b.tif"},
    ]
    first, _ = _source(tmp_path, *rows, files="a.tif b.tif").entries()
    assert first.draft is not None
    assert (first.draft.pages, first.faults) == ((), ())


def test_leftovers_are_the_files_that_no_row_names_but_the_sheet(tmp_path: Path) -> None:
    source = _source(tmp_path, {"label": "A", "files": "a.tif"}, files="a.tif b.tif")
    list(source.entries())
    assert [fault.message for fault in source.leftovers()] == [
        '"b.tif" is named by no row: it is left where it is'
    ]


def test_source_can_be_read_again(tmp_path: Path) -> None:
    source = _source(tmp_path, {"label": "A"}, {"label": "B"})
    assert list(source.entries()) == list(source.entries())


def test_thousands_of_rows_are_read_in_a_second(tmp_path: Path) -> None:
    rows = [
        {
            "id": f"N{number}",
            "title": "A Head",
            "date": f"c.{1700 + number % 200}",
            "subject": "man|head",
            "size": "1 m",
        }
        for number in range(3000)
    ]
    source = _source(tmp_path, *rows)
    start = time.process_time()
    assert sum(entry.draft is not None for entry in source.entries()) == 3000
    assert time.process_time() - start < 1.5
