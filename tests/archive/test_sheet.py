import csv
import io
import random
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from datetime import time as daytime
from pathlib import Path

import openpyxl
import pytest

from archive.errors import Invalid
from archive.ingest import sheet
from archive.ingest.faults import Fault
from archive.ingest.sheet import Row

TATE = Path(__file__).parents[3] / "shared" / "data" / "tate-artworks.csv"


def _sheet(folder: Path, content: bytes, name: str = "objects.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _cells(path: Path) -> list[dict[str, str]]:
    return [row.cells for row in sheet.read(path)]


def _workbook(folder: Path, *rows: Sequence[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    path = folder / "objects.xlsx"
    book.save(path)
    return path


def _patched(path: Path, member: str, old: bytes, new: bytes) -> Path:
    """The workbook with ``old`` replaced, as another program would have written it."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert old in members[member]
    members[member] = members[member].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


FRENCH = "label;date\nLe château de Gévaudan — l’été;vers 1850\nÉglise;1900\n"
SIMPLIFIED = "label,maker\n千里江山图,王希孟\n清明上河图,张择端\n"
TRADITIONAL = "label,maker\n千里江山圖,王希孟\n清明上河圖,張擇端\n"
JAPANESE = "label,maker\n富嶽三十六景 神奈川沖浪裏,葛飾北斎\n風神雷神図屏風,俵屋宗達\n"


@pytest.mark.parametrize(
    ("text", "encoding", "note"),
    [
        pytest.param(FRENCH, "utf-8", None, id="UTF-8"),
        pytest.param(FRENCH, "utf-8-sig", None, id="UTF-8 with a BOM"),
        pytest.param(FRENCH.replace(";", "\t"), "utf-16", None, id="Excel's Unicode text"),
        pytest.param(FRENCH, "utf-16-le", None, id="UTF-16 without a BOM"),
        pytest.param(FRENCH, "utf-16-be", None, id="UTF-16 of the other order"),
        pytest.param(FRENCH, "cp1252", "Windows-1252", id="Windows-1252"),
        pytest.param(SIMPLIFIED, "gb18030", "GB18030", id="GB18030"),
        pytest.param(TRADITIONAL, "big5", "Big5", id="Big5"),
        pytest.param(JAPANESE, "cp932", "Shift_JIS", id="Shift_JIS"),
    ],
)
def test_encoding_is_found_and_named_unless_it_is_unicode(
    tmp_path: Path, text: str, encoding: str, note: str | None
) -> None:
    path = _sheet(tmp_path, text.encode(encoding))
    read = sheet.read(path)
    plain = csv.reader(io.StringIO(text), delimiter=next(mark for mark in ";\t," if mark in text))
    header, *rows = plain
    assert [row.cells for row in read] == [dict(zip(header, row, strict=True)) for row in rows]
    assert [fault.level for fault in read.faults] == (["note"] if note else [])
    assert all(str(note) in fault.message for fault in read.faults)


@pytest.mark.parametrize("word", ["Château", "A Man’s Head", "Mädchen", "Niño"])
def test_one_accented_word_is_read_as_windows_writes_it(tmp_path: Path, word: str) -> None:
    path = _sheet(tmp_path, f"label\n{word}\n".encode("cp1252"))
    assert _cells(path) == [{"label": word}]


def test_letter_broken_after_the_first_megabyte_is_named_by_its_line(tmp_path: Path) -> None:
    lines = ["label", *(f"Gévaudan {number}" for number in range(80_000))]
    content = bytearray("\n".join(lines).encode())
    assert len(content) > 1 << 20
    place = content.index(b"\xc3", len(content) - 20)
    content[place] = 0xFF
    with pytest.raises(Invalid, match="line 80001: holds bytes that are not UTF-8"):
        sheet.read(_sheet(tmp_path, bytes(content)))


def test_byte_that_the_encoding_lacks_is_named_by_its_line(tmp_path: Path) -> None:
    content = "label\n".encode("utf-16") + b"\x00\xd8a\x00\n\x00"
    with pytest.raises(Invalid, match="line 2: holds bytes that are not UTF-16"):
        sheet.read(_sheet(tmp_path, content))


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_delimiter_is_the_one_by_which_rows_agree(tmp_path: Path, mark: str) -> None:
    rows = [
        ["label", "subject", "date"],
        ["Vase, blue; white", "a|b, c; d", "1850"],
        ["Cup", "e, f; g", "1900"],
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows(rows)
    path = _sheet(tmp_path, text.getvalue().encode())
    assert _cells(path) == [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_excels_announcement_of_the_delimiter_is_heeded_and_not_counted(tmp_path: Path) -> None:
    path = _sheet(tmp_path, b"sep=|\r\nlabel|a,b\r\nVase|1\r\n")
    assert list(sheet.read(path)) == [Row(2, {"label": "Vase", "a,b": "1"})]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system(tmp_path: Path, end: str) -> None:
    path = _sheet(tmp_path, f"label,date{end}Vase,1850{end}Cup,1900{end}".encode())
    assert _cells(path) == [{"label": "Vase", "date": "1850"}, {"label": "Cup", "date": "1900"}]


def test_rows_are_numbered_as_excel_shows_them(tmp_path: Path) -> None:
    path = _sheet(tmp_path, b'label,summary\n\nVase,"two\nlines"\n,\nCup,one\n')
    assert list(sheet.read(path)) == [
        Row(3, {"label": "Vase", "summary": "two\nlines"}),
        Row(5, {"label": "Cup", "summary": "one"}),
    ]


def test_stray_blanks_and_control_characters_are_dropped(tmp_path: Path) -> None:
    text = "\ufeff\xa0label \u200b,  date\n\u200b Vase\xa0\u3000,\u202a1850\u202c\nCup\x00\x07,a\x0bb\n"
    path = _sheet(tmp_path, text.encode())
    assert _cells(path) == [{"label": "Vase", "date": "1850"}, {"label": "Cup", "date": "a\nb"}]


def test_header_in_several_lines_and_forms_is_one_name(tmp_path: Path) -> None:
    path = _sheet(tmp_path, '"accession\nnumber",re\u0301sume\u0301\n1,2\n'.encode())
    assert sheet.read(path).columns == ("accession number", "résumé")


def test_trailing_columns_without_name_or_text_are_left_out(tmp_path: Path) -> None:
    path = _sheet(tmp_path, b"label,,\nVase,,\n")
    read = sheet.read(path)
    assert read.columns == ("label",)
    assert list(read) == [Row(2, {"label": "Vase"})]


@pytest.mark.parametrize("row", ["Vase,1850,lost", "Vase,1850,,lost"])
def test_text_in_a_column_without_a_name_is_a_fault_of_its_row(tmp_path: Path, row: str) -> None:
    (read,) = sheet.read(_sheet(tmp_path, f"label,date\n{row}\n".encode()))
    (fault,) = read.faults
    assert (fault.row, fault.column) == (2, "C" if row.count(",") == 2 else "D")
    assert fault.message.startswith('"lost" stands in a column without a name')


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "is empty: its first row must name the columns", id="empty"),
        pytest.param(b"\n ,\n\n", "is empty: its first row must name the columns", id="blank"),
        pytest.param(b"label,date,label\n", 'column "label": stands twice, as A and C: rename', id="twice"),
        pytest.param(
            b'label,date\nA,"1850\nB,1900\n', "row 2: a quotation mark is opened and never closed", id="open"
        ),
        pytest.param(b'label\n"' + b"x" * 200_000, "look above it for a quotation mark", id="endless cell"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "is not text", id="a picture"),
        pytest.param(b"\xd0\xcf\x11\xe0" + bytes(60), "save it as XLSX without a password", id="old Excel"),
        pytest.param(b"<html><table>", "is HTML or XML", id="HTML in disguise"),
        pytest.param(b"PK\x03\x04" + bytes(60), "is broken as a workbook", id="broken ZIP"),
    ],
)
def test_unreadable_sheet_is_refused_with_the_remedy(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        sheet.read(_sheet(tmp_path, content))


def test_line_without_end_is_refused_and_not_loaded(tmp_path: Path) -> None:
    path = _sheet(tmp_path, b"label\n" + b"x" * (1 << 24))
    with pytest.raises(Invalid, match="line 2: has no end"):
        sheet.read(path)


def test_archive_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "objects.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(Invalid, match="is no Excel workbook: save it as XLSX or CSV UTF-8"):
        sheet.read(path)


def test_rows_can_be_read_again(tmp_path: Path) -> None:
    read = sheet.read(_sheet(tmp_path, b"label\nVase\n"))
    assert read.count == 1
    assert list(read) == list(read) == [Row(2, {"label": "Vase"})]


def test_values_of_a_workbook_become_the_text_that_excel_shows(tmp_path: Path) -> None:
    path = _workbook(
        tmp_path,
        ["text", "zeros", "whole", "fraction", "day", "moment", "hour", "yes"],
        [
            " Vase\xa0",
            "007",
            1889.0,
            0.1 + 0.2,
            date(1950, 3, 12),
            datetime(1950, 3, 12, 10, 30),  # noqa: DTZ001 (Excel knows no zones)
            daytime(9, 5),
            True,
        ],
    )
    assert _cells(path) == [
        {
            "text": "Vase",
            "zeros": "007",
            "whole": "1889",
            "fraction": "0.3",
            "day": "1950-03-12",
            "moment": "1950-03-12T10:30:00",
            "hour": "09:05:00",
            "yes": "true",
        }
    ]


def test_number_shown_with_leading_zeros_keeps_them(tmp_path: Path) -> None:
    path = _workbook(tmp_path, ["identifier"], [42])
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A2"].number_format = "00000"
    book.save(path)
    assert _cells(path) == [{"identifier": "00042"}]


def test_formula_gives_its_stored_value(tmp_path: Path) -> None:
    path = _workbook(tmp_path, ["label", "order"], ["Vase", "=1+1"])
    _patched(path, "xl/worksheets/sheet1.xml", b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
    assert list(sheet.read(path)) == [Row(2, {"label": "Vase", "order": "2"})]


def test_formula_whose_value_is_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    path = _workbook(tmp_path, ["label", "order"], ["Vase", '=""'])
    _patched(path, "xl/worksheets/sheet1.xml", b'<c r="B2">', b'<c r="B2" t="str">')
    assert list(sheet.read(path)) == [Row(2, {"label": "Vase"})]


def test_formula_that_was_never_computed_is_a_fault_of_its_cell(tmp_path: Path) -> None:
    path = _workbook(tmp_path, ["label", "order"], ["Vase", "=1+1"])
    (row,) = sheet.read(path)
    assert row.cells == {"label": "Vase"}
    assert [(fault.row, fault.column) for fault in row.faults] == [(2, "order")]
    assert row.faults[0].message.endswith("open and save the sheet in Excel, or paste its values")


def test_formula_that_failed_is_a_fault_of_its_cell(tmp_path: Path) -> None:
    path = _workbook(tmp_path, ["label", "order"], ["Vase", "#REF!"])
    (row,) = sheet.read(path)
    assert row.faults == (Fault(2, "order", "shows #REF!: mend its formula, or type the value"),)


def test_first_visible_worksheet_with_text_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    hidden = book.worksheets[0]
    hidden.append(["secret"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Empty")
    book.create_sheet("Objects").append(["label"])
    book.worksheets[2].append(["Vase"])
    path = tmp_path / "objects.xlsx"
    book.save(path)
    assert _cells(path) == [{"label": "Vase"}]


def test_workbook_that_holds_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no visible worksheet holds anything"):
        sheet.read(_workbook(tmp_path))


def test_worksheet_larger_than_it_announces_is_read_whole(tmp_path: Path) -> None:
    path = _workbook(tmp_path, ["label", "date"], ["Vase", 1850], ["Cup", 1900])
    _patched(path, "xl/worksheets/sheet1.xml", b'<dimension ref="A1:B3"', b'<dimension ref="A1:A1"')
    assert _cells(path) == [{"label": "Vase", "date": "1850"}, {"label": "Cup", "date": "1900"}]


def test_escaped_characters_of_excel_are_read(tmp_path: Path) -> None:
    assert _cells(_workbook(tmp_path, ["label"], ["a_x000D_\nb"])) == [{"label": "a\nb"}]


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = _workbook(tmp_path, ["label"], ["Vase"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", bytes(1 << 24))
    tracemalloc.start()
    try:
        with pytest.raises(Invalid, match="more than a sheet should"):
            sheet.read(path)
        assert tracemalloc.get_traced_memory()[1] < 1 << 22
    finally:
        tracemalloc.stop()


def test_workbook_over_the_byte_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="more than a sheet should"):
        sheet.read(_workbook(tmp_path, ["label"]), byte_limit=1000)


def test_member_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path, ["label"], *(["Vase"] for _ in range(5000)))
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<L", size), struct.pack("<L", 200)))
    with pytest.raises(Invalid, match="is broken as a workbook"):
        list(sheet.read(path))


def test_entity_bomb_in_a_workbook_is_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path, ["label"], ["Vase"])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet '
    _patched(path, "xl/worksheets/sheet1.xml", b"<worksheet ", bomb)
    with pytest.raises(Invalid, match="is broken as a workbook"):
        list(sheet.read(path))


def test_workbook_broken_anywhere_is_read_or_refused(tmp_path: Path) -> None:
    whole = _workbook(tmp_path, ["label", "date"], ["Vase", date(1950, 1, 1)], ["Cup", "=1"]).read_bytes()
    for broken in _broken(whole, random.Random(7)):
        with suppress(Invalid):
            list(sheet.read(_sheet(tmp_path, broken, "broken.xlsx")))


def _broken(whole: bytes, chance: random.Random) -> Iterator[bytes]:
    for _ in range(60):
        yield whole[: chance.randrange(4, len(whole))]
        flipped = bytearray(whole)
        flipped[chance.randrange(4, len(whole))] ^= 1 << chance.randrange(8)
        yield bytes(flipped)


def test_rows_stream_in_bounded_memory_and_time(tmp_path: Path) -> None:
    cells = ["x" * 40] * 10
    text = "\n".join(
        [",".join(f"c{number}" for number in range(10)), *(",".join(cells) for _ in range(20_000))]
    )
    read = sheet.read(_sheet(tmp_path, text.encode()))
    start = time.process_time()
    assert sum(1 for _ in read) == 20_000
    assert time.process_time() - start < 2
    tracemalloc.start()
    for _, _row in zip(range(2000), read, strict=False):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


@pytest.mark.skipif(not TATE.exists(), reason="the shared sheets are not beside the project")
def test_tates_sheet_is_read_as_it_is() -> None:
    rows = list(sheet.read(TATE))
    assert len(rows) == 1500
    assert rows[1].number == 3
    assert rows[1].cells["dimensions"] == "support: 900 x 699 mm\nframe: 1080 x 875 x 78 mm"
