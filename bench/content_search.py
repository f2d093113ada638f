"""How fast texts are indexed, and found in one book of many: pages of 400 words with a box each.

The whole request is measured, within the process: what is asked, gone through for its matches, and drawn.
"""

import argparse
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from archive import follower
from archive.app import create_app
from archive.config import Settings
from archive.context import Context, initialise
from search import packing
from search.page_text import PageText, Span

BOOK, LINES, WORDS = 250, 40, 10
"""Pages of a book, lines of a page, words of a line."""

_TIME = "2026-01-01 00:00:00.000000"
_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "on")]


class Printer:
    """Sets pages of words as a language has them: the n-th is n times as rare as the first."""

    def __init__(self, seed: int, vocabulary: int = 60_000) -> None:
        self._random = random.Random(seed)
        self.words = [self._word() for _ in range(vocabulary)]
        self._weights = list(itertools.accumulate(1 / rank for rank in range(1, vocabulary + 1)))

    def page(self) -> PageText:
        """A page of 400 words, each in its box."""
        drawn = iter(self._random.choices(self.words, cum_weights=self._weights, k=LINES * WORDS))
        lines, words, texts, start = [], [], [], 0
        for number in range(LINES):
            y, at = 200 + number * 60, start
            several = list(itertools.islice(drawn, WORDS))
            for word in several:
                x = 150 + (at - start) * 17 + self._random.randrange(6)
                words.append(Span(at, at + len(word), (x, y + self._random.randrange(4), len(word) * 16, 44)))
                at += len(word) + 1
            line = " ".join(several)
            lines.append(Span(start, start + len(line), (150, y, len(line) * 17, 50)))
            texts.append(line)
            start += len(line) + 1
        return PageText("\n".join(texts), "en", "ltr", tuple(lines), tuple(words))

    def _word(self) -> str:
        return "".join(self._random.choices(_SYLLABLES, k=self._random.choice((1, 2, 2, 3, 3, 4))))


def main() -> None:
    """Fill, index, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=500, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the archive is made; kept, and used again")
    parser.add_argument("--search-url", default="", help="an Elasticsearch; empty: the embedded engine")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        app = create_app(Settings(data_dir=folder, search_url=options.search_url))
        context: Context = app.extensions["mogao"]
        initialise(context)
        printer = Printer(options.seed)
        print(f"seed {options.seed}, {options.pages:,} pages of {LINES * WORDS} words, books of {BOOK}")
        _fill(context, printer, options.pages)
        began = time.perf_counter()
        written = follower.rebuild(context, context.kept[1])
        took = time.perf_counter() - began
        print(f"indexed: {written:,} pages in {took:.0f} s, {written / took:,.0f} pages/s")
        client = app.test_client()
        for kind, asked in _queries(context, options.pages // BOOK, options.queries, options.seed):
            times, found = [], 0
            for book, words in asked:
                began = time.perf_counter()
                answer = client.get(f"/iiif/search/2/manifest/book-{book}", query_string={"q": words})
                times.append((time.perf_counter() - began) * 1000)
                assert answer.status_code == 200, answer.text
                found += bool(answer.get_json()["items"])
            times.sort()
            p95 = times[int(len(times) * 0.95)]
            print(
                f"{kind}: p50 {statistics.median(times):.1f} ms, p95 {p95:.1f} ms, found {found}/{len(asked)}"
            )
        context.close()


def _fill(context: Context, printer: Printer, pages: int) -> None:
    with context.sessions.engine.execution_options(writes=True).begin() as connection:
        if connection.execute(text("SELECT count(*) FROM text")).scalar():
            return
        for book in range(1, pages // BOOK + 1):
            _write(connection, "record", [_record(book)])
            first = (book - 1) * BOOK
            sheets = [(first + number, book, number) for number in range(1, BOOK + 1)]
            _write(connection, "canvas", [_canvas(*sheet) for sheet in sheets])
            _write(connection, "text", [_text(key, printer.page()) for key, _, _ in sheets])


def _write(connection, table: str, rows: list[dict[str, object]]) -> None:  # type: ignore[no-untyped-def]
    names = list(rows[0])
    marks = ", ".join("?" * len(names))
    statement = f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({marks})'
    connection.exec_driver_sql(statement, [tuple(row.values()) for row in rows])


def _record(key: int) -> dict[str, object]:
    maps = ("summary", "maker", "type", "subject", "place", "language", "date", "properties")
    lists = ("metadata_pairs", "behavior")
    return {
        "id": key, "identifier": f"book-{key}", "label": f'{{"en":["Book {key}"]}}', "visibility": "public",
        **dict.fromkeys(maps, "{}"), **dict.fromkeys(lists, "[]"), "source": "bench", "source_key": str(key),
        "fingerprint": "", "revision": 1, "parts_made": BOOK, "created": _TIME, "modified": _TIME,
    }  # fmt: skip


def _canvas(key: int, record: int, number: int) -> dict[str, object]:
    return {
        "id": key, "identifier": f"book-{record}-{number}", "record_id": record, "position": number,
        "label": "{}", "width": 2000, "height": 3000, "properties": "{}",
    }  # fmt: skip


def _text(key: int, page: PageText) -> dict[str, object]:
    return {
        "canvas_id": key, "revision": 1, "language": "en", "words": len(page.words), "made_by": "given",
        "modified": _TIME, "text": page.text, "boxes": packing.pack(page),
    }  # fmt: skip


def _queries(
    context: Context, books: int, count: int, seed: int
) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """What readers ask of a book: what stands in it, in the words of one of its pages."""
    chosen = random.Random(seed + 1)
    drawn = []
    with context.sessions() as session:
        for _ in range(count):
            book, number = chosen.randint(1, books), chosen.randint(1, BOOK)
            key = (book - 1) * BOOK + number
            page = session.execute(
                text("SELECT text FROM text WHERE canvas_id = :key"), {"key": key}
            ).scalar()
            drawn.append((book, str(page).split()))
    yield "any word", [(book, chosen.choice(words)) for book, words in drawn]
    # Of the words that stand there, the longest are rare, as names are.
    yield "a rare word", [(book, max(words, key=len)) for book, words in drawn]
    yield "two words", [(book, " ".join(chosen.sample(words, 2))) for book, words in drawn]
    yield (
        "a phrase",
        [(book, f'"{" ".join(words[at : at + 3])}"') for book, words in drawn for at in [len(words) // 3]],
    )
    yield "a beginning", [(book, f"{chosen.choice(words)[:4]}*") for book, words in drawn]


if __name__ == "__main__":
    main()
