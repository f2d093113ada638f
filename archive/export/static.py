"""A record as a tree of files that any web server serves: images of level 0, recordings, a manifest, a page.

::

    index.html  manifest.json  export.json     the last says what stands here, for the next run
    IMAGE/info.json
    IMAGE/full/max/0/default.jpg               and each size that info.json lists
    IMAGE/0,0,512,512/512,512/0/default.jpg    and each tile, at the address that viewers compute
    ASSET/tune.mp3                             a sound, a film, captions, a model, as they were given
    ASSET/textures/wood.png                    what the model names, at the same place beside it

Spec: Image 3.0 §6; Image 3.0 Compliance, level 0.
"""

import dataclasses
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.context import Context
from archive.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from archive.export import copied, static_page, tree
from archive.export.copied import File
from archive.models import PyramidState, Record
from archive.services import access, identifiers, reading, records, texts
from archive.services.views import AssetView, CanvasView, RecordView
from iiif.errors import InvalidSource
from iiif.image import info, render, request
from iiif.image.levels import TILE_SIZE, TiledImage, scaled
from iiif.image.request import LONGEST_SIDES, Limits
from iiif.presentation import content, manifest
from iiif.presentation import image as pictures
from iiif.presentation.document import Resource
from iiif.presentation.rendering import is_picture
from iiif.uris import Uris

LOCAL = "http://localhost:8000"
"""The address that ``python -m http.server`` serves a folder at."""

Progress = Callable[[int, int], None]

_FORMAT = 1
_STATE = "export.json"
# An empty file, by which GitHub Pages serves files as they are.
_UNTOUCHED = ".nojekyll"
_TOP = {"manifest.json", _STATE, *static_page.NAMES}
_ELSEWHERE = {"seeAlso", "partOf", "rendering"}
_ADDRESS = re.compile(r"https?://[^/\s?#]+(/[^\s?#]*)?")


@dataclass(frozen=True)
class Written:
    """A finished tree: files ``written`` and ``kept``, and the assets that are ``missing``, and why."""

    identifier: str
    folder: Path
    url: str
    written: int
    kept: int
    missing: tuple[tuple[str, str], ...]


def write(
    context: Context,
    name: str,
    *,
    folder: Path | None = None,
    url: str | None = None,
    progress: Progress = lambda done, total: None,
) -> Written:
    """Write the tree of the public record known as ``name`` into ``folder``, by default its identifier.

    ``url`` is the address where the folder will be served, by default that of the run before, or ``LOCAL``.
    Files that a run before wrote of the same images are kept, those of others removed. ``progress`` gets
    (files done, in all). Raises ``NotFound``, ``Gone``, ``Forbidden`` for a record that is not public,
    ``Conflict`` for a folder that holds something else, ``Invalid`` for an address that is none.
    """
    with context.sessions() as session:
        record = _find(session, name)
        # A copy stands alone: what its documents only name would be left behind.
        reading.embed(session, record)
        texts.embed(session, record)
        beside = {
            name: copied.beside(session, context.store, record, asset)
            for name, asset in record.assets.items()
        }
    folder = folder or Path(record.identifier)
    former = _former(folder, record)
    url = _checked(url or former.get("url") or LOCAL)
    tree = _Tree(context, record, folder, Uris(url), beside)
    tree.prepare(former.get("images", {}))
    tree.draw(progress)
    tree.describe()
    return Written(record.identifier, folder, url, tree.written, tree.kept, tuple(tree.missing.items()))


