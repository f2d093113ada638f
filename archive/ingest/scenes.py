"""The files that a glTF model in a folder names: buffers and textures, kept beside it and shown with it."""

from pathlib import Path

from archive.ingest.faults import Fault
from iiif import gltf, media
from iiif.errors import InvalidSource


def is_model(name: str) -> bool:
    """Whether the file called ``name`` is a model by its ending."""
    dot = name.rfind(".")
    return media.MEDIA_TYPES.get(name[dot:].lower()) in media.MODELS


def beside(name: str, path: Path) -> tuple[str, ...]:
    """The files that the model called ``name`` names, as their folder names them, there or not.

    Those that lie elsewhere are left out, and a damaged model has none: that is told when it is taken in.
    """
    try:
        with path.open("rb") as file:
            found = gltf.nearby(gltf.scene(file, path.stat().st_size))
    except (InvalidSource, OSError):
        return ()
    folder, slash, _ = name.rpartition("/")
    return tuple(folder + slash + one for one in found)


def missing(name: str, model: str, row: int | None) -> Fault:
    """The fault of a file that is not there and that a model names."""
    remedy = "put it there, or export the model as .glb, which holds everything"
    return Fault(row, "files", f'"{name}" is missing, and the model "{model}" needs it: {remedy}')
