"""A rendition is drawn once for all who ask, only so many at once; what can't begin soon is refused."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.errors import Unavailable
from archive.storage.cache import Cache
from archive.storage.renditions import Renditions

_END_WHILE_DRAWING = """
import threading
from archive.storage.renditions import Renditions
renditions = Renditions(None, budget_pixels=10, lanes=2, patience=60)
begun = threading.Event()
def draw():
    begun.set()
    threading.Event().wait()
threading.Thread(target=renditions.get, args=("aa", 6, draw), daemon=True).start()
begun.wait()
renditions.close()
print("closed")
"""


@contextmanager
def _opened(
    cache: Cache | None = None, *, budget: int = 100, lanes: int = 2, patience: float = 30
) -> Iterator[Renditions]:
    renditions = Renditions(cache, budget_pixels=budget, lanes=lanes, patience=patience)
    yield renditions
    renditions.close()


class _Held:
    """A drawing that tells when it has begun, and goes on when it is let go."""

    def __init__(self, body: bytes = b"held") -> None:
        self.begun = threading.Event()
        self.go = threading.Event()
        self.times = 0
        self._body = body

    def __call__(self) -> bytes:
        self.times += 1
        self.begun.set()
        assert self.go.wait(30)
        return self._body


class _Asked:
    """Asks for a rendition in a thread of its own; by ``outcome`` it waits for the answer."""

    def __init__(self, renditions: Renditions, key: str, cost: int, draw: Callable[[], bytes]) -> None:
        self._outcome: Future[bytes] = Future()
        self._arguments = (key, cost, draw)
        self._renditions = renditions
        before = renditions._asking
        threading.Thread(target=self._ask, daemon=True).start()
        while renditions._asking == before and not self._outcome.done():
            time.sleep(0)

    def _ask(self) -> None:
        try:
            self._outcome.set_result(self._renditions.get(*self._arguments))
        except Exception as error:  # noqa: BLE001  # The test wants it.
            self._outcome.set_exception(error)

    @property
    def body(self) -> bytes:
        return self._outcome.result(30)

    @property
    def error(self) -> BaseException | None:
        return self._outcome.exception(30)


def _never() -> bytes:
    raise AssertionError("it was drawn again")


def test_what_is_drawn_is_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path, limit=1 << 20, days=1)
    with _opened(cache) as renditions:
        assert renditions.get("aa", 1, lambda: b"picture") == b"picture"
        assert renditions.get("aa", 1, _never) == b"picture"
    assert Cache(tmp_path, limit=1 << 20, days=1).get("aa") == b"picture"


def test_without_a_cache_each_is_drawn() -> None:
    with _opened() as renditions:
        assert [renditions.get("aa", 1, lambda: b"1"), renditions.get("aa", 1, lambda: b"2")] == [b"1", b"2"]


def test_another_image_under_the_same_address_is_another_key(tmp_path: Path) -> None:
    with _opened(Cache(tmp_path, limit=1 << 20, days=1)) as renditions:
        assert renditions.get("aa", 1, lambda: b"before") == b"before"
        assert renditions.get("bb", 1, lambda: b"after") == b"after"


def test_thirty_two_who_ask_at_once_get_one_drawing() -> None:
    held = _Held()
    with _opened() as renditions:
        asked = [_Asked(renditions, "aa", 1, held) for _ in range(32)]
        held.go.set()
        assert [one.body for one in asked] == [b"held"] * 32
    assert held.times == 1


def test_an_error_is_shared_and_the_next_one_tries_anew() -> None:
    held = _Held()

    def draw() -> bytes:
        held()
        raise ValueError("torn")

    with _opened() as renditions:
        asked = [_Asked(renditions, "aa", 1, draw) for _ in range(8)]
        held.go.set()
        assert [repr(one.error) for one in asked] == ["ValueError('torn')"] * 8
        assert renditions.get("aa", 1, lambda: b"picture") == b"picture"
    assert held.times == 1


def test_a_drawing_that_times_out_itself_says_so() -> None:
    def draw() -> bytes:
        raise TimeoutError("the store")

    with _opened() as renditions, pytest.raises(TimeoutError, match="the store"):
        renditions.get("aa", 1, draw)


def test_a_drawing_takes_as_long_as_it_takes_once_begun() -> None:
    held = _Held()
    with _opened(patience=0.01) as renditions:
        asked = _Asked(renditions, "aa", 1, held)
        with pytest.raises(TimeoutError):
            asked._outcome.result(0.05)
        held.go.set()
        assert asked.body == b"held"


@pytest.mark.parametrize(
    ("lanes", "costs"), [(2, [1, 1, 1]), (4, [60, 40, 1]), (4, [101, 1])], ids=["lanes", "budget", "alone"]
)
def test_what_does_not_fit_waits_and_is_refused_in_the_end(lanes: int, costs: list[int]) -> None:
    held = [_Held() for _ in costs]
    with _opened(lanes=lanes, patience=0.05) as renditions:
        asked = [_Asked(renditions, f"a{n}", cost, held[n]) for n, cost in enumerate(costs)]
        refused = asked[-1].error
        assert isinstance(refused, Unavailable)
        assert (str(refused), refused.retry_after) == (
            "too many images are being drawn: ask again in a few seconds",
            1,
        )
        for one in held:
            one.go.set()
        assert [one.body for one in asked[:-1]] == [b"held"] * len(asked[:-1])
        assert held[-1].times == 0


def test_one_dearer_than_the_budget_is_drawn_alone() -> None:
    with _opened() as renditions:
        assert renditions.get("aa", 10_000, lambda: b"large") == b"large"


def test_all_begin_in_the_order_they_were_asked_for() -> None:
    order: list[str] = []
    held = _Held()
    costs = {"small": 10, "large": 95, "smaller": 1}
    with _opened(lanes=1) as renditions:
        first = _Asked(renditions, "aa", 10, held)
        asked = [_Asked(renditions, name, cost, _noting(order, name)) for name, cost in costs.items()]
        held.go.set()
        assert [one.body for one in [first, *asked]] == [b"held", b"small", b"large", b"smaller"]
    assert order == list(costs)


def _noting(order: list[str], name: str) -> Callable[[], bytes]:
    def draw() -> bytes:
        order.append(name)
        return name.encode()

    return draw


def test_a_small_one_waits_behind_a_large_one_and_no_longer() -> None:
    running, large, small = _Held(), _Held(), _Held()
    with _opened(lanes=3) as renditions:
        asked = [
            _Asked(renditions, f"a{n}", cost, draw)
            for n, (cost, draw) in enumerate([(50, running), (90, large), (10, small)])
        ]
        assert running.begun.wait(30)
        assert (large.times, small.times) == (0, 0)
        running.go.set()
        assert large.begun.wait(30)
        assert small.begun.wait(30)
        large.go.set()
        small.go.set()
        assert [one.body for one in asked] == [b"held"] * 3


def test_when_a_large_one_gives_up_those_behind_it_go_on() -> None:
    running = _Held()
    with _opened(lanes=2, patience=0.3) as renditions:
        first = _Asked(renditions, "a1", 50, running)
        large = _Asked(renditions, "a2", 90, _never)
        with pytest.raises(TimeoutError):
            large._outcome.result(0.2)
        small = _Asked(renditions, "a3", 10, lambda: b"small")
        assert isinstance(large.error, Unavailable)
        assert small.body == b"small"
        running.go.set()
        assert first.body == b"held"


def test_who_gives_up_does_not_cancel_it_for_others() -> None:
    running = _Held()
    with _opened(lanes=1, patience=0.3) as renditions:
        first = _Asked(renditions, "a1", 1, running)
        early = _Asked(renditions, "a2", 1, lambda: b"picture")
        with pytest.raises(TimeoutError):
            early._outcome.result(0.2)
        late = _Asked(renditions, "a2", 1, _never)
        assert isinstance(early.error, Unavailable)
        running.go.set()
        assert (first.body, late.body) == (b"held", b"picture")


def test_with_too_many_waiting_the_next_is_refused_at_once() -> None:
    held = _Held()
    with _opened() as renditions:
        asked = [_Asked(renditions, f"a{n % 5}", 1, held) for n in range(48)]
        with pytest.raises(Unavailable, match="too many images"):
            renditions.get("bb", 1, _never)
        held.go.set()
        assert [one.body for one in asked] == [b"held"] * 48
        assert renditions.get("bb", 1, lambda: b"picture") == b"picture"


def test_no_thread_is_begun_before_the_first_drawing(tmp_path: Path) -> None:
    before = threading.active_count()
    with _opened(Cache(tmp_path, limit=1 << 20, days=1)):
        assert threading.active_count() == before


def test_what_has_not_begun_at_the_end_is_refused() -> None:
    held = _Held()
    with _opened(lanes=1) as renditions:
        first = _Asked(renditions, "a1", 1, held)
        assert held.begun.wait(30)
        second = _Asked(renditions, "a2", 1, _never)
        renditions.close()
        assert isinstance(second.error, Unavailable)
        held.go.set()
        assert first.body == b"held"
        with pytest.raises(Unavailable):
            renditions.get("a3", 1, _never)


def test_a_process_ends_while_it_draws() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _END_WHILE_DRAWING], check=True, capture_output=True, text=True, timeout=20
    )
    assert (run.stdout, run.stderr) == ("closed\n", "")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority for each thread")
def test_drawing_gives_way_to_requests() -> None:
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    with _opened() as renditions:
        drawn = renditions.get("aa", 1, lambda: str(os.getpriority(os.PRIO_PROCESS, 0)).encode())
    assert (int(drawn), os.getpriority(os.PRIO_PROCESS, 0)) == (min(mine + 10, 19), mine)


def test_a_kept_rendition_is_given_while_all_lanes_draw(tmp_path: Path) -> None:
    held = _Held()
    with _opened(Cache(tmp_path, limit=1 << 20, days=1)) as renditions:
        assert renditions.get("aa", 1, lambda: b"kept") == b"kept"
        asked = [_Asked(renditions, f"b{n}", 60, held) for n in range(47)]
        assert [renditions.get("aa", 1, _never) for _ in range(100)] == [b"kept"] * 100
        held.go.set()
        assert [one.body for one in asked] == [b"held"] * 47
