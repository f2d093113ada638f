"""Records over the API: made, changed, read as they were, withdrawn; no writer loses another's work."""

import concurrent.futures
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from archive.context import Context
from archive.models import Activity, Revision, Scope, Token
from archive.services import collections, tokens

Json = dict[str, Any]
NEW: Json = {
    "label": {"en": ["A bowl"], "zh": ["碗"]},
    "accessionNumber": "1933.4",
    "firstYear": 868,
    "lastYear": 868,
}


@pytest.fixture
def keeper(app: Flask) -> FlaskClient:
    """A client that bears a token which writes everything."""
    return _bearing(app, "keeper", Scope.WRITE)


def test_a_record_is_made_and_read_by_everyone(app: Flask, keeper: FlaskClient) -> None:
    answer = keeper.post("/api/records", json=NEW | {"identifier": "bowl"})
    assert (answer.status_code, answer.headers["Location"]) == (
        201,
        "https://archive.example/api/records/bowl",
    )
    read = app.test_client().get("/api/records/bowl")
    assert read.get_json() == answer.get_json()
    assert read.headers["ETag"] == answer.headers["ETag"]
    manifest = app.test_client().get("/iiif/manifest/bowl").get_json()
    assert (manifest["label"], manifest["navDate"]) == (NEW["label"], "0868-01-01T00:00:00Z")
    assert app.test_client().get("/iiif/collection/root").get_json()["items"][-1]["label"] == NEW["label"]


def test_without_a_name_one_is_minted(keeper: FlaskClient) -> None:
    names = [keeper.post("/api/records", json=NEW).get_json()["identifier"] for _ in range(2)]
    assert names[0] == "1933.4"
    assert names[1].startswith("1933.4-")


def test_what_came_back_may_be_sent_back_and_changes_nothing(app: Flask, keeper: FlaskClient) -> None:
    made = keeper.post("/api/records", json=NEW | {"identifier": "bowl"})
    before = _counts(app)
    again = keeper.put("/api/records/bowl", json=made.get_json(), headers=_match(made))
    assert (again.status_code, again.headers["ETag"]) == (200, made.headers["ETag"])
    assert _counts(app) == before


def test_a_merge_patch_changes_what_it_names_and_the_former_state_is_kept(keeper: FlaskClient) -> None:
    made = keeper.post("/api/records", json=NEW | {"identifier": "bowl"})
    patch = {"label": {"zh": None}, "rights": "CC0", "properties": {"seeAlso": []}}
    changed = keeper.patch("/api/records/bowl", json=patch, headers=_match(made)).get_json()
    assert (changed["label"], changed["rights"], changed["accessionNumber"], changed["revision"]) == (
        {"en": ["A bowl"]},
        "http://creativecommons.org/publicdomain/zero/1.0/",
        "1933.4",
        2,
    )
    listed = keeper.get("/api/records/bowl/revisions").get_json()["revisions"]
    assert [one["number"] for one in listed] == [1, 2]
    assert keeper.get("/api/records/bowl?revision=1").get_json()["label"] == NEW["label"]
    assert keeper.get("/api/records/bowl?revision=9").status_code == 404


def test_an_edit_is_seen_by_the_next_request_everywhere(app: Flask, keeper: FlaskClient) -> None:
    made = keeper.post("/api/records", json=NEW | {"identifier": "bowl"})
    client = app.test_client()
    before = [client.get(path).get_json() for path in ("/iiif/manifest/bowl", "/iiif/collection/root")]
    keeper.patch("/api/records/bowl", json={"label": {"en": ["A cup"]}}, headers=_match(made))
    after = [client.get(path).get_json() for path in ("/iiif/manifest/bowl", "/iiif/collection/root")]
    assert all("A bowl" in str(one) and "A cup" not in str(one) for one in before)
    assert all("A cup" in str(one) for one in after)
    assert _log(app)[-2:] == [("Create", "bowl"), ("Update", "bowl")]


