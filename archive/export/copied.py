"""What a static copy has of files that are no pictures, and what models among them name."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from archive.errors import NotFound
from archive.services import scenes
from archive.services.views import AssetView, RecordView
from archive.storage.store import Store

_FORMAT = 1


@dataclass(frozen=True)
class File:
    """A file of the tree that is no picture: its ``name`` in its ``folder``, and what stands ``beside`` it.

    That is what a model names: where the sources stand in the store, by their paths.
    """

    asset: AssetView
    folder: str
    name: str
    beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def sources(self) -> dict[str, str]:
        """Where each of its files stands in the store, by its path in the folder."""
        return {**self.beside, self.name: self.asset.source_key}

    def stamp(self) -> str:
        """What it is: with another stamp it is another."""
        said = (_FORMAT, self.asset.digest, self.name, *sorted(self.beside.items()))
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def beside(session: Session, store: Store, record: RecordView, asset: AssetView) -> dict[str, str]:
    """Where the files that a model names stand in the store, by their paths; nothing of what is no model."""
    if not scenes.is_model(asset):
        return {}
    try:
        found = scenes.companions(session, store, record.id, asset)
    except NotFound:
        # The model itself is lost, which is told when it is to be copied.
        return {}
    return {path: one.source_key for path, one in found}
