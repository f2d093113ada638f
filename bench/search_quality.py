"""What is found of known passages in many languages: by words, without marks, in other scripts and forms.

README.md beside this file says what is measured, and where the texts come from.
"""

import argparse
import datetime as dt
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from delivery import report
from delivery.report import Goal, Row
from retrieval import corpora, questions
from retrieval.corpora import Text
from retrieval.questions import KINDS, Question

from search import analysis
from search.analysis import stemming
from search.engine import Document, Index, Layout
from search.opening import open_engine
from search.query import neighbouring, parse, relaxed

_RESULTS = Path(__file__).parent / "results"
_GOALS = {
    "words": Goal(0.975, 0.99),
    "diacritics": Goal(0.97, 0.99),
    "script": Goal(0.975, 0.99),
    "inflections": Goal(0.92, 0.95),
}
_LAYOUT = Layout(str(analysis.VERSION))
_BATCH = 10_000
_FIRST = 10

Found = tuple[Question, int | None]
"""A question, and the rank of what it means among the first ten."""


def main() -> None:
    """Index the texts, ask, print the table and write the results."""
    options = _options()
    texts = corpora.texts(options.work, poems=options.poems)
    engine = open_engine(options.engine.replace("WORK", str(options.work)), _LAYOUT)
    index = engine.rebuild("quality")
    began = time.perf_counter()
    _fill(index, texts)
    print(f"{len(texts):,} passages in {time.perf_counter() - began:.0f} s", flush=True)
    languages = sorted({stemming.primary(text.language) for text in texts} & set(stemming.LANGUAGES))
    rows = []
    for seed in options.seeds:
        asked = list(questions.Generator(texts, seed, options.work).questions(options.each))
        said = {text.identifier: text for text in texts}
        found = [(question, _rank(index, question, said, languages)) for question in asked]
        print(f"\nseed {seed}: {len(asked):,} questions")
        rows += list(_rows(found, seed))
        if options.misses:
            _print_misses(found, options.misses)
    print("", report.head(["R@10", "MRR", "questions"]), *(_line(row) for row in rows), sep="\n")
    index.discard()
    engine.close()
    if options.write:
        settings = {"passages": len(texts), "poems": options.poems, "each": options.each}
        settings |= {"engine": options.engine.partition(":")[0], "seeds": options.seeds}
        report.write(_RESULTS / f"search-quality-{dt.datetime.now(dt.UTC):%F}.json", rows, [], settings)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="where the texts are downloaded to")
    parser.add_argument("--engine", default="embedded:WORK/index", help="the address of an engine")
    parser.add_argument("--poems", type=int, default=50_000, help="Chinese poems at most (50,000)")
    parser.add_argument("--each", type=int, default=40, help="questions of a kind about a work (40)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1], help="of the questions (1)")
    parser.add_argument("--misses", type=int, default=0, help="how many of the misses are printed of each")
    parser.add_argument("--write", action="store_true", help="write the results")
    options = parser.parse_args()
    options.work = options.work.resolve()
    return options


def _fill(index: Index, texts: Sequence[Text]) -> None:
    for begin in range(0, len(texts), _BATCH):
        batch = texts[begin : begin + _BATCH]
        documents = (Document(text.identifier, analysis.terms(text.text, text.language)) for text in batch)
        index.write(documents, [], cursor=str(begin))


def _rank(index: Index, question: Question, said: dict[str, Text], languages: Sequence[str]) -> int | None:
    """The rank of what is meant: of all words first, then, where these are few, of any."""
    query = neighbouring(parse(question.typed, languages=languages), question.typed)
    found = [hit.identifier for hit in index.search(query, limit=_FIRST).hits]
    if len(found) < _FIRST:
        found += [hit.identifier for hit in index.search(relaxed(query), limit=2 * _FIRST).hits]
    for rank, identifier in enumerate(list(dict.fromkeys(found))[:_FIRST], 1):
        if question.is_answered_by(said[identifier]):
            return rank
    return None


def _rows(found: Sequence[Found], seed: int) -> Iterator[Row]:
    for kind in KINDS:
        of_kind = [pair for pair in found if pair[0].kind == kind]
        if of_kind:
            yield _row(f"{kind}, seed {seed}", of_kind, _GOALS[kind])
        by_language = defaultdict(list)
        for pair in of_kind:
            by_language[pair[0].language].append(pair)
        rows = [_row(f"{kind}: {name}", pairs, None) for name, pairs in by_language.items()]
        yield from sorted(rows, key=lambda row: (row.value or 0.0, row.title))


def _row(title: str, found: Sequence[Found], goal: Goal | None) -> Row:
    recall = sum(rank is not None for _, rank in found) / len(found)
    mrr = sum(1 / rank for _, rank in found if rank) / len(found)
    cells = {"R@10": f"{recall:.3f}", "MRR": f"{mrr:.3f}", "questions": str(len(found))}
    return Row(title, cells, recall, goal, figures={"recall": recall, "mrr": mrr, "questions": len(found)})


def _line(row: Row) -> str:
    return row.line(["R@10", "MRR", "questions"])


def _print_misses(found: Iterable[Found], most: int) -> None:
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    for question, rank in found:
        key = question.kind, question.language
        counts[key] += rank is None
        if rank is None and counts[key] <= most:
            print(*key, f"{question.typed!r} of {question.meant.text[:90]!r}", sep=" | ", file=sys.stderr)


if __name__ == "__main__":
    main()