def test_a_withdrawn_record_is_gone_for_good(app: Flask, keeper: FlaskClient) -> None:
    made = keeper.post("/api/records", json=NEW | {"identifier": "bowl"})
    assert keeper.delete("/api/records/bowl", headers=_match(made)).status_code == 204
    assert keeper.get("/api/records/bowl").status_code == 410
    assert app.test_client().get("/iiif/manifest/bowl").status_code == 410
    assert keeper.post("/api/records", json=NEW | {"identifier": "bowl"}).status_code == 409


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"label": {"en-": ["X"]}}, "/label/en-"),
        ({"label": {"en": "X"}}, "/label/en"),
        ({"label": {"en": [1]}}, "/label/en/0"),
        ({"label": "X"}, "/label"),
        ({"rights": "mine"}, "/rights"),
        ({"colour": "red"}, "/colour"),
        ({"behavior": ["paged", "continuous"]}, "/behavior"),
        ({"behavior": ["wild"]}, "/behavior/0"),
        ({"navDate": "yesterday"}, "/navDate"),
        ({"visibility": "embargo"}, "/embargoUntil"),
        ({"firstYear": 1, "lastYear": None}, "/lastYear"),
        ({"collections": ["root", "nowhere"]}, "/collections/1"),
        ({"metadata": [{"label": {"en": ["A"]}}]}, "/metadata/0/value"),
        ({"properties": {"items": []}}, "/properties/items"),
        ({"properties": {"seeAlso": [{"id": "https://x.example/a"}]}}, "/properties/seeAlso/0/type"),
        ({"properties": {"seeAlso": 5}}, "/properties/seeAlso"),
        ({"identifier": "a/b"}, "/identifier"),
    ],
)
def test_what_is_wrong_is_refused_by_its_place_and_nothing_is_written(
    app: Flask, keeper: FlaskClient, change: Json, path: str
) -> None:
    before = _counts(app)
    answer = keeper.post("/api/records", json=NEW | {"identifier": "bowl"} | change)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert path in [one["path"] for one in answer.get_json()["errors"]]
    assert _counts(app) == before
    assert app.test_client().get("/api/records/bowl").status_code == 404


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b'{"label": {}, "label": {}}', "application/json", 400),
        (b'{"a":' * 5000, "application/json", 400),
        (b"[]", "application/json", 400),
        (b"label=1", "application/x-www-form-urlencoded", 415),
        (b" " * (17 << 20), "application/json", 413),
    ],
)
def test_what_is_no_body_is_refused(keeper: FlaskClient, body: bytes, media_type: str, status: int) -> None:
    assert keeper.post("/api/records", data=body, content_type=media_type).status_code == status


def test_a_change_says_which_state_it_changes(keeper: FlaskClient) -> None:
    made = keeper.post("/api/records", json=NEW | {"identifier": "bowl"})
    assert keeper.patch("/api/records/bowl", json={}).status_code == 428
    stale = {"If-Match": '"0000"'}
    assert keeper.patch("/api/records/bowl", json={}, headers=stale).status_code == 412
    assert keeper.patch("/api/records/bowl", json={}, headers={"If-Match": "*"}).status_code == 200
    assert keeper.delete("/api/records/bowl", headers=_match(made)).status_code == 204


def test_of_two_writers_with_one_state_one_wins(app: Flask, keeper: FlaskClient) -> None:
    made = keeper.post("/api/records", json=NEW | {"identifier": "bowl"})
    writers = [_bearing(app, f"writer {number}", Scope.WRITE) for number in range(6)]

    def write(number: int) -> int:
        patch = {"label": {"en": [f"By {number}"]}}
        return writers[number].patch("/api/records/bowl", json=patch, headers=_match(made)).status_code

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(write, range(6)))
    assert statuses == [200, 412, 412, 412, 412, 412]
    assert keeper.get("/api/records/bowl").get_json()["revision"] == 2


def test_a_request_that_comes_twice_is_done_once(app: Flask, keeper: FlaskClient) -> None:
    headers = {"Idempotency-Key": "one"}
    first = keeper.post("/api/records", json=NEW, headers=headers)
    again = keeper.post("/api/records", json=NEW, headers=headers)
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert _log(app).count(("Create", "1933.4")) == 1
    assert keeper.post("/api/records", json=NEW | {"rights": "CC0"}, headers=headers).status_code == 409


