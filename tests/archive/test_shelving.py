"""The pages of a large collection: whatever comes and goes, each record stands on one page, in order."""

import dataclasses
import random

import pytest
from catalogue import save
from flask import Flask
from sqlalchemy import select

from archive.context import Context
from archive.models import Collection
from archive.services import collections, records, shelving
from archive.services.drafts import Draft


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelving, "MOST_RECORDS", 4)


def test_records_that_come_in_order_fill_page_after_page(context: Context) -> None:
    _fill(context, range(10))
    assert _counts(context) == [4, 4, 2]
    assert [len(page) for page in _pages(context)] == [4, 4, 2]


def test_a_page_that_overflows_in_the_middle_is_split_in_the_middle(context: Context) -> None:
    _fill(context, [10, 20, 30, 40, 50, 60, 15])
    assert _counts(context) == [2, 3, 2]


@pytest.mark.parametrize("seed", range(5))
def test_whatever_comes_moves_and_goes_every_record_stands_once_and_in_order(
    context: Context, seed: int
) -> None:
    chance = random.Random(seed)
    at: dict[int, int] = {}
    for _ in range(60):
        key = chance.randrange(25)
        if key in at and chance.random() < 0.3:
            at.pop(key)
            _save(context, key, position=0, shelf="Elsewhere")
        else:
            at[key] = chance.randrange(20)
            _save(context, key, position=at[key])
    pages = _pages(context)
    assert [name for page in pages for name in page] == [
        f"r{key}" for key, _ in sorted(at.items(), key=lambda one: (one[1], _key(context, one[0])))
    ]
    assert all(len(page) <= 4 for page in pages)
    assert _counts(context) == [len(page) for page in pages]


def test_a_page_keeps_its_number_and_no_number_is_given_twice(context: Context) -> None:
    _fill(context, range(9))
    before = _numbers(context)
    for key in range(4):
        _save(context, key, position=0, shelf="Elsewhere")
    assert _numbers(context) == before[1:]
    _fill(context, range(4))
    assert max(_numbers(context)) >= max(before)
    assert len(set(_numbers(context))) == len(_numbers(context))


def test_a_large_collection_is_published_in_pages(app: Flask) -> None:
    context: Context = app.extensions["mogao"]
    _fill(context, range(6))
    client = app.test_client()
    whole = client.get("/iiif/collection/Shelf").get_json()
    assert [(one["type"], one["label"]["en"]) for one in whole["items"]] == [
        ("Collection", ["Part 1"]),
        ("Collection", ["Part 2"]),
    ]
    second = client.get(whole["items"][1]["id"]).get_json()
    assert second["id"] == whole["items"][1]["id"]
    assert [one["type"] for one in second["items"]] == ["Manifest"] * 2
    assert second["partOf"][0]["id"] == whole["id"]
    assert client.get("/iiif/collection/Shelf/3").status_code == 404


def test_a_hidden_record_is_on_no_page(context: Context) -> None:
    _fill(context, range(6))
    with context.sessions.begin() as session:
        records.withdraw(session, "r5")
    assert [len(page) for page in _pages(context)] == [4, 1]


def _fill(context: Context, positions: list[int] | range) -> None:
    for key, position in enumerate(positions):
        _save(context, key, position=position)


def _save(context: Context, key: int, *, position: int, shelf: str = "Shelf") -> None:
    draft = Draft(key=str(key), identifier=f"r{key}", label={"en": [f"R {key}"]}, collections=(shelf,))
    save(context, dataclasses.replace(draft, order=position))


def _key(context: Context, key: int) -> int:
    with context.sessions() as session:
        return records.find(session, f"r{key}").id


def _counts(context: Context) -> list[int]:
    with context.sessions() as session:
        key = session.scalars(select(Collection.id).where(Collection.identifier == "Shelf")).one()
        return [page.count for page in shelving.pages(session, key)]


def _numbers(context: Context) -> list[int]:
    with context.sessions() as session:
        key = session.scalars(select(Collection.id).where(Collection.identifier == "Shelf")).one()
        return [page.number for page in shelving.pages(session, key)]


def _pages(context: Context) -> list[list[str]]:
    with context.sessions() as session:
        shelf = collections.find(session, "Shelf")
        numbers = collections.listing(session, shelf).pages or (None,)
        return [
            [record.identifier for record in collections.listing(session, shelf, number).records]
            for number in numbers
        ]
