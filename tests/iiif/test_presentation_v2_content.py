import pytest
from presentation_foreign import VIEW, Json, canvases, foreign, image, image2, view
from presentation_records import URIS

from iiif.presentation.v2 import downgrade, downgrade_pinned

BASE = "https://example.org/iiif"

SERVICE3 = {"id": "https://i.example/3/x", "type": "ImageService3", "profile": "level1"}
SERVICE2 = {"@id": "https://i.example/2/x", "@type": "ImageService2", "profile": "level1"}
SPACE2 = {
    "@context": "http://iiif.io/api/image/2/context.json",
    "@id": "https://i.example/2/x",
    "profile": "http://iiif.io/api/image/2/level1.json",
}
ANNEX = "http://iiif.io/api/annex/openannotation/context.json"


def region_of(service: Json) -> Json:
    id_ = service.get("@id", service.get("id"))
    return {
        "type": "SpecificResource",
        "source": {"id": f"{id_}/full/max/0/default.jpg", "type": "Image", "service": [service]},
        "selector": {"type": "ImageApiSelector", "region": "1,2,3,4", "rotation": "90"},
    }


PAINTED = [
    ("foreign service 3 left out", image("a", service=[SERVICE3]), image2("a")),
    ("foreign service 2 stays", image("a", service=[SERVICE2]), image2("a", service=SPACE2)),
    (
        "choice",
        {
            "type": "Choice",
            "items": [
                image("a", label={"en": ["Day"]}),
                {"id": "https://i.example/v", "type": "Video"},
                image("b"),
            ],
        },
        {
            "@type": "oa:Choice",
            "default": image2("a", label={"@value": "Day", "@language": "en"}),
            "item": [image2("b")],
        },
    ),
    (
        "choice of one",
        {"type": "Choice", "items": [{"id": "https://i.example/s", "type": "Sound"}, image("b")]},
        image2("b"),
    ),
    (
        "region by the Image API",
        region_of(SERVICE2),
        {
            "@id": "https://i.example/2/x/1,2,3,4/max/90/default.jpg",
            "@type": "oa:SpecificResource",
            "full": {
                "@id": "https://i.example/2/x/full/max/0/default.jpg",
                "@type": "dctypes:Image",
                "service": SPACE2,
            },
            "selector": {
                "@context": ANNEX,
                "@type": "iiif:ImageApiSelector",
                "region": "1,2,3,4",
                "rotation": "90",
            },
        },
    ),
    (
        "region by fragment",
        {
            "type": "SpecificResource",
            "source": image("a"),
            "selector": {"type": "FragmentSelector", "value": "xywh=1,2,3,4"},
        },
        image2("a") | {"@id": "https://i.example/a.jpg#xywh=1,2,3,4"},
    ),
    (
        "style",
        {"type": "SpecificResource", "source": image("a"), "styleClass": "turned"},
        {"@type": "oa:SpecificResource", "full": image2("a"), "style": "turned"},
    ),
]


@pytest.mark.parametrize(("body", "resource"), [row[1:] for row in PAINTED], ids=[row[0] for row in PAINTED])
def test_what_is_painted(body: Json, resource: Json) -> None:
    (drawn,) = canvases(downgrade(foreign(view(body)), URIS))

    assert drawn["images"] == [
        {
            "@id": f"{VIEW}/0",
            "@type": "oa:Annotation",
            "motivation": "sc:painting",
            "resource": resource,
            "on": VIEW,
        }
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"id": "https://i.example/v.mp4", "type": "Video"},
        {"type": "TextualBody", "value": "Text"},
        {"type": "Choice", "items": [{"id": "https://i.example/s", "type": "Sound"}]},
    ],
)
def test_what_is_no_image_is_not_painted(body: Json) -> None:
    (drawn,) = canvases(downgrade(foreign(view(body, image("a"))), URIS))

    assert [one["resource"] for one in drawn["images"]] == [image2("a")]


