"""Ranges over the API: read and set as a tree, made, changed, moved, removed; what is no tree is refused."""

from typing import Any

import pytest
from catalogue import picture, save
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from archive.models import Activity, Range, Revision, Scope
from archive.services import tokens
from archive.services.drafts import Draft, RangeDraft

Json = dict[str, Any]
BASE = "https://archive.example/iiif"
CHAPTERS = (
    RangeDraft({"en": ["One"]}, (1,), (RangeDraft({"en": ["One, a"]}, (2,)),)),
    RangeDraft({"en": ["Two"]}, (3,)),
)


@pytest.fixture
def keeper(app: Flask) -> FlaskClient:
    """A client with a token that writes; a book of three pages in two chapters, and another book."""
    pages = [picture("p1"), picture("p2"), picture("p3")]
    save(app.extensions["mogao"], Draft("book", ranges=CHAPTERS), *pages)
    save(app.extensions["mogao"], Draft("other"), picture("o1"))
    client = app.test_client()
    with app.extensions["mogao"].sessions.begin() as session:
        secret = tokens.mint(session, "keeper", Scope.WRITE)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def test_the_ranges_of_a_record_are_a_tree(keeper: FlaskClient) -> None:
    inner = {"id": f"{BASE}/range/book-5", "type": "Range"}
    told = inner | {"label": {"en": ["One, a"]}, "items": [_canvas(2)]}
    first = {"id": f"{BASE}/range/book-4", "type": "Range", "label": {"en": ["One"]}}
    last = {"id": f"{BASE}/range/book-6", "type": "Range", "label": {"en": ["Two"]}, "items": [_canvas(3)]}
    assert _tree(keeper) == [first | {"items": [_canvas(1), told]}, last]
    cut = keeper.get("/api/records/book/ranges?depth=1").get_json()["ranges"]
    assert cut == [first | {"items": [_canvas(1), inner]}, last]


def test_a_range_is_told_with_its_place(keeper: FlaskClient) -> None:
    assert keeper.get("/api/ranges/book-5").get_json() == {
        "identifier": "book-5",
        "label": {"en": ["One, a"]},
        "items": [_canvas(2)],
        "parent": "book-4",
        "position": 2,
        "properties": {},
        "record": "book",
        "range": f"{BASE}/range/book-5",
    }


def test_what_a_manifest_says_of_a_range_can_be_said(keeper: FlaskClient) -> None:
    part = {
        "type": "SpecificResource",
        "source": f"{BASE}/canvas/book-2",
        "selector": {"type": "FragmentSelector", "value": "xywh=0,0,9,9"},
    }
    said = {
        "summary": {"en": ["Of rivers"]},
        "metadata": [{"label": {"en": ["Kind"]}, "value": {"en": ["Map"]}}],
        "requiredStatement": {"label": {"en": ["Credit"]}, "value": {"en": ["The town"]}},
        "rights": "http://creativecommons.org/licenses/by/4.0/",
        "behavior": ["no-nav"],
        "viewingDirection": "right-to-left",
        "navDate": "1890-01-01T00:00:00Z",
        "start": _canvas(3),
        "seeAlso": [{"id": "https://x.example/a", "type": "Dataset"}],
    }
    body = {
        "label": {"en": ["New"]},
        "items": [_canvas(3), _canvas(1, "#xywh=1,2,3,4"), part],
        "properties": said,
        "parent": "book-4",
        "position": 1,
    }
    made = keeper.post("/api/records/book/ranges", json=body)
    assert (made.status_code, made.location) == (201, "https://archive.example/api/ranges/book-7")
    told = made.get_json()
    assert {name: told[name] for name in body} == body
    published = keeper.get("/iiif/range/book-7").get_json()
    assert (published["items"], published["start"]) == (body["items"], _canvas(3))
    assert {name: published[name] for name in said} == said
    assert keeper.get("/api/records/book").get_json()["revision"] == 2


