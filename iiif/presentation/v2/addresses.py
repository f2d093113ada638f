"""What a 2.1 document is made of, and how it names other documents of the archive."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from iiif.uris import Uris

Json: TypeAlias = dict[str, Any]  # A valid document of either version: what stands where is known.

VERSION = 2


@dataclass(frozen=True)
class Addresses:
    """The archive's URIs, and whether documents name each other by those of the pinned version."""

    uris: Uris
    pinned: bool

    def document(self, uri: str) -> str:
        """How a document names itself or another resource; any ``uri`` will do."""
        return self.uris.pinned(uri, VERSION) if self.pinned else uri

    def annotation_list(self, uri: str) -> str:
        """The address of an annotation list: always pinned, as clients follow it without ``Accept``."""
        return self.uris.pinned(uri, VERSION)


def listed(value: Any) -> list[Any]:  # Any JSON: what may stand alone or in an array.
    """``value`` as a list: one alone in one, ``None`` as none."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def shortest(values: list[Any]) -> Any:  # As above.
    """One value alone, as 2.1 writes it, several as the list they are."""
    return values[0] if len(values) == 1 else values


def first_object(value: Any) -> Json:  # As above.
    """The first object of ``value``, ``{}`` where none is there."""
    return next((one for one in listed(value) if isinstance(one, dict)), {})


def id_of(resource: Any) -> str:  # An id, or the resource that has it.
    """The id of a resource, or of a reference that is nothing else."""
    return str(resource.get("id", "") if isinstance(resource, dict) else resource)