@pytest.mark.parametrize(
    ("target", "on"),
    [
        (f"{VIEW}#xywh=1.4,2,3.6,4", f"{VIEW}#xywh=1,2,4,4"),
        (f"{VIEW}#xywh=pixel:0,0,0.2,.2", f"{VIEW}#xywh=0,0,1,1"),
        (f"{VIEW}#xywh=percent:50,25,50,10", f"{VIEW}#xywh=5,5,5,2"),
        (f"{VIEW}#xywh=1.2.3,4,5,6", VIEW),
        (f"{VIEW}#t=1,2", VIEW),
        ({"type": "List", "items": [f"{VIEW}#t=1,2", VIEW]}, [VIEW, VIEW]),
        (f"{VIEW}#xywh=1,2,3,4&t=5", f"{VIEW}#xywh=1,2,3,4"),
        ({"id": VIEW, "type": "Canvas"}, VIEW),
        (
            {
                "type": "SpecificResource",
                "source": {"id": VIEW, "type": "Canvas"},
                "selector": {"type": "FragmentSelector", "value": "xywh=1,2,3,4"},
            },
            f"{VIEW}#xywh=1,2,3,4",
        ),
        (
            {
                "type": "SpecificResource",
                "source": VIEW,
                "selector": {"type": "SvgSelector", "value": "<svg/>"},
            },
            {
                "@type": "oa:SpecificResource",
                "full": VIEW,
                "selector": {"@type": ["oa:SvgSelector", "cnt:ContentAsText"], "chars": "<svg/>"},
            },
        ),
        (
            {
                "type": "SpecificResource",
                "source": VIEW,
                "selector": {"type": "PointSelector", "x": 1, "y": 2},
            },
            f"{VIEW}#xywh=1,2,1,1",
        ),
        (
            {
                "type": "SpecificResource",
                "source": VIEW,
                "selector": {"type": "PointSelector", "t": 2.5},
            },
            VIEW,
        ),
    ],
)
def test_what_an_annotation_is_on(target: object, on: object) -> None:
    (drawn,) = canvases(downgrade(foreign(view(image("a"), target=target)), URIS))

    assert [one["on"] for one in drawn["images"]] == [on]


def test_a_list_says_comments_tags_and_transcriptions() -> None:
    def said(motivation: str, body: object) -> Json:
        return {
            "id": "https://m.example/a",
            "type": "Annotation",
            "motivation": motivation,
            "body": body,
            "target": VIEW,
        }

    text = {"type": "TextualBody", "value": "Word", "format": "text/plain", "language": "en"}
    page: Json = {
        "id": "https://m.example/p",
        "type": "AnnotationPage",
        "items": [said("commenting", text), said("tagging", text), said("supplementing", text)],
    }

    drawn: Json = downgrade(page, URIS)

    word = {"chars": "Word", "format": "text/plain", "language": "en"}
    assert [(one["motivation"], one["resource"]) for one in drawn["resources"]] == [
        ("oa:commenting", {"@type": "cnt:ContentAsText", **word}),
        ("oa:tagging", {"@type": "oa:Tag", **word}),
        ("sc:painting", {"@type": "cnt:ContentAsText", **word}),
    ]


def test_annotations_are_named_never_embedded() -> None:
    ours = f"{BASE}/annotations/scroll-1/comments"
    pages = [{"id": uri, "type": "AnnotationPage", "items": []} for uri in ("https://m.example/p", ours)]

    (drawn,) = canvases(downgrade(foreign(view(annotations=pages)), URIS))

    assert drawn["otherContent"] == [
        {"@id": "https://m.example/p", "@type": "sc:AnnotationList"},
        # A client of 2.1 asks for a list without saying which version it reads.
        {"@id": f"{BASE}/2/annotations/scroll-1/comments", "@type": "sc:AnnotationList"},
    ]


