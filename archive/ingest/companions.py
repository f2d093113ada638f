"""Files that belong together by their names: the formats of a recording, its captions, its poster.

``tune.mp3``, ``tune.wav``, ``tune.en.vtt`` and ``tune.poster.jpg`` are one canvas. A picture is a canvas by
itself, whatever is called like it; what lies over a picture, a sheet's column says and never a name.
"""

import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.ingest.endings import is_picture, natural
from archive.ingest.faults import Fault
from archive.services.drafts import CaptionsDraft, FileDraft, PageDraft
from iiif import language, media

# What browsers play, the widest first: the first format of a choice is the one that every reader meets. MP4
# and MP3 play everywhere and are small; WebM and Ogg fail in older Safaris; FLAC is large, and WAV larger
# still, so that it stutters on a slow line where a reader who wants it can choose it. A film stands before
# its sound alone, and a model in one file before one in several.
_WIDEST_FIRST = (
    "video/mp4", "video/webm", "audio/mpeg", "audio/mp4", "audio/aac", "audio/webm", "audio/ogg",
    "audio/flac", "audio/wav", "model/gltf-binary", "model/gltf+json",
)  # fmt: skip
_RANKS = {media_type: rank for rank, media_type in enumerate(_WIDEST_FIRST)}

_POSTER = "poster"


@dataclass(frozen=True)
class Caption:
    """Captions in WebVTT, and the language tag that their name bears."""

    path: Path
    language: str | None


@dataclass(frozen=True)
class Group:
    """The files of one canvas: what it shows in all its ``formats``, ``face`` being the first of them.

    ``captions`` stand in the order given, at most one for each language.
    """

    face: Path
    formats: tuple[Path, ...]
    captions: tuple[Caption, ...] = ()
    poster: Path | None = None


@dataclass(frozen=True)
class Grouping:
    """The canvases that files make, in order, and the files that belong to none."""

    groups: tuple[Group, ...]
    faults: tuple[Fault, ...]


def group(paths: Iterable[Path], *, row: int | None = None, column: str | None = "files") -> Grouping:
    """The files of a record as canvases, each in the place of the first of its formats that is given.

    ``paths`` are relative to the folder, as faults name them. Kinds are told by endings; a file of an unknown
    one is a canvas by itself, until its bytes are read. Languages are tags of BCP 47.
    """
    given = list(dict.fromkeys(paths))
    hosts = {_key(path) for path in given if _family(path) != _ALONE}
    canvases: dict[_Key, _Members] = {}
    companions: list[tuple[Path, _Key | None]] = []
    for path in given:
        if _is_captions(path):
            companions.append((path, _host_of_captions(path, hosts)))
        elif host := _host_of_poster(path, hosts):
            companions.append((path, host))
        else:
            canvases.setdefault(_key(path), _Members()).formats.append(path)
    messages = [_join(path, canvases[host]) if host else _orphan(path) for path, host in companions]
    faults = tuple(Fault(row, column, message) for message in messages if message)
    return Grouping(tuple(members.group() for members in canvases.values()), faults)


def pages(
    names: Iterable[str],
    place: Callable[[str], Path],
    *,
    row: int | None = None,
    column: str | None = "files",
) -> tuple[tuple[PageDraft, ...], tuple[Fault, ...]]:
    """The files called ``names`` as pages, each with what belongs to it; ``place`` tells where a file is."""

    def file(path: Path) -> FileDraft:
        return FileDraft(place(path.as_posix()), path.as_posix())

    found = group(map(Path, names), row=row, column=column)
    drafts = (
        PageDraft(
            place(one.face.as_posix()),
            one.face.as_posix(),
            formats=tuple(file(path) for path in one.formats if path != one.face),
            captions=tuple(
                CaptionsDraft(place(said.path.as_posix()), said.path.as_posix(), said.language)
                for said in one.captions
            ),
            poster=file(one.poster) if one.poster else None,
        )
        for one in found.groups
    )
    return tuple(drafts), found.faults