@pytest.mark.parametrize(
    ("name", "change", "outline"),
    [
        ("book-5", {"parent": None}, "4(c1) 6(c3) 5(c2)"),
        ("book-5", {"parent": None, "position": 1}, "5(c2) 4(c1) 6(c3)"),
        ("book-5", {"parent": "book-6", "position": 1}, "4(c1) 6(5(c2) c3)"),
        ("book-5", {"position": 1}, "4(5(c2) c1) 6(c3)"),
        ("book-6", {"position": 1}, "6(c3) 4(c1 5(c2))"),
        ("book-6", {"parent": "book-5"}, "4(c1 5(c2 6(c3)))"),
        ("book-6", {"parent": "book-4", "position": 2}, "4(c1 6(c3) 5(c2))"),
        ("book-6", {"items": ["c3", "5"]}, "4(c1) 6(c3 5(c2))"),
        ("book-4", {"items": ["5", "c2", "c1"]}, "4(5(c2) c2 c1) 6(c3)"),
        ("book-5", {"items": []}, "4(c1 5()) 6(c3)"),
        ("book-4", {"items": ["6", "5"], "position": 1}, "4(6(c3) 5(c2))"),
    ],
)
def test_a_range_moves(keeper: FlaskClient, name: str, change: Json, outline: str) -> None:
    if "items" in change:
        change = change | {"items": [_named(one) for one in change["items"]]}
    changed = _write(keeper, "PATCH", f"/api/ranges/{name}", change)
    assert changed.status_code == 200
    assert _outline(_tree(keeper)) == outline
    assert keeper.get(f"/api/ranges/{name}").get_json() == changed.get_json()
    assert keeper.get("/api/records/book").get_json()["revision"] == 2


def test_a_range_that_holds_nothing_is_kept_and_not_published(keeper: FlaskClient) -> None:
    keeper.post("/api/records/book/ranges", json={"label": {"en": ["Later"]}})
    assert _outline(_tree(keeper)) == "4(c1 5(c2)) 6(c3) 7()"
    (contents,) = keeper.get("/iiif/manifest/book").get_json()["structures"]
    assert _outline(contents["items"]) == "4(c1 5(c2)) 6(c3)"
    assert keeper.get("/iiif/range/book-7").status_code == 404


def test_a_removed_range_takes_what_is_below_it(keeper: FlaskClient) -> None:
    assert _write(keeper, "DELETE", "/api/ranges/book-4").status_code == 204
    assert keeper.get("/api/ranges/book-5").status_code == 404
    assert _outline(_tree(keeper)) == "6(c3)"
    past = keeper.get("/api/records/book/revisions").get_json()["revisions"]
    assert [one["number"] for one in past] == [1, 2]


def test_a_whole_tree_is_set_in_one_revision(app: Flask, keeper: FlaskClient) -> None:
    kept = {"id": f"{BASE}/range/book-5", "type": "Range", "label": {"en": ["Kept"]}, "items": [_canvas(1)]}
    new = {"type": "Range", "label": {"en": ["New"]}, "items": [kept, _canvas(3)]}
    taken = {"id": "https://x.example/r", "type": "Range", "behavior": ["no-nav"], "items": [_canvas(2)]}
    told = _write(keeper, "PUT", "/api/records/book/ranges", {"ranges": [new, taken]}).get_json()["ranges"]
    assert _outline(told) == "7(5(c1) c3) 8(c2)"
    assert told == _tree(keeper)
    assert (told[0]["items"][0], told[1]["behavior"]) == (kept, ["no-nav"])
    assert keeper.get("/api/records/book").get_json()["revision"] == 2
    assert _counts(app)[Range] == 3


def test_what_came_back_may_be_sent_back_and_changes_nothing(app: Flask, keeper: FlaskClient) -> None:
    # A gap, such as a removed page leaves.
    _write(keeper, "DELETE", "/api/canvases/book-1")
    before = _counts(app)
    for path in ("/api/records/book/ranges", "/api/ranges/book-4", "/api/ranges/book-5"):
        told = keeper.get(path)
        assert _write(keeper, "PUT", path, told.get_json()).get_json() == told.get_json()
    assert _counts(app) == before


def test_a_book_of_thousands_of_ranges_is_set_at_once(keeper: FlaskClient) -> None:
    sections = [{"type": "Range", "items": [_canvas(1 + number % 3)]} for number in range(2000)]
    chapters = [{"type": "Range", "items": sections[number : number + 20]} for number in range(0, 2000, 20)]
    answer = _write(keeper, "PUT", "/api/records/book/ranges", {"ranges": chapters})
    assert answer.status_code == 200
    assert [len(one["items"]) for one in answer.get_json()["ranges"]] == [20] * 100
    assert len(keeper.get("/iiif/manifest/book").get_json()["structures"][0]["items"]) == 100


