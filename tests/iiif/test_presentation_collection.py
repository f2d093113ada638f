from presentation_records import NOBODY, PAINTINGS, SCROLL, URIS, Collection, Institution

from iiif.presentation.collection import collection
from iiif.presentation.publisher import Publisher

THUMBNAIL = {
    "id": "https://example.org/iiif/image/3/scroll_001/full/400,40/0/default.jpg",
    "type": "Image",
    "format": "image/jpeg",
    "width": 400,
    "height": 40,
}


def test_a_collection_names_its_collections_then_its_records() -> None:
    assert collection(PAINTINGS, URIS, NOBODY) == {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": "https://example.org/iiif/collection/paintings",
        "type": "Collection",
        "label": {"en": ["Paintings"], "fr": ["Peintures"]},
        "summary": {"en": ["Scrolls & albums"]},
        "thumbnail": [THUMBNAIL],
        "items": [
            {
                "id": "https://example.org/iiif/collection/albums",
                "type": "Collection",
                "label": {"en": ["Albums"]},
            },
            {
                "id": "https://example.org/iiif/manifest/scroll",
                "type": "Manifest",
                "label": SCROLL.label,
                "thumbnail": [THUMBNAIL],
            },
            {
                "id": "https://example.org/iiif/manifest/unnamed",
                "type": "Manifest",
                "label": {"none": ["unnamed"]},
            },
        ],
        "partOf": [{"id": "https://example.org/iiif/collection/root", "type": "Collection"}],
    }


def test_the_top_collection_is_part_of_none_and_may_be_empty() -> None:
    drawn = collection(Collection("root", {"en": ["Archive"]}), URIS, NOBODY)

    assert drawn["items"] == []
    assert "partOf" not in drawn


def test_the_institution_provides_its_collections() -> None:
    drawn = collection(PAINTINGS, URIS, Publisher(Institution("Town Museum", logo="https://m.example/logo")))

    page = {
        "id": "https://example.org/",
        "type": "Text",
        "label": {"none": ["Town Museum"]},
        "format": "text/html",
    }
    assert drawn["provider"] == [
        {
            "id": "https://example.org/",
            "type": "Agent",
            "label": {"none": ["Town Museum"]},
            "homepage": [page],
            "logo": [{"id": "https://m.example/logo", "type": "Image"}],
        }
    ]
