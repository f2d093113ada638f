"""A fresh archive of the pictures, made by the archive's own code."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from archive import config, context, work
from archive.config import Settings
from archive.context import Context
from archive.ingest import load, sources
from archive.models import Asset
from delivery import making


@dataclass(frozen=True)
class Shown:
    """An asset that can be zoomed, and the files of the store that hold its source and its pyramid."""

    identifier: str
    width: int
    height: int
    source: Path
    pyramid: Path

    @property
    def pixels(self) -> int:
        """Of the whole picture."""
        return self.width * self.height


def take_in(files: Sequence[Path], folder: Path) -> tuple[Settings, list[Shown]]:
    """Take ``files`` into a new archive in ``folder``, which replaces the one of the last run."""
    _clear(folder)
    given = folder / "given"
    given.mkdir()
    for file in files:
        os.link(file, given / file.name)
    settings = config.read({"MOGAO_DATA_DIR": str(folder / "data")})
    opened = context.open_context(settings)
    try:
        context.initialise(opened)
        report = load.load(opened, sources.open_source([given], byte_limit=1 << 30))
        if not report.is_clean:
            raise SystemExit(f"not taken in: {report.stopped or report.all_faults()[:3]}")
        work.drain(opened)
        return settings, _shown(opened)
    finally:
        opened.close()


def weight(shown: Sequence[Shown]) -> str:
    """How much of the store a pixel takes, in words: scans at this quality take 0.2 to 0.35 byte."""
    total = sum(asset.pyramid.stat().st_size for asset in shown)
    # The lower levels hold a third of the pixels of the first.
    return f"{total / sum(asset.pixels * 4 / 3 for asset in shown):.2f} byte of the pyramids a pixel"


def link(shown: Sequence[Shown], folder: Path) -> None:
    """The stored pyramids in ``folder``, by their identifiers."""
    _clear(folder)
    for asset in shown:
        (folder / f"{asset.identifier}.tif").symlink_to(asset.pyramid)


def save_plain(shown: Sequence[Shown], folder: Path) -> None:
    """Pyramids of the same pictures in ``folder`` as libvips alone makes them, of the same tiles."""
    _clear(folder)
    for asset in shown:
        making.save_plain(asset.source, folder / f"{asset.identifier}.tif", os.cpu_count() or 1)


def _clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _shown(opened: Context) -> list[Shown]:
    with opened.sessions() as session:
        assets = session.scalars(select(Asset).order_by(Asset.name)).all()
    failed = [f"{asset.name}: {asset.pyramid_reason}" for asset in assets if asset.pyramid_state != "ready"]
    if failed:
        raise SystemExit(f"no pyramid of {failed[0]}")
    return [
        Shown(
            asset.identifier,
            *asset.size,
            source=_file(opened, asset.source_key),
            pyramid=_file(opened, asset.pyramid_key),
        )
        for asset in assets
    ]


def _file(opened: Context, key: str) -> Path:
    # Of a store in a folder it is the file itself, which stays where it is.
    with opened.store.file(key) as path:
        return path