@dataclass(frozen=True)
class _Image:
    """An image of the tree: its ``folder`` in it; what it is asked for, as ``region/size/0/default.jpg``."""

    asset: AssetView
    folder: str
    limits: Limits
    requests: tuple[str, ...]

    def stamp(self, quality: int) -> str:
        """What its files are made of: with another stamp they are others."""
        source = repr((_FORMAT, self.asset.pyramid_key, self.requests, quality))
        return hashlib.sha256(source.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class _TreeUris(Uris):
    """The addresses of a tree that is served at ``base``; ``folders`` are those of its assets."""

    folders: Mapping[str, str]

    def image_service(self, asset: str, version: int = 3) -> str:
        return f"{self.base}/{self.folders[asset]}"

    def file(self, asset: str, name: str) -> str:
        return f"{self.base}/{self.folders[asset]}/{tree.file_name(name)}"

    def manifest(self, record: str) -> str:
        return f"{self.base}/manifest.json"

    def record_page(self, record: str) -> str:
        return f"{self.base}/index.html"


class _Tree:
    """A tree in the making; an image that can't be drawn is named in ``missing``, with the reason."""

    def __init__(
        self,
        context: Context,
        record: RecordView,
        folder: Path,
        uris: Uris,
        beside: Mapping[str, dict[str, str]],
    ) -> None:
        self._context = context
        self._record = record
        self._folder = folder
        assets = {name: asset for name, asset in record.assets.items() if is_picture(asset.media_type)}
        self.missing = {name: _reason(asset) for name, asset in assets.items() if not _is_ready(asset)}
        self._uris = _TreeUris(uris.base, tree.folders(record.assets, _TOP))
        # No server stands behind a copy: there is nothing to ask.
        self._publisher = dataclasses.replace(
            context.publisher, limits=_as_jpeg(context.publisher.limits), searches=False
        )
        self._images = [self._image(asset) for asset in assets.values() if _is_ready(asset)]
        self._files = [
            File(asset, self._uris.folders[name], tree.file_name(asset.file_name), beside[name])
            for name, asset in record.assets.items()
            if name not in assets
        ]
        self.written = self.kept = 0

    def prepare(self, former: Mapping[str, str]) -> None:
        """Remove what a run before wrote and is no more so, and note what will stand here.

        ``former`` are the stamps of the folders then.
        """
        quality = self._context.settings.jpeg_quality
        stamps = {image.folder: image.stamp(quality) for image in self._images}
        stamps |= {file.folder: file.stamp() for file in self._files}
        for name, stamp in former.items():
            old = self._folder / name
            if stamps.get(name) != stamp and identifiers.is_fit(name) and old.is_dir():
                shutil.rmtree(old)
        # Noted before anything is written: of a folder with this stamp, every file is as it should be.
        noted = {
            "format": _FORMAT,
            "record": self._record.identifier,
            "url": self._uris.base,
            "images": stamps,
        }
        tree.place_json(self._folder / _STATE, noted)

    def draw(self, progress: Progress) -> None:
        """Write what is not there of every image, and of the other files."""
        total = sum(len(image.requests) for image in self._images)
        total += sum(len(file.sources) for file in self._files)
        for image in self._images:
            lacking = [
                path for path in image.requests if not tree.is_there(self._folder / image.folder / path)
            ]
            self.kept += len(image.requests) - len(lacking)
            try:
                for path in lacking:
                    self._draw(image, path)
                    self.written += 1
                    progress(self.kept + self.written, total)
            except (InvalidSource, NotFound):
                self.missing[image.asset.identifier] = "its pyramid is lost or damaged: it must be made again"
            else:
                self._describe(image)
        for file in self._files:
            for name, key in file.sources.items():
                self._copy(file, name, key)
                progress(self.kept + self.written, total)

    def describe(self) -> None:
        """Write the manifest, and the page with its viewer."""
        for view in self._record.all_canvases():
            self._clear(view)
        there = {
            self._uris.file(file.asset.identifier, file.asset.file_name)
            for file in self._files
            if file.asset.identifier not in self.missing
        }
        drawn = _alone(manifest.manifest(self._record, self._uris, self._publisher), there)
        tree.place_json(self._folder / "manifest.json", drawn)
        languages = self._context.settings.languages
        for name, written in static_page.files(drawn, self._uris.base, languages).items():
            tree.place(self._folder / name, written)
        tree.place(self._folder / _UNTOUCHED, b"")

    def _clear(self, view: CanvasView) -> None:
        """Take from a canvas what is missing."""
        if view.asset and view.asset.identifier in self.missing:
            view.asset = None
        for page in view.pages:
            page.annotations = [
                one for one in page.annotations if not self.missing.keys() & content.assets_of(one.body)
            ]

    def _image(self, asset: AssetView) -> _Image:
        limits, service = self._publisher.limits, self._uris.image_service(asset.identifier)
        bodies = (pictures.image(asset, self._uris, limits), pictures.thumbnail(asset, self._uris, limits))
        asked = [str(body["id"]).removeprefix(f"{service}/") for body in bodies]
        # Nothing is enlarged here: what is within the limits needs none.
        own = Limits() if limits.admit(*asset.size) else limits
        facts = TiledImage(*asset.size)
        requests = dict.fromkeys([*asked, *(f"{path}/0/default.jpg" for path in _announced(facts, own))])
        return _Image(asset, self._uris.folders[asset.identifier], own, tuple(requests))

    def _draw(self, image: _Image, path: str) -> None:
        width, height = image.asset.size
        pyramid = self._context.pyramids.open(image.asset.pyramid_key, width=width, height=height)
        plan = request.resolve(request.parse(*path.split("/")), width, height, image.limits)
        quality = self._context.settings.jpeg_quality
        drawn = render.stored(plan, pyramid) or render.render(plan, pyramid, quality=quality)
        tree.place(self._folder / image.folder / path, drawn)

    def _copy(self, file: File, name: str, key: str) -> None:
        path = self._folder / file.folder / name
        if tree.is_there(path):
            self.kept += 1
            return
        try:
            with (
                self._context.store.open(key) as source,
                tree.placing(path) as partial,
                partial.open("wb") as target,
            ):
                shutil.copyfileobj(source, target)
            self.written += 1
        except NotFound:
            self.missing[file.asset.identifier] = "its source is lost from the store: it must be brought back"

    def _describe(self, image: _Image) -> None:
        facts = TiledImage(*image.asset.size)
        uri = self._uris.image_service(image.asset.identifier)
        tree.place_json(self._folder / image.folder / "info.json", _description(facts, uri, image.limits))


def _find(session: Session, name: str) -> RecordView:
    identifier = records.renamed(session, name, access.KEEPER) or name
    try:
        return records.find(session, identifier)
    except Gone:
        raise
    except NotFound as error:
        # Who runs a command on the archive's own machine may know what is in it.
        if session.scalar(select(Record.id).where(Record.identifier == identifier)) is None:
            raise
        raise Forbidden(
            f'record "{identifier}" is not public, and a copy is for everyone: make it public first'
        ) from error


def _former(folder: Path, record: RecordView) -> dict[str, Any]:  # Any: values of JSON.
    """What a run before noted of its tree, if there was one."""
    if not folder.exists() or not any(folder.iterdir()):
        return {}
    try:
        noted = json.loads((folder / _STATE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        noted = None
    ours = {"format": _FORMAT, "record": record.identifier}
    if not isinstance(noted, dict) or not ours.items() <= noted.items():
        raise Conflict(
            f'folder "{folder.resolve().name}" holds something else than the copy of "{record.identifier}": '
            "name an empty or new one"
        )
    return noted


def _checked(url: str) -> str:
    if not _ADDRESS.fullmatch(url):
        raise Invalid(
            f'address "{url}": begin it with http:// or https://, and leave out blanks, "?" and "#"'
        )
    return url.rstrip("/")


def _is_ready(asset: AssetView) -> bool:
    return asset.pyramid_state == PyramidState.READY


def _reason(asset: AssetView) -> str:
    if asset.pyramid_state == PyramidState.FAILED:
        return f"its pyramid could not be made: {asset.pyramid_reason}"
    return "its pyramid is not made yet: run mogao work --once, then this again"


def _as_jpeg(limits: Limits) -> Limits:
    """The limits, and those of JPEG, the only format here."""
    width, height = (min(bound, LONGEST_SIDES["jpg"]) for bound in limits.bounds)
    return Limits(width, height, limits.max_area)


def _description(image: TiledImage, uri: str, limits: Limits) -> Resource:
    """``info.json``, with what files can answer and nothing else."""
    described = info.info(image, uri, limits).items()
    kept = {key: value for key, value in described if not key.startswith("extra")}
    sizes = [{"width": width, "height": height} for width, height in _sizes(image, limits)]
    return kept | {"profile": "level0", "sizes": sizes}


def _sizes(image: TiledImage, limits: Limits) -> list[tuple[int, int]]:
    """The sizes ``(w, h)`` of the whole image; the largest always where there are no tiles to zoom into."""
    sizes = {size for size in image.level_sizes if limits.admit(*size)}
    if not _is_tiled(limits):
        sizes.add(request.largest((image.width, image.height), limits))
    return sorted(sizes)


def _is_tiled(limits: Limits) -> bool:
    return limits.admit(TILE_SIZE, TILE_SIZE)


def _announced(image: TiledImage, limits: Limits) -> Iterator[str]:
    """Every ``region/size`` that ``info.json`` tells of, as viewers write it."""
    yield "full/max"
    for width, height in _sizes(image, limits):
        yield f"full/{width},{height}"
    for factor in image.scale_factors if _is_tiled(limits) else ():
        side = TILE_SIZE * factor
        for y in range(0, image.height, side):
            for x in range(0, image.width, side):
                yield _tile(image, (x, y, min(side, image.width - x), min(side, image.height - y)), factor)


def _tile(image: TiledImage, region: tuple[int, int, int, int], factor: int) -> str:
    """A tile's address. Viewers write ``full`` and ``max`` for the whole image, and else plain numbers,
    where the canonical form has ``max`` for any region at its own size (Spec: Image 3.0 §4.8).
    """
    whole = image.width, image.height
    size = scaled(*region[2:], factor)
    place = request.canonical_region(region, *whole)
    return f"{place}/max" if size == whole else f"{place}/{size[0]},{size[1]}"


def _alone(resource: Any, there: Collection[str]) -> Any:  # Any: values of JSON, the same kind out as in.
    """The document without what is not in the tree, its image services of level 0.

    ``there`` are the addresses of the files that are in it.
    """
    if isinstance(resource, list):
        return [_alone(one, there) for one in resource]
    if not isinstance(resource, dict):
        return resource
    kept = {key: _alone(value, there) for key, value in resource.items() if key not in _ELSEWHERE}
    if links := [one for one in resource.get("rendering", ()) if one["id"] in there]:
        kept["rendering"] = links
    return kept | {"profile": "level0"} if kept.get("type") == "ImageService3" else kept