@pytest.mark.parametrize("type_", [["SearchService1"], {"a": "b"}, 1])
def test_a_service_whose_type_is_no_string_is_none_that_is_known(type_: object) -> None:
    odd = {"@id": "https://e.example/s", "@type": type_, "profile": "https://e.example/p"}
    downgrade(foreign(view(), service=[odd]), URIS)


def test_services_of_2_stay_and_those_of_3_do_not() -> None:
    search1 = {
        "@context": "http://iiif.io/api/search/1/context.json",
        "@id": "https://m.example/s1",
        "profile": "x",
    }
    search2 = {"id": "https://m.example/s2", "type": "SearchService2"}

    assert downgrade(foreign(view(), service=[search2, search1]), URIS)["service"] == search1


@pytest.mark.parametrize(
    ("type_", "api"),
    [
        ("SearchService1", "search"),
        ("AutoCompleteService1", "search"),
        ("AuthCookieService1", "auth"),
    ],
)
def test_services_before_3_gain_the_context_that_3_leaves_out(type_: str, api: str) -> None:
    inner = {"@id": "https://m.example/inner", "@type": "Else", "profile": "y"}
    given = {"@id": "https://m.example/s", "@type": type_, "profile": "x", "service": [inner]}

    drawn = downgrade(foreign(view(), service=[given]), URIS)

    assert drawn["service"] == {
        "@context": f"http://iiif.io/api/{api}/1/context.json",
        "@id": "https://m.example/s",
        "@type": type_,
        "profile": "x",
        "service": inner,
    }


def said_by(body: object, **more: object) -> Json:
    """What a list holds for an annotation that has ``body``."""
    one = {"id": "https://m.example/a", "type": "Annotation", "motivation": "commenting", "target": VIEW}
    page: Json = {
        "id": "https://m.example/p",
        "type": "AnnotationPage",
        "items": [one | {"body": body} | more],
    }
    drawn: Json = downgrade_pinned(page, URIS)
    (only,) = drawn["resources"]
    return dict(only)


WORD = {"@type": "cnt:ContentAsText", "chars": "Word"}


@pytest.mark.parametrize(
    ("body", "resource"),
    [
        ("https://m.example/b", {"@id": "https://m.example/b"}),
        ({"type": "TextualBody", "value": "Word"}, WORD),
        ({"value": "Word"}, WORD),
        ({"type": "TextualBody", "value": "Word", "purpose": "tagging"}, WORD | {"@type": "oa:Tag"}),
        ({"type": "Composite", "items": [{"value": "Word"}, {"value": "Word"}]}, [WORD, WORD]),
        (
            {
                "type": "SpecificResource",
                "source": {"type": "TextualBody", "value": "Word"},
                "selector": {"type": "FragmentSelector", "value": "char=0,2"},
            },
            WORD,
        ),
        (image("a"), image2("a")),
        (
            {"id": "https://m.example/v", "type": "Video", "format": "video/mp4"},
            {"@id": "https://m.example/v", "@type": "dctypes:MovingImage", "format": "video/mp4"},
        ),
    ],
)
def test_what_a_list_says(body: object, resource: object) -> None:
    assert said_by(body)["resource"] == resource


def test_the_body_in_short_form_is_plain_text() -> None:
    drawn = said_by(None, bodyValue="Word")

    assert drawn["resource"] == WORD | {"format": "text/plain"}


def test_a_list_holds_no_painted_image() -> None:
    words = {"type": "TextualBody", "value": "Word"}

    assert said_by([image("a"), words], motivation="painting")["resource"] == WORD


def test_what_is_said_of_a_manifest_is_on_its_pinned_address() -> None:
    assert said_by("https://m.example/b", target=f"{BASE}/manifest/x")["on"] == f"{BASE}/2/manifest/x"
    assert said_by("https://m.example/b", target=f"{BASE}/canvas/x")["on"] == f"{BASE}/canvas/x"
