"""The embedded engine: one writer, readers in other processes, damage, and death at any moment."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from engines import LAYOUT, NAME, all_of, document, filled, found

from search.embedded import EmbeddedEngine
from search.embedded.folders import Folders, State, operations
from search.engine import Phrase, Prefix, Query, Term
from search.errors import IndexOutdated, WriterBusy

ROOT = Path(__file__).parents[2]
THREE = [document("a", "wine"), document("b", "wine and bread"), document("c", "bread")]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder for indexes that is not there yet."""
    return tmp_path / "data" / "search"


@pytest.fixture
def engine(root: Path) -> EmbeddedEngine:
    """An engine in it."""
    return EmbeddedEngine(root, LAYOUT)


def folder(root: Path) -> Path:
    """The folder that holds the index."""
    return Folders(root, NAME).current()


def test_a_second_writer_is_refused_until_the_first_is_gone(engine: EmbeddedEngine, root: Path) -> None:
    index = filled(engine, THREE)
    index.write([document("d")], [], cursor="1")
    second = EmbeddedEngine(root, LAYOUT)
    with pytest.raises(WriterBusy, match="is being written by another process"):
        second.index(NAME).write([document("e")], [], cursor="2")
    assert (set(found(second.index(NAME), Query())), second.index(NAME).cursor()) == ({*"abcd"}, "1")
    engine.close()
    second.index(NAME).write([document("e")], [], cursor="2")
    assert set(found(second.index(NAME), Query())) == {*"abcde"}
    second.close()


def test_a_second_rebuild_is_refused_until_the_first_is_done(engine: EmbeddedEngine, root: Path) -> None:
    new = engine.rebuild(NAME)
    with pytest.raises(WriterBusy, match="is being rebuilt by another process"):
        EmbeddedEngine(root, LAYOUT).rebuild(NAME)
    new.swap()
    EmbeddedEngine(root, LAYOUT).rebuild(NAME).discard()


def test_only_the_folder_that_holds_is_kept(engine: EmbeddedEngine, root: Path) -> None:
    for _ in range(3):
        filled(engine, THREE)
    engine.rebuild(NAME).discard()
    filled(engine, THREE)
    assert sorted(path.name for path in root.iterdir()) == ["records-5", "records.current", "records.lock"]


def test_a_search_goes_on_while_its_index_is_replaced(engine: EmbeddedEngine, root: Path) -> None:
    reader = EmbeddedEngine(root, LAYOUT).index(NAME)
    filled(engine, THREE)
    assert set(found(reader, all_of("wine"))) == {"a", "b"}
    filled(engine, [document("new", "wine")])
    assert found(reader, all_of("wine")) == ["new"]


READER = """
import sys, time
from pathlib import Path
from engines import LAYOUT, NAME, all_of, found
from search.embedded import EmbeddedEngine
index = EmbeddedEngine(Path(sys.argv[1]), LAYOUT).index(NAME)
for _ in sys.stdin:
    print(*sorted(found(index, all_of("wine"))), index.cursor(), flush=True)
"""


def test_readers_in_other_processes_see_commits_and_replacements_at_once(
    engine: EmbeddedEngine, root: Path
) -> None:
    index = filled(engine, THREE)
    with child(READER, root) as reader:
        assert asked(reader) == "a b 0"
        index.write([document("d", "wine")], ["a"], cursor="1")
        assert asked(reader) == "b d 1"
        filled(engine, [document("new", "wine")], cursor="2")
        assert asked(reader) == "new 2"


@pytest.mark.parametrize("ending", [".idx", ".term", ".store", ".fast", ".fieldnorm", ".pos", ".json"])
@pytest.mark.parametrize("harm", ["removed", "emptied", "halved", "scrambled"])
def test_a_damaged_index_asks_for_a_reindex(
    engine: EmbeddedEngine, root: Path, ending: str, harm: str
) -> None:
    filled(engine, THREE)
    for path in folder(root).glob(f"*{ending}"):
        harms[harm](path)
    damaged = EmbeddedEngine(root, LAYOUT)
    with pytest.raises(IndexOutdated, match="reindex"):
        damaged.index(NAME).search(all_of("wine"), limit=5)
    assert set(found(filled(damaged, THREE), Query())) == {"a", "b", "c"}


