"""Sounds and films of a record, as the browser's own player takes them: formats, captions, a poster."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archive import http
from archive.models import PyramidState
from archive.services.views import AssetView, CanvasView, RecordView
from archive.web.pictures import Picture, whole
from iiif import language
from iiif.language import LanguageMap

_PLAYED = ("audio/", "video/")
_POSTER_SIDE = 1200


@dataclass(frozen=True)
class File:
    """A file that a player may take."""

    url: str
    media_type: str


@dataclass(frozen=True)
class Caption:
    """What is heard, in WebVTT, and its language; ``label`` is that language's name."""

    url: str
    label: LanguageMap
    language: str | None


@dataclass(frozen=True)
class Recording:
    """One canvas that is played: its formats, the widest known first, and what is read and seen meanwhile."""

    label: LanguageMap
    files: tuple[File, ...]
    captions: tuple[Caption, ...]
    poster: Picture | None
    is_film: bool

    def captions_for(self, wanted: Sequence[str]) -> Caption | None:
        """The captions in the language that somebody who ``wanted`` these ones reads best."""
        tags = {one.language or language.NONE: [one.url] for one in self.captions}
        known = language.pick_tag(tags, wanted)
        return next((one for one in self.captions if (one.language or language.NONE) == known), None)


def recordings(record: RecordView) -> list[Recording]:
    """The sounds and films of a record, in the order of its canvases."""
    return [_recording(record, canvas) for canvas in record.canvases if _is_played(canvas.asset)]


def _recording(record: RecordView, canvas: CanvasView) -> Recording:
    painted = [record.assets[one["asset"]] for one in _bodies(record, canvas, "painting")]
    files = [asset for asset in painted if _is_played(asset)] or ([canvas.asset] if canvas.asset else [])
    captions = (
        Caption(_url(record.assets[one["asset"]]), one.get("label", {}), one.get("language"))
        for one in _bodies(record, canvas, "supplementing")
        if record.assets[one["asset"]].media_type == "text/vtt"
    )
    return Recording(
        canvas.label,
        tuple(File(_url(asset), asset.media_type) for asset in files),
        tuple(captions),
        _poster(canvas),
        any(asset.media_type.startswith("video/") for asset in files),
    )


def _bodies(
    record: RecordView, canvas: CanvasView, motivation: str
) -> Iterator[dict[str, Any]]:  # Any: values of JSON.
    """What the annotations of one motivation show of the archive's own files; of a choice, each."""
    for page in canvas.pages:
        for annotation in page.annotations:
            if motivation in annotation.motivation:
                for body in _several(annotation.body):
                    if body.get("asset") in record.assets:
                        yield body


def _several(body: Any) -> list[dict[str, Any]]:
    if isinstance(body, list):
        return [one for part in body for one in _several(part)]
    if not isinstance(body, dict):
        return []
    return _several(body.get("items", [])) if body.get("type") == "Choice" else [body]


def _is_played(asset: AssetView | None) -> bool:
    return asset is not None and asset.media_type.startswith(_PLAYED)


def _poster(canvas: CanvasView) -> Picture | None:
    shown = (one.asset for one in canvas.substitutes.values())
    ready = (asset for asset in shown if asset and asset.pyramid_state == PyramidState.READY)
    asset = next(ready, None)
    return whole(asset, _POSTER_SIDE) if asset else None


def _url(asset: AssetView) -> str:
    return http.uris().file(asset.identifier, asset.file_name)
