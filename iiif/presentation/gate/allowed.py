"""Which property may stand on which resource. Spec: Presentation 3.0 Appendix A; navPlace §2.1."""

from collections.abc import Iterator, Mapping

from iiif.presentation.gate.paths import TYPES, Json, at

CONTENT = ("Dataset", "Image", "Model", "Sound", "Text", "Video")
"""The types of content resources that the specification names: §3.2, type."""

_STRUCTURED = ("Collection", "Manifest", "Canvas", "Range")
_OF_CONTENT = ("format", "language", "profile")

_TYPES_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("navDate", "navPlace", "placeholderCanvas", "accompanyingCanvas"), _STRUCTURED),
    **dict.fromkeys(("width", "height", "duration"), ("Canvas", *CONTENT)),
    **dict.fromkeys(_OF_CONTENT, CONTENT),
    "viewingDirection": ("Collection", "Manifest", "Range"),
    "timeMode": ("Annotation",),
    "start": ("Manifest", "Range"),
    "supplementary": ("Range",),
    "services": ("Collection", "Manifest"),
    "items": ("Collection", "Manifest", "Canvas", "Range", "AnnotationPage"),
    "structures": ("Manifest",),
    "annotations": (*_STRUCTURED, *CONTENT),
}
"""The types that may have a property, of those in the tables: a Choice or a text body is in none."""

_FORBIDDEN = {
    type_: frozenset(key for key, types in _TYPES_OF.items() if type_ not in types)
    for type_ in (*TYPES, *CONTENT)
}


def faults(resource: Json, type_: str, path: str) -> Iterator[str]:
    """The properties of ``resource`` that stand where its type has none."""
    forbidden = _FORBIDDEN.get(type_)
    if forbidden is None or forbidden.isdisjoint(resource):
        return
    # What is only named may say what will be found behind the name: §4.2.
    is_named = bool(path) and resource.keys().isdisjoint(("items", "target"))
    for key in resource:
        if key in forbidden and not (is_named and key in _OF_CONTENT):
            yield f"{at(path, key)}: {_remedy(key)}"


def _remedy(key: str) -> str:
    types = _TYPES_OF[key]
    if types == CONTENT:
        return "belongs on the files that are linked or painted: remove it here"
    named = [type_ for type_ in types if type_ not in CONTENT] + (["file"] if "Image" in types else [])
    listed = " or ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
    return f"belongs on {'an' if named[0][0] in 'AI' else 'a'} {listed}: remove it here"
