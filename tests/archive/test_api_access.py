"""What is hidden is hidden at every exit: each address is asked for all of records that nobody may see."""

import re
from collections.abc import Iterator
from pathlib import Path

import museum
import pytest
from factories import jpeg, photograph
from flask import Flask
from intake import take_in, write_sheet
from sqlalchemy import select

from archive import work
from archive.config import Settings
from archive.context import Context
from archive.models import Annotation, AnnotationPage, Asset, Canvas, Range, Record
from archive.services import records

WORD = "xylograph"
HIDDEN = {"a-draft": "draft", "a-restricted": "restricted", "an-embargo": "embargo", "gone": "public"}
_PART = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.fixture(scope="module")
def archive(template: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The archive and a record of each hidden kind, whose every text has the word; it is only read."""
    folder = tmp_path_factory.mktemp("hidden")
    with museum.duplicate(template, folder) as settings, museum.application(settings) as app:
        _hide(app, folder)
        yield app


def _hide(app: Flask, folder: Path) -> None:
    columns = [
        "identifier",
        "label",
        "summary",
        "files",
        "visibility",
        "embargo until",
        "pages",
        "ranges",
        "annotations",
    ]
    rows = []
    for name, visibility in HIDDEN.items():
        jpeg(folder / f"{name}.jpg", photograph(60 + len(name), 40))
        until = "2999-01-01" if visibility == "embargo" else ""
        rows.append(
            [
                name,
                f"{WORD} a",
                f"{WORD} b",
                f"{name}.jpg",
                visibility,
                until,
                f"{WORD} c",
                f"1 {WORD} d",
                f"1 {WORD} e",
            ]
        )
    context: Context = app.extensions["mogao"]
    report = take_in(context, write_sheet(folder / "s.csv", columns, *rows), folder)
    assert report.counts() == {"created": len(HIDDEN)}
    work.drain(context)
    with context.sessions.begin() as session:
        records.withdraw(session, "gone")


def test_no_address_tells_of_what_is_hidden(archive: Flask) -> None:
    client = archive.test_client()
    asked = list(_addresses(archive))
    assert len(asked) > 150
    for address in asked:
        with client.get(address) as answer:
            assert WORD not in answer.get_data(as_text=True), address
            assert answer.status_code in {200, 302, 303, 308, 400, 404, 406, 410}, (
                address,
                answer.status_code,
            )


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize(
    "address",
    [
        "/iiif/manifest/{record}",
        "/iiif/2/manifest/{record}",
        "/iiif/canvas/{canvas}",
        "/iiif/annotation/{annotation}",
        "/iiif/annotations/{canvas}/painting",
        "/iiif/annotations/{canvas}/comments",
        "/iiif/range/{range}",
        "/iiif/image/3/{asset}/info.json",
        "/iiif/image/2/{asset}/info.json",
        "/iiif/image/3/{asset}/full/max/0/default.jpg",
        "/iiif/image/3/{asset}/0,0,40,40/max/0/default.png",
        "/file/{asset}",
        "/api/records/{record}",
        "/record/{record}",
        "/api/records/{record}/revisions",
        "/api/records/{record}/ranges",
        "/api/ranges/{range}",
        "/api/records/{record}?revision=1",
    ],
)
def test_each_part_is_not_found_or_gone(archive: Flask, name: str, address: str) -> None:
    names = _names(archive, name)
    with archive.test_client().get(address.format_map(names)) as answer:
        assert answer.status_code == (410 if name == "gone" else 404)


def _names(app: Flask, record: str) -> dict[str, str]:
    """An identifier of each kind that belongs to the record."""
    context: Context = app.extensions["mogao"]
    with context.sessions() as session:
        key = session.scalars(select(Record.id).where(Record.identifier == record)).one()
        found = {"record": record}
        for kind, name in ((Canvas, "canvas"), (Range, "range"), (Asset, "asset")):
            found[name] = session.scalars(select(kind.identifier).where(kind.record_id == key)).first() or ""
        said = select(Annotation.identifier).join(AnnotationPage, AnnotationPage.id == Annotation.page_id)
        found["annotation"] = session.scalars(said.where(AnnotationPage.record_id == key)).first() or ""
    return found


def _addresses(app: Flask) -> Iterator[str]:
    """Every address that is read, with each identifier of what is hidden in the place of each part."""
    values = {value for name in ("a-draft", "gone") for value in _names(app, name).values()}
    rest = {
        "name": "painting",
        "page": "1",
        "parameters": "full/max/0/default.jpg",
        "region": "full",
        "size": "max",
        "rotation": "0",
        "last": "default.jpg",
        "filename": "site.css",
        "version": "3",
    }
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        parts = _PART.findall(rule.rule)
        own = [part for part in parts if part not in rest]
        for value in sorted(values) if own else [""]:
            address = rule.rule
            for part in parts:
                filled = rest.get(part, value)
                address = re.sub(rf"<(?:\w+:)?{part}>", filled, address)
            yield f"{address}?revision=1"
