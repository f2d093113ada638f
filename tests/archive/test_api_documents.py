"""Documents ahead of Flask: what was answered before is answered to the letter, until it changes."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import flask
import pytest
from flask import Flask
from museum import application, take_in
from sqlalchemy import event, select
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from archive import db
from archive.api.documents import Answer, Answers, Documents
from archive.config import Settings
from archive.context import Context
from archive.models import Record

BOOK = "/iiif/manifest/book"
PATHS = [
    BOOK,
    "/iiif/2/manifest/book",
    "/iiif/manifest/photograph",
    "/iiif/manifest/lapsed",
    "/iiif/collection/root",
    "/iiif/2/collection/root",
    "/iiif/collection/Books",
]
SAID: list[dict[str, str]] = [
    {},
    {"Accept": "application/json"},
    {"Accept": 'application/ld+json;profile="http://iiif.io/api/presentation/2/context.json"'},
    {"Accept-Encoding": "gzip, br"},
    {"Accept-Encoding": "gzip", "Origin": "https://viewer.example"},
]


@dataclass(frozen=True)
class Asked:
    """An application, and how to ask it."""

    app: Flask

    def __call__(self, path: str, method: str = "GET", **headers: str) -> tuple[TestResponse, bool]:
        """The answer, and whether Flask was asked for it."""
        reached: list[str] = []

        def note(_sender: Flask, **_: object) -> None:
            reached.append(path)

        with flask.request_started.connected_to(note, self.app):
            answer = self.app.test_client().open(path, method=method, headers=headers)
        return answer, bool(reached)


@pytest.fixture(scope="module")
def asked(museum_settings: Settings) -> Iterator[Asked]:
    with application(museum_settings) as app:
        yield Asked(app)


@pytest.fixture
def own(own_museum: Flask) -> Asked:
    return Asked(own_museum)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("path", PATHS)
def test_the_second_answer_is_the_first_without_flask(
    asked: Asked, path: str, said: dict[str, str], method: str
) -> None:
    with _forgetting(asked):
        first, reached_first = asked(path, method, **said)
        second, reached_second = asked(path, method, **said)
    assert (first.status_code, reached_first, reached_second) == (200, True, False)
    assert (second.status, second.data) == (first.status, first.data)
    assert _told(second.headers) == _told(first.headers)


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_what_a_client_has_is_not_sent_again(asked: Asked, form: str) -> None:
    known = {"If-None-Match": form.format(asked(BOOK)[0].headers["ETag"])}
    first, second = asked(BOOK, **known)[0], asked(BOOK, **known)
    assert (second[0].status_code, second[0].data, second[1]) == (304, b"", False)
    assert _told(second[0].headers) == _told(first.headers)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/iiif/manifest/none", 404, id="unknown"),
        pytest.param("/iiif/manifest/draft", 404, id="draft"),
        pytest.param("/iiif/manifest/restricted", 404, id="restricted"),
        pytest.param("/iiif/manifest/embargoed", 404, id="embargoed"),
        pytest.param("/iiif/manifest/withdrawn", 410, id="withdrawn"),
        pytest.param("/iiif/manifest/Or.8210%2FS.1", 301, id="another name"),
        pytest.param("/iiif/collection/none", 404, id="unknown collection"),
        pytest.param("/iiif/collection/root/7", 404, id="unknown page"),
        pytest.param("/iiif/9/manifest/book", 404, id="unknown version"),
        pytest.param(f"{BOOK}?a=%00", 400, id="NUL"),
        pytest.param("/iiif/canvas/book-1", 200, id="a part"),
    ],
)
def test_all_else_is_flasks_each_time(asked: Asked, path: str, status: int) -> None:
    for _ in range(2):
        answer, reached = asked(path)
        assert (answer.status_code, reached) == (status, True)


def test_who_shows_a_name_is_flasks(asked: Asked) -> None:
    asked(BOOK)
    assert asked(BOOK, Authorization="Bearer secret")[1]


def test_what_is_refused_is_refused_each_time(asked: Asked) -> None:
    for _ in range(2):
        answer, reached = asked(BOOK, Accept="*/*;q=0")
        assert (answer.status_code, reached) == (406, True)


def test_an_edit_shows_at_the_next_request(own: Asked, own_context: Context) -> None:
    for path in (BOOK, "/iiif/collection/Books"):
        own(path)
    take_in(own_context, "A book", "Another book")
    assert own(BOOK)[0].get_json()["label"] == {"en": ["Another book"]}
    assert own("/iiif/collection/Books")[0].get_json()["items"][0]["label"] == {"en": ["Another book"]}


def test_an_edit_is_drawn_once(own: Asked, own_context: Context) -> None:
    own(BOOK)
    take_in(own_context, "A book", "Another book")
    assert [own(BOOK)[1] for _ in range(3)] == [True, False, False]


def test_while_nothing_is_written_the_catalogue_is_asked_for_no_revision(
    own: Asked, own_context: Context
) -> None:
    engine = own.app.extensions["mogao"].sessions.engine
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    for _ in range(2):
        own(BOOK)
    for is_edited, count in ((False, 0), (True, 1)):
        if is_edited:
            take_in(own_context, "A view", "Another view")
        asked.clear()
        assert [own(BOOK)[1] for _ in range(3)] == [False, False, False]
        assert len([one for one in asked if "SELECT record.revision" in one]) == count


def test_what_is_withdrawn_is_gone_at_the_next_request(own: Asked, own_context: Context) -> None:
    own(BOOK)
    with own_context.sessions.begin() as session:
        session.scalars(select(Record).where(Record.identifier == "book")).one().withdrawn = db.now()
    assert own(BOOK)[0].status_code == 410


def test_a_new_day_is_a_new_collection(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    root = "/iiif/collection/root"
    before = asked(root)[0].headers["ETag"]
    tomorrow = db.now() + dt.timedelta(days=1)
    monkeypatch.setattr(db, "now", lambda: tomorrow)
    answer, reached = asked(root)
    assert (reached, answer.headers["ETag"] != before) == (True, True)


def test_an_answer_that_varies_with_more_is_not_kept(asked: Asked) -> None:
    def varying(answer: flask.Response) -> flask.Response:
        answer.vary.add("Cookie")
        return answer

    with _forgetting(asked), _after_request(asked.app, varying):
        assert [asked(BOOK)[1] for _ in range(2)] == [True, True]


def test_a_request_that_says_too_much_is_flasks(asked: Asked) -> None:
    long = {"Accept": f"application/json, {'x' * 2000}/*"}
    assert [asked(BOOK, **long)[1] for _ in range(2)] == [True, True]


def test_what_was_not_asked_for_longest_goes() -> None:
    kept = Answers(limit=10_000)
    one = Answer((), "200 OK", (), b"x" * 2000)
    kept.keep(("a",), one)
    kept.keep(("b",), one)
    kept.get(("a",))
    kept.keep(("c",), one)
    assert [kept.get((name,)) for name in "abc"] == [one, None, one]


def test_what_is_kept_anew_counts_once() -> None:
    kept = Answers(limit=10_000)
    for _ in range(9):
        kept.keep(("a",), Answer((), "200 OK", (), b"x" * 2000))
    kept.keep(("b",), Answer((), "200 OK", (), b""))
    assert kept.get(("a",))


def test_what_is_too_large_is_not_kept() -> None:
    kept = Answers(limit=10_000)
    kept.keep(("a",), Answer((), "200 OK", (), b"x" * 10_000))
    assert kept.get(("a",)) is None


@contextmanager
def _forgetting(asked: Asked) -> Iterator[None]:
    """Have nothing been answered before."""
    ahead = asked.app.wsgi_app.__dict__["_app"]
    assert isinstance(ahead, Documents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ahead, "_answers", Answers(1 << 20))
        yield


@contextmanager
def _after_request(app: Flask, change: Callable[[flask.Response], flask.Response]) -> Iterator[None]:
    changes = app.after_request_funcs[None]
    changes.insert(0, change)
    try:
        yield
    finally:
        changes.remove(change)


def _told(headers: Headers) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in headers if name != "X-Request-ID")
