"""Requests of every sort, good and bad, against a second reading of the specification.

The oracle below shares no code with the product: it takes text apart by hand and reckons in exact fractions.
Where the specification leaves a choice (how a shape is rounded, which of the two nearest heights a width gets
in 2.1) it says what any right answer must fulfil.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iiif.errors import InvalidRequest, NotImplementedFeature
from iiif.image import request, v2
from iiif.image.request import Limits, Plan

Box = tuple[int, int, int, int]
Pair = tuple[int, int]
Segments = tuple[str, str, str, str]


class Refused(Exception):
    """What a server answers with 400."""


class NotOffered(Refused):
    """What a server that does not enlarge answers with 501."""


class EitherWay(Exception):
    """A case that may be refused or served, by how it is rounded."""


@dataclass(frozen=True)
class Wanted:
    """What a right answer is; ``fits`` judges its size."""

    region: Box
    fits: Callable[[int, int], bool]
    mirror: bool
    degrees: Fraction
    quality: str
    format: str


def oracle(version: int, segments: Segments, image: Pair, limits: Limits) -> Wanted:
    region, size, rotation, last = segments
    mirror = rotation.startswith("!")
    degrees = decimal(rotation[1:] if mirror else rotation)
    if degrees > 360:
        raise Refused
    quality, _, format_ = last.rpartition(".")
    if quality not in {"default", "color", "gray", "bitonal"}:
        raise Refused
    if format_ not in {"jpg", "png", "webp", "avif", "tif", "gif", "jp2", "pdf"}:
        raise Refused
    size_of = read_size(version, size)
    numbers = read_region(region)
    box = place(region, numbers, image)
    fits = size_of(box[2:], Bounds.of(limits))
    return Wanted(box, fits, mirror, degrees % 360, "default" if quality == "color" else quality, format_)


def whole(text: str) -> int:
    if not 1 <= len(text) <= 12 or any(letter not in "0123456789" for letter in text):
        raise Refused
    return int(text)


def decimal(text: str) -> Fraction:
    before, dot, after = text.partition(".")
    if not dot:
        return Fraction(whole(text))
    if not 1 <= len(after) <= 20 or any(letter not in "0123456789" for letter in after):
        raise Refused
    return (whole(before) if before else 0) + Fraction(int(after), 10 ** len(after))


def half_up(number: Fraction) -> int:
    return math.floor(number + Fraction(1, 2))


def read_region(text: str) -> list[Fraction]:
    if text in {"full", "square"}:
        return []
    percent = text.startswith("pct:")
    parts = text.removeprefix("pct:").split(",")
    if len(parts) != 4:
        raise Refused
    numbers = [decimal(part) if percent else Fraction(whole(part)) for part in parts]
    if 0 in numbers[2:]:
        raise Refused
    return numbers


def place(text: str, numbers: list[Fraction], image: Pair) -> Box:
    width, height = image
    if text == "full":
        return 0, 0, width, height
    if text == "square":
        side = min(image)
        return (width - side) // 2, (height - side) // 2, side, side
    if text.startswith("pct:"):
        numbers = [number * side / 100 for number, side in zip(numbers, image * 2, strict=True)]
    x, y, w, h = numbers
    if x >= width or y >= height:
        raise Refused
    left, top = min(half_up(x), width - 1), min(half_up(y), height - 1)
    right, bottom = min(left + half_up(w), width), min(top + half_up(h), height)
    if right == left or bottom == top:
        raise Refused
    return left, top, right - left, bottom - top


@dataclass(frozen=True)
class Bounds:
    """The limits as the specification has them: a width alone stands for both."""

    width: float
    height: float
    area: float

    @classmethod
    def of(cls, limits: Limits) -> "Bounds":
        width = math.inf if limits.max_width is None else limits.max_width
        height = width if limits.max_height is None else limits.max_height
        return cls(width, height, math.inf if limits.max_area is None else limits.max_area)

    @property
    def none(self) -> bool:
        return self.width == self.area == math.inf

    def hold(self, width: int, height: int) -> bool:
        return width <= self.width and height <= self.height and width * height <= self.area


SizeOf = Callable[[Pair, Bounds], Callable[[int, int], bool]]


def read_size(version: int, text: str) -> SizeOf:
    caret = text.startswith("^") and version == 3
    form = text[1:] if caret else text
    if form == "max":
        return lambda region, bounds: largest(region, bounds, (math.inf, math.inf), caret)
    if form == "full" and version == 2:
        form = "pct:100"
    if form.startswith("pct:"):
        percent = decimal(form[4:])
        return lambda region, bounds: by_percent(region, bounds, percent, caret)
    within = form.startswith("!")
    sides = (form[1:] if within else form).split(",")
    if len(sides) != 2 or sides == ["", ""] or (within and "" in sides):
        raise Refused
    width, height = (whole(side) if side else None for side in sides)
    if within:
        box = width or 0, height or 0
        return lambda region, bounds: in_box(region, bounds, box, caret)
    if height is None and width is not None and version == 2:
        return lambda region, bounds: by_width_in_2(region, bounds, width)
    return lambda region, bounds: by_sides(region, bounds, (width, height), caret)


def by_percent(region: Pair, bounds: Bounds, percent: Fraction, caret: bool) -> Callable[[int, int], bool]:
    size = half_up(region[0] * percent / 100), half_up(region[1] * percent / 100)
    return exactly(size, bounds, caret, percent > 100)


def by_sides(
    region: Pair, bounds: Bounds, sides: tuple[int | None, int | None], caret: bool
) -> Callable[[int, int], bool]:
    width, height = sides
    if width is None:
        width = half_up(Fraction(region[0] * (height or 0), region[1]))
    if height is None:
        height = half_up(Fraction(region[1] * width, region[0]))
    return exactly((width, height), bounds, caret, width > region[0] or height > region[1])


def exactly(size: Pair, bounds: Bounds, caret: bool, enlarges: bool) -> Callable[[int, int], bool]:
    if 0 in size:
        raise Refused
    if enlarges and not caret:
        raise Refused
    if enlarges and bounds.none:
        raise NotOffered
    if not bounds.hold(*size):
        raise Refused
    return lambda width, height: (width, height) == size


def by_width_in_2(region: Pair, bounds: Bounds, width: int) -> Callable[[int, int], bool]:
    if width == 0 or width > region[0]:
        raise Refused
    exact = Fraction(region[1] * width, region[0])
    heights = {math.floor(exact), math.ceil(exact)} - {0}
    held = [height for height in heights if bounds.hold(width, height)]
    if not held:
        raise Refused
    if len(held) < 2 and exact.denominator > 1:
        raise EitherWay
    return lambda w, h: w == width and h in held


def in_box(region: Pair, bounds: Bounds, box: Pair, caret: bool) -> Callable[[int, int], bool]:
    if 0 in box:
        raise Refused
    scale = min(Fraction(box[0], region[0]), Fraction(box[1], region[1]))
    if not caret:
        scale = min(scale, Fraction(1))
    if min(region) * scale < Fraction(1, 2):
        raise Refused
    if scale > 1 and bounds.none:
        raise NotOffered
    inside = (box[0], box[1]) if caret else (min(box[0], region[0]), min(box[1], region[1]))
    return largest(region, bounds, inside, True)


def largest(
    region: Pair, bounds: Bounds, box: tuple[float, float], caret: bool
) -> Callable[[int, int], bool]:
    """As large as the bounds and a box allow, in the region's shape, and not above it without a caret."""
    if caret and bounds.none and box[0] == math.inf:
        raise NotOffered
    widest = min(bounds.width, box[0], math.inf if caret else region[0])
    highest = min(bounds.height, box[1], math.inf if caret else region[1])

    def fits(width: int, height: int) -> bool:
        held = 1 <= width <= widest and 1 <= height <= highest and width * height <= bounds.area
        off = abs(width * region[1] - height * region[0])
        shaped = off <= max(region) or 1 in (width, height)
        return held and shaped and not roomy(width + 1, height + 1)

    def roomy(width: int, height: int) -> bool:
        """Whether the shape could have both so wide and so high a size."""
        scale = max(Fraction(width, region[0]), Fraction(height, region[1]))
        exact = region[0] * scale, region[1] * scale
        return exact[0] <= widest and exact[1] <= highest and exact[0] * exact[1] <= bounds.area

    return fits


