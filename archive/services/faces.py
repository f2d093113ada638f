"""Records as lists of them show each: by its label and its first picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, select
from sqlalchemy.orm import Session

from archive.models import Asset, Canvas, PyramidState, Record
from archive.services.views import ASSET, AssetView, RecordView
from iiif.language import LanguageMap


@dataclass(frozen=True, slots=True)
class Face:
    """A record as a list has it. Satisfies ``iiif.protocols.Listed``."""

    identifier: str
    label: LanguageMap
    picture: AssetView | None


def read(session: Session, statement: Select[Any]) -> list[Face]:
    """The records of a statement that selects from ``Record``, in its order."""
    columns = (getattr(Asset, name) for name in ASSET)
    statement = statement.with_only_columns(Record.identifier, Record.label, *columns)
    return [
        Face(identifier, label, AssetView(*asset) if asset[0] is not None else None)
        for identifier, label, *asset in session.execute(statement.outerjoin(Asset, Asset.id == _first()))
    ]


def of(session: Session, records: Sequence[RecordView]) -> list[Face]:
    """The faces of records that were read, in their order."""
    mine = select(Record).where(Record.id.in_([record.id for record in records]))
    found = {face.identifier: face for face in read(session, mine)}
    return [found[record.identifier] for record in records if record.identifier in found]


@cache
def _first() -> ScalarSelect[int | None]:
    """The key of the first picture of a ``Record``."""
    return (
        select(Canvas.asset_id)
        .join(Asset, Asset.id == Canvas.asset_id)
        .where(Canvas.record_id == Record.id, Canvas.substitute.is_(None))
        .where(Asset.pyramid_state != PyramidState.NONE)
        .order_by(Canvas.position)
        .limit(1)
        .correlate(Record)
        .scalar_subquery()
    )
