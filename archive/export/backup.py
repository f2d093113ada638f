"""A backup: catalogue and sources in one tar file, the same for every database.

Its members, in order: ``mogao.json`` (the format's version, the catalogue's, and each table's SHA-256),
one ``catalogue/TABLE.jsonl`` a table, and ``sources/DIGEST`` for every source. Pyramids are left out:
they are made again.
"""

import datetime as dt
import hashlib
import io
import json
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Column, Date, DateTime, Table, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from archive import db
from archive.context import Context, catalogue_version
from archive.db import Base
from archive.errors import Conflict, Invalid
from archive.models import Activity, Asset, Collection, Job, PyramidState, Record, State
from archive.models.asset import source_key

Progress = Callable[[int, int], None]

_FORMAT = 1
_BATCH = 500
_HEAD = "mogao.json"
_JSON = dict[str, Any]  # Any: values of JSON.


def write(context: Context, target: Path, progress: Progress = lambda done, total: None) -> None:
    """Write the archive into the tar file ``target``, in the state of one moment.

    ``progress`` gets (sources done, sources in all). What is written stands under a name of its own
    until it is whole. Raises ``NotFound`` for a source that the store has lost.
    """
    partial = target.with_name(target.name + ".partial")
    try:
        with context.sessions() as session, tarfile.open(partial, "w") as tar, ExitStack() as files:
            # What stands first, and each member's size, is known last: the rows pass through files.
            tables = {
                table.name: _spool(session, table, files.enter_context(tempfile.TemporaryFile()))
                for table in Base.metadata.sorted_tables
            }
            _add(tar, _HEAD, io.BytesIO(json.dumps(_head(context, tables)).encode()))
            for name, rows in tables.items():
                _add(tar, f"catalogue/{name}.jsonl", rows)
            digests = session.scalars(select(Asset.digest).distinct().order_by(Asset.digest)).all()
            for done, digest in enumerate(digests, 1):
                with context.store.open(source_key(digest)) as source:
                    _add(tar, f"sources/{digest}", source)
                progress(done, len(digests))
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def restore(context: Context, backup: Path, progress: Progress = lambda done, total: None) -> None:
    """Put the backup into the empty archive of ``context``; every pyramid is queued to be made.

    ``progress`` gets (bytes read, bytes in all). Sources come first and the catalogue in one
    transaction: what is cut short can be run again. Raises ``Invalid`` for a file that is no whole
    backup of this version, ``Conflict`` when the archive holds records.
    """
    try:
        with tarfile.open(backup, "r:") as tar, context.sessions.begin() as session:
            tables = _check_head(context, tar)
            _empty(session)
            for member in tar:
                _restore_member(context, session, tar, member, tables)
                progress(tar.offset, backup.stat().st_size)
            _check_whole(context, session, tables)
            _queue_all(session)
            _set_sequences(session)
    except (tarfile.TarError, EOFError) as error:
        raise Invalid(f'backup "{backup.name}" is damaged or cut short: take another copy of it') from error
    except OSError as error:
        reason = (error.strerror or "unknown fault").lower()
        raise Invalid(f'backup "{backup.name}" can\'t be read: {reason}') from error


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size = content.seek(0, io.SEEK_END)
    content.seek(0)
    tar.addfile(member, content)


def _spool(session: Session, table: Table, rows: IO[bytes]) -> IO[bytes]:
    statement = select(table).order_by(*table.primary_key).execution_options(yield_per=_BATCH)
    for row in session.execute(statement).mappings():
        line = json.dumps(dict(row), ensure_ascii=False, default=_encode, separators=(",", ":"))
        rows.write(line.encode() + b"\n")
    return rows


def _head(context: Context, tables: dict[str, IO[bytes]]) -> _JSON:
    digests = {name: _digest(rows) for name, rows in tables.items()}
    return {"format": _FORMAT, "catalogue": catalogue_version(context), "tables": digests}


