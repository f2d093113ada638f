"""The opened things of one process: settings, sessions, store, pyramids, URIs."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from archive import db
from archive.config import Settings
from archive.db import Sessions
from archive.errors import Invalid, Unavailable
from archive.services import collections, indexing, keeping, page_indexing
from archive.services.finding import Finder
from archive.services.images import ShownImages
from archive.services.keeping import Kept
from archive.services.passages import Passages
from archive.storage import open_store
from archive.storage.cache import Cache
from archive.storage.pyramids import Pyramids
from archive.storage.renditions import Renditions
from archive.storage.store import Store
from iiif.image.request import Limits
from iiif.presentation import rights
from iiif.presentation.publisher import Publisher
from iiif.uris import Uris
from search.engine import Engine
from search.opening import open_engine

_LANES = 2
"""Renditions that a process draws at once: while one waits for the store, another has the processor."""

_PATIENCE = 10.0
"""Seconds that a request waits for its rendition to be begun."""

_MIGRATIONS = Path(__file__).parent.parent / "migrations"


@dataclass(frozen=True)
class Institution:
    """Who publishes."""

    name: str
    homepage: str | None
    logo: str | None


@dataclass(frozen=True)
class Context:
    """What a process holds open; opened anew in each, never carried over a fork."""

    settings: Settings
    sessions: Sessions
    store: Store
    pyramids: Pyramids
    images: ShownImages
    renditions: Renditions
    uris: Uris
    publisher: Publisher

    @cached_property
    def kept(self) -> tuple[Kept, ...]:
        """The search indexes that the archive keeps."""
        return keeping.Records(self.publisher.rights), keeping.Pages()

    @cached_property
    def engines(self) -> Mapping[str, Engine]:
        """The search engine of each index, by its name; its library is loaded when it is first asked."""
        try:
            return {one.name: open_engine(self.settings.search_engine, one.layout) for one in self.kept}
        except ValueError as error:
            raise Invalid(f"MOGAO_SEARCH_URL: {error}") from error

    @cached_property
    def finder(self) -> Finder:
        """Who finds records by the search engine."""
        return Finder(self.engines[indexing.RECORDS], self.settings.languages)

    @cached_property
    def passages(self) -> Passages:
        """Who finds the places in texts and annotations."""
        return Passages(self.engines[page_indexing.PAGES], self.settings.languages)

    def close(self) -> None:
        """Give back what is held."""
        for engine in vars(self).get("engines", {}).values():
            engine.close()
        self.renditions.close()
        self.pyramids.close()
        self.sessions.close()


def open_context(settings: Settings) -> Context:
    """The context of ``settings``; makes the data folder, touches neither catalogue nor network.

    Raises ``Unavailable`` when the data folder can't be made, ``Invalid`` for a setting that is none.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"the data folder can't be made: {os.strerror(error.errno or 0).lower()}"
        ) from error
    store = open_store(settings)
    sessions = Sessions(db.open_engine(settings.catalogue_url))
    return Context(
        settings=settings,
        sessions=sessions,
        store=store,
        pyramids=Pyramids(store),
        images=ShownImages(sessions),
        renditions=_renditions(settings),
        uris=Uris((settings.public_url or "http://127.0.0.1:8000").rstrip("/")),
        publisher=_publisher(settings),
    )


@contextmanager
def opened(settings: Settings) -> Iterator[Context]:
    """The context of ``settings`` with a catalogue of this version's form, closed afterwards."""
    context = open_context(settings)
    try:
        initialise(context)
        yield context
    finally:
        context.close()


def initialise(context: Context) -> None:
    """Make the catalogue, or bring it to this version's form; the top collection stands afterwards.

    Raises ``Invalid`` for a catalogue of a newer version, ``Unavailable`` when it can't be written.
    """
    if check_version(context):
        return
    # Hardly a start has anything to bring up to date, and alembic takes half a second and 10 MB.
    from alembic import command  # noqa: PLC0415  # See above.
    from alembic.config import Config  # noqa: PLC0415  # See above.

    with context.sessions.engine.execution_options(writes=True).begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        with Session(connection) as session:
            collections.root(session)
            session.commit()


def check_version(context: Context) -> bool:
    """Whether the catalogue has this version's form.

    Raises ``Invalid`` when a newer version made it, ``Unavailable`` when it can't be opened.
    """
    known = versions()
    current = catalogue_version(context)
    if current is not None and current not in known:
        raise Invalid(
            f"the catalogue is of a newer version ({current}): upgrade Mogao, or restore an older backup"
        )
    return current == known[-1]


def versions() -> list[str]:
    """The versions that the catalogue's form has had, this last: its migrations' names begin with them."""
    return sorted(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def catalogue_version(context: Context) -> str | None:
    """The version of the catalogue's form, ``None`` of one that has not been made."""
    with context.sessions.engine.connect() as connection:
        has_one = inspect(connection).has_table("alembic_version")
        return connection.scalar(text("SELECT version_num FROM alembic_version")) if has_one else None


def _renditions(settings: Settings) -> Renditions:
    cache = None
    if settings.cache_bytes:
        cache = Cache(settings.cache_path, limit=settings.cache_bytes, days=settings.cache_days)
    return Renditions(cache, budget_pixels=settings.drawing_pixels, lanes=_LANES, patience=_PATIENCE)


def _publisher(settings: Settings) -> Publisher:
    try:
        default = rights.rights_uri(settings.rights) if settings.rights else None
    except ValueError as error:
        raise Invalid(f"MOGAO_RIGHTS: {error}") from error
    institution = Institution(settings.name, settings.homepage or None, settings.logo or None)
    return Publisher(institution, default, settings.statement or None, _limits(settings), searches=True)


def _limits(settings: Settings) -> Limits:
    return Limits(settings.max_width or None, settings.max_height or None, settings.max_area or None)
