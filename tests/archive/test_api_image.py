"""The Image API over HTTP: what is served, to whom, under which headers."""

import dataclasses
import io
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from museum import application, make_pyramid
from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.config import Settings
from archive.context import Context
from archive.models import Asset, Canvas, Record

VIEW3, VIEW2 = "/iiif/image/3/view", "/iiif/image/2/view"
BASE = "https://archive.example"
LEVEL3 = '<http://iiif.io/api/image/3/level2.json>;rel="profile"'
LEVEL2 = '<http://iiif.io/api/image/2/level2.json>;rel="profile"'
LINKED3 = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"'
LINKED2 = 'application/ld+json;profile="http://iiif.io/api/image/2/context.json"'
PLAIN = "application/json"

SIZES = [
    {"width": width, "height": height}
    for width, height in [(200, 150), (300, 225), (600, 450), (1024, 768), (1200, 900)]
]
TILES = [{"width": 512, "height": 512, "scaleFactors": [1, 2, 4]}]


def test_info_of_version_3(visitor: FlaskClient) -> None:
    answer = visitor.get(f"{VIEW3}/info.json")
    assert answer.get_json() == {
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": f"{BASE}{VIEW3}",
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": 1200,
        "height": 900,
        "maxArea": 50_000_000,
        "sizes": SIZES,
        "tiles": TILES,
        "extraFormats": ["webp", "avif", "tif", "gif", "jp2", "pdf"],
        "extraQualities": ["color", "gray", "bitonal"],
        "extraFeatures": [
            "canonicalLinkHeader", "mirroring", "profileLinkHeader", "rotationArbitrary", "sizeUpscaling",
        ],
    }  # fmt: skip
    assert (answer.content_type, answer.headers["Link"]) == (LINKED3, LEVEL3)


def test_info_of_version_2(visitor: FlaskClient) -> None:
    answer = visitor.get(f"{VIEW2}/info.json")
    extras = {
        "formats": ["webp", "avif", "tif", "gif", "jp2", "pdf"],
        "qualities": ["color", "gray"],
        "supports": [
            "canonicalLinkHeader", "mirroring", "profileLinkHeader", "regionSquare", "rotationArbitrary",
        ],
        "maxArea": 50_000_000,
    }  # fmt: skip
    assert answer.get_json() == {
        "@context": "http://iiif.io/api/image/2/context.json",
        "@id": f"{BASE}{VIEW2}",
        "@type": "iiif:Image",
        "protocol": "http://iiif.io/api/image",
        "width": 1200,
        "height": 900,
        "sizes": SIZES,
        "tiles": TILES,
        "profile": ["http://iiif.io/api/image/2/level2.json", extras],
    }
    assert (answer.content_type, answer.headers["Link"]) == (PLAIN, LEVEL2)


def test_a_gray_image_announces_no_color(visitor: FlaskClient) -> None:
    assert visitor.get("/iiif/image/3/gray/info.json").get_json()["extraQualities"] == ["gray", "bitonal"]


def test_limits_of_the_settings_are_announced(museum_settings: Settings) -> None:
    limited = dataclasses.replace(museum_settings, max_width=800, max_height=700, max_area=0)
    with application(limited) as app:
        announced = app.test_client().get(f"{VIEW3}/info.json").get_json()
    assert {key: announced.get(key) for key in ("maxWidth", "maxHeight", "maxArea")} == {
        "maxWidth": 800, "maxHeight": 700, "maxArea": None,
    }  # fmt: skip
    assert announced["sizes"] == SIZES[:3]


@pytest.mark.parametrize(
    ("accept", "in_3", "in_2"),
    [
        (None, LINKED3, PLAIN),
        ("*/*", LINKED3, PLAIN),
        ("application/*", LINKED3, PLAIN),
        ("application/json", PLAIN, PLAIN),
        ("application/ld+json", LINKED3, LINKED2),
        ("Application/LD+JSON", LINKED3, LINKED2),
        (LINKED3, LINKED3, LINKED2),
        (f"{LINKED2}, application/json;q=0.5", LINKED3, LINKED2),
        ("application/ld+json;profile=http://iiif.io/api/image/3/context.json", LINKED3, LINKED2),
        ("application/json, application/ld+json;q=0.9", PLAIN, PLAIN),
        ("application/json;q=0.1, */*", LINKED3, PLAIN),
        ("application/ld+json;q=0, */*", PLAIN, PLAIN),
        ("text/html", LINKED3, PLAIN),
        ("garbage;;;,,q=x/", LINKED3, PLAIN),
    ],
)
def test_info_has_the_media_type_that_is_asked_for(
    visitor: FlaskClient, accept: str | None, in_3: str, in_2: str
) -> None:
    for base, expected in ((VIEW3, in_3), (VIEW2, in_2)):
        answer = visitor.get(f"{base}/info.json", headers={"Accept": accept} if accept else {})
        assert (answer.status_code, answer.content_type) == (200, expected)
        assert "Accept" in answer.vary


