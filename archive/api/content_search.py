"""Content Search 2.0 and 1.0: what a record, or a collection, has in its texts and annotations."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, request

from archive import db, http
from archive.api import guard
from archive.errors import Invalid
from archive.services import passages
from archive.services.passages import Note, Passage, Piece, Scope, Sought
from iiif import content_search
from iiif.content_search import Completions, Found, Match, Quote, v1
from iiif.presentation import annotation, container, searching, text
from iiif.presentation.document import Resource
from iiif.uris import Uris, asking

blueprint = Blueprint("content_search", __name__, url_prefix="/iiif")
guard.admit(blueprint)

_KINDS = f"<any({searching.MANIFEST},{searching.COLLECTION}):kind>"
_FILTERS = ("motivation", "date", "user")
_MOST_PAGES = passages.DEEPEST // passages.SIZE
_MOST_SPANS = 100
_SPOKEN_OF = (
    "assessing", "bookmarking", "classifying", "commenting", "describing", "editing", "highlighting",
    "identifying", "linking", "moderating", "questioning", "replying", "tagging",
)  # fmt: skip
"""What Content Search 1.0 calls non-painting: the other motivations of the Web Annotation Data Model."""


@blueprint.get(f"/search/<int(min=1,max=2):version>/{_KINDS}/<identifier>")
def search(version: int, kind: str, identifier: str) -> Response:
    """What matches, page by page; nothing where nothing is sought."""
    context, uris = http.context(), http.uris()
    number = _number()
    with context.sessions() as session:
        scope = Scope(kind == searching.MANIFEST, identifier)
        results = context.passages.find(session, scope, _sought(version), guard.reader(), page=number)
    base = asking(uris.content_search(kind, identifier, version), _asked())
    pages = -(-min(results.texts, passages.DEEPEST) // passages.SIZE)
    found = _found(results.found, base, number, pages, scope)
    return _answer(v1.results(found, uris) if version == v1.VERSION else content_search.results(found))


@blueprint.get(f"/autocomplete/<int(min=1,max=2):version>/{_KINDS}/<identifier>")
def autocomplete(version: int, kind: str, identifier: str) -> Response:
    """Terms that begin as what is asked."""
    context, uris = http.context(), http.uris()
    if "q" not in request.args:
        raise Invalid("q: give the beginning of a term")
    with context.sessions() as session:
        scope = Scope(kind == searching.MANIFEST, identifier)
        terms = context.passages.complete(session, scope, _sought(version), guard.reader())
    asked = _asked()
    ignored = ["min"] if "min" in request.args else []
    address = asking(uris.autocomplete(kind, identifier, version), asked)
    found = Completions(address, terms, [pair for pair in asked if pair[0] != "q"], ignored)
    is_first = version == v1.VERSION
    return _answer(v1.terms(found, kind, identifier, uris) if is_first else content_search.terms(found))


def _answer(drawn: Resource) -> Response:
    body = db.to_json(drawn)
    tag = http.etag("found", hashlib.sha256(body).hexdigest())
    media_type = http.json_media_type(content_search.CONTEXT) if "type" in drawn else http.PLAIN_JSON
    answer = http.unchanged(tag) or http.response(body, tag=tag, media_type=media_type)
    answer.vary.add("Accept")
    return answer


def _asked() -> list[tuple[str, str]]:
    """What is asked, the first of each name, in an order of our own: what has no value restricts nothing."""
    return [(name, value) for name in ("q", *_FILTERS) if (value := request.args.get(name, "").strip())]


def _sought(version: int) -> Sought:
    asked = dict(_asked())
    motivations = asked.get("motivation", "").split()
    if version == v1.VERSION:
        motivations = [name for one in motivations for name in _motivations(one)]
    return Sought(
        asked.get("q", ""),
        tuple(motivations),
        tuple(asked.get("user", "").split()),
        _spans(asked.get("date", "").split()),
    )


def _motivations(name: str) -> Sequence[str]:
    """The motivations that a name of Content Search 1.0 stands for. Spec: Content Search 1.0 §3.2.1."""
    if name == "non-painting":
        return _SPOKEN_OF
    plain = name.removeprefix("oa:").removeprefix("sc:")
    # A transcription is a representation of what it is on, and that is painted there.
    return (plain, "supplementing") if plain == "painting" else (plain,)


def _spans(written: Sequence[str]) -> tuple[passages.Dates, ...]:
    if len(written) > _MOST_SPANS:
        raise Invalid(f"date: {len(written)} spans of time: give {_MOST_SPANS} at most")
    return tuple(map(_dates, written))


def _dates(span: str) -> passages.Dates:
    try:
        begin, end = (dt.datetime.strptime(one, "%Y-%m-%dT%H:%M:%S%z") for one in span.split("/"))
    except ValueError as error:
        raise Invalid(f'date "{span[:60]}": give 2026-01-31T00:00:00Z/2026-12-31T23:59:59Z') from error
    return begin, end


def _number() -> int:
    written = request.args.get("page", "1")
    if not (re.fullmatch("[0-9]{1,9}", written) and 1 <= int(written) <= _MOST_PAGES):
        raise Invalid(f'page "{written[:20]}": give a number from 1 to {_MOST_PAGES}')
    return int(written)


def _found(found: Sequence[Passage | Note], base: str, number: int, pages: int, scope: Scope) -> Found:
    items: dict[str, Resource] = {}
    matches: list[Match] = []
    uris = http.uris()
    for one in found:
        if isinstance(one, Passage):
            matches.append(_match(one, items, scope, uris))
        else:
            matches += _of_note(one, items, scope, uris)
    if number > max(pages, 1):
        raise Invalid(f"page {number}: the last page is {max(pages, 1)}")
    # The texts of later pages are not gone through yet: how often they match is not known.
    total = len(items) if pages < 2 else None
    return Found(base, max(pages, 1), number, list(items.values()), matches, total)


def _match(passage: Passage, items: dict[str, Resource], scope: Scope, uris: Uris) -> Match:
    """A match whose parts are items, each the part of a line."""
    quotes = []
    last = len(passage.pieces) - 1
    for number, piece in enumerate(passage.pieces):
        drawn = _item(piece, passage, scope, uris)
        items[str(drawn["id"])] = drawn
        quotes.append(
            Quote(
                str(drawn["id"]),
                piece.text,
                passage.before if number == 0 else "",
                passage.after if number == last else "",
            )
        )
    return Match(passage.text, tuple(quotes))


def _item(piece: Piece, passage: Passage, scope: Scope, uris: Uris) -> Resource:
    language = {"language": passage.language} if passage.language else {}
    fragment = text.Piece(piece.text, "word", piece.box, piece.seconds).fragment
    target = uris.canvas(piece.canvas) + fragment
    return {
        # A part of the text by its characters. Source: RFC 5147 §2.2.
        "id": f"{uris.text(piece.canvas)}#char={piece.start},{piece.start + len(piece.text)}",
        "type": "Annotation",
        "motivation": "supplementing",
        "created": container.time(passage.created),
        "body": {"type": "TextualBody", "value": piece.text, **language, "format": text.PLAIN},
        "target": target if scope.is_record else _held(target, passage, uris),
    }


def _of_note(note: Note, items: dict[str, Resource], scope: Scope, uris: Uris) -> Iterator[Match]:
    """The matches in an annotation, which is an item as a whole."""
    limits = http.context().publisher.limits
    canvas = note.canvas
    holder = uris.manifest(note.record) if canvas is None else uris.canvas(canvas)
    drawn = annotation.annotation(note.annotation, holder, note.assets, uris, limits)
    if not scope.is_record and canvas is not None:
        target = drawn["target"]
        drawn["target"] = _held(target, note, uris) if isinstance(target, str) else target
    items[str(drawn["id"])] = drawn
    for before, exact, after in note.quotes:
        yield Match(exact, (Quote(str(drawn["id"]), exact, before, after),), is_whole=False)


def _held(target: str, found: Passage | Note, uris: Uris) -> Resource:
    """A place on a canvas, with the manifest that has it. Spec: Content Search 2.0 §4.2.3."""
    manifest: Resource = {"id": uris.manifest(found.record), "type": "Manifest", "label": found.label}
    return {"id": target, "type": "Canvas", "partOf": manifest}
