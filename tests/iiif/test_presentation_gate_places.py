"""The gate's rules of navPlace. Spec: the navPlace extension; RFC 7946."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from presentation_gate import DRAWN, PREZI, Json, at, faults_of

from iiif.presentation.document import NAV_PLACE

POINT = {"type": "Point", "coordinates": [9.938, 51.533]}
RING = [[0, 0], [10, 0], [10, 10], [0, 0]]
GEOMETRY = "navPlace.features[0].geometry"
POSITION = "must be [longitude, latitude], in degrees as numbers"
ARRAY = "must be an array: put the value in [ ]"


def _placed(geometry: object) -> Json:
    feature = {
        "id": "https://example.org/place/1",
        "type": "Feature",
        "properties": {"label": {"en": ["Dunhuang"]}},
        "geometry": geometry,
    }
    collection = {"id": "https://example.org/place", "type": "FeatureCollection", "features": [feature]}
    return {**copy.deepcopy(DRAWN["book"]), "@context": [NAV_PLACE, PREZI], "navPlace": collection}


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        POINT,
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": [-180, 90, 8848.8]},
        {"type": "MultiPoint", "coordinates": [[0, 0]]},
        {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
        {"type": "MultiLineString", "coordinates": [[[0, 0], [1, 1]]]},
        {"type": "Polygon", "coordinates": [RING, [[1, 1], [2, 1], [2, 2], [1, 1]]]},
        {"type": "MultiPolygon", "coordinates": [[RING]]},
        {
            "type": "GeometryCollection",
            "geometries": [POINT, {"type": "GeometryCollection", "geometries": []}],
        },
    ],
)
def test_every_geometry_may_place(geometry: object) -> None:
    assert faults_of(_placed(geometry)) == []


@pytest.mark.parametrize(
    ("geometry", "fault"),
    [
        (
            {"type": "Circle"},
            ".type: must be one of Point, MultiPoint, LineString, MultiLineString, Polygon, MultiPolygon, "
            "GeometryCollection",
        ),
        ({"type": "Point"}, f".coordinates: {ARRAY}"),
        ({"type": "Point", "coordinates": [1]}, f".coordinates: {POSITION}"),
        ({"type": "Point", "coordinates": ["9.9", "51.5"]}, f".coordinates: {POSITION}"),
        ({"type": "Point", "coordinates": [True, 1]}, f".coordinates: {POSITION}"),
        (
            {"type": "Point", "coordinates": [40.14, 94.66]},
            ".coordinates: latitude 94.66 must be from -90 to 90: longitude stands first",
        ),
        (
            {"type": "Point", "coordinates": [-181, 0]},
            ".coordinates: longitude -181 must be from -180 to 180",
        ),
        ({"type": "MultiPoint", "coordinates": [[0, 0], 1]}, f".coordinates[1]: {POSITION}"),
        (
            {"type": "LineString", "coordinates": [[0, 0]]},
            ".coordinates: must be an array of two positions or more",
        ),
        ({"type": "MultiLineString", "coordinates": [[[0, 0], [0, "a"]]]}, f".coordinates[0][1]: {POSITION}"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10], [0, 10]]]},
            ".coordinates[0]: the ring is open: repeat its first position at its end",
        ),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]},
            ".coordinates[0]: a ring must have four positions or more, the last as the first",
        ),
        (
            {"type": "MultiPolygon", "coordinates": [[RING[:2]]]},
            ".coordinates[0][0]: a ring must have four positions or more, the last as the first",
        ),
        (
            {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [0]}]},
            f".geometries[0].coordinates: {POSITION}",
        ),
    ],
)
def test_a_geometry_that_no_map_can_draw_is_refused(geometry: object, fault: str) -> None:
    assert faults_of(_placed(geometry)) == [GEOMETRY + fault]


def _without(*keys: str | int) -> Callable[[Json], Any]:
    *path, last = keys
    return lambda document: at(document, "navPlace", *path).pop(last)


def _with(*keys_and_value: Any) -> Callable[[Json], Any]:
    *path, last, value = keys_and_value
    return lambda document: at(document, "navPlace", *path).__setitem__(last, value)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_with("type", "Feature"), "navPlace: must be a GeoJSON object of type FeatureCollection"),
        (_with("id", "place"), "navPlace.id: must be an http or https URI without blanks"),
        (_with("features", {}), f"navPlace.features: {ARRAY}"),
        (_with("features", 0, POINT), "navPlace.features[0]: must be a GeoJSON object of type Feature"),
        (
            _with("features", 0, "id", 1),
            "navPlace.features[0].id: must be an http or https URI without blanks",
        ),
        (
            _without("features", 0, "geometry"),
            f"{GEOMETRY}: is missing: add it, or null where the place is unknown",
        ),
        (
            _without("features", 0, "properties"),
            "navPlace.features[0].properties: must be an object, {} where there is nothing to say",
        ),
        (
            lambda document: [_without("id")(document), _without("features")(document)],
            "navPlace.features: is missing: add them, or an id where they are found",
        ),
        (
            lambda document: document.update({"@context": PREZI}),
            f'@context: must have "{NAV_PLACE}" before the last, for navPlace',
        ),
    ],
)
def test_a_place_that_is_no_geojson_is_refused(change: Callable[[Json], Any], fault: str) -> None:
    document = _placed(POINT)
    change(document)
    assert faults_of(document) == [fault]


def test_a_place_may_be_named_only() -> None:
    document = _placed(POINT)
    del document["navPlace"]["features"]
    assert faults_of(document) == []


def test_an_annotation_has_no_place() -> None:
    placed = _placed(POINT)
    annotation = {**DRAWN["annotation"], "@context": placed["@context"], "navPlace": placed["navPlace"]}
    assert faults_of(annotation) == [
        "navPlace: belongs on a Collection, Manifest, Canvas or Range: remove it here"
    ]
