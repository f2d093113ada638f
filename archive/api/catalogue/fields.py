"""The kinds of values that the catalogue's JSON has beyond marshmallow's own, with their JSON Schema."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from archive import http
from archive.db import JsonObject, Pair
from iiif import language
from iiif.language import LanguageMap
from iiif.presentation import document, rights

TEXT = {
    "type": "object",
    "description": 'Text by BCP 47 language tag, "none" for text in no known language.',
    "additionalProperties": {"type": "array", "items": {"type": "string"}},
    "example": {"en": ["Nine Dragons"], "zh-Hant": ["九龍圖"]},
}
"""The JSON Schema of a language map."""

_PAIR = {
    "type": "object",
    "properties": {"label": TEXT, "value": TEXT},
    "required": ["label", "value"],
    "additionalProperties": False,
}


class CamelSchema(Schema):
    """A schema whose names are spelled as in Presentation 3.0: ``viewingDirection``."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Spell the name of a field that says nothing else."""
        if field_obj.data_key is None:
            first, *others = field_name.rstrip("_").split("_")
            field_obj.data_key = first + "".join(word.title() for word in others)


class Described(CamelSchema):
    """A resource that may be sent back as it came: what only the archive says of it is passed over."""

    def load(self, data: Any, **kwargs: Any) -> Any:  # Any: as marshmallow has it.
        """Read a document without what it may not change."""
        if isinstance(data, Mapping):
            told = {one.data_key for one in self.fields.values() if one.dump_only}
            data = {name: value for name, value in data.items() if name not in told}
        return super().load(data, **kwargs)


class Text(fields.Field[LanguageMap]):
    """Human text: a language map."""

    def __init__(self, **kwargs: Any) -> None:  # Any: marshmallow's own options.
        super().__init__(metadata=TEXT | kwargs.pop("metadata", {}), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> LanguageMap:
        return text(value)


class PairField(fields.Field[Pair]):
    """A label and its value."""

    def __init__(self, **kwargs: Any) -> None:  # Any: marshmallow's own options.
        super().__init__(metadata=_PAIR | kwargs.pop("metadata", {}), **kwargs)

    def _serialize(self, value: Pair | None, attr: str | None, obj: Any, **kwargs: Any) -> JsonObject | None:
        return None if value is None else {"label": value[0], "value": value[1]}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Pair:
        if not isinstance(value, dict):
            raise ValidationError("must be an object with label and value")
        faults: dict[str, Any] = {name: ["is not known"] for name in value.keys() - {"label", "value"}}
        parts: list[LanguageMap] = []
        for name in ("label", "value"):
            try:
                parts.append(text(value[name]))
            except KeyError:
                faults[name] = ["is missing: add it"]
            except ValidationError as error:
                faults[name] = error.messages
        if faults:
            raise ValidationError(faults)
        return parts[0], parts[1]


class Rights(fields.String):
    """A licence or statement by URI or short name; its canonical URI once it is read."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        written = super()._deserialize(value, attr, data, **kwargs)
        try:
            return rights.rights_uri(str(written))
        except ValueError as error:
            raise ValidationError(str(error)) from error


class Properties(fields.Field[JsonObject]):
    """What a resource says beyond its own fields, in Presentation's spelling; our addresses become paths."""

    def __init__(self, *, reserved: frozenset[str], **kwargs: Any) -> None:  # Any: marshmallow's own options.
        told = {"type": "object", "example": {"seeAlso": []}} | kwargs.pop("metadata", {})
        super().__init__(metadata=told, **kwargs)
        self._reserved = reserved

    def _serialize(self, value: JsonObject | None, attr: str | None, obj: Any, **kwargs: Any) -> JsonObject:
        told: JsonObject = document.located(dict(value or {}), http.uris().base)
        return told

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> JsonObject:
        if not isinstance(value, dict):
            raise ValidationError("must be an object")
        if taken := sorted(value.keys() & self._reserved):
            raise ValidationError(
                {name: ["has its place outside properties, or is the archive's to say"] for name in taken}
            )
        stored: JsonObject = document.stored(value, {}, http.uris().base)
        return stored


class Told(fields.Function):
    """What the archive says of a resource, and nobody can set."""

    def __init__(self, tell: Callable[[Any], Any], schema: JsonObject) -> None:  # Any: values of JSON.
        super().__init__(tell, metadata={**schema, "readOnly": True})


def text(value: object) -> LanguageMap:
    """The language map that ``value`` is. Raises ``ValidationError`` with the place of each fault."""
    if not isinstance(value, dict):
        raise ValidationError('must be an object by language, such as {"en": ["Title"]}')
    faults: dict[str, Any] = {}  # Any: marshmallow's nested messages.
    for tag, values in value.items():
        if not language.is_tag(tag):
            faults[tag] = ["is no language: use a BCP 47 tag such as zh-Hant, or none"]
        elif not isinstance(values, list):
            faults[tag] = ["must be an array of strings"]
        elif wrong := {
            place: ["must be a string"] for place, one in enumerate(values) if not isinstance(one, str)
        }:
            faults[tag] = wrong
    if faults:
        raise ValidationError(faults)
    return value
