"""Content Search: what is found is on the page where it is said to be, page by page, in 2.0 and in 1.0.

The numbers are those of the requirements, S2 for Content Search 2.0 and S1 for 1.0.
"""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from printed import add, page
from sending import bearer
from sqlalchemy import select, update

from archive import follower
from archive.app import create_app
from archive.config import Settings
from archive.context import Context, initialise
from archive.models import Canvas, Scope, Text
from archive.services import access, texts
from archive.services.drafts import Draft
from archive.services.passages import SIZE
from search.page_text import Cue, PageText, Reading

Json = dict[str, Any]

BASE = "https://archive.example"
CONTEXT = "http://iiif.io/api/search/2/context.json"
CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
LONG_AGO = "2020-01-01T00:00:00Z/2021-01-01T00:00:00Z"

BOOK = (
    page("A bird in the hand", "is worth two in the bush", language="en"),
    page("There are two birds here, and", "the first", language="en"),
    page("river of all rivers is the Nile", language="en"),
    page("江山如", "畫一時多少豪傑", language="zh"),
    dataclasses.replace(page("漢字を 讀む", language="ja"), readings=(Reading(0, 2, "かんじ"),)),
)


@pytest.fixture(scope="module", params=["embedded", pytest.param("elastic", marks=pytest.mark.elasticsearch)])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An archive with a book, a long one, a hidden one, a recording and notes."""
    url = f"{request.getfixturevalue('elasticsearch_server')}/passages" if request.param == "elastic" else ""
    folder = tmp_path_factory.mktemp("searched")
    made = create_app(Settings(data_dir=folder, public_url=BASE, search_url=url))
    context: Context = made.extensions["mogao"]
    initialise(context)
    add(context, Draft("book", "book", label={"en": ["A book"]}, collections=("Books/Old",)), BOOK)
    long = [page(f"This is page {number}", "a whale", language="en") for number in range(2 * SIZE + 3)]
    add(context, Draft("long", "long", label={"en": ["A long book"]}, collections=("Books",)), long)
    hidden = Draft("hidden", "hidden", visibility="draft", collections=("Books",))
    add(context, hidden, [page("a hidden bird", language="en")])
    said = PageText("Two birds sing. They fly.", "en", cues=(Cue(0, 15, 1.5, 3.0), Cue(16, 25, 3.0, 5.0)))
    add(context, Draft("song", "song", label={"en": ["A song"]}), [said])
    bare = Draft("bare", "bare", label={"en": ["Without a text"]})
    add(context, bare, [])
    note(made, "book-2", "A bird on the roof, and another bird.", creator="https://people.example/ann")
    note(made, "book-2", "<p>A <i>bird</i> &amp; a cat</p>", format="text/html", motivation="describing")
    follower.rebuild(context, context.kept[0])
    follower.rebuild(context, context.kept[1])
    yield made
    context.close()


def note(app: Flask, canvas: str, value: str, *, motivation: str = "commenting", **more: str) -> None:
    body = {"type": "TextualBody", "value": value, "language": "en"}
    body |= {"format": more["format"]} if "format" in more else {}
    said = {
        "type": "Annotation",
        "motivation": motivation,
        "body": body,
        "target": f"{BASE}/iiif/canvas/{canvas}#xywh=5,5,10,10",
    }
    said |= {"creator": more["creator"]} if "creator" in more else {}
    made = bearer(app, f"noter {value[:3]}").post(f"/iiif/annotation/{canvas}/", json=said)
    assert made.status_code == 201, made.text


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def ask(client: FlaskClient, address: str = "2/manifest/book", service: str = "search", **asked: str) -> Json:
    answer = client.get(f"/iiif/{service}/{address}", query_string=asked)
    assert answer.status_code == 200, answer.text
    found: Json = answer.get_json()
    return found


def places(found: Json) -> list[tuple[str, str]]:
    """What was found: its text, and its canvas with the box."""
    return [
        (one["body"]["value"], one["target"].removeprefix(f"{BASE}/iiif/canvas/"))
        for one in found["items"]
        if one["motivation"] == "supplementing"
    ]


def quotes(found: Json) -> list[list[str]]:
    """What matched, with what stands around it: a list for each match, its parts joined by |."""
    matches = found["annotations"][0]["items"]
    targets = [one["target"] if isinstance(one["target"], list) else [one["target"]] for one in matches]
    selectors = [[target["selector"][0] for target in each] for each in targets]
    return [
        ["|".join(one.get(part, "") for one in each) for part in ("prefix", "exact", "suffix")]
        for each in selectors
    ]


class TestSecondVersion:
    def test_a_manifest_announces_both_versions_s2_01_02(self, client: FlaskClient) -> None:
        second, first = client.get("/iiif/manifest/book").get_json()["service"]
        assert second == {
            "id": f"{BASE}/iiif/search/2/manifest/book",
            "type": "SearchService2",
            "service": [{"id": f"{BASE}/iiif/autocomplete/2/manifest/book", "type": "AutoCompleteService2"}],
        }
        assert (first["@id"], first["@type"]) == (f"{BASE}/iiif/search/1/manifest/book", "SearchService1")
        assert first["profile"] == "http://iiif.io/api/search/1/search"

    def test_what_has_no_text_announces_nothing(self, client: FlaskClient) -> None:
        assert "service" not in client.get("/iiif/manifest/bare").get_json()

    def test_scopes_have_addresses_of_their_own_s2_02(self, client: FlaskClient) -> None:
        told = client.get("/iiif/collection/Books").get_json()["service"][0]["id"]
        assert told == f"{BASE}/iiif/search/2/collection/Books"

    def test_a_page_of_whole_annotations_s2_03_04_05(self, client: FlaskClient) -> None:
        found = ask(client, q="worth")
        assert found == {
            "@context": CONTEXT,
            "id": f"{BASE}/iiif/search/2/manifest/book?q=worth",
            "type": "AnnotationPage",
            "items": [
                {
                    "id": f"{BASE}/iiif/text/book-1#char=22,27",
                    "type": "Annotation",
                    "motivation": "supplementing",
                    "created": CREATED.match(found["items"][0]["created"])[0],  # type: ignore[index]
                    "body": {
                        "type": "TextualBody",
                        "value": "worth",
                        "language": "en",
                        "format": "text/plain",
                    },
                    "target": f"{BASE}/iiif/canvas/book-1#xywh=15,20,25,20",
                }
            ],
            "annotations": [
                {
                    "type": "AnnotationPage",
                    "items": [
                        {
                            "id": f"{BASE}/iiif/search/2/manifest/book?q=worth#match-1",
                            "type": "Annotation",
                            "motivation": "contextualizing",
                            "target": {
                                "type": "SpecificResource",
                                "source": f"{BASE}/iiif/text/book-1#char=22,27",
                                "selector": [
                                    {
                                        "type": "TextQuoteSelector",
                                        "prefix": "A bird in the hand\nis ",
                                        "exact": "worth",
                                        "suffix": " two in the bush",
                                    }
                                ],
                            },
                        }
                    ],
                }
            ],
        }

    def test_nothing_is_an_empty_page_s2_06(self, client: FlaskClient) -> None:
        found = ask(client, q="elephant")
        assert (found["items"], "annotations" in found) == ([], False)

    @pytest.mark.parametrize("asked", [{}, {"q": ""}, {"q": "  "}])
    def test_no_words_find_nothing_and_are_no_error_s2_12(self, client: FlaskClient, asked: Json) -> None:
        assert ask(client, **asked)["items"] == []

    def test_forms_of_a_word_are_found_case_set_aside_s2_15(self, client: FlaskClient) -> None:
        assert [text for text, _ in places(ask(client, q="BIRD"))] == ["bird", "birds"]

    def test_a_phrase_over_a_line_end_is_one_match_of_two_items_s2_10(self, client: FlaskClient) -> None:
        found = ask(client, q='"hand is"')
        assert places(found) == [("hand", "book-1#xywh=70,0,20,20"), ("is", "book-1#xywh=0,20,10,20")]
        assert quotes(found) == [["A bird in the |", "hand|is", "| worth two in the bush"]]

    def test_a_phrase_over_a_page_end_is_one_match_s2_10(self, client: FlaskClient) -> None:
        found = ask(client, q='"first river of"')
        assert places(found) == [("first", "book-2#xywh=20,20,25,20"), ("river of", "book-3#xywh=0,0,40,20")]
        assert [exact for _, exact, _ in quotes(found)] == ["first|river of"]

    def test_characters_without_blanks_are_found_over_a_line_end_in_either_script(
        self, client: FlaskClient
    ) -> None:
        found = ask(client, q="如画")
        assert [text for text, _ in places(found)] == ["如", "畫"]
        assert places(ask(client, q="江画")) == []

    def test_what_may_also_be_read_is_found_where_it_stands(self, client: FlaskClient) -> None:
        assert places(ask(client, q="かんじ")) == [("漢字", "book-5#xywh=0,0,10,20")]

    def test_words_without_quotes_are_found_anywhere_on_a_page(self, client: FlaskClient) -> None:
        assert [text for text, _ in places(ask(client, q="bush hand"))] == ["hand", "bush"]

    def test_an_annotation_is_found_whole_with_each_match_s2_10(self, client: FlaskClient) -> None:
        found = ask(client, q="bird", motivation="commenting")
        (item,) = found["items"]
        assert item["body"]["value"] == "A bird on the roof, and another bird."
        assert item["target"] == f"{BASE}/iiif/canvas/book-2#xywh=5,5,10,10"
        assert [one["motivation"] for one in found["annotations"][0]["items"]] == ["highlighting"] * 2
        for before, exact, after in quotes(found):
            assert before + exact + after in item["body"]["value"]

    def test_what_is_quoted_stands_in_the_body_to_the_letter_s2_10(self, client: FlaskClient) -> None:
        found = ask(client, q="bird", motivation="describing")
        (quote,) = quotes(found)
        assert "".join(quote) in found["items"][0]["body"]["value"]
        assert quote[1] == "bird"

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            ({"motivation": "supplementing"}, 2),
            ({"motivation": "commenting"}, 1),
            ({"motivation": "commenting describing"}, 2),
            ({"motivation": "painting"}, 0),
            ({"motivation": ""}, 4),
            ({"user": "https://people.example/ann"}, 1),
            ({"user": "https://people.example/bob"}, 0),
            ({"date": LONG_AGO}, 0),
            ({"date": "2020-01-01T00:00:00Z/2999-01-01T00:00:00Z"}, 4),
            ({"date": f"{LONG_AGO} 2022-01-01T00:00:00Z/2999-01-01T00:00:00Z"}, 4),
            ({"unknown": "x"}, 4),
        ],
    )  # fmt: skip
    def test_filters_restrict_and_empty_ones_do_not_s2_07_08(
        self, client: FlaskClient, filters: Json, expected: int
    ) -> None:
        found = ask(client, q="bird", **filters)
        assert (len(found["items"]), "ignored" in found) == (expected, False)

    def test_pages_lead_on_and_back_and_bear_the_filters_s2_09(self, client: FlaskClient) -> None:
        first = ask(client, "2/manifest/long", q="whale", motivation="supplementing")
        asked = f"{BASE}/iiif/search/2/manifest/long?q=whale&motivation=supplementing"
        assert first["id"] == f"{asked}&page=1"
        assert first["partOf"] == {
            "id": asked,
            "type": "AnnotationCollection",
            "first": {"id": f"{asked}&page=1", "type": "AnnotationPage"},
            "last": {"id": f"{asked}&page=3", "type": "AnnotationPage"},
        }
        assert (first["startIndex"], "prev" in first) == (0, False)
        seen = [first]
        while "next" in seen[-1]:
            seen.append(client.get(seen[-1]["next"]["id"]).get_json())
            assert seen[-1]["prev"]["id"] == seen[-2]["id"]
        canvases = [place.partition("#")[0] for one in seen for _, place in places(one)]
        assert canvases == [f"long-{number}" for number in range(1, 2 * SIZE + 4)]
        ids = [one["id"] for page in seen for one in page["items"]]
        assert len(set(ids)) == len(ids)

    def test_a_collection_names_the_manifests_s2_17(self, client: FlaskClient) -> None:
        found = ask(client, "2/collection/Books", q="worth")
        assert [one["target"] for one in found["items"]] == [
            {
                "id": f"{BASE}/iiif/canvas/book-1#xywh=15,20,25,20",
                "type": "Canvas",
                "partOf": {
                    "id": f"{BASE}/iiif/manifest/book",
                    "type": "Manifest",
                    "label": {"en": ["A book"]},
                },
            }
        ]

    def test_what_is_said_is_found_by_its_time(self, client: FlaskClient) -> None:
        assert places(ask(client, "2/manifest/song", q="birds")) == [("birds", "song-1#t=1.5,3")]

    def test_hidden_records_are_found_by_nobody_but_their_keeper(
        self, app: Flask, client: FlaskClient
    ) -> None:
        everywhere = [one["id"] for one in ask(client, "2/collection/root", q="bird")["items"]]
        assert not [name for name in everywhere if "hidden" in name]
        assert client.get("/iiif/search/2/manifest/hidden?q=bird").status_code == 404
        keeper = bearer(app, "keeper", Scope.READ)
        assert len(ask(keeper, "2/manifest/hidden", q="bird")["items"]) == 1
        assert len(ask(keeper, "2/collection/root", q='"hidden bird"')["items"]) == 1

    def test_the_answer_is_for_scripts_of_any_origin_s2_13_14(self, client: FlaskClient) -> None:
        answer = client.get("/iiif/search/2/manifest/book?q=bird")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.content_type == f'application/ld+json;profile="{CONTEXT}"'
        again = client.get(
            "/iiif/search/2/manifest/book?q=bird", headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert again.status_code == 304

    def test_terms_complete_what_is_begun_and_find_s2_20_22(self, client: FlaskClient) -> None:
        told = ask(client, "2/manifest/book", "autocomplete", q="bi", min="2")
        assert told == {
            "@context": CONTEXT,
            "id": f"{BASE}/iiif/autocomplete/2/manifest/book?q=bi",
            "type": "TermPage",
            "ignored": ["min"],
            "items": [{"value": "bird"}, {"value": "birds"}],
        }
        for term in told["items"]:
            assert ask(client, q=term["value"])["items"]

    @pytest.mark.parametrize("begun", ["江", "江山", "two bi", "worth tw"])
    def test_every_term_finds_something_s2_22(self, client: FlaskClient, begun: str) -> None:
        terms = [one["value"] for one in ask(client, service="autocomplete", q=begun)["items"]]
        assert terms
        assert all(ask(client, q=term)["items"] for term in terms)

    def test_terms_need_words_s2_20(self, client: FlaskClient) -> None:
        assert client.get("/iiif/autocomplete/2/manifest/book").status_code == 400


class TestFirstVersion:
    def test_a_list_with_hits_s1_01_02(self, client: FlaskClient) -> None:
        found = ask(client, "1/manifest/book", q='"hand is"')
        address = f"{BASE}/iiif/search/1/manifest/book?q=%22hand%20is%22"
        ids = [f"{BASE}/iiif/text/book-1#char=14,18", f"{BASE}/iiif/text/book-1#char=19,21"]
        assert found == {
            "@context": [
                "http://iiif.io/api/presentation/2/context.json",
                "http://iiif.io/api/search/1/context.json",
            ],
            "@id": address,
            "@type": "sc:AnnotationList",
            "within": {"@type": "sc:Layer", "total": 2, "first": address, "last": address},
            "startIndex": 0,
            "resources": [
                {
                    "@id": id_,
                    "@type": "oa:Annotation",
                    "motivation": "sc:painting",
                    "resource": {
                        "@type": "cnt:ContentAsText",
                        "chars": text,
                        "format": "text/plain",
                        "language": "en",
                    },
                    "on": f"{BASE}/iiif/canvas/book-1#xywh={box}",
                }
                for id_, text, box in zip(ids, ("hand", "is"), ("70,0,20,20", "0,20,10,20"), strict=True)
            ],
            "hits": [
                {
                    "@type": "search:Hit",
                    "annotations": ids,
                    "match": "hand\nis",
                    "before": "A bird in the ",
                    "after": " worth two in the bush",
                }
            ],
        }

    def test_pages_lead_on_and_back_by_strings_s1_02(self, client: FlaskClient) -> None:
        first = ask(client, "1/manifest/long", q="whale")
        second = client.get(first["next"]).get_json()
        assert (second["prev"], second["@id"]) == (first["@id"], first["next"])
        assert first["within"]["last"].endswith("&page=3")

    def test_several_matches_in_an_annotation_are_one_hit_s1_02(self, client: FlaskClient) -> None:
        found = ask(client, "1/manifest/book", q="bird", motivation="oa:commenting")
        (hit,) = found["hits"]
        assert hit["annotations"] == [found["resources"][0]["@id"]]
        assert [one["exact"] for one in hit["selectors"]] == ["bird", "bird"]

    @pytest.mark.parametrize(
        ("motivation", "expected"), [("painting", 2), ("non-painting", 2), ("sc:painting", 2)]
    )
    def test_a_transcription_is_painted_there(
        self, client: FlaskClient, motivation: str, expected: int
    ) -> None:
        assert len(ask(client, "1/manifest/book", q="bird", motivation=motivation)["resources"]) == expected

    def test_a_collection_names_the_manifests(self, client: FlaskClient) -> None:
        (one,) = ask(client, "1/collection/Books", q="worth")["resources"]
        within = {"@id": f"{BASE}/iiif/manifest/book", "@type": "sc:Manifest"}
        assert one["on"]["@id"] == f"{BASE}/iiif/canvas/book-1#xywh=15,20,25,20"
        assert one["on"]["within"].items() >= within.items()

    def test_a_manifest_of_2_announces_it_alone_s1_03(self, client: FlaskClient) -> None:
        service = client.get("/iiif/2/manifest/book").get_json()["service"]
        assert service["@id"] == f"{BASE}/iiif/search/1/manifest/book"
        assert service["@context"] == "http://iiif.io/api/search/1/context.json"
        assert service["service"]["profile"] == "http://iiif.io/api/search/1/autocomplete"

    def test_terms_lead_to_their_search_s1_03(self, client: FlaskClient) -> None:
        told = ask(client, "1/manifest/book", "autocomplete", q="bi", motivation="commenting")
        assert (told["@type"], [one["match"] for one in told["terms"]]) == ("search:TermList", ["bird"])
        assert client.get(told["terms"][0]["url"]).get_json()["resources"]


HOSTILE = (
    *('"', '""', "[1 TO 5]", "(((", "/.*(a+)+$/", "a/b", "field:x", "text:bird", "*", "bird*", "?", "~"),
    *("\\", "-", "AND OR NOT", "\ud800", "\u202ebird", "a" * 5000, "bird " * 1000, "江" * 5000, "<script>"),
    *("'; --", "%", "\t"),
)


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_no_query_is_an_error_s2_11(client: FlaskClient, words: str) -> None:
    query = {"q": words.encode("utf-8", "surrogatepass")}
    for address in ("search/2/manifest/book", "search/1/collection/root", "autocomplete/2/manifest/book"):
        assert client.get(f"/iiif/{address}", query_string=query).status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("search/2/manifest/absent?q=a", 404),
        ("search/2/collection/absent?q=a", 404),
        ("search/3/manifest/book?q=a", 404),
        ("search/2/canvas/book-1?q=a", 404),
        ("search/2/manifest/book?q=%00", 400),
        ("search/2/manifest/book?q=bird&date=yesterday", 400),
        ("search/2/manifest/book?q=bird&date=2020-01-01T00:00:00Z", 400),
        ("search/2/manifest/book?q=bird&page=0", 400),
        ("search/2/manifest/book?q=bird&page=9", 400),
        ("search/2/manifest/book?q=bird&page=99999999999", 400),
        pytest.param("search/2/manifest/book?q=bird&page=00000000" + "1" * 5000, 400, id="endless page"),
        ("search/2/manifest/book?q=a&q=b&motivation=x&motivation=y", 200),
    ],
)
def test_what_can_not_be_meant_is_refused(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(f"/iiif/{address}").status_code == status


def test_a_removed_text_and_a_removed_note_are_found_no_more(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, public_url=BASE))
    context: Context = app.extensions["mogao"]
    initialise(context)
    add(context, Draft("book", "book"), BOOK)
    note(app, "book-1", "A bird on the roof")
    client = app.test_client()
    follower.catch_up(context)
    before = len(ask(client, q="bird")["items"])
    keeper = bearer(app, "keeper")
    noted = client.get("/iiif/annotations/book-1/contributed").get_json()["items"][0]["id"]
    tag = keeper.get(noted).headers["ETag"]
    assert keeper.delete(noted, headers={"If-Match": tag}).status_code == 204
    with context.sessions.begin() as session:
        texts.remove(session, "book-1", reader=access.KEEPER)
    follower.catch_up(context)
    assert (before, places(ask(client, q="bird"))) == (3, [("birds", "book-2#xywh=70,0,25,20")])
    context.close()


def test_a_damaged_page_does_not_hold_up_the_index(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, public_url=BASE))
    context: Context = app.extensions["mogao"]
    initialise(context)
    add(context, Draft("book", "book"), BOOK)
    with context.sessions.begin() as session:
        damaged = select(Canvas.id).where(Canvas.identifier == "book-5").scalar_subquery()
        session.execute(update(Text).where(Text.canvas_id == damaged).values(boxes=b"\x01\x00spoilt"))
    follower.catch_up(context)
    assert places(ask(app.test_client(), q="first")) == [("first", "book-2#xywh=20,20,25,20")]
    context.close()


def test_without_an_index_it_is_asked_to_wait(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, public_url=BASE))
    context: Context = app.extensions["mogao"]
    initialise(context)
    add(context, Draft("book", "book"), BOOK)
    answer = app.test_client().get("/iiif/search/2/manifest/book?q=bird")
    context.close()
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
