"""What is written out as a sheet, and taken in again by another archive, is the same there."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from catalogue import save
from factories import book, jpeg, photograph
from sqlalchemy import select
from test_manifests import BOOK

from archive.config import Settings
from archive.context import Context, initialise, open_context
from archive.export import sheet
from archive.ingest import load, sources
from archive.models import Annotation, Record
from archive.services import records
from archive.services.drafts import Dates, Draft
from archive.services.views import CanvasView, RecordView

_DESCRIPTION = (
    "identifier", "label", "summary", "rights", "required_statement", "metadata_pairs", "maker", "type",
    "subject", "place", "language", "date", "first_year", "last_year", "accession_number", "visibility",
    "embargo_until", "behavior", "viewing_direction", "nav_date", "properties",
)  # fmt: skip
_ROWS: list[dict[str, str]] = [
    {
        "identifier": "Or.8210/S.1",
        "label@en": "A scroll",
        "label@zh-Hant": "卷",
        "summary": "Two lines;\nof text | with marks",
        "maker@en": "Wang|Li",
        "maker": "無名",
        "subject": "silk|river",
        "date@en": "c. 1113",
        "date@fr": "vers 1113",
        "place": "Kaifeng",
        "language": "Chinese",
        "type": "painting",
        "rights": "CC0",
        "collection": "Paintings/Song;Highlights",
        "order": "3",
        "accession number": "1-25",
        "visibility": "public",
        "behavior": "unordered|no-repeat",
        "viewing direction": "right-to-left",
        "attribution@en": "The Museum",
        "attribution@fr": "Le Musée",
        "files": "scan.jpg|book.tif",
        "pages@en": "recto|verso",
        "pages@zh": "正",
        "ranges@en": "1-2 All; >1 First",
        "ranges@fr": "1-2 Tout; >1 Premier",
        "layers@en": "1 = Visible light\n1 infrared.jpg = Infrared",
        "layers@fr": "1 = Visible\n1 infrared.jpg = Infrarouge",
        "annotations@en": "1 10,20,30,10 A junk\n2 A later hand",
        "annotations@zh-Hant": "1 10,20,30,10 船\n2 後筆",
        "nav date": "1113",
        "properties": '{"seeAlso": [{"id": "https://example.org/1", "type": "Dataset"}]}',
        "page properties": '{"2": {"navDate": "1113-05-01T00:00:00Z"}}',
        "range properties": '{"2": {"behavior": ["no-nav"]}}',
        "Support@en": "silk",
        "Technique": 'ink; color, on "silk"',
        "Support@fr": "soie",
    },
    {
        "identifier": "b",
        "label@en": "Second",
        "visibility": "embargo",
        "embargo until": "2031-05-06",
        "Weight (g)": "12",
    },
    {
        "identifier": "c",
        "label@en": "Third",
        "visibility": "draft",
        "date": "n.d.",
        "Support@en": "paper",
        "Technique": "drawing",
        "Weight (g)": "3.50",
    },
]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Context]:
    """Another archive with nothing in it, on SQLite."""
    opened = open_context(Settings(data_dir=tmp_path / "another"))
    initialise(opened)
    yield opened
    opened.close()


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """The folder of the sheet's files."""
    folder = tmp_path / "scans"
    folder.mkdir()
    jpeg(folder / "scan.jpg")
    jpeg(folder / "infrared.jpg", photograph(40, 30))
    book(folder / "book.tif", [photograph(30, 40)])
    return folder


def test_a_sheet_that_went_out_comes_in_as_the_same_records(
    context: Context, other: Context, tmp_path: Path, scans: Path
) -> None:
    _write(tmp_path / "sheet.csv", _ROWS)
    _take_in(context, tmp_path / "sheet.csv", scans)
    assert sheet.write(context, tmp_path / "out.csv") == 3
    _take_in(other, tmp_path / "out.csv", scans)
    assert _records(other) == _records(context)


def test_taken_in_where_it_came_from_it_changes_nothing(
    context: Context, tmp_path: Path, scans: Path
) -> None:
    _write(tmp_path / "sheet.csv", _ROWS)
    _take_in(context, tmp_path / "sheet.csv", scans)
    sheet.write(context, tmp_path / "out.csv")
    assert _take_in(context, tmp_path / "out.csv", scans) == {"unchanged": 3}


def test_a_folder_of_scans_comes_back_with_its_files(
    context: Context, other: Context, tmp_path: Path, scans: Path
) -> None:
    (scans / "Été [1]").mkdir()
    jpeg(scans / "Été [1]" / 'the "good" one.jpg')
    _take_in(context, scans)
    sheet.write(context, tmp_path / "out.csv")
    _take_in(other, tmp_path / "out.csv", scans)
    assert _records(other) == _records(context)


def test_the_sheet_has_only_columns_that_are_filled_and_reads_in_excel(
    context: Context, tmp_path: Path
) -> None:
    save(context, Draft(key="1", identifier="a", label={"none": ["A"]}))
    sheet.write(context, tmp_path / "out.csv")
    content = (tmp_path / "out.csv").read_bytes()
    assert content.decode("utf-8") == "\ufeffidentifier,label,visibility\r\na,A,public\r\n"


