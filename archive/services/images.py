"""Images as the world asks for them: an asset's facts, and the decision who may see it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from archive.db import Sessions
from archive.errors import Gone, NotFound, Unavailable
from archive.models import Asset, Canvas, PyramidState, Record
from archive.services import access

_MOST_KEPT = 20_000


@dataclass(frozen=True)
class ShownImage:
    """The facts of an image that anyone may see: its ``width`` and ``height`` in pixels, and its source."""

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

    def find(self, identifier: str) -> ShownImage:
        """The image as ``images.find`` gives it; raises as that does."""
        generation, images = self._kept
        # Asked before the catalogue is read: what is written between the two is seen the next time.
        if generation != (now := self._sessions.generation.current()) or len(images) >= _MOST_KEPT:
            generation, images = self._kept = now, {}
        shown = images.get(identifier)
        if shown is None:
            with self._sessions() as session:
                shown = images[identifier] = _shown(find(session, identifier))
        return shown


def find(session: Session, identifier: str) -> Asset:
    """The asset whose picture anyone may see, zoomable.

    Raises ``NotFound`` for one that is not there, not public or can't be made, ``Gone`` for one
    that was withdrawn, ``Unavailable`` while its pyramid is being made.
    """
    asset = describe(session, identifier)
    if asset.pyramid_state == PyramidState.FAILED:
        raise NotFound(f'image "{identifier}" could not be made: {asset.pyramid_reason}')
    if asset.pyramid_state == PyramidState.PENDING:
        raise Unavailable(f'image "{identifier}" is being made: ask again in a few seconds')
    return asset


def describe(session: Session, identifier: str) -> Asset:
    """The asset that anyone may see, whether it can be zoomed yet or not; raises as ``find`` does."""
    statement = (
        select(Asset, Record, Canvas.id)
        .join(Record, Record.id == Asset.record_id)
        .outerjoin(Canvas, Canvas.asset_id == Asset.id)
        .where(Asset.identifier == identifier)
        .options(contains_eager(Asset.record))
    )
    row = session.execute(statement).tuples().first()
    if row is None:
        raise access.absent(f'image "{identifier}"')
    asset, record, canvas_id = row
    access.require_public(record, f'image "{identifier}"')
    if canvas_id is None:
        raise Gone(f'image "{identifier}" is shown no more')
    return asset


def _shown(asset: Asset) -> ShownImage:
    return ShownImage(
        asset.identifier, asset.width, asset.height, asset.digest, asset.page, asset.pyramid_key
    )
