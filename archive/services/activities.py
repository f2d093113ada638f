"""The change log is written here, in the transaction of the change."""

from sqlalchemy.orm import Session

from archive import db
from archive.models import Activity

CREATE, UPDATE, DELETE = "Create", "Update", "Delete"
MANIFEST, COLLECTION = "Manifest", "Collection"


def log(session: Session, type_: str, *, object_type: str, identifier: str) -> None:
    """Add one change to the log. ``type_`` is a word of Change Discovery 1.0 §3.1.5."""
    values = {"type": type_, "object_type": object_type, "object_identifier": identifier, "time": db.now()}
    db.insert(session.connection(), Activity.__tablename__, values)
