"""The text of pages goes with its record: into sheets, static copies and backups."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from intake import outcomes, take_in
from sqlalchemy import event
from test_texts_taken import alto, book

from archive import work
from archive.context import Context
from archive.export import sheet, static
from archive.services import records
from iiif.presentation import gate

__all__ = ["book"]


@pytest.mark.parametrize(
    ("files", "cell"),
    [
        pytest.param(
            {"leaf-1.xml": "one", "leaf-2.xml": "two"}, "Book/leaf-1.xml|Book/leaf-2.xml", id="each"
        ),
        pytest.param({"leaf-2.xml": "two"}, "|Book/leaf-2.xml", id="one of them"),
        pytest.param({}, None, id="none"),
    ],
)
def test_sheet_names_the_texts_and_is_read_again(
    context: Context, book: Path, files: dict[str, str], cell: str | None
) -> None:
    for name, text in files.items():
        alto(book / "Book" / name, text)
    take_in(context, book)

    sheet.write(context, book.parent / "out.csv")

    with (book.parent / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row.get("texts") == cell
    assert outcomes(take_in(context, book.parent / "out.csv", book)) == {"Book": "unchanged"}


def test_static_copy_has_the_lines_in_its_manifest(context: Context, book: Path, tmp_path: Path) -> None:
    alto(book / "Book" / "leaf-1.xml")
    take_in(context, book)
    work.drain(context)

    static.write(context, "Book", folder=tmp_path / "copy", url="https://example.org/copy")

    drawn = json.loads((tmp_path / "copy" / "manifest.json").read_text())
    gate.check(drawn)
    (page,) = drawn["items"][0]["annotations"]
    assert [(one["body"]["value"], one["target"]) for one in page["items"]] == [
        ("Muth", "https://example.org/copy/iiif/canvas/Book-1#xywh=1,2,30,8")
    ]
    assert "annotations" not in drawn["items"][1]


@contextmanager
def _queries(context: Context) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(context.sessions.engine, "before_cursor_execute", note)
    yield asked
    event.remove(context.sessions.engine, "before_cursor_execute", note)


def test_texts_cost_a_manifest_no_query(context: Context, book: Path) -> None:
    take_in(context, book)
    with _queries(context) as without, context.sessions() as session:
        records.find(session, "Book")
    alto(book / "Book" / "leaf-1.xml")
    take_in(context, book)
    with _queries(context) as asked, context.sessions() as session:
        record = records.find(session, "Book")

    assert record.canvases[0].text
    assert len(asked) == len(without) <= 8
