"""Places on the map: ``navPlace`` and its GeoJSON. Spec: the navPlace extension §2; RFC 7946."""

from collections.abc import Callable, Iterator

from iiif.presentation.gate.paths import Json, at, is_number, is_web_uri

_ARRAY = "must be an array: put the value in [ ]"


def faults(resource: Json, path: str) -> Iterator[str]:
    """The faults of the ``navPlace`` of ``resource``."""
    collection, where = resource["navPlace"], at(path, "navPlace")
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        yield f"{where}: must be a GeoJSON object of type FeatureCollection"
        return
    yield from _id(collection, where)
    if "features" not in collection:
        if "id" not in collection:
            yield f"{at(where, 'features')}: is missing: add them, or an id where they are found"
        return
    features = collection["features"]
    if not isinstance(features, list):
        yield f"{at(where, 'features')}: {_ARRAY}"
        return
    for place, feature in enumerate(features):
        yield from _feature(feature, at(where, "features", place))


def _id(value: Json, path: str) -> Iterator[str]:
    if "id" in value and not is_web_uri(value["id"]):
        yield f"{at(path, 'id')}: must be an http or https URI without blanks"


def _feature(feature: object, path: str) -> Iterator[str]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        yield f"{path}: must be a GeoJSON object of type Feature"
        return
    yield from _id(feature, path)
    if not isinstance(feature.get("properties", ""), dict | None):
        yield f"{at(path, 'properties')}: must be an object, {{}} where there is nothing to say"
    if "geometry" not in feature:
        yield f"{at(path, 'geometry')}: is missing: add it, or null where the place is unknown"
    elif feature["geometry"] is not None:
        yield from _geometry(feature["geometry"], at(path, "geometry"))


def _geometry(geometry: object, path: str) -> Iterator[str]:
    type_ = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or not isinstance(type_, str) or type_ not in _GEOMETRIES:
        yield f"{at(path, 'type')}: must be one of {', '.join(_GEOMETRIES)}"
        return
    key = "geometries" if type_ == "GeometryCollection" else "coordinates"
    value, where = geometry.get(key), at(path, key)
    if not isinstance(value, list):
        yield f"{where}: {_ARRAY}"
    elif value:  # Without coordinates it is the same as null: RFC 7946 §3.1.
        yield from _GEOMETRIES[type_](value, where)


def _position(value: object, path: str) -> Iterator[str]:
    if not isinstance(value, list) or len(value) < 2 or not all(map(is_number, value)):
        yield f"{path}: must be [longitude, latitude], in degrees as numbers"
    elif not -90 <= value[1] <= 90:
        yield f"{path}: latitude {value[1]} must be from -90 to 90: longitude stands first"
    elif not -180 <= value[0] <= 180:
        yield f"{path}: longitude {value[0]} must be from -180 to 180"


def _line(value: object, path: str) -> Iterator[str]:
    if not isinstance(value, list) or len(value) < 2:
        yield f"{path}: must be an array of two positions or more"
    else:
        yield from _positions(value, path)


def _ring(value: object, path: str) -> Iterator[str]:
    if not isinstance(value, list) or len(value) < 4:
        yield f"{path}: a ring must have four positions or more, the last as the first"
    elif value[0] != value[-1]:
        yield f"{path}: the ring is open: repeat its first position at its end"
    else:
        yield from _positions(value, path)


def _each(rule: "_Rule") -> "_Rule":
    def rules(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{path}: {_ARRAY}"
            return
        for place, one in enumerate(value):
            yield from rule(one, at(path, place))

    return rules


_Rule = Callable[[object, str], Iterator[str]]
_positions = _each(_position)
_GEOMETRIES: dict[str, _Rule] = {
    "Point": _position,
    "MultiPoint": _positions,
    "LineString": _line,
    "MultiLineString": _each(_line),
    "Polygon": _each(_ring),
    "MultiPolygon": _each(_each(_ring)),
    "GeometryCollection": _each(_geometry),
}
