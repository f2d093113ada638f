"""Images as the world asks for them: an asset's facts, and the decision who may see it."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, contains_eager

from archive.db import Sessions
from archive.errors import Gone, NotFound, Unavailable
from archive.models import AnnotationAsset, Asset, Canvas, PyramidState, Record, Text
from archive.services import access
from archive.services.access import Reader

_MOST_KEPT = 20_000


@dataclass(frozen=True)
class ShownImage:
    """The facts of an image that is shown: its ``width`` and ``height`` in pixels, and its source."""

    identifier: str
    width: int
    height: int
    digest: str
    page: int
    pyramid_key: str


class ShownImages:
    """The facts of images, kept as long as the catalogue's generation stands.

    An image that is asked for again costs no query, and who withdraws or replaces one waits for a second
    at most.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._kept: tuple[object, dict[str, ShownImage]] = None, {}

    def find(self, identifier: str, reader: Reader = access.ANYONE) -> ShownImage:
        """The image as ``images.find`` gives it; raises as that does."""
        if reader != access.ANYONE:
            # What few see is not kept for all.
            with self._sessions() as session:
                return _shown(find(session, identifier, reader))
        generation, images = self._kept
        # Asked before the catalogue is read: what is written between the two is seen the next time.
        if generation != (now := self._sessions.generation.current()) or len(images) >= _MOST_KEPT:
            generation, images = self._kept = now, {}
        shown = images.get(identifier)
        if shown is None:
            with self._sessions() as session:
                shown = images[identifier] = _shown(find(session, identifier))
        return shown


def find(session: Session, identifier: str, reader: Reader = access.ANYONE) -> Asset:
    """The asset whose picture the reader may see, zoomable.

    Raises ``NotFound`` for one that is not there, hidden or can't be made, ``Gone`` for one
    that was withdrawn, ``Unavailable`` while its pyramid is being made.
    """
    asset = describe(session, identifier, reader)
    if asset.pyramid_state == PyramidState.NONE:
        raise NotFound(f'"{identifier}" is no picture: ask for its file')
    if asset.pyramid_state == PyramidState.FAILED:
        raise NotFound(f'image "{identifier}" could not be made: {asset.pyramid_reason}')
    if asset.pyramid_state == PyramidState.PENDING:
        raise Unavailable(f'image "{identifier}" is being made: ask again in a few seconds')
    return asset


def describe(session: Session, identifier: str, reader: Reader = access.ANYONE) -> Asset:
    """The asset that the reader may see, whether it can be zoomed yet or not; raises as ``find`` does."""
    statement = (
        select(Asset, Record, is_shown())
        .join(Record, Record.id == Asset.record_id)
        .where(Asset.identifier == identifier)
        .options(contains_eager(Asset.record))
    )
    row = session.execute(statement).tuples().first()
    if row is None:
        raise access.absent(f'image "{identifier}"')
    asset, record, shown = row
    access.require_visible(session, record, f'image "{identifier}"', reader)
    if not shown:
        raise Gone(f'image "{identifier}" is shown no more')
    return asset


@cache
def is_shown() -> ColumnElement[bool]:
    """Whether a canvas shows the asset or has its text of it, or an annotation names it.

    What nothing shows is not given out.
    """
    on_canvas = select(Canvas.id).where(Canvas.asset_id == Asset.id).exists()
    named = select(AnnotationAsset.asset_id).where(AnnotationAsset.asset_id == Asset.id).exists()
    return on_canvas | named | select(Text.canvas_id).where(Text.asset_id == Asset.id).exists()


def _shown(asset: Asset) -> ShownImage:
    return ShownImage(asset.identifier, *asset.size, asset.digest, asset.page, asset.pyramid_key)