def test_a_list_is_walked_to_its_end_while_others_write(keeper: FlaskClient) -> None:
    for number in range(7):
        keeper.post("/api/records", json=NEW | {"identifier": f"b{number}"})
    page = keeper.get("/api/records?limit=3&fields=label").get_json()
    assert page["records"][0] == {"identifier": "b0", "label": NEW["label"]}
    # What comes before the place that was reached shifts nothing.
    keeper.post("/api/records", json=NEW | {"identifier": "a0"})
    found = [one["identifier"] for one in page["records"]]
    while "next" in page:
        answer = keeper.get(page["next"])
        page = answer.get_json()
        assert ("next" in page) == ("Link" in answer.headers)
        found += [one["identifier"] for one in page["records"]]
    assert found == [f"b{number}" for number in range(7)]
    assert keeper.get("/api/records?total=true&limit=1").get_json()["total"] == 8


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sort=-identifier", ["c", "b", "a"]),
        ("sort=modified", ["a", "b", "c"]),
        ("visibility=draft", ["c"]),
        ("q=cup", ["b"]),
        ("collection=Cups", ["b"]),
        ("modifiedSince=2999-01-01T00:00:00Z", []),
        ("modifiedUntil=2999-01-01T00:00:00Z", ["a", "b", "c"]),
    ],
)
def test_lists_are_sorted_and_filtered(app: Flask, keeper: FlaskClient, query: str, found: list[str]) -> None:
    context: Context = app.extensions["mogao"]
    with context.sessions.begin() as session:
        collections.at(session, "Cups")
    keeper.post("/api/records", json={"identifier": "a", "label": {"en": ["A plate"]}})
    keeper.post("/api/records", json={"identifier": "b", "label": {"en": ["A cup"]}, "collections": ["Cups"]})
    keeper.post("/api/records", json={"identifier": "c", "label": {"en": ["C"]}, "visibility": "draft"})
    answer = keeper.get(f"/api/records?{query}").get_json()
    assert [one["identifier"] for one in answer["records"]] == found
    assert "c" not in [
        one["identifier"] for one in app.test_client().get("/api/records").get_json()["records"]
    ]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=x", "cursor=x", "sort=colour", "fields=colour", "modifiedSince=now", "unknown=1"],
)
def test_a_list_that_is_asked_for_wrongly_is_refused(keeper: FlaskClient, query: str) -> None:
    assert keeper.get(f"/api/records?{query}").status_code == 400


def test_writing_needs_a_token_that_writes(app: Flask) -> None:
    client = app.test_client()
    answer = client.post("/api/records", json=NEW)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="mogao"')
    wrong = {"Authorization": "Bearer mogao_wrong"}
    assert client.post("/api/records", json=NEW, headers=wrong).status_code == 401
    assert client.get("/api/records", headers=wrong).status_code == 401
    assert _bearing(app, "reader", Scope.READ).post("/api/records", json=NEW).status_code == 403


def test_a_revoked_token_ends_at_once(app: Flask, keeper: FlaskClient) -> None:
    context: Context = app.extensions["mogao"]
    with context.sessions.begin() as session:
        tokens.revoke(session, "keeper")
    assert keeper.post("/api/records", json=NEW).status_code == 401


def test_a_token_of_a_collection_reaches_no_further(app: Flask, keeper: FlaskClient) -> None:
    context: Context = app.extensions["mogao"]
    with context.sessions.begin() as session:
        for path in ("Cups/Old", "Plates"):
            collections.at(session, path)
    cups = _bearing(app, "cups", Scope.WRITE, collection="Cups")
    for name, shelf in (("cup", "Cups-Old"), ("plate", "Plates")):
        body = {"identifier": name, "label": {"en": [name]}, "visibility": "draft", "collections": [shelf]}
        assert keeper.post("/api/records", json=body).status_code == 201
    cup = cups.get("/api/records/cup")
    assert (cup.status_code, cup.headers["Cache-Control"]) == (200, "private, no-store")
    assert cups.get("/api/records/plate").status_code == 404
    assert [one["identifier"] for one in cups.get("/api/records").get_json()["records"]] == ["cup"]
    assert cups.patch("/api/records/cup", json={"rights": "CC0"}, headers=_match(cup)).status_code == 200
    plate = keeper.patch("/api/records/plate", json={"visibility": "public"}, headers={"If-Match": "*"})
    assert cups.patch("/api/records/plate", json={}, headers=_match(plate)).status_code == 403
    moved = {"collections": ["Plates"]}
    assert cups.patch("/api/records/cup", json=moved, headers={"If-Match": "*"}).status_code == 403


def test_no_secret_is_kept(app: Flask) -> None:
    context: Context = app.extensions["mogao"]
    with context.sessions.begin() as session:
        secret = tokens.mint(session, "partner", Scope.READ)
        assert secret not in str(session.execute(select(Token.__table__)).all())


def _bearing(app: Flask, name: str, scope: Scope, collection: str | None = None) -> FlaskClient:
    context: Context = app.extensions["mogao"]
    with context.sessions.begin() as session:
        secret = tokens.mint(session, name, scope, collection=collection)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def _match(answer: TestResponse) -> dict[str, str]:
    return {"If-Match": answer.headers["ETag"]}


def _log(app: Flask) -> list[tuple[str, str]]:
    context: Context = app.extensions["mogao"]
    rows = select(Activity.type, Activity.object_identifier).where(Activity.object_type == "Manifest")
    with context.sessions() as session:
        return [(type_, name) for type_, name in session.execute(rows.order_by(Activity.id))]


def _counts(app: Flask) -> list[int]:
    context: Context = app.extensions["mogao"]
    with context.sessions() as session:
        return [session.scalars(select(func.count()).select_from(one)).one() for one in (Activity, Revision)]
