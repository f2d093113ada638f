"""Models, and the files that they name: assets of the same record that viewers fetch beside the model.

Which these are the model itself says, so that nothing else of a record is given out through it.
"""

import posixpath
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.errors import NotFound
from archive.models import Asset
from archive.services.views import AssetView
from archive.storage.store import Store
from iiif import gltf, media


def is_model(asset: Asset | AssetView) -> bool:
    """Whether the asset may name files beside it."""
    return asset.media_type in media.MODELS


def named(store: Store, model: Asset | AssetView) -> tuple[str, ...]:
    """The paths of the files that a model names, relative to it. Raises ``NotFound`` for a lost source."""
    return _named(store, model.source_key, model.bytes)  # type: ignore[arg-type]  # Any store can be hashed.


def place(model: Asset | AssetView, path: str) -> str:
    """The name that the file at ``path`` beside the model has in its record."""
    return posixpath.join(model.name.rpartition("/")[0], path)


def companion(session: Session, store: Store, model: Asset, path: str) -> Asset | None:
    """The asset at ``path``, relative to the model, if the model names it and it is there."""
    wanted = unicodedata.normalize("NFC", posixpath.normpath(path))
    if not is_model(model) or wanted not in named(store, model):
        return None
    return session.scalar(
        select(Asset).where(
            Asset.record_id == model.record_id, Asset.name == place(model, wanted), Asset.page == 0
        )
    )


def companions(
    session: Session, store: Store, record_id: int, model: AssetView
) -> Iterator[tuple[str, Asset]]:
    """Each file that a model of the record names and that is there: its path beside the model, its asset."""
    paths = {place(model, path): path for path in named(store, model)}
    mine = select(Asset).where(Asset.record_id == record_id, Asset.page == 0, Asset.name.in_(paths))
    return ((paths[asset.name], asset) for asset in session.scalars(mine.order_by(Asset.id)))


def needing(session: Session, store: Store, asset: Asset) -> Iterator[Asset]:
    """The models of its record that name the asset."""
    mine = select(Asset).where(Asset.record_id == asset.record_id, Asset.media_type.in_(media.MODELS))
    for model in session.scalars(mine.order_by(Asset.id)):
        try:
            if any(place(model, path) == asset.name for path in named(store, model)):
                yield model
        except NotFound:
            # What is lost from the store needs nothing.
            continue


@lru_cache(maxsize=256)
def _named(store: Store, key: str, length: int) -> tuple[str, ...]:
    # A source never changes: it stands under its digest.
    with store.open(key) as file:
        return gltf.nearby(gltf.scene(file, length))
