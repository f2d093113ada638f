from dataclasses import replace

import pytest
from presentation_records import BARE, BOOK, NOBODY, URIS, Asset

from iiif.image import request
from iiif.presentation import annotation, canvas, image, labels, manifest, rendering
from iiif.presentation import range as ranges
from iiif.presentation.document import CONTEXT
from iiif.presentation.gate.paths import members
from iiif.presentation.publisher import Publisher

MANIFEST = {"id": "https://example.org/iiif/manifest/book", "type": "Manifest"}
PAGE = BOOK.canvases[0]


def test_a_canvas_dereferenced_is_the_one_in_its_manifest() -> None:
    assert canvas.canvas_document(PAGE, BOOK, URIS, NOBODY) == {
        "@context": CONTEXT,
        **canvas.canvas(PAGE, BOOK, URIS, NOBODY),
        "partOf": [MANIFEST],
    }


def test_a_range_dereferenced_is_the_one_in_its_manifest() -> None:
    assert ranges.range_document(BOOK.ranges[0], BOOK, URIS) == {
        "@context": CONTEXT,
        **ranges.range_(BOOK.ranges[0], URIS),
        "partOf": [MANIFEST],
    }


def test_a_table_of_contents_dereferenced_is_the_one_in_its_manifest() -> None:
    assert ranges.contents_document(BOOK, URIS) == {
        "@context": CONTEXT,
        **ranges.contents(BOOK, URIS),
        "partOf": [MANIFEST],
    }


def test_the_painting_dereferenced_is_the_one_on_its_canvas() -> None:
    asset = PAGE.asset
    assert asset is not None
    painting = annotation.painting(PAGE, asset, URIS, NOBODY.limits)

    assert annotation.painting_document(PAGE, asset, URIS, NOBODY.limits) == {"@context": CONTEXT, **painting}
    assert annotation.painting_page_document(PAGE, URIS, NOBODY.limits) == {
        "@context": CONTEXT,
        "id": "https://example.org/iiif/annotations/book-1/painting",
        "type": "AnnotationPage",
        "items": [painting],
    }


def test_the_page_of_a_canvas_without_a_picture_is_empty() -> None:
    assert annotation.painting_page_document(BARE.canvases[0], URIS, NOBODY.limits)["items"] == []


def test_a_canvas_may_be_larger_than_its_picture() -> None:
    small = canvas.canvas(replace(PAGE, width=3600, height=4800), BOOK, URIS, NOBODY)

    ((_, page),) = members(small, "items")
    ((_, painting),) = members(page, "items")
    body = painting["body"]
    assert (small["width"], small["height"]) == (3600, 4800)
    assert isinstance(body, dict)
    assert (body["width"], body["height"]) == (1800, 2400)


@pytest.mark.parametrize(
    ("size", "thumbnail"),
    [
        ((3000, 2000), (400, 267)),
        ((2000, 3000), (267, 400)),
        ((24000, 2400), (400, 40)),
        ((401, 400), (400, 399)),
        ((100_000, 100), (400, 1)),
        ((801, 3), (400, 1)),
    ],
)
def test_a_thumbnail_has_the_size_that_the_image_service_gives(
    size: tuple[int, int], thumbnail: tuple[int, int]
) -> None:
    drawn = image.thumbnail(Asset("a", width=size[0], height=size[1]), URIS, request.Limits())

    asked = request.parse("full", f"{thumbnail[0]},{thumbnail[1]}", "0", "default.jpg")
    plan = request.resolve(asked, *size, request.Limits())
    assert (drawn["width"], drawn["height"]) == thumbnail == plan.size
    assert drawn["id"] == f"https://example.org/iiif/image/3/a/{plan.canonical}"


@pytest.mark.parametrize(
    "size", [(3000, 2000), (2000, 3000), (24000, 2400), (401, 400), (801, 3), (997, 991)]
)
def test_a_thumbnail_is_as_large_as_the_box_of_400_allows(size: tuple[int, int]) -> None:
    asked = request.parse("full", "!400,400", "0", "default.jpg")

    plan = request.resolve(asked, *size, request.Limits())
    drawn = image.thumbnail(Asset("a", width=size[0], height=size[1]), URIS, request.Limits())
    assert (drawn["width"], drawn["height"]) == plan.size


@pytest.mark.parametrize("size", [(400, 400), (399, 20), (1, 1)])
def test_a_small_image_is_its_own_thumbnail(size: tuple[int, int]) -> None:
    drawn = image.thumbnail(Asset("a", width=size[0], height=size[1]), URIS, request.Limits())

    assert (drawn["width"], drawn["height"]) == size
    assert drawn["id"] == "https://example.org/iiif/image/3/a/full/max/0/default.jpg"


@pytest.mark.parametrize(
    ("size", "limits", "served"),
    [
        pytest.param((3000, 2000), request.Limits(), "max", id="whole"),
        pytest.param((10_000, 8000), request.Limits(max_area=50_000_000), "max", id="area"),
        pytest.param((3000, 2000), request.Limits(max_width=1000), "max", id="width"),
        pytest.param((3000, 2000), request.Limits(max_width=300), "max", id="less than a thumbnail"),
        pytest.param((70_000, 600), request.Limits(), "65500,561", id="more than a JPEG holds"),
    ],
)
def test_the_painted_picture_has_the_size_that_the_image_service_gives(
    size: tuple[int, int], limits: request.Limits, served: str
) -> None:
    asset = Asset("a", width=size[0], height=size[1])

    for drawn in (image.image(asset, URIS, limits), image.thumbnail(asset, URIS, limits)):
        path = str(drawn["id"]).removeprefix("https://example.org/iiif/image/3/a/")
        plan = request.resolve(request.parse(*path.split("/")), *size, limits)
        assert (drawn["width"], drawn["height"]) == plan.size
        assert path == plan.canonical
    assert f"/full/{served}/0/" in str(image.image(asset, URIS, limits)["id"])


def test_a_manifest_announces_pictures_within_the_limits() -> None:
    publisher = Publisher(limits=request.Limits(max_width=300))
    drawn = manifest.manifest(BOOK, URIS, publisher)

    ((_, view), *_) = members(drawn, "items")
    ((_, page),) = members(view, "items")
    ((_, painting),) = members(page, "items")
    ((_, thumbnail),) = members(view, "thumbnail")
    ((_, cover),) = members(drawn, "thumbnail")
    body = painting["body"]
    assert isinstance(body, dict)
    assert (view["width"], view["height"]) == (1800, 2400)
    for picture in (body, thumbnail, cover):
        assert (picture["width"], picture["height"]) == (225, 300)


@pytest.mark.parametrize(
    ("media_type", "type_"),
    [
        ("image/tiff", "Image"),
        ("audio/mpeg", "Sound"),
        ("video/mp4", "Video"),
        ("text/plain", "Text"),
        ("application/pdf", "Text"),
        ("model/gltf-binary", "Model"),
    ],
)
def test_a_source_file_is_linked_as_what_it_is(media_type: str, type_: str) -> None:
    assert rendering.rendering(Asset("a", "a.bin", media_type), URIS) == {
        "id": "https://example.org/file/a/a.bin",
        "type": type_,
        "label": {"none": ["a.bin"]},
        "format": media_type,
    }


def test_every_word_of_ours_is_there_in_every_language() -> None:
    maps = [value for value in vars(labels).values() if isinstance(value, dict) and "en" in value]

    assert len(maps) > 10
    assert {tuple(words) for words in maps} == {("en", "zh", "fr", "ar")}
