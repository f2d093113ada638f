"""Manifests as they are taken in: what is refused, what is mended, what stays when one comes again."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from archive.context import Context
from archive.ingest import load, sources
from archive.ingest.report import Outcome
from archive.services import records
from archive.services.views import RecordView

Json = dict[str, Any]

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
BASE = "https://partner.example/iiif"
BOOK: Json = {
    "@context": CONTEXT,
    "id": f"{BASE}/book/manifest.json",
    "type": "Manifest",
    "label": {"en": ["A book"]},
    "items": [
        {
            "id": f"{BASE}/book/{number}",
            "type": "Canvas",
            "width": 100,
            "height": 200,
            "items": [],
            "annotations": [
                {
                    "id": f"{BASE}/book/{number}/notes",
                    "type": "AnnotationPage",
                    "items": [
                        {
                            "id": f"{BASE}/book/{number}/notes/1",
                            "type": "Annotation",
                            "motivation": "commenting",
                            "body": {"type": "TextualBody", "value": f"Page {number}"},
                            "target": f"{BASE}/book/{number}#xywh=0,0,10,10",
                        }
                    ],
                }
            ],
        }
        for number in (1, 2)
    ],
    "structures": [
        {
            "id": f"{BASE}/book/toc",
            "type": "Range",
            "items": [
                {
                    "id": f"{BASE}/book/toc/1",
                    "type": "Range",
                    "label": {"en": ["One"]},
                    "items": [{"id": f"{BASE}/book/1", "type": "Canvas"}],
                },
                {"id": f"{BASE}/book/2#xywh=0,0,5,5", "type": "Canvas"},
            ],
        }
    ],
}


def test_a_manifest_becomes_a_record_named_after_it(context: Context, tmp_path: Path) -> None:
    assert _take(context, tmp_path, BOOK).identifier == "book"
    record = _find(context)
    assert [view.identifier for view in record.canvases] == ["book-1", "book-2"]
    (page,) = record.canvases[0].pages
    assert (page.holder, page.name) == ("book-1", "comments")
    assert page.annotations[0].target == "/iiif/canvas/book-1#xywh=0,0,10,10"


def test_a_manifest_that_comes_again_keeps_every_name_and_loses_what_is_gone(
    context: Context, tmp_path: Path
) -> None:
    _take(context, tmp_path, BOOK)
    before = _find(context)
    changed = copy.deepcopy(BOOK)
    new = copy.deepcopy(changed["items"][0])
    for one in (new, new["annotations"][0], new["annotations"][0]["items"][0]):
        one["id"] = one["id"].replace("/book/1", "/book/3")
    del new["annotations"][0]["items"][0]["target"]
    new["annotations"][0]["items"][0]["target"] = f"{BASE}/book/3"
    changed["items"] = [new, changed["items"][1]]
    changed["structures"][0]["items"][0]["items"] = [{"id": f"{BASE}/book/3", "type": "Canvas"}]
    assert _take(context, tmp_path, changed).outcome == "updated"
    after = _find(context)
    assert after.revision == 2
    assert after.canvases[1].identifier == before.canvases[1].identifier
    assert after.canvases[1].pages == before.canvases[1].pages
    assert after.canvases[0].identifier not in {view.identifier for view in before.canvases}
    assert [one.identifier for one in records.flat(after.ranges)] == [
        one.identifier for one in records.flat(before.ranges)
    ]


def test_a_manifest_of_presentation_2_is_upgraded(context: Context, tmp_path: Path) -> None:
    old = {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@id": f"{BASE}/old/manifest",
        "@type": "sc:Manifest",
        "label": "Old",
        "sequences": [
            {
                "@type": "sc:Sequence",
                "canvases": [
                    {
                        "@id": f"{BASE}/old/1",
                        "@type": "sc:Canvas",
                        "label": "1",
                        "width": 10,
                        "height": 10,
                        "images": [],
                    }
                ],
            }
        ],
    }
    outcome = _take(context, tmp_path, old)
    assert (outcome.outcome, outcome.identifier) == ("created", "old")
    assert [fault.message for fault in outcome.faults] == ["it is of Presentation 2 and was upgraded to 3.0"]


def _painting(body: Json) -> Json:
    painting = {
        "id": f"{BASE}/book/1/p/1",
        "type": "Annotation",
        "motivation": "painting",
        "body": body,
        "target": f"{BASE}/book/1",
    }
    return {"id": f"{BASE}/book/1/p", "type": "AnnotationPage", "items": [painting]}


def _broken(change: Any) -> Json:
    document = copy.deepcopy(BOOK)
    change(document)
    return document


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        pytest.param(
            _broken(lambda d: d.update(rights="All rights reserved")), "rights", id="rights are text"
        ),
        pytest.param(_broken(lambda d: d.update(label={"en-": ["A book"]})), 'label: "en-"', id="language"),
        pytest.param(
            _broken(lambda d: d["items"].append(d["items"][0])), "items[2].id", id="canvas given twice"
        ),
        pytest.param(
            _broken(
                lambda d: d["structures"][0]["items"].append({"id": f"{BASE}/other/1", "type": "Canvas"})
            ),
            "structures[0].items[2]",
            id="canvas of another",
        ),
        pytest.param(
            _broken(lambda d: d["items"][0]["annotations"][0]["items"][0].update(motivation=1.5)),
            "items[0].annotations[0].items[0].motivation",
            id="motivation is a number",
        ),
        pytest.param(
            _broken(lambda d: d["items"][0].update(items=[_painting({"type": {}, "id": f"{BASE}/i.jpg"})])),
            "items[0].items[0].items[0].body.type",
            id="type is an object",
        ),
        pytest.param({"type": "Canvas", "items": []}, "of type Canvas", id="canvas"),
        pytest.param([], "", id="array"),
    ],
)
def test_what_is_wrong_is_refused_with_its_path_and_nothing_is_written(
    context: Context, tmp_path: Path, document: Any, reason: str
) -> None:
    outcome = _take(context, tmp_path, document)
    assert outcome.outcome == "refused"
    assert reason in " ".join(fault.message for fault in outcome.faults)
    with context.sessions() as session:
        assert records.search(session, "", collection=None, page=1, size=10).total == 0


@pytest.mark.parametrize(
    "text",
    ['{"a":' * 5000, '{"id": NaN}', '{"id": "a", "id": "b"}', "\x00", '["\\ud800"]', "{", ""],
    ids=["deep", "NaN", "double", "NUL", "surrogate", "cut off", "empty"],
)
def test_json_bombs_and_rubbish_are_refused(context: Context, tmp_path: Path, text: str) -> None:
    path = tmp_path / "bomb.json"
    path.write_text(text, encoding="utf-8")
    (outcome,) = load.load(context, sources.open_source([path], byte_limit=1 << 20)).outcomes
    assert outcome.outcome == "refused"


def test_a_folder_of_manifests_goes_on_past_a_broken_one(context: Context, tmp_path: Path) -> None:
    for number in range(3):
        document = json.loads(json.dumps(BOOK).replace("/book", f"/book{number}"))
        (tmp_path / f"{number}.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "1.json").write_text("{", encoding="utf-8")
    report = load.load(context, sources.open_source([tmp_path], byte_limit=1 << 20))
    assert [one.outcome for one in report.outcomes] == ["created", "refused", "created"]
    # Others that came from manifests are not missing because they are not in this folder.
    (tmp_path / "0.json").unlink()
    (tmp_path / "1.json").unlink()
    report = load.load(context, sources.open_source([tmp_path], byte_limit=1 << 20))
    assert [one.outcome for one in report.outcomes] == ["unchanged"]


def _take(context: Context, folder: Path, document: Any) -> Outcome:
    path = folder / "manifest.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    (outcome,) = load.load(context, sources.open_source([path], byte_limit=1 << 20)).outcomes
    return outcome


def _find(context: Context) -> RecordView:
    with context.sessions() as session:
        return records.find(session, "book")
