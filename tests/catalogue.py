"""Records for the tests, saved as ingest saves them, without a file behind their pictures."""

import hashlib

from archive.context import Context
from archive.services import saving
from archive.services.collections import Shelves
from archive.services.creating import Origin, Picture
from archive.services.drafts import Draft


def save(context: Context, draft: Draft, *pictures: Picture, source: str = "sheet.csv") -> str:
    """Save a draft, and give what became of it."""
    with context.sessions.begin() as session:
        place = saving.places(session, source, [draft])[draft.key]
        shelves = Shelves().find(session, draft.collections)
        origin = Origin(source, "fingerprint")
        return saving.save(session, draft, pictures, place=place, origin=origin, shelves=shelves).outcome


def picture(name: str, width: int = 40, height: int = 30) -> Picture:
    """A picture called ``name``, which is its asset's identifier too."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return Picture(name, f"{name}.tif", 0, {}, digest, 10, "image/tiff", width, height)
