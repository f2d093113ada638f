"""Documents of Presentation 2 as people write them, and what they are in 3.0, for the tests of upgrades."""

from typing import Any

Json = dict[str, Any]  # Documents of both versions, at any depth.

M = "https://m.example/iiif"
CONTEXT2 = "http://iiif.io/api/presentation/2/context.json"
CONTEXT3 = "http://iiif.io/api/presentation/3/context.json"
IMAGE2 = "http://iiif.io/api/image/2"


def service(name: str) -> Json:
    return {
        "@context": f"{IMAGE2}/context.json",
        "@id": f"{M}/image/{name}",
        "profile": [f"{IMAGE2}/level1.json", {}],
    }


def painted(name: str, **more: object) -> Json:
    return {
        "@id": f"{M}/annotation/{name}",
        "@type": "oa:Annotation",
        "motivation": "sc:painting",
        "resource": {
            "@id": f"{M}/image/{name}/full/full/0/default.jpg",
            "@type": "dctypes:Image",
            "service": service(name),
        },
        "on": f"{M}/canvas/{name}",
        **more,
    }


def canvas(name: str, **more: object) -> Json:
    return {
        "@id": f"{M}/canvas/{name}",
        "@type": "sc:Canvas",
        "label": name,
        "height": 20,
        "width": 10,
        "images": [painted(name)],
        **more,
    }


def document(*canvases: Json, **more: object) -> Json:
    return {
        "@context": CONTEXT2,
        "@id": f"{M}/manifest",
        "@type": "sc:Manifest",
        "label": "Book",
        "sequences": [{"@type": "sc:Sequence", "canvases": list(canvases or [canvas("a"), canvas("b")])}],
        **more,
    }


WILD: Json = document(
    canvas(
        "a", height="20", width=" 10 ", otherContent=[{"@id": f"{M}/list/a", "@type": "sc:AnnotationList"}]
    ),
    {"images": [{"resource": {"@id": f"{M}/image/b", "service": service("b"), "width": 30, "height": 40}}]},
    label=[
        {"@value": "Book", "@language": "en"},
        {"@value": "<b>Buch</b> &amp; Band", "@language": "de"},
        "Liber",
    ],
    description="<p>Broken",
    metadata=[
        {"label": "Date", "value": 1500},
        {"label": [{"@value": "Place", "@language": "en"}], "value": ["Here", "<i>There</i>"]},
        {"label": "Nothing", "value": ""},
    ],
    license=["https://creativecommons.org/licenses/by/4.0/deed.de", "http://m.example/terms of use"],
    attribution={"@value": "The Museum"},
    logo={"@id": f"{M}/logo.png"},
    thumbnail={"@id": f"{M}/image/a", "service": service("a")},
    viewingHint=["paged", "top"],
    viewingDirection="left-to-right",
    navDate="1500-01-01",
    related=[
        {"@id": f"{M}/page", "format": "text/html"},
        {"@id": f"{M}/film", "format": "video/mp4", "label": "Film"},
    ],
    rendering={"@id": f"{M}/book.pdf", "format": "application/pdf", "label": "PDF"},
    seeAlso=f"{M}/book.xml",
    within=f"{M}/collection/top",
    service={
        "@context": "http://iiif.io/api/search/1/context.json",
        "@id": f"{M}/search",
        "profile": "http://iiif.io/api/search/1/search",
    },
)


def image_service(name: str) -> Json:
    return {"@id": f"{M}/image/{name}", "@type": "ImageService2", "profile": f"{IMAGE2}/level1.json"}


def drawn_canvas(name: str, **more: object) -> Json:
    body = {
        "id": f"{M}/image/{name}/full/full/0/default.jpg",
        "type": "Image",
        "service": [image_service(name)],
    }
    annotation = {
        "id": f"{M}/annotation/{name}",
        "type": "Annotation",
        "motivation": "painting",
        "body": body,
        "target": f"{M}/canvas/{name}",
    }
    page = {"id": f"{M}/canvas/{name}/painting", "type": "AnnotationPage", "items": [annotation]}
    return {
        "id": f"{M}/canvas/{name}",
        "type": "Canvas",
        "label": {"none": [name]},
        "width": 10,
        "height": 20,
        **more,
        "items": [page],
    }


def reference(name: str) -> Json:
    return {"id": f"{M}/canvas/{name}", "type": "Canvas"}


def chapter(name: str, **more: object) -> Json:
    return {"@id": f"{M}/range/{name}", "@type": "sc:Range", "label": name, **more}


FULL = {"@id": f"{M}/x.jpg", "@type": "dctypes:Image"}
X = {"id": f"{M}/x.jpg", "type": "Image"}


def items(document: Json) -> list[Json]:
    return list(document["items"])
