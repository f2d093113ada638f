"""Which picture stands for a record on a page, and how large it is shown."""

from dataclasses import dataclass

from archive import http
from archive.models import PyramidState
from archive.services.views import AssetView, RecordView

_LONGEST = 3
"""From this ratio of the sides on, a thumbnail shows a detail: a whole handscroll would be a thread."""


@dataclass(frozen=True)
class Picture:
    """An image request with the size of its answer in pixels, so that the page stands still meanwhile."""

    url: str
    width: int
    height: int


def picture(record: RecordView, side: int) -> Picture | None:
    """The record's first picture that is made, whole, within a square of ``side``; ``None`` without one."""
    asset = _first(record)
    return whole(asset, side) if asset else None


def whole(asset: AssetView, side: int) -> Picture:
    """All of a picture that is made, within a square of ``side``."""
    return _render(asset, "full", asset.size, side)


def detail(record: RecordView, side: int) -> Picture | None:
    """As ``picture``, but of a very long one (a handscroll, a hanging scroll) the middle, three to two."""
    asset = _first(record)
    if asset is None or max(asset.size) < _LONGEST * min(asset.size):
        return picture(record, side)
    across, down = asset.size
    short = min(across, down)
    width, height = (short * 3 // 2, short) if across > down else (short, short * 3 // 2)
    x, y = (across - width) // 2, (down - height) // 2
    return _render(asset, f"{x},{y},{width},{height}", (width, height), side)


def _first(record: RecordView) -> AssetView | None:
    return next((asset for asset in record.shown() if asset.pyramid_state == PyramidState.READY), None)


def _render(asset: AssetView, region: str, size: tuple[int, int], side: int) -> Picture:
    scale = min(1.0, side / max(size))
    width, height = (max(1, round(length * scale)) for length in size)
    return Picture(
        http.uris().image(asset.identifier, f"{region}/!{side},{side}/0/default.jpg"), width, height
    )
