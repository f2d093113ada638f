"""The archive's search, over HTTP: in every language, narrowed, ordered, paged, and never at fault."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import catalogue
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sending import bearer

from archive import follower
from archive.app import create_app
from archive.config import Settings
from archive.context import Context, initialise
from archive.models import Scope
from archive.services import records
from archive.services.drafts import Dates, Draft

Json = dict[str, Any]

ZERO = "http://creativecommons.org/publicdomain/zero/1.0/"
DRAFTS = (
    Draft(
        "scroll",
        "scroll",
        label={"en": ["Autumn River"], "zh-Hant": ["秋江圖卷"]},
        summary={
            "en": ["A boat on a wide river, and mountains behind it."],
            "zh-Hant": ["山水之間，一葉扁舟。"],
        },
        maker={"en": ["Ma Yuan"], "zh-Hant": ["馬遠"]},
        type={"en": ["Handscroll"]},
        subject={"en": ["Rivers", "Mountains"]},
        dates=Dates({"en": ["c. 1200"]}, 1190, 1210),
        collections=("Paintings/Song",),
        rights=ZERO,
    ),
    Draft(
        "cafe",
        "cafe",
        label={"fr": ["Le café de nuit"], "en": ["The Night Café"]},
        maker={"none": ["V. van Gogh"]},
        type={"en": ["Painting"]},
        subject={"en": ["Cafés"]},
        dates=Dates({"en": ["1888"]}, 1888, 1888),
        collections=("Paintings/Oils",),
    ),
    Draft(
        "seal",
        "seal",
        label={"en": ["A seal"], "ar": ["ختم من الطين"]},
        summary={"en": ["<p>Clay, with a <b>river</b> god.</p>"]},
        type={"en": ["Seal"]},
        dates=Dates({"en": ["500 BCE"]}, -499, -499),
        collections=("Finds",),
    ),
    Draft(
        "sutra",
        "sutra",
        label={"bo": ["བྱང་ཆུབ་སེམས་དཔའ"], "en": ["A sutra"]},
        accession_number="Or.8210/S.1",
    ),
    Draft("secret", "secret", label={"en": ["A hidden river"]}, visibility="draft", collections=("Finds",)),
    Draft(
        "later",
        "later",
        label={"en": ["A later river"]},
        visibility="embargo",
        embargo_until=dt.date(2999, 1, 1),
    ),
    Draft(
        "now",
        "now",
        label={"en": ["A lapsed embargo"]},
        visibility="embargo",
        embargo_until=dt.date(2001, 1, 1),
    ),
    Draft("gone", "gone", label={"en": ["A withdrawn river"]}),
)


@pytest.fixture(scope="module", params=["embedded", pytest.param("elastic", marks=pytest.mark.elasticsearch)])
def app(
    request: pytest.FixtureRequest, catalogue_template: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """An archive that is searched by each engine."""
    folder = tmp_path_factory.mktemp("searched")
    url = ""
    if request.param == "elastic":
        url = f"{request.getfixturevalue('elasticsearch_server')}/searched"
    made = create_app(Settings(data_dir=folder, public_url="https://archive.example", search_url=url))
    context: Context = made.extensions["mogao"]
    initialise(context)
    for draft in DRAFTS:
        catalogue.save(context, draft)
    with context.sessions.begin() as session:
        records.withdraw(session, "gone")
    follower.rebuild(context, context.kept[0])
    yield made
    context.close()


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def search(client: FlaskClient, language: str = "en", **asked: Any) -> Json:
    answer = client.get("/api/search", query_string=asked, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    found: Json = answer.get_json()
    return found


def names(found: Json) -> list[str]:
    return [hit["record"]["identifier"] for hit in found["hits"]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("river", ["scroll", "seal"]),
        ("RIVERS", ["scroll", "seal"]),
        ("cafe", ["cafe"]),
        ("秋江图", ["scroll"]),
        ("马远", ["scroll"]),
        ("ཆུབ", ["sutra"]),
        ("الطين", ["seal"]),
        ('"autumn river"', ["scroll"]),
        ('"river autumn"', []),
        ("mount*", ["scroll"]),
        ("river -boat", ["seal"]),
        ("maker:gogh", ["cafe"]),
        ("label:river", ["scroll"]),
        ("number:Or.8210", ["sutra"]),
        ("lapsed", ["now"]),
        ("withdrawn", []),
        ("hidden", []),
        ("later", []),
    ],
)
def test_words_find_records_in_any_language(client: FlaskClient, words: str, expected: list[str]) -> None:
    found = search(client, q=words)
    assert (sorted(names(found)), found["total"]) == (sorted(expected), len(expected))


def test_a_word_counts_for_more_in_a_label(client: FlaskClient) -> None:
    assert names(search(client, q="river"))[0] == "scroll"


def test_titles_are_picked_by_the_readers_language(client: FlaskClient) -> None:
    titles = {
        language: search(client, language, q="river")["hits"][0]["title"]
        for language in ("zh-TW", "en", "de")
    }
    assert titles == {"zh-TW": "秋江圖卷", "en": "Autumn River", "de": "Autumn River"}


def test_an_excerpt_is_text_in_parts_and_never_markup(client: FlaskClient) -> None:
    hits = {hit["record"]["identifier"]: hit for hit in search(client, q="river")["hits"]}
    assert hits["seal"]["excerpt"] == {
        "field": "summary",
        "language": "en",
        "parts": [
            {"text": "Clay, with a ", "match": False},
            {"text": "river", "match": True},
            {"text": " god.", "match": False},
        ],
    }


def test_where_no_record_has_all_words_some_have_some(client: FlaskClient) -> None:
    found = search(client, q="boat café")
    assert (found["relaxed"], sorted(names(found))) == (True, ["cafe", "scroll"])


def test_what_may_have_been_meant_is_suggested(client: FlaskClient) -> None:
    assert search(client, q="autum rivr")["suggestion"] == "autumn river"


def test_what_only_a_hidden_record_has_is_never_suggested(client: FlaskClient) -> None:
    assert "suggestion" not in search(client, q="hiddn")
    words = client.get("/api/search/completions?q=hidd").get_json()
    assert words == {"words": [], "records": []}


def test_facets_are_counted_and_narrow(client: FlaskClient) -> None:
    found = search(client)
    facets = {
        name: {one["value"]: one["count"] for one in values} for name, values in found["facets"].items()
    }
    assert facets["collection"] == {"Paintings": 2, "Paintings-Song": 1, "Paintings-Oils": 1, "Finds": 1}
    assert facets["type"] == {"en:Handscroll": 1, "en:Painting": 1, "en:Seal": 1}
    assert facets["century"] == {"-499": 1, "1101": 1, "1201": 1, "1801": 1}
    assert names(search(client, type="en:Seal")) == ["seal"]
    assert names(search(client, type=["en:Seal", "en:Painting"])) == ["cafe", "seal"]
    assert names(search(client, collection="Paintings", century="1801")) == ["cafe"]


def test_facets_speak_the_readers_language(client: FlaskClient) -> None:
    makers = {
        language: [one["label"] for one in search(client, language)["facets"]["maker"]]
        for language in ("en", "zh-TW")
    }
    assert makers == {"en": ["Ma Yuan", "V. van Gogh"], "zh-TW": ["V. van Gogh", "馬遠"]}


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ({"from": 1888}, ["cafe"]),
        ({"from": 1200, "to": 1300}, ["scroll"]),
        ({"to": -400}, ["seal"]),
        ({"from": -499, "to": -499}, ["seal"]),
    ],
)
def test_years_narrow_before_our_era_too(client: FlaskClient, span: Json, expected: list[str]) -> None:
    assert names(search(client, **span)) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("date", ["seal", "scroll", "cafe"]), ("-date", ["cafe", "scroll", "seal"])],
)
def test_records_stand_in_the_order_that_was_asked_for(
    client: FlaskClient, sort: str, expected: list[str]
) -> None:
    # What has no date comes last.
    assert names(search(client, sort=sort))[:3] == expected


def test_pages_follow_each_other_by_their_links(client: FlaskClient) -> None:
    found = search(client, limit=2)
    seen = names(found)
    while "next" in found:
        found = client.get(found["next"]).get_json()
        seen += names(found)
    assert seen == ["scroll", "cafe", "seal", "sutra", "now"]


def test_relaxed_pages_follow_each_other_too(client: FlaskClient) -> None:
    found = search(client, q="boat café", limit=1)
    assert names(found) + names(client.get(found["next"]).get_json()) == names(search(client, q="boat café"))


def test_a_token_finds_what_is_hidden_in_its_own_collection(app: Flask) -> None:
    keeper = bearer(app, "keeper", Scope.READ)
    finds = bearer(app, "finds", Scope.READ, "Finds")
    assert sorted(names(search(keeper, q="river"))) == ["later", "scroll", "seal", "secret"]
    assert sorted(names(search(finds, q="river"))) == ["scroll", "seal"]
    assert sorted(names(search(finds, q="river", collection="Finds"))) == ["seal", "secret"]


def test_a_query_that_is_begun_is_completed(client: FlaskClient) -> None:
    told = client.get("/api/search/completions?q=autumn+ri").get_json()
    assert told["words"] == ["autumn river", "autumn rivers"]
    assert [one["title"] for one in told["records"]] == ["Autumn River"]


def test_what_is_found_is_a_collection_for_any_viewer(client: FlaskClient) -> None:
    found = client.get("/iiif/found/Paintings?q=river").get_json()
    assert found["id"] == "https://archive.example/iiif/found/Paintings?q=river"
    assert found["label"] == {"none": ["river"]}
    assert [item["id"] for item in found["items"]] == ["https://archive.example/iiif/manifest/scroll"]
    assert found["partOf"][0]["id"] == "https://archive.example/iiif/collection/Paintings"


HOSTILE = (
    *("AND", "OR NOT", "river AND NOT boat", "field:x", "a:b:c:", "/.*(a+)+$/", "[1 TO 5]", "{* TO *}"),
    *("river~2", "river^99", "(((((((", '"', '""', "*", "?", "-", "--", "-*", '-"', "\\", "<script>"),
    *("'; DROP TABLE record; --", "\u202eriver", "\ud800", "\udfff\ud800", "~", "* " * 50, "a" * 5000),
    *("river " * 800, "江" * 5000, "%", "_", "\t\n", '{"match_all":{}}', "_exists_:label", "\u200b"),
    *("\ufeff", "label:", "label:*", 'label:"', "e\u0301" * 3000),
)


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_no_query_is_an_error(client: FlaskClient, words: str) -> None:
    for address in ("/api/search", "/api/search/completions", "/iiif/found/root", "/"):
        query = {"q": words.encode("utf-8", "surrogatepass")}
        assert client.get(address, query_string=query).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        *("q=%00", "limit=0", "limit=x", "cursor=nonsense", "cursor=~", "sort=size", "from=late"),
        *("to=99999999", "facets=size", "unknown=1", "q=" + "a" * 10_001),
    ],
)
def test_what_can_not_be_meant_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/api/search?{query}").status_code == 400


def test_a_collection_that_is_not_there_is_a_404(client: FlaskClient) -> None:
    assert client.get("/api/search?collection=absent").status_code == 404
    assert client.get("/iiif/found/absent").status_code == 404


@pytest.fixture
def unindexed(settings: Settings) -> Iterator[FlaskClient]:
    """A client of an archive that has a record, and no index yet."""
    app = create_app(settings)
    context: Context = app.extensions["mogao"]
    catalogue.save(context, DRAFTS[0])
    yield app.test_client()
    context.close()


def test_without_an_index_the_api_asks_to_wait_and_the_page_goes_on(unindexed: FlaskClient) -> None:
    client = unindexed
    answer = client.get("/api/search?q=river")
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    shown = client.get("/?q=river").text
    assert "1 record" in shown
    assert "The search index is being made" in shown
