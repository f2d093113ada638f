import pytest
from presentation_2 import FULL, M, X, canvas, document, items, painted

from iiif.presentation.upgrade import upgrade

A = f"{M}/canvas/a"
STANFORD = "http://library.stanford.edu/iiif/image-api/1.1"


@pytest.mark.parametrize(
    ("resource", "body"),
    [
        pytest.param(FULL, X, id="image"),
        pytest.param(f"{M}/x.jpg", X, id="URI"),
        pytest.param([FULL, FULL], [X, X], id="several"),
        pytest.param(
            {"@type": "oa:Choice", "default": FULL | {"label": "Day"}, "item": [FULL, "rdf:nil"]},
            {"type": "Choice", "items": [X | {"label": {"none": ["Day"]}}, X]},
            id="choice",
        ),
        pytest.param({"@type": "oa:Choice", "default": FULL, "item": "rdf:nil"}, X, id="choice of one"),
        pytest.param(
            {
                "@id": f"{M}/i/1,2,3,4/full/90/default.jpg",
                "@type": "oa:SpecificResource",
                "full": FULL,
                "selector": {"@type": "iiif:ImageApiSelector", "region": "1,2,3,4", "rotation": 90},
            },
            {
                "type": "SpecificResource",
                "source": X,
                "selector": {"type": "ImageApiSelector", "region": "1,2,3,4", "rotation": "90"},
            },
            id="region and rotation",
        ),
        pytest.param(
            {
                "@type": "oa:SpecificResource",
                "full": FULL,
                "selector": {"@type": ["oa:SvgSelector", "cnt:ContentAsText"], "chars": "<svg/>"},
                "style": "red",
            },
            {
                "type": "SpecificResource",
                "source": X,
                "selector": {"type": "SvgSelector", "value": "<svg/>"},
                "styleClass": "red",
            },
            id="area and style",
        ),
        pytest.param(
            {"@type": "cnt:ContentAsText", "chars": "Word", "format": "text/plain", "language": "en"},
            {"type": "TextualBody", "value": "Word", "language": "en", "format": "text/plain"},
            id="text",
        ),
        pytest.param(
            {
                "@id": f"{M}/i",
                "service": {
                    "@context": f"{STANFORD}/context.json",
                    "@id": f"{M}/i",
                    "profile": f"{STANFORD}/compliance.html#level1",
                },
            },
            {
                "id": f"{M}/i/full/full/0/native.jpg",
                "type": "Image",
                "service": [
                    {
                        "@id": f"{M}/i",
                        "@type": "ImageService1",
                        "profile": f"{STANFORD}/compliance.html#level1",
                    }
                ],
            },
            id="service of Image API 1",
        ),
    ],
)
def test_what_is_painted(resource: object, body: object) -> None:
    (view,) = items(upgrade(document(canvas("a", images=[painted("a", resource=resource)]))))

    assert view["items"][0]["items"][0]["body"] == body


@pytest.mark.parametrize(
    ("on", "target"),
    [
        (A, A),
        (None, A),
        (f"{M}/elsewhere", A),
        (f"{A}#xywh=1,2,3,4", f"{A}#xywh=1,2,3,4"),
        ({"@id": A}, A),
        (
            {
                "@type": "oa:SpecificResource",
                "full": A,
                "selector": {"@type": "oa:FragmentSelector", "value": "xywh=1,2,3,4"},
            },
            {
                "type": "SpecificResource",
                "source": A,
                "selector": {"type": "FragmentSelector", "value": "xywh=1,2,3,4"},
            },
        ),
    ],
)
def test_what_it_is_painted_on(on: object, target: object) -> None:
    (view,) = items(upgrade(document(canvas("a", images=[painted("a", on=on)]))))

    assert view["items"][0]["items"][0]["target"] == target


def test_annotations_of_one_id_get_each_their_own() -> None:
    twice = [canvas("a", images=[painted("x"), painted("x")])]

    (view,) = items(upgrade(document(*twice)))

    assert [one["id"] for one in view["items"][0]["items"]] == [f"{M}/annotation/x", f"{A}/annotation/2"]