def check_format(plan_size: Pair, wanted: Wanted) -> None:
    """Refuses what a format can't hold; a rotation's box is rounded as anyone likes."""
    longest = {"jpg": 65_500, "webp": 16_383, "avif": 32_768, "gif": 65_535, "pdf": 60_000}.get(wanted.format)
    if longest is None:
        return
    turn = math.radians(float(wanted.degrees))
    sine, cosine = abs(math.sin(turn)), abs(math.cos(turn))
    width, height = plan_size
    side = max(width * cosine + height * sine, height * cosine + width * sine)
    if abs(side - longest) < 1 and wanted.degrees % 90:
        raise EitherWay
    if side > longest + 0.5:
        raise Refused


def judge(version: int, segments: Segments, image: Pair, limits: Limits) -> None:
    product = v2 if version == 2 else request
    outcome = answer(product, segments, image, limits)
    try:
        wanted = oracle(version, segments, image, limits)
        if isinstance(outcome, Plan):
            check_format(outcome.size, wanted)
    except EitherWay:
        return
    except NotOffered:
        assert isinstance(outcome, NotImplementedFeature)
        return
    except Refused:
        assert type(outcome) is InvalidRequest
        return
    if isinstance(outcome, InvalidRequest) and str(outcome).startswith(f'format "{wanted.format}": holds'):
        # Its size is not known to the oracle then; the tables of the other tests say when this is right.
        assert max(image) > 16_000 or not Bounds.of(limits).none
        return
    assert isinstance(outcome, Plan)
    assert outcome.region == wanted.region
    assert wanted.fits(*outcome.size)
    assert (outcome.mirror, outcome.quality, outcome.format) == (wanted.mirror, wanted.quality, wanted.format)
    off = abs(Fraction(outcome.rotation) - wanted.degrees)
    assert min(off, 360 - off) <= Fraction(1, 10**9)
    again = answer(product, in_four(outcome.canonical), image, limits)
    assert again == outcome
    assert "pct:" not in outcome.canonical


