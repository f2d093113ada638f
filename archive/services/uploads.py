"""Files that are sent in pieces: begun, gone on with, whole, and forgotten when nobody uses them."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive import db
from archive.db import Sessions
from archive.errors import Conflict, Invalid, Misplaced, NotFound, TooLarge
from archive.models import Upload
from archive.models.asset import source_key
from archive.services import access
from archive.services.access import Reader
from archive.storage import pieces
from archive.storage.store import Store

KEPT = dt.timedelta(days=7)
"""How long an upload is kept after the last piece of it came."""


@dataclass(frozen=True)
class Announced:
    """What the sender says of a file: its name, its bytes, and its SHA-256 in hexadecimal, if it knows."""

    name: str
    bytes: int
    digest: str | None


def begin(session: Session, announced: Announced, reader: Reader, *, most: int) -> Upload:
    """The row of a file that will be sent. Raises ``TooLarge`` for more than ``most`` bytes."""
    if announced.bytes > most:
        raise TooLarge(
            f'"{announced.name}" has {announced.bytes:,} bytes; at most {most:,} are allowed: '
            "make it smaller, or raise MOGAO_UPLOAD_MAX_BYTES"
        )
    row = Upload(
        identifier=uuid.uuid4().hex,
        token_id=reader.token_id,
        name=announced.name,
        bytes=announced.bytes,
        expected=announced.digest,
        created=db.now(),
        expires=db.now() + KEPT,
    )
    session.add(row)
    session.flush()
    return row


def find(session: Session, identifier: str, reader: Reader) -> Upload:
    """The reader's own upload. Raises ``NotFound``."""
    mine = access.owned(reader)
    row = session.scalar(
        select(Upload).where(Upload.identifier == identifier, mine, Upload.expires > db.now())
    )
    if row is None:
        raise NotFound(f'upload "{identifier}" is not here, or no more: begin it anew')
    return row


def offset(store: Store, upload: Upload) -> int:
    """How many bytes of it have been received."""
    return upload.bytes if upload.digest else pieces.extent(store, upload.identifier)


def receive(store: Store, upload: Upload, read: Callable[[int], bytes], *, begin: int, announced: int) -> int:
    """Keep up to ``announced`` bytes that ``read`` gives, from byte ``begin`` on; how many are here then.

    Raises ``Misplaced`` where they do not join on, ``TooLarge`` where they are more than are missing.
    """
    known = offset(store, upload)
    if known != begin:
        raise Misplaced(known)
    if announced > upload.bytes - begin:
        raise TooLarge(
            f'"{upload.name}" has {upload.bytes - begin:,} bytes more, and {announced:,} were sent'
        )
    return pieces.append(store, upload.identifier, begin, read, most=announced)


def finish(store: Store, upload: Upload) -> str:
    """The SHA-256 of a file of which all bytes are here.

    Raises ``Conflict`` for one that is not whole, and ``Invalid`` where another digest was announced: the
    file is forgotten then, to be sent again from its beginning.
    """
    require_whole(store, upload)
    found = upload.digest or pieces.digest(store, upload.identifier)
    if upload.expected not in {None, found}:
        pieces.cut(store, upload.identifier, 0)
        raise Invalid(
            f'"{upload.name}" came with the SHA-256 {found}, and {upload.expected} was announced: '
            "send it again from byte 0"
        )
    return found


def require_whole(store: Store, upload: Upload) -> None:
    """Raise ``Conflict`` for an upload of which not all bytes are here."""
    known = offset(store, upload)
    if known != upload.bytes:
        raise Conflict(
            f'upload "{upload.identifier}" is not whole: {known:,} of {upload.bytes:,} bytes are here'
        )


def keep(session: Session, upload: Upload, digest: str | None = None) -> None:
    """Let an upload be kept as long as a new one, with the digest of one that is whole."""
    known = {} if digest is None else {"digest": digest}
    session.execute(update(Upload).where(Upload.id == upload.id).values(expires=db.now() + KEPT, **known))


@contextmanager
def file(store: Store, upload: Upload, digest: str) -> Iterator[Path]:
    """A file of this machine with the bytes of a whole upload: its pieces joined, or the source it became."""
    known = source_key(digest)
    with (
        store.file(known)
        if store.size(known) == upload.bytes
        else pieces.joined(store, upload.identifier) as path
    ):
        yield path


def forget(session: Session, upload: Upload) -> None:
    """Give up an upload; its pieces go at the next sweep, if not before."""
    session.execute(delete(Upload).where(Upload.id == upload.id))


def sweep(sessions: Sessions, store: Store) -> int:
    """Forget the uploads that expired, and pieces that belong to none; of how many there were pieces."""
    # Looked for before the rows are: an upload that begins meanwhile has its row first.
    here = pieces.names(store)
    with sessions.begin() as session:
        session.execute(delete(Upload).where(Upload.expires <= db.now()))
        known = set(session.scalars(select(Upload.identifier)))
    for name in here - known:
        pieces.cut(store, name, 0)
    return len(here - known)
