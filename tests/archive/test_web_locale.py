"""Which language a page speaks, and which ones a record's own text is looked for in."""

from types import SimpleNamespace

import pytest
from flask import Flask

from archive.config import Settings
from archive.web import locale


def application(*languages: str) -> Flask:
    app = Flask(__name__)
    app.extensions["mogao"] = SimpleNamespace(settings=Settings(languages=languages))
    return app


FOUR = application("en", "zh", "fr", "ar")


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("", "en"),
        ("*", "en"),
        ("de", "en"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("de,ar;q=0.5", "ar"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("en;q=0.4,fr;q=0.6", "fr"),
        ("AR-eg", "ar"),
    ],
)
def test_the_browsers_languages_choose(accepted: str, spoken: str) -> None:
    with FOUR.test_request_context(headers={"Accept-Language": accepted}):
        assert locale.tag_of(locale.spoken()) == spoken


@pytest.mark.parametrize(
    ("asked", "cookie", "spoken"),
    [
        ("ar", "fr", "ar"),
        ("zh", None, "zh-Hans"),
        (None, "fr", "fr"),
        ("xx", "fr", "fr"),
        ("xx", None, "en"),
        ("../../etc", "\x00", "en"),
    ],
)
def test_the_address_goes_before_the_cookie_and_both_before_the_browser(
    asked: str | None, cookie: str | None, spoken: str
) -> None:
    headers = {"Accept-Language": "en"} | ({"Cookie": f"{locale.COOKIE}={cookie}"} if cookie else {})
    with FOUR.test_request_context(query_string={"lang": asked} if asked else {}, headers=headers):
        assert locale.tag_of(locale.spoken()) == spoken


@pytest.mark.parametrize(
    ("languages", "offered"),
    [
        (("ar", "fr"), ["ar", "fr"]),
        (("zh", "zh-Hans", "en"), ["zh-Hans", "en"]),
        (("xx",), ["en", "ar", "fr", "zh-Hans"]),
    ],
    ids=["in the order of the settings", "each once", "all where none is ours"],
)
def test_the_settings_say_what_is_offered(languages: tuple[str, ...], offered: list[str]) -> None:
    with application(*languages).test_request_context():
        assert [locale.tag_of(one) for one in locale.offered()] == offered


def test_the_first_language_offered_is_spoken_to_a_stranger() -> None:
    with application("ar", "en").test_request_context(headers={"Accept-Language": "de"}):
        assert locale.spoken().text_direction == "rtl"


def test_a_record_may_speak_a_language_that_the_pages_do_not() -> None:
    with FOUR.test_request_context(headers={"Accept-Language": "ja, fr;q=0.5"}):
        assert locale.wanted() == ["ja", "fr", "fr"]


def test_a_language_chosen_by_hand_holds_for_records_too() -> None:
    with FOUR.test_request_context("/?lang=ar", headers={"Accept-Language": "ja"}):
        assert locale.wanted() == ["ar", "ja"]


def test_the_address_in_another_language_keeps_the_search() -> None:
    with FOUR.test_request_context("/?q=雲&lang=fr&page=2"):
        assert locale.address(locale.offered()[3]) == "?q=%E9%9B%B2&page=2&lang=ar"


@pytest.mark.parametrize(("query", "chosen"), [("", None), ("?lang=zh", "zh-Hans"), ("?lang=xx", None)])
def test_only_a_language_asked_for_now_is_remembered(query: str, chosen: str | None) -> None:
    with FOUR.test_request_context(f"/{query}", headers={"Cookie": f"{locale.COOKIE}=fr"}):
        assert locale.chosen_now() == chosen
