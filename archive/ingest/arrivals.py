"""A file that was sent over the API, read and stored as ingest reads and stores those of its folders."""

from archive.context import Context
from archive.ingest.pictures import PictureReader
from archive.services import identifiers
from archive.services.assets import Taken
from archive.services.creating import Picture
from archive.services.drafts import FileDraft


def read(context: Context, record: str, file: FileDraft) -> list[Picture]:
    """The pictures in a file of a record, one for each of its pages; one of a sound, film, model or captions.

    Its source is in the store then. Raises ``InvalidSource`` for a file that is nothing of these.
    """
    return _reader(context, record, file).files(record, file, None)


def read_companion(context: Context, record: str, file: FileDraft) -> list[Picture]:
    """The same of a file that a model of the record names, whatever it is."""
    return [_reader(context, record, file).companion(record, file)]


def _reader(context: Context, record: str, file: FileDraft) -> PictureReader:
    with context.sessions() as session:
        taken = Taken(session)
        asked = (record, file.name)
        names = {asked: identifiers.assign([asked], taken)[0]}
        return PictureReader(context, names, taken, dry_run=False)
