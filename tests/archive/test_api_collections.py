"""Collections over the API: made, described, moved with all below them, removed when they are empty."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive.context import Context
from archive.models import Activity, Collection, Scope
from archive.services import collections, tokens

Json = dict[str, Any]
ROOT = "/api/collections"


@pytest.fixture
def keeper(app: Flask) -> FlaskClient:
    """A client that writes everything; Paintings with Song and Ming below it, Prints; a scroll in Song."""
    context: Context = app.extensions["mogao"]
    with context.sessions.begin() as session:
        for path in ("Paintings/Song", "Paintings/Ming", "Prints"):
            collections.at(session, path)
    client = _bearing(app, "keeper")
    client.post("/api/records", json={"identifier": "scroll", "collections": ["Paintings-Song"]})
    return client


def test_collections_are_listed_in_pages(keeper: FlaskClient) -> None:
    page = keeper.get(f"{ROOT}?limit=3").get_json()
    rest = keeper.get(page["next"]).get_json()
    names = [one["identifier"] for one in (*page["collections"], *rest["collections"])]
    assert sorted(names) == ["Paintings", "Paintings-Ming", "Paintings-Song", "Prints", "root"]
    assert "next" not in rest
    below = keeper.get(f"{ROOT}?parent=Paintings").get_json()["collections"]
    assert [one["identifier"] for one in below] == ["Paintings-Ming", "Paintings-Song"]
    assert keeper.get(f"{ROOT}?parent=nowhere").status_code == 404


def test_a_collection_says_all_that_presentation_has(app: Flask, keeper: FlaskClient) -> None:
    body = {
        "identifier": "fans",
        "label": {"en": ["Fans"]},
        "summary": {"en": ["Round and folded"]},
        "metadata": [{"label": {"en": ["Kind"]}, "value": {"en": ["Silk"]}}],
        "requiredStatement": {"label": {"en": ["Credit"]}, "value": {"en": ["The town"]}},
        "rights": "http://creativecommons.org/licenses/by/4.0/",
        "behavior": ["multi-part"],
        "viewingDirection": "right-to-left",
        "navDate": "1890-01-01T00:00:00Z",
        "parent": "Paintings-Song",
        "properties": {
            "seeAlso": [{"id": "https://x.example/a", "type": "Dataset"}],
            "items": [{"id": "https://x.example/m", "type": "Manifest", "label": {"en": ["Lent"]}}],
        },
    }
    made = keeper.post(ROOT, json=body)
    assert (made.status_code, made.location) == (201, "https://archive.example/api/collections/fans")
    assert made.get_json() == body | {
        "path": "Paintings/Song/Fans",
        "collection": "https://archive.example/iiif/collection/fans",
    }
    assert app.test_client().get(f"{ROOT}/fans").get_json() == made.get_json()
    drawn = app.test_client().get("/iiif/collection/fans").get_json()
    said = set(body) - {"identifier", "parent", "properties"}
    assert {name: drawn[name] for name in said} == {name: body[name] for name in said}
    assert [one["id"] for one in drawn["items"]] == ["https://x.example/m"]
    assert _log(app)[-1] == ("Create", "fans")


def test_a_minted_identifier_is_that_of_the_path(keeper: FlaskClient) -> None:
    names = [
        keeper.post(ROOT, json={"label": {"en": ["Fans"]}, "parent": "Prints"}).get_json() for _ in range(2)
    ]
    assert [one["path"] for one in names] == ["Prints/Fans", "Prints/Fans (2)"]
    assert (names[0]["identifier"], names[0]["parent"]) == ("Prints-Fans", "Prints")
    assert keeper.post(ROOT, json={}).get_json()["parent"] == "root"


def test_a_collection_that_is_sent_twice_is_made_once(keeper: FlaskClient) -> None:
    headers = {"Idempotency-Key": "one"}
    names = [keeper.post(ROOT, json={}, headers=headers).get_json()["identifier"] for _ in range(2)]
    assert names[0] == names[1]


def test_a_change_is_seen_by_the_next_request_and_none_leaves_no_trace(
    app: Flask, keeper: FlaskClient
) -> None:
    client = app.test_client()
    paths = ("/iiif/collection/Paintings", "/iiif/collection/Paintings-Song")
    assert all("Song" in str(client.get(path).get_json()) for path in paths)
    changed = _write(keeper, "PATCH", "Paintings-Song", {"label": {"zh": ["宋"], "none": None}})
    assert (changed.status_code, changed.get_json()["path"]) == (200, "Paintings/Song")
    assert all("宋" in str(client.get(path).get_json()) for path in paths)
    before = _log(app), _revisions(app)
    assert _write(keeper, "PUT", "Paintings-Song", changed.get_json()).get_json() == changed.get_json()
    assert (_log(app), _revisions(app)) == before
    assert before[0][-1] == ("Update", "Paintings-Song")


def test_what_stands_below_a_moved_collection_follows(app: Flask, keeper: FlaskClient) -> None:
    client = app.test_client()
    documents = ("root", "Prints", "Paintings")
    before = {name: client.get(f"/iiif/collection/{name}").get_json() for name in documents}
    assert _write(keeper, "PATCH", "Paintings", {"parent": "Prints"}).get_json()["path"] == "Prints/Paintings"
    assert _paths(app) == {
        "root": "",
        "Prints": "Prints",
        "Paintings": "Prints/Paintings",
        "Paintings-Song": "Prints/Paintings/Song",
        "Paintings-Ming": "Prints/Paintings/Ming",
    }
    after = {name: client.get(f"/iiif/collection/{name}").get_json() for name in documents}
    assert [len(one["items"]) for one in before.values()] == [2, 0, 2]
    assert [len(one["items"]) for one in after.values()] == [1, 1, 2]
    assert after["Paintings"]["partOf"][0]["id"] == "https://archive.example/iiif/collection/Prints"
    assert _log(app)[-1] == ("Update", "Paintings")
    found = keeper.get("/api/records?collection=Prints").get_json()["records"]
    assert [one["identifier"] for one in found] == ["scroll"]


def test_a_moved_collection_gives_way_to_one_of_its_name(app: Flask, keeper: FlaskClient) -> None:
    keeper.post(ROOT, json={"label": {"en": ["Song"]}, "parent": "Prints"})
    moved = _write(keeper, "PATCH", "Paintings-Song", {"parent": "Prints"}).get_json()
    assert moved["path"] == "Prints/Song (2)"


def test_only_an_empty_collection_is_removed_and_its_name_stays_its_own(
    app: Flask, keeper: FlaskClient
) -> None:
    client = app.test_client()
    refused = _write(keeper, "DELETE", "Paintings")
    assert (refused.status_code, refused.get_json()["detail"]) == (
        409,
        'collection "Paintings" holds 2 collections: move them elsewhere first',
    )
    assert _write(keeper, "DELETE", "Paintings-Song").status_code == 409
    keeper.delete("/api/records/scroll", headers={"If-Match": "*"})
    assert "Song" in str(client.get("/iiif/collection/Paintings").get_json())
    assert _write(keeper, "DELETE", "Paintings-Song").status_code == 204
    assert "Song" not in str(client.get("/iiif/collection/Paintings").get_json())
    assert client.get("/iiif/collection/Paintings-Song").status_code == 410
    assert keeper.get(f"{ROOT}/Paintings-Song").status_code == 410
    assert keeper.get("/api/records?collection=Paintings-Song").status_code == 410
    assert _log(app)[-1] == ("Delete", "Paintings-Song")
    assert keeper.post(ROOT, json={"identifier": "Paintings-Song"}).status_code == 409
    again = keeper.post(ROOT, json={"label": {"en": ["Song"]}, "parent": "Paintings"}).get_json()
    assert again["path"] == "Paintings/Song"
    assert again["identifier"].startswith("Paintings-Song-")


def test_the_top_stays_where_it_is(keeper: FlaskClient) -> None:
    assert _write(keeper, "DELETE", "root").status_code == 409
    assert _write(keeper, "PATCH", "root", {"parent": "Prints"}).status_code == 400
    changed = _write(keeper, "PATCH", "root", {"label": {"en": ["Everything"]}})
    assert changed.get_json()["label"] == {"en": ["Everything"]}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"parent": "Paintings"}, "/parent"),
        ({"parent": "Paintings-Song"}, "/parent"),
        ({"parent": "nowhere"}, "/parent"),
        ({"parent": ""}, "/parent"),
        ({"identifier": "other"}, "/identifier"),
        ({"label": {"en": "X"}}, "/label/en"),
        ({"label": {"en": ["<b>A</b>"]}}, "/label/en/0"),
        ({"behavior": ["paged", "continuous"]}, "/behavior"),
        ({"rights": "mine"}, "/rights"),
        ({"colour": "red"}, "/colour"),
        ({"properties": {"label": {}}}, "/properties/label"),
        (
            {"properties": {"items": [{"id": "https://x.example/m", "type": "Canvas"}]}},
            "/properties/items/0/type",
        ),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    app: Flask, keeper: FlaskClient, change: Json, path: str
) -> None:
    before = _paths(app), _log(app), _revisions(app)
    answer = _write(keeper, "PATCH", "Paintings", change)
    assert answer.status_code == 400
    assert path in [one["path"] for one in answer.get_json()["errors"]]
    assert (_paths(app), _log(app), _revisions(app)) == before


def test_a_change_says_which_state_it_changes(keeper: FlaskClient) -> None:
    tag = keeper.get(f"{ROOT}/Prints").headers["ETag"]
    # A record that comes in changes the document, and nothing of what is said here.
    keeper.post("/api/records", json={"identifier": "print", "collections": ["Prints"]})
    change = {"summary": {"en": ["Cut in wood"]}}
    assert keeper.patch(f"{ROOT}/Prints", json=change).status_code == 428
    assert keeper.patch(f"{ROOT}/Prints", json=change, headers={"If-Match": tag}).status_code == 200
    assert keeper.patch(f"{ROOT}/Prints", json=change, headers={"If-Match": tag}).status_code == 412


def test_a_token_of_a_collection_arranges_what_is_below_it(app: Flask, keeper: FlaskClient) -> None:
    painter = _bearing(app, "painter", collection="Paintings")
    made = painter.post(ROOT, json={"label": {"en": ["Yuan"]}})
    assert (made.status_code, made.get_json()["path"]) == (201, "Paintings/Yuan")
    label = {"label": {"en": ["Pictures"]}}
    assert _write(painter, "PATCH", "Paintings", label).status_code == 200
    assert _write(painter, "PATCH", "Paintings-Song", {"parent": "Paintings-Ming"}).status_code == 200
    assert _write(painter, "DELETE", "Paintings-Yuan").status_code == 204
    assert painter.post(ROOT, json={"parent": "Prints"}).status_code == 403
    assert painter.post(ROOT, json={"parent": "root"}).status_code == 403
    assert _write(painter, "PATCH", "Prints", label).status_code == 403
    assert _write(painter, "PATCH", "Paintings-Ming", {"parent": "Prints"}).status_code == 403
    assert _write(painter, "PATCH", "Paintings", {"parent": "Prints"}).status_code == 403
    assert _write(painter, "DELETE", "Paintings").status_code == 403
    assert app.test_client().post(ROOT, json={}).status_code == 401


def _bearing(app: Flask, name: str, collection: str | None = None) -> FlaskClient:
    context: Context = app.extensions["mogao"]
    with context.sessions.begin() as session:
        secret = tokens.mint(session, name, Scope.WRITE, collection=collection)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def _write(client: FlaskClient, method: str, name: str, body: Json | None = None) -> TestResponse:
    tag = client.get(f"{ROOT}/{name}").headers["ETag"]
    return client.open(f"{ROOT}/{name}", method=method, json=body, headers={"If-Match": tag})


def _paths(app: Flask) -> dict[str, str]:
    with app.extensions["mogao"].sessions() as session:
        return dict(session.execute(select(Collection.identifier, Collection.path)).tuples().all())


def _revisions(app: Flask) -> dict[str, int]:
    with app.extensions["mogao"].sessions() as session:
        return dict(session.execute(select(Collection.identifier, Collection.revision)).tuples().all())


def _log(app: Flask) -> list[tuple[str, str]]:
    rows = select(Activity.type, Activity.object_identifier).where(Activity.object_type == "Collection")
    with app.extensions["mogao"].sessions() as session:
        return list(session.execute(rows.order_by(Activity.id)).tuples())