harms: dict[str, Callable[[Path], object]] = {
    "removed": Path.unlink,
    "emptied": lambda path: path.write_bytes(b""),
    "halved": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "scrambled": lambda path: path.write_bytes(bytes(255 - byte for byte in path.read_bytes())),
}


def test_a_flipped_bit_never_ends_the_process(engine: EmbeddedEngine, root: Path) -> None:
    words = [f"w{n % 90}" for n in range(3000)]
    filled(engine, [document(f"d{n}", " ".join(words[n * 30 : n * 30 + 30])) for n in range(100)])
    query = Query(((Term("words", "w1"), Phrase("words", ("w1", "w2")), Prefix("words", "w")),))
    chance = random.Random(1)
    for path in sorted(folder(root).iterdir()):
        content = path.read_bytes()
        for _ in range(8 if content else 0):
            harmed = bytearray(content)
            harmed[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            # What is mapped into memory stays whole.
            path.unlink()
            path.write_bytes(harmed)
            with suppress(IndexOutdated):
                EmbeddedEngine(root, LAYOUT).index(NAME).search(query, limit=5, facets=("maker",))
        path.unlink()
        path.write_bytes(content)


@pytest.mark.parametrize("content", ["", "records-99", "../../etc", "texts-1", "\0", "é"])
def test_a_damaged_pointer_asks_for_a_reindex(engine: EmbeddedEngine, root: Path, content: str) -> None:
    index = filled(engine, THREE)
    (root / "records.current").write_text(content, encoding="latin-1")
    with pytest.raises(IndexOutdated, match="reindex"):
        index.search(Query(), limit=1)
    with pytest.raises(IndexOutdated, match="reindex"):
        index.write([], [], cursor="1")
    assert set(found(filled(engine, THREE), Query())) == {"a", "b", "c"}


def test_an_index_that_vanishes_while_it_is_open_asks_for_a_reindex(
    engine: EmbeddedEngine, root: Path
) -> None:
    index = filled(engine, THREE)
    assert index.search(Query(), limit=1).total == 3
    for path in folder(root).iterdir():
        path.unlink()
    for ask in (
        lambda: index.search(Query(), limit=1),
        index.cursor,
        lambda: index.write([], [], cursor="1"),
    ):
        with pytest.raises(IndexOutdated, match="reindex"):
            ask()


def test_a_cursor_without_its_commit_does_not_hold(engine: EmbeddedEngine, root: Path) -> None:
    index = filled(engine, THREE, cursor="5")
    state = State.read(folder(root))
    replace(state, beyond=operations(folder(root)), before="5", cursor="6").write(folder(root))
    assert index.cursor() == "5"
    index.write([], [], cursor="7")
    assert index.cursor() == "7"


WRITER = """
import sys
from pathlib import Path
from engines import LAYOUT, NAME, document
from search.embedded import EmbeddedEngine
index = EmbeddedEngine(Path(sys.argv[1]), LAYOUT).index(NAME)
batch = int(index.cursor()) + 1
while True:
    documents = [document(f"d{batch}-{n}", f"wine batch{batch}") for n in range(50)]
    index.write(documents, [f"d{batch - 1}-0"], cursor=str(batch))
    print(batch, flush=True)
    batch += 1
"""


@pytest.mark.slow
def test_killed_at_any_moment_nothing_acknowledged_is_lost(engine: EmbeddedEngine, root: Path) -> None:
    index = filled(engine, [])
    chance = random.Random(20)
    for _ in range(20):
        with child(WRITER, root) as writer:
            assert writer.stdout
            acknowledged = int(writer.stdout.readline())
            time.sleep(chance.uniform(0, 0.3))
            writer.kill()
            acknowledged = max([acknowledged, *map(int, writer.stdout.read().split())])
        reached = int(index.cursor() or 0)
        assert reached in (acknowledged, acknowledged + 1)
        assert index.search(all_of("wine"), limit=1).total == 49 * reached + 1
        assert index.search(all_of(f"batch{reached}"), limit=1).total == 50
        assert index.search(all_of(f"batch{reached + 1}"), limit=1).total == 0


def child(code: str, *arguments: Path) -> "subprocess.Popen[str]":
    """A process of the code, which is spoken to line by line."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def asked(process: "subprocess.Popen[str]") -> str:
    """What the process answers to a line."""
    assert process.stdin
    assert process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline().strip()