def answer(product: ModuleType, segments: Segments, image: Pair, limits: Limits) -> Plan | InvalidRequest:
    try:
        plan = product.resolve(product.parse(*segments), *image, limits)
    except InvalidRequest as refusal:
        return refusal
    assert isinstance(plan, Plan)
    return plan


def in_four(path: str) -> Segments:
    region, size, rotation, last = path.split("/")
    return region, size, rotation, last


PLACES = st.one_of(st.integers(0, 200), st.integers(0, 1200))
SIDES = st.one_of(
    st.integers(1, 200), st.integers(1, 200), PLACES, st.sampled_from([16_383, 60_001, 10**12 - 1, 10**12])
)
DECIMALS = st.one_of(
    st.integers(1, 60).map(str),
    st.decimals(0, 130, places=2).map(lambda number: f"{number:f}"),
    st.sampled_from(["33.333333333333336", ".5", "99.99", "100.0", "0.00000000000000000001", "5.", "."]),
)
REGIONS = st.one_of(
    st.sampled_from(["full", "square"]),
    st.tuples(PLACES, PLACES, SIDES, SIDES).map(lambda box: ",".join(map(str, box))),
    st.tuples(DECIMALS, DECIMALS, DECIMALS, DECIMALS).map(lambda box: "pct:" + ",".join(box)),
)
SIZES = st.builds(
    "{}{}".format,
    st.sampled_from(["", "", "^"]),
    st.one_of(
        st.sampled_from(["max", "full"]),
        DECIMALS.map("pct:{}".format),
        SIDES.map("{},".format),
        SIDES.map(",{}".format),
        st.builds("{}{},{}".format, st.sampled_from(["", "!"]), SIDES, SIDES),
    ),
)
ROTATIONS = st.builds(
    "{}{}".format, st.sampled_from(["", "!"]), st.one_of(DECIMALS, st.integers(0, 370).map(str))
)
LAST = st.builds(
    "{}.{}".format,
    st.sampled_from(["default", "color", "gray", "bitonal", "native"]),
    st.sampled_from(["jpg", "png", "webp", "avif", "tif", "gif", "jp2", "pdf", "jpeg"]),
)
ODD = [
    *"0123456789,.!^:+-_ %/e\0\n\t",
    *("pct:", "max", "full", "1_0", "+1", "%2C", "%5E", "NaN", "0" * 13, "9" * 3000),
    *("١", "٣", "０", "²", "é", "\ud800"),
]
"""What belongs into no number; other scripts' digits, which Python would read, and half a character."""


