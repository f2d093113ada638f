"""Every setting, and the only reader of the environment."""

import dataclasses
import difflib
import os
import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dotenv

from archive.errors import Invalid

PREFIX = "MOGAO_"
_TESTS = "MOGAO_TEST_"


def _setting(default: Any, text: str) -> Any:  # Any: dataclasses.field is typed as its default's type.
    return dataclasses.field(default=default, metadata={"help": text})


def _secret(text: str) -> Any:  # Any: as above.
    """A setting that no log and no trace may show."""
    return dataclasses.field(default="", metadata={"help": text}, repr=False)


@dataclass(frozen=True)
class Settings:
    """The archive's options; each is read from the variable ``MOGAO_`` and its name in capitals."""

    data_dir: Path = _setting(
        Path("data"), "Folder of the catalogue and the store, made where it is missing."
    )
    database_url: str = _setting("", "SQLAlchemy URL of the catalogue; empty: SQLite in the data folder.")
    search_url: str = _setting(
        "",
        "Search engine: `http(s)://HOST:PORT/PREFIX` of an Elasticsearch, or `embedded:FOLDER`; "
        "empty: a folder in the data folder.",
    )
    storage_url: str = _setting(
        "", "Folder of sources and pyramids, or `s3://BUCKET/PREFIX`; empty: `store` in the data folder."
    )
    s3_endpoint: str = _setting("", "Address of the S3 server; empty: Amazon's.")
    s3_region: str = _setting(
        "", "Region of the S3 bucket; empty: that of AWS's own variables, or us-east-1."
    )
    s3_access_key: str = _secret(
        "Access key for S3; empty: that of AWS's own variables, or the role of the machine."
    )
    s3_secret_key: str = _secret("Secret key that belongs to the access key.")
    public_url: str = _setting("", "Address the world uses, on which every identifier is built.")
    proxy_hops: int = _setting(0, "How many trusted proxies set `X-Forwarded-*`; 0 ignores these headers.")
    languages: tuple[str, ...] = _setting(
        ("en", "zh", "fr", "ar"), "Languages of the pages, the first one as default."
    )
    name: str = _setting("Mogao", "Name of the institution.")
    homepage: str = _setting("", "Home page of the institution.")
    logo: str = _setting("", "URL of the institution's logo; empty: the archive's own mark.")
    rights: str = _setting(
        "", "Rights of a record that states none: a licence's or statement's URI or short name."
    )
    statement: str = _setting("", "Attribution shown with a record that states none.")
    max_width: int = _setting(0, "Widest rendition in pixels; 0: no limit.")
    max_height: int = _setting(
        0, "Highest rendition in pixels, only together with `MOGAO_MAX_WIDTH`; 0: no limit."
    )
    max_area: int = _setting(50_000_000, "Largest rendition in pixels; 0: no limit.")
    source_max_pixels: int = _setting(4_000_000_000, "Largest source picture in pixels.")
    source_max_bytes: int = _setting(32 * 2**30, "Largest source file in bytes.")
    source_max_whole_pixels: int = _setting(
        250_000_000, "Largest source picture in pixels in formats that can only be decoded whole."
    )
    upload_max_bytes: int = _setting(
        32 * 2**30, "Largest file in bytes that is taken over the API, a ZIP counted as unpacked."
    )
    sheet_max_bytes: int = _setting(2**30, "Largest sheet in bytes, an XLSX counted as unpacked.")
    fetch_max_bytes: int = _setting(64 * 2**20, "Largest file in bytes that is fetched from another server.")
    fetch_private: int = _setting(
        0,
        "1: files may be fetched from private networks and this machine too; 0: only from public addresses.",
    )
    jpeg_quality: int = _setting(85, "JPEG quality of tiles and renditions, 1 to 100.")
    cache_bytes: int = _setting(2 * 2**30, "Largest cache of renditions in bytes; 0: none are kept.")
    cache_days: int = _setting(
        30, "Days after which an unused rendition leaves the cache; 0: none leaves for its age."
    )
    drawing_pixels: int = _setting(
        100_000_000, "Pixels that a server process decodes and writes at once, 3 bytes of memory each."
    )
    workers: int = _setting(0, "Processes that make pyramids; 0: one a core, four at most.")
    log_level: str = _setting("INFO", "Least severity that is logged: DEBUG, INFO, WARNING or ERROR.")

    @property
    def catalogue_url(self) -> str:
        """The SQLAlchemy URL of the catalogue, the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'catalogue.sqlite'}"

    @property
    def search_engine(self) -> str:
        """The address of the search engine, the default filled in."""
        return self.search_url or f"embedded:{self.data_dir / 'search'}"

    @property
    def is_on_s3(self) -> bool:
        """Whether the store is a bucket of S3, and not a folder."""
        return self.storage_url.startswith("s3://")

    @property
    def store_path(self) -> Path:
        """The folder of the local store, the default filled in."""
        return Path(self.storage_url.removeprefix("file://")) if self.storage_url else self.data_dir / "store"

    @property
    def cache_path(self) -> Path:
        """The folder of the cache of renditions."""
        return self.data_dir / "cache" / "renditions"

    @property
    def pyramid_workers(self) -> int:
        """How many processes make pyramids at once."""
        return self.workers or min(4, os.cpu_count() or 1)


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of ``environment``, or else of the process with the folder's ``.env`` below it.

    Raises ``Invalid`` for a variable of ours that is no setting, or a value that it can't have.
    """
    if environment is None:
        from_file = {name: value or "" for name, value in dotenv.dotenv_values(".env").items()}
        environment = from_file | dict(os.environ)
    ours = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and not name.startswith(_TESTS)
    }
    types = typing.get_type_hints(Settings)
    settings = Settings(**{name: _value(name, text, types) for name, text in ours.items()})
    _check(settings)
    return settings