def test_a_sequence_stands_beside_the_table_of_contents(keeper: FlaskClient) -> None:
    body = {"properties": {"behavior": ["sequence"]}, "items": [_canvas(3), _canvas(1)]}
    keeper.post("/api/records/book/ranges", json=body)
    contents, sequence = keeper.get("/iiif/manifest/book").get_json()["structures"]
    assert _outline(contents["items"]) == "4(c1 5(c2)) 6(c3)"
    assert (sequence["id"], sequence["behavior"]) == (f"{BASE}/range/book-7", ["sequence"])
    assert _write(keeper, "PATCH", "/api/ranges/book-4", {"items": [_named("5"), _named("7")]}).get_json()[
        "errors"
    ] == [{"path": "/items/1", "detail": "is a sequence: it stands at the top of the record only"}]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"items": [{"id": f"{BASE}/canvas/other-1", "type": "Canvas"}]}, "/items/0"),
        ({"items": [{"id": f"{BASE}/canvas/nowhere", "type": "Canvas"}]}, "/items/0"),
        ({"items": [{"type": "SpecificResource", "source": f"{BASE}/canvas/other-1"}]}, "/items/0"),
        ({"items": [{"type": "SpecificResource", "id": f"{BASE}/canvas/book-1"}]}, "/items/0/source"),
        ({"items": [{"type": "Range", "id": f"{BASE}/range/nowhere"}]}, "/items/0"),
        ({"items": [{"type": "Range", "id": f"{BASE}/range/book-5/x"}]}, "/items/0"),
        ({"items": [{"type": "Range", "id": f"{BASE}/range/book-5"}] * 2}, "/items/1"),
        ({"items": [{"type": "Range", "id": f"{BASE}/range/book-5", "items": []}]}, "/items/0/items"),
        ({"items": [{"type": "Manifest", "id": f"{BASE}/manifest/book"}]}, "/items/0/type"),
        ({"items": ["book-1"]}, "/items/0"),
        ({"items": [None]}, "/items/0"),
        ({"items": {}}, "/items"),
        ({"parent": "nowhere"}, "/parent"),
        ({"parent": "book-4", "properties": {"behavior": ["sequence"]}}, "/parent"),
        ({"properties": {"behavior": ["facing-pages"]}}, "/properties/behavior"),
        ({"properties": {"behavior": "no-nav"}}, "/properties/behavior"),
        ({"properties": {"summary": {"en": [5]}}}, "/properties/summary/en"),
        ({"properties": {"metadata": [5]}}, "/properties/metadata/0"),
        ({"properties": {"navDate": "1890"}}, "/properties/navDate"),
        ({"properties": {"items": []}}, "/properties/items"),
        ({"label": {"en": ["<b>A</b>"]}}, "/label/en/0"),
        ({"position": 0}, "/position"),
        ({"title": {}}, "/title"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    app: Flask, keeper: FlaskClient, body: Json, path: str
) -> None:
    before = _counts(app)
    answer = keeper.post("/api/records/book/ranges", json={"items": [_canvas(1)]} | body)
    assert (answer.status_code, path in _paths(answer)) == (400, True), answer.get_json()
    assert _counts(app) == before


@pytest.mark.parametrize(
    ("name", "change", "path"),
    [
        ("book-4", {"parent": "book-4"}, "/parent"),
        ("book-4", {"parent": "book-5"}, "/parent"),
        ("book-5", {"items": ["4"]}, "/items/0"),
        ("book-5", {"items": ["5"]}, "/items/0"),
        ("book-4", {"items": ["c1"]}, "/items"),
    ],
)
def test_a_range_holds_itself_at_no_depth_and_loses_none(
    keeper: FlaskClient, name: str, change: Json, path: str
) -> None:
    if "items" in change:
        change = {"items": [_named(one) for one in change["items"]]}
    answer = _write(keeper, "PATCH", f"/api/ranges/{name}", change)
    assert (answer.status_code, _paths(answer)) == (400, [path])
    assert _outline(_tree(keeper)) == "4(c1 5(c2)) 6(c3)"


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        ([{"type": "Range", "items": [{"id": f"{BASE}/canvas/other-1", "type": "Canvas"}]}], "/0/items/0"),
        ([{"type": "Range"}], "/0/items"),
        ([{"type": "Range", "items": [{"type": "Range", "items": [], "label": 5}]}], "/0/items/0/label"),
        ([{"id": f"{BASE}/range/book-4", "type": "Range", "items": []}] * 2, "/1/id"),
        ([{"id": f"{BASE}/range/other-4", "type": "Range", "items": []}], "/0/id"),
        ([{"id": f"{BASE}/range/book-contents", "type": "Range", "items": []}], "/0/id"),
        (
            [{"type": "Range", "items": [{"type": "Range", "items": [], "behavior": ["sequence"]}]}],
            "/0/items/0/behavior",
        ),
        ([{"type": "Canvas", "id": f"{BASE}/canvas/book-1"}], "/0"),
        ([5], "/0"),
        ([{"items": []}], "/0"),
    ],
)
def test_a_tree_that_is_none_is_refused_by_its_place(
    app: Flask, keeper: FlaskClient, tree: list[Json], path: str
) -> None:
    before = _counts(app)
    answer = _write(keeper, "PUT", "/api/records/book/ranges", {"ranges": tree})
    assert (answer.status_code, f"/ranges{path}" in _paths(answer)) == (400, True), answer.get_json()
    assert _counts(app) == before