def spoilt(good: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Mostly good segments, some with something put in or taken out, some nothing but odd."""

    def cut(text: str, start: int, length: int, odd: str) -> str:
        place = start % (len(text) + 1)
        return text[:place] + odd + text[place + length :]

    near = st.builds(cut, good, st.integers(0, 40), st.integers(0, 2), st.sampled_from(["", *ODD]))
    garbage = st.one_of(st.text(max_size=8), st.lists(st.sampled_from(ODD), max_size=5).map("".join))
    return st.one_of(*[good] * 8, near, garbage)


GOOD = st.tuples(REGIONS, SIZES, ROTATIONS, LAST)
SPOILT = st.tuples(spoilt(REGIONS), spoilt(SIZES), spoilt(ROTATIONS), spoilt(LAST))
LENGTHS = st.one_of(
    st.integers(200, 1100), st.integers(200, 1100), st.integers(1, 30), st.sampled_from([16_384, 70_000])
)
IMAGES = st.tuples(LENGTHS, LENGTHS)
MAXIMA = st.one_of(st.integers(100, 3000), st.integers(100, 3000), st.integers(1, 100))
LIMITS = st.one_of(
    st.builds(Limits),
    st.builds(Limits, MAXIMA, st.none() | MAXIMA),
    st.builds(Limits, max_area=st.integers(1, 500_000)),
    st.builds(Limits, MAXIMA, st.none() | MAXIMA, st.integers(1, 500_000)),
)
DRAWN = st.tuples(GOOD, GOOD, GOOD, SPOILT).map(list)
PLAIN: Segments = ("full", "max", "0", "default.jpg")


def cases(drawn: list[Segments], version: int) -> list[Segments]:
    """28 cases: each as drawn; the sizes of each on the regions of all; the other segments on their own."""
    plain = PLAIN if version == 3 else ("full", "full", "0", "default.jpg")
    crossed = [(one[0], other[1], *plain[2:]) for one in drawn for other in drawn]
    alone = [(*plain[:2], one[2], plain[3]) for one in drawn] + [(*plain[:3], one[3]) for one in drawn]
    return [*drawn, *crossed, *alone]


@settings(max_examples=100, deadline=None)
@given(drawn=DRAWN, image=IMAGES, limits=LIMITS)
def test_requests_are_read_as_the_specification_says(
    drawn: list[Segments], image: Pair, limits: Limits
) -> None:
    for version in (3, 2):
        for segments in cases(drawn, version):
            judge(version, segments, image, limits)


@pytest.mark.slow
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=DRAWN, image=IMAGES, limits=LIMITS)
def test_requests_are_read_as_the_specification_says_112_000_times(
    drawn: list[Segments], image: Pair, limits: Limits
) -> None:
    for version in (3, 2):
        for segments in cases(drawn, version):
            judge(version, segments, image, limits)
