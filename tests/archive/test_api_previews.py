"""Documents for the bearer of a token, who sees what is not public yet, and manifests of past revisions."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sending import bearer
from sqlalchemy import select

from archive.context import Context
from archive.models import Alias, Asset, Record, Scope
from archive.services import records

BASE = "https://archive.example"
PARTS = [
    "/iiif/manifest/draft",
    "/iiif/2/manifest/draft",
    "/iiif/canvas/draft-1",
    "/iiif/annotation/draft-1",
    "/iiif/annotations/draft-1/painting",
]


@pytest.fixture
def curator(own_museum: Flask) -> FlaskClient:
    """A client with a token that reads the whole archive."""
    return bearer(own_museum, "curator", Scope.READ)


@pytest.mark.parametrize("path", PARTS)
def test_who_bears_a_token_sees_what_is_not_public_yet(
    own_museum: Flask, curator: FlaskClient, path: str
) -> None:
    shown = curator.get(path)
    assert shown.status_code == 200
    assert shown.get_json().get("id", shown.get_json().get("@id")).startswith(f"{BASE}/iiif/")
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert "Authorization" in shown.vary
    assert own_museum.test_client().get(path).status_code == 404
    assert curator.get(path, headers={"If-None-Match": shown.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/iiif/image/3/{asset}/info.json",
        "/iiif/image/2/{asset}/info.json",
        "/iiif/image/3/{asset}/full/max/0/default.jpg",
        "/iiif/image/3/{asset}/full/max/0/gray.png",
        "/file/{asset}",
    ],
)
def test_pictures_and_files_are_shown_to_who_bears_a_token(
    own_museum: Flask, own_context: Context, curator: FlaskClient, path: str
) -> None:
    with own_context.sessions() as session:
        asset = session.scalars(
            select(Asset.identifier)
            .join(Record, Record.id == Asset.record_id)
            .where(Record.identifier == "draft")
        ).one()
    path = path.format(asset=asset)
    shown = curator.get(path)
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert "Authorization" in shown.vary
    # What was drawn for the curator is kept, and given to nobody else.
    assert own_museum.test_client().get(path).status_code == 404
    other = bearer(own_museum, "other", Scope.READ, collection="Books")
    assert other.get(path).status_code == 404
    refused = own_museum.test_client().get(path, headers={"Authorization": "Bearer no"})
    assert refused.status_code == 401


def test_what_all_see_is_one_copy_for_caches(own_museum: Flask, curator: FlaskClient) -> None:
    path = "/iiif/image/3/view/full/200,/0/default.jpg"
    anyone, bearing = own_museum.test_client().get(path), curator.get(path)
    assert anyone.data == bearing.data
    assert "Authorization" not in anyone.vary
    assert bearing.headers["Cache-Control"] == "private, no-store"


def test_the_bearer_of_a_token_has_the_sources_of_what_is_his(
    own_museum: Flask, curator: FlaskClient
) -> None:
    path = "/file/gray"
    assert own_museum.test_client().get(path).status_code == 403
    assert curator.get(path).status_code == 200
    assert bearer(own_museum, "other", Scope.READ, collection="Books").get(path).status_code == 403


def test_a_collection_lists_for_each_what_he_may_see(own_museum: Flask, curator: FlaskClient) -> None:
    all_of_it, public = (one.get("/iiif/collection/root") for one in (curator, own_museum.test_client()))
    names = [
        {one["id"].rpartition("/")[2] for one in told.get_json()["items"]} for told in (all_of_it, public)
    ]
    assert names[0] - names[1] == {"draft", "restricted", "embargoed"}
    assert all_of_it.headers["ETag"] != public.headers["ETag"]
    other = bearer(own_museum, "other", Scope.READ, collection="Books")
    assert other.get("/iiif/collection/root").get_json() == public.get_json()


def test_a_token_shows_no_more_than_its_collection(own_museum: Flask) -> None:
    other = bearer(own_museum, "other", Scope.READ, collection="Books")
    assert other.get("/iiif/manifest/draft").status_code == 404
    assert other.get("/iiif/manifest/book").status_code == 200


def test_a_token_that_is_not_known_is_told_so(own_museum: Flask) -> None:
    refused = own_museum.test_client().get("/iiif/manifest/book", headers={"Authorization": "Bearer no"})
    assert refused.status_code == 401
    assert "ask for another" in refused.get_json()["detail"]


def test_a_withdrawn_record_is_gone_for_the_curator_too(curator: FlaskClient) -> None:
    assert curator.get("/iiif/manifest/withdrawn").status_code == 410


def test_an_old_name_does_not_tell_of_what_is_hidden(
    own_museum: Flask, own_context: Context, curator: FlaskClient
) -> None:
    with own_context.sessions.begin() as session:
        ids = dict(session.execute(select(Record.identifier, Record.id)).tuples().all())
        session.add_all(Alias(name=f"old-{name}", record_id=ids[name]) for name in ("draft", "withdrawn"))
    visitor = own_museum.test_client()
    assert visitor.get("/iiif/manifest/old-draft").status_code == 404
    assert visitor.get("/record/old-draft").status_code == 404
    assert curator.get("/iiif/manifest/old-draft").location == f"{BASE}/iiif/manifest/draft"
    assert visitor.get("/iiif/manifest/old-withdrawn").status_code == 301


@pytest.fixture
def renamed(own_museum: Flask) -> FlaskClient:
    """Anyone, of an archive of which a keeper has given the book another title since."""
    keeper = bearer(own_museum, "keeper")
    seen = keeper.get("/api/records/book")
    done = keeper.patch(
        "/api/records/book", json={"label": {"en": ["Another"]}}, headers={"If-Match": seen.headers["ETag"]}
    )
    assert done.status_code == 200
    return own_museum.test_client()


@pytest.mark.parametrize(("number", "label"), [(1, "A book"), (2, "Another")])
def test_a_manifest_is_read_as_it_was(renamed: FlaskClient, number: int, label: str) -> None:
    path = f"/iiif/manifest/book?revision={number}"
    answer = renamed.get(path)
    told = answer.get_json()
    assert (told["id"], told["label"]["en"]) == (BASE + path, [label])
    assert [one["id"] for one in told["items"]] == [f"{BASE}/iiif/canvas/book-{page}" for page in (1, 2, 3)]
    assert answer.headers["Link"] == f'<{BASE}/iiif/manifest/book>; rel="latest-version"'
    assert answer.headers["ETag"] != renamed.get("/iiif/manifest/book").headers["ETag"]
    assert renamed.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_past_manifest_is_in_2_1_too(renamed: FlaskClient) -> None:
    told = renamed.get("/iiif/2/manifest/book?revision=1").get_json()
    assert told["@id"] == f"{BASE}/iiif/2/manifest/book?revision=1"
    assert told["@type"] == "sc:Manifest"


@pytest.mark.parametrize(
    ("number", "status"), [("3", 404), ("0", 400), ("", 400), ("-1", 400), ("x", 400), ("9" * 30, 400)]
)
def test_a_revision_that_never_was_is_told_so(renamed: FlaskClient, number: str, status: int) -> None:
    answer = renamed.get(f"/iiif/manifest/book?revision={number}")
    assert answer.status_code == status
    assert "revision" in answer.get_json()["detail"]


def test_what_was_hidden_stays_hidden_in_its_past(own_museum: Flask) -> None:
    keeper = bearer(own_museum, "keeper")
    seen = keeper.get("/api/records/draft")
    told = {"If-Match": seen.headers["ETag"]}
    assert keeper.patch("/api/records/draft", json={"visibility": "public"}, headers=told).status_code == 200
    visitor = own_museum.test_client()
    assert visitor.get("/iiif/manifest/draft").status_code == 200
    assert visitor.get("/iiif/manifest/draft?revision=1").status_code == 404
    assert keeper.get("/iiif/manifest/draft?revision=1").status_code == 200


def test_the_past_of_a_withdrawn_record_is_gone(renamed: FlaskClient, own_context: Context) -> None:
    with own_context.sessions.begin() as session:
        records.withdraw(session, "book")
    assert renamed.get("/iiif/manifest/book?revision=1").status_code == 410
