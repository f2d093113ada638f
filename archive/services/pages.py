"""The pages of annotations that a source has, a manifest or a sheet: written, and again when it comes again.

A page and an annotation are known by their ids in the source, or by their places: they keep the identifiers
that they had. Pages that were written here and come from no source are left alone.
"""

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive import db
from archive.models import Annotation, AnnotationAsset, AnnotationPage, Asset, Canvas, Placing, Record
from archive.services import structure
from iiif.presentation import annotation, content, document, parsing
from iiif.uris import Uris, whole

PATHS = Uris("")
"""Mints the paths of our own resources, which are kept without the public address."""

_NAMES = {
    "commenting": "comments",
    "tagging": "tags",
    "linking": "links",
    "supplementing": "texts",
    "painting": annotation.PAINTING,
}
_OTHERS = "notes"


class Pages:
    """The pages of one record: first each is placed, which names it, then what they say is written.

    ``names`` are the paths of the source's own resources by their ids; those of pages and annotations join
    them when they are placed.
    """

    def __init__(self, session: Session, record: Record, names: dict[str, str]) -> None:
        self._session = session
        self._record = record
        self._names = names
        pages = session.scalars(select(AnnotationPage).where(AnnotationPage.record_id == record.id)).all()
        self._taken = {(row.holder, row.name) for row in pages}
        self._pages = {row.source_id: row for row in pages if row.source_id}
        self._annotations = {row.source_id: row for row in self._known() if row.source_id} if pages else {}
        self._placed: list[tuple[AnnotationPage, parsing.Page]] = []
        self._said: list[tuple[Annotation, parsing.Annotation]] = []

    def place(self, page: parsing.Page, canvas: Canvas | None, position: int) -> None:
        """Give a page its row, on a canvas or on the record as a whole."""
        holder = canvas.identifier if canvas else whole(self._record.identifier)
        source = page.id or f"{holder}/{position}"
        row = self._pages.get(source)
        if row is None:
            row = AnnotationPage(record_id=self._record.id, source_id=source, properties={})
            self._session.add(row)
        if row.holder != holder:
            row.holder, row.name = holder, self._free_name(holder, page)
        row.canvas_id, row.position, row.paints = canvas.id if canvas else None, position, page.paints
        row.placing = Placing.EXTERNAL if page.annotations is None else Placing.EMBEDDED
        self._session.flush()
        if page.id and page.annotations is not None:
            self._names[page.id] = PATHS.page(holder, row.name)
        self._placed.append((row, page))
        for number, one in enumerate(page.annotations or (), 1):
            self._said.append((self._annotation(row, one, number), one))

    def write(self) -> None:
        """Write what the placed pages say, and remove those of the source that were not placed."""
        for row, page in self._placed:
            row.properties = document.stored(page.properties, self._names, "")
        for held, one in self._said:
            self._fill(held, one)
        self._session.flush()
        self._remove(AnnotationPage, self._pages, (row for row, _ in self._placed))
        self._remove(Annotation, self._annotations, (held for held, _ in self._said))
        self._name_assets()

    def _known(self) -> Iterable[Annotation]:
        return self._session.scalars(
            select(Annotation)
            .join(AnnotationPage, AnnotationPage.id == Annotation.page_id)
            .where(AnnotationPage.record_id == self._record.id)
        )

    def _free_name(self, holder: str, page: parsing.Page) -> str:
        wanted = _name(page)
        numbered = (f"{wanted}-{number}" for number in itertools.count(2))
        name = next(one for one in itertools.chain([wanted], numbered) if (holder, one) not in self._taken)
        self._taken.add((holder, name))
        return name

    def _annotation(self, page: AnnotationPage, one: parsing.Annotation, position: int) -> Annotation:
        source = one.id or f"{page.source_id}/{position}"
        row = self._annotations.get(source)
        if row is None:
            row = Annotation(
                identifier=structure.part_identifier(self._record), source_id=source, created=db.now()
            )
        row.page_id, row.position = page.id, position
        if one.id:
            self._names[one.id] = PATHS.annotation(row.identifier)
        return row

    def _fill(self, row: Annotation, one: parsing.Annotation) -> None:
        said = document.stored({"body": one.body, "target": one.target}, self._names, "")
        row.motivation, row.body, row.target = one.motivation, said["body"], said["target"]
        row.properties = document.stored(one.properties, self._names, "")
        if row.id is None or self._session.is_modified(row):
            row.modified = db.now()
        self._session.add(row)

    def _remove(self, kind: type[Any], known: Mapping[str, Any], kept: Iterable[Any]) -> None:  # Any: rows.
        gone = known.keys() - {row.source_id for row in kept}
        keys = [known[source].id for source in gone]
        if keys:
            self._session.execute(
                delete(kind).where(kind.id.in_(keys)), execution_options={"synchronize_session": False}
            )

    def _name_assets(self) -> None:
        """Note which assets the annotations name: only what is shown is given out."""
        named = {held.id: set(content.assets_of(held.body)) for held, _ in self._said}
        wanted = set().union(*named.values()) if named else set()
        keys = [held.id for held, _ in self._said]
        self._session.execute(delete(AnnotationAsset).where(AnnotationAsset.annotation_id.in_(keys)))
        if not wanted:
            return
        assets = select(Asset.identifier, Asset.id).where(
            Asset.record_id == self._record.id, Asset.identifier.in_(wanted)
        )
        by_name = dict(self._session.execute(assets).tuples().all())
        self._session.add_all(
            AnnotationAsset(annotation_id=key, asset_id=by_name[name])
            for key, names in named.items()
            for name in sorted(names & by_name.keys())
        )


def _name(page: parsing.Page) -> str:
    if page.paints:
        return annotation.PAINTING
    motivations = (one.motivation for one in page.annotations or ())
    first = next((words[0] for words in motivations if words), "")
    return _NAMES.get(first, _OTHERS)
