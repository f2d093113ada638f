"""A store in a bucket of S3, or of another server that speaks as S3 does."""

import datetime as dt
import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store as Bucket

from archive.config import Settings
from archive.errors import NotFound, Unavailable
from archive.storage import disk
from archive.storage.store import Stored, digest, require_derivative
from iiif.errors import InvalidSource
from iiif.image.tiff import Reader

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Credential

_PART = 8 << 20
"""Bytes of one part of an upload, of which ``_AT_ONCE`` are in memory; S3 takes 10,000 parts at most."""
_MOST_PARTS = 9_000
_AT_ONCE = 4
_READ_AHEAD = 1 << 20

# A reader waits for a tile, so that a server which is gone must be told of soon; a part may take its time.
_READ_TIMEOUT = dt.timedelta(seconds=15)
_WRITE_TIMEOUT = dt.timedelta(minutes=5)
_CONNECT_TIMEOUT = dt.timedelta(seconds=3)
_RETRIES = 3
_RETRY_TIMEOUT = dt.timedelta(seconds=15)


class S3Store:
    """Keeps each key as an object below the bucket's prefix; what is in the making, in the data folder.

    An upload is seen only when it is whole. One that was cut off leaves invisible parts, which a rule of
    the bucket removes (docs/deploy.md): no request of S3 tells whether their maker still lives.
    """

    def __init__(self, settings: Settings) -> None:
        self._scratch = disk.Scratch(settings.data_dir / "scratch")
        self._reads = _bucket(settings, _READ_TIMEOUT)
        self._writes = _bucket(settings, _WRITE_TIMEOUT)
        self._was_seen = False

    def add(self, path: Path) -> Stored:
        """See ``Store.add``: digested, then uploaded and digested again, lest it changed meanwhile."""
        stored = digest(path)
        if self.size(stored.key) != stored.bytes:
            with path.open("rb") as source:
                self._upload(stored.key, _unchanged(source, stored), stored.bytes)
        return stored

    def scratch(self) -> AbstractContextManager[Path]:
        """See ``Store.scratch``."""
        return self._scratch.file()

    def place(self, key: str, path: Path) -> None:
        """See ``Store.place``: uploaded."""
        with path.open("rb") as made:
            self._upload(key, disk.chunks(made), os.fstat(made.fileno()).st_size)

    @contextmanager
    def file(self, key: str) -> Iterator[Path]:
        """See ``Store.file``: a download, which is removed at the end."""
        with self.scratch() as path:
            with self.open(key) as stored, disk.translated(), path.open("xb") as copy:
                shutil.copyfileobj(stored, copy, _PART)
            yield path

    def open(self, key: str) -> BinaryIO:
        """See ``Store.open``: read by ranges of a megabyte and more."""
        size = self.size(key)
        if size is None:
            raise NotFound(f"{key} is not in the store")
        return io.BufferedReader(_Stream(self.reader(key), size), _READ_AHEAD)

    def reader(self, key: str) -> Reader:
        """See ``Store.reader``: asks the server nothing yet."""
        return _Object(self, key)

    def read_range(self, key: str, offset: int, length: int) -> bytes:
        """See ``Store.read_range``: one request."""
        if length == 0:
            return b""
        with self._translated(key):
            try:
                return bytes(obstore.get_range(self._reads, key, start=offset, length=length))
            except BaseError as error:
                # A range that begins behind the end is refused; the library has no error of its own for that.
                if "416 Range Not Satisfiable" in str(error):
                    return b""
                raise

    def size(self, key: str) -> int | None:
        """See ``Store.size``."""
        try:
            with self._translated(key):
                return obstore.head(self._reads, key)["size"]
        except NotFound:
            return None

    def keys(self, prefix: str) -> Iterator[str]:
        """See ``Store.keys``."""
        with self._translated():
            for page in obstore.list(self._reads, prefix or None, chunk_size=1000):
                yield from (found["path"] for found in page)

    def delete(self, key: str) -> None:
        """See ``Store.delete``."""
        require_derivative(key)
        with self._translated(key):
            obstore.delete(self._writes, key)

    def sweep(self) -> int:
        """See ``Store.sweep``: those in the data folder; see the class for those in the bucket."""
        return self._scratch.sweep()

    def _upload(self, key: str, content: Iterator[bytes], size: int) -> None:
        part = max(_PART, -(-size // _MOST_PARTS))
        with self._translated(key):
            obstore.put(
                self._writes,
                key,
                content,
                use_multipart=size > part,
                chunk_size=part,
                max_concurrency=_AT_ONCE,
            )

    @contextmanager
    def _translated(self, key: str = "") -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            self._see_bucket()
            raise NotFound(f"{key} is not in the store") from error
        except BaseError as error:
            raise Unavailable(f"the store on S3 can't be used: {_remedy(error)}") from error

    def _see_bucket(self) -> None:
        """Raise ``Unavailable`` where it is the bucket that is not there: a key in it is answered alike."""
        if not self._was_seen:
            next(iter(self.keys("sources")), None)
            self._was_seen = True


@dataclass(frozen=True)
class _Object:
    store: S3Store
    key: str

    def read_range(self, offset: int, length: int) -> bytes:
        return self.store.read_range(self.key, offset, length)


class _Stream(io.RawIOBase):
    """What a reader reads, from a place that moves on."""

    def __init__(self, reader: Reader, size: int) -> None:
        super().__init__()
        self._reader = reader
        self._size = size
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        return self._place

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # BufferedReader gives no other.
        length = max(0, min(len(buffer), self._size - self._place))
        found = self._reader.read_range(self._place, length)
        buffer[: len(found)] = found
        self._place += len(found)
        return len(found)


class _Keys:
    """The keys of the settings, and not the session of another account that the environment may name."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self) -> "S3Credential":
        keys = self._settings
        return {
            "access_key_id": keys.s3_access_key,
            "secret_access_key": keys.s3_secret_key,
            "expires_at": None,
        }


def _bucket(settings: Settings, timeout: dt.timedelta) -> Bucket:
    name, _, prefix = settings.storage_url.removeprefix("s3://").partition("/")
    # What is not set here, the library looks for where every program of AWS does.
    config: S3Config = {"disable_bulk_delete": True}
    if settings.s3_endpoint:
        config["endpoint"] = settings.s3_endpoint
    if settings.s3_region:
        config["region"] = settings.s3_region
    return Bucket(
        name,
        prefix=prefix.strip("/") or None,
        config=config,
        client_options={
            "allow_http": settings.s3_endpoint.startswith("http://"),
            "connect_timeout": _CONNECT_TIMEOUT,
            "timeout": timeout,
        },
        retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRY_TIMEOUT},
        credential_provider=_Keys(settings) if settings.s3_access_key else None,
    )


def _unchanged(source: BinaryIO, expected: Stored) -> Iterator[bytes]:
    """The source's bytes; an upload whose source raises at its end is never seen."""
    total = hashlib.sha256()
    for chunk in disk.chunks(source):
        total.update(chunk)
        yield chunk
    if total.hexdigest() != expected.digest:
        raise InvalidSource("it changed while it was read: take it in again when nobody writes to it")


def _remedy(error: BaseError) -> str:
    text = str(error)
    if isinstance(error, PermissionDeniedError | UnauthenticatedError) or "403 Forbidden" in text:
        return (
            "it refuses us; check MOGAO_S3_ACCESS_KEY and MOGAO_S3_SECRET_KEY, or the role of this machine, "
            "and its rights on the bucket"
        )
    if "NoSuchBucket" in text:
        return "its bucket is not there; make it, or correct MOGAO_STORAGE_URL"
    return (
        "it does not answer as it should; check MOGAO_S3_ENDPOINT, MOGAO_S3_REGION, the network, "
        "and that credentials are set"
    )
