"""Documents of Presentation 3.0 by other makers, and images as 2.1 writes them, for the tests of 2.1."""

from typing import Any

Json = dict[str, Any]  # Documents of both versions, at any depth.

VIEW = "https://m.example/c1"


def foreign(*views: Json, **more: object) -> Json:
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": "https://m.example/m",
        "type": "Manifest",
        "label": {"none": ["M"]},
        "items": list(views),
        **more,
    }


def view(*bodies: object, target: object = VIEW, **more: object) -> Json:
    paintings = [
        {"id": f"{VIEW}/{n}", "type": "Annotation", "motivation": "painting", "body": body, "target": target}
        for n, body in enumerate(bodies)
    ]
    page = {"id": f"{VIEW}/page", "type": "AnnotationPage", "items": paintings}
    return {"id": VIEW, "type": "Canvas", "width": 10, "height": 20, "items": [page], **more}


def canvases(document: Json) -> list[Json]:
    (sequence,) = document["sequences"]
    return list(sequence["canvases"])


def image(name: str, **more: object) -> Json:
    return {"id": f"https://i.example/{name}.jpg", "type": "Image", **more}


def image2(name: str, **more: object) -> Json:
    return {"@id": f"https://i.example/{name}.jpg", "@type": "dctypes:Image", **more}
