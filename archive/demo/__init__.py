"""The demonstration collection: painted and played by code, described in many languages, ready for ingest."""

from collections.abc import Callable
from pathlib import Path

from archive import errors
from archive.demo import fonts, sheet, sound, studio, transcript


def paint(
    folder: Path,
    progress: Callable[[str, float], None] | None = None,
    *,
    scale: float = 1.0,
    workers: int | None = None,
) -> Path:
    """Paints the collection into ``folder`` and gives the path of its sheet, ready for ``mogao ingest``.

    ``progress`` is told what was finished and the share of the work done (0..1). A picture that is there
    is not painted again; the same ``scale`` (1 is full size) always gives the same pixels. ``workers`` 0
    paints in this process, ``None`` in as many as there are cores, four at most.

    Raises ``Unavailable`` when the typefaces are not installed.
    """
    if not fonts.present():
        raise errors.Unavailable('the typefaces of the demonstration are not installed: run "make setup"')
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / f"{sound.NAME}.wav").exists():
        sound.sound(folder)
    studio.paint_all(folder, progress or (lambda _name, _share: None), scale=scale, workers=workers)
    transcript.write_all(folder / "book", scale)
    return sheet.write(folder)
