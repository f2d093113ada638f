"""Text and dates as 2.1 writes them. Spec: Presentation 2.1 §3.3 and §4.3."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from iiif.language import NONE
from iiif.presentation.v2.addresses import Json, shortest


def values(text: Mapping[str, Sequence[str]]) -> object:
    """A language map as one value or a list of them: strings, or objects that name the language."""
    return shortest(
        [
            value if tag == NONE else {"@value": value, "@language": tag}
            for tag, said in text.items()
            for value in said
        ]
    )


def label(resource: Json) -> object:
    """The label, which 2.1 demands where 3.0 does not: the end of the id stands in."""
    if resource.get("label"):
        return values(resource["label"])
    return str(resource["id"]).rstrip("/").rpartition("/")[2]


def pairs(metadata: Sequence[Json]) -> list[Json]:
    """Pairs of label and value."""
    return [{"label": values(pair["label"]), "value": values(pair["value"])} for pair in metadata]


def nav_date(date: str) -> str:
    """A date with any timezone in UTC, to the second."""
    moment = datetime.fromisoformat(date)
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:  # At the ends of the calendar there is no other zone.
        moment = moment.replace(tzinfo=UTC)
    return moment.replace(tzinfo=None, microsecond=0).isoformat() + "Z"
