"""Images as the world asks for them: an asset's facts, and the decision who may see it."""

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from archive.errors import Gone, NotFound, Unavailable
from archive.models import Asset, Canvas, PyramidState, Record
from archive.services import access


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
