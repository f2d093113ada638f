"""``mogao doctor``: each finding from a real server or a real file, and what it ends with."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requirements
from click.testing import CliRunner, Result
from partner import OPEN, Given, Partner, partner
from server import Server

from archive import cli
from archive.services import doctor
from iiif.errors import InvalidDocument
from iiif.presentation import gate, upgrade

Json = dict[str, Any]
COOKBOOK = requirements.SHARED / "data" / "cookbook"
INFO = {"@context": "http://iiif.io/api/image/3/context.json", "type": "ImageService3"}


@pytest.fixture(name="partner")
def clean_partner() -> Iterator[Partner]:
    """A partner whose manifest is clean, and its image service too."""
    with partner() as server:
        server.given = {"/m": Given(manifest()), "/image/1/info.json": Given(dict(INFO))}
        yield server


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def manifest(base: str = "{base}") -> Json:
    """A manifest that nothing is to be said of, with a picture."""
    canvas = f"{base}/canvas/1"
    body = {
        "id": f"{base}/image/1/full/max/0/default.jpg",
        "type": "Image",
        "service": [{"id": f"{base}/image/1", "type": "ImageService3", "profile": "level2"}],
    }
    painting = {"id": f"{base}/a/1", "type": "Annotation", "motivation": "painting", "target": canvas}
    page = {"id": f"{base}/p/1", "type": "AnnotationPage", "items": [{**painting, "body": body}]}
    sides = {"width": 100, "height": 200}
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": f"{base}/m",
        "type": "Manifest",
        "label": {"en": ["A book"]},
        "rights": "http://creativecommons.org/publicdomain/zero/1.0/",
        "thumbnail": [{"id": f"{base}/small.jpg", "type": "Image"}],
        "items": [
            {"id": canvas, "type": "Canvas", "label": {"en": ["1"]}, **sides, "items": [page]},
        ],
    }


def run(*words: object) -> Result:
    return CliRunner().invoke(cli.main, ["doctor", *(str(word) for word in words)])


def findings(place: object, status: int) -> list[tuple[str, str, str]]:
    """Severity, path and text of what is found, and the command ends with ``status``."""
    done = run("--private", "--json", place)
    assert done.exit_code == status, done.output
    return [(one["severity"], one["path"], one["what"]) for one in json.loads(done.output)["findings"]]


def test_nothing_is_found_in_a_clean_document_of_a_partner(partner: Partner) -> None:
    assert findings(f"{partner.base}/m", 0) == []
    assert partner.asked == ["/m", "/image/1/info.json"]
    shown = run("--private", f"{partner.base}/m#here")
    assert shown.output.endswith("/m: Manifest, Presentation 3: 0 errors, 0 warnings, 0 notes\n")


@pytest.mark.parametrize(
    ("headers", "what"),
    [
        ({"Content-Type": "application/json"}, "CORS"),
        ({**OPEN, "Access-Control-Allow-Origin": "https://ours.example"}, "CORS"),
        ({**OPEN, "Content-Type": "text/html; charset=utf-8"}, "Content-Type is text/html"),
        ({"Access-Control-Allow-Origin": "*"}, "Content-Type is missing"),
    ],
)
def test_a_server_that_viewers_cannot_read_from_is_an_error(
    partner: Partner, headers: dict[str, str], what: str
) -> None:
    partner.given["/m"].headers = headers
    ((severity, path, text),) = findings(f"{partner.base}/m", 1)
    assert (severity, path) == ("error", "")
    assert what in text


def test_a_server_that_allows_the_asking_site_by_name_is_open(partner: Partner) -> None:
    partner.given["/m"].headers = {**OPEN, "Access-Control-Allow-Origin": "{origin}", "Vary": "Origin"}
    assert findings(f"{partner.base}/m", 0) == []


def test_an_id_that_is_another_address_is_a_warning(partner: Partner) -> None:
    partner.given["/copy"] = partner.given["/m"]
    ((severity, path, text),) = findings(f"{partner.base}/copy", 0)
    assert (severity, path) == ("warning", "id")
    assert f"{partner.base}/m" in text


@pytest.mark.parametrize(
    ("info", "what"),
    [
        (None, "does not answer"),
        (Given(b"<html>"), "is no JSON object"),
        (Given(b"[" * 100_000), "is no JSON object"),
        (Given(b"[]"), "is no JSON object"),
        (Given(dict(INFO), {"Content-Type": "application/json"}), "CORS"),
        (Given({"@context": "http://iiif.io/api/image/2/context.json"}), "declared as Image API 3"),
    ],
)
def test_an_image_service_that_fails_viewers_is_a_warning(
    partner: Partner, info: Given | None, what: str
) -> None:
    del partner.given["/image/1/info.json"]
    partner.given |= {"/image/1/info.json": info} if info else {}
    ((severity, path, text),) = findings(f"{partner.base}/m", 0)
    assert (severity, path) == ("warning", "items[0].items[0].items[0].body.service[0]")
    assert what in text


def test_no_more_than_the_first_image_services_are_asked(partner: Partner) -> None:
    book = manifest()
    for number in range(2, 10):
        written = json.dumps(manifest()["items"][0])
        book["items"].append(json.loads(re.sub(r"/(canvas|image|a|p)/1", rf"/\1/{number}", written)))
        partner.given[f"/image/{number}/info.json"] = Given(dict(INFO))
    partner.given["/m"] = Given(book)
    assert findings(f"{partner.base}/m", 0) == []
    assert partner.asked == ["/m", *(f"/image/{number}/info.json" for number in range(1, 6))]


def test_a_large_document_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_text(json.dumps(manifest("https://a.example")) + " " * doctor.LARGE)
    ((severity, where, text),) = findings(path, 0)
    assert (severity, where) == ("warning", "")
    assert f"has {path.stat().st_size:,} bytes" in text


def _lost_canvas(document: Json) -> None:
    part = {"id": "https://a.example/canvas/9", "type": "Canvas"}
    document["structures"] = [
        {"id": "https://a.example/r", "type": "Range", "label": {"en": ["All"]}, "items": [part]}
    ]


def _timeless_sound(document: Json) -> None:
    document["items"][0]["items"][0]["items"][0]["body"] = {"id": "https://a.example/s.mp3", "type": "Sound"}


def _timeless_film(document: Json) -> None:
    document["items"][0]["items"][0]["items"][0]["body"] = {"id": "https://a.example/f.mp4", "type": "Video"}


@pytest.mark.parametrize(
    ("spoil", "path"),
    [
        (_lost_canvas, "structures[0].items[0]"),
        (_timeless_sound, "items[0].items[0].items[0].body"),
        (_timeless_film, "items[0].items[0].items[0].body"),
    ],
)
def test_what_the_gate_refuses_is_an_error_and_the_advice_stands_beside_it(
    tmp_path: Path, spoil: Callable[[Json], None], path: str
) -> None:
    document = copy.deepcopy(manifest("https://a.example"))
    del document["rights"]
    spoil(document)
    (tmp_path / "m.json").write_text(json.dumps(document))
    found = findings("m.json", 1)
    assert [(severity, where) for severity, where, _ in found] == [("error", path), ("note", "rights")]


def test_a_manifest_of_2_1_is_examined_in_its_3_0_form(tmp_path: Path) -> None:
    image = {"@id": "https://a.example/1.jpg", "@type": "dctypes:Image", "width": 100, "height": 100}
    painting = {"@type": "oa:Annotation", "motivation": "sc:painting", "on": "https://a.example/c/1"}
    canvas = {"@id": "https://a.example/c/1", "@type": "sc:Canvas", "label": "1", "width": 100, "height": 100}
    old = {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@id": "https://a.example/m",
        "@type": "sc:Manifest",
        "label": "Old",
        "sequences": [
            {"@type": "sc:Sequence", "canvases": [{**canvas, "images": [{**painting, "resource": image}]}]}
        ],
        "structures": [
            {
                "@id": "https://a.example/r",
                "@type": "sc:Range",
                "label": "All",
                "canvases": ["https://a.example/c/2", "https://a.example/c/1"],
            }
        ],
    }
    (tmp_path / "old.json").write_text(json.dumps(old))
    assert [(severity, path) for severity, path, _ in findings("old.json", 0)] == [
        ("note", ""),
        ("warning", "structures[0].canvases[0]"),
        ("warning", "thumbnail"),
        ("note", "rights"),
        ("warning", "items[0].items[0].items[0].body.service"),
    ]
    (tmp_path / "old.json").write_text(json.dumps(old | {"sequences": []}))
    assert ("error", "sequences") in [(severity, path) for severity, path, _ in findings("old.json", 1)]


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"a": NaN}', b"\xff"])
def test_what_is_no_json_object_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.json").write_bytes(content)
    done = run("m.json")
    assert done.exit_code == 2
    assert "Can't be read: m.json" in done.output
    assert set(json.loads(run("--json", "m.json").output)) == {"place", "unreadable"}


def test_what_is_not_there_cannot_be_read(partner: Partner, tmp_path: Path) -> None:
    for place in ("none.json", tmp_path, f"{partner.base}/none"):
        assert run("--private", place).exit_code == 2


def test_this_machine_is_asked_only_where_the_person_says_so(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = run(f"{partner.base}/m")
    assert refused.exit_code == 2
    assert "private network" in refused.output
    assert partner.asked == []
    monkeypatch.setenv("MOGAO_FETCH_PRIVATE", "1")
    assert run(f"{partner.base}/m").exit_code == 0


def test_what_is_alike_is_shown_once(tmp_path: Path) -> None:
    document = manifest("https://a.example")
    document["items"] = [
        json.loads(re.sub(r"/(canvas|a|p)/1", rf"/\1/{number}", json.dumps(document["items"][0])))
        for number in range(1, 6)
    ]
    for canvas in document["items"]:
        del canvas["label"]
    (tmp_path / "m.json").write_text(json.dumps(document))
    done = run("m.json")
    assert done.output.count("warning items[0].label and 4 more: is missing") == 1
    assert [path for _, path, _ in findings("m.json", 0)] == [f"items[{place}].label" for place in range(5)]


def test_no_document_steers_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(json.dumps({"type": "\x1b[2J[bold]Book"}))
    done = run("m.json")
    assert done.exit_code == 1
    assert "m.json: \ufffd[2J[bold]Book, Presentation 3: 1 error," in done.output


@pytest.mark.parametrize(
    "path",
    ["/iiif/manifest/photograph", "/iiif/manifest/book", "/iiif/collection/Books", "/iiif/collection/root"],
)
def test_our_own_documents_have_no_error_and_no_warning(shared_server: Server, path: str) -> None:
    found = findings(f"{shared_server.url}{path}", 0)
    assert [one for one in found if one[0] != "note"] == []


@pytest.mark.parametrize("path", sorted(COOKBOOK.glob("*.json")), ids=lambda path: path.name)
def test_the_cookbook_has_errors_just_where_the_gate_refuses_it(path: Path) -> None:
    document = json.loads(path.read_text())
    try:
        if "@type" in document and "type" not in document:
            upgrade.upgrade(document)
        else:
            gate.check(document)
        is_accepted = True
    except InvalidDocument:
        is_accepted = False
    found = doctor.examine(path, byte_limit=2**26)
    assert (found.count("error") == 0) is is_accepted
    assert all(one.what for one in found.findings)