def test_a_tree_has_a_depth_that_can_be_read_and_sent_back(keeper: FlaskClient) -> None:
    def nested(depth: int) -> list[Json]:
        tree: Json = {"type": "Range", "items": [_canvas(1)]}
        for _ in range(depth - 1):
            tree = {"type": "Range", "items": [tree]}
        return [tree]

    path = "/api/records/book/ranges"
    assert _write(keeper, "PUT", path, {"ranges": nested(24)}).status_code == 200
    assert _write(keeper, "PUT", path, keeper.get(path).get_json()).status_code == 200
    deepest = _outline(_tree(keeper)).rpartition("(c1)")[0].rpartition("(")[2]
    assert keeper.post(path, json={"parent": f"book-{deepest}"}).status_code == 400
    assert _write(keeper, "PUT", path, {"ranges": nested(25)}).status_code == 400


def test_two_editors_of_one_range_are_told_and_two_of_different_ones_are_not(keeper: FlaskClient) -> None:
    tags = {name: keeper.get(f"/api/ranges/{name}").headers["ETag"] for name in ("book-4", "book-6")}
    match, change = {"If-Match": tags["book-4"]}, {"label": {"en": ["Changed"]}}
    assert keeper.patch("/api/ranges/book-4", json=change, headers=match).status_code == 200
    assert keeper.patch("/api/ranges/book-4", json=change, headers=match).status_code == 412
    assert keeper.patch("/api/ranges/book-6", json={"label": {}}).status_code == 428
    match = {"If-Match": tags["book-6"]}
    assert keeper.patch("/api/ranges/book-6", json=change, headers=match).status_code == 200
    assert keeper.put("/api/records/book/ranges", json={"ranges": []}).status_code == 428


def test_a_range_that_is_sent_twice_is_made_once(keeper: FlaskClient) -> None:
    headers = {"Idempotency-Key": "one"}
    answers = [keeper.post("/api/records/book/ranges", json={}, headers=headers) for _ in range(2)]
    assert [one.get_json()["identifier"] for one in answers] == ["book-7", "book-7"]


def test_ranges_of_hidden_records_are_hidden_and_others_are_not_written(
    app: Flask, keeper: FlaskClient
) -> None:
    save(
        app.extensions["mogao"], Draft("draft", visibility="draft", ranges=CHAPTERS[1:]), *map(picture, "def")
    )
    anyone = app.test_client()
    for path in ("/api/ranges/draft-4", "/api/records/draft/ranges"):
        assert (anyone.get(path).status_code, keeper.get(path).status_code) == (404, 200)
    assert anyone.get("/api/records/book/ranges").status_code == 200
    assert anyone.delete("/api/ranges/book-4", headers={"If-Match": "*"}).status_code == 401


def _canvas(number: int, fragment: str = "") -> Json:
    return {"id": f"{BASE}/canvas/book-{number}{fragment}", "type": "Canvas"}


def _named(name: str) -> Json:
    """A canvas, such as c1, or a range, such as 4."""
    return _canvas(int(name[1:])) if name[0] == "c" else {"id": f"{BASE}/range/book-{name}", "type": "Range"}


def _tree(client: FlaskClient) -> list[Json]:
    found: list[Json] = client.get("/api/records/book/ranges").get_json()["ranges"]
    return found


def _outline(items: list[Json]) -> str:
    """A tree in short: ranges by their numbers, canvases by theirs with a c."""
    parts = []
    for one in items:
        number = one["id"].rpartition("-")[2]
        parts.append(f"{number}({_outline(one['items'])})" if one["type"] == "Range" else f"c{number}")
    return " ".join(parts)


def _write(client: FlaskClient, method: str, path: str, body: Json | None = None) -> TestResponse:
    tag = client.get(path).headers["ETag"]
    return client.open(path, method=method, json=body, headers={"If-Match": tag})


def _paths(answer: TestResponse) -> list[str]:
    return [one["path"] for one in answer.get_json()["errors"]]


def _counts(app: Flask) -> dict[type[Any], int]:
    with app.extensions["mogao"].sessions() as session:
        tables = (Activity, Revision, Range)
        return {one: session.scalars(select(func.count()).select_from(one)).one() for one in tables}
