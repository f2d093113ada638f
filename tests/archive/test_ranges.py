"""Byte ranges, as clients ask for them."""

import pytest
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from archive.api import ranges
from archive.api.ranges import Span
from archive.errors import Unavailable


@pytest.mark.parametrize(
    ("header", "spans"),
    [
        pytest.param("bytes=0-9", [(0, 10)], id="first and last"),
        pytest.param("bytes=90-", [(90, 100)], id="to the end"),
        pytest.param("bytes=-10", [(90, 100)], id="suffix"),
        pytest.param("bytes=-1000", [(0, 100)], id="suffix longer than the file"),
        pytest.param("bytes=0-1000", [(0, 100)], id="last beyond the end"),
        pytest.param("bytes=99-99", [(99, 100)], id="last byte"),
        pytest.param("BYTES=0-0", [(0, 1)], id="unit in capitals"),
        pytest.param("bytes= 0-0 ,, 5-6 ", [(0, 1), (5, 7)], id="blanks and empty places"),
        pytest.param("bytes=50-59,0-9", [(50, 60), (0, 10)], id="in the order asked"),
        pytest.param("bytes=0-9,200-300", [(0, 10)], id="one beyond the end"),
        pytest.param("bytes=0-" + "9" * 5000, [(0, 100)], id="a number of many digits"),
        pytest.param("bytes=0-99,0-99", [], id="more than the whole"),
        pytest.param("bytes=" + ",".join(["0-0"] * 33), [], id="very many"),
        pytest.param("bytes=9-0", [], id="backwards"),
        pytest.param("bytes=0-9,9-0", [], id="one of them backwards"),
        pytest.param("bytes=-", [], id="nothing"),
        pytest.param("bytes=", [], id="no range"),
        pytest.param("bytes", [], id="no sign"),
        pytest.param("lines=0-9", [], id="another unit"),
        pytest.param("bytes=+1-5", [], id="a sign"),
        pytest.param("bytes=٣-٥", [], id="other digits"),
        pytest.param("", [], id="no header"),
    ],
)
def test_ranges_within_a_file_of_100_bytes(header: str, spans: list[tuple[int, int]]) -> None:
    assert ranges.parse(header, 100) == tuple(Span(*span) for span in spans)


@pytest.mark.parametrize(
    "header", ["bytes=100-", "bytes=-0", "bytes=100-200,300-", "bytes=" + "9" * 5000 + "-"]
)
def test_ranges_beyond_the_end_are_refused_with_the_length(header: str) -> None:
    with pytest.raises(RequestedRangeNotSatisfiable) as refused:
        ranges.parse(header, 100)
    assert refused.value.length == 100


def test_nothing_lies_within_an_empty_file() -> None:
    with pytest.raises(RequestedRangeNotSatisfiable):
        ranges.parse("bytes=0-", 0)


def test_a_source_that_is_cut_short_never_seems_whole() -> None:
    class Short:
        def read_range(self, offset: int, length: int) -> bytes:
            return b"abc"[offset : offset + length]

    with pytest.raises(Unavailable):
        list(ranges.pieces(Short(), Span(1, 10)))