def _digest(content: IO[bytes]) -> str:
    content.seek(0)
    return hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]  # Any readable file does.


def _encode(value: object) -> str:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} in a row")


def _check_head(context: Context, tar: tarfile.TarFile) -> dict[str, str]:
    """The digests of the tables to come."""
    first = tar.next()
    content = tar.extractfile(first) if first and first.name == _HEAD else None
    try:
        head = json.load(content) if content else None
    except ValueError:
        head = None
    if not isinstance(head, dict) or not isinstance(head.get("tables"), dict):
        raise Invalid("this file is no backup of Mogao: give one that mogao export backup wrote")
    if head.get("format") != _FORMAT or head.get("catalogue") != catalogue_version(context):
        raise Invalid(
            f"the backup is of catalogue version {head.get('catalogue')}: restore it with its own Mogao, "
            "then upgrade"
        )
    return dict(head["tables"])


def _empty(session: Session) -> None:
    if session.scalar(select(func.count()).select_from(Record)):
        raise Conflict("the archive holds records already: restore into an empty data folder")
    for model in (Activity, Collection):
        session.execute(delete(model))


def _restore_member(
    context: Context,
    session: Session,
    tar: tarfile.TarFile,
    member: tarfile.TarInfo,
    tables: dict[str, str],
) -> None:
    content = tar.extractfile(member)
    folder, _, name = member.name.partition("/")
    if content is None:
        return
    if folder == "sources":
        _restore_source(context, name, content)
    elif folder == "catalogue":
        _restore_table(session, name.removesuffix(".jsonl"), content, tables)


def _restore_source(context: Context, digest: str, content: IO[bytes]) -> None:
    with context.store.scratch() as path:
        with path.open("xb") as file:
            while chunk := content.read(1 << 20):
                file.write(chunk)
        if context.store.add(path).digest != digest:
            raise Invalid(f"source {digest} of the backup is damaged: take another copy of the backup")


def _restore_table(session: Session, name: str, content: IO[bytes], tables: dict[str, str]) -> None:
    if _digest(content) != tables.pop(name, None):
        raise Invalid(f'table "{name}" of the backup is damaged: take another copy of the backup')
    content.seek(0)
    table = Base.metadata.tables[name]
    rows = (_decode(table, json.loads(line)) for line in content)
    while batch := list(islice(rows, _BATCH)):
        session.execute(insert(table), batch)


def _decode(table: Table, row: _JSON) -> _JSON:
    return {name: _decode_value(table.c[name], value) for name, value in row.items()}


def _decode_value(column: Column[Any], value: Any) -> Any:  # Any: a value of JSON, then of the column's type.
    if value is None or not isinstance(value, str):
        return value
    kind = getattr(column.type, "impl_instance", column.type)
    if isinstance(kind, DateTime):
        return dt.datetime.fromisoformat(value)
    return dt.date.fromisoformat(value) if isinstance(kind, Date) else value


def _check_whole(context: Context, session: Session, missing: dict[str, str]) -> None:
    if missing:
        raise Invalid(f'table "{next(iter(missing))}" is not in the backup: take another copy of it')
    for digest in session.scalars(select(Asset.digest).distinct()):
        if context.store.size(source_key(digest)) is None:
            raise Invalid(f"source {digest} is not in the backup: take another copy of it")


def _queue_all(session: Session) -> None:
    waiting = {"state": State.QUEUED, "owner": None, "leased_until": None, "attempts": 0, "reason": None}
    session.execute(update(Job).values(**waiting, modified=db.now()))
    pending = update(Asset).where(Asset.pyramid_state != PyramidState.NONE)
    session.execute(pending.values(pyramid_state=PyramidState.PENDING, pyramid_reason=None))


def _set_sequences(session: Session) -> None:
    # PostgreSQL counts on from where its own counters stand, not from the rows.
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.c:
            session.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), "  # noqa: S608  # Our own names.
                    f'COALESCE((SELECT max(id) FROM "{table.name}"), 1))'
                )
            )
