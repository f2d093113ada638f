"""What is taken in for the bearer of a token stays in the collection of the token."""

import json
from pathlib import Path
from typing import Any

import pytest
from intake import outcomes, take_in, write_sheet
from sqlalchemy import select

from archive.context import Context
from archive.models import Activity, Collection, Record
from archive.services import records
from archive.services.access import Reader

CUPS = Reader(1, "cups", writes=True, path="Ceramics/Cups")


@pytest.fixture(autouse=True)
def sheet(context: Context, tmp_path: Path) -> None:
    """A sheet of others' records, and the collection of the token."""
    columns = ["id", "label", "collection"]
    rows = [["vase", "Vase", "Ceramics/Vases"], ["both", "Both", "Ceramics/Vases|Ceramics/Cups"]]
    take_in(context, write_sheet(tmp_path / "all.csv", columns, *rows))


def test_records_that_name_no_collection_stand_in_the_tokens(context: Context, tmp_path: Path) -> None:
    given = write_sheet(tmp_path / "cups.csv", ["id", "label"], ["cup", "Cup"])
    assert outcomes(take_in(context, given, reader=CUPS)) == {"cup": "created"}
    with context.sessions() as session:
        (shelf,) = records.find(session, "cup").collections
    assert shelf.identifier == "Ceramics-Cups"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["vase", "Mine", ""], 'record "vase" is not in the collection of the token "cups"'),
        (["new", "New", "Ceramics/Vases"], 'collection "Ceramics-Vases" is not in that of the token "cups"'),
        (["new", "New", "Ceramics"], 'collection "Ceramics" is not in that of the token "cups"'),
        (
            ["new", "New", "Ceramics/Cups 2"],
            'collection "Ceramics-Cups-2" is not in that of the token "cups"',
        ),
        (["both", "Mine", "Ceramics/Cups"], 'collection "Ceramics-Vases" is not in that of the token "cups"'),
    ],
    ids=["another's record", "another collection", "one above", "a new one beside", "out of another's"],
)
def test_a_row_that_leads_out_of_the_collection_is_refused(
    context: Context, tmp_path: Path, row: list[str], reason: str
) -> None:
    before = _written(context)
    given = write_sheet(tmp_path / "cups.csv", ["id", "label", "collection"], row)
    (outcome,) = take_in(context, given, reader=CUPS).outcomes
    assert (outcome.outcome, [fault.message for fault in outcome.faults]) == ("refused", [reason])
    assert _written(context) == before


def test_a_record_of_several_collections_is_edited_where_it_stands(context: Context, tmp_path: Path) -> None:
    row = ["both", "Edited", "Ceramics/Vases|Ceramics/Cups"]
    given = write_sheet(tmp_path / "cups.csv", ["id", "label", "collection"], row)
    assert outcomes(take_in(context, given, reader=CUPS)) == {"both": "updated"}


def test_others_records_of_a_sheet_are_not_told_to_be_gone(context: Context, tmp_path: Path) -> None:
    given = write_sheet(tmp_path / "all.csv", ["id", "label"], ["cup", "Cup"])
    assert outcomes(take_in(context, given, reader=CUPS)) == {"cup": "created", "both": "gone"}


def test_collections_that_are_given_stand_below_the_tokens(context: Context, tmp_path: Path) -> None:
    _write(tmp_path / "iiif", _collection("top", "below"), _collection("below", "m"), _manifest("m"))
    take_in(context, tmp_path / "iiif", reader=CUPS)
    with context.sessions() as session:
        paths = set(session.scalars(select(Collection.path).where(Collection.source_id.is_not(None))))
        (shelf,) = records.find(session, "m").collections
    assert paths == {"Ceramics/Cups/top", "Ceramics/Cups/top/below"}
    assert shelf.identifier == "Ceramics-Cups-top-below"


def test_collections_that_others_gave_are_left_alone(context: Context, tmp_path: Path) -> None:
    _write(tmp_path / "iiif", _collection("top", "below"), _collection("below"))
    take_in(context, tmp_path / "iiif")
    before = _written(context)
    _write(tmp_path / "iiif", _collection("top", "below", "more"), _collection("more", "m"), _manifest("m"))
    report = take_in(context, tmp_path / "iiif", reader=CUPS)
    assert set(outcomes(report).values()) == {"refused"}
    assert _written(context) == before


def _written(context: Context) -> list[Any]:
    """Everything that an ingest would have written."""
    with context.sessions() as session:
        return [
            session.execute(select(Record.identifier, Record.label, Record.revision)).all(),
            session.execute(select(Collection.path, Collection.revision, Collection.properties)).all(),
            session.scalars(select(Activity.id)).all(),
        ]


def _write(folder: Path, *documents: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    for one in documents:
        name = one["id"].rpartition("/")[2]
        (folder / f"{name}.json").write_text(json.dumps(one))


def _uri(name: str) -> str:
    return f"https://partner.example/{name}"


def _collection(name: str, *members: str) -> dict[str, Any]:
    kinds = {one: "Manifest" if one == "m" else "Collection" for one in members}
    items = [{"id": _uri(one), "type": kind, "label": {"en": [one]}} for one, kind in kinds.items()]
    return _headed(name, "Collection", items)


def _manifest(name: str) -> dict[str, Any]:
    canvas = {"id": _uri(f"{name}/1"), "type": "Canvas", "width": 10, "height": 10}
    return _headed(name, "Manifest", [canvas])


def _headed(name: str, kind: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    context = "http://iiif.io/api/presentation/3/context.json"
    return {"@context": context, "id": _uri(name), "type": kind, "label": {"en": [name]}, "items": items}