def publish(settings: Settings) -> None:
    """Give the processes that this one starts the same settings."""
    for field in dataclasses.fields(settings):
        os.environ[variable(field.name)] = _text(getattr(settings, field.name))


def variable(name: str) -> str:
    """The environment variable of the setting ``name``."""
    return PREFIX + name.upper()


def _value(name: str, text: str, types: Mapping[str, Any]) -> Any:  # Any: a setting's own type.
    if name not in types:
        near = difflib.get_close_matches(name, types, 1)
        hint = f"did you mean {variable(near[0])}?" if near else "docs/settings.md lists them"
        raise Invalid(f"{variable(name)} is no setting: {hint}")
    if types[name] is int:
        try:
            return int(text or "0")
        except ValueError as error:
            raise Invalid(f'{variable(name)} is "{text}": give a whole number') from error
    if types[name] is Path:
        return Path(text)
    if types[name] is str:
        return text.strip()
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _text(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _check(settings: Settings) -> None:
    if not 1 <= settings.jpeg_quality <= 100:
        raise Invalid(f"MOGAO_JPEG_QUALITY is {settings.jpeg_quality}: give 1 to 100")
    if settings.fetch_private not in {0, 1}:
        raise Invalid(f"MOGAO_FETCH_PRIVATE is {settings.fetch_private}: give 0 or 1")
    for name in ("public_url", "homepage", "logo", "s3_endpoint"):
        value = getattr(settings, name)
        if value and not value.startswith(("http://", "https://")):
            raise Invalid(f'{variable(name)} is "{value}": begin it with http:// or https://')
    if settings.max_height and not settings.max_width:
        raise Invalid("MOGAO_MAX_HEIGHT goes only together with MOGAO_MAX_WIDTH: set both")
    negative = [f.name for f in dataclasses.fields(settings) if _is_negative(getattr(settings, f.name))]
    if negative:
        raise Invalid(f"{variable(negative[0])} is negative: give 0 or more")
    _check_storage(settings)
    if settings.search_url and not re.match("memory:$|embedded:.|https?://.", settings.search_url):
        raise Invalid(
            f'MOGAO_SEARCH_URL is "{settings.search_url}": give embedded: and a folder, '
            "or the address of an Elasticsearch"
        )
    if not settings.languages:
        raise Invalid("MOGAO_LANGUAGES is empty: name at least one, such as en")


def _check_storage(settings: Settings) -> None:
    url = settings.storage_url
    if "://" in url and not re.match("file://|s3://[^/]", url):
        raise Invalid(
            f'MOGAO_STORAGE_URL is "{url}": give a folder (a path, or file:// and a path), or s3://BUCKET'
        )
    if bool(settings.s3_access_key) != bool(settings.s3_secret_key):
        raise Invalid("MOGAO_S3_ACCESS_KEY and MOGAO_S3_SECRET_KEY go only together: set both, or neither")


def _is_negative(value: object) -> bool:
    return isinstance(value, int) and value < 0