@pytest.mark.parametrize("base", [VIEW3, VIEW2, f"{VIEW3}/"])
def test_base_uri_leads_to_the_info(visitor: FlaskClient, base: str) -> None:
    answer = visitor.get(base)
    assert (answer.status_code, answer.location) == (303, f"{BASE}{base.rstrip('/')}/info.json")
    assert answer.access_control_allow_origin == "*"


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        (f"{VIEW3}/full/max/0/default.jpg", f"{VIEW3}/full/max/0/default.jpg"),
        (f"{VIEW3}/0,0,1200,900/300,/360/color.jpg", f"{VIEW3}/full/300,225/0/default.jpg"),
        (f"{VIEW3}/pct:0,0,50,50/%5E!999,999/!90.0/gray.png", f"{VIEW3}/0,0,600,450/^999,749/!90/gray.png"),
        (f"{VIEW2}/full/full/0/default.jpg", f"{VIEW2}/full/full/0/default.jpg"),
        (f"{VIEW2}/full/300,225/0/default.jpg", f"{VIEW2}/full/300,/0/default.jpg"),
    ],
)  # fmt: skip
def test_an_image_names_its_canonical_address(visitor: FlaskClient, path: str, canonical: str) -> None:
    link = visitor.get(path).headers["Link"]
    assert link == f'<{BASE}{canonical}>;rel="canonical", {LEVEL3 if path.startswith(VIEW3) else LEVEL2}'


@pytest.mark.parametrize(
    ("format_", "media_type", "name"),
    [
        ("jpg", "image/jpeg", "JPEG"),
        ("png", "image/png", "PNG"),
        ("webp", "image/webp", "WEBP"),
        ("tif", "image/tiff", "TIFF"),
        ("gif", "image/gif", "GIF"),
    ],
)
def test_each_format_is_what_it_says(visitor: FlaskClient, format_: str, media_type: str, name: str) -> None:
    answer = visitor.get(f"{VIEW3}/square/120,/0/default.{format_}")
    picture = Image.open(io.BytesIO(answer.data))
    assert (answer.content_type, picture.format, picture.size) == (media_type, name, (120, 120))


@pytest.mark.parametrize(
    "path", [f"{VIEW3}/info.json", f"{VIEW2}/info.json", f"{VIEW3}/full/90,/0/default.jpg"]
)
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*", "{}:br"])
def test_a_client_that_has_it_already_gets_no_body(visitor: FlaskClient, path: str, form: str) -> None:
    known = visitor.get(path)
    tag = known.headers["ETag"]
    asked = f'{tag[:-1]}:br"' if form == "{}:br" else form.format(tag)
    again = visitor.get(path, headers={"If-None-Match": asked})
    assert (again.status_code, again.data) == (304, b"")
    for name in ("Cache-Control", "Vary", "Link", "Access-Control-Allow-Origin"):
        assert again.headers.get(name) == known.headers.get(name)


def test_another_tag_gets_the_body(visitor: FlaskClient) -> None:
    assert visitor.get(f"{VIEW3}/info.json", headers={"If-None-Match": '"other"'}).status_code == 200


def test_each_form_of_the_info_has_its_own_tag(visitor: FlaskClient) -> None:
    wanted = [(VIEW3, "application/json"), (VIEW3, "*/*"), (VIEW2, "application/json"), (VIEW2, LINKED2)]
    tags = {
        visitor.get(f"{base}/info.json", headers={"Accept": accept}).get_etag() for base, accept in wanted
    }
    assert len(tags) == 4


