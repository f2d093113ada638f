import re

import pytest
from presentation_foreign import VIEW, Json, canvases, foreign, image, view
from presentation_records import URIS

from iiif.errors import NotExpressible
from iiif.presentation.v2 import downgrade


def chapter(name: str, *items: object) -> Json:
    return {
        "id": f"https://m.example/{name}",
        "type": "Range",
        "label": {"none": [name]},
        "items": list(items),
    }


SOUND = {"id": "https://m.example/sound", "type": "Canvas", "duration": 3.5, "items": []}


def test_a_canvas_without_size_is_left_out_with_what_pointed_to_it_only() -> None:
    views = [{"id": one["id"], "type": "Canvas"} for one in (view(), SOUND)]
    whole = chapter(
        "top", views[0], chapter("song", {"type": "SpecificResource", "source": views[1]}), *views
    )

    drawn: Json = downgrade(foreign(view(), SOUND, structures=[whole], start=views[1]), URIS)

    assert [one["@id"] for one in canvases(drawn)] == [VIEW]
    assert drawn["sequences"][0].keys() == {"@type", "canvases"}
    assert drawn["structures"] == [
        {
            "@id": "https://m.example/top",
            "@type": "sc:Range",
            "label": "top",
            "canvases": [VIEW, VIEW],
            "viewingHint": "top",
        }
    ]


def test_members_tell_the_order_of_canvases_after_chapters() -> None:
    part = {
        "type": "SpecificResource",
        "source": VIEW,
        "selector": {"type": "FragmentSelector", "value": "xywh=0,0,5,5"},
    }

    drawn: Json = downgrade(foreign(view(), structures=[chapter("top", chapter("one", VIEW), part)]), URIS)

    one = "https://m.example/one"
    assert drawn["structures"][0] == {
        "@id": "https://m.example/top",
        "@type": "sc:Range",
        "label": "top",
        "members": [
            {"@id": one, "@type": "sc:Range", "label": "one"},
            {"@id": f"{VIEW}#xywh=0,0,5,5", "@type": "sc:Canvas", "label": "1"},
        ],
        "ranges": [one],
        "canvases": [f"{VIEW}#xywh=0,0,5,5"],
        "viewingHint": "top",
    }


def test_the_text_of_a_range_is_its_layer() -> None:
    layer = {"id": "https://m.example/texts", "type": "AnnotationCollection"}

    drawn: Json = downgrade(chapter("one", VIEW) | {"supplementary": layer}, URIS)

    assert drawn["contentLayer"] == "https://m.example/texts"


def test_the_start_is_of_the_sequence() -> None:
    start = {"type": "SpecificResource", "source": VIEW, "selector": {"type": "PointSelector", "t": 1}}

    drawn: Json = downgrade(foreign(view(), start=start), URIS)

    assert drawn["sequences"][0]["startCanvas"] == VIEW


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (
            foreign(SOUND),
            "shows nothing but images, on canvases with width and height, and this manifest has none: "
            "for sound, video and models ask for Presentation 3.0",
        ),
        (
            SOUND,
            "Presentation 2.1 shows nothing but images, on canvases with width and height: ask for",
        ),
        (
            view({"id": "https://i.example/v.mp4", "type": "Video"}, duration=3),
            "shows nothing but images, on canvases",
        ),
        (
            view(image("a"))["items"][0],
            "Presentation 2.1 has what paints images on the canvases themselves, and in no list: ask for",
        ),
        (chapter("song"), "Presentation 2.1 has no range that holds nothing: ask for"),
        ({"type": "Scene"}, "Presentation 2.1 can't say a Scene: ask for"),
    ],
)
def test_what_has_no_form_in_2_1_is_refused_with_the_reason(document: Json, reason: str) -> None:
    with pytest.raises(NotExpressible, match=re.escape(reason)):
        downgrade(document, URIS)