_Key = tuple[str, str]
"""What the formats of one canvas have in common: their family and their stem."""

_ALONE, _TIMED, _MODEL = "alone", "timed", "model"
_FAMILIES = {"Sound": _TIMED, "Video": _TIMED, "Model": _MODEL}


@dataclass
class _Members:
    """The files of a canvas, as far as they are found."""

    formats: list[Path] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    poster: Path | None = None

    def group(self) -> Group:
        formats = tuple(sorted(self.formats, key=_rank))
        return Group(formats[0], formats, tuple(self.captions), self.poster)


def _join(path: Path, members: _Members) -> str | None:
    """Add captions or a poster to a canvas; why it can't be, if it can't."""
    if _is_captions(path):
        return _join_captions(path, members)
    if members.poster is not None:
        return f'"{path.as_posix()}" is a second poster beside "{members.poster.as_posix()}": keep one'
    members.poster = path
    return None


def _join_captions(path: Path, members: _Members) -> str | None:
    own = {_stem(one) for one in members.formats}
    tag = None if _stem(path) in own else _suffix(path)
    if tag and not _is_language(tag):
        example = path.with_suffix("").with_suffix(".en.vtt").name
        return f'"{path.as_posix()}": "{tag}" is no language tag of BCP 47: write it as in "{example}"'
    known = None if tag in {None, language.NONE} else tag
    for other in members.captions:
        if (other.language or "").lower() == (known or "").lower():
            return f'"{path.as_posix()}" has the language of "{other.path.as_posix()}": keep one of them'
    members.captions.append(Caption(path, known))
    return None


def _orphan(path: Path) -> str:
    name = path.with_suffix("")
    called = name.with_suffix("").name if _is_language(_suffix(path)) else name.name
    return (
        f'"{path.as_posix()}" has no sound or film beside it that is called "{called}": '
        f'name both alike, such as "{called}.mp3" and "{called}.en.vtt", or leave it out'
    )


def _host_of_captions(path: Path, hosts: Collection[_Key]) -> _Key | None:
    """The recording that bears the captions' stem, whole or without its language."""
    stem = path.with_suffix("")
    return next((key for one in (stem, stem.with_suffix("")) if (key := (_TIMED, _text(one))) in hosts), None)


def _host_of_poster(path: Path, hosts: Collection[_Key]) -> _Key | None:
    """What the picture is the poster of; one that bears nothing's name is a picture like any other."""
    # A PDF may be the poster of an evening, and has pages.
    if _suffix(path) != _POSTER or not is_picture(path.name) or path.suffix.lower() == ".pdf":
        return None
    stem = _text(path.with_suffix("").with_suffix(""))
    return next((key for family in (_TIMED, _MODEL) if (key := (family, stem)) in hosts), None)


def _key(path: Path) -> _Key:
    family = _family(path)
    return family, _text(path) if family == _ALONE else _stem(path)


def _family(path: Path) -> str:
    media_type = _media_type(path)
    return _FAMILIES.get(media.KINDS[media_type].type, _ALONE) if media_type else _ALONE


def _is_captions(path: Path) -> bool:
    return _media_type(path) == "text/vtt"


def _is_language(tag: str) -> bool:
    # Tags of four letters and more are well-formed, but none is registered: "english" is a word.
    return language.is_tag(tag) and (tag == language.NONE or len(tag.partition("-")[0]) <= 3)


def _rank(path: Path) -> tuple[int, Any]:  # Any: as natsort sorts.
    return _RANKS.get(_media_type(path) or "", len(_RANKS)), natural(path.as_posix())


def _media_type(path: Path) -> str | None:
    return media.MEDIA_TYPES.get(path.suffix.lower())


def _suffix(path: Path) -> str:
    """What stands between the last two full stops of a name: ``en`` of ``tune.en.vtt``."""
    return path.with_suffix("").suffix.removeprefix(".")


def _stem(path: Path) -> str:
    return _text(path.with_suffix(""))


def _text(path: Path) -> str:
    return unicodedata.normalize("NFC", path.as_posix())