def test_the_tag_changes_with_the_source(own_museum: Flask, own_context: Context) -> None:
    client, path = own_museum.test_client(), f"{VIEW3}/full/max/0/default.jpg"
    before = client.get(path).headers["ETag"]
    with own_context.sessions.begin() as session:
        view, gray = (_asset(session, name) for name in ("view", "gray"))
        view.digest, view.width, view.height = gray.digest, gray.width, gray.height
    after = client.get(path, headers={"If-None-Match": before})
    assert (after.status_code, Image.open(io.BytesIO(after.data)).size) == (200, (600, 520))


def test_the_tag_changes_with_the_quality_of_the_settings(museum_settings: Settings) -> None:
    tags = set()
    for quality in (60, 80):
        with application(dataclasses.replace(museum_settings, jpeg_quality=quality)) as app:
            tags.add(app.test_client().get(f"{VIEW3}/full/300,/0/default.jpg").get_etag())
    assert len(tags) == 2


@pytest.mark.parametrize("path", [f"{VIEW3}/info.json", f"{VIEW3}/full/90,/0/default.jpg"])
def test_head_tells_what_get_would(visitor: FlaskClient, path: str) -> None:
    full, head = visitor.get(path), visitor.head(path)
    assert (head.status_code, head.data) == (200, b"")
    del full.headers["X-Request-ID"], head.headers["X-Request-ID"]
    assert head.headers == full.headers