def test_withdrawn_records_are_left_out(context: Context, tmp_path: Path) -> None:
    save(context, Draft(key="1", identifier="a", label={"none": ["A"]}))
    with context.sessions.begin() as session:
        records.withdraw(session, "a")
    assert sheet.write(context, tmp_path / "out.csv") == 0
    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig") == "\n"


def test_metadata_keep_the_order_that_all_records_agree_on(context: Context, tmp_path: Path) -> None:
    for names in ("AC", "ABC", "BCD"):
        save(context, _draft(names))
    sheet.write(context, tmp_path / "out.csv")
    assert _header(tmp_path / "out.csv") == ["identifier", "label@en", "visibility", "A", "B", "C", "D"]


def test_orders_that_contradict_each_other_still_give_every_column(context: Context, tmp_path: Path) -> None:
    for names in ("AB", "BA"):
        save(context, _draft(names))
    sheet.write(context, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row["A"], row["B"]) for row in csv.DictReader(file)] == [
            ("in AB", "in AB"),
            ("in BA", "in BA"),
        ]


def test_metadata_with_a_fields_name_are_not_read_as_the_field(
    context: Context, other: Context, tmp_path: Path
) -> None:
    pairs = (({"en": ["Title"]}, {"none": ["Inscribed: vase"]}), ({"none": ["mail@home"]}, {"none": ["yes"]}))
    save(context, Draft(key="1", identifier="a", label={"en": ["A vase"]}, metadata_pairs=pairs))
    sheet.write(context, tmp_path / "out.csv")
    _take_in(other, tmp_path / "out.csv")
    with other.sessions() as session:
        read = records.find(session, "a")
    assert read.label == {"en": ["A vase"]}
    assert read.metadata_pairs == (
        ({"none": ["Title (metadata)"]}, {"none": ["Inscribed: vase"]}),
        ({"none": ["mail@home"]}, {"none": ["yes"]}),
    )


def test_what_a_sheet_cannot_say_comes_back_legible(context: Context, other: Context, tmp_path: Path) -> None:
    draft = Draft(
        key="1",
        identifier="a",
        label={"en": ["One", "Two"]},
        subject={"en": ["Paris; France", "night"]},
        dates=Dates({"en": ["1850"]}, 1850, 1850),
        embargo_until=None,
    )
    save(context, draft)
    sheet.write(context, tmp_path / "out.csv")
    _take_in(other, tmp_path / "out.csv")
    with other.sessions() as session:
        read = records.find(session, "a")
    assert (read.label, read.subject) == ({"en": ["One|Two"]}, {"en": ["Paris, France", "night"]})


def test_what_is_more_than_a_plain_note_is_left_out(context: Context, tmp_path: Path, scans: Path) -> None:
    _write(tmp_path / "sheet.csv", _ROWS)
    _take_in(context, tmp_path / "sheet.csv", scans)
    with context.sessions.begin() as session:
        on_page_two = session.scalars(select(Annotation).where(Annotation.target.is_(None))).all()
        for one in on_page_two:
            one.motivation = ("tagging",)
    sheet.write(context, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["annotations@en"] for row in csv.DictReader(file)] == ["1 10,20,30,10 A junk", "", ""]


def test_nothing_is_said_of_pages_that_no_sheet_can_count(
    context: Context, other: Context, tmp_path: Path
) -> None:
    (tmp_path / "book.json").write_text(json.dumps(BOOK), encoding="utf-8")
    _take_in(context, tmp_path / "book.json")
    sheet.write(context, tmp_path / "out.csv")
    assert _header(tmp_path / "out.csv") == ["identifier", "label@en", "visibility"]
    _take_in(other, tmp_path / "out.csv")


def _draft(names: str) -> Draft:
    """A record that is called what its metadata's labels are."""
    pairs = tuple(({"none": [name]}, {"none": [f"in {names}"]}) for name in names)
    return Draft(key=names, identifier=names, label={"en": ["x"]}, metadata_pairs=pairs)


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)


def _take_in(context: Context, *paths: Path) -> dict[str, int]:
    report = load.load(context, sources.open_source(list(paths), byte_limit=1 << 20))
    assert [fault.message for fault in report.all_faults() if fault.level == "error"] == []
    return dict(report.counts())


def _records(context: Context) -> list[dict[str, Any]]:
    """All that a sheet says of every record."""
    with context.sessions() as session:
        found = session.scalars(select(Record).order_by(Record.identifier)).all()
        return [_described(records.load(session, record)) for record in found]


def _described(record: RecordView) -> dict[str, Any]:
    return {
        **{name: getattr(record, name) for name in _DESCRIPTION},
        "shelves": sorted((one.path, one.position) for one in record.collections),
        "pages": [
            (view.label, view.asset and (view.asset.name, view.asset.page), view.properties, _said(view))
            for view in record.canvases
        ],
        "ranges": [
            (one.label, [canvas.position for canvas in one.canvases], len(one.ranges))
            for one in records.flat(record.ranges)
        ],
    }


def _said(view: CanvasView) -> list[Any]:
    return [
        (one.motivation, one.body, one.target, page.paints) for page in view.pages for one in page.annotations
    ]


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))
