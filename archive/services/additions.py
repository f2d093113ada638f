"""What a sheet or folder adds to a page beside its picture: formats, layers, captions, a poster, notes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from babel import Locale, UnknownLocaleError
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Asset, Canvas, Record
from archive.services import structure
from archive.services.creating import Picture, size_of
from archive.services.drafts import Note
from archive.services.pages import PATHS, Pages
from iiif.language import LanguageMap, untagged
from iiif.presentation import parsing
from iiif.presentation.rendering import resource_type

_PLACEHOLDER, _ACCOMPANYING = parsing.SUBSTITUTES


def write(
    session: Session,
    record: Record,
    shown: Sequence[tuple[Canvas, Picture]],
    assets: Mapping[tuple[str, int], Asset],
) -> None:
    """Let the canvases have what their pictures bring along, and no more of what they brought before.

    ``assets`` are those of the record by name and page.
    """
    pages = Pages(session, record, {})
    for canvas, picture in shown:
        for position, page in enumerate(_pages(canvas, picture, assets), 1):
            pages.place(page, canvas, position)
    pages.write()
    _show_posters(session, record, shown, assets)


def _pages(
    canvas: Canvas, picture: Picture, assets: Mapping[tuple[str, int], Asset]
) -> Iterator[parsing.Page]:
    if choice := _choice(picture, assets):
        yield _page(_annotation(("painting",), {"type": "Choice", "items": choice}), paints=True)
    if captions := [_captions(one, tag, assets) for one, tag in picture.captions]:
        body = captions[0] if len(captions) == 1 else {"type": "Choice", "items": captions}
        yield _page(_annotation(("supplementing",), body))
    if picture.notes:
        yield _page(*(_note(canvas, note) for note in picture.notes))


def _choice(picture: Picture, assets: Mapping[tuple[str, int], Asset]) -> list[dict[str, Any]]:
    """The formats of a recording, or the layers of a picture, the usual one first."""
    if picture.layers:
        return [_named(layer or picture, label, assets) for layer, label in picture.layers]
    if not picture.formats:
        return []
    several = (picture, *picture.formats)
    return [_named(one, untagged(one.name.rpartition(".")[2].upper()), assets) for one in several]


def _named(
    picture: Picture, label: LanguageMap, assets: Mapping[tuple[str, int], Asset]
) -> dict[str, Any]:  # Any: values of JSON, here and above.
    return {"asset": assets[picture.name, picture.page].identifier, "label": label}


def _captions(picture: Picture, tag: str | None, assets: Mapping[tuple[str, int], Asset]) -> dict[str, Any]:
    if tag is None:
        return _named(picture, untagged(picture.name.rpartition("/")[2]), assets)
    return _named(picture, {tag: [_language(tag)]}, assets) | {"language": tag}


def _language(tag: str) -> str:
    """A language's name in itself; its tag where that is not known."""
    try:
        return Locale.parse(tag, sep="-").get_display_name() or tag
    except (UnknownLocaleError, ValueError):
        return tag


def _note(canvas: Canvas, note: Note) -> parsing.Annotation:
    bodies = [
        {"type": "TextualBody", "value": text, "format": "text/plain"}
        | ({} if tag == "none" else {"language": tag})
        for tag, texts in note.text.items()
        for text in texts
    ]
    target = None
    if note.box:
        target = f"{PATHS.canvas(canvas.identifier)}#xywh={','.join(map(str, note.box))}"
    return _annotation(("commenting",), bodies[0] if len(bodies) == 1 else bodies, target)


def _annotation(motivation: tuple[str, ...], body: Any, target: str | None = None) -> parsing.Annotation:
    return parsing.Annotation(None, motivation, body, target, {})


def _page(*annotations: parsing.Annotation, paints: bool = False) -> parsing.Page:
    return parsing.Page(None, paints, annotations, {})


def _show_posters(
    session: Session,
    record: Record,
    shown: Sequence[tuple[Canvas, Picture]],
    assets: Mapping[tuple[str, int], Asset],
) -> None:
    """A poster stands before a film or model, and beside a sound."""
    rows = session.scalars(
        select(Canvas).where(Canvas.record_id == record.id, Canvas.substitute.is_not(None))
    )
    old = {row.stands_for_id: row for row in rows if row.source_id is None}
    for canvas, picture in shown:
        if picture.poster is None:
            continue
        row = old.pop(canvas.id, None)
        if row is None:
            row = Canvas(
                identifier=structure.part_identifier(record),
                record_id=record.id,
                stands_for_id=canvas.id,
                position=0,
                label={},
                properties={},
            )
            session.add(row)
        asset = assets[picture.poster.name, picture.poster.page]
        is_heard = resource_type(picture.media_type) == "Sound"
        row.substitute = _ACCOMPANYING if is_heard else _PLACEHOLDER
        row.asset_id = asset.id
        row.width, row.height, _ = size_of(asset)
    for row in old.values():
        session.delete(row)
    session.flush()