@pytest.mark.parametrize(
    "path", [f"{VIEW3}/info.json", f"{VIEW3}/full/max/0/default.jpg", "/iiif/image/3/none/info.json"]
)
def test_preflight_lets_every_origin_in(visitor: FlaskClient, path: str) -> None:
    answer = visitor.options(
        path, headers={"Origin": "https://viewer.example", "Access-Control-Request-Method": "GET",
                       "Access-Control-Request-Headers": "authorization"},
    )  # fmt: skip
    assert answer.status_code == 204
    assert answer.access_control_allow_origin == "*"
    assert {"GET", "HEAD", "OPTIONS"} <= set(answer.access_control_allow_methods or ())
    assert "Authorization" in (answer.access_control_allow_headers or ())


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        (f"{VIEW3}/full/full/0/default.jpg", 400, 'size "full": write "max", "w,", ",h", "pct:n"'),
        (f"{VIEW3}/full/1201,/0/default.jpg", 400, 'size "1201,": exceeds the region, which is 1200 × 900'),
        (f"{VIEW3}/2000,0,10,10/max/0/default.jpg", 400, "lies outside the image, which is 1200 × 900"),
        (f"{VIEW3}/0,0,0,10/max/0/default.jpg", 400, 'region "0,0,0,10": width must be at least 1'),
        (f"{VIEW3}/%D9%A1,0,9,9/max/0/default.jpg", 400, "region"),
        (f"{VIEW3}/1_0,0,9,9/max/0/default.jpg", 400, "region"),
        (f"{VIEW3}/full/max/361/default.jpg", 400, "rotation"),
        (f"{VIEW3}/full/max/0/native.jpg", 400, 'quality "native"'),
        (f"{VIEW3}/full/max/0/default.jpeg", 400, 'format "jpeg"'),
        (f"{VIEW3}/full/max/0/default", 400, "format"),
        (f"{VIEW3}/full/%2e%2e/0/default.jpg", 400, "size"),
        (f"{VIEW2}/full/^max/0/default.jpg", 400, '"^" belongs to Image API 3.0'),
        ("/iiif/image/3/none/full/max/0/default.jpg", 404, 'image "none" is not in this archive'),
        ("/iiif/image/4/view/info.json", 404, "image API version 4 is not offered: use 3 or 2"),
        ("/iiif/image/4/view", 404, "image API version 4"),
        ("/iiif/image/3/broken/info.json", 404, "could not be made: it is cut short: copy it again"),
        ("/iiif/image/3/withdrawn/info.json", 410, "was withdrawn"),
        ("/iiif/image/3/withdrawn/full/max/0/default.jpg", 410, "was withdrawn"),
    ],
)  # fmt: skip
def test_what_can_not_be_served_says_why(visitor: FlaskClient, path: str, status: int, detail: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert detail in answer.get_json()["detail"]
    assert answer.access_control_allow_origin == "*"
    assert answer.cache_control.no_store


@pytest.mark.parametrize("name", ["draft", "restricted", "embargoed"])
@pytest.mark.parametrize("rest", ["info.json", "full/max/0/default.jpg"])
def test_a_hidden_image_answers_as_one_that_is_not_there(visitor: FlaskClient, name: str, rest: str) -> None:
    hidden = visitor.get(f"/iiif/image/3/{name}/{rest}")
    absent = visitor.get(f"/iiif/image/3/none/{rest}")
    assert hidden.status_code == 404
    assert hidden.text == absent.text.replace("none", name)


def test_an_embargo_ends_by_itself(visitor: FlaskClient) -> None:
    assert visitor.get("/iiif/image/3/lapsed/full/max/0/default.jpg").status_code == 200


@pytest.mark.parametrize("rest", ["info.json", "full/max/0/default.jpg"])
def test_an_image_in_the_making_says_when_to_come_back(visitor: FlaskClient, rest: str) -> None:
    answer = visitor.get(f"/iiif/image/3/waiting/{rest}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    "identifier",
    ["..%2F..%2Fetc%2Fpasswd", "%2e%2e", "..", "view%2F", "%2Fview", "view%252F", "view%5C..", "view%00",
     "%00", "x" * 3000, "%FF%FE", "%20", "'%20OR%201=1"],
)  # fmt: skip
@pytest.mark.parametrize("rest", ["/info.json", "/full/max/0/default.jpg"])
def test_a_strange_identifier_is_the_clients_fault(visitor: FlaskClient, identifier: str, rest: str) -> None:
    assert visitor.get(f"/iiif/image/3/{identifier}{rest}").status_code in {400, 404}


@pytest.mark.parametrize(
    "path", [f"{VIEW3}/info.json?x=1", f"{VIEW3}/full/90,/0/default.jpg?cache=no&size=full"]
)
def test_the_query_string_changes_nothing(visitor: FlaskClient, path: str) -> None:
    with_query, without = visitor.get(path), visitor.get(path.partition("?")[0])
    assert (with_query.status_code, with_query.data, with_query.get_etag()) == (
        200,
        without.data,
        without.get_etag(),
    )


@pytest.mark.parametrize("damage", ["lost", "empty", "of another kind", "cut off"])
def test_a_damaged_pyramid_is_told_to_the_log_and_not_shown(
    museum_settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    settings = dataclasses.replace(museum_settings, storage_url=str(tmp_path / "store"))
    shutil.copytree(museum_settings.store_path / "pyramids", tmp_path / "store" / "pyramids")
    with application(settings) as app:
        _damage(app.extensions["mogao"], damage)
        answer = app.test_client().get(f"{VIEW3}/full/max/90/default.png")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3600")
    assert (
        answer.get_json()["detail"] == 'image "view" is damaged in the store: its keeper must make it again'
    )
    assert "Traceback" in caplog.text


def test_an_image_that_no_canvas_shows_any_more_is_gone(own_museum: Flask, own_context: Context) -> None:
    with own_context.sessions.begin() as session:
        session.execute(update(Canvas).where(Canvas.identifier == "photograph-1").values(asset_id=None))
    answer = own_museum.test_client().get(f"{VIEW3}/info.json")
    assert (answer.status_code, answer.get_json()["detail"]) == (410, 'image "view" is shown no more')


def test_a_withdrawal_is_seen_at_once(own_museum: Flask, own_context: Context) -> None:
    client, path = own_museum.test_client(), f"{VIEW3}/full/90,/0/default.jpg"
    tag = client.get(path).headers["ETag"]
    with own_context.sessions.begin() as session:
        session.execute(update(Record).where(Record.identifier == "photograph").values(visibility="draft"))
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 404


def test_an_image_is_served_as_soon_as_its_pyramid_is_made(own_museum: Flask, own_context: Context) -> None:
    client = own_museum.test_client()
    assert client.get("/iiif/image/3/waiting/info.json").status_code == 503
    make_pyramid(own_context, "waiting")
    assert client.get("/iiif/image/3/waiting/info.json").status_code == 200


def _damage(context: Context, damage: str) -> None:
    with context.sessions() as session:
        pyramid = context.settings.store_path / _asset(session, "view").pyramid_key
    match damage:
        case "lost":
            pyramid.unlink()
        case "empty":
            pyramid.write_bytes(b"")
        case "of another kind":
            pyramid.write_bytes(b"not a TIFF file")
        case "cut off":
            # The list of tiles is whole, their bytes are not.
            content = pyramid.read_bytes()
            pyramid.write_bytes(content[:50_000] + bytes(len(content) - 50_000))


def _asset(session: Session, identifier: str) -> Asset:
    return session.scalars(select(Asset).where(Asset.identifier == identifier)).one()
