"""Bytes: sources, which are never altered, and derivatives, which can be made again."""

from archive.config import Settings
from archive.errors import Invalid
from archive.storage.local import LocalStore
from archive.storage.store import Store


def open_store(settings: Settings) -> Store:
    """The store of the settings; nothing is made or asked of it yet.

    Raises ``Invalid`` for one on S3 where the extra ``s3`` is not installed.
    """
    if not settings.is_on_s3:
        return LocalStore(settings.store_path)
    try:
        from archive.storage.s3 import S3Store  # noqa: PLC0415  # Its library is an extra.
    except ModuleNotFoundError as error:
        raise Invalid(
            "MOGAO_STORAGE_URL is on S3: install what that needs, pip install -e '.[s3]'"
        ) from error
    return S3Store(settings)
