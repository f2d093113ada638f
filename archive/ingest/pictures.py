"""The files of a draft read and stored: what each is, what it measures, what comes with it."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace

from archive.context import Context
from archive.errors import Invalid
from archive.ingest import derive
from archive.ingest.faults import Fault, note
from archive.ingest.texts import vtt
from archive.ingest.texts.taking import Taken, TextTaker
from archive.services import identifiers, texts
from archive.services.creating import Picture
from archive.services.drafts import Draft, FileDraft, PageDraft, TextDraft
from archive.storage.store import Stored, digest
from iiif import gltf, media
from iiif.errors import InvalidSource
from iiif.image import panorama
from iiif.image import source as image_source

_EQUIRECTANGULAR = "equirectangular"


class PictureReader:
    """Reads the files of one run; ``names`` are their identifiers by record and file, ``taken`` all of them.

    ``duplicates`` are the notes on files that have the content of another.
    """

    def __init__(
        self, context: Context, names: Mapping[tuple[str, str], str], taken: Container[str], *, dry_run: bool
    ) -> None:
        self.duplicates: list[Fault] = []
        self._context = context
        self._limits = derive.limits(context.settings)
        self._names = names
        self._taken = taken
        self._dry_run = dry_run
        self._digests: dict[str, str] = {}
        self._texts = TextTaker()

    def read(self, draft: Draft, *, row: int | None) -> tuple[list[Picture], list[Fault]]:
        """The pages of a draft, and the faults of files that could not be read: these are left out."""
        reading = _Reading(self, identifiers.mint(draft.called), row)
        pictures = [picture for page in draft.pages for picture in reading.page(page)]
        return pictures, reading.faults

    def files(self, record: str, file: FileDraft, row: int | None) -> list[Picture]:
        """The pictures in a file, one for each of its pages; one of a sound, film, model or captions.

        Raises ``InvalidSource`` and ``OSError`` when it can't be read.
        """
        if media.is_media(file.path):
            facts = media.read(file.path, max_bytes=self._limits.max_bytes)
            base = self._picture(record, file, self._store(file, row), facts.media_type)
            return [replace(base, width=facts.width, height=facts.height, duration=facts.duration)]
        found = image_source.read(file.path, self._limits)
        is_panorama = len(found.sizes) == 1 and panorama.is_panorama(file.path)
        base = self._picture(record, file, self._store(file, row), found.media_type)
        return [
            replace(
                base,
                identifier=self._page_identifier(base.identifier, number),
                page=number,
                width=size[0],
                height=size[1],
                projection=_EQUIRECTANGULAR if is_panorama else None,
            )
            for number, size in enumerate(found.sizes)
        ]

    def companion(self, record: str, file: FileDraft) -> Picture:
        """A file that a model names; what it holds is for viewers to read. Raises as ``files`` does."""
        with file.path.open("rb") as opened:
            start = opened.read(16)
        media.require_size(file.path, self._limits.max_bytes)
        base = self._picture(record, file, self._stored(file), gltf.media_type(file.name, start))
        return replace(base, is_companion=True)

    def texts(
        self, record: str, draft: TextDraft, sizes: Sequence[tuple[int, int] | None]
    ) -> tuple[Taken, Picture]:
        """The texts in a file, for pictures of these sizes, and the file itself.

        Raises ``Invalid`` and ``OSError`` when it can't be read.
        """
        taken = self._texts.take(draft.path, draft.name, first=draft.page, sizes=sizes)
        return taken, self._picture(record, draft, self._stored(draft), taken.media_type)

    def _stored(self, file: FileDraft) -> Stored:
        return digest(file.path) if self._dry_run else self._context.store.add(file.path)

    def _store(self, file: FileDraft, row: int | None) -> Stored:
        stored = self._stored(file)
        first = self._digests.setdefault(stored.digest, file.name)
        if first != file.name:
            self.duplicates.append(
                note(f'"{file.name}" has the same content as "{first}"', row=row, column="files")
            )
        return stored

    def _picture(self, record: str, file: FileDraft, stored: Stored, media_type: str) -> Picture:
        return Picture(
            identifier=self._names[record, file.name],
            name=file.name,
            page=0,
            label={},
            digest=stored.digest,
            bytes=stored.bytes,
            media_type=media_type,
            width=None,
            height=None,
        )

    def _page_identifier(self, base: str, number: int) -> str:
        if number == 0:
            return base
        wanted = f"{base}-page-{number + 1}"
        return f"{wanted}-{identifiers.short_hash(base)}" if wanted in self._taken else wanted


class _Reading:
    """The reading of one draft's files."""

    def __init__(self, reader: PictureReader, record: str, row: int | None) -> None:
        self.faults: list[Fault] = []
        self._reader = reader
        self._record = record
        self._row = row

    def page(self, page: PageDraft) -> list[Picture]:
        pictures = [
            replace(picture, label=page.label, properties=page.properties) for picture in self._files(page)
        ]
        if pictures and (page.formats or page.captions or page.poster or page.layers or page.companions):
            pictures[0] = self._said(self._with_additions(pictures[0], page), page)
        if pictures and page.notes:
            pictures[0] = replace(pictures[0], notes=page.notes)
        return self._with_texts(pictures, page.text) if pictures and page.text else pictures

    def _said(self, picture: Picture, page: PageDraft) -> Picture:
        """The recording with the text of its captions, of the first of them where there are several."""
        if not picture.captions:
            return picture
        file, language = picture.captions[0]
        path = next(one.path for one in page.captions if one.name == file.name)
        try:
            with path.open("rb") as opened:
                text = texts.written(vtt.read(opened, language))
        except (Invalid, OSError) as error:
            self._note(f'captions "{file.name}": {error}: the page is taken without their text')
            return picture
        return replace(picture, text=(file, text)) if text.text else picture

    def _with_texts(self, pictures: list[Picture], draft: TextDraft) -> list[Picture]:
        sizes = [(one.width, one.height) if one.width and one.height else None for one in pictures]
        try:
            taken, file = self._reader.texts(self._record, draft, sizes)
        except Invalid as error:
            self._note(f"{error}: the page is taken without it")
            return pictures
        except OSError as error:
            self._fault(f'"{draft.name}" can\'t be opened: {(error.strerror or "unknown fault").lower()}')
            return pictures
        for warning in taken.warnings:
            self._note(f'text "{draft.name}": {warning}')
        return [
            replace(one, text=(file, text)) if text else one
            for one, text in zip(pictures, taken.texts, strict=True)
        ]

    def _with_additions(self, picture: Picture, page: PageDraft) -> Picture:
        captions = ((self._first(one), one.language) for one in page.captions)
        layers = ((self._first(one.file) if one.file else None, one) for one in page.layers)
        return replace(
            picture,
            formats=tuple(filter(None, map(self._first, page.formats))),
            captions=tuple((one, tag) for one, tag in captions if one),
            poster=self._first(page.poster) if page.poster else None,
            layers=tuple((one, layer.label) for one, layer in layers if one or not layer.file),
            companions=tuple(one for file in page.companions for one in self._tried(self._companion, file)),
        )

    def _first(self, file: FileDraft) -> Picture | None:
        return next(iter(self._files(file)), None)

    def _files(self, file: FileDraft) -> list[Picture]:
        return self._tried(lambda one: self._reader.files(self._record, one, self._row), file)

    def _companion(self, file: FileDraft) -> list[Picture]:
        return [self._reader.companion(self._record, file)]

    def _tried(self, read: Callable[[FileDraft], list[Picture]], file: FileDraft) -> list[Picture]:
        try:
            return read(file)
        except InvalidSource as error:
            self._fault(f'"{file.name}" can\'t be read: {error}')
        except OSError as error:
            self._fault(f'"{file.name}" can\'t be opened: {(error.strerror or "unknown fault").lower()}')
        return []

    def _note(self, message: str) -> None:
        self.faults.append(note(message, row=self._row, column="texts"))

    def _fault(self, message: str) -> None:
        self.faults.append(Fault(self._row, "files", message))
